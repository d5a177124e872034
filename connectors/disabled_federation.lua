-- 残疾人联合会:残疾人证和两项补贴。

connector "disabled_federation" { "残疾人联合会",
  contact = "残联服务窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "disability_card" { "残疾人证",
  takes = { deceased_id_no = "id_number" },
  gives = { has_disability_card = "yes_no", card_no = "text, optional" },
}

call "end_disability" { "残疾人两项补贴终止与残疾人证注销",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", death_date = "datetime",
            has_disability_card = "yes_no", disability_card = "file, optional" },
  gives = {},
}
