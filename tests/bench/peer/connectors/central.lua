-- 测量台上的部门:登记处。测量台用 nginx 作部门,答的是它自己的话:
-- {"status":"approved","code":0,"ref":"…","office":"12"},网址末尾是申请编号。

connector "central" { "登记处",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
  answer  = { state = "status", approved = "approved", result_id = "ref" },
  url_ends = "application",
}

call "step2" { "主登记",
  takes = { baby_name = "text", baby_sex = "text", baby_date_of_birth = "text",
            baby_time_of_birth = "text", baby_weight_grams = "number", baby_length_mm = "number",
            baby_gestation_weeks = "number", baby_place_of_birth = "text", baby_hospital_code = "text",
            baby_birth_order = "number", baby_multiple_birth = "yes_no",
            baby_birth_certificate_medical_no = "text", before_no = "text" },
  gives = { ref = "text", office = "text" },
}
