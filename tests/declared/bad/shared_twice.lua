-- expect: 3: 共用部分 "extra" 写了两次(第 2 行已有)
shared "extra" { ask "a" { "甲", type = "text" } }
shared "extra" { ask "b" { "乙", type = "text" } }
