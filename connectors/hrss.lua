-- 人力资源和社会保障局:社保卡服务中心、合作银行。

connector "hrss" { "人力资源和社会保障局",
  contact = "社保卡服务中心",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "issue_social_security_card" { "社会保障卡申领",
  takes = { child_id_no = "id_number", child_name = "new_name", applicant_phone = "phone",
            ss_card_bank = "choice", delivery_way = "choice",
            delivery_name = "person_name, optional", delivery_phone = "phone, optional",
            delivery_address = "address, optional", consent_signed = "yes_no",
            mother_id_card = "file, optional", child_household_page = "file, optional" },
  gives = { ss_card_no = "text" },
  undo  = true,
}

-- 入学 ---------------------------------------------------------------------------------------

call "months_insured" { "社保缴了几个月",
  takes = { id_number = "id_number" },
  gives = { months = "number" },
}

call "insurance_record" { "社保缴费证明",
  takes = { id_number = "id_number" },
  gives = { record_no = "text, optional" },
}

call "verify_insurance" { "社会保险缴费记录查询",
  takes = { enrol_no = "text", applicant_id_no = "id_number", employer_uscc = "uscc", consent_signed = "yes_no",
            insurance_record = "file, optional" },
  gives = { social_insurance_months = "number" },
  undo  = true,
}
