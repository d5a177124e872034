-- 测试用的部门:镇政府。
connector "town" { "镇政府", contact = "一楼窗口", timeout = "10s" }

call "person" { "人口信息",
  takes = { id_number = "id_number" },
  gives = { name = "person_name, optional", address = "address, optional", local_hukou = "yes_no, optional" },
}
call "permit" { "核发许可",
  takes = { name = "person_name", id_number = "id_number", start = "date", kind = "choice",
            reason = "text, optional", proof = "file, optional", agreed = "yes_no, optional" },
  gives = { permit_no = "text", note = "text, optional" },
  undo  = true,
}
call "notice" { "告知", takes = { permit_no = "text", phone = "phone", neighbours = "list, optional" } }
call "visit" { "上门查看", takes = { permit_no = "text", phone = "phone, optional", paper = "file, optional" },
  gives = { visited_on = "date" } }
