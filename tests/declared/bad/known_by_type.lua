-- expect: 3: known_by 要写一个姓名或文字的问题,如 answer.child_name
event "farewell" { "身后一件事", lead = "civil", basis = "测试", since = "2026-01-01",
  place = answer.address, once_per = answer.id_no, known_by = answer.id_no }
applicant "owner" { "家属" }
record "person" { "人口", by = "civil.person", request = "id_no" }
section "逝者"
ask "name" { "姓名", type = "person_name" }
ask "id_no" { "身份证号", type = "id_number" }
ask "address" { "地址", type = "address" }
ask "phone" { "电话", type = "phone" }
ask "normal" { "是否正常死亡", type = "yes_no" }
ask "brother_id_no" { "证人身份证号", type = "id_number" }
section "继承人"
list "heirs" { "继承人", min = 1, max = 10, why = "抚恤金给谁",
  ask "name" { "姓名", type = "person_name" },
  ask "id_no" { "身份证号", type = "id_number" },
  ask "relation" { "关系", type = "choice", choices = { "spouse 配偶", "child 子女", "other 其他" } },
  ask "other" { "什么关系", type = "text", when = each.relation:is "other" },
  ask "agrees" { "同意", type = "yes_no" },
}
term "quarrel" { "有争议", ~answer.heirs:every(each.agrees:is "yes") }
rule "all_agree" { answer.heirs:every(each.agrees:is "yes" & each.id_no.age:at_least(18)), only = { "pension" }, otherwise = offline "有人不同意" }
rule "really" { record.person.alive:is "no", only = { "cert", "pension" }, otherwise = wait "等派出所登记" }
sign "witness" { "证人", who = answer.brother_id_no, text = "属实", within = "15日", otherwise = offline "请到窗口" }
material "paper" { "证明", get = { produced "proof", record.person, upload "pdf" } }
item "cert" { "死亡证明", by = "civil.cert", later = { "burn" }, when = answer.normal:is "yes",
  request = { "name id_no", cremation_no = result.burn.cremation_no }, within = "当场", notice = "7日", delivery = { "自取" } }
item "odd" { "非正常死亡证明", by = "civil.odd", when = answer.normal:is "no", request = "name", within = "3日" }
either "proof" { "死亡证明", "cert", "odd" }
item "burn" { "火化", by = "civil.burn", needs = { "proof" }, request = { cert_no = result.proof.cert_no }, within = "3日" }
item "pension" { "抚恤", uses = "paper", by = "civil.pay", needs = { "proof", "witness" }, when = term.quarrel:is "no" | answer.heirs:where(each.relation:is "spouse"):known(),
  request = { cert_no = result.proof.cert_no, heirs = answer.heirs:only "name id_no other relation", spouse = answer.heirs:where(each.relation:is "spouse") }, within = "3日" }
tell "bank" { "告知银行", by = "civil.tell", needs = { "proof" }, request = { "phone", cert_no = result.proof.cert_no } }
