-- 测量台上的部门:西边的部门。测量台用 nginx 作部门,答的是它自己的话:
-- {"status":"approved","code":0,"ref":"…","office":"12"},网址末尾是申请编号。

connector "west" { "西边的部门",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
  answer  = { state = "status", approved = "approved", result_id = "ref" },
  url_ends = "application",
}

call "step7" { "制卡",
  takes = { bank_account_holder = "text", bank_bank_name = "text", bank_branch = "text",
            bank_account_no = "text", father_employer = "text", father_employer_insurance_no = "text",
            father_occupation = "text", father_education = "text", before_no = "text",
            before_office = "text" },
  gives = { ref = "text", office = "text" },
}

call "step8" { "保健",
  takes = { medical_admission_no = "text", medical_admitted_on = "text", medical_discharged_on = "text",
            medical_invoice_no = "text", medical_total_expense = "text", medical_delivery = "text",
            before_no = "text", before_office = "text" },
  gives = { ref = "text", office = "text" },
}
