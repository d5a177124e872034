-- 不动产登记中心:权属查询。

connector "real_estate" { "不动产登记中心",
  contact = "不动产登记中心查询窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "property_of" { "名下住房",
  takes = { owner_id_no = "id_number" },
  gives = { property_cert_no = "text, optional", property_share = "number, optional" },
}

call "property" { "不动产权证书",
  takes = { property_cert_no = "text" },
  gives = { property_cert_no = "text" },
}

call "home_at" { "不动产权证(按地址查)",
  takes = { migration_address = "address" },
  gives = { property_cert_no = "text" },
}

-- 办理 ---------------------------------------------------------------------------------------

call "verify_property" { "不动产权属核验",
  takes = { enrol_no = "text", applicant_id_no = "id_number", guardian2_name = "person_name, optional",
            guardian2_id_no = "id_number, optional", property_cert_no = "text", property_owner = "choice",
            property_share = "number", home_address = "address", consent_signed = "yes_no",
            property_certificate = "file, optional" },
  gives = { property_address = "address", property_share = "number", property_reg_date = "date" },
  undo  = true,
}

-- 人才就业 -----------------------------------------------------------------------------------

call "homes" { "本市住房情况",
  takes = { person_id_no = "text" },
  gives = { owns_home = "yes_no" },
}

-- 个人身后 -----------------------------------------------------------------------------------

call "book_inheritance" { "不动产继承登记预约",
  takes = { applicant_phone = "phone", deceased_name = "person_name", deceased_id_no = "id_number",
            has_real_estate = "yes_no", hukou_cancel_date = "date" },
  gives = { booking_no = "text, optional" },
  undo  = true,
}
