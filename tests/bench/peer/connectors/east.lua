-- 测量台上的部门:东边的部门。测量台用 nginx 作部门,答的是它自己的话:
-- {"status":"approved","code":0,"ref":"…","office":"12"},网址末尾是申请编号。

connector "east" { "东边的部门",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
  answer  = { state = "status", approved = "approved", result_id = "ref" },
  url_ends = "application",
}

call "step3" { "证明",
  takes = { mother_name = "text", mother_national_id = "text", mother_date_of_birth = "text",
            mother_ethnicity = "text", mother_phone = "text", mother_email = "text", before_no = "text",
            before_office = "text" },
  gives = { ref = "text", office = "text" },
}

call "step4" { "建档",
  takes = { mother_employer = "text", mother_employer_insurance_no = "text", mother_occupation = "text",
            mother_education = "text", mother_maternity_leave_start = "text", before_no = "text",
            before_office = "text" },
  gives = { ref = "text", office = "text" },
}
