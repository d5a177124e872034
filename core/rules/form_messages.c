#include "rules/form_messages.h"

#include <stdio.h>
#include <string.h>

#include "rules/form.h"

const char *const form_codes[] = {
	"required", "unknown_field", "type", "format", "length", "check_digit", "date", "sex",
	"too_early", "too_late", "too_small", "too_large", "not_chosen", "conflict", "unknown_code",
	"not_asked", "refused", "offline", "correct", "not_yours", NULL
};

enum { ANY = TYPE_COUNT };

/* {title} {min} {max} {early} {late} stand for what the question says. The first row that fits
 * counts: rows for a type come before the row for any. */
static const struct {
	const char *key;
	int type;
	const char *zh, *en;
} sentences[] = {
	{ "required", TYPE_CONSENT, "请先阅读并同意“{title}”", "Read “{title}” and agree to it first." },
	{ "required", TYPE_FILE, "请上传“{title}”", "Upload “{title}”." },
	{ "required", TYPE_CHOICE, "请选择“{title}”", "Choose an answer to “{title}”." },
	{ "required", TYPE_CHOICES, "请至少选择一项“{title}”", "Choose at least one answer to “{title}”." },
	{ "required", TYPE_YES_NO, "请选择“{title}”:是或否", "Answer “{title}” with true or false." },
	{ "required", TYPE_ADDRESS, "请填写“{title}”:所在区划和详细地址两栏都要填",
	    "Give both division and text of “{title}”." },
	{ "required", ANY, "请填写“{title}”", "Fill in “{title}”." },
	{ "unknown_field", TYPE_ADDRESS, "地址只有 division 和 text 两栏,请去掉多余的",
	    "An address has only division and text: leave out the rest." },
	{ "unknown_field", ANY, "这张表没有这一栏,请去掉", "The form has no such field: leave it out." },

	{ "type", TYPE_YES_NO, "请填 true(是)或 false(否),不加引号", "Send true or false, without quotes." },
	{ "type", TYPE_CONSENT, "同意请填 true,不加引号", "Send true, without quotes." },
	{ "type", TYPE_NUMBER, "请填数字,不加引号", "Send a number, without quotes." },
	{ "type", TYPE_MONEY, "金额请填整数,以分为单位,不加引号和小数点",
	    "Send the amount as an integer in fen, without quotes or a decimal point." },
	{ "type", TYPE_ADDRESS, "地址请填 {\"division\": 区划代码, \"text\": 详细地址}",
	    "Send the address as {\"division\": code, \"text\": the rest}." },
	{ "type", TYPE_CHOICES, "请填选项代码的数组,例如 [\"a\", \"b\"]",
	    "Send an array of the codes chosen, like [\"a\", \"b\"]." },
	{ "type", TYPE_LIST, "请填数组,每一项是一个对象", "Send an array of objects." },
	{ "type", ANY, "请填文字(加引号的字符串);没有内容就不要带这一栏",
	    "Send a string; leave the field out if there is nothing to say." },

	{ "length", TYPE_ID_NUMBER, "身份证号码应为 18 位,请对照证件核对",
	    "An identity number has 18 characters: compare it with the card." },
	{ "length", TYPE_USCC, "统一社会信用代码应为 18 位,请对照营业执照或证书核对",
	    "A unified social credit code has 18 characters: compare it with the licence." },
	{ "length", TYPE_PHONE, "手机号码应为 11 位,请核对", "A mobile number has 11 digits: check it." },
	{ "length", TYPE_BANK_CARD, "银行卡号应为 16 到 19 位数字,请对照卡面核对",
	    "A bank card number has 16 to 19 digits: compare it with the card." },
	{ "length", TYPE_PERSON_NAME, "姓名应为 2 到 50 个字,请核对", "A name has 2 to 50 characters." },
	{ "length", TYPE_NEW_NAME, "姓名应为 2 到 50 个字,请核对", "A name has 2 to 50 characters." },
	{ "length", TYPE_DIVISION, "区划代码应为 6 位数字(县级)", "A county's code has 6 digits." },
	{ "length", TYPE_DIVISION9, "乡镇(街道)代码应为 9 位数字", "A township's code has 9 digits." },
	{ "length", TYPE_DIVISION12, "村(社区)代码应为 12 位数字", "A village's code has 12 digits." },
	{ "length", TYPE_ADDRESS, "区划代码应为 6、9 或 12 位数字,详细地址不超过 {max} 个字",
	    "The division has 6, 9 or 12 digits, the text at most {max} characters." },
	{ "length", TYPE_CHOICES, "应选 {min} 到 {max} 项", "Choose {min} to {max}." },
	{ "length", TYPE_LIST, "应填 {min} 到 {max} 项", "Give {min} to {max} entries." },
	{ "length", TYPE_FILE, "请填上传后得到的文件编号", "Send the id that the upload gave." },
	{ "length", TYPE_TEXT, "应为 {min} 到 {max} 个字,请增减;不填就不要带这一栏",
	    "Write {min} to {max} characters, or leave the field out." },
	{ "length", ANY, "长度不对,请核对", "The length is wrong: check it." },

	{ "format", TYPE_ID_NUMBER, "身份证号码应为 17 位数字加 1 位数字或大写 X,请核对",
	    "An identity number is 17 digits and a digit or capital X." },
	{ "format", TYPE_USCC, "统一社会信用代码只有数字和大写字母(没有 I、O、S、V、Z),第 3 到 8 位是数字",
	    "Only digits and capitals other than I O S V Z; characters 3 to 8 are digits." },
	{ "format", TYPE_PHONE, "手机号码格式不正确,应为 1 开头、第二位 3 到 9 的 11 位数字",
	    "A mobile number is 1, then 3 to 9, then nine digits." },
	{ "format", TYPE_BANK_CARD, "银行卡号只能是数字,请去掉空格和其他符号",
	    "Digits only: take out blanks and other signs." },
	{ "format", TYPE_PERSON_NAME, "姓名格式不正确:只用汉字或字母,中间可用一个“·”或空格,不要有数字、首尾空格",
	    "Han characters or letters, with single “·” or blanks inside; no digits." },
	{ "format", TYPE_NEW_NAME, "姓名只能用汉字,少数民族姓名中间可用一个“·”",
	    "A name to be registered is of Han characters, with single “·” inside." },
	{ "format", TYPE_DIVISION, "区划代码只能是数字", "A division's code is of digits." },
	{ "format", TYPE_DIVISION9, "区划代码只能是数字", "A division's code is of digits." },
	{ "format", TYPE_DIVISION12, "区划代码只能是数字", "A division's code is of digits." },
	{ "format", TYPE_ADDRESS, "区划代码只能是数字,详细地址不能空着,也不能有控制字符",
	    "The division is of digits; the text is not blank and has no control characters." },
	{ "format", TYPE_EMAIL, "电子邮箱格式不正确,例如 name@example.cn", "Write it like name@example.cn." },
	{ "format", TYPE_BIRTH_CERT_NO, "出生医学证明编号格式不正确,应为 1 个大写字母加 9 位数字",
	    "A birth certificate number is a capital and 9 digits." },
	{ "format", TYPE_MARRIAGE_CERT_NO, "结婚证字号格式不正确,例如 J330111-2026-000123",
	    "Write it like J330111-2026-000123." },
	{ "format", TYPE_PASSPORT, "证件号码格式不正确,应为 5 到 15 位大写字母和数字",
	    "5 to 15 capitals and digits." },
	{ "format", TYPE_FILE, "请填上传后得到的文件编号", "Send the id that the upload gave." },
	{ "format", TYPE_TEXT, "不能空着,也不能有控制字符", "Not blank, and no control characters." },
	{ "format", ANY, "格式不正确,请核对", "The format is wrong: check it." },

	{ "check_digit", TYPE_ID_NUMBER, "身份证号码最后一位校验不对,请对照证件逐位核对",
	    "The identity number's check digit is wrong: compare each digit with the card." },
	{ "check_digit", TYPE_USCC, "统一社会信用代码校验不对,请对照营业执照或证书逐位核对",
	    "The code's check digit is wrong: compare each character with the licence." },
	{ "check_digit", TYPE_BANK_CARD, "银行卡号校验不通过,请对照卡面逐位核对;存折等账号确认无误的可以照填",
	    "The card number's check digit is wrong: compare it; passbook numbers may stand." },
	{ "check_digit", ANY, "校验位不对,请逐位核对", "The check digit is wrong: compare each digit." },
	{ "date", TYPE_ID_NUMBER, "身份证号码第 7 到 14 位不是可能的出生日期,请对照证件核对",
	    "Digits 7 to 14 are no possible birthday: compare them with the card." },
	{ "date", TYPE_DATETIME, "没有这个时间,请按 2026-09-15T08:30:00+08:00 的样子填写",
	    "No such time: write it like 2026-09-15T08:30:00+08:00." },
	{ "date", ANY, "没有这一天,请按 2026-09-15 的样子填写", "No such day: write it like 2026-09-15." },
	{ "sex", ANY, "性别与身份证号码不一致,请核对", "The sex differs from the identity number's." },

	{ "too_early", ANY, "日期不能早于{early},请核对", "The day must not be before {early}." },
	{ "too_late", ANY, "日期不能晚于{late},请核对", "The day must not be after {late}." },
	{ "too_small", ANY, "不能小于 {min},请核对", "It must not be under {min}." },
	{ "too_large", ANY, "不能大于 {max},请核对", "It must not be over {max}." },
	{ "not_chosen", ANY, "这个事项不能自选,请去掉", "This item is not yours to choose: leave it out." },
	{ "conflict", TYPE_CHOICES, "同一项选了两次,请去掉重复的", "A choice stands twice: leave one out." },
	{ "conflict.own", TYPE_YES_NO, "“{title}”以登录的账户为准:本人申请填否,代办员替别人申请填是;也可以不填",
	    "“{title}” follows from the account: false for oneself, true for an agent; or leave it out." },
	{ "conflict.own", ANY, "“{title}”由登录身份带出,不能用别人的,也可以不填;替别人办请由代办员申请",
	    "“{title}” comes from the login: nobody files in another's name. Leave it out or have an agent file." },
	{ "conflict.derived", ANY, "“{title}”与证件号码等其他栏对不上,请核对;也可以不填",
	    "“{title}” differs from what other answers say: check it, or leave it out." },
	{ "conflict.asked", ANY, "“{title}”决定要请谁同意,提交以后不能改;要改的,请撤回这份申请,再按对的内容重新提交",
	    "\"{title}\" settles whose consent is asked and cannot change now: withdraw, and file again." },
	{ "conflict.once", ANY, "“{title}”决定这件事只办一次,提交以后不能改;要改的,请撤回这份申请,再按对的内容重新提交",
	    "\"{title}\" is what this is handled once for and cannot change now: withdraw, and file again." },
	{ "conflict.place", ANY, "“{title}”决定由哪个县(区)办理,提交以后不能改到别的县(区);要改的,请撤回这份申请,再重新提交",
	    "\"{title}\" settles which county handles this and cannot move to another: withdraw, and file again." },
	{ "conflict.self", ANY, "这里要请的是另一个人同意,不能填申请人自己,请核对“{title}”",
	    "Another person's consent is asked here, not the applicant's own: check \"{title}\"." },
	{ "conflict.same", ANY, "同一个人不能以两种身份各同意一次,请核对“{title}”",
	    "The same person cannot consent twice in two roles: check \"{title}\"." },
	{ "conflict.twice", ANY, "这个人在前面已经填过一次,请去掉重复的",
	    "This person stands in the list already: leave one out." },
	{ "conflict", ANY, "这一栏取自部门的记录,不能改;记录有误的,请先找该部门更正",
	    "This comes from a department's record: have it corrected there first." },

	{ "unknown_code", TYPE_ID_NUMBER, "身份证号码前两位不是省份代码,请对照证件核对",
	    "The first two digits are no province: compare them with the card." },
	{ "unknown_code", TYPE_NEW_NAME, "姓名含有无法登记的生僻字,请改用《通用规范汉字表》里的字",
	    "A character cannot be registered: use those of the national standard list." },
	{ "unknown_code", TYPE_DIVISION, "行政区划代码不存在,请从列表里选县(区)", "No such county: choose one." },
	{ "unknown_code", TYPE_DIVISION9, "乡镇(街道)代码不存在,请从列表里选", "No such township: choose one." },
	{ "unknown_code", TYPE_DIVISION12, "村(社区)代码不存在,请从列表里选", "No such village: choose one." },
	{ "unknown_code", TYPE_ADDRESS, "行政区划代码不存在,请从列表里选", "No such division: choose one." },
	{ "unknown_code", TYPE_ETHNIC_GROUP, "民族代码不存在,请从列表里选", "No such ethnic group." },
	{ "unknown_code", TYPE_HOUSEHOLD_RELATION, "关系代码不存在,请从列表里选", "No such relation." },
	{ "unknown_code", ANY, "没有这个选项,请从列表里选", "No such choice: take one of the list." },

	{ "not_asked.sign", ANY, "“{title}”要由本人在自己的账户里签署,这里不用填",
	    "“{title}” is signed by that person alone: leave it out here." },
	{ "not_asked", ANY, "按其他各栏的填写和所选事项,这一栏不用填,请去掉",
	    "With the other answers and the items chosen this is not asked: leave it out." },
	{ "refused", ANY, "按规定不能办理", "By the rules this cannot be done." },
	{ "offline", ANY, "请到窗口办理", "Please go to the counter." },
	{ "correct", ANY, "与其他各栏不一致,请改", "It contradicts other answers: correct it." },
	{ "not_yours", ANY, "找不到这份材料,请重新上传", "No such file of yours: upload it again." },
};

static bool
is_english(const char *language)
{
	return language && strncmp(language, "en", 2) == 0;
}

static void
put_day(char *out, size_t size, const char *day, bool english)
{
	bool today = !day || strcmp(day, "today") == 0;

	snprintf(out, size, "%s", today ? english ? "today" : "今天" : day);
}

static void
put_slot(char *out, size_t size, const char *slot, const struct question *q, bool english)
{
	double min = 0, max = 0;

	if (q)
		form_limits(q, &min, &max);
	if (strncmp(slot, "{title}", 7) == 0)
		snprintf(out, size, "%s", q && q->title ? q->title : "");
	else if (strncmp(slot, "{min}", 5) == 0)
		snprintf(out, size, "%.15g", min);
	else if (strncmp(slot, "{max}", 5) == 0)
		snprintf(out, size, "%.15g", max);
	else
		put_day(out, size, !q ? NULL : slot[1] == 'e' ? q->not_before : q->not_after, english);
}

/* A '{' that opens one of our slots (others are JSON shown to the reader). */
static bool
is_slot(const char *s)
{
	static const char *const slots[] = { "{title}", "{min}", "{max}", "{early}", "{late}" };

	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		if (strncmp(s, slots[i], strlen(slots[i])) == 0)
			return true;
	return false;
}

/* Take off what was left of a character at the end of a text that was cut. */
static void
trim(char *out, size_t length)
{
	size_t start = length;
	unsigned char lead;

	while (start > 0 && ((unsigned char)out[start - 1] & 0xC0) == 0x80)
		start--;
	lead = start > 0 ? (unsigned char)out[start - 1] : 0;
	if (lead >= 0xC0 && start - 1 + (lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4) > length)
		length = start - 1;
	out[length] = '\0';
}

static void
fill(const char *sentence, const struct question *q, bool english, char out[FORM_MESSAGE])
{
	char value[FORM_MESSAGE];
	size_t used = 0;

	for (const char *p = sentence; *p; p++) {
		const char *piece = p;
		size_t length = 1;

		if (is_slot(p)) {
			put_slot(value, sizeof value, p, q, english);
			piece = value;
			length = strlen(value);
			p = strchr(p, '}');
		}
		if (used + length >= FORM_MESSAGE - 1) {
			memcpy(out + used, piece, FORM_MESSAGE - 1 - used);
			trim(out, FORM_MESSAGE - 1);
			return;
		}
		memcpy(out + used, piece, length);
		used += length;
	}
	out[used] = '\0';
}

void
form_message(const char *sentence, const struct question *q, const char *language,
    char out[FORM_MESSAGE])
{
	bool english = is_english(language);

	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		if (strcmp(sentences[i].key, sentence) != 0 ||
		    (sentences[i].type != ANY && (!q || sentences[i].type != (int)q->type)))
			continue;
		fill(english ? sentences[i].en : sentences[i].zh, q, english, out);
		return;
	}
	snprintf(out, FORM_MESSAGE, "%s", sentence);
}

void
form_code(const char *sentence, char code[FORM_CODE])
{
	snprintf(code, FORM_CODE, "%.*s", (int)strcspn(sentence, "."), sentence);
}
