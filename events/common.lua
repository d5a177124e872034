-- 各件事共用的问题和材料。事件文件里写一行 use "名字" { … } 就用上;given.x 由 use 那一行给。
-- 改了这里,用到它的每件事都成为新版本;已经在办的申请仍按原来的版本办完。
-- 这里只放问题和材料:事项和规则写在各自的事件文件里。

-- 谁在申请。姓名和证件号码由登录身份带出,不能用别人的(locked);不填就照登录身份填上。
shared "applicant" {
  ask "applicant_name" { "申请人姓名", type = "person_name", from = applicant.name, locked = true,
    why = given.why, example = given.name },
  ask "applicant_id_no" { "申请人证件号码", type = "id_number", from = applicant.id_number, locked = true,
    sensitive = true, example = given.id_number },
  ask "applicant_phone" { "手机号码", type = "phone", from = applicant.phone,
    why = "部门有事打这个电话", example = "13800000001" },
}

-- 钱打到哪里。银行账号校验不过只提醒:个别存折号不合校验规则(standards V-BANK,合理默认)。
shared "payee" {
  ask "bank_holder" { "开户名", type = "person_name", why = given.why, example = given.holder },
  ask "bank_account" { "银行账号", type = "bank_card", sensitive = true,
    why = "只填账号,不再交银行卡复印件", example = "6217000000000000004" },
  ask "bank_branch" { "开户行", type = "text", example = "某某银行富阳支行" },
}

-- 证件怎样拿到手。选邮寄才问收件人。
shared "delivery" {
  ask "delivery_way" { "取件方式", type = "choice", example = "e_cert",
    choices = { "pickup 自取", "post 邮寄", "e_cert 电子证照", "locker 智能柜" } },
  ask "delivery_name" { "收件人", type = "person_name", example = given.name,
    when = answer.delivery_way:is "post" },
  ask "delivery_phone" { "收件电话", type = "phone", example = "13800000001",
    when = answer.delivery_way:is "post" },
  ask "delivery_address" { "收件地址", type = "address", sensitive = true,
    when = answer.delivery_way:is "post", example = "330111001001 富春街道桂花路1号101室" },
}

-- 个人信息保护法第二十八、二十九、三十一条:敏感信息和未满十四周岁的人,要单独同意。
shared "consent" {
  ask "consent_signed" { "个人信息处理单独同意(监护人)", type = "consent", text = given.text,
    example = "yes" },
}

-- 代办要有委托书。是不是代办,由登录的账户定。
shared "authority" {
  ask "applied_by_agent" { "是否代办", type = "yes_no", from = applicant.as:is "agent", locked = true,
    why = "代办要有授权委托书", example = "no" },
  material "authority" { "授权委托书",
    when = answer.applied_by_agent:is "yes",
    get  = { upload "pdf jpg png" },
  },
}
