-- 市场监督管理局:营业执照。

connector "market_regulation" { "市场监督管理局",
  contact = "企业登记窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "licence" { "营业执照",
  takes = { uscc = "uscc" },
  gives = { licence_name = "text, optional" },
}

-- 办理 ---------------------------------------------------------------------------------------

call "verify_licence" { "营业执照核验",
  takes = { enrol_no = "text", employer_uscc = "uscc", business_licence = "file, optional" },
  gives = { licence_ok = "yes_no" },
  undo  = true,
}
