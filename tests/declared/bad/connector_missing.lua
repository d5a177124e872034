-- expect: 2: 缺 connector 声明
call "send" { "寄送", takes = { phone = "phone" } }
