-- 教育局:招生办、学校。报名头几分钟千家同来,limit 让后面的排队,先报后报一样(入学 E08)。

connector "education" { "教育局",
  contact = "教育局招生办",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

-- enrolled:今年在本市已报过名。
call "pupil_status" { "学籍和报名情况",
  takes = { child_id_no = "id_number", stage = "choice" },
  gives = { primary_graduate = "yes_no, optional", previous_school = "text, optional", enrolled = "yes_no" },
}

-- 报名日期每年、每类学生各不相同,由教育局回答,不写在事件文件里。late:过了日期、还收补报的。
call "enrolment_window" { "报名日期",
  takes = { stage = "choice", pupil_class = "text" },
  gives = { has_opened = "yes_no", has_closed = "yes_no", late = "yes_no, optional" },
}

-- 办理 ---------------------------------------------------------------------------------------

call "register_pupil" { "新生入学信息采集(报名登记)",
  takes = { stage = "choice", child_name = "person_name", child_id_no = "id_number", birthday = "date",
            primary_graduate = "yes_no, optional", previous_school = "text, optional",
            applicant_name = "person_name", applicant_id_no = "id_number", applicant_phone = "phone",
            guardian_relation = "choice", pupil_class = "text", truth_promise = "yes_no",
            consent_signed = "yes_no", guardian_card = "file, optional",
            guardianship = "file, optional", authority = "file, optional" },
  gives = { enrol_no = "text", pupil_class = "text, optional" },
  undo  = true,
}

-- 各项核验的结果,没有核的那几项空着。
call "review_eligibility" { "入学资格审核与学区匹配",
  takes = { birthday = "date", pupil_class = "text", preference_category = "choice", home_address = "address",
            hukou_address = "address", hukou_move_in_date = "date, optional", family_relation_ok = "yes_no, optional",
            residence_permit_ok = "yes_no, optional", residence_months = "number, optional",
            property_address = "address, optional", property_share = "number, optional",
            property_reg_date = "date, optional", presale_address = "address, optional",
            rental_address = "address, optional", social_insurance_months = "number, optional",
            licence_ok = "yes_no, optional", parentage_ok = "yes_no, optional", marriage_ok = "yes_no, optional",
            no_home_statement = "file, optional" },
  gives = { eligible = "yes_no", catchment_school_code = "text", rank_key = "text" },
  undo  = true,
}

-- 撤回就是放弃学位。
call "place_pupil" { "录取与统筹安排",
  takes = { eligible = "yes_no", catchment_school_code = "text", rank_key = "text",
            is_twin = "yes_no, optional", special_needs = "yes_no, optional", applicant_phone = "phone",
            guardian2_phone = "phone, optional", wish_school_1 = "text", wish_school_2 = "text, optional",
            accept_transfer = "yes_no" },
  gives = { school_code = "text", admission_no = "text" },
  undo  = true,
}

-- 没有 undo:学籍建了要改,走转学手续。
call "open_student_record" { "学籍建立",
  takes = { school_code = "text", admission_no = "text", child_name = "person_name", child_id_no = "id_number",
            sex = "sex", child_ethnic = "ethnic_group" },
  gives = { student_no = "text" },
}

-- 人才就业 -----------------------------------------------------------------------------------

call "diploma" { "学历信息",
  takes = { person_id_no = "text" },
  gives = { is_graduate = "yes_no, optional", degree = "choice, optional",
            school_name = "text, optional", major = "text, optional",
            graduation_date = "date, optional", diploma_no = "text, optional" },
}
