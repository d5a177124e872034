-- expect: 2: 这里只能写 application,是不是 "application"?
connector "post" { "邮政", url_ends = "aplication" }
call "send" { "寄送", takes = { phone = "phone" } }
