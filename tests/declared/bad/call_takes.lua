-- expect: 3: call "send" 缺 takes
connector "post" { "邮政" }
call "send" { "寄送" }
