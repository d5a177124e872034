-- 测量台上的部门:南边的部门。测量台用 nginx 作部门,答的是它自己的话:
-- {"status":"approved","code":0,"ref":"…","office":"12"},网址末尾是申请编号。

connector "south" { "南边的部门",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
  answer  = { state = "status", approved = "approved", result_id = "ref" },
  url_ends = "application",
}

call "step5" { "入户",
  takes = { household_registration_no = "text", household_head_of_household = "text",
            household_relationship = "text", household_province = "text", household_city = "text",
            household_district = "text", household_street = "text", household_postal_code = "text",
            household_police_station = "text", before_no = "text", before_office = "text" },
  gives = { ref = "text", office = "text" },
}

call "step6" { "参保",
  takes = { father_name = "text", father_national_id = "text", father_date_of_birth = "text",
            father_ethnicity = "text", father_phone = "text", father_email = "text", before_no = "text",
            before_office = "text" },
  gives = { ref = "text", office = "text" },
}
