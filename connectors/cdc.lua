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
