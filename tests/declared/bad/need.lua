-- expect: 37: 没有叫 "permitt" 的事项(item),是不是 "permit"?
event "shed" { "搭棚一件事", lead = "town", basis = "测试", since = "2026-01-01",
  place = answer.address, once_per = answer.id_number }
applicant "owner" { "本人" }
record "person" { "人口", by = "town.person", request = { id_number = answer.id_number } }

section "申请人"
ask "name" { "姓名", type = "person_name", from = applicant.name }
ask "id_number" { "身份证号", type = "id_number" }
ask "phone" { "手机", type = "phone" }
ask "local_hukou" { "是否本地户籍", type = "yes_no", from = record.person.local_hukou }
ask "address" { "地址", type = "address" }
section "棚"
ask "kind" { "种类", type = "choice", choices = { "new 新搭", "repair 翻修", "remove 拆除" } }
ask "start" { "开工日期", type = "date" }
ask "reason" { "理由", type = "text", when = answer.kind:is "new" }

term "road" { "路子", { "quick", when = answer.local_hukou:is "yes" }, { "slow" } }
figure "limit" { "最早", usual = "12个月" }
place "350000 福建省" { limit = "6个月" }

rule "in_time" { answer.start:within(here.limit),
  when = term.road:is "slow",
  otherwise = refuse "时间太早" }

material "proof" { "证明",
  when = answer.local_hukou:is "no",
  get = { fetch "town.person" { id_number = answer.id_number }, upload "pdf jpg" } }

item "permit" { "核发许可", by = "town.permit",
  uses = { "proof" },
  request = "name id_number start kind reason",
  within = "10个工作日",
  before = { papers = { "身份证" }, visits = 2, working_days = 10, source = "S1" },
}
item "notice" { "告知邻居", by = "town.notice",
  needs = { "permitt" },
  request = { permit_no = result.permit.permit_no, phone = answer.phone },
  within = "当场",
}
