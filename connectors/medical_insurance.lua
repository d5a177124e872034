-- 医疗保障局:医保经办机构。

connector "medical_insurance" { "医疗保障局",
  contact = "医保经办窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "insured_status" { "母亲参保和结算情况",
  takes = { mother_id_no = "id_number" },
  gives = { has_insurance = "yes_no, optional", has_maternity_insurance = "yes_no, optional",
            settled_in_hospital = "yes_no, optional", newborn_premium_waived = "yes_no, optional" },
}

call "medical_bills" { "医疗收费票据、费用清单、出院记录",
  takes = { mother_id_no = "id_number", birth_datetime = "datetime" },
  gives = { bill_no = "text" },
}

-- 办理 ---------------------------------------------------------------------------------------

call "enrol_newborn" { "城乡居民基本医疗保险参保登记",
  takes = { child_id_no = "id_number", hukou_region_code = "division6", child_name = "new_name",
            mother_id_no = "id_number", medins_address = "address", consent_signed = "yes_no",
            mother_id_card = "file, optional", child_household_page = "file, optional" },
  gives = { medins_person_no = "text", medins_region_code = "division6, optional" },
  undo  = true,
}

call "reimburse_childbirth" { "生育医疗费用报销",
  takes = { birth_cert_no = "birth_cert_no", birth_datetime = "datetime",
            mother_name = "person_name", bank_holder = "person_name", bank_account = "bank_card",
            bank_branch = "text", medical_bills = "file, optional" },
  gives = { reimbursed_amount = "money, optional" },
  undo  = true,
}

call "grant_maternity_allowance" { "生育津贴核准支付",
  takes = { birth_cert_no = "birth_cert_no", birth_datetime = "datetime",
            mother_id_no = "id_number", bank_holder = "person_name", bank_account = "bank_card",
            bank_branch = "text" },
  gives = { allowance_amount = "money, optional" },
  undo  = true,
}

-- 结婚 ---------------------------------------------------------------------------------------

call "employee_insured" { "是否参加职工医保",
  takes = { id_number = "id_number" },
  gives = { has_employee_insurance = "yes_no" },
}

call "share_family_account" { "职工医保个人账户家庭共济绑定",
  takes = { marriage_cert_no = "marriage_cert_no", man_id_no = "id_number", woman_id_no = "id_number",
            man_has_employee_medins = "yes_no", woman_has_employee_medins = "yes_no" },
  gives = { bound_on = "date, optional" },
  undo  = true,
}

-- 人才就业 -----------------------------------------------------------------------------------

-- 没有 undo:参保登记只能停保(减员)。
call "enrol_employee" { "职工医疗保险参保登记",
  takes = { employer_name = "text", employer_uscc = "uscc", person_name = "person_name",
            person_id_no = "text", monthly_wage = "number", employment_reg_no = "text, optional",
            id_card = "file, optional", business_licence = "file, optional" },
  gives = { medins_person_no = "text" },
}

call "transfer_in" { "基本医疗保险关系转移接续",
  takes = { person_name = "person_name", person_id_no = "text",
            previous_medins_region = "division6, optional", medins_person_no = "text",
            id_card = "file, optional" },
  gives = { medins_months = "number, optional" },
  undo  = true,
}

-- 个人身后 -----------------------------------------------------------------------------------

call "deceased_insured" { "逝者医保情况",
  takes = { deceased_id_no = "id_number" },
  gives = { medins_type = "choice, optional" },
}

call "stop_insurance" { "基本医疗保险停保(减员)",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", death_date = "datetime",
            medins_type = "choice" },
  gives = { medins_account_balance = "money, optional" },
}

call "withdraw_account" { "医保个人账户一次性支取",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", medins_type = "choice",
            heir_declared = "yes_no", heirs = "list", heirs_agree = "yes_no, optional",
            payee_name = "person_name", payee_id_no = "id_number",
            payee_bank_account = "bank_card", medins_account_balance = "money, optional",
            deceased_id_card = "file, optional", applicant_id_card = "file, optional",
            death_paper = "file, optional" },
  gives = { paid_amount = "money, optional" },
  undo  = true,
}
