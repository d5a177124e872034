-- 个人身后一件事:家里人填一张表,死亡证明、火化、户口、停发停保一次办妥;丧葬抚恤、账户余额、公积金一并申领。
-- 村干部可以上门代办,半小时填完(S1、S5)。怎样读、怎样改:events/README.md。
-- S1…S22 是出处,R1…R8 是规定,E01…E10 是例外情形,见 events/SOURCES.md 个人身后一节。"合理默认":没有查到出处,各地可以改。
-- 填表的人正在丧亲之痛里:能查到的不问,能不写的不写,话说得轻一些。

event "after_death" { "个人身后一件事",
  lead  = "civil_affairs",                                 -- 牵头部门:民政
  basis = "国办函〔2025〕3号", since = "2026-01-01",
  place = answer.hukou_region,                             -- 归逝者户籍所在的县(区),提交后不变
  once_per = answer.deceased_id_no,
  known_by = answer.deceased_name,
  never_asks = { "村(居)委会居民死亡证明", "遗属待遇申领表、各事项申请表", "社保卡(逝者)", "银行卡(受益人)" },   -- S2、S6
}

-- 一、谁来办(S6、S21、S5)
applicant "family" { "近亲属(配偶、子女、父母等)" }
applicant "heir"   { "继承人或指定受益人" }
applicant "carer"  { "户主、照料人、邻居或村(居)委会" }        -- 只办死亡登记和停发,不领钱
applicant "agent"  { "村干部(代办员)", with = { "authority" } }

-- 二、各地不同的数
figure "cremation_area" { "是否火化区", usual = "火化区" }            -- 合理默认;不是火化区的,土葬不用证明

-- 三、部门已经知道的(查一次,用来预填和核对;查不到就由申请人填)
record "hukou"    { "逝者户口", by = "public_security.resident", request = { id_number = answer.deceased_id_no } }
record "compared" { "户口核对", by = "public_security.compare_resident",                        -- 填好以后拿去核
  request = { "hukou_region", id_number = answer.deceased_id_no, name = answer.deceased_name } }
record "inquiry"  { "公安是否在查死因", by = "public_security.death_inquiry", request = "deceased_id_no" }
record "welfare"  { "救助福利和殡葬减免", by = "civil_affairs.welfare", request = "deceased_id_no" }
record "pension"  { "养老保险和社保卡", by = "hrss.deceased_insured", request = "deceased_id_no" }
record "medins"   { "医保", by = "medical_insurance.deceased_insured", request = "deceased_id_no" }
record "fund"     { "公积金", by = "housing_fund.deceased_account", request = "deceased_id_no" }
record "disabled" { "残疾人证", by = "disabled_federation.disability_card", request = "deceased_id_no" }
record "veteran"  { "优抚对象", by = "veterans_affairs.beneficiary", request = "deceased_id_no" }

-- 四、问什么。没有写 when 的,用到它的事项要办才问

section "申请人"
use "applicant" { why = "由谁申报要记在证明和户口上", name = "王建国", id_number = "33011119930708001X" }
ask "applicant_relation" { "您是逝者的", type = "choice", example = "child",
  choices = { "spouse 配偶", "child 子女", "parent 父母", "relative 其他亲属", "employer 单位", "village 村(居)委会" } }
ask "applicant_standing" { "您以什么身份申请", type = "choice", example = "family", why = "照料人、邻居、村委会只办死亡登记,不领钱",
  choices = { "family 近亲属", "heir 继承人或指定受益人", "carer 户主、照料人、邻居或村(居)委会" } }
use "authority" {}                                                                        -- S5;委托书也可以在平板上签
ask "agent_name" { "代办员姓名", type = "person_name", when = answer.applied_by_agent:is "yes", example = "赵志强" }
ask "agent_village_code" { "代办村(社区)", type = "division12", when = answer.applied_by_agent:is "yes", example = "330111001001" }
ask "consent_signed" { "个人信息处理单独同意(近亲属)", type = "consent", example = "yes",
  text = "同意有关部门为办理身后事项使用逝者和申请人的身份、户籍、医疗、参保、账户信息,不作他用" }

section "逝者"
ask "deceased_name" { "姓名", type = "person_name", example = "王德福" }
ask "deceased_id_no" { "公民身份号码", type = "id_number", sensitive = true,
  why = "其余的多半凭它查得到,不用您填", example = "330111195505120619" }
ask "deceased_hukou_address" { "户籍地址", type = "address", from = record.hukou.address, example = "330111001001 富春街道桂花路1号101室" }
ask "hukou_region" { "户籍所在县(区)", type = "division6", from = record.hukou.hukou_region, why = "决定由哪个县(区)办", example = "330111" }
ask "deceased_is_householder" { "是否户主", type = "yes_no", from = record.hukou.is_householder, example = "no" }
ask "deceased_married" { "生前是否有配偶", type = "yes_no", from = record.welfare.married, why = "配偶的婚姻状况要一并变更", example = "yes" }

section "去世的情况"
ask "death_date" { "去世时间", type = "datetime", not_after = "today", sensitive = true, example = "today - 1日" }
ask "death_place" { "在哪里去世", type = "choice", example = "institution",
  choices = { "institution 医疗机构", "home 家中", "care_home 养老机构", "on_the_way 途中", "other 其他" } }
ask "death_place_region" { "去世地的村(社区)", type = "division12", example = "330111001001" }
ask "abnormal_death" { "是否非正常死亡或死因不明", type = "yes_no", why = "意外、事故或原因不清楚的选是,由公安先查明", example = "no" }
ask "death_cause_text" { "因什么去世(简单说)", type = "text", when = answer.death_place:is "home", sensitive = true,
  why = "只给出具证明的医生看", example = "久病在家" }
ask "certificate_on_paper" { "医生是否只开了纸质证明", type = "yes_no", when = answer.death_place:is "home",
  why = "没有网络的地方先开纸质的,拍照上传就接着办", example = "no" }                  -- E09
ask "died_abroad" { "是否在境外去世", type = "yes_no", example = "no" }
ask "late_reason" { "晚于一个月申报的原因", type = "text", when = ~answer.death_date:within "30日", example = "家人在外地,刚赶回来" }

section "安葬"
ask "burial_way" { "安葬方式", type = "choice", example = "cremation",
  choices = { "cremation 火化", "earth_burial_exempt 准予土葬", "donation 遗体捐献" } }
ask "cremation_wish_date" { "希望哪天火化", type = "date", when = answer.burial_way:is "cremation",
  not_before = "today", not_after = "today + 7日", example = "today + 2日" }              -- 7天内,合理默认
ask "funeral_home_code" { "殡仪馆", type = "text", when = answer.burial_way:is "cremation", example = "330111-01" }
ask "body_pickup_address" { "到哪里接", type = "address", when = answer.burial_way:is "cremation",
  example = "330111001001 富春街道桂花路1号101室" }
ask "basic_fee_waived_on_site" { "费用是否已当场减免", type = "yes_no", when = answer.burial_way:is "cremation", optional = true,
  from = record.welfare.basic_fee_waived_on_site, example = "yes" }

section "生前的待遇和证件"
ask "pension_type" { "养老保险", type = "choice", from = record.pension.pension_type, example = "employee_retired",
  choices = { "employee_retired 职工(已退休)", "employee_active 职工(在职)", "public_institution 机关事业单位", "resident 城乡居民", "none 没有" } }
ask "medins_type" { "医保", type = "choice", from = record.medins.medins_type, example = "employee",
  choices = { "employee 职工", "resident 居民", "none 没有" } }
ask "has_housing_fund" { "是否有公积金账户", type = "yes_no", from = record.fund.has_housing_fund, example = "no" }
ask "fund_loan_open" { "公积金贷款是否还没有结清", type = "yes_no", optional = true, from = record.fund.fund_loan_open, example = "no" }
ask "has_driving_licence" { "是否有驾驶证", type = "yes_no", from = record.hukou.has_driving_licence, example = "no" }
ask "has_disability_card" { "是否有残疾人证", type = "yes_no", from = record.disabled.has_disability_card, sensitive = true, example = "no" }
ask "is_veteran_beneficiary" { "是否优抚对象", type = "yes_no", from = record.veteran.is_veteran_beneficiary, example = "no" }
ask "welfare_type" { "低保、特困、高龄津贴", type = "choice", from = record.welfare.welfare_type, sensitive = true, example = "none",
  choices = { "none 没有", "subsistence 低保", "destitute 特困", "old_age 高龄津贴", "several 多项" } }
ask "has_ss_card" { "是否有社保卡", type = "yes_no", from = record.pension.has_ss_card, example = "yes" }
ask "has_real_estate" { "是否有房产", type = "yes_no", why = "可以一并预约继承登记", example = "no" }

section "继承人和收款人"
ask "heir_declared" { "法定继承人(受益人)声明", type = "consent", example = "yes",
  text = "我是逝者的法定继承人或指定受益人,继承人没有遗漏,所填属实,愿承担不实的后果" }
list "heirs" { "继承人", min = 1, max = 20, why = "个人账户和公积金是遗产,归全体继承人;请把每一位都写上",
  ask "name"     { "姓名", type = "person_name", example = "王建国" },
  ask "id_no"    { "证件号码", type = "id_number", sensitive = true, example = "33011119930708001X" },
  ask "relation" { "是逝者的", type = "choice", example = "child",
    choices = { "spouse 配偶", "child 子女", "parent 父母", "relative 其他亲属" } },
  ask "share"    { "商定的份额(%)", type = "number", min = 0, max = 100, optional = true, example = "100" },
  ask "agrees"   { "是否同意由收款人代为领取", type = "yes_no", example = "yes" },
}
term "for_family"  { "由家属或继承人申请", answer.applicant_standing:is_not "carer" }
term "heirs_agree" { "全体继承人一致", answer.heirs:every(each.agrees:is "yes") }
sign "heir_agrees" { "继承人本人同意", each = answer.heirs, who = each.id_no, when = term.heirs_agree, within = "30日",   -- R7、S18;期限是合理默认
  shows = "deceased_name payee_name", text = "我是继承人之一,同意按申请表上的办法领取和分配,由表上写的收款人代为领取",
  otherwise = drop "有继承人没有同意:这几项请全体继承人到窗口,或凭公证书、法院文书领取,其余照办" }
ask "named_by_paper" { "是否有继承公证书或法院文书", type = "yes_no", when = answer.heirs:where(each.agrees:is "no"):known(),
  why = "有人不同意时,凭它领取", example = "no" }
ask "payee_name" { "收款人", type = "person_name", example = "王建国" }
ask "payee_id_no" { "收款人证件号码", type = "id_number", sensitive = true, example = "33011119930708001X" }
ask "payee_bank_account" { "收款账号", type = "bank_card", sensitive = true, why = "只填账号,不用交银行卡", example = "6217000000000000004" }
ask "payee_bank_branch" { "开户行", type = "text", example = "某某银行富阳支行" }

section "领取"
ask "delivery_way" { "户口注销证明怎样拿", type = "choice", example = "e_cert",
  choices = { "village 村(社区)代领", "post 邮寄", "pickup 自取", "e_cert 电子证照" } }
ask "delivery_address" { "收件地址", type = "address", sensitive = true, when = answer.delivery_way:is "post",
  example = "330111001001 富春街道桂花路1号101室" }

-- 五、能不能办:refuse 不予受理,offline 转窗口,correct 请改,remind 只提醒,drop 去掉那几项。R1 就是 death_date 的 not_after
rule "still_registered" { record.compared.hukou_state:is_not "cancelled" & record.compared.hukou_state:is_not "moving",   -- R2、E05
  otherwise = refuse "户口登记里已经注销或正在迁移,请到户籍地派出所核对" }
rule "after_birth" { answer.deceased_id_no.birthday:before(answer.death_date), otherwise = correct "去世时间早于出生日期,请核对" }
rule "as_registered" { answer.deceased_name:is(record.compared.name),                         -- E02:以公安登记为准,一次改好
  otherwise = correct "姓名与户口登记不一致,以户口登记为准,请核对" }
rule "police_first" { answer.abnormal_death:is "no",                                       -- R3:公安的证明出来,其余事项才开始
  otherwise = remind "由公安先查明并出具证明,火化和其余事项会等着,不用您催" }
rule "no_inquiry" { record.inquiry.under_inquiry:is "no", otherwise = wait "公安正在查明死因,火化和其余事项先等着,查明了接着办",   -- E01
  only = { "cremation", "hukou_cancellation", "pension_stop", "medins_stop", "housing_fund_withdrawal", "welfare_stop",
           "disability_end", "veteran_benefit_end" } }
rule "who_may_file" { ~answer.applicant_relation:one_of "employer village" | answer.applied_by_agent:is "yes"     -- R4
    | answer.applicant_standing:one_of "heir carer", otherwise = correct "请由近亲属、继承人或代办员申请" }
rule "carer_registers_only" { term.for_family, otherwise = drop "这几项要由家属或继承人申请,死亡登记和停发停保照办",         -- S21
  only = { "funeral_subsidy", "householder_change", "social_security_card_cancel", "real_estate_inheritance" } }
rule "reported_in_time" { answer.death_date:within "30日", only = { "hukou_cancellation" },   -- R5、E07
  otherwise = remind "应在一个月内申报,已经超过也照样办,写一句原因就行" }
rule "pension_told_in_time" { answer.death_date:within "30日", only = { "resident_pension_end" },   -- S17
  otherwise = remind "居民养老保险应在30天内告知,多发的养老金会从丧葬补助金里抵扣" }
rule "no_open_loan" { answer.fund_loan_open:is "no", only = { "housing_fund_withdrawal" },  -- R6
  otherwise = correct "公积金贷款还没有结清,账户封存着:请先结清,或者先不选公积金提取" }
rule "heirs_agree_or_paper" { term.heirs_agree | answer.named_by_paper:is "yes",           -- R7、E04:停发停保照办
  only = { "housing_fund_withdrawal", "employee_pension_account", "medins_account_withdrawal" },
  otherwise = drop "继承人还没有一致:这几项请凭公证书或法院文书到窗口领取,其余照办" }
rule "payee_is_heir" { answer.heirs:where(each.id_no:is(answer.payee_id_no)):known(), when = answer.heirs:known(),   -- 合理默认
  otherwise = correct "收款人要是继承人之一,请核对证件号码",
  only = { "housing_fund_withdrawal", "employee_pension_account", "medins_account_withdrawal" } }
rule "agent_is_not_payee" { answer.payee_name:is_not(answer.agent_name), otherwise = correct "代办员不能做收款人,请改填家属",   -- 合理默认
  only = { "survivor_benefit", "resident_pension_end", "housing_fund_withdrawal", "employee_pension_account", "medins_account_withdrawal" } }
rule "registered_here" { record.compared.hukou_region:is(answer.hukou_region),                -- R8:在外地去世的也归户籍地办
  otherwise = offline "逝者户籍不在所填的县(区),请到户籍地或去世地的窗口办理" }

-- 六、材料从哪里来:依次尝试,查得到就不要申请人交
material "deceased_id_card" { "逝者居民身份证",                                             -- 原件由派出所当场剪角
  get = { fetch "public_security.identity_card" { id_number = answer.deceased_id_no }, upload "pdf jpg png ofd" } }
material "applicant_id_card" { "经办人居民身份证",
  get = { fetch "public_security.identity_card" { id_number = answer.applicant_id_no }, upload "pdf jpg png ofd" } }
material "household_book" { "居民户口簿",
  get = { fetch "public_security.household" { id_number = answer.deceased_id_no }, upload "pdf jpg png ofd" } }
material "paper_certificate" { "纸质死亡证明(照片)", when = answer.certificate_on_paper:is "yes",    -- E09
  get = upload "jpg png pdf" }                                                            -- 编号等医院上报后核对(S11)
material "death_paper" { "死亡证明", get = produced "death_proof" }
material "household_cancel_proof" { "户口注销证明", get = produced "hukou_cancellation" }
material "no_cremation_proof" { "准予土葬或遗体捐献的证明", get = upload "pdf jpg png",       -- E10:代替火化证明
  when = answer.burial_way:is "donation" | (answer.burial_way:is "earth_burial_exempt" & here.cremation_area:is "火化区") }
material "kinship" { "亲属关系证明",                                                        -- E03:户口簿上看不出来的,写一句承诺(S16)
  get = { fetch "public_security.kinship" { "deceased_id_no applicant_id_no" }, commit "我与逝者的关系如本表所填,所述属实,愿承担不实的后果" } }
material "notary_paper" { "继承公证书或法院文书", when = answer.named_by_paper:is "yes", get = upload "pdf jpg png" }
material "driving_licence" { "驾驶证",
  get = { fetch "public_security.driving_licence" { id_number = answer.deceased_id_no }, upload "pdf jpg png" } }
material "disability_card" { "残疾人证", get = { fetch "disabled_federation.disability_card" { "deceased_id_no" }, upload "pdf jpg png" } }
material "translation" { "境外死亡证明的翻译件", when = answer.died_abroad:is "yes", get = upload "pdf jpg png" }     -- S13

-- 七、各部门办什么、先后次序。停发停保不用家属操心,凭死亡证明自己就办(S2、S7);没有写 choice 的必办
-- 五项核心事项以前要交20份、跑6趟(S5)、前后17个工作日;"免费"和期限没有注出处的是合理默认
item "death_certificate" { "居民死亡医学证明(推断)书", when = answer.abnormal_death:is "no",   -- 医院;在家去世的由乡镇卫生院出具(S10)
  by = "health.issue_death_certificate", uses = { "applicant_id_card", "authority", "paper_certificate" },
  request = { "applicant_name applicant_id_no applicant_relation applicant_phone applied_by_agent agent_name agent_village_code",
              "deceased_name deceased_id_no deceased_hukou_address death_date death_place death_place_region death_cause_text consent_signed",
              deceased_sex = answer.deceased_id_no.sex },
  within = "1个工作日", fee = "免费", issues = "居民死亡医学证明", delivery = { "电子证照" }, in_person = "在家去世的,医生上门查看",
  before = { papers = { "经办人身份证", "村(居)委会死亡证明" }, visits = 1, working_days = 1, source = "S1、S6(卫生院、派出所、殡葬办约一天)" } }
item "abnormal_death_proof" { "死亡证明(非正常死亡)", when = answer.abnormal_death:is "yes",   -- 公安法医、派出所
  by = "public_security.issue_abnormal_death_proof",
  request = "applicant_phone deceased_name deceased_id_no death_date abnormal_death",
  within = "3个工作日", fee = "免费", issues = "非正常死亡证明", in_person = "配合公安查问",
  before = { papers = {}, visits = 1, working_days = 3, source = "合理默认" } }
either "death_proof" { "死亡证明", "death_certificate", "abnormal_death_proof" }              -- 两条路走一条
item "cremation" { "遗体火化预约与火化证明", when = answer.burial_way:is "cremation",          -- 当天联系家属;火化前一天可以改期(E08)
  by = "civil_affairs.book_cremation", needs = { "death_proof" }, uses = { "deceased_id_card", "applicant_id_card", "death_paper" },
  request = { "applicant_phone deceased_name deceased_id_no burial_way cremation_wish_date funeral_home_code body_pickup_address",
              death_cert_no = result.death_proof.death_cert_no, death_date = result.death_proof.death_date,
              police_proof = result.abnormal_death_proof.death_cert_no },
  within = "4小时", fee = "免费", issues = "火化证明", delivery = { "电子证照" }, in_person = "家属到殡仪馆送别",     -- 火化后4小时内(S7);S22
  before = { papers = { "逝者身份证", "经办人身份证", "死亡证明" }, visits = 1, working_days = 0, source = "S1、S5" } }
item "funeral_subsidy" { "惠民殡葬(基本服务费用减免)", choice = "on",
  when = answer.burial_way:is "cremation" & answer.basic_fee_waived_on_site:is "no",
  by = "civil_affairs.waive_funeral_fee", needs = { "cremation" },
  request = { "deceased_name deceased_id_no burial_way", cremation_cert_no = result.cremation.cremation_cert_no,
              cremation_date = result.cremation.cremation_date },
  within = "5个工作日", fee = "免费", issues = "减免结算单", before = { papers = {}, visits = 1, working_days = 1, source = "合理默认" } }
item "hukou_cancellation" { "户口注销(死亡登记)",                       -- 注销以后只能更正,不能撤(E08)
  by = "public_security.cancel_household", needs = { "death_proof" },
  uses = { "deceased_id_card", "applicant_id_card", "household_book", "death_paper", "translation" },
  request = { "applicant_name applicant_id_no applicant_relation deceased_name deceased_id_no deceased_hukou_address hukou_region",
              "died_abroad late_reason delivery_way delivery_address consent_signed", hukou_state = record.compared.hukou_state,
              death_cert_no = result.death_proof.death_cert_no, death_date = result.death_proof.death_date },
  within = "2个工作日", fee = "免费", issues = "户口注销证明", delivery = { "村(社区)代领", "邮寄", "自取", "电子证照" },   -- S7
  before = { papers = { "逝者身份证", "经办人身份证", "户口簿", "死亡证明", "申请表" }, visits = 1, working_days = 0, source = "S1、S6" } }
item "householder_change" { "户主变更与配偶婚姻状况变更", choice = "on",
  when = answer.deceased_is_householder:is "yes" | answer.deceased_married:is "yes",
  by = "public_security.change_householder", needs = { "hukou_cancellation" },
  request = { "deceased_name deceased_id_no deceased_is_householder deceased_married",
              hukou_cancel_date = result.hukou_cancellation.hukou_cancel_date,
              household_members_left = result.hukou_cancellation.household_members_left },
  within = "1个工作日", fee = "免费", issues = "居民户口簿(变更后)", delivery = { "邮寄", "自取", "电子证照" },
  before = { papers = {}, visits = 1, working_days = 1, source = "合理默认" } }
item "driving_licence_cancellation" { "机动车驾驶证注销", choice = "on", when = answer.has_driving_licence:is "yes",   -- 车管所
  by = "public_security.cancel_driving_licence", needs = { "hukou_cancellation" }, uses = { "household_cancel_proof", "driving_licence" },
  request = { "deceased_name deceased_id_no has_driving_licence", hukou_cancel_date = result.hukou_cancellation.hukou_cancel_date },
  within = "1个工作日", fee = "免费", issues = "驾驶证注销结果",
  before = { papers = { "户口注销证明", "驾驶证" }, visits = 1, working_days = 1, source = "S6、S12" } }
item "pension_stop" { "养老待遇停发(参保关系终止)", when = answer.pension_type:is_not "none",   -- 下月起停;多发的以后抵扣(E06)
  by = "hrss.stop_pension", needs = { "death_proof" }, uses = { "death_paper" },
  request = { "deceased_name deceased_id_no pension_type", death_date = result.death_proof.death_date },
  within = "1个工作日", fee = "免费", issues = "停发(终止)通知",                                         -- S17
  before = { papers = { "死亡证明" }, visits = 1, working_days = 1, source = "S6、合理默认" } }
item "employee_pension_account" { "职工养老保险个人账户一次性待遇申领", choice = "on",              -- 户口注销日期后补
  when = answer.pension_type:one_of "employee_retired employee_active" & term.for_family,
  by = "hrss.pay_pension_account", needs = { "pension_stop", "heir_agrees" }, later = { "hukou_cancellation" }, uses = { "deceased_id_card" },
  request = { "deceased_name deceased_id_no heir_declared payee_name payee_id_no payee_bank_account",
              heirs = answer.heirs:only "name id_no relation share", heirs_agree = term.heirs_agree,
              pension_overpaid = result.pension_stop.pension_overpaid, hukou_cancel_date = result.hukou_cancellation.hukou_cancel_date },
  within = "15个工作日", fee = "免费", issues = "个人账户支付通知", delivery = { "电子证照" },                 -- S16
  before = { papers = { "逝者身份证" }, visits = 1, working_days = 15, source = "S16" } }
item "survivor_benefit" { "遗属待遇申领(丧葬补助金和抚恤金)", choice = "on",       -- 丧葬补助金是两个月的城镇居民人均可支配收入(S15)
  when = answer.pension_type:one_of "employee_retired employee_active" & term.for_family,
  by = "hrss.grant_survivor_benefit", needs = { "pension_stop" }, later = { "cremation", "hukou_cancellation" },
  uses = { "deceased_id_card", "applicant_id_card", "household_book", "death_paper", "no_cremation_proof", "kinship" },
  request = { "applicant_name applicant_id_no applicant_relation applicant_phone deceased_name deceased_id_no pension_type",
              "heir_declared payee_name payee_id_no payee_bank_account payee_bank_branch consent_signed",
              pension_overpaid = result.pension_stop.pension_overpaid, cremation_cert_no = result.cremation.cremation_cert_no,
              hukou_cancel_date = result.hukou_cancellation.hukou_cancel_date },
  within = "15个工作日", fee = "免费", issues = "遗属待遇核定表", delivery = { "电子证照" },                   -- S16
  before = { papers = { "逝者身份证", "经办人身份证", "户口簿", "死亡证明", "火化证明", "逝者社保卡", "银行卡", "亲属关系证明", "申领表" },
             visits = 2, working_days = 15, source = "S6、S16" } }
item "resident_pension_end" { "城乡居民养老保险注销登记与丧葬补助金", choice = "on",
  when = answer.pension_type:is "resident" & term.for_family,
  by = "hrss.end_resident_pension", needs = { "pension_stop" }, later = { "cremation" }, uses = { "no_cremation_proof" },
  request = { "deceased_name deceased_id_no pension_type payee_name payee_id_no payee_bank_account",
              pension_overpaid = result.pension_stop.pension_overpaid, cremation_cert_no = result.cremation.cremation_cert_no },
  within = "8个工作日", fee = "免费", issues = "丧葬补助金支付通知", delivery = { "电子证照" },                -- S17
  before = { papers = { "火化证明", "申请表" }, visits = 1, working_days = 8, source = "S17" } }
item "medins_stop" { "基本医疗保险停保(减员)", when = answer.medins_type:is_not "none",
  by = "medical_insurance.stop_insurance", needs = { "death_proof" },
  request = { "deceased_name deceased_id_no medins_type", death_date = result.death_proof.death_date },
  within = "1个工作日", fee = "免费", issues = "停保通知", before = { papers = {}, visits = 1, working_days = 1, source = "合理默认" } }
item "medins_account_withdrawal" { "医保个人账户一次性支取", choice = "on", when = answer.medins_type:is "employee" & term.for_family,
  by = "medical_insurance.withdraw_account", needs = { "medins_stop", "heir_agrees" }, uses = { "deceased_id_card", "applicant_id_card", "death_paper" },
  request = { "deceased_name deceased_id_no medins_type heir_declared payee_name payee_id_no payee_bank_account",
              heirs = answer.heirs:only "name id_no relation share", heirs_agree = term.heirs_agree,
              medins_account_balance = result.medins_stop.medins_account_balance },
  within = "10个工作日", fee = "免费", issues = "个人账户支付通知", delivery = { "电子证照" },
  before = { papers = { "逝者身份证", "经办人身份证", "死亡证明", "银行卡", "申请表" }, visits = 1, working_days = 10, source = "合理默认" } }
item "housing_fund_withdrawal" { "住房公积金提取", choice = "on", when = answer.has_housing_fund:is "yes" & term.for_family,
  by = "housing_fund.withdraw_for_heirs", needs = { "death_proof", "heir_agrees" }, later = { "hukou_cancellation" },
  uses = { "deceased_id_card", "applicant_id_card", "household_book", "death_paper", "kinship", "notary_paper" },
  request = { "applicant_name applicant_id_no deceased_name deceased_id_no has_housing_fund fund_loan_open heir_declared",
              "payee_name payee_id_no payee_bank_account payee_bank_branch",
              heirs = answer.heirs:only "name id_no relation share", heirs_agree = term.heirs_agree,
              death_cert_no = result.death_proof.death_cert_no, hukou_cancel_date = result.hukou_cancellation.hukou_cancel_date },
  within = "3个工作日", by_law = "3个工作日", fee = "免费", issues = "公积金提取到账通知", delivery = { "电子证照" },   -- S18
  in_person = "继承人不一致的,持公证书或法院文书到窗口",
  before = { papers = { "逝者身份证", "经办人身份证", "户口簿", "死亡证明", "户口注销证明", "银行卡", "亲属关系证明", "申请表" },
             visits = 1, working_days = 3, source = "S18" } }
tell "welfare_stop" { "低保、特困、高龄津贴等社会救助和福利终止", when = answer.welfare_type:is_not "none",   -- 下月起停(S7)
  by = "civil_affairs.stop_welfare", needs = { "death_proof" },
  request = { "deceased_name deceased_id_no welfare_type", death_date = result.death_proof.death_date } }
item "disability_end" { "残疾人两项补贴终止与残疾人证注销", when = answer.has_disability_card:is "yes",
  by = "disabled_federation.end_disability", needs = { "death_proof" }, uses = { "disability_card" },
  request = { "deceased_name deceased_id_no has_disability_card", death_date = result.death_proof.death_date },
  within = "2个工作日", fee = "免费", issues = "残疾人证注销结果",
  before = { papers = { "残疾人证" }, visits = 1, working_days = 1, source = "合理默认" } }
item "veteran_benefit_end" { "优抚待遇停发与一次性抚恤", when = answer.is_veteran_beneficiary:is "yes",
  by = "veterans_affairs.end_benefit", needs = { "death_proof" },
  request = { "deceased_name deceased_id_no is_veteran_beneficiary", death_date = result.death_proof.death_date },
  within = "10个工作日", fee = "免费", issues = "优抚待遇停发告知", before = { papers = {}, visits = 1, working_days = 1, source = "合理默认" } }
item "social_security_card_cancel" { "社会保障卡注销", choice = "off", when = answer.has_ss_card:is "yes",   -- 最后办:有的钱要先打进这张卡
  by = "hrss.cancel_social_security_card",
  needs = { "survivor_benefit", "resident_pension_end", "employee_pension_account", "medins_account_withdrawal" },
  request = { "deceased_name deceased_id_no has_ss_card", survivor_amount = result.survivor_benefit.survivor_amount,
              resident_grant_amount = result.resident_pension_end.resident_grant_amount,
              account_amount = result.employee_pension_account.account_amount },
  within = "1个工作日", fee = "免费", issues = "社保卡注销结果", in_person = "卡里还有余额的,到银行柜台取",
  before = { papers = {}, visits = 1, working_days = 1, source = "合理默认" } }
item "real_estate_inheritance" { "不动产继承登记预约", choice = "off", when = answer.has_real_estate:is "yes",
  by = "real_estate.book_inheritance", needs = { "hukou_cancellation" },
  request = { "applicant_phone deceased_name deceased_id_no has_real_estate",
              hukou_cancel_date = result.hukou_cancellation.hukou_cancel_date },
  within = "5个工作日", by_law = "30个工作日", fee = { 80, "住宅登记费,办登记时缴" },
  issues = "不动产权证书", delivery = { "邮寄", "自取", "电子证照" },
  in_person = "全体继承人到场,或持继承公证书", visit = "全体继承人到登记中心一趟",
  before = { papers = {}, visits = 2, working_days = 5, source = "合理默认" } }
