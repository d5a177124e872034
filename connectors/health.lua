-- 卫生健康局:助产机构、乡镇(街道)卫健窗口、社区卫生服务中心、妇幼保健院。
-- 原生协议(connectors/README.md):只写"问什么、答什么、能不能撤",其余由平台照办。

connector "health" { "卫生健康局",
  contact = "助产机构出生证窗口;乡镇(街道)卫生健康窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "delivery_record" { "分娩记录",
  takes = { mother_id_no = "id_number" },
  gives = { mother_name = "person_name, optional", child_sex = "choice, optional",
            birth_datetime = "datetime, optional", gestation_weeks = "number, optional",
            birth_weight_g = "number, optional", birth_length_cm = "number, optional",
            birth_place_type = "choice, optional", midwifery_code = "text, optional",
            birth_region_code = "division6, optional", first_issue = "yes_no, optional",
            fertility_registered = "yes_no, optional" },
}

call "mother_child_handbook" { "母子健康手册",
  takes = { mother_id_no = "id_number", child_name = "new_name" },
  gives = { handbook_no = "text" },
}

-- 办理 ---------------------------------------------------------------------------------------

call "register_fertility" { "生育登记",
  takes = { applicant_name = "person_name", child_order = "choice" },
  gives = { fertility_reg_no = "text" },
  undo  = true,
}

-- 签发前可以撤;证件印出后院方回"不能撤"(E03、E07)。
call "issue_birth_certificate" { "出生医学证明首次签发",
  takes = { applicant_name = "person_name", applicant_id_no = "id_number",
            applicant_relation = "choice", applicant_phone = "phone", applied_by_agent = "yes_no",
            mother_name = "person_name", mother_id_no = "id_number", mother_ethnic = "ethnic_group",
            mother_phone = "phone", father_info_waived = "yes_no",
            father_name = "person_name, optional", father_id_no = "id_number, optional",
            father_ethnic = "ethnic_group, optional", father_phone = "phone, optional",
            child_name = "new_name", child_surname = "text", mother_surname = "text",
            father_surname = "text, optional", child_sex = "choice", birth_datetime = "datetime",
            gestation_weeks = "number, optional", birth_weight_g = "number, optional",
            birth_length_cm = "number, optional", birth_place_type = "choice",
            midwifery_code = "text", birth_region_code = "division6", first_issue = "yes_no",
            delivery_way = "choice", consent_signed = "yes_no",
            mother_id_card = "file, optional", father_id_card = "file, optional",
            father_id_photo = "file, optional",
            father_waiver = "file, optional", authority = "file, optional" },
  gives = { birth_cert_no = "birth_cert_no", child_name = "new_name, optional",
            child_sex = "choice, optional", birth_datetime = "datetime, optional",
            birth_region_code = "division6, optional", midwifery_code = "text, optional" },
  undo  = true,
}

call "open_child_record" { "儿童保健手册建册",
  takes = { birth_cert_no = "birth_cert_no", child_name = "new_name", mother_phone = "phone",
            birth_certificate_paper = "file, optional" },
  gives = { child_handbook_no = "text" },
  undo  = true,
}

call "register_guidance" { "科学育儿指导服务登记",
  takes = { child_name = "new_name", mother_phone = "phone" },
  gives = { guidance_no = "text, optional" },
  undo  = true,
}

call "grant_childcare_subsidy" { "育儿补贴申领",
  takes = { child_id_no = "id_number", hukou_region_code = "division6",
            birth_cert_no = "birth_cert_no", birth_datetime = "datetime", child_order = "choice",
            hukou_address = "address", bank_holder = "person_name", bank_account = "bank_card" },
  gives = { subsidy_approved = "yes_no, optional" },
  undo  = true,
}

-- 入学、结婚 ---------------------------------------------------------------------------------

call "birth_certificate_of" { "出生医学证明",
  takes = { child_id_no = "id_number" },
  gives = { birth_cert_no = "birth_cert_no" },
}

call "verify_parentage" { "出生医学证明(亲子关系)核验",
  takes = { enrol_no = "text", child_id_no = "id_number", applicant_id_no = "id_number",
            birth_certificate = "file, optional" },
  gives = { parentage_ok = "yes_no" },
  undo  = true,
}

-- 结果只告诉本人,不给婚姻登记处。
call "book_premarital_exam" { "婚前医学检查",
  takes = { man_phone = "phone", woman_phone = "phone" },
  gives = { premarital_done = "yes_no, optional" },
  undo  = true,
}

-- 已经登记过的,答原来的编号(结婚 E08)。
call "register_couple_fertility" { "生育登记(夫妻)",
  takes = { man_id_no = "id_number", woman_id_no = "id_number", woman_phone = "phone",
            marriage_cert_no = "marriage_cert_no", marriage_date = "date", planned_child_order = "choice",
            fertility_region = "division9", consent_signed = "yes_no",
            man_id_card = "file, optional", woman_id_card = "file, optional",
            man_household_book = "file, optional", woman_household_book = "file, optional",
            marriage_certificate = "file, optional", fertility_statement = "file, optional" },
  gives = { fertility_reg_no = "text" },
  undo  = true,
}

-- marriage_cert_no:登记以后补送。
call "book_prepregnancy_exam" { "免费孕前优生健康检查预约",
  takes = { man_phone = "phone", woman_phone = "phone", marriage_cert_no = "marriage_cert_no, optional" },
  gives = { exam_on = "date, optional" },
  undo  = true,
}

-- 个人身后 -----------------------------------------------------------------------------------

-- 没有 undo:出具以后只能更正(E08)。
call "issue_death_certificate" { "居民死亡医学证明(推断)书",
  takes = { applicant_name = "person_name", applicant_id_no = "id_number",
            applicant_relation = "choice", applicant_phone = "phone", applied_by_agent = "yes_no",
            agent_name = "person_name, optional", agent_village_code = "division12, optional",
            deceased_name = "person_name", deceased_id_no = "id_number", deceased_sex = "choice",
            deceased_hukou_address = "address", death_date = "datetime", death_place = "choice",
            death_place_region = "division12", death_cause_text = "text, optional",
            consent_signed = "yes_no", applicant_id_card = "file, optional",
            authority = "file, optional", paper_certificate = "file, optional" },
  gives = { death_cert_no = "text", death_date = "datetime", death_cause_class = "text, optional" },
}
