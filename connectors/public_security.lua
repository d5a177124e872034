-- 公安局:派出所(户籍、人口管理)。

connector "public_security" { "公安局",
  contact = "派出所户籍窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "identity_card" { "居民身份证",
  takes = { id_number = "id_number" },
  gives = { name = "person_name", ethnic_group = "ethnic_group, optional",
            local_hukou = "yes_no, optional", province_hukou = "yes_no, optional",
            hukou_region = "division6, optional" },
}

call "household" { "居民户口簿",
  takes = { id_number = "id_number" },
  gives = { householder_name = "person_name", household_type = "choice, optional",
            address = "address, optional" },
}

call "newborn_registered" { "是否已登记户口(查重)",
  takes = { mother_id_no = "id_number", child_name = "new_name", birth_datetime = "datetime" },
  gives = { registered = "yes_no" },
}

-- 办理 ---------------------------------------------------------------------------------------

-- 没有 undo:户口登记后要改,走变更更正手续,不能一撤了之(E07)。
call "register_birth" { "出生登记",
  takes = { birth_cert_no = "birth_cert_no", applicant_name = "person_name",
            applicant_id_no = "id_number", applicant_phone = "phone",
            mother_name = "person_name", mother_id_no = "id_number", mother_ethnic = "ethnic_group",
            mother_is_soldier = "yes_no", father_name = "person_name, optional",
            father_id_no = "id_number, optional", father_ethnic = "ethnic_group, optional",
            father_is_soldier = "yes_no, optional", parents_married = "yes_no",
            marriage_cert_no = "marriage_cert_no, optional",
            out_of_wedlock_declared = "yes_no, optional",
            child_name = "new_name", child_sex = "choice", birth_datetime = "datetime",
            birth_region_code = "division6", hukou_side = "choice", householder_name = "person_name",
            relation_to_householder = "household_relation", hukou_household_type = "choice",
            hukou_address = "address", child_ethnic = "ethnic_group",
            ethnic_choice_signed = "yes_no, optional", native_place_code = "division6",
            delivery_way = "choice", delivery_name = "person_name, optional",
            delivery_phone = "phone, optional", delivery_address = "address, optional",
            consent_signed = "yes_no",
            household_book = "file, optional", marriage_certificate = "file, optional",
            birth_certificate_paper = "file, optional", out_of_wedlock_statement = "file, optional",
            paternity_report = "file, optional", ethnic_confirmation = "file, optional",
            collective_papers = "file, optional" },
  gives = { child_id_no = "id_number", hukou_no = "text", hukou_address = "address, optional",
            hukou_region_code = "division6" },
}

-- 入学、结婚 ---------------------------------------------------------------------------------

call "same_household" { "是否同一户口簿",
  takes = { child_id_no = "id_number", guardian_id_no = "id_number" },
  gives = { same_household = "yes_no" },
}

call "residence_permit" { "居住证",
  takes = { residence_permit_no = "id_number" },
  gives = { permit_valid = "yes_no", residence_months = "number, optional" },
}

call "verify_hukou" { "户籍信息核验",
  takes = { enrol_no = "text", child_name = "person_name", child_id_no = "id_number",
            household_book_no = "text, optional", hukou_basis = "choice", consent_signed = "yes_no",
            household_book = "file, optional" },
  gives = { hukou_address = "address", hukou_move_in_date = "date, optional",
            hukou_region_code = "division6", family_relation_ok = "yes_no, optional" },
  undo  = true,
}

call "verify_residence_permit" { "居住证核验",
  takes = { enrol_no = "text", applicant_id_no = "id_number", residence_permit_no = "id_number",
            residence_permit = "file, optional" },
  gives = { residence_permit_ok = "yes_no", residence_months = "number", residence_address = "address, optional" },
  undo  = true,
}

-- 没有 undo:婚姻状况、迁移、分户登记后要改,走变更更正手续。夫妻各在户籍地办,可能在两处。
call "change_marital_status" { "户口登记项目变更(婚姻状况)",
  takes = { name = "person_name", id_number = "id_number", hukou_region = "division6", spouse_name = "person_name",
            marriage_cert_no = "marriage_cert_no", marriage_date = "date", delivery_way = "choice",
            delivery_name = "person_name, optional", delivery_phone = "phone, optional",
            delivery_address = "address, optional", consent_signed = "yes_no",
            man_id_card = "file, optional", woman_id_card = "file, optional",
            man_household_book = "file, optional", woman_household_book = "file, optional",
            marriage_certificate = "file, optional" },
  gives = { hukou_marital_status = "marital_status" },
}

call "move_to_spouse" { "夫妻投靠户口迁移",
  takes = { marriage_cert_no = "marriage_cert_no", marriage_date = "date", mover_id_no = "id_number",
            man_hukou_region = "division6", woman_hukou_region = "division6", migration_target = "choice",
            migration_address = "address", householder_is_applicant = "yes_no",
            hukou_marital_status_man = "marital_status, optional",
            hukou_marital_status_woman = "marital_status, optional", delivery_way = "choice",
            delivery_name = "person_name, optional", delivery_phone = "phone, optional",
            delivery_address = "address, optional",
            man_id_card = "file, optional", woman_id_card = "file, optional",
            man_household_book = "file, optional", woman_household_book = "file, optional",
            marriage_certificate = "file, optional", home_certificate = "file, optional" },
  gives = { new_hukou_address = "address", new_hukou_no = "text" },
}

-- new_hukou_no:迁入办好以后补送。
call "split_household" { "分户(户主或与户主关系变更)",
  takes = { marriage_cert_no = "marriage_cert_no", split_household = "yes_no", new_hukou_no = "text, optional" },
  gives = { split_hukou_no = "text" },
}

call "reissue_identity_card" { "居民身份证换领",
  takes = { mover_id_no = "id_number", migration_address = "address", new_hukou_address = "address" },
  gives = { card_ready_on = "date, optional" },
  undo  = true,
}

-- 人才就业 -----------------------------------------------------------------------------------

call "identity_paper" { "居民身份证或其他有效证件",
  takes = { paper_no = "text" },
  gives = { name = "person_name" },
}

call "resident" { "户口登记情况",
  takes = { id_number = "id_number" },
  gives = { ethnic_group = "ethnic_group, optional", local_hukou = "yes_no, optional",
            hukou_type = "choice, optional", hukou_region = "division6, optional",
            address = "address, optional", is_householder = "yes_no, optional",
            has_driving_licence = "yes_no, optional" },
}

-- 拿表上填的去核,答登记的是什么。hukou_state:normal 正常,cancelled 已注销,moving 迁移中。
call "compare_resident" { "户口登记核对",
  takes = { id_number = "id_number", name = "person_name", hukou_region = "division6" },
  gives = { name = "person_name", hukou_region = "division6", hukou_state = "choice" },
}

-- 准迁证没有用以前可以撤(E05)。
call "migrate_talent" { "人才落户(户口迁移)",
  takes = { person_name = "person_name", person_id_no = "text", person_phone = "phone",
            degree = "choice", diploma_no = "text", contract_end = "date, optional",
            social_insurance_months = "number", hukou_target = "choice",
            hukou_target_address = "address", delivery_way = "choice",
            delivery_address = "address, optional", ss_person_no = "text", ss_start_month = "text",
            id_card = "file, optional", household_book = "file, optional",
            diploma_paper = "file, optional", degree_report = "file, optional",
            contract = "file, optional", insurance_proof = "file, optional",
            hukou_consent = "file, optional" },
  gives = { new_hukou_address = "address" },
  undo  = true,
}

call "renew_identity_card" { "居民身份证换领",
  takes = { person_name = "person_name", person_id_no = "text", hukou_target_address = "address",
            new_hukou_address = "address", delivery_way = "choice",
            delivery_address = "address, optional", id_card = "file, optional",
            household_book = "file, optional", photo = "file, optional" },
  gives = { id_card_ready_on = "date, optional" },
}

call "register_residence" { "居住登记(居住证)",
  takes = { person_name = "person_name", person_id_no = "text", current_address = "address",
            delivery_way = "choice", delivery_address = "address, optional",
            id_card = "file, optional", household_book = "file, optional" },
  gives = { residence_no = "text" },
  undo  = true,
}

-- 个人身后 -----------------------------------------------------------------------------------

-- under_inquiry:公安正在查死因;等着的事项每天再问一次。
call "death_inquiry" { "公安是否在查死因",
  takes = { deceased_id_no = "id_number" },
  gives = { under_inquiry = "yes_no" },
}

call "driving_licence" { "机动车驾驶证",
  takes = { id_number = "id_number" },
  gives = { licence_no = "text" },
}

call "kinship" { "户籍登记的亲属关系",
  takes = { deceased_id_no = "id_number", applicant_id_no = "id_number" },
  gives = { relation = "household_relation, optional" },
}

call "issue_abnormal_death_proof" { "非正常死亡证明",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", death_date = "datetime",
            abnormal_death = "yes_no", applicant_phone = "phone" },
  gives = { death_cert_no = "text", death_date = "datetime", death_cause_class = "text, optional" },
}

-- 没有 undo:注销以后只能更正(E08)。
call "cancel_household" { "户口注销(死亡登记)",
  takes = { applicant_name = "person_name", applicant_id_no = "id_number",
            applicant_relation = "choice", deceased_name = "person_name",
            deceased_id_no = "id_number", deceased_hukou_address = "address",
            hukou_region = "division6", hukou_state = "choice, optional", died_abroad = "yes_no",
            late_reason = "text, optional", delivery_way = "choice",
            delivery_address = "address, optional", consent_signed = "yes_no",
            death_cert_no = "text", death_date = "datetime", deceased_id_card = "file, optional",
            applicant_id_card = "file, optional", household_book = "file, optional",
            death_paper = "file, optional",
            translation = "file, optional" },
  gives = { hukou_cancel_date = "date", household_members_left = "number, optional" },
}

call "change_householder" { "户主变更与配偶婚姻状况变更",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number",
            deceased_is_householder = "yes_no", deceased_married = "yes_no",
            hukou_cancel_date = "date", household_members_left = "number, optional" },
  gives = { new_householder = "person_name, optional" },
}

call "cancel_driving_licence" { "机动车驾驶证注销",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number",
            has_driving_licence = "yes_no", hukou_cancel_date = "date",
            household_cancel_proof = "file, optional", driving_licence = "file, optional" },
  gives = {},
}
