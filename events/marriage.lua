-- 结婚(婚育户)一件事:两人填一张表,预约好登记;结婚证一发,户口婚姻状况、投靠迁移、生育登记等接着自己办。
-- 怎样读、怎样改:events/README.md。S1…S16 是出处,R1…R11 是规定,E01…E08 是例外情形,见 events/SOURCES.md。
-- "合理默认"的意思是:没有查到出处,先这样定,各地可以改。

event "marriage" { "结婚(婚育户)一件事",
  lead  = "civil_affairs",                                   -- 牵头部门:民政
  basis = "国办发〔2022〕32号", since = "2026-01-01",
  place = answer.registry_code,                              -- 归婚姻登记机关所在的县(区);2025年5月10日起全国都能登记(S7)
  once_per = { answer.man_id_no, answer.woman_id_no, answer.booking_date },   -- 同一对新人、同一天只办一次;复婚可以再办
  never_asks = { "结婚登记用的居民户口簿", "申请表", "户主同意落户书" },            -- S7、S2;户主在手机上同意
}

-- 一、谁来办:一方填表,另一方在手机上确认,登记那天两人一起到场,不能代办(S3、S7、S13)
applicant "man"   { "男方" }
applicant "woman" { "女方" }

-- 二、各地不同的数。没有列出的县按"通常"
figure "book_first"  { "最早约哪天", usual = "today + 1日" }                 -- 合理默认
figure "book_last"   { "最晚约哪天", usual = "today + 30日" }
figure "soldiers"    { "军人结婚", usual = "凭证明可办" }                     -- 合理默认
figure "hukou_items" { "户口事项要求", usual = "至少一方本地" }                -- 合理默认
place  "330100 杭州市" { book_first = "today + 2日", book_last = "today + 20日" }   -- S11
place  "370000 山东省" { book_first = "today + 2日", book_last = "today + 14日" }   -- S10
place  "370100 济南市" { book_first = "today + 2日", book_last = "today + 14日", soldiers = "转窗口" }   -- S3、S10
place  "350000 福建省" { hukou_items = "双方本省" }                           -- S4

-- 三、几个说法
term "partner_id_no" { "另一方的证件号码", { answer.woman_id_no, when = answer.applicant_side:is "man" }, { answer.man_id_no } }
term "mover_id_no"   { "迁户口的人", { answer.man_id_no, when = answer.migration_target:is "to_woman" }, { answer.woman_id_no } }

-- 四、部门已经知道的(用来预填,也用来核对)
record "man_card"      { "男方户籍", by = "public_security.identity_card", request = { id_number = answer.man_id_no } }
record "woman_card"    { "女方户籍", by = "public_security.identity_card", request = { id_number = answer.woman_id_no } }
record "man_status"    { "男方婚姻档案", by = "civil_affairs.marital_status_of",
  request = { id_number = answer.man_id_no, marital_status = answer.man_marital_status } }
record "woman_status"  { "女方婚姻档案", by = "civil_affairs.marital_status_of",
  request = { id_number = answer.woman_id_no, marital_status = answer.woman_marital_status } }
record "booked_day"    { "预约的那天", by = "civil_affairs.booked_day", request = "man_id_no woman_id_no booking_date" }
record "man_insured"   { "男方医保", by = "medical_insurance.employee_insured", request = { id_number = answer.man_id_no } }
record "woman_insured" { "女方医保", by = "medical_insurance.employee_insured", request = { id_number = answer.woman_id_no } }
record "home"          { "落户的户口", by = "public_security.household", request = { id_number = term.host_id_no } }
term "host_id_no"      { "投靠到谁那里", { answer.man_id_no, when = answer.migration_target:is "to_man" },
  { answer.woman_id_no, when = answer.migration_target:is "to_woman" } }

-- 五、问什么。没有写 when 的,用到它的事项要办才问。出生日期由证件号码得出,婚姻档案由民政查,到没到场由窗口看,都不问

section "男方"
ask "applicant_side" { "您是哪一方", type = "choice", choices = { "man 男方", "woman 女方" }, example = "man",
  why = "您这一方的姓名、号码照登录身份填;另一方在自己的手机上确认" }
ask "man_name" { "男方姓名", type = "person_name", locked = true, example = "王建国",
  from = { { applicant.name, when = answer.applicant_side:is "man" } } }
ask "man_id_no" { "男方证件号码", type = "id_number", sensitive = true, locked = true, example = "33011119930708001X",
  from = { { applicant.id_number, when = answer.applicant_side:is "man" } } }
ask "man_nationality" { "男方是哪里人", type = "choice", example = "CN",
  choices = { "CN 内地居民", "HMT 港澳台居民", "overseas 华侨", "foreign 外国人" } }
ask "man_ethnic" { "男方民族", type = "ethnic_group", from = record.man_card.ethnic_group, example = "01" }
ask "man_marital_status" { "男方婚姻状况", type = "choice", choices = { "10 未婚", "40 离婚", "30 丧偶" }, example = "10",
  why = "有配偶的不能登记,所以没有已婚一项" }                                              -- R4
ask "man_phone" { "男方手机", type = "phone", from = { { applicant.phone, when = answer.applicant_side:is "man" } }, example = "13800000002" }
ask "man_hukou_region" { "男方户籍地", type = "division6", from = record.man_card.hukou_region, example = "330111" }
ask "man_occupation" { "男方职业", type = "text", optional = true, example = "教师" }
ask "man_education" { "男方文化程度", type = "choice", optional = true, example = "bachelor",
  choices = { "master 研究生", "bachelor 本科", "college 大专", "high 高中", "middle 初中", "primary 小学及以下" } }
ask "man_is_soldier" { "男方是否军人", type = "yes_no", example = "no" }

section "女方"
ask "woman_name" { "女方姓名", type = "person_name", locked = true, example = "李秀兰",
  from = { { applicant.name, when = answer.applicant_side:is "woman" } } }
ask "woman_id_no" { "女方证件号码", type = "id_number", sensitive = true, locked = true, example = "330111199503120023",
  from = { { applicant.id_number, when = answer.applicant_side:is "woman" } } }
ask "woman_nationality" { "女方是哪里人", type = "choice", example = "CN",
  choices = { "CN 内地居民", "HMT 港澳台居民", "overseas 华侨", "foreign 外国人" } }
ask "woman_ethnic" { "女方民族", type = "ethnic_group", from = record.woman_card.ethnic_group, example = "01" }
ask "woman_marital_status" { "女方婚姻状况", type = "choice", choices = { "10 未婚", "40 离婚", "30 丧偶" }, example = "10" }
ask "woman_phone" { "女方手机", type = "phone", from = { { applicant.phone, when = answer.applicant_side:is "woman" } }, example = "13800000001" }
ask "woman_hukou_region" { "女方户籍地", type = "division6", from = record.woman_card.hukou_region, example = "330111" }
ask "woman_occupation" { "女方职业", type = "text", optional = true, example = "护士" }
ask "woman_education" { "女方文化程度", type = "choice", optional = true, example = "bachelor",
  choices = { "master 研究生", "bachelor 本科", "college 大专", "high 高中", "middle 初中", "primary 小学及以下" } }
ask "woman_is_soldier" { "女方是否军人", type = "yes_no", example = "no" }

section "双方"
ask "kinship_declared_none" { "双方没有直系血亲和三代以内旁系血亲关系,是否属实", type = "yes_no", example = "yes",
  why = "登记那天还要当场签字声明" }
ask "soldier_certificate_ready" { "是否有军人婚姻登记证明", type = "yes_no", example = "yes",
  when = answer.man_is_soldier:is "yes" | answer.woman_is_soldier:is "yes" }
use "consent" { text = "我同意有关部门为办理结婚登记和所选事项使用我的身份、户籍、婚姻登记信息,不作他用" }
sign "applicant_willing" { "本人自愿", text = "我自愿与对方结婚", otherwise = refuse "不是自愿的,不予登记" }      -- R3
sign "partner_willing" { "另一方自愿并同意", who = term.partner_id_no, within = "5日",            -- R3;期限是合理默认
  shows = "man_name woman_name registry_code booking_date",
  text = "我自愿与对方结婚;我们没有直系血亲和三代以内旁系血亲关系;我同意有关部门为所选事项使用我的信息,不作他用",
  otherwise = refuse "另一方没有确认,不予登记;预约作废,不留记录" }                            -- E03

section "预约"
ask "registry_code" { "在哪个县(区)登记", type = "division6", why = "全国任何一个登记处都可以,不看户口", example = "330111" }
ask "booking_date" { "预约日期", type = "date", not_before = "today", example = "today + 7日", why = "登记处不开门的日子约不上" }
ask "booking_slot" { "预约时段", type = "choice", choices = { "morning 上午", "afternoon 下午" }, example = "morning" }

section "户口"
ask "migration_target" { "投靠方向", type = "choice", when = chosen.hukou_spouse_migration, example = "to_man",
  choices = { "to_man 女方迁到男方", "to_woman 男方迁到女方", "none 不迁" } }
ask "migration_address" { "迁入地址", type = "address", when = answer.migration_target:one_of "to_man to_woman",
  from = record.home.address, example = "330111001001 富春街道桂花路1号101室" }
ask "householder_is_applicant" { "户主是不是男方或女方本人", type = "yes_no", example = "yes",
  when = answer.migration_target:one_of "to_man to_woman" }
ask "householder_id_no" { "户主证件号码", type = "id_number", sensitive = true, when = answer.householder_is_applicant:is "no",
  why = "请户主在手机上同意落户", example = "330111196503070015" }
sign "householder_agrees" { "户主同意落户", who = answer.householder_id_no, within = "10日",        -- R9;期限是合理默认
  when = answer.householder_is_applicant:is "no", text = "我是户主,同意他(她)迁入我户",
  shows = "migration_target migration_address",
  otherwise = drop "户主没有同意,户口不迁,其余照办" }                                       -- E05
ask "split_household" { "是否分户", type = "yes_no", when = chosen.hukou_household_split, example = "yes" }
use "delivery" { name = "李秀兰" }

section "生育和医保"
ask "planned_child_order" { "登记孩次", type = "choice", when = chosen.fertility_registration,
  choices = { "1 一孩", "2 二孩", "3 三孩" }, example = "1" }
ask "fertility_region" { "在哪个乡镇(街道)登记", type = "division9", when = chosen.fertility_registration, example = "330111001" }
ask "man_has_employee_medins" { "男方是否参加职工医保", type = "yes_no", when = chosen.medins_family_account,
  from = record.man_insured.has_employee_insurance, example = "yes" }
ask "woman_has_employee_medins" { "女方是否参加职工医保", type = "yes_no", when = chosen.medins_family_account,
  from = record.woman_insured.has_employee_insurance, example = "no" }

-- 六、能不能办:refuse 不予受理,offline 转窗口,correct 请改,drop 去掉那几项,wait 等一等。R6 到场由窗口核(in_person)
rule "man_old_enough" { answer.man_id_no.age:at_least(22), otherwise = refuse "男方不满22周岁,不予登记" }         -- R1、E01
rule "woman_old_enough" { answer.woman_id_no.age:at_least(20), otherwise = refuse "女方不满20周岁,不予登记" }     -- R2、E01
rule "not_kin" { answer.kinship_declared_none:is "yes",                                     -- R5、E01
  otherwise = refuse "有直系血亲或三代以内旁系血亲关系的,不予登记" }
rule "man_is_man" { answer.man_id_no.sex:is "1", otherwise = correct "男方证件号码的性别位不是男,请核对" }
rule "woman_is_woman" { answer.woman_id_no.sex:is "2", otherwise = correct "女方证件号码的性别位不是女,请核对" }
rule "man_from_here" { answer.man_nationality:is "CN",                                      -- R7、E06
  otherwise = offline "男方是港澳台居民、华侨或外国人的,请到省里指定的登记机关办理" }
rule "woman_from_here" { answer.woman_nationality:is "CN",
  otherwise = offline "女方是港澳台居民、华侨或外国人的,请到省里指定的登记机关办理" }
rule "man_as_registered" { answer.man_marital_status:is(record.man_status.marital_status),  -- R8、E02
  otherwise = correct "男方婚姻状况与婚姻档案不一致,请核对;要改档案的,带离婚证、判决书或配偶死亡证明到登记处" }
rule "woman_as_registered" { answer.woman_marital_status:is(record.woman_status.marital_status),
  otherwise = correct "女方婚姻状况与婚姻档案不一致,请核对;要改档案的,带离婚证、判决书或配偶死亡证明到登记处" }
rule "migration_side" { answer.migration_target:one_of "to_man to_woman", when = chosen.hukou_spouse_migration,   -- R9
  otherwise = correct "选了户口迁移,请说明迁到哪一方;不迁的请去掉这一项" }
rule "soldier_has_certificate" { answer.soldier_certificate_ready:is "yes",                  -- R10、E06
  otherwise = offline "军人要有部队出具的婚姻登记证明,请先开证明,到登记处窗口办理" }
rule "soldiers_online" { answer.man_is_soldier:is "no" & answer.woman_is_soldier:is "no",    -- S3
  when = here.soldiers:is "转窗口", otherwise = offline "军人结婚,请到登记处窗口办理" }
rule "booked_in_time" { answer.booking_date:between(here.book_first, here.book_last),        -- 合理默认;S10、S11
  otherwise = correct "预约日期不在可以预约的日子里,请另选一天" }
rule "on_the_day" { record.booked_day.has_come:is "yes", only = { "marriage_registration" },  -- 表先填好,那天一早送到登记处
  otherwise = wait "已经约好,到预约那天双方带身份证到场登记" }
rule "one_local" { record.man_card.local_hukou:is "yes" | record.woman_card.local_hukou:is "yes",      -- 合理默认
  when = here.hukou_items:is "至少一方本地", only = { "hukou_status_man", "hukou_status_woman", "hukou_spouse_migration" },
  otherwise = drop "双方户口都不在本地,户口事项请到各自户籍地派出所办理" }
rule "both_of_province" { record.man_card.province_hukou:is "yes" & record.woman_card.province_hukou:is "yes",   -- S4
  when = here.hukou_items:is "双方本省", only = { "hukou_status_man", "hukou_status_woman", "hukou_spouse_migration" },
  otherwise = drop "有一方户口不在本省,户口事项请到各自户籍地派出所办理" }

-- 七、材料从哪里来。身份证、照片登记那天当场出示、当场拍;后面的事项向部门取
material "man_id_card" { "男方居民身份证",
  get = { fetch "public_security.identity_card" { id_number = answer.man_id_no }, upload "pdf jpg png ofd" } }
material "woman_id_card" { "女方居民身份证",
  get = { fetch "public_security.identity_card" { id_number = answer.woman_id_no }, upload "pdf jpg png ofd" } }
material "man_household_book" { "男方居民户口簿",
  get = { fetch "public_security.household" { id_number = answer.man_id_no }, upload "pdf jpg png ofd" } }
material "woman_household_book" { "女方居民户口簿",
  get = { fetch "public_security.household" { id_number = answer.woman_id_no }, upload "pdf jpg png ofd" } }
material "statement" { "无配偶且无近亲关系声明",                                            -- S7;登记那天再当场签
  get = { commit "我没有配偶,与对方没有直系血亲和三代以内旁系血亲关系,所述属实,愿承担不实的后果" } }
material "man_former_marriage" { "男方离婚证、判决书或配偶死亡证明", when = answer.man_marital_status:one_of "40 30",
  get = { fetch "civil_affairs.end_of_marriage" { id_number = answer.man_id_no }, upload "pdf jpg png" } }      -- S10
material "woman_former_marriage" { "女方离婚证、判决书或配偶死亡证明", when = answer.woman_marital_status:one_of "40 30",
  get = { fetch "civil_affairs.end_of_marriage" { id_number = answer.woman_id_no }, upload "pdf jpg png" } }
material "soldier_certificate" { "军人婚姻登记证明", when = answer.man_is_soldier:is "yes" | answer.woman_is_soldier:is "yes",
  get = { upload "pdf jpg png" } }
material "marriage_certificate" { "结婚证", get = { produced "marriage_registration" } }
material "fertility_statement" { "婚育情况承诺", get = { commit "我们的婚育情况与所填一致,愿承担不实的后果" } }     -- S12
material "home_certificate" { "不动产权证(落户住房)",
  get = { fetch "real_estate.home_at" { "migration_address" }, upload "pdf jpg png ofd" } }                   -- S2、S6

-- 八、各部门办什么、先后次序。没有写 choice 的必办;"on" 默认办,"off" 默认不办
-- before 是合办以前这一项要交的材料、跑的趟数、等的工作日;四项核心事项合计14份(S2)。收费没有注出处的是合理默认
item "marriage_booking" { "内地居民结婚登记预约",                         -- 婚姻登记处;撤回就是取消,改期先撤再约(E04)
  by      = "civil_affairs.book_marriage",
  request = "applicant_side man_name man_id_no man_phone woman_name woman_id_no woman_phone registry_code booking_date booking_slot",
  within  = "当场", fee = "免费", issues = "预约凭证",                                              -- S3、S7
}
item "premarital_exam" { "婚前医学检查", choice = "on",                   -- 妇幼保健院;不是登记的条件,结果也不给登记处
  by      = "health.book_premarital_exam", request = "man_phone woman_phone",
  within  = "1个工作日", fee = "免费", issues = "婚前医学检查证明", delivery = { "电子证照" },           -- 合理默认
  in_person = "双方到妇幼保健院检查",
  before  = { papers = {}, visits = 1, working_days = 1, source = "S6" },
}
item "marriage_registration" { "结婚登记",                               -- 婚姻登记处;不符合的当场书面说明理由,后面的事项不再办(E01)
  needs   = { "marriage_booking", "applicant_willing", "partner_willing" },
  by      = "civil_affairs.register_marriage",
  uses    = { "statement", "man_former_marriage", "woman_former_marriage", "soldier_certificate" },
  request = { "man_name man_id_no man_nationality man_ethnic man_marital_status man_occupation man_education man_is_soldier",
              "woman_name woman_id_no woman_nationality woman_ethnic woman_marital_status woman_occupation woman_education woman_is_soldier",
              "kinship_declared_none consent_signed",
              man_birthday = answer.man_id_no.birthday, woman_birthday = answer.woman_id_no.birthday,
              man_registered_status = record.man_status.marital_status,
              woman_registered_status = record.woman_status.marital_status,
              booking_no = result.marriage_booking.booking_no, booking_time = result.marriage_booking.booking_time,
              registry_code = result.marriage_booking.registry_code },
  within  = "当场", by_law = "当场", fee = "免费", issues = "结婚证(两本)", delivery = { "自取", "电子证照" },   -- S13、S7
  in_person = "双方带身份证到场,当面核验、签字、拍照",                                             -- R6、S3
  visit   = "双方到婚姻登记处登记",
  before  = { papers = { "居民身份证(双方)", "居民户口簿(双方)", "3张2寸近期半身免冠合影照片" },
              visits = 1, working_days = 1, source = "S2、S6、S9" },
}
item "hukou_status_man" { "户口婚姻状况变更(男方)", choice = "on",          -- 男方户籍地派出所;两处各办各的,一处慢了不拖另一处(E07)
  needs   = { "marriage_registration" }, by = "public_security.change_marital_status",
  uses    = { "man_id_card", "man_household_book", "marriage_certificate" },
  request = { name = answer.man_name, id_number = answer.man_id_no, hukou_region = answer.man_hukou_region,
              spouse_name = answer.woman_name, "delivery_way delivery_name delivery_phone delivery_address consent_signed",
              marriage_cert_no = result.marriage_registration.marriage_cert_no,
              marriage_date = result.marriage_registration.marriage_date },
  within  = "1个工作日", fee = "免费", issues = "居民户口簿(男方变更页)", delivery = { "自取", "邮寄", "电子证照" },   -- 合理默认
  before  = { papers = { "居民身份证(双方)", "居民户口簿(双方)", "结婚证" }, visits = 1, working_days = 1, source = "S2、S6" },
}
item "hukou_status_woman" { "户口婚姻状况变更(女方)", choice = "on",        -- 女方户籍地派出所,可能在另一个省
  needs   = { "marriage_registration" }, by = "public_security.change_marital_status",
  uses    = { "woman_id_card", "woman_household_book", "marriage_certificate" },
  request = { name = answer.woman_name, id_number = answer.woman_id_no, hukou_region = answer.woman_hukou_region,
              spouse_name = answer.man_name, "delivery_way delivery_name delivery_phone delivery_address consent_signed",
              marriage_cert_no = result.marriage_registration.marriage_cert_no,
              marriage_date = result.marriage_registration.marriage_date },
  within  = "1个工作日", fee = "免费", issues = "居民户口簿(女方变更页)", delivery = { "自取", "邮寄", "电子证照" },   -- 合理默认
  before  = { papers = {}, visits = 0, working_days = 0, source = "S2:14份按双方合计,已算在男方一项" },
}
item "hukou_spouse_migration" { "夫妻投靠户口迁移", choice = "off",         -- 迁入地派出所;房子不合落户条件的只退这一项(E05)
  needs   = { "marriage_registration", "hukou_status_man", "hukou_status_woman", "householder_agrees" },
  by      = "public_security.move_to_spouse", when = answer.migration_target:one_of "to_man to_woman",
  uses    = { "man_id_card", "woman_id_card", "man_household_book", "woman_household_book", "marriage_certificate",
              "home_certificate" },
  request = { "man_hukou_region woman_hukou_region migration_target migration_address householder_is_applicant",
              "delivery_way delivery_name delivery_phone delivery_address", mover_id_no = term.mover_id_no,
              marriage_cert_no = result.marriage_registration.marriage_cert_no,
              marriage_date = result.marriage_registration.marriage_date,
              hukou_marital_status_man = result.hukou_status_man.hukou_marital_status,
              hukou_marital_status_woman = result.hukou_status_woman.hukou_marital_status },
  within  = "5个工作日", fee = "免费", issues = "居民户口簿(迁入后)", delivery = { "自取", "邮寄", "电子证照" },   -- S14
  before  = { papers = { "居民身份证(双方)", "居民户口簿(双方)", "结婚证", "不动产权证(落户住房)" },
              visits = 1, working_days = 5, source = "S2、S14" },
}
item "hukou_household_split" { "分户(户主或与户主关系变更)", choice = "off",   -- 派出所;不等迁移,迁好以后补送新户号
  needs   = { "marriage_registration" }, later = { "hukou_spouse_migration" },
  by      = "public_security.split_household", when = answer.split_household:is "yes",
  request = { "split_household", marriage_cert_no = result.marriage_registration.marriage_cert_no,
              new_hukou_no = result.hukou_spouse_migration.new_hukou_no },
  within  = "3个工作日", fee = "免费", issues = "居民户口簿(新户)", delivery = { "邮寄", "电子证照" },   -- 合理默认
}
item "id_card_reissue" { "居民身份证换领", choice = "off",                  -- 派出所;换成新地址
  needs   = { "hukou_spouse_migration" }, by = "public_security.reissue_identity_card",
  when    = chosen.hukou_spouse_migration,
  request = { mover_id_no = term.mover_id_no, "migration_address",
              new_hukou_address = result.hukou_spouse_migration.new_hukou_address },
  within  = "20日", by_law = "60日", fee = { 20, "工本费" }, issues = "居民身份证", delivery = { "邮寄", "电子证照" },   -- 居民身份证法第十二条
  in_person = "原来的指纹、照片太旧的,到派出所重采",
  before  = { papers = {}, visits = 1, working_days = 14, source = "合理默认:20日约合14个工作日" },
}
item "fertility_registration" { "生育登记", choice = "off",                -- 乡镇(街道)卫健窗口;已经登记过的答原编号(E08)
  needs   = { "marriage_registration" }, by = "health.register_couple_fertility",
  uses    = { "man_id_card", "woman_id_card", "man_household_book", "woman_household_book", "marriage_certificate",
              "fertility_statement" },
  request = { "man_id_no woman_id_no woman_phone planned_child_order fertility_region consent_signed",
              marriage_cert_no = result.marriage_registration.marriage_cert_no,
              marriage_date = result.marriage_registration.marriage_date },
  within  = "当场", fee = "免费", issues = "生育登记凭证", delivery = { "电子证照" },                  -- S12
  before  = { papers = { "居民身份证(双方)", "居民户口簿(双方)", "结婚证", "婚育情况承诺" },
              visits = 1, working_days = 1, source = "S2、S12" },
}
item "prepregnancy_exam" { "免费孕前优生健康检查预约", choice = "off",        -- 妇幼保健院;不等登记,登记以后补送证号
  later   = { "marriage_registration" }, by = "health.book_prepregnancy_exam",
  request = { "man_phone woman_phone", marriage_cert_no = result.marriage_registration.marriage_cert_no },
  within  = "1个工作日", fee = "免费", issues = "检查预约凭证",                                      -- S6;合理默认
  in_person = "按约到妇幼保健院检查",
  before  = { papers = {}, visits = 1, working_days = 1, source = "S6" },
}
item "medins_family_account" { "职工医保个人账户家庭共济绑定", choice = "off",   -- 医保经办机构
  needs   = { "marriage_registration" }, by = "medical_insurance.share_family_account",
  when    = answer.man_has_employee_medins:is "yes" | answer.woman_has_employee_medins:is "yes",
  request = { "man_id_no woman_id_no man_has_employee_medins woman_has_employee_medins",
              marriage_cert_no = result.marriage_registration.marriage_cert_no },
  within  = "当场", fee = "免费", issues = "家庭共济绑定结果",                                       -- 合理默认
}
