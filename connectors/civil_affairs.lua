-- 民政局:婚姻登记处。出生这件事只向它查,不请它办。

connector "civil_affairs" { "民政局",
  contact = "婚姻登记处",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "marriage_record" { "婚姻登记记录",
  takes = { wife_id_no = "id_number", husband_id_no = "id_number, optional" },
  gives = { married = "yes_no", marriage_cert_no = "marriage_cert_no, optional" },
}
