-- 测量用的部门:受理处。每个办理五栏进、两项出,不设限。

connector "opening" { "受理处",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
}

call "open" { "受理登记",
  takes = { applicant_name = "person_name", applicant_id_no = "id_number", applicant_phone = "phone",
            child_name = "new_name", remark = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}

call "close" { "归档",
  takes = { applicant_name = "person_name", division = "division6", certificate_no = "text",
            card_no = "text", household_no = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}
