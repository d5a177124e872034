-- 新生儿出生一件事:填一张表,证明、接种证、户口、医保、社保卡、保健册一次办,津贴补贴可以选办。
-- 怎样读、怎样改:events/README.md。S1…S23 是出处,R1…R13 是规定,E01…E10 是例外情形,见 events/SOURCES.md。
-- "合理默认"的意思是:没有查到出处,先这样定,各地可以改。

event "birth" { "新生儿出生一件事",
  lead  = "health",                                        -- 牵头部门:卫健
  basis = "国发〔2024〕3号", since = "2026-01-01",
  place = answer.hukou_address,                            -- 归落户的县(区),提交后不变
  once_per = { answer.mother_id_no, answer.child_name },   -- 同一母亲、同一名字:一个孩子只办一次
  known_by = answer.child_name,                                  -- 我的申请里认得出是哪个孩子
  never_asks = { "出生医学证明首次签发登记表", "城乡居民医保参保登记表", "社会保障卡申领表", "银行卡复印件" },
}                                                          -- 这几样已并进这张表,部门不得再要

-- 一、谁来办(S2)
applicant "mother"   { "母亲" }
applicant "father"   { "父亲" }
applicant "guardian" { "其他监护人" }                        -- 父母亡故、失踪或无行为能力时;合理默认
applicant "agent"    { "村(社区)或医院代办员", with = { "authority" } }   -- S13

-- 二、各地不同的数。没有列出的县按"通常"
figure "max_age"       { "孩子不满", usual = "12个月" }              -- S3、S4
figure "parents_hukou" { "父母户籍", usual = "至少一方本地" }        -- 合理默认
figure "wedlock"       { "婚内婚外", usual = "都办" }               -- 合理默认
figure "collective"    { "集体户能否网上落户", usual = "不能" }       -- S2、S9
place  "350000 福建省" { max_age = "6个月", parents_hukou = "双方本省", wedlock = "仅限婚内" }   -- S2
place  "440000 广东省" { parents_hukou = "双方本省", wedlock = "仅限婚内" }                    -- S3
place  "620100 兰州市" { wedlock = "仅限婚内" }                                              -- S4

-- 三、部门已经知道的(查一次,用来预填和核对;查不到就由申请人填)
record "delivery"    { "分娩记录", by = "health.delivery_record", request = "mother_id_no" }
record "mother_card" { "母亲身份", by = "public_security.identity_card", request = { id_number = answer.mother_id_no } }
record "father_card" { "父亲身份", by = "public_security.identity_card", request = { id_number = answer.father_id_no } }
record "marriage"    { "婚姻登记", by = "civil_affairs.marriage_record",
  request = { wife_id_no = answer.mother_id_no, husband_id_no = answer.father_id_no } }
record "household"   { "落户方户口", by = "public_security.household", request = { id_number = term.follows_id } }
record "insured"     { "母亲参保", by = "medical_insurance.insured_status", request = "mother_id_no" }
record "registered"  { "户口查重", by = "public_security.newborn_registered", request = "mother_id_no child_name birth_datetime" }
term "follows_id"    { "落户一方的证件号码",
  { answer.father_id_no, when = answer.hukou_side:is "father" & answer.father_info_waived:is "no" }, { answer.mother_id_no } }
term "other_parent_id" { "父母另一方的证件号码",
  { answer.father_id_no, when = answer.applicant_relation:is "mother" }, { answer.mother_id_no } }

-- 四、问什么。分组照浙江单一表单(S7),另加领取。没有写 when 的,用到它的事项要办才问

section "申请人员信息"
use "applicant" { why = "证明和户口都要写明由谁申报", name = "李秀兰", id_number = "330111199503120023" }
ask "applicant_relation" { "与新生儿关系", type = "choice", example = "mother",
  choices = { "mother 母亲", "father 父亲", "guardian 其他监护人" } }
use "authority" {}
use "consent" { text = "我是孩子的监护人,同意有关部门为办理所选事项使用孩子和父母的证件、分娩、户籍、参保信息,不作他用" }

section "父母信息"
ask "mother_name" { "母亲姓名", type = "person_name", from = record.delivery.mother_name, example = "李秀兰" }
ask "mother_id_no" { "母亲证件号码", type = "id_number", sensitive = true, example = "330111199503120023",
  from = { { applicant.id_number, when = answer.applicant_relation:is "mother" } } }
ask "mother_ethnic" { "母亲民族", type = "ethnic_group", from = record.mother_card.ethnic_group, example = "01" }
ask "mother_phone" { "母亲手机", type = "phone", why = "接种、保健、育儿指导都与母亲联系", example = "13800000001" }
ask "mother_is_soldier" { "母亲是否现役军人", type = "yes_no", why = "父母都是现役军人的到窗口落户", example = "no" }
ask "father_info_waived" { "是否不登记父亲信息", type = "yes_no", example = "no",
  why = "母亲可以声明不登记父亲信息,证明上父亲一栏就空着" }
ask "father_name" { "父亲姓名", type = "person_name", when = answer.father_info_waived:is "no",
  from = record.father_card.name, example = "王建国" }
ask "father_id_no" { "父亲证件号码", type = "id_number", when = answer.father_info_waived:is "no", sensitive = true,
  from = { { applicant.id_number, when = answer.applicant_relation:is "father" } }, example = "33011119930708001X" }
ask "father_ethnic" { "父亲民族", type = "ethnic_group", when = answer.father_info_waived:is "no",
  from = record.father_card.ethnic_group, example = "01" }
ask "father_phone" { "父亲手机", type = "phone", when = answer.father_info_waived:is "no", example = "13800000002" }
ask "father_is_soldier" { "父亲是否现役军人", type = "yes_no", when = answer.father_info_waived:is "no", example = "no" }
ask "father_authorised" { "父亲是否授权查他的电子证照", type = "yes_no", when = answer.father_info_waived:is "no",
  why = "授权了就不用上传父亲身份证;没有授权也能办,等上传的时间不计", example = "yes" }
ask "parents_married" { "父母是否婚姻存续", type = "yes_no", from = record.marriage.married,
  why = "决定要结婚证还是非婚生育说明", example = "yes" }
ask "marriage_cert_no" { "结婚证字号", type = "marriage_cert_no", when = answer.parents_married:is "yes",
  from = record.marriage.marriage_cert_no, example = "J330111-2022-000123" }
ask "out_of_wedlock_declared" { "母亲是否签署非婚生育说明", type = "yes_no", when = answer.parents_married:is "no", example = "yes" }
ask "parent_abroad" { "父母一方是否在境外,或是港澳台居民、外国人", type = "yes_no", example = "no",
  why = "身份要当面核对,这种情形到窗口办" }

section "出生基本信息"
ask "child_name" { "新生儿姓名", type = "new_name", sensitive = true, example = "王安然",
  why = "须是国家标准字库里的字;证明印出后不能改" }
ask "child_sex" { "性别", type = "choice", choices = { "1 男", "2 女" }, from = record.delivery.child_sex, example = "2" }
ask "birth_datetime" { "出生时间", type = "datetime", not_after = "today", sensitive = true,
  from = record.delivery.birth_datetime, example = "today - 3日" }
ask "gestation_weeks" { "出生孕周", type = "number", min = 20, max = 45, optional = true, sensitive = true,
  from = record.delivery.gestation_weeks, example = "39" }
ask "birth_weight_g" { "出生体重(克)", type = "number", min = 300, max = 8000, optional = true, sensitive = true,
  from = record.delivery.birth_weight_g, example = "3310" }
ask "birth_length_cm" { "出生身长(厘米)", type = "number", min = 20, max = 70, optional = true, sensitive = true,
  from = record.delivery.birth_length_cm, example = "50" }
ask "birth_place_type" { "出生地点类别", type = "choice", from = record.delivery.birth_place_type,
  choices = { "licensed_institution 有助产资质的医疗机构",
              "home_or_road_then_institution 家中或途中出生后入院", "other 其他" }, example = "licensed_institution" }
ask "midwifery_code" { "助产机构", type = "text", from = record.delivery.midwifery_code,
  why = "出生医学证明由这家机构签发", example = "H33011100042" }
ask "birth_region_code" { "出生地区划", type = "division6", from = record.delivery.birth_region_code, example = "330111" }
ask "child_order" { "孩次", type = "choice", choices = { "1 一孩", "2 二孩", "3 三孩", "4 四孩及以上" },
  why = "生育登记和育儿补贴按孩次办", example = "1" }
ask "first_issue" { "是否首次签发出生医学证明", type = "yes_no", from = record.delivery.first_issue, example = "yes" }
ask "fertility_registered" { "是否已办生育登记", type = "yes_no", from = record.delivery.fertility_registered,
  why = "已经登记的不再办", example = "yes" }

section "户口申报信息"
ask "hukou_side" { "随父或随母落户", type = "choice", choices = { "father 随父", "mother 随母" }, example = "mother" }
ask "householder_name" { "户主姓名", type = "person_name", from = record.household.householder_name, example = "李秀兰" }
ask "relation_to_householder" { "与户主关系", type = "household_relation", example = "30" }
ask "hukou_household_type" { "户别", type = "choice", choices = { "family 家庭户", "collective 集体户" },
  from = record.household.household_type, example = "family" }
ask "hukou_address" { "落户地址", type = "address", from = record.household.address,
  why = "决定由哪个县(区)、哪个派出所办", example = "330111001001 富春街道桂花路1号101室" }
ask "child_ethnic" { "新生儿民族", type = "ethnic_group", why = "随父或随母", example = "01" }
ask "ethnic_choice_signed" { "民族成份共同确认", type = "consent", text = "父母双方一致同意孩子的民族成份按本表填报",
  when = answer.father_ethnic:is_not(answer.mother_ethnic), example = "yes" }         -- R8:不签不能提交
sign "other_parent_agrees" { "另一方同意孩子的民族成份", who = term.other_parent_id, within = "7日",      -- R8;期限是合理默认
  when = answer.applicant_relation:one_of "mother father" & answer.father_info_waived:is "no"
    & answer.father_ethnic:is_not(answer.mother_ethnic),
  shows = "child_name child_ethnic", text = "我是孩子的父亲或母亲,同意孩子的民族成份按本表填报",
  otherwise = offline "另一方没有确认孩子的民族成份,出生登记请父母一起带身份证到派出所窗口办理" }
ask "native_place_code" { "籍贯", type = "division6", example = "330111" }

section "医保参保和待遇"
ask "medins_address" { "参保地址", type = "address", example = "330111001001 富春街道桂花路1号101室" }
ask "premium_waived" { "当年保费是否免缴", type = "yes_no", when = chosen.medical_insurance_premium,
  from = record.insured.newborn_premium_waived, why = "有的地方新生儿第一年免缴", example = "no" }
ask "mother_has_insurance" { "母亲是否参保", type = "yes_no", when = chosen.maternity_expense,
  from = record.insured.has_insurance, example = "yes" }
ask "settled_in_hospital" { "是否已在医院直接结算", type = "yes_no", when = chosen.maternity_expense,
  from = record.insured.settled_in_hospital, why = "结算过的不再报销", example = "no" }
ask "mother_has_employee_maternity_insurance" { "母亲是否参加生育保险", type = "yes_no",
  when = chosen.maternity_allowance, from = record.insured.has_maternity_insurance, example = "yes" }
use "payee" { why = "报销、津贴、补贴打入这个账户", holder = "李秀兰" }

section "领取"
use "delivery" { name = "李秀兰" }
ask "ss_card_bank" { "社保卡合作银行", type = "choice", example = "icbc",
  choices = { "icbc 工商银行", "abc 农业银行", "boc 中国银行", "ccb 建设银行", "psbc 邮储银行", "rcb 农商银行" } }

-- 五、能不能办:refuse 不予受理,offline 转窗口(填好的带去),correct 请改,remind 只提醒。R5 就是 hukou_side 的两个选项
rule "born_in_institution" { answer.birth_place_type:is "licensed_institution",          -- R1、E04
  otherwise = offline "不在有助产资质的机构出生的,请带分娩情况证明到卫健窗口办理" }
rule "young_enough" { answer.birth_datetime:within(here.max_age),                        -- R2、E04
  otherwise = offline "孩子已超过本地一件事的年龄,请到各部门窗口分别办理" }
rule "first_issue_only" { answer.first_issue:is "yes",                                   -- R3、E04
  otherwise = refuse "已签发过出生医学证明,补发换发请找原签发机构" }
rule "wedlock_or_declared" { answer.parents_married:is "yes" | answer.father_info_waived:is "yes"
    | answer.out_of_wedlock_declared:is "yes", only = { "hukou_birth" },                 -- R4
  otherwise = offline "非婚生育又未签署说明的,请到派出所窗口办理出生登记" }
rule "wedlock_only" { answer.parents_married:is "yes", when = here.wedlock:is "仅限婚内",  -- S2、S3、S4
  otherwise = offline "本地一件事只办婚内生育,请到各部门窗口分别办理" }
rule "side_is_known" { answer.hukou_side:is "mother", when = answer.father_info_waived:is "yes",   -- 合理默认
  only = { "hukou_birth" }, otherwise = correct "不登记父亲信息的,只能随母落户,请改选随母" }
rule "family_household" { answer.hukou_household_type:is "family" | here.collective:is_not "不能",      -- R6、E05
  only = { "hukou_birth" }, otherwise = offline "落集体户的,请带单位同意挂靠和无住房证明到派出所窗口" }
rule "surname_of_parent" { answer.child_name.surname:one_of(answer.father_name.surname, answer.mother_name.surname),
  when = answer.father_info_waived:is "no",                                              -- R7
  otherwise = offline "孩子不随父姓或母姓的,请到助产机构窗口办理" }
rule "surname_of_mother" { answer.child_name.surname:is(answer.mother_name.surname), when = answer.father_info_waived:is "yes",   -- R7
  otherwise = offline "不登记父亲信息、孩子又不随母姓的,请到助产机构窗口办理" }
rule "ethnic_of_parent" { answer.child_ethnic:one_of(answer.father_ethnic, answer.mother_ethnic),
  when = answer.father_info_waived:is "no", only = { "hukou_birth" }, otherwise = correct "孩子的民族只能随父或随母,请改" }
rule "ethnic_of_mother" { answer.child_ethnic:is(answer.mother_ethnic),                  -- 合理默认
  when = answer.father_info_waived:is "yes", only = { "hukou_birth" }, otherwise = correct "孩子的民族随母亲,请改" }
rule "not_both_soldiers" { answer.mother_is_soldier:is "no" | answer.father_is_soldier:is "no",     -- R9、E05
  when = answer.father_info_waived:is "no", only = { "hukou_birth" },
  otherwise = offline "父母都是现役军人的,请到部队驻地派出所办理,或随祖父母落户" }
rule "not_registered_yet" { record.registered.registered:is "no", otherwise = refuse "孩子已有户口登记,不能重复登记" }   -- R10;合理默认
rule "hukou_in_time" { answer.birth_datetime:within "30日", only = { "hukou_birth" },     -- R12、E08
  otherwise = remind "出生登记应在一个月内申报,已经超过,仍可办理" }
rule "insured_in_time" { answer.birth_datetime:within "90日", only = { "medical_insurance_enrol" },   -- R13、E08
  otherwise = remind "出生90天内参保的,待遇从出生那天算起;已经超过,从缴费后算起" }
rule "vaccinated_in_time" { answer.birth_datetime:within "30日", only = { "vaccination_record" },     -- 疫苗管理法
  otherwise = remind "接种证应在出生一个月内办理,已经超过,请尽快带孩子接种" }
rule "parents_local" { record.mother_card.local_hukou:is "yes" | record.father_card.local_hukou:is "yes",   -- 合理默认
  when = here.parents_hukou:is "至少一方本地", otherwise = offline "父母都不是本地户籍,请到各部门窗口分别办理" }
rule "parents_of_province" { record.mother_card.province_hukou:is "yes" & record.father_card.province_hukou:is "yes",
  when = here.parents_hukou:is "双方本省", otherwise = offline "父母须都是本省户籍,请到各部门窗口分别办理" }  -- S2、S3
rule "parents_at_home" { answer.parent_abroad:is "no",                                   -- E05
  otherwise = offline "父母一方在境外,或是港澳台居民、外国人的,请到窗口核对身份后办理" }
rule "mother_as_recorded" { answer.mother_name:is(record.delivery.mother_name),          -- E02
  otherwise = correct "母亲姓名与分娩记录不一致,请核对;记录有误的,先请派出所或助产机构开具证明" }
rule "mother_is_woman" { answer.mother_id_no.sex:is "2", otherwise = correct "母亲证件号码的性别位不是女,请核对" }
rule "father_is_man"   { answer.father_id_no.sex:is "1", otherwise = correct "父亲证件号码的性别位不是男,请核对" }
rule "paid_to_parent"  { answer.bank_holder:one_of(answer.mother_name, answer.applicant_name),
  only = { "maternity_expense", "maternity_allowance", "childcare_subsidy" }, otherwise = correct "开户名须是母亲或申请人本人,请改" }

-- 六、材料从哪里来:依次尝试,查得到就不要申请人交;查不到只请补那一份,其余事项照办(E01)
material "mother_id_card" { "母亲居民身份证",
  get = { fetch "public_security.identity_card" { id_number = answer.mother_id_no }, upload "pdf jpg png ofd" } }
material "father_id_card" { "父亲居民身份证", when = answer.father_authorised:is "yes",
  get = { fetch "public_security.identity_card" { id_number = answer.father_id_no }, upload "pdf jpg png ofd" } }
material "father_id_photo" { "父亲居民身份证(照片)", when = answer.father_authorised:is "no", get = { upload "pdf jpg png ofd" } }
material "father_waiver" { "放弃父(母)信息声明", when = answer.father_info_waived:is "yes",
  get = { commit "我声明不登记孩子父亲的信息,知道证明印出后不能改,所填属实" } }
material "handbook" { "母子健康手册",                                                    -- 合理默认
  get = { fetch "health.mother_child_handbook" { "mother_id_no child_name" }, upload "pdf jpg png" } }
material "household_book" { "居民户口簿(落户方首页和本人页)",                               -- 查不到就拍照(S2)
  get = { fetch "public_security.household" { id_number = term.follows_id }, upload "pdf jpg png ofd" } }
material "marriage_certificate" { "结婚证", when = answer.parents_married:is "yes",
  get = { fetch "civil_affairs.marriage_record" { wife_id_no = answer.mother_id_no, husband_id_no = answer.father_id_no },
          upload "pdf jpg png ofd" } }
material "birth_certificate_paper" { "出生医学证明", get = { produced "birth_certificate" } }
material "child_household_page" { "居民户口簿(新生儿页)", get = { produced "hukou_birth" } }
material "out_of_wedlock_statement" { "非婚生育说明", when = answer.parents_married:is "no",
  get = { commit "孩子系非婚生育,本人所述属实,愿承担不实的后果" } }
material "paternity_report" { "亲子鉴定意见书", when = answer.parents_married:is "no" & answer.hukou_side:is "father",
  get = { upload "pdf jpg png" } }
material "ethnic_confirmation" { "民族成份确认书", when = answer.father_ethnic:is_not(answer.mother_ethnic),
  get = { commit "父母双方一致同意孩子的民族成份按本表填报" } }
material "collective_papers" { "单位同意挂靠和无住房证明", when = answer.hukou_household_type:is "collective",
  get = { upload "pdf jpg png" } }                                    -- collective 不是"不能"的地方网上交,别处带到窗口
material "medical_bills" { "医疗收费票据、费用清单、出院记录",                               -- 合理默认
  get = { fetch "medical_insurance.medical_bills" { "mother_id_no birth_datetime" }, upload "pdf jpg png" } }

-- 七、各部门办什么、先后次序。没有写 choice 的必办;"on" 默认办,"off" 默认不办。部门退件,只停等它的几项(E09)
-- before 是合办以前这一项要交的材料、跑的趟数、等的工作日;六项核心事项的材料合计14份(S1)。"免费"没有注出处的是合理默认
item "fertility_registration" { "生育登记", choice = "on",             -- 乡镇(街道)卫健窗口;产后可以补办
  by     = "health.register_fertility", request = "applicant_name child_order",
  when   = answer.fertility_registered:is "no",
  within = "当场", fee = "免费", issues = "生育登记服务卡(凭证)", delivery = { "电子证照" },      -- S19
  before = { papers = {}, visits = 1, working_days = 1, source = "S19" },
}
item "birth_certificate" { "出生医学证明首次签发",                     -- 助产机构;印出前可以撤,印出后不能改(E07)
  by      = "health.issue_birth_certificate",
  uses    = { "mother_id_card", "father_id_card", "father_id_photo", "father_waiver", "authority" },
  request = { "applicant_name applicant_id_no applicant_relation applicant_phone applied_by_agent",
              "mother_name mother_id_no mother_ethnic mother_phone father_info_waived",
              "father_name father_id_no father_ethnic father_phone",
              "child_name child_sex birth_datetime gestation_weeks birth_weight_g birth_length_cm",
              "birth_place_type midwifery_code birth_region_code first_issue delivery_way consent_signed",
              child_surname = answer.child_name.surname, mother_surname = answer.mother_name.surname,
              father_surname = answer.father_name.surname },
  within  = "当场", fee = "免费", issues = "出生医学证明", delivery = { "自取", "邮寄", "电子证照" },   -- S14
  in_person = "母亲或代办人领取纸质原件;手机申请的要核验人脸",
  before  = { papers = { "出生医学证明首次签发登记表", "母亲居民身份证", "父亲居民身份证" },
              visits = 1, working_days = 1, source = "S13、S6" },
}
item "vaccination_record" { "预防接种证办理(建档)", choice = "on",       -- 产科接种点,第一针后当场发;不等出生医学证明
  by     = "cdc.open_vaccination_record", uses = { "handbook" }, request = "child_name birth_datetime mother_phone",
  within = "当场", fee = "免费", issues = "预防接种证(电子档案)", delivery = { "电子证照" },           -- S4
  before = { papers = { "母子健康手册" }, visits = 0, working_days = 0, source = "合理默认" },
}
item "hukou_birth" { "出生登记(新生儿户口登记)", choice = "on",          -- 落户地派出所;登记后要改走变更手续(E07)
  needs   = { "birth_certificate", "other_parent_agrees" },
  by      = "public_security.register_birth",
  uses    = { "household_book", "marriage_certificate", "birth_certificate_paper", "out_of_wedlock_statement",
              "paternity_report", "ethnic_confirmation", "collective_papers" },
  request = { "applicant_name applicant_id_no applicant_phone mother_name mother_id_no mother_ethnic mother_is_soldier",
              "father_name father_id_no father_ethnic father_is_soldier",
              "parents_married marriage_cert_no out_of_wedlock_declared child_name child_sex birth_datetime birth_region_code",
              "hukou_side householder_name relation_to_householder hukou_household_type hukou_address",
              "child_ethnic ethnic_choice_signed native_place_code",
              "delivery_way delivery_name delivery_phone delivery_address consent_signed",
              birth_cert_no = result.birth_certificate.birth_cert_no },
  within  = "1个工作日", fee = "免费", issues = "居民户口簿(新生儿页)", delivery = { "自取", "邮寄", "电子证照" },   -- S10
  before  = { papers = { "居民户口簿", "结婚证", "出生医学证明" }, visits = 1, working_days = 1, source = "S9、S6" },
}
item "medical_insurance_enrol" { "城乡居民基本医疗保险参保登记", choice = "on",   -- 医保经办机构;孩子不幸死亡的,窗口撤回(E10)
  needs   = { "hukou_birth" },                                                  -- 有的地方先凭出生医学证明参保,本表先落户
  by      = "medical_insurance.enrol_newborn", uses = { "mother_id_card", "child_household_page" },
  request = { "child_name mother_id_no medins_address consent_signed", child_id_no = result.hukou_birth.child_id_no,
              hukou_region_code = result.hukou_birth.hukou_region_code },
  within  = "1个工作日", fee = "免费", issues = "参保登记凭证(医保电子凭证)", delivery = { "电子证照" },   -- 合理默认
  before  = { papers = { "母亲居民身份证", "居民户口簿(新生儿页)", "城乡居民医保参保登记表" },
              visits = 1, working_days = 1, source = "S3、S6" },
}
item "medical_insurance_premium" { "城乡居民医保费申报(新生儿缴费)", choice = "on",   -- 税务
  needs   = { "medical_insurance_enrol" }, by = "tax.declare_premium", when = answer.premium_waived:is "no",
  request = { medins_person_no = result.medical_insurance_enrol.medins_person_no },
  within  = "当场", fee = { 400, "当年个人缴费,网上缴" }, issues = "完税(缴费)凭证", delivery = { "电子证照" },   -- 合理默认;免缴见 S12
}
item "social_security_card" { "社会保障卡申领", choice = "on",          -- 社保卡服务中心、合作银行;可撤(E10)
  needs   = { "hukou_birth" },
  by      = "hrss.issue_social_security_card", uses = { "mother_id_card", "child_household_page" },
  request = { "child_name applicant_phone ss_card_bank", child_id_no = result.hukou_birth.child_id_no,
              "delivery_way delivery_name delivery_phone delivery_address consent_signed" },
  within  = "12个工作日", fee = "免费", issues = "社会保障卡", delivery = { "自取", "邮寄", "电子证照" },   -- S17;加急5个工作日
  before  = { papers = { "母亲居民身份证", "居民户口簿(新生儿页)", "社会保障卡申领表" },
              visits = 1, working_days = 12, source = "S17、S6" },
}
item "child_health_record" { "儿童保健手册建册", choice = "on",         -- 社区卫生服务中心(乡镇卫生院)
  needs   = { "birth_certificate" }, by = "health.open_child_record", uses = { "birth_certificate_paper" },
  request = { "child_name mother_phone", birth_cert_no = result.birth_certificate.birth_cert_no },
  within  = "1个工作日", fee = "免费", issues = "婴幼儿保健册", delivery = { "自取", "邮寄" },           -- 合理默认
  before  = { papers = { "出生医学证明" }, visits = 1, working_days = 1, source = "S6" },
}
item "childcare_guidance" { "科学育儿指导服务登记", choice = "off",      -- 妇幼保健院;不等出生医学证明
  by     = "health.register_guidance", request = "child_name mother_phone",
  within = "当场", fee = "免费", issues = "育儿指导服务登记",                                          -- 合理默认
}
item "maternity_expense" { "生育医疗费用报销", choice = "off",           -- 医保经办机构
  needs   = { "birth_certificate" }, by = "medical_insurance.reimburse_childbirth", uses = { "medical_bills" },
  when    = answer.mother_has_insurance:is "yes" & answer.settled_in_hospital:is "no",
  request = { "birth_datetime mother_name bank_holder bank_account bank_branch",
              birth_cert_no = result.birth_certificate.birth_cert_no },
  within  = "20个工作日", by_law = "20个工作日", fee = "免费", issues = "报销支付通知", delivery = { "电子证照" },   -- S23
  before  = { papers = { "银行卡", "医疗收费票据、费用清单、出院记录" }, visits = 1, working_days = 20, source = "S23、S2" },
}
item "maternity_allowance" { "生育津贴(生育保险待遇核准支付)", choice = "off",   -- 医保经办机构
  needs   = { "birth_certificate" }, by = "medical_insurance.grant_maternity_allowance",
  when    = answer.mother_has_employee_maternity_insurance:is "yes",
  request = { "birth_datetime mother_id_no bank_holder bank_account bank_branch",
              birth_cert_no = result.birth_certificate.birth_cert_no },
  within  = "10个工作日", by_law = "20个工作日", fee = "免费", issues = "生育津贴支付通知", delivery = { "电子证照" },   -- 合理默认
  before  = { papers = { "银行卡" }, visits = 1, working_days = 20, source = "S2" },
}
item "childcare_subsidy" { "育儿补贴申领", choice = "off",              -- 户籍地乡镇(街道)收,县级卫健审;以后每年续领
  needs   = { "birth_certificate", "hukou_birth" },
  by      = "health.grant_childcare_subsidy", when = answer.birth_datetime:within "3年",   -- 不满三周岁(S15、S16、S21)
  request = { "birth_datetime child_order hukou_address bank_holder bank_account",
              birth_cert_no = result.birth_certificate.birth_cert_no, child_id_no = result.hukou_birth.child_id_no,
              hukou_region_code = result.hukou_birth.hukou_region_code },
  within  = "30个工作日", fee = "免费", issues = "育儿补贴审核结果(3600元/年)", delivery = { "电子证照" },   -- 合理默认
  before  = { papers = { "银行卡" }, visits = 1, working_days = 30, source = "合理默认" },
}
