-- 组织部:党员服务窗口、人才办。

connector "organization" { "组织部",
  contact = "党员服务窗口;人才办",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
  style   = "desk",                                -- 党员系统是专网,没有接口:窗口在本平台的办件台办
}

call "transfer_membership" { "党组织关系转接",
  takes = { person_name = "person_name", person_id_no = "text", party_org_to = "text",
            is_party_member = "yes_no", party_letter = "file, optional" },
  gives = { accepted_on = "date, optional" },
  undo  = true,
}

call "classify_talent" { "人才分类认定",
  takes = { person_name = "person_name", person_id_no = "text", degree = "choice",
            school_name = "text", social_insurance_months = "number", talent_basis = "choice",
            ss_person_no = "text", id_card = "file, optional", diploma_paper = "file, optional",
            degree_paper = "file, optional", degree_report = "file, optional",
            contract = "file, optional", business_licence = "file, optional",
            insurance_proof = "file, optional" },
  gives = { talent_grade = "text" },
  undo  = true,
}
