-- expect: 4: phone:没有叫 "phonee" 的类型,是不是 "phone"?
connector "post" { "邮政" }
call "send" { "寄送",
  takes = { phone = "phonee" } }
