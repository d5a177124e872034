-- expect: 2: 写了 once_per = "none" 就没有键可以留
connector "post" { "邮政", once_per = "none", key_kept = "24h" }
call "send" { "寄送", takes = { phone = "phone" } }
