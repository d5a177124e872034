-- 测试用的共用部分。
shared "payee" { "收款账户", usual = { title = "开户名" },
  ask "holder" { given.title, type = "person_name", why = given.why },
  ask "account" { "银行账号", type = "bank_card", sensitive = "yes", when = given.when },
}
shared "proof" {
  material "proof" { "证明", when = answer.local_hukou:is "no",
    get = { fetch "town.person" { id_number = answer.id_number }, upload "pdf jpg" },
  },
}
shared "neighbours" {
  list "neighbours" { "邻居", optional = "yes", max = 5, why = given.why,
    ask "name" { "姓名", type = "person_name", example = given.name },
    ask "agrees" { "同意", type = "yes_no" },
  },
}
