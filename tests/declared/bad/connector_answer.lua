-- expect: 3: answer:缺 result_id
connector "post" { "邮政",
  answer = { state = "status", approved = "0" } }
call "send" { "寄送", takes = { phone = "phone" } }
