-- expect: 4: 部门文件里只能写 connector 和 call
connector "post" { "邮政" }
call "send" { "寄送", takes = { phone = "phone" } }
section "x"
