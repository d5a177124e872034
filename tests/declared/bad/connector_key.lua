-- expect: 2: connector 里没有叫 "timout" 的项,是不是 "timeout"?
connector "post" { "邮政", timout = "10s" }
call "send" { "寄送", takes = { phone = "phone" } }
