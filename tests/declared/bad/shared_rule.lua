-- expect: 3: 共用部分里不能有 rule
shared "extra" { "附加",
  rule "x" { answer.phone:known(), otherwise = refuse "不行" },
}
