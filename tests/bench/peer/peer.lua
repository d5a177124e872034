-- 别的引擎的测量台(nginx 作部门、它自己的申请表)所用的一件事:表与它的 form.json 一栏不差,
-- 九个事项:一个,一个,六个并排,一个。yijianshi bench --as-peer 用它;人名、号码都是编造的。

event "peer" { "与别的引擎比的一件事",
  lead = "opening", basis = "测量", since = "2026-01-01",
  place = answer.division, once_per = answer.external_ref,
}

applicant "person" { "申请人" }

section "表"

ask "division" { "办理地区划", type = "division6", example = "330106" }
ask "kind" { "种类", type = "text", example = "birth" }
ask "external_ref" { "对方的编号", type = "text", example = "BIRTH-2026-0000000001" }
ask "submitted_at" { "提交时间", type = "text", example = "2026-11-22T21:09:13+00:00" }
ask "channel" { "渠道", type = "text", example = "one-window-web" }
ask "language" { "语言", type = "text", example = "zh-CN" }
ask "baby_name" { "孩子姓名", type = "text", example = "Li Xinyi" }
ask "baby_sex" { "孩子性别", type = "text", example = "F" }
ask "baby_date_of_birth" { "孩子出生日期", type = "text", example = "2026-11-18" }
ask "baby_time_of_birth" { "出生时刻", type = "text", example = "14:32" }
ask "baby_weight_grams" { "体重(克)", type = "number", example = "3310" }
ask "baby_length_mm" { "身长(毫米)", type = "number", example = "502" }
ask "baby_gestation_weeks" { "孕周", type = "number", example = "39" }
ask "baby_place_of_birth" { "出生地点", type = "text", example = "Municipal Maternity and Child Health Hospital, 128 Renmin Road" }
ask "baby_hospital_code" { "医院代码", type = "text", example = "H3301060042" }
ask "baby_birth_order" { "第几个孩子", type = "number", example = "1" }
ask "baby_multiple_birth" { "多胞胎", type = "yes_no", example = "no" }
ask "baby_birth_certificate_medical_no" { "出生医学记录号", type = "text", example = "U330106202611180417" }
ask "mother_name" { "母亲姓名", type = "text", example = "Wang Meiling" }
ask "mother_national_id" { "母亲证件号码", type = "text", example = "330106199403128842" }
ask "mother_date_of_birth" { "母亲出生日期", type = "text", example = "1994-03-12" }
ask "mother_ethnicity" { "母亲民族", type = "text", example = "Han" }
ask "mother_phone" { "母亲手机", type = "text", example = "+86-571-8888-4417" }
ask "mother_email" { "母亲邮箱", type = "text", example = "wang.meiling@example.org" }
ask "mother_employer" { "母亲工作单位", type = "text", example = "Hangzhou Qiantang Textile Machinery Co., Ltd." }
ask "mother_employer_insurance_no" { "母亲单位参保号", type = "text", example = "SI-3301-0098817263" }
ask "mother_occupation" { "母亲职业", type = "text", example = "process engineer" }
ask "mother_education" { "母亲学历", type = "text", example = "bachelor" }
ask "mother_maternity_leave_start" { "产假开始", type = "text", example = "2026-11-10" }
ask "father_name" { "父亲姓名", type = "text", example = "Li Jianguo" }
ask "father_national_id" { "父亲证件号码", type = "text", example = "330106199208214415" }
ask "father_date_of_birth" { "父亲出生日期", type = "text", example = "1992-08-21" }
ask "father_ethnicity" { "父亲民族", type = "text", example = "Han" }
ask "father_phone" { "父亲手机", type = "text", example = "+86-571-8888-4418" }
ask "father_email" { "父亲邮箱", type = "text", example = "li.jianguo@example.org" }
ask "father_employer" { "父亲工作单位", type = "text", example = "Zhejiang Provincial Water Survey Institute" }
ask "father_employer_insurance_no" { "父亲单位参保号", type = "text", example = "SI-3301-0077120941" }
ask "father_occupation" { "父亲职业", type = "text", example = "surveyor" }
ask "father_education" { "父亲学历", type = "text", example = "master" }
ask "household_registration_no" { "户口簿号", type = "text", example = "HK-330106-0042-8817" }
ask "household_head_of_household" { "户主", type = "text", example = "Li Jianguo" }
ask "household_relationship" { "与户主关系", type = "text", example = "daughter" }
ask "household_province" { "省", type = "text", example = "Zhejiang" }
ask "household_city" { "市", type = "text", example = "Hangzhou" }
ask "household_district" { "区", type = "text", example = "Xihu" }
ask "household_street" { "街道门牌", type = "text", example = "Wen'er West Road 738, Building 4, Unit 2, Room 1103" }
ask "household_postal_code" { "邮编", type = "text", example = "310012" }
ask "household_police_station" { "派出所", type = "text", example = "Wenxin Police Station" }
ask "bank_account_holder" { "户名", type = "text", example = "Wang Meiling" }
ask "bank_bank_name" { "银行", type = "text", example = "Industrial and Commercial Bank" }
ask "bank_branch" { "支行", type = "text", example = "Hangzhou Wenxin sub-branch" }
ask "bank_account_no" { "账号", type = "text", example = "6222021202041701234" }
ask "medical_admission_no" { "住院号", type = "text", example = "ZY202611170031" }
ask "medical_admitted_on" { "入院日期", type = "text", example = "2026-11-17" }
ask "medical_discharged_on" { "出院日期", type = "text", example = "2026-11-21" }
ask "medical_invoice_no" { "发票号", type = "text", example = "0033012611223344" }
ask "medical_total_expense" { "费用", type = "text", example = "8421.50" }
ask "medical_delivery" { "分娩方式", type = "text", example = "natural" }
ask "consents_share_data" { "同意共享", type = "yes_no", example = "yes" }
ask "consents_sms" { "接收短信", type = "yes_no", example = "yes" }
ask "consents_electronic_licence" { "要电子证照", type = "yes_no", example = "yes" }
ask "materials" { "材料", type = "text", example = "medical birth record; parents' national ids; marriage certificate; household register; bank card copy" }
ask "delivery_method" { "领取方式", type = "text", example = "post" }
ask "delivery_to" { "交给谁", type = "text", example = "mother" }

item "step1" { "受理登记",
  by      = "opening.step1",
  request = { "kind external_ref submitted_at channel language delivery_method delivery_to materials" },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step2" { "主登记",
  needs   = { "step1" },
  by      = "central.step2",
  request = { "baby_name baby_sex baby_date_of_birth baby_time_of_birth baby_weight_grams baby_length_mm",
              "baby_gestation_weeks baby_place_of_birth baby_hospital_code baby_birth_order",
              "baby_multiple_birth baby_birth_certificate_medical_no",
              before_no = result.step1.ref },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step3" { "证明",
  needs   = { "step2" },
  by      = "east.step3",
  request = { "mother_name mother_national_id mother_date_of_birth mother_ethnicity mother_phone",
              "mother_email",
              before_no = result.step2.ref,
              before_office = result.step2.office },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step4" { "建档",
  needs   = { "step2" },
  by      = "east.step4",
  request = { "mother_employer mother_employer_insurance_no mother_occupation mother_education",
              "mother_maternity_leave_start",
              before_no = result.step2.ref,
              before_office = result.step2.office },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step5" { "入户",
  needs   = { "step2" },
  by      = "south.step5",
  request = { "household_registration_no household_head_of_household household_relationship",
              "household_province household_city household_district household_street",
              "household_postal_code household_police_station",
              before_no = result.step2.ref,
              before_office = result.step2.office },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step6" { "参保",
  needs   = { "step2" },
  by      = "south.step6",
  request = { "father_name father_national_id father_date_of_birth father_ethnicity father_phone",
              "father_email",
              before_no = result.step2.ref,
              before_office = result.step2.office },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step7" { "制卡",
  needs   = { "step2" },
  by      = "west.step7",
  request = { "bank_account_holder bank_bank_name bank_branch bank_account_no father_employer",
              "father_employer_insurance_no father_occupation father_education",
              before_no = result.step2.ref,
              before_office = result.step2.office },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step8" { "保健",
  needs   = { "step2" },
  by      = "west.step8",
  request = { "medical_admission_no medical_admitted_on medical_discharged_on medical_invoice_no",
              "medical_total_expense medical_delivery",
              before_no = result.step2.ref,
              before_office = result.step2.office },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}

item "step9" { "归档",
  needs   = { "step3", "step4", "step5", "step6", "step7", "step8" },
  by      = "opening.step9",
  request = { "consents_share_data consents_sms consents_electronic_licence",
              first_no = result.step3.ref,
              last_no = result.step8.ref },
  within  = "1个工作日",
  before  = { papers = { "申请表" }, visits = 1, working_days = 2, source = "测量" },
}
