-- 人才就业一件事:单位(或员工本人)填一张表,就业登记、参保、公积金一次办;落户、补贴、住房、人才、职称可以选办。
-- 怎样读、怎样改:events/README.md。S1…S13 是出处,R1…R9 规定,E01…E08 例外,见 events/SOURCES.md;"合理默认":没有查到出处,各地可以改。

event "employment" { "人才就业一件事",
  lead  = "hrss",                                          -- 牵头部门:人力社保
  basis = "国办发〔2022〕32号", since = "2026-01-01",
  place = answer.employer_region,                          -- 归单位参保的县(区),提交后不变
  once_per = { answer.employer_uscc, term.person_no, answer.contract_start },   -- 一个单位的一次录用只办一次
  known_by = answer.person_name,
  never_asks = { "各事项申请表" },                           -- 已并进这张表,部门不得再要
}

-- 一、谁来办。单位办的,先由员工本人确认(R7);一次招几十人的,一人一份申请(E08)
applicant "employer" { "用人单位经办人" }                     -- 在单位里就能交(S1)
applicant "employee" { "员工本人" }                          -- S11

sign "employee_agrees" { "员工本人确认", who = term.person_no, when = answer.filed_by:is "employer", within = "15日",
  text = "我同意单位为我办理本表所选的事项,同意有关部门为此使用我的身份、学历、参保、户籍信息,不作他用",
  otherwise = refuse "员工本人没有确认,所选事项都没有办;确认后可以重新提交" }

-- 二、各地不同的数。没有列出的市县按"通常"
figure "min_wage"     { "月最低工资(元)", usual = 2490 }             -- 合理默认,各地按公布的填
figure "joint_items"  { "联办哪几项", usual = "全部" }
figure "college_age"  { "大专落户不满几周岁", usual = 35 }            -- 通常照杭州(S3、S4),合理默认
figure "bachelor_age" { "本科落户不满几周岁", usual = 45 }
figure "master_age"   { "硕士落户不满几周岁", usual = 50 }
figure "doctor_age"   { "博士落户不满几周岁", usual = 55 }
figure "paid_months"  { "大专、本科落户要在本市缴社保几个月", usual = 1 }
figure "contract_months" { "落户要的合同期(月)", usual = 12 }
place  "330100 杭州市" { college_age = 35, bachelor_age = 45, master_age = 50, doctor_age = 55, paid_months = 1, contract_months = 12 }   -- S3、S4
place  "420300 十堰市" { joint_items = "五项" }                       -- S2

-- 三、部门已经知道的(查一次,用来预填和核对;查不到就由申请人填)
record "employer" { "单位参保", by = "hrss.employer", request = "employer_uscc" }
record "fund"     { "单位公积金", by = "housing_fund.employer", request = "employer_uscc" }
record "worker"   { "本人参保", by = "hrss.worker", request = { "contract_start", person_id_no = term.person_no } }
record "hukou"    { "户口", by = "public_security.resident", request = { id_number = answer.person_id_no } }
record "marriage" { "婚姻状况", by = "civil_affairs.marital_status", request = { paper_no = term.person_no } }
record "diploma"  { "学历", by = "education.diploma", request = { person_id_no = term.person_no } }
record "homes"    { "本市住房", by = "real_estate.homes", request = { person_id_no = term.person_no } }
record "rental"   { "租赁备案", by = "housing_construction.rental_contract", request = { person_id_no = term.person_no } }

-- 四、几个说法
term "long_number" { "是18位号码的证件", answer.person_id_type:one_of "id_card hmt_residence" }
term "person_no"   { "员工证件号码", { answer.person_id_no, when = term.long_number }, { answer.person_paper_no } }
term "born_on"     { "出生日期", { answer.person_id_no.birthday, when = term.long_number }, { answer.person_birth_date } }
term "sex"         { "性别", { answer.person_id_no.sex, when = term.long_number }, { answer.person_sex } }
term "talent_age"  { "人才落户不满几周岁",                            -- R6
  { here.doctor_age, when = answer.degree:is "doctor" },     { here.master_age, when = answer.degree:is "master" },
  { here.bachelor_age, when = answer.degree:is "bachelor" }, { here.college_age, when = answer.degree:is "college" }, { 0 } }

-- 五、问什么。没有写 when 的,用到它的事项要办才问
section "单位"
ask "filed_by" { "由谁填写", type = "choice", choices = { "employer 用人单位经办人", "employee 员工本人" }, example = "employee" }
ask "employer_uscc" { "统一社会信用代码", type = "uscc", why = "单位的名称、编号凭它查出来", example = "91330111MA27XY0K3Y" }
ask "employer_name" { "单位名称", type = "text", from = record.employer.employer_name, example = "杭州某某科技有限公司" }
ask "employer_region" { "单位参保地", type = "division6", from = record.employer.region, why = "决定由哪个县(区)办", example = "330111" }
ask "employer_ss_no" { "社保单位编号", type = "text", from = record.employer.employer_ss_no, example = "3301110012345" }
ask "employer_registered" { "单位是否已参保登记", type = "yes_no", from = record.employer.registered, why = "没有的要先开户", example = "yes" }
ask "employer_fund_no" { "公积金单位账号", type = "text", from = record.fund.employer_fund_no, example = "0571330111" }
ask "hr_name" { "经办人", type = "person_name", from = { { applicant.name, when = answer.filed_by:is "employer" } }, example = "周明" }
ask "hr_phone" { "经办人电话", type = "phone", from = { { applicant.phone, when = answer.filed_by:is "employer" } }, example = "13800000003" }

section "员工"
ask "person_name" { "姓名", type = "person_name", from = { { applicant.name, when = answer.filed_by:is "employee" } }, example = "陈晓" }
ask "person_id_type" { "证件类型", type = "choice", example = "id_card",
  choices = { "id_card 居民身份证", "hk_macao_pass 港澳居民来往内地通行证", "taiwan_pass 台湾居民来往大陆通行证",
              "hmt_residence 港澳台居民居住证", "passport 护照", "permanent_residence 外国人永久居留证" } }
ask "person_id_no" { "证件号码", type = "id_number", when = term.long_number, sensitive = true, example = "330111200203070017",
  from = { { applicant.id_number, when = answer.filed_by:is "employee" } } }
ask "person_paper_no" { "证件号码(通行证、护照、永久居留证)", type = "passport", when = ~term.long_number, sensitive = true,
  why = "18位的新版永久居留证请填护照号码", example = "E12345678" }
ask "person_birth_date" { "出生日期", type = "date", when = ~term.long_number, not_after = "today", example = "1998-02-03" }
ask "person_sex" { "性别", type = "sex", when = ~term.long_number, example = "1" }
ask "person_ethnic" { "民族", type = "ethnic_group", from = record.hukou.ethnic_group, when = term.long_number, example = "01" }
ask "person_phone" { "手机号码", type = "phone", why = "社保卡、落户有事打这个电话",
  from = { { applicant.phone, when = answer.filed_by:is "employee" } }, example = "13800000004" }
ask "hukou_local" { "是否本市户籍", type = "yes_no", from = record.hukou.local_hukou, why = "外地户籍的办居住登记", example = "no" }
ask "hukou_type" { "户口性质", type = "choice", choices = { "urban 城镇", "rural 农村" }, from = record.hukou.hukou_type,
  when = answer.person_id_type:is "id_card", example = "urban" }
ask "current_address" { "现居住地址", type = "address", sensitive = true, example = "330111001001 富春街道1号" }
ask "marital_status" { "婚姻状况", type = "choice", choices = { "10 未婚", "20 已婚", "30 丧偶", "40 离婚" }, optional = true,
  from = record.marriage.marital_status, example = "10" }
ask "is_party_member" { "是否党员", type = "yes_no", why = "党员可以一并转组织关系", example = "no" }
ask "party_org_to" { "转入党组织", type = "text", when = answer.is_party_member:is "yes", example = "某某科技有限公司党支部" }

section "学历"
ask "is_graduate" { "是否应届毕业生", type = "yes_no", from = record.diploma.is_graduate, example = "yes" }
ask "degree" { "学历", type = "choice", from = record.diploma.degree, example = "bachelor",
  choices = { "college 大专", "bachelor 本科", "master 硕士", "doctor 博士", "other 其他" } }
ask "school_name" { "毕业院校", type = "text", from = record.diploma.school_name, example = "某某大学" }
ask "major" { "专业", type = "text", from = record.diploma.major, example = "计算机科学与技术" }
ask "graduation_date" { "毕业时间", type = "date", from = record.diploma.graduation_date, example = "2026-06-30" }
ask "diploma_no" { "毕业证书编号", type = "text", from = record.diploma.diploma_no, example = "103371202605001234" }

section "岗位和合同"
ask "contract_type" { "合同期限类型", type = "choice", example = "fixed", choices = { "fixed 固定期限", "open 无固定期限", "task 以完成一定任务为期限" } }
ask "contract_start" { "合同起始日", type = "date", not_after = "today + 30日", why = "用工起30日内要办好登记和参保", example = "today - 3日" }
ask "contract_end" { "合同终止日", type = "date", when = answer.contract_type:is "fixed", example = "2030-12-31" }
ask "job_type" { "工种(岗位)", type = "text", example = "软件和信息技术服务人员" }
ask "monthly_wage" { "月工资(元)", type = "number", min = 0, max = 1000000, sensitive = true, why = "社保、公积金按它算", example = "8000" }
ask "fund_rate" { "公积金缴存比例(%)", type = "number", min = 5, max = 12, example = "12" }            -- 5%到12%,合理默认
ask "previous_employer_stopped" { "原单位是否已停保", type = "yes_no", from = record.worker.has_stopped,
  why = "原单位没有停保,新单位参不了保;没有原单位的选是", example = "yes" }
ask "social_insurance_months" { "本市社保缴费月数", type = "number", min = 0, max = 600, from = record.worker.paid_months, example = "3" }

section "转移接续"
ask "previous_medins_region" { "原参保地(医保)", type = "division6", optional = true, why = "要转移医保的填", example = "330102" }
ask "previous_fund_region" { "原公积金缴存地", type = "division6", optional = true, why = "要转移公积金的填", example = "330102" }
ask "has_ss_card" { "是否已有社保卡", type = "yes_no", from = record.worker.has_ss_card, example = "no" }
ask "ss_card_bank" { "社保卡合作银行", type = "choice", example = "icbc",
  choices = { "icbc 工商银行", "abc 农业银行", "boc 中国银行", "ccb 建设银行", "psbc 邮储银行", "rcb 农商银行" } }
ask "archive_place" { "档案去向", type = "choice", example = "employer", choices = { "talent_center 人才服务中心", "employer 本单位自管", "home 原籍" } }
ask "archive_from" { "档案现存机构", type = "text", when = answer.archive_place:is "talent_center", example = "某某大学档案馆" }

section "落户、住房和人才"
ask "want_hukou" { "是否申请落户", type = "yes_no", why = "不落户又不是本市户籍的,办居住登记", example = "no" }
ask "hukou_target" { "落户地类型", type = "choice", when = answer.want_hukou:is "yes", example = "talent_collective",
  choices = { "own_home 自有住房", "unit_collective 单位集体户", "talent_collective 人才市场集体户", "relative 亲友家庭户" } }
ask "hukou_target_address" { "落户地址", type = "address", when = answer.want_hukou:is "yes", example = "330111001001 富春街道桂花路1号" }
ask "owns_home" { "本市是否有房", type = "yes_no", when = chosen.rental_subsidy | chosen.talent_apartment, from = record.homes.owns_home, example = "no" }
ask "rental_record_no" { "租赁备案号", type = "text", from = record.rental.rental_record_no, example = "ZL330111202600123" }
ask "want_apartment" { "是否申请人才公寓", type = "yes_no", optional = true, example = "yes" }
ask "talent_grade_apply" { "是否申请人才认定", type = "yes_no", optional = true, example = "yes" }
ask "talent_basis" { "认定依据", type = "choice", example = "degree", choices = { "degree 学历", "title 职称", "skill 技能", "award 奖项", "salary 薪酬" } }
ask "title_apply" { "是否申请职称初定", type = "yes_no", optional = true, example = "yes" }

section "收款和领取"
ask "bank_account" { "本人银行账号", type = "bank_card", sensitive = true, why = "补贴打入这个账户", example = "6217000000000000004" }
ask "delivery_way" { "取件方式", type = "choice", example = "e_cert", choices = { "pickup 自取", "post 邮寄", "e_cert 电子证照", "employer 单位代领" } }
ask "delivery_address" { "收件地址", type = "address", sensitive = true, when = answer.delivery_way:is "post", example = "330111001001 富春街道1号" }

-- 六、能不能办:refuse 不予受理,offline 转窗口,correct 请改,remind 只提醒,drop 去掉那几项,wait 那几项先等着
rule "of_working_age" { term.born_on:years_on "today":at_least(16), otherwise = refuse "员工不满16周岁,不能录用" }   -- R1、E03
rule "below_oldest_age" { ~(term.sex:is "1" & term.born_on:years_on "today":at_least(63))     -- R1;63、58是延迟后的最高退休年龄,合理默认
    & ~(term.sex:is "2" & term.born_on:years_on "today":at_least(58)), otherwise = refuse "员工已到法定退休年龄,请按退休返聘办理" }
rule "not_retired" { record.worker.retired:is "no", otherwise = refuse "合同起始日员工已到法定退休年龄,请按退休返聘办理" }   -- R1:社保查得到
rule "lawful_wage" { answer.monthly_wage:at_least(here.min_wage), otherwise = correct "月工资低于当地最低工资,请核对" }     -- R2
rule "employer_enrolled" { answer.employer_registered:is "yes", otherwise = offline "单位还没有参保登记,请先到社保窗口开户" }   -- R3、E03
rule "contract_of_a_year" { answer.contract_type:is_not "fixed" | answer.contract_start:months_until(answer.contract_end):at_least(here.contract_months),
  only = { "hukou_migration" }, otherwise = drop "合同不满一年,暂不能申请落户,其余照办" }   -- R4
rule "former_employer_stopped" { record.worker.has_stopped:is "yes",       -- R5、E01:每天再问一次,停了就接着办
  only = { "social_insurance_enrol" }, otherwise = wait "原单位还没有停保,社保参保先等着,就业登记等照办" }
rule "talent_hukou" { answer.person_id_type:is "id_card" & term.born_on:years_on "today":under(term.talent_age)    -- R6
    & (answer.degree:one_of "master doctor" | answer.social_insurance_months:at_least(here.paid_months)),
  only = { "hukou_migration" }, otherwise = drop "还不够本市的人才落户条件(学历、年龄、社保月数),其余照办" }
rule "allowance_by_degree" { answer.degree:one_of "bachelor master doctor",              -- R8
  only = { "living_allowance" }, otherwise = drop "生活补贴发给应届的本科、硕士、博士,其余照办" }
rule "no_home" { record.homes.owns_home:is "no", only = { "rental_subsidy" },            -- R9
  otherwise = drop "查到本市有房,不发租房补贴,其余照办" }
rule "five_items_only" { here.joint_items:is_not "五项", otherwise = drop "本地联办五项,这几项请到各部门办理",   -- S2
  only = { "graduate_registration", "medical_insurance_transfer", "party_relation_transfer", "hukou_migration",
           "id_card_reissue", "residence_registration", "housing_fund_transfer", "talent_classification",
           "living_allowance", "rental_subsidy", "talent_apartment", "title_recognition" } }
rule "contract_ends_later" { answer.contract_end:after(answer.contract_start), otherwise = correct "合同终止日要晚于起始日,请改" }
rule "own_number" { term.person_no:is(applicant.id_number), when = answer.filed_by:is "employee",
  otherwise = correct "员工本人办的,证件号码要与登录身份相同" }
rule "filed_in_time" { answer.contract_start:within "30日",                              -- E06(S6、S9)
  only = { "employment_registration", "social_insurance_enrol", "housing_fund_account" },
  otherwise = remind "登记、参保、公积金应在用工起30日内办,已经超过,仍可办理;补缴和滞纳金由税务核定" }

-- 七、材料从哪里来:依次尝试,查得到就不要申请人交。要交的有11种(S1);查不到只请补那一份(E04)
material "id_card" { "居民身份证或其他有效证件",                        -- 境外人员的证件查不到,上传(S2)
  get = { fetch "public_security.identity_paper" { paper_no = term.person_no }, upload "pdf jpg png ofd" } }
material "household_book" { "居民户口簿", when = answer.person_id_type:is "id_card",
  get = { fetch "public_security.household" { id_number = answer.person_id_no }, upload "pdf jpg png ofd" } }
material "diploma_paper" { "毕业证书", get = upload "pdf jpg png" }
material "degree_paper" { "学位证书", get = upload "pdf jpg png" }
material "degree_report" { "学历认证报告",                          -- 国外学历查不到的,上传认证书,只有用它的几项等着(E04)
  get = { fetch "education.diploma" { person_id_no = term.person_no }, upload "pdf jpg png" } }
material "contract" { "劳动(聘用)合同", get = upload "pdf jpg png" }
material "business_licence" { "单位营业执照", get = { fetch "market_regulation.licence" { uscc = answer.employer_uscc }, upload "pdf jpg png ofd" } }
material "insurance_proof" { "社保缴费证明", get = produced "social_insurance_enrol" }
material "photo" { "近期免冠照片", get = upload "jpg png" }
material "no_home_proof" { "无房证明", get = { fetch "real_estate.homes" { person_id_no = term.person_no }, upload "pdf jpg png ofd" } }
material "rental_contract" { "租房合同(备案)", get = upload "pdf jpg png" }
material "marriage_proof" { "婚姻状况证明", get = { fetch "civil_affairs.marital_status" { paper_no = term.person_no }, upload "pdf jpg png" } }
material "archive_letter" { "调档函和档案转递通知单", get = upload "pdf jpg png" }
material "party_letter" { "组织关系介绍信", get = upload "pdf jpg png" }
material "work_appraisal" { "单位工作证明和考核意见", get = upload "pdf jpg png" }
material "bank_card" { "银行卡", get = upload "pdf jpg png" }
material "hukou_consent" { "落户地同意证明(单位或亲友)", get = upload "pdf jpg png" }
material "wage_form" { "社保费申报表(含工资)", get = upload "pdf jpg png" }

-- 八、各部门办什么、先后次序。没有写 choice 的必办;落户、人才认定被退的,不影响别的(E07)
-- before 是合办以前要交的材料、跑的趟数、等的工作日:19项合计81份、14趟、53天(events/SOURCES.md);期限和"免费"没有注出处的是合理默认
item "graduate_registration" { "高校毕业生接收登记", choice = "on", when = answer.is_graduate:is "yes",   -- 报到证2023年起不再发(S7)
  by = "hrss.register_graduate", needs = { "employee_agrees" }, uses = { "id_card", "diploma_paper" },
  request = { "person_name degree school_name major graduation_date diploma_no", person_id_no = term.person_no },
  within = "1个工作日", fee = "免费", issues = "毕业生接收登记结果",
  before = { papers = { "居民身份证", "毕业证书", "申请表" }, visits = 1, working_days = 1, source = "合理默认" } }
item "employment_registration" { "就业登记",                             -- 用工起30日内
  by = "hrss.register_employment", needs = { "employee_agrees" }, uses = { "id_card", "contract", "business_licence" },
  request = { "employer_name employer_uscc hr_name hr_phone person_name person_id_type contract_type contract_start contract_end job_type",
              person_id_no = term.person_no, person_birth_date = term.born_on },
  within = "1个工作日", fee = "免费", issues = "就业登记凭证(就业创业证记载)", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "劳动合同", "营业执照", "申请表" }, visits = 1, working_days = 1, source = "合理默认" } }
item "social_insurance_enrol" { "社会保险参保登记(新增)",                  -- 不等就业登记,编号出来再补送;参了只能停,不能撤(E05)
  by = "hrss.enrol_social_insurance", needs = { "employee_agrees" }, later = { "employment_registration" },
  uses = { "id_card", "contract", "business_licence" },
  request = { "employer_name employer_uscc employer_ss_no employer_registered person_name person_ethnic hukou_type",
              "contract_start monthly_wage previous_employer_stopped", person_id_no = term.person_no, person_sex = term.sex,
              employment_reg_no = result.employment_registration.employment_reg_no },
  within = "1个工作日", fee = "免费", issues = "参保登记凭证", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "劳动合同", "营业执照", "申请表" }, visits = 1, working_days = 1, source = "合理默认" } }
tell "former_employer_told" { "提醒原单位停保", when = answer.previous_employer_stopped:is "no",      -- E01
  by = "hrss.remind_former_employer", needs = { "employee_agrees" },
  request = { "person_name contract_start", person_id_no = term.person_no } }
item "social_insurance_premium" { "社会保险费申报",                       -- 税务;单位网上报,不跑
  by = "tax.declare_social_insurance", needs = { "social_insurance_enrol" }, uses = { "wage_form" },
  request = { "employer_uscc person_name monthly_wage", ss_person_no = result.social_insurance_enrol.ss_person_no },
  within = "1个工作日", fee = "免费", issues = "社保费申报回执", delivery = { "电子证照" },
  before = { papers = { "社保费申报表" }, visits = 0, working_days = 1, source = "合理默认" } }
item "medical_insurance_enrol" { "职工医疗保险参保登记",
  by = "medical_insurance.enrol_employee", needs = { "employee_agrees" }, later = { "employment_registration" },
  uses = { "id_card", "business_licence" },
  request = { "employer_name employer_uscc person_name monthly_wage", person_id_no = term.person_no,
              employment_reg_no = result.employment_registration.employment_reg_no },
  within = "1个工作日", fee = "免费", issues = "职工医保参保凭证", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "营业执照", "申请表" }, visits = 1, working_days = 1, source = "合理默认" } }
item "medical_insurance_transfer" { "基本医疗保险关系转移接续", choice = "off", when = answer.previous_medins_region:known(),
  by = "medical_insurance.transfer_in", needs = { "medical_insurance_enrol" }, uses = { "id_card" },
  request = { "person_name previous_medins_region", person_id_no = term.person_no, medins_person_no = result.medical_insurance_enrol.medins_person_no },
  within = "15个工作日", fee = "免费", issues = "转移接续完成通知", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "申请表" }, visits = 0, working_days = 1, source = "合理默认" } }
item "social_security_card" { "社会保障卡申领", choice = "on", when = answer.has_ss_card:is "no",        -- 加急5个工作日(S10)
  by = "hrss.issue_employee_card", needs = { "employee_agrees" }, later = { "social_insurance_enrol" }, uses = { "id_card", "photo" },
  request = { "person_name person_phone ss_card_bank delivery_way delivery_address", person_id_no = term.person_no,
              ss_person_no = result.social_insurance_enrol.ss_person_no },
  within = "12个工作日", fee = "免费", issues = "社会保障卡", delivery = { "自取", "邮寄", "电子证照" },      -- S10
  before = { papers = { "居民身份证", "申请表", "照片" }, visits = 1, working_days = 12, source = "S10" } }
item "archive_receipt" { "档案接收(流动人员人事档案)", choice = "on", when = answer.archive_place:is_not "employer",
  by = "hrss.receive_archive", needs = { "employee_agrees" }, uses = { "id_card", "archive_letter" },   -- 没有密封、目录的退回原处(E02)
  request = { "person_name archive_place archive_from", person_id_no = term.person_no },
  within = "5个工作日", fee = "免费", issues = "档案接收回执", delivery = { "电子证照" },                    -- 档案到后起算
  before = { papers = { "居民身份证", "调档函和转递通知单" }, visits = 1, working_days = 5, source = "合理默认" } }
item "party_relation_transfer" { "党组织关系转接", choice = "off", when = answer.is_party_member:is "yes",
  by = "organization.transfer_membership", needs = { "employee_agrees" }, uses = { "party_letter" },
  request = { "person_name is_party_member party_org_to", person_id_no = term.person_no },
  within = "10个工作日", fee = "免费", issues = "组织关系接收回执", delivery = { "电子证照" },
  before = { papers = { "组织关系介绍信" }, visits = 1, working_days = 2, source = "合理默认" } }
item "hukou_migration" { "人才落户(户口迁移)", choice = "off", when = answer.want_hukou:is "yes",         -- 离职的可撤(E05)
  by = "public_security.migrate_talent", needs = { "social_insurance_enrol", "employee_agrees" },
  uses = { "id_card", "household_book", "diploma_paper", "degree_report", "contract", "insurance_proof", "hukou_consent" },
  request = { "person_name person_phone degree diploma_no contract_end social_insurance_months",
              "hukou_target hukou_target_address delivery_way delivery_address", person_id_no = term.person_no,
              ss_person_no = result.social_insurance_enrol.ss_person_no, ss_start_month = result.social_insurance_enrol.ss_start_month },
  within = "5个工作日", fee = "免费", issues = "居民户口簿(准迁证)", delivery = { "自取", "邮寄", "电子证照" },  -- S3
  before = { papers = { "居民身份证", "户口簿", "毕业证书", "学历认证报告", "劳动合同", "申请表", "社保缴费证明", "落户地同意证明" },
             visits = 1, working_days = 5, source = "S3" } }
item "id_card_reissue" { "居民身份证换领", choice = "off", when = answer.want_hukou:is "yes",
  by = "public_security.renew_identity_card", needs = { "hukou_migration" }, uses = { "id_card", "household_book", "photo" },
  request = { "person_name hukou_target_address delivery_way delivery_address", person_id_no = term.person_no,
              new_hukou_address = result.hukou_migration.new_hukou_address },
  within = "20日", by_law = "60日", in_person = "没有录过指纹的,到派出所录一次", fee = { 20, "工本费" },    -- 身份证法十二条
  issues = "居民身份证", delivery = { "自取", "邮寄", "电子证照" },
  before = { papers = { "居民身份证", "户口簿", "照片" }, visits = 1, working_days = 1, source = "合理默认" } }
item "residence_registration" { "居住登记(居住证)", choice = "on", when = answer.want_hukou:is "no" & answer.hukou_local:is "no",
  by = "public_security.register_residence", needs = { "employee_agrees" }, uses = { "id_card", "household_book" },
  request = { "person_name current_address delivery_way delivery_address", person_id_no = term.person_no },
  within = "15个工作日", fee = "免费", issues = "居住证", delivery = { "自取", "邮寄", "电子证照" },           -- 登记当场
  before = { papers = { "居民身份证", "户口簿", "申请表" }, visits = 1, working_days = 1, source = "合理默认" } }
item "housing_fund_account" { "住房公积金个人账户设立",                   -- 用工起30日内(公积金管理条例十五条)
  by = "housing_fund.open_account", needs = { "employee_agrees" }, uses = { "id_card", "contract", "business_licence" },
  request = { "employer_name employer_uscc employer_fund_no person_name contract_start monthly_wage fund_rate", person_id_no = term.person_no },
  within = "1个工作日", fee = "免费", issues = "公积金个人账户", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "劳动合同", "营业执照", "申请表" }, visits = 1, working_days = 1, source = "合理默认" } }
item "housing_fund_transfer" { "住房公积金异地转移接续", choice = "off", when = answer.previous_fund_region:known(),
  by = "housing_fund.transfer_in", needs = { "housing_fund_account" }, uses = { "id_card" },
  request = { "person_name previous_fund_region", person_id_no = term.person_no, fund_account_no = result.housing_fund_account.fund_account_no },
  within = "10个工作日", fee = "免费", issues = "转入到账通知", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "申请表" }, visits = 0, working_days = 1, source = "合理默认" } }
item "talent_classification" { "人才分类认定", choice = "off", when = answer.talent_grade_apply:is "yes",  -- 人才办
  by = "organization.classify_talent", needs = { "social_insurance_enrol" },
  uses = { "id_card", "diploma_paper", "degree_paper", "degree_report", "contract", "business_licence", "insurance_proof" },
  request = { "person_name degree school_name social_insurance_months talent_basis", person_id_no = term.person_no,
              ss_person_no = result.social_insurance_enrol.ss_person_no },
  within = "15个工作日", fee = "免费", issues = "人才分类认定证书(人才码)", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "毕业证书", "学位证书", "学历认证报告", "劳动合同", "营业执照", "申请表", "社保缴费证明" },
             visits = 1, working_days = 15, source = "合理默认" } }
item "living_allowance" { "应届毕业生生活补贴", choice = "off", when = answer.is_graduate:is "yes",       -- 离职的可撤(E05)
  by = "hrss.grant_living_allowance", needs = { "social_insurance_enrol" },
  uses = { "id_card", "diploma_paper", "degree_paper", "degree_report", "contract", "business_licence", "insurance_proof", "bank_card" },
  request = { "person_name is_graduate degree graduation_date bank_account", person_id_no = term.person_no,
              ss_person_no = result.social_insurance_enrol.ss_person_no, ss_start_month = result.social_insurance_enrol.ss_start_month },
  within = "20个工作日", fee = "免费", issues = "生活补贴审核结果(本科1万、硕士3万、博士5万)", delivery = { "电子证照" },   -- S11
  before = { papers = { "居民身份证", "毕业证书", "学位证书", "学历认证报告", "劳动合同", "营业执照", "申请表", "社保缴费证明", "银行卡" },
             visits = 0, working_days = 1, source = "S11(网上办)" } }
item "rental_subsidy" { "新就业大学毕业生租房补贴", choice = "off", when = answer.owns_home:is "no",       -- 离职的可撤(E05)
  by = "housing_construction.grant_rental_subsidy", needs = { "social_insurance_enrol" },
  uses = { "id_card", "household_book", "diploma_paper", "contract", "insurance_proof", "no_home_proof", "rental_contract" },
  request = { "person_name current_address owns_home rental_record_no bank_account", person_id_no = term.person_no,
              ss_person_no = result.social_insurance_enrol.ss_person_no, ss_start_month = result.social_insurance_enrol.ss_start_month },
  within = "20个工作日", fee = "免费", issues = "租房补贴审核结果(每年1万元,最多6年)", delivery = { "电子证照" },        -- S11
  before = { papers = { "居民身份证", "户口簿", "毕业证书", "劳动合同", "申请表", "社保缴费证明", "无房证明", "租房合同" },
             visits = 0, working_days = 1, source = "S11(网上办)" } }
item "talent_apartment" { "人才公寓(公租房)申请", choice = "off", when = answer.want_apartment:is "yes",   -- 不等人才认定,认定了再补送等级
  by = "housing_construction.apply_apartment", needs = { "social_insurance_enrol" }, later = { "talent_classification" },
  uses = { "id_card", "household_book", "contract", "insurance_proof", "no_home_proof", "marriage_proof" },
  request = { "person_name marital_status owns_home want_apartment", person_id_no = term.person_no,
              ss_person_no = result.social_insurance_enrol.ss_person_no, talent_grade = result.talent_classification.talent_grade },
  within = "20个工作日", fee = "免费", issues = "轮候号",
  before = { papers = { "居民身份证", "户口簿", "劳动合同", "申请表", "社保缴费证明", "无房证明", "婚姻状况证明" },
             visits = 1, working_days = 1, source = "合理默认" } }
item "title_recognition" { "职称初定", choice = "off", when = answer.title_apply:is "yes",               -- 不等档案,收到了再补送编号
  by = "hrss.recognise_title", needs = { "employee_agrees" }, later = { "archive_receipt" },
  uses = { "id_card", "diploma_paper", "degree_paper", "degree_report", "work_appraisal" },
  request = { "person_name degree major", person_id_no = term.person_no, archive_no = result.archive_receipt.archive_no },
  within = "20个工作日", fee = "免费", issues = "专业技术资格证书", delivery = { "电子证照" },
  before = { papers = { "居民身份证", "毕业证书", "学位证书", "学历认证报告", "申请表", "单位工作证明和考核意见" },
             visits = 1, working_days = 1, source = "合理默认" } }
