-- expect: 3: limit:没有叫 "at_onec" 的项,是不是 "at_once"?
connector "post" { "邮政",
  limit = { at_onec = 3 } }
call "send" { "寄送", takes = { phone = "phone" } }
