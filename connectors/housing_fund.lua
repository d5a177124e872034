-- 住房公积金管理中心:个人账户、转移、提取。

connector "housing_fund" { "住房公积金管理中心",
  contact = "公积金中心窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "employer" { "单位公积金账户",
  takes = { employer_uscc = "uscc" },
  gives = { employer_fund_no = "text, optional" },
}

call "open_account" { "住房公积金个人账户设立",
  takes = { employer_name = "text", employer_uscc = "uscc", employer_fund_no = "text",
            person_name = "person_name", person_id_no = "text", contract_start = "date",
            monthly_wage = "number", fund_rate = "number", id_card = "file, optional",
            contract = "file, optional", business_licence = "file, optional" },
  gives = { fund_account_no = "text" },
  undo  = true,
}

call "transfer_in" { "住房公积金异地转移接续",
  takes = { person_name = "person_name", person_id_no = "text", previous_fund_region = "division6, optional",
            fund_account_no = "text", id_card = "file, optional" },
  gives = { transferred_amount = "money, optional" },
  undo  = true,
}

-- 个人身后 -----------------------------------------------------------------------------------

call "deceased_account" { "逝者公积金账户和贷款",
  takes = { deceased_id_no = "id_number" },
  gives = { has_housing_fund = "yes_no, optional", fund_loan_open = "yes_no, optional" },
}

call "withdraw_for_heirs" { "住房公积金提取(死亡)",
  takes = { applicant_name = "person_name", applicant_id_no = "id_number",
            deceased_name = "person_name", deceased_id_no = "id_number",
            has_housing_fund = "yes_no", fund_loan_open = "yes_no, optional",
            heir_declared = "yes_no", heirs = "list", heirs_agree = "yes_no, optional",
            payee_name = "person_name", payee_id_no = "id_number",
            payee_bank_account = "bank_card", payee_bank_branch = "text", death_cert_no = "text",
            hukou_cancel_date = "date, optional", deceased_id_card = "file, optional",
            applicant_id_card = "file, optional", household_book = "file, optional",
            death_paper = "file, optional",
            kinship = "file, optional", notary_paper = "file, optional" },
  gives = { paid_amount = "money, optional" },
  undo  = true,
}
