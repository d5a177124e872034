-- 测试用的一件事:左右两项并排,都办成了才办第三项。
event "diamond" { "左右两项都成才办第三项的一件事", lead = "health", basis = "测试", since = "2026-01-01",
  place = answer.home, once_per = answer.number }

applicant "person" { "本人" }

section "表"
ask "name" { "姓名", type = "person_name", example = "李秀兰" }
ask "number" { "编号", type = "text", example = "1" }
ask "home" { "住址", type = "address", example = "330111001001 富春街道桂花路1号101室" }

item "left" { "左", by = "health.mark", request = "name", within = "1个工作日" }
item "right" { "右", by = "hrss.mark", request = "name", within = "1个工作日" }
item "join" { "合", by = "tax.join", needs = { "left", "right" }, within = "1个工作日",
  request = { "name", left_no = result.left.no, right_no = result.right.no } }
