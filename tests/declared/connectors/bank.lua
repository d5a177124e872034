-- 测试用的部门:银行。
connector "bank" { "银行", limit = { at_once = 4, per_minute = 60 }, signature = 2, once_per = "none" }
call "pay" { "付款", takes = { account = "bank_card", holder = "person_name", permit_no = "text" } }
