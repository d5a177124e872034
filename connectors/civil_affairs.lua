-- 民政局:婚姻登记处。

connector "civil_affairs" { "民政局",
  contact = "婚姻登记处",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "marriage_record" { "婚姻登记记录",
  takes = { wife_id_no = "id_number", husband_id_no = "id_number, optional" },
  gives = { married = "yes_no", marriage_cert_no = "marriage_cert_no, optional" },
}

-- 入学、结婚 ---------------------------------------------------------------------------------

call "marriage_of" { "婚姻登记记录(按一方查)",
  takes = { id_number = "id_number", spouse_id_no = "id_number, optional" },
  gives = { marriage_cert_no = "marriage_cert_no" },
}

call "verify_marriage" { "婚姻登记信息核验",
  takes = { enrol_no = "text", applicant_id_no = "id_number", guardian2_name = "person_name, optional",
            guardian2_id_no = "id_number, optional", marriage_certificate = "file, optional" },
  gives = { marriage_ok = "yes_no" },
  undo  = true,
}

-- 拿本人所填的去核,答登记档案里的。
call "marital_status_of" { "婚姻档案状态",
  takes = { id_number = "id_number", marital_status = "choice" },
  gives = { marital_status = "marital_status" },
}

call "end_of_marriage" { "离婚证、判决书或配偶死亡证明",
  takes = { id_number = "id_number" },
  gives = { document_no = "text" },
}

-- has_come:预约的那天到了。
call "booked_day" { "预约的那天到了没有",
  takes = { man_id_no = "id_number", woman_id_no = "id_number", booking_date = "date" },
  gives = { has_come = "yes_no" },
}

-- 撤回就是取消预约;改期先取消再约(结婚 E04)。
call "book_marriage" { "内地居民结婚登记预约",
  takes = { applicant_side = "choice", man_name = "person_name", man_id_no = "id_number", man_phone = "phone",
            woman_name = "person_name", woman_id_no = "id_number", woman_phone = "phone",
            registry_code = "division6", booking_date = "date", booking_slot = "choice" },
  gives = { booking_no = "text", booking_time = "datetime", registry_code = "division6" },
  undo  = true,
}

-- 没有 undo:登记了就是登记了。
call "register_marriage" { "结婚登记",
  takes = { booking_no = "text", booking_time = "datetime", registry_code = "division6",
            man_name = "person_name", man_id_no = "id_number", man_birthday = "date", man_nationality = "choice",
            man_ethnic = "ethnic_group", man_marital_status = "choice",
            man_registered_status = "marital_status, optional", man_occupation = "text, optional",
            man_education = "choice, optional", man_is_soldier = "yes_no",
            woman_name = "person_name", woman_id_no = "id_number", woman_birthday = "date",
            woman_nationality = "choice", woman_ethnic = "ethnic_group", woman_marital_status = "choice",
            woman_registered_status = "marital_status, optional", woman_occupation = "text, optional",
            woman_education = "choice, optional", woman_is_soldier = "yes_no",
            kinship_declared_none = "yes_no", consent_signed = "yes_no",
            statement = "file, optional", man_former_marriage = "file, optional",
            woman_former_marriage = "file, optional", soldier_certificate = "file, optional" },
  gives = { marriage_cert_no = "marriage_cert_no", marriage_date = "date" },
}

-- 人才就业 -----------------------------------------------------------------------------------

call "marital_status" { "婚姻状况",
  takes = { paper_no = "text" },
  gives = { marital_status = "choice, optional" },
}

-- 个人身后 -----------------------------------------------------------------------------------

call "welfare" { "救助和福利情况",
  takes = { deceased_id_no = "id_number" },
  gives = { married = "yes_no, optional", welfare_type = "choice, optional",
            basic_fee_waived_on_site = "yes_no, optional" },
}

-- 火化前一天为止可以改期(E08)。
call "book_cremation" { "遗体火化预约与火化证明",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", applicant_phone = "phone",
            burial_way = "choice", cremation_wish_date = "date", funeral_home_code = "text",
            body_pickup_address = "address", police_proof = "text, optional",
            death_cert_no = "text", death_date = "datetime", deceased_id_card = "file, optional",
            applicant_id_card = "file, optional", death_paper = "file, optional" },
  gives = { cremation_cert_no = "text", cremation_date = "date" },
  undo  = true,
}

call "waive_funeral_fee" { "惠民殡葬费用减免",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", burial_way = "choice",
            cremation_cert_no = "text", cremation_date = "date" },
  gives = { waived_amount = "money, optional" },
  undo  = true,
}

call "stop_welfare" { "社会救助和福利终止",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", death_date = "datetime",
            welfare_type = "choice" },
  gives = {},
}
