-- 疾病预防控制中心:助产机构产科接种点,第一针打完当场建证。

connector "cdc" { "疾病预防控制中心",
  contact = "助产机构产科接种点",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "open_vaccination_record" { "预防接种证办理(建档)",
  takes = { child_name = "new_name", birth_datetime = "datetime", mother_phone = "phone",
            handbook = "file, optional" },
  gives = { vaccination_no = "text" },
  undo  = true,
}

-- 入学 ---------------------------------------------------------------------------------------

call "vaccination_book" { "预防接种证",
  takes = { child_id_no = "id_number" },
  gives = { vaccination_no = "text" },
}

call "check_vaccination" { "预防接种证查验",
  takes = { school_code = "text", child_id_no = "id_number", vaccination_book = "file, optional" },
  gives = { vaccination_ok = "yes_no" },
}
