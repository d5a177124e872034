-- 教育入学一件事:报一次名,户口、住房、居住证、社保等由部门自己核,不再开证明;审核、录取、学籍接着办。
-- 怎样读、怎样改:events/README.md。S1…S16 是出处,R1…R10 是规定,E01…E09 是例外情形,见 events/SOURCES.md。
-- "合理默认"的意思是:没有查到出处,先这样定,各地可以改。

event "school_entry" { "教育入学一件事",
  lead  = "education",                                       -- 牵头部门:教育
  basis = "国发〔2024〕3号", since = "2026-01-01",
  place = answer.home_address,                               -- 归实际居住地的县(区)
  once_per = { answer.child_id_no, answer.stage },           -- 一个孩子小学、初中各报一次(R7)
  known_by = answer.child_name,
  never_asks = { "学前教育经历证明", "计划生育证明", "超过正常入学年龄的证明",            -- R9:国家已取消(S3、S6)
                 "水电、有线电视、宽带发票", "报名登记表" },                          -- S14;登记表就是这张表
}

-- 一、谁来办
applicant "father"   { "父亲" }                              -- S7
applicant "mother"   { "母亲" }
applicant "guardian" { "其他监护人", with = { "guardianship" } }
applicant "agent"    { "学校或社区帮办员", with = { "authority" } }     -- 老人、残疾人等不便用手机的(E09、S6)

-- 二、各地不同的数。没有列出的县按"通常"
figure "age"             { "几周岁入小学", usual = 6 }                     -- 义务教育法第十一条
figure "age_date"        { "周岁算到哪一天(月-日)", usual = "08-31" }
figure "property_share"  { "住房至少占多少份额(百分数)", usual = 100 }        -- S8
figure "permit_months"   { "居住证至少满几个月", usual = 0 }                 -- 合理默认:许多地方另有要求
figure "insured_months"  { "社保至少缴几个月", usual = 0 }                   -- 合理默认
figure "online_for"      { "哪几类可以网上报名", usual = "各类" }
figure "guardian_online" { "父母以外的监护人能否网上报名", usual = "能" }
place  "410700 新乡市" { online_for = "仅限房户一致" }                        -- S8
place  "320400 常州市" { guardian_online = "不能" }                         -- S7

-- 三、几个说法。类别先对上的一行算数(S8、S15);三代同堂的到学校现场报(R3)
term "pupil_class" { "学生类别",
  { "三代同堂", when = answer.housing_basis:is "grandparents_home" },
  { "A类", when = answer.hukou_basis:is "local_catchment" & term.has_home },            -- 户口和住房都在学区
  { "C类", when = term.has_home },                                                      -- 有住房,户口不在学区
  { "B类", when = answer.hukou_basis:is_not "not_local" },                              -- 有本地户口,没有住房
  { "D类" },                                                                            -- 随迁子女,凭居住证
}
term "has_home" { "自有住房", answer.housing_basis:one_of "own_certificate presale_contract" }
term "worker_id_no" { "要查社保的人",                                                     -- 不是这种情形就不查
  { answer.applicant_id_no, when = term.pupil_class:is "D类" & answer.work_basis:is "employed" } }

-- 四、部门已经知道的(用来预填,也用来核对;查不到的由报名的人填)
record "card"     { "学生户籍", by = "public_security.identity_card", request = { id_number = answer.child_id_no } }
record "family"   { "是否同户", by = "public_security.same_household",
  request = { child_id_no = answer.child_id_no, guardian_id_no = answer.applicant_id_no } }
record "pupil"    { "学籍和报名情况", by = "education.pupil_status", request = "child_id_no stage" }
record "property" { "不动产", by = "real_estate.property_of", request = { owner_id_no = answer.applicant_id_no } }
record "permit"   { "居住证", by = "public_security.residence_permit", request = "residence_permit_no" }
record "insured"  { "社保缴费", by = "hrss.months_insured", request = { id_number = term.worker_id_no } }
record "window"   { "报名日期", by = "education.enrolment_window", request = { "stage", pupil_class = term.pupil_class } }

-- 五、问什么。没有写 when 的,用到它的事项要办才问

section "学生"
ask "stage" { "入学类型", type = "choice", choices = { "primary 小学", "junior 初中" }, example = "primary" }
ask "child_name" { "学生姓名", type = "person_name", sensitive = true, example = "王小满" }
ask "child_id_no" { "学生证件号码", type = "id_number", sensitive = true, example = "330111202003150028",
  why = "年龄、性别、出生日期都由它得出,不再另填" }
ask "child_ethnic" { "民族", type = "ethnic_group", from = record.card.ethnic_group, example = "01" }
ask "household_book_no" { "户口簿户号", type = "text", when = term.pupil_class:one_of("A类", "B类"), example = "330111208",
  why = "户口簿首页上的号码,一般9位" }                                               -- 位数各地不同,合理默认
ask "primary_graduate" { "是否小学毕业", type = "yes_no", when = answer.stage:is "junior",
  from = record.pupil.primary_graduate, example = "yes" }
ask "previous_school" { "现就读学校", type = "text", when = answer.stage:is "junior",
  from = record.pupil.previous_school, example = "富春第三小学" }
ask "is_twin" { "是否多胞胎、希望同校", type = "yes_no", optional = true, example = "no" }
ask "special_needs" { "是否残疾儿童", type = "yes_no", optional = true, sensitive = true, example = "no",
  why = "便于安排随班就读或特殊教育,不影响入学" }
ask "preference_category" { "优待类别", type = "choice", example = "none",
  choices = { "none 无", "martyr 烈士子女", "soldier 现役军人子女", "police 公安英烈子女", "talent 高层次人才子女" } }

section "监护人"
use "applicant" { why = "报名的监护人", name = "李秀兰", id_number = "330111199503120023" }
use "authority" {}
ask "guardian_relation" { "与学生关系", type = "choice", example = "mother",
  choices = { "father 父亲", "mother 母亲", "guardian 其他监护人" } }
ask "guardian2_name" { "第二监护人姓名", type = "person_name", optional = true, example = "王建国" }
ask "guardian2_id_no" { "第二监护人证件号码", type = "id_number", when = answer.guardian2_name:known(), sensitive = true,
  example = "33011119930708001X" }
ask "guardian2_phone" { "第二监护人手机", type = "phone", optional = true, example = "13800000002" }
ask "same_household_book" { "学生与监护人是否同一户口簿", type = "yes_no", from = record.family.same_household,
  why = "不同户的,另向卫健核亲子关系", example = "yes" }

section "户口和住房"
ask "hukou_basis" { "户籍情况", type = "choice", example = "local_catchment",
  choices = { "local_catchment 户口在学区", "local_other 户口在本地其他学区", "not_local 户口不在本地" } }
ask "housing_basis" { "住房情况", type = "choice", example = "own_certificate",
  choices = { "own_certificate 自有住房,已领证", "presale_contract 新购住房,已网签", "rental 租房",
              "grandparents_home 三代同堂(祖辈的房)", "none 没有住房" } }
ask "special_case" { "有没有要现场报名的情形", type = "choice", example = "none",
  choices = { "none 没有", "no_certificate 自有住房没有证", "private_school 想报民办学校" } }        -- E02
ask "home_address" { "实际居住地址", type = "address", sensitive = true, why = "决定在哪个县(区)、哪个学区报名",
  example = "330111001001 富春街道桂花路1号101室" }
ask "property_cert_no" { "不动产权证号", type = "text", when = answer.housing_basis:is "own_certificate",
  from = record.property.property_cert_no, example = "浙(2021)富阳区不动产权第0000123号" }
ask "property_owner" { "房子在谁名下", type = "choice", when = answer.housing_basis:one_of "own_certificate presale_contract",
  choices = { "guardian 报名的监护人", "other_parent 父母另一方", "both 父母双方", "child 学生", "grandparent 祖辈" }, example = "guardian" }
ask "property_share" { "自家占多少份额(百分数)", type = "number", min = 0, max = 100,
  when = answer.housing_basis:is "own_certificate", from = record.property.property_share, example = "100" }
ask "presale_contract_no" { "网签合同编号", type = "text", when = answer.housing_basis:is "presale_contract", example = "2026330111000123" }
ask "rental_record_no" { "租赁备案号", type = "text", when = answer.housing_basis:is "rental", example = "ZL330111202600123" }
ask "residence_permit_no" { "居住证号", type = "id_number", when = term.pupil_class:is "D类",
  from = answer.applicant_id_no, why = "与持证人身份证号相同", example = "330111199503120023" }
ask "work_basis" { "监护人就业情况", type = "choice", when = term.pupil_class:is "D类", example = "employed",
  choices = { "employed 单位职工", "self_employed 自己经营", "other 其他" } }
ask "employer_uscc" { "单位(店铺)统一社会信用代码", type = "uscc", when = answer.work_basis:one_of "employed self_employed",
  example = "91330111MA27XY0K3Y" }

section "志愿"
ask "wish_school_1" { "第一志愿学校", type = "text", example = "3301110021" }
ask "wish_school_2" { "第二志愿学校", type = "text", optional = true, example = "3301110035" }
ask "accept_transfer" { "是否服从统筹安排", type = "yes_no", why = "学位不够时,统筹到另一所学校", example = "yes" }

section "承诺"
ask "truth_promise" { "信息真实承诺", type = "consent", text = "所填属实;弄虚作假的,取消录取并记入诚信记录", example = "yes" }
use "consent" { text = "我是学生的监护人,同意有关部门为入学报名核验学生和监护人的户籍、居住、住房、社保、婚姻、出生和接种信息,不作他用" }

-- 六、能不能办:refuse 不予受理,offline 现场报名(填好的带去),correct 请改,remind 只提醒,wait 等一等
rule "old_enough" { answer.child_id_no.birthday:years_on(here.age_date):at_least(here.age), when = answer.stage:is "primary",   -- R1、E03
  otherwise = refuse "今年入学截止日还不满入学年龄,请下一年报名" }
rule "graduated" { answer.primary_graduate:is "yes", when = answer.stage:is "junior",       -- R2;合理默认
  otherwise = refuse "小学毕业才能报初中" }
rule "class_known" { term.pupil_class:is_not "三代同堂",                                        -- R3、E02
  otherwise = offline "三代同堂住祖辈房子的,请在公布的日期到学校现场报名" }
rule "no_special_case" { answer.special_case:is "none",                                     -- E02
  otherwise = offline "住房没有证、想报民办学校的,请在公布的日期现场报名" }
rule "class_online" { term.pupil_class:is "A类", when = here.online_for:is "仅限房户一致",        -- S8
  otherwise = offline "本地只有户口和住房都在学区的可以网上报,请按公布的日期现场报名" }
rule "parent_online" { answer.guardian_relation:is_not "guardian", when = here.guardian_online:is "不能",   -- S7
  otherwise = offline "本地只有父母可以网上报名,请其他监护人现场报名" }
rule "owns_enough" { answer.property_share:at_least(here.property_share), when = term.pupil_class:is "A类",   -- R4
  otherwise = offline "自家份额不够的,请现场报名,由学校审核" }
rule "other_parent_named" { answer.guardian2_name:known(), when = answer.property_owner:is "other_parent",
  only = { "verify_property", "verify_marriage" },                                          -- 核不动产和婚姻都要
  otherwise = correct "房子在父母另一方名下的,请把他(她)填作第二监护人" }
rule "two_schools" { answer.wish_school_2:is_not(answer.wish_school_1), otherwise = correct "两个志愿是同一所学校,请改" }
rule "permit_valid" { record.permit.permit_valid:is "yes", when = answer.residence_permit_no:known(),      -- R5(S3)
  only = { "verify_residence_permit" }, otherwise = correct "居住证没有查到或已失效,请核对号码,或先去签注" }
rule "permit_long" { record.permit.residence_months:at_least(here.permit_months), when = answer.residence_permit_no:known(),   -- R5
  only = { "verify_residence_permit" }, otherwise = correct "居住证时间不够本地要求,请核对号码;确实不够的,请问教育局" }
rule "insured_long" { record.insured.months:at_least(here.insured_months), when = answer.work_basis:is "employed",   -- R6;合理默认
  only = { "verify_social_insurance" }, otherwise = correct "社保缴费月数不够本地要求,请核对就业情况;确实不够的,请问教育局" }
rule "not_enrolled" { record.pupil.enrolled:is "no", otherwise = refuse "这个孩子今年已在本市报过名,不能重复报名" }   -- R7、E03;合理默认
rule "window_open" { record.window.has_opened:is "yes", otherwise = refuse "现在不在报名日期内,请按教育局公布的日期再来" }   -- R8、E03(S8、S15)
rule "in_time" { record.window.late:is "no", otherwise = remind "已过报名日期,按补报名单排在最后" }           -- E07;合理默认
rule "batch_closed" { record.window.has_closed:is "yes", only = { "placement" },            -- E06(S14):期限从截止那天算起
  otherwise = wait "等报名截止后统一排序录取,先报后报一样" }

-- 七、材料从哪里来:都向部门取,取不到才请上传那一份(E01)
material "guardian_card" { "监护人居民身份证",
  get = { fetch "public_security.identity_card" { id_number = answer.applicant_id_no }, upload "pdf jpg png ofd" } }
material "guardianship" { "监护关系证明", when = answer.guardian_relation:is "guardian", get = { upload "pdf jpg png" } }   -- S7
material "household_book" { "居民户口簿(学生、监护人)",
  get = { fetch "public_security.household" { id_number = answer.child_id_no }, upload "pdf jpg png ofd" } }
material "residence_permit" { "居住证",
  get = { fetch "public_security.residence_permit" { "residence_permit_no" }, upload "pdf jpg png ofd" } }
material "property_certificate" { "不动产权证书",
  get = { fetch "real_estate.property" { "property_cert_no" }, upload "pdf jpg png ofd" } }
material "presale_contract" { "商品房买卖合同和契税票或发票",
  get = { fetch "housing_construction.presale_contract" { "presale_contract_no" }, upload "pdf jpg png" } }
material "lease" { "租赁合同(备案证明)",
  get = { fetch "housing_construction.lease" { "rental_record_no" }, upload "pdf jpg png" } }
material "insurance_record" { "社保缴费证明",
  get = { fetch "hrss.insurance_record" { id_number = answer.applicant_id_no }, upload "pdf jpg png ofd" } }
material "business_licence" { "营业执照",
  get = { fetch "market_regulation.licence" { uscc = answer.employer_uscc }, upload "pdf jpg png ofd" } }
material "birth_certificate" { "出生医学证明",
  get = { fetch "health.birth_certificate_of" { child_id_no = answer.child_id_no }, upload "pdf jpg png ofd" } }
material "marriage_certificate" { "结婚证",
  get = { fetch "civil_affairs.marriage_of" { id_number = answer.applicant_id_no, spouse_id_no = answer.guardian2_id_no },
          upload "pdf jpg png ofd" } }
material "no_home_statement" { "无房声明", when = term.pupil_class:is "B类",                      -- 合理默认
  get = { commit "我家在本地没有自有住房,所填属实,愿承担不实的后果" } }
material "vaccination_book" { "预防接种证",                                                    -- 入学以后才查,不是入学条件(R10)
  get = { fetch "cdc.vaccination_book" { "child_id_no" }, upload "pdf jpg png" } }

-- 八、各部门办什么、先后次序。报名以后九项核验同时进行,不适用的不办,齐了才审核;哪项核不通过一看便知(E01)
-- before 是合办以前这一项要交的材料、跑的趟数、等的工作日;A类学生合计9份(S10 的家长说7到8份)。收费没有注出处的是合理默认
item "enrolment_info" { "新生入学信息采集(报名登记)",                    -- 教育局招生办;截止前可以撤回重报(E05)
  by      = "education.register_pupil", uses = { "guardian_card", "guardianship", "authority" },
  request = { "stage child_name child_id_no primary_graduate previous_school applicant_name applicant_id_no applicant_phone",
              "guardian_relation truth_promise consent_signed",
              birthday = answer.child_id_no.birthday, pupil_class = term.pupil_class },
  within  = "当场", fee = "免费", issues = "报名流水号(回执)",                                       -- S11:五分钟报完
  before  = { papers = { "监护人居民身份证", "报名登记表" }, visits = 1, working_days = 1, source = "S10、S15" },
}
item "verify_hukou" { "户籍信息核验",                                  -- 公安户政:地址、迁入时间、亲子关系
  needs   = { "enrolment_info" }, by = "public_security.verify_hukou", uses = { "household_book" },
  request = { "child_name child_id_no household_book_no hukou_basis consent_signed", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "户籍核验结果",                                          -- S9
  before  = { papers = { "居民户口簿(学生、监护人)" }, visits = 1, working_days = 0, source = "S10、S15" },
}
item "verify_residence_permit" { "居住证核验",                          -- 公安人口管理:连续居住多久
  needs   = { "enrolment_info" }, by = "public_security.verify_residence_permit", uses = { "residence_permit" },
  when    = term.pupil_class:is "D类",
  request = { "applicant_id_no residence_permit_no", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "居住证核验结果",                                        -- S7
  before  = { papers = { "居住证" }, visits = 1, working_days = 0, source = "S3、S8" },
}
item "verify_property" { "不动产权属核验",                              -- 不动产登记中心:坐落、份额、登记时间
  needs   = { "enrolment_info" }, by = "real_estate.verify_property", uses = { "property_certificate" },
  when    = answer.housing_basis:is "own_certificate",
  request = { "applicant_id_no guardian2_name guardian2_id_no property_cert_no property_owner property_share home_address consent_signed",
              enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "不动产核验结果",                                        -- S9
  before  = { papers = { "不动产权证书" }, visits = 1, working_days = 0, source = "S10、S15" },
}
item "verify_presale_contract" { "商品房网签合同核验",                    -- 房产交易中心
  needs   = { "enrolment_info" }, by = "housing_construction.verify_presale", uses = { "presale_contract" },
  when    = answer.housing_basis:is "presale_contract",
  request = { "presale_contract_no", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "网签合同核验结果",                                       -- S9
  before  = { papers = { "商品房买卖合同和契税票或发票" }, visits = 0, working_days = 0, source = "S8、S15" },
}
item "verify_rental" { "房屋租赁备案核验",                              -- 住房租赁管理;查出假合同的退件,不予采信(E04)
  needs   = { "enrolment_info" }, by = "housing_construction.verify_lease", uses = { "lease" },
  when    = answer.housing_basis:is "rental",
  request = { "rental_record_no", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "租赁备案核验结果",                                       -- S9
  before  = { papers = { "租赁合同(备案证明)" }, visits = 1, working_days = 0, source = "S16" },
}
item "verify_social_insurance" { "社会保险缴费记录查询",                  -- 社保经办机构
  needs   = { "enrolment_info" }, by = "hrss.verify_insurance", uses = { "insurance_record" },
  when    = term.pupil_class:is "D类" & answer.work_basis:is "employed",
  request = { "applicant_id_no employer_uscc consent_signed", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "参保缴费核验结果",                                       -- S9
  before  = { papers = { "社保缴费证明" }, visits = 1, working_days = 0, source = "S9" },
}
item "verify_business_licence" { "营业执照核验",                        -- 市场监督管理局
  needs   = { "enrolment_info" }, by = "market_regulation.verify_licence", uses = { "business_licence" },
  when    = term.pupil_class:is "D类" & answer.work_basis:is "self_employed",
  request = { "employer_uscc", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "营业执照核验结果",                                       -- S9
  before  = { papers = { "营业执照" }, visits = 0, working_days = 0, source = "S9、S16" },
}
item "verify_parentage" { "出生医学证明(亲子关系)核验",                   -- 卫生健康局
  needs   = { "enrolment_info" }, by = "health.verify_parentage", uses = { "birth_certificate" },
  when    = answer.same_household_book:is "no",
  request = { "child_id_no applicant_id_no", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "亲子关系核验结果",                                       -- S13
  before  = { papers = { "出生医学证明" }, visits = 0, working_days = 0, source = "S13、S16" },
}
item "verify_marriage" { "婚姻登记信息核验",                            -- 婚姻登记处
  needs   = { "enrolment_info" }, by = "civil_affairs.verify_marriage", uses = { "marriage_certificate" },
  when    = answer.property_owner:is "other_parent",
  request = { "applicant_id_no guardian2_name guardian2_id_no", enrol_no = result.enrolment_info.enrol_no },
  within  = "当场", fee = "免费", issues = "婚姻核验结果",                                          -- S12
  before  = { papers = { "结婚证" }, visits = 0, working_days = 0, source = "S15" },
}
item "eligibility_review" { "入学资格审核与学区匹配",                     -- 教育局、学校
  needs   = { "verify_hukou", "verify_residence_permit", "verify_property", "verify_presale_contract", "verify_rental",
              "verify_social_insurance", "verify_business_licence", "verify_parentage", "verify_marriage" },
  by      = "education.review_eligibility", uses = { "no_home_statement" },
  request = { "preference_category home_address", birthday = answer.child_id_no.birthday, pupil_class = term.pupil_class,
              hukou_address = result.verify_hukou.hukou_address, hukou_move_in_date = result.verify_hukou.hukou_move_in_date,
              family_relation_ok = result.verify_hukou.family_relation_ok,
              residence_permit_ok = result.verify_residence_permit.residence_permit_ok,
              residence_months = result.verify_residence_permit.residence_months,
              property_address = result.verify_property.property_address, property_share = result.verify_property.property_share,
              property_reg_date = result.verify_property.property_reg_date,
              presale_address = result.verify_presale_contract.presale_address,
              rental_address = result.verify_rental.rental_address,
              social_insurance_months = result.verify_social_insurance.social_insurance_months,
              licence_ok = result.verify_business_licence.licence_ok, parentage_ok = result.verify_parentage.parentage_ok,
              marriage_ok = result.verify_marriage.marriage_ok },
  within  = "10个工作日", fee = "免费", issues = "资格审核结果",                                     -- 合理默认
  before  = { papers = { "水电、有线电视、宽带发票", "计划生育证明", "学前教育经历证明", "预防接种证" },
              visits = 0, working_days = 3, source = "S11:3到10天,按3天计" },
}
item "placement" { "录取与统筹安排",                                    -- 超额的按类别、迁入或登记先后排序,或摇号(S14、S15);录取后只能放弃(E05)
  needs   = { "eligibility_review" }, by = "education.place_pupil",
  request = { "is_twin special_needs applicant_phone guardian2_phone wish_school_1 wish_school_2 accept_transfer",
              eligible = result.eligibility_review.eligible, rank_key = result.eligibility_review.rank_key,
              catchment_school_code = result.eligibility_review.catchment_school_code },
  within  = "15个工作日", fee = "免费", issues = "入学通知书", delivery = { "电子证照", "邮寄" },        -- 合理默认
  before  = { papers = {}, visits = 0, working_days = 15, source = "合理默认:按公布的日程,前后一样" },
}
item "student_record" { "学籍建立",                                     -- 学校;开学后一个月内
  needs   = { "placement" }, by = "education.open_student_record",
  request = { "child_name child_id_no child_ethnic", sex = answer.child_id_no.sex,
              school_code = result.placement.school_code, admission_no = result.placement.admission_no },
  within  = "22个工作日", fee = "免费", issues = "学籍号",                                          -- 合理默认
}
item "vaccination_check" { "预防接种证查验",                             -- 学校、疾控;开学以后查,查到漏种的通知补种,不影响入学(R10、S3、S6)
  needs   = { "placement" }, by = "cdc.check_vaccination", uses = { "vaccination_book" },
  request = { "child_id_no", school_code = result.placement.school_code },
  within  = "30个工作日", fee = "免费", issues = "接种查验结果(补种通知)",                             -- 合理默认
  before  = { papers = {}, visits = 0, working_days = 30, source = "合理默认:前后一样;学籍同时建,不另计" },
}
