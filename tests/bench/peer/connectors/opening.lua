-- 测量台上的部门:受理处。测量台用 nginx 作部门,答的是它自己的话:
-- {"status":"approved","code":0,"ref":"…","office":"12"},网址末尾是申请编号。

connector "opening" { "受理处",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
  answer  = { state = "status", approved = "approved", result_id = "ref" },
  url_ends = "application",
}

call "step1" { "受理登记",
  takes = { kind = "text", external_ref = "text", submitted_at = "text", channel = "text",
            language = "text", delivery_method = "text", delivery_to = "text", materials = "text" },
  gives = { ref = "text", office = "text" },
}

call "step9" { "归档",
  takes = { consents_share_data = "yes_no", consents_sms = "yes_no",
            consents_electronic_licence = "yes_no", first_no = "text", last_no = "text" },
  gives = { ref = "text", office = "text" },
}
