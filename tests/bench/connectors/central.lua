-- 测量用的部门:登记处。每个办理五栏进、两项出,不设限。

connector "central" { "登记处",
  contact = "测量", timeout = "10s", ask_after = "10m",
  limit   = { at_once = 512, per_minute = 6000000 },
}

call "register" { "主登记",
  takes = { child_name = "new_name", child_sex = "choice", born_at = "datetime",
            native_place = "division6", open_no = "text" },
  gives = { no = "text", code = "text" },
  undo  = true,
}
