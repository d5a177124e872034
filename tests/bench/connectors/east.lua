-- 测量用的部门:东厅。每个办理五栏进、两项出,不设限。

connector "east" { "东厅",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
}

call "certificate" { "证明",
  takes = { spouse_name = "person_name", spouse_id_no = "id_number", hospital = "text",
            register_no = "text", register_code = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}

call "record" { "建档",
  takes = { spouse_phone = "phone", admission_no = "text", record_no = "text",
            register_no = "text", register_code = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}
