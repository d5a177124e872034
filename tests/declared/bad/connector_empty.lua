-- expect: 2: 缺 call
connector "post" { "邮政" }
