-- 退役军人事务局:优抚对象。

connector "veterans_affairs" { "退役军人事务局",
  contact = "退役军人服务窗口",
  timeout = "10s", ask_after = "10m",
  limit   = { at_once = 64, per_minute = 6000 },
}

call "beneficiary" { "优抚对象情况",
  takes = { deceased_id_no = "id_number" },
  gives = { is_veteran_beneficiary = "yes_no" },
}

call "end_benefit" { "优抚待遇停发与一次性抚恤",
  takes = { deceased_name = "person_name", deceased_id_no = "id_number", death_date = "datetime",
            is_veteran_beneficiary = "yes_no" },
  gives = { grant_amount = "money, optional" },
}
