-- 公安局:落户地派出所(户籍)。

connector "public_security" { "公安局",
  contact = "落户地派出所户籍窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

-- 查询 ---------------------------------------------------------------------------------------

call "identity_card" { "居民身份证",
  takes = { id_number = "id_number" },
  gives = { name = "person_name", ethnic_group = "ethnic_group, optional",
            local_hukou = "yes_no, optional", province_hukou = "yes_no, optional" },
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
