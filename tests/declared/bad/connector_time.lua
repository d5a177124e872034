-- expect: 2: timeout:时间看不懂
connector "post" { "邮政", timeout = "十秒" }
call "send" { "寄送", takes = { phone = "phone" } }
