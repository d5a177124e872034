-- 测试用的一件事:搭棚。凡是词都用到一次。
event "shed" { "搭棚一件事", lead = "town", basis = "测试", since = "2026-01-01", ends = "2030-12-31",
  place = answer.address, once_per = { answer.id_number, answer.start }, never_asks = { "复印件" },
}
applicant "owner" { "本人" }
applicant "agent" { "代办员", with = "authority" }

record "person" { "人口", by = "town.person", request = { id_number = answer.id_number } }

section "申请人"
ask "name" { "姓名", type = "person_name", from = applicant.name }
ask "id_number" { "身份证号", type = "id_number", locked = "yes", example = "330111199503120023",
  from = { { applicant.id_number, when = applicant.as:is "owner" } } }
ask "phone" { "手机", type = "phone", from = applicant.phone }
ask "local_hukou" { "是否本地户籍", type = "yes_no", from = record.person.local_hukou }
ask "address" { "地址", type = "address", from = record.person.address }

section "棚"
ask "kind" { "种类", type = "choice", choices = { "1 新搭", "2 翻修", "3 拆除" }, example = "1" }
ask "start" { "开工日期", type = "date", not_before = "today - 1年", not_after = "today + 12个月" }
ask "reason" { "理由", type = "text", optional = "yes" }
ask "paid" { "是否领补贴", type = "yes_no", when = answer.kind:one_of "1 2" }
use "payee" { why = "补贴打入此账户", when = answer.paid:is "yes" }
use "neighbours" { why = "动工前告知他们", name = "王建国" }
ask "agreed" { "承诺", type = "consent", text = "所填属实" }

term "road" { "路子", { "quick", when = answer.local_hukou:is "yes" & answer.kind:is "3" }, { "slow" } }
term "fresh" { "是新搭的", answer.kind:is "1" | answer.kind:is "2" }

figure "age" { "年满", usual = 18 }
figure "limit" { "最早", usual = "12个月" }
place "350000 福建省" { age = 16, limit = "6个月" }

rule "grown_up" { answer.id_number.age:at_least(here.age), otherwise = refuse "未成年人不能申请" }
rule "in_time" { answer.start:within(here.limit), when = term.fresh, otherwise = remind "时间太早" }
rule "same_name" { answer.holder:one_of(answer.name, record.person.name), only = { "subsidy" },
  otherwise = correct "开户名须是本人" }
rule "not_pulled" { answer.kind:is_not "3" | term.road:is "quick", only = "visit",
  otherwise = drop "不用上门" }

use "proof"
material "authority" { "委托书", get = upload "pdf" }
material "paper" { "许可证", get = { produced "permit", upload "pdf" } }

item "permit" { "核发许可", by = "town.permit", uses = { "proof" },
  request = { "name id_number start kind reason agreed" },
  within = "10个工作日", by_law = "20 working days", fee = { 20, "工本费" }, issues = "许可证", delivery = { "自取", "邮寄" },
  before = { papers = { "身份证", "证明" }, visits = 2, working_days = 10, source = "S1" },
}
item "notice" { "告知邻居", by = "town.notice", needs = "permit", fee = "免费",
  request = { permit_no = result.permit.permit_no, "phone neighbours" }, within = "当场",
}
item "visit" { "上门查看", by = "town.visit", needs = { "permit" }, choice = "off", when = answer.kind:one_of("1", "2"),
  uses = { "paper" },
  request = { permit_no = result.permit.permit_no, phone = answer.phone }, within = "3日", in_person = "开门",
  visit = "上门一次",
}
item "subsidy" { "补贴", by = "bank.pay", needs = { "permit", "notice" }, choice = "on", when = answer.paid:is "yes",
  request = { "account holder", permit_no = result.permit.permit_no }, within = "1个月",
}
