-- expect: 4: 调用 "send" 声明了两次(第 3 行已有)
connector "post" { "邮政" }
call "send" { "寄送", takes = { phone = "phone" } }
call "send" { "再寄", takes = { phone = "phone" } }
