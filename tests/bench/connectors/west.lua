-- 测量用的部门:西厅。每个办理五栏进、两项出,不设限。

connector "west" { "西厅",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
}

call "card" { "制卡",
  takes = { bank_card = "bank_card", bank_branch = "text", applicant_phone = "phone",
            register_no = "text", register_code = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}

call "health" { "保健",
  takes = { weight = "number", length = "number", child_name = "new_name",
            register_no = "text", register_code = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}
