-- 测试用的部门:民政。
connector "civil" { "民政", key_kept = "24h" }
call "person" { "人口", takes = { id_no = "id_number" }, gives = { alive = "yes_no, optional", guardian_id_no = "id_number, optional" } }
call "cert" { "证明", takes = { name = "person_name", id_no = "id_number", cremation_no = "text, optional" }, gives = { cert_no = "text" } }
call "odd" { "非正常证明", takes = { name = "person_name" }, gives = { cert_no = "text", note = "text, optional" } }
call "burn" { "火化", takes = { cert_no = "text" }, gives = { cremation_no = "text" } }
call "pay" { "抚恤", takes = { heirs = "list", cert_no = "text", spouse = "list, optional", paper = "file, optional" } }
call "tell" { "告知", takes = { cert_no = "text", phone = "phone" } }
