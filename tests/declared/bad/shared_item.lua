-- expect: 3: 共用部分里不能有 item
shared "extra" { "附加",
  item "x" { "某事", by = "town.notice", request = "phone", within = "当场" },
}
