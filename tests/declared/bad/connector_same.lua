-- expect: 2: 部门 "town" 在 tests
connector "town" { "又一个镇政府" }
call "send" { "寄送", takes = { phone = "phone" } }
