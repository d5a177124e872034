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

-- 人才就业 -----------------------------------------------------------------------------------

call "employer" { "单位参保登记情况",
  takes = { employer_uscc = "uscc" },
  gives = { employer_name = "text, optional", employer_ss_no = "text, optional",
            registered = "yes_no, optional", region = "division6, optional" },
}

-- has_stopped:原单位已停保(没有原单位的也算);retired:合同起始那天已到退休年龄。
call "worker" { "本人参保情况",
  takes = { person_id_no = "text", contract_start = "date" },
  gives = { has_ss_card = "yes_no, optional", has_stopped = "yes_no, optional",
            paid_months = "number, optional", retired = "yes_no, optional" },
}

call "register_graduate" { "高校毕业生接收登记",
  takes = { person_name = "person_name", person_id_no = "text", degree = "choice",
            school_name = "text", major = "text", graduation_date = "date", diploma_no = "text",
            id_card = "file, optional", diploma_paper = "file, optional" },
  gives = { grad_reg_no = "text" },
  undo  = true,
}

call "register_employment" { "就业登记",
  takes = { employer_name = "text", employer_uscc = "uscc", hr_name = "person_name",
            hr_phone = "phone", person_name = "person_name", person_id_no = "text",
            person_id_type = "choice", person_birth_date = "date", contract_type = "choice",
            contract_start = "date", contract_end = "date, optional", job_type = "text",
            id_card = "file, optional", contract = "file, optional",
            business_licence = "file, optional" },
  gives = { employment_reg_no = "text" },
  undo  = true,
}

-- 没有 undo:参保登记只能停保(减员),不能当没有过。
call "enrol_social_insurance" { "社会保险参保登记(新增)",
  takes = { employer_name = "text", employer_uscc = "uscc", employer_ss_no = "text",
            employer_registered = "yes_no", person_name = "person_name", person_id_no = "text",
            person_sex = "sex", person_ethnic = "ethnic_group, optional",
            hukou_type = "choice, optional", contract_start = "date", monthly_wage = "number",
            previous_employer_stopped = "yes_no", employment_reg_no = "text, optional",
            id_card = "file, optional", contract = "file, optional",
            business_licence = "file, optional" },
  gives = { ss_person_no = "text", ss_start_month = "text" },
}

call "remind_former_employer" { "提醒原单位停保",
  takes = { person_name = "person_name", person_id_no = "text", contract_start = "date" },
  gives = {},
}

call "issue_employee_card" { "社会保障卡申领(职工)",
  takes = { person_name = "person_name", person_id_no = "text", person_phone = "phone",
            ss_card_bank = "choice", delivery_way = "choice",
            delivery_address = "address, optional", ss_person_no = "text, optional",
            id_card = "file, optional", photo = "file, optional" },
  gives = { ss_card_no = "text" },
  undo  = true,
}

call "receive_archive" { "档案接收",
  takes = { person_name = "person_name", person_id_no = "text", archive_place = "choice",
            archive_from = "text, optional", id_card = "file, optional",
            archive_letter = "file, optional" },
  gives = { archive_no = "text" },
  undo  = true,
}

call "grant_living_allowance" { "应届毕业生生活补贴",
  takes = { person_name = "person_name", person_id_no = "text", is_graduate = "yes_no",
            degree = "choice", graduation_date = "date", bank_account = "bank_card",
            ss_person_no = "text", ss_start_month = "text", id_card = "file, optional",
            diploma_paper = "file, optional", degree_paper = "file, optional",
            degree_report = "file, optional", contract = "file, optional",
            business_licence = "file, optional", insurance_proof = "file, optional",
            bank_card = "file, optional" },
  gives = { allowance_paid = "money, optional" },
  undo  = true,
}

call "recognise_title" { "职称初定",
  takes = { person_name = "person_name", person_id_no = "text", degree = "choice", major = "text",
            archive_no = "text, optional", id_card = "file, optional",
            diploma_paper = "file, optional", degree_paper = "file, optional",
            degree_report = "file, optional", work_appraisal = "file, optional" },
  gives = { title_cert_no = "text, optional" },
  undo  = true,
}

-- 个人身后 -----------------------------------------------------------------------------------

call "deceased_insured" { "逝者参保和社保卡情况",
  takes = { deceased_id_no = "id_number" },
  gives = { pension_type = "choice, optional", has_ss_card = "yes_no, optional" },
}

call "stop_pension" { "养老待遇停发(参保关系终止)",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", death_date = "datetime",
            pension_type = "choice", death_paper = "file, optional" },
  gives = { pension_overpaid = "money, optional" },
}

call "pay_pension_account" { "职工养老保险个人账户一次性待遇",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", heir_declared = "yes_no",
            heirs = "list", heirs_agree = "yes_no, optional", payee_name = "person_name",
            payee_id_no = "id_number", payee_bank_account = "bank_card",
            pension_overpaid = "money, optional", hukou_cancel_date = "date, optional",
            deceased_id_card = "file, optional" },
  gives = { account_amount = "money, optional" },
  undo  = true,
}

call "grant_survivor_benefit" { "遗属待遇(丧葬补助金和抚恤金)",
  takes = { applicant_name = "person_name", applicant_id_no = "id_number",
            applicant_relation = "choice", applicant_phone = "phone",
            deceased_name = "person_name", deceased_id_no = "id_number", pension_type = "choice",
            heir_declared = "yes_no", payee_name = "person_name", payee_id_no = "id_number",
            payee_bank_account = "bank_card", payee_bank_branch = "text",
            consent_signed = "yes_no", pension_overpaid = "money, optional",
            cremation_cert_no = "text, optional", hukou_cancel_date = "date, optional",
            deceased_id_card = "file, optional", applicant_id_card = "file, optional",
            household_book = "file, optional", death_paper = "file, optional", no_cremation_proof = "file, optional",
            kinship = "file, optional" },
  gives = { survivor_amount = "money, optional" },
  undo  = true,
}

call "end_resident_pension" { "城乡居民养老保险注销登记与丧葬补助金",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", pension_type = "choice",
            payee_name = "person_name", payee_id_no = "id_number",
            payee_bank_account = "bank_card", pension_overpaid = "money, optional",
            cremation_cert_no = "text, optional", no_cremation_proof = "file, optional" },
  gives = { resident_grant_amount = "money, optional" },
  undo  = true,
}

call "cancel_social_security_card" { "社会保障卡注销",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", has_ss_card = "yes_no",
            survivor_amount = "money, optional", resident_grant_amount = "money, optional",
            account_amount = "money, optional" },
  gives = {},
}
