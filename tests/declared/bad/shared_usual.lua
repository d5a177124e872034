-- expect: 2: "tilte" 没有用到,是不是 "title"?
shared "extra" { usual = { tilte = "甲" },
  ask "a" { given.title, type = "text" } }
