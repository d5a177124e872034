-- expect: 3: "text, optionl" 看不懂
connector "post" { "邮政" }
call "send" { "寄送", takes = { note = "text, optionl" } }
