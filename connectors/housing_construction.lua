-- 住房和城乡建设局:房产交易中心、住房租赁管理。

connector "housing_construction" { "住房和城乡建设局",
  contact = "房产交易中心;住房租赁管理科",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "presale_contract" { "商品房网签合同",
  takes = { presale_contract_no = "text" },
  gives = { presale_contract_no = "text" },
}

call "lease" { "租赁合同备案",
  takes = { rental_record_no = "text" },
  gives = { rental_record_no = "text" },
}

-- 办理 ---------------------------------------------------------------------------------------

call "verify_presale" { "商品房网签合同核验",
  takes = { enrol_no = "text", presale_contract_no = "text", presale_contract = "file, optional" },
  gives = { presale_address = "address", presale_date = "date" },
  undo  = true,
}

call "verify_lease" { "房屋租赁备案核验",
  takes = { enrol_no = "text", rental_record_no = "text", lease = "file, optional" },
  gives = { rental_address = "address", rental_until = "date, optional" },
  undo  = true,
}
