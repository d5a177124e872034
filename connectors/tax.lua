-- 税务局:社会保险费征收。

connector "tax" { "税务局",
  contact = "社保费征收窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 没有 undo:已缴的费要退,走退费手续(合理默认)。
call "declare_premium" { "城乡居民医保费申报(新生儿缴费)",
  takes = { medins_person_no = "text" },
  gives = { premium_paid_at = "datetime, optional" },
}

-- 人才就业 -----------------------------------------------------------------------------------

-- 没有 undo:已申报的费款走更正(合理默认)。
call "declare_social_insurance" { "社会保险费申报",
  takes = { employer_uscc = "uscc", person_name = "person_name", monthly_wage = "number",
            ss_person_no = "text", wage_form = "file, optional" },
  gives = { premium_month = "text" },
}
