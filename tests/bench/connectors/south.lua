-- 测量用的部门:南厅。每个办理五栏进、两项出,不设限。

connector "south" { "南厅",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
}

call "household" { "入户",
  takes = { household_no = "text", relation = "household_relation", home = "address",
            register_no = "text", register_code = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}

call "insurance" { "参保",
  takes = { ethnic = "ethnic_group", home_owner = "person_name", employer = "text",
            register_no = "text", register_code = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}
