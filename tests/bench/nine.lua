-- 测量用的一件事:二十五栏、约两千字节的一张表,九个事项:一个,一个,六个并排,一个。
-- yijianshi bench 用它;人名、号码都是编造的。

event "nine" { "测量用的一件事",
  lead = "opening", basis = "测量", since = "2026-01-01",
  place = answer.division, once_per = answer.record_no,      -- 测量时每份表的分娩记录号各不相同
}

applicant "person" { "申请人" }

section "表"

ask "applicant_name" { "申请人姓名", type = "person_name", example = "李秀兰" }
ask "applicant_id_no" { "申请人证件号码", type = "id_number", example = "330111199503120023" }
ask "applicant_phone" { "申请人手机", type = "phone", example = "13800000001" }
ask "spouse_name" { "配偶姓名", type = "person_name", example = "王建国" }
ask "spouse_id_no" { "配偶证件号码", type = "id_number", example = "33011119930708001X" }
ask "spouse_phone" { "配偶手机", type = "phone", example = "13800000002" }
ask "child_name" { "孩子姓名", type = "new_name", example = "王安然" }
ask "child_sex" { "孩子性别", type = "choice", choices = { "1 男", "2 女" }, example = "2" }
ask "born_at" { "出生时间", type = "datetime", not_after = "today", example = "today - 3日" }
ask "division" { "办理地区划", type = "division6", example = "330111" }
ask "home" { "住址", type = "address", example = "330111001001 富春街道桂花路1号阳光家园二期12幢3单元1501室(与不动产权证、户口簿登记的地址一致)" }
ask "home_owner" { "房屋权利人", type = "person_name", example = "李秀兰" }
ask "household_no" { "户口簿号", type = "text", example = "HK-330111-0042-88170001-1995-03-12-家庭户-富春派出所,全户四人,户主为申请人本人,无迁入迁出" }
ask "relation" { "与户主关系", type = "household_relation", example = "30" }
ask "ethnic" { "民族", type = "ethnic_group", example = "01" }
ask "native_place" { "籍贯", type = "division6", example = "330111" }
ask "hospital" { "医疗机构", type = "text", example = "杭州市富阳区妇幼保健院,富春街道体育场路 25 号,产科二病区 1203 床,由本院建册、产检、分娩,出院小结与费用清单已经上传到区域平台" }
ask "admission_no" { "住院号", type = "text", example = "ZY202611170031-330111-OBS2-1203-PRIMARY-RECORD-000088123456-顺产-单胎-母婴同室" }
ask "record_no" { "分娩记录号", type = "text", example = "FM202611180417-330111-OBS2-NATURAL-SINGLE-LIVE-0000881234567-新生儿疾病筛查已采血" }
ask "weight" { "体重(克)", type = "number", min = 300, max = 8000, example = "3310" }
ask "length" { "身长(厘米)", type = "number", min = 20, max = 70, example = "50" }
ask "bank_card" { "银行账号", type = "bank_card", example = "6217000000000000004" }
ask "bank_branch" { "开户行", type = "text", example = "某某银行股份有限公司杭州富阳支行营业部(桂花路分理处),本人一类账户,社保卡金融功能已经开通,可以接收津贴" }
ask "employer" { "工作单位", type = "text", example = "杭州市富阳区某某纺织机械有限公司技术部(统一社会信用代码略),岗位为工艺工程师,参加城镇职工基本医疗保险和生育保险" }
ask "remark" { "备注", type = "text", example = "申请人产后在家休养,结果请发短信,证件请邮寄到住址;工作日上午九点到十一点半、下午两点到五点可以联系,节假日请不要打电话。代收人可以是配偶,需要核对身份证件后四位。以上内容只用于测量,人名、号码、地址都是编造的。本栏写满是为了让一份表大约有两千字节,与真实的一件事申请表相近,不影响办理。如需补正,请一次说清缺什么、错在哪里、到哪里开,能从别的部门取到的不要再让申请人交。" }

item "open" { "受理登记",
  by      = "opening.open",
  request = "applicant_name applicant_id_no applicant_phone child_name remark",
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "register" { "主登记",
  needs   = { "open" },
  by      = "central.register",
  request = { "child_name child_sex born_at native_place",
              open_no = result.open.no },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "certificate" { "证明",
  needs   = { "register" },
  by      = "east.certificate",
  request = { "spouse_name spouse_id_no hospital",
              register_no = result.register.no, register_code = result.register.code },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "record" { "建档",
  needs   = { "register" },
  by      = "east.record",
  request = { "spouse_phone admission_no record_no",
              register_no = result.register.no, register_code = result.register.code },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "household" { "入户",
  needs   = { "register" },
  by      = "south.household",
  request = { "household_no relation home",
              register_no = result.register.no, register_code = result.register.code },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "insurance" { "参保",
  needs   = { "register" },
  by      = "south.insurance",
  request = { "ethnic home_owner employer",
              register_no = result.register.no, register_code = result.register.code },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "card" { "制卡",
  needs   = { "register" },
  by      = "west.card",
  request = { "bank_card bank_branch applicant_phone",
              register_no = result.register.no, register_code = result.register.code },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "health" { "保健",
  needs   = { "register" },
  by      = "west.health",
  request = { "weight length child_name",
              register_no = result.register.no, register_code = result.register.code },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
item "close" { "归档",
  needs   = { "certificate", "record", "household", "insurance", "card", "health" },
  by      = "opening.close",
  request = { "applicant_name division",
              certificate_no = result.certificate.no, card_no = result.card.no, household_no = result.household.no },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
