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

-- 人才就业 -----------------------------------------------------------------------------------

call "rental_contract" { "住房租赁合同备案",
  takes = { person_id_no = "text" },
  gives = { rental_record_no = "text" },
}

call "grant_rental_subsidy" { "新就业大学毕业生租房补贴",
  takes = { person_name = "person_name", person_id_no = "text", current_address = "address",
            owns_home = "yes_no", rental_record_no = "text", bank_account = "bank_card",
            ss_person_no = "text", ss_start_month = "text", id_card = "file, optional",
            household_book = "file, optional", diploma_paper = "file, optional",
            contract = "file, optional", insurance_proof = "file, optional",
            no_home_proof = "file, optional", rental_contract = "file, optional" },
  gives = { rent_subsidy_paid = "money, optional" },
  undo  = true,
}

call "apply_apartment" { "人才公寓(公租房)申请",
  takes = { person_name = "person_name", person_id_no = "text",
            marital_status = "choice, optional", owns_home = "yes_no", want_apartment = "yes_no, optional",
            talent_grade = "text, optional", ss_person_no = "text", id_card = "file, optional",
            household_book = "file, optional", contract = "file, optional",
            insurance_proof = "file, optional", no_home_proof = "file, optional",
            marriage_proof = "file, optional" },
  gives = { apartment_queue_no = "text" },
  undo  = true,
}
