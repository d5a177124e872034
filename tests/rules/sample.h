/* sample.h: an event with every type of question and every way of asking one, made by hand.
 *
 * For the tests of form and schema: they need no files and no reader. Call sample_event() once.
 */
#ifndef YJS_TESTS_RULES_SAMPLE_H
#define YJS_TESTS_RULES_SAMPLE_H

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "rules/expr.h"

#define SAMPLE_TODAY "2026-11-20"

static struct event sample;
static struct expr sample_pool[512];
static struct expr *sample_args[1024];
static size_t sample_exprs, sample_n_args;

static struct expr *
sample_expr(enum expr_op op)
{
	struct expr *e = &sample_pool[sample_exprs++];

	e->op = op;
	e->args = &sample_args[sample_n_args];
	return e;
}

static struct expr *
ref(enum expr_space space, int index, const char *name)
{
	struct expr *e = sample_expr(EXPR_REF);

	e->space = space;
	e->index = index;
	e->name = name ? strdup(name) : NULL;
	return e;
}

static struct expr *
answer(const char *id, enum expr_derive derive)
{
	struct expr *e = ref(EXPR_ANSWER, event_question(&sample, id), NULL);

	if (e->index < 0)
		abort();
	e->derive = derive;
	return e;
}

static struct expr *
lit(json_t *value)
{
	struct expr *e = sample_expr(EXPR_CONST);

	e->value = value;
	return e;
}

static struct expr *
words(const char *s)
{
	return lit(json_string(s));
}

/* An operation on arguments, ended by NULL. */
static struct expr *
op(enum expr_op which, ...)
{
	struct expr *e = sample_expr(which), *arg;
	va_list args;

	va_start(args, which);
	e->args = &sample_args[sample_n_args];
	while ((arg = va_arg(args, struct expr *)) != NULL)
		sample_args[sample_n_args++] = arg, e->n_args++;
	va_end(args);
	return e;
}

static struct expr *
is(const char *id, const char *value)
{
	return op(EXPR_IS, answer(id, EXPR_PLAIN), words(value), NULL);
}

static struct expr *
yes(const char *id)
{
	return op(EXPR_IS, answer(id, EXPR_PLAIN), lit(json_true()), NULL);
}

static struct expr *
number_is(enum expr_op which, const char *id, int n)
{
	return op(which, answer(id, EXPR_PLAIN), lit(json_integer(n)), NULL);
}

enum { BASE = 1, PERMIT = 2, ALLOWANCE = 4, EXTRA = 8,
	FOLLOW = 16,   /* needs a result of EXTRA */
	FURTHER = 32,  /* needs a result of FOLLOW */
	PERMITTED = 64, /* needs a result of PERMIT */
	TOLD = 128,    /* needs a result of EXTRA or of ALLOWANCE, by an answer */
	LOOSE = 256,   /* is told a result of ALLOWANCE if there is one */
	COUPLE = 512, SINGLE = 1024, /* one of the two */
	AFTER = 2048 }; /* needs a result of the one that runs */

static struct choice sample_ways[] = { { "post", "邮寄" }, { "pickup", "自取" }, { "locker", "智能柜" } };

#define Q(name, about, kind, ...) { .id = name, .title = about, .type = kind, __VA_ARGS__ }
static struct choice sample_relations[] = { { "spouse", "配偶" }, { "child", "子女" }, { "other", "其他" } };
static struct question sample_columns[] = {
	Q("name", "姓名", TYPE_PERSON_NAME, .example = "王建国"),
	Q("id_no", "证件号码", TYPE_ID_NUMBER, .example = "33011119930708001X"),
	Q("relation", "关系", TYPE_CHOICE, .choices = sample_relations, .n_choices = 3),
	Q("what", "什么关系", TYPE_TEXT, .has_max = true, .max = 10),
	Q("parent_id_no", "父母证件号码", TYPE_ID_NUMBER, .optional = true),
	Q("moved", "迁入日期", TYPE_DATE, .optional = true, .not_after = "today"),
	Q("why_moved", "迁入原因", TYPE_TEXT),
	Q("army", "兵役", TYPE_YES_NO), /* of men: a schema cannot say */
	Q("share", "份额", TYPE_MONEY, .optional = true, .has_max = true, .max = 100),
	Q("says", "本人说明", TYPE_CHOICES, .optional = true, .choices = sample_ways, .n_choices = 3),
};
static struct question sample_questions[] = {
	Q("name", "姓名", TYPE_PERSON_NAME, .items = BASE),
	Q("id_no", "身份证号", TYPE_ID_NUMBER, .items = BASE, .example = "330111199503120023"),
	Q("sex", "性别", TYPE_SEX, .items = BASE, .example = "1"), /* the wrong one: to be mended */
	Q("married", "是否已婚", TYPE_YES_NO, .items = BASE, .why = "决定要不要结婚证"),
	Q("cert", "结婚证字号", TYPE_MARRIAGE_CERT_NO, .items = BASE),
	Q("spouse", "配偶姓名", TYPE_PERSON_NAME, .items = BASE, .optional = true),
	Q("spouse_id", "配偶身份证号", TYPE_ID_NUMBER, .items = BASE, .example = "33011119930708001X"),
	Q("spouse_ethnic", "配偶民族", TYPE_ETHNIC_GROUP, .items = BASE, .example = "22"),
	Q("since", "结婚日期", TYPE_DATE, .items = BASE, .not_after = "today", .not_before = "1980-01-01"),
	Q("child", "孩子姓名", TYPE_NEW_NAME, .items = BASE),
	Q("born", "出生时间", TYPE_DATETIME, .items = BASE, .not_after = "today", .example = "today - 3日"),
	Q("home", "住址", TYPE_ADDRESS, .items = BASE),
	Q("phone", "手机", TYPE_PHONE, .items = BASE),
	Q("email", "邮箱", TYPE_EMAIL, .items = BASE, .optional = true),
	Q("card", "银行卡", TYPE_BANK_CARD, .items = ALLOWANCE),
	Q("amount", "金额", TYPE_MONEY, .items = ALLOWANCE, .has_max = true, .max = 1000000),
	Q("budget", "预算", TYPE_MONEY, .items = BASE, .optional = true, .has_min = true, .min = 100),
	Q("weight", "体重", TYPE_NUMBER, .items = BASE, .optional = true, .has_min = true, .min = 300,
	    .has_max = true, .max = 8000, .example = "3310"),
	Q("ways", "通知方式", TYPE_CHOICES, .items = BASE, .choices = sample_ways, .n_choices = 3),
	Q("way", "取件方式", TYPE_CHOICE, .items = BASE, .choices = sample_ways, .n_choices = 3),
	Q("post_to", "收件地址", TYPE_ADDRESS, .items = BASE),
	Q("locker_no", "柜号", TYPE_TEXT, .items = BASE, .has_max = true, .max = 10),
	Q("ethnic", "民族", TYPE_ETHNIC_GROUP, .items = BASE),
	Q("relation", "与户主关系", TYPE_HOUSEHOLD_RELATION, .items = BASE, .optional = true),
	Q("marital", "婚姻状况", TYPE_MARITAL_STATUS, .items = BASE, .optional = true),
	Q("county", "县", TYPE_DIVISION, .items = BASE, .optional = true),
	Q("town", "乡镇", TYPE_DIVISION9, .items = BASE, .optional = true),
	Q("village", "村", TYPE_DIVISION12, .items = BASE, .optional = true),
	Q("birth_cert", "出生证号", TYPE_BIRTH_CERT_NO, .items = BASE, .optional = true),
	Q("uscc", "单位代码", TYPE_USCC, .items = BASE, .optional = true),
	Q("passport", "护照", TYPE_PASSPORT, .items = BASE, .optional = true),
	Q("paper", "证明", TYPE_FILE, .items = BASE, .optional = true),
	Q("heirs", "家庭成员", TYPE_LIST, .items = BASE, .optional = true, .has_max = true, .max = 3),
	Q("agreed", "个人信息同意", TYPE_CONSENT, .items = BASE, .text = "我同意"),
	Q("kids", "子女数", TYPE_NUMBER, .items = BASE, .has_min = true, .has_max = true, .max = 9),
	Q("second", "第二个孩子", TYPE_NEW_NAME, .items = BASE),
	Q("permit_day", "许可日期", TYPE_DATE, .items = PERMIT),
	Q("registered_name", "登记姓名", TYPE_PERSON_NAME, .items = BASE, .locked = true),
	Q("agent_note", "代办说明", TYPE_TEXT, .items = BASE),
	Q("insured", "是否参保", TYPE_YES_NO, .items = ALLOWANCE),
	Q("insured_no", "参保号", TYPE_TEXT, .items = ALLOWANCE),
	Q("ethnic_agreed", "民族确认", TYPE_CONSENT, .items = BASE),
	Q("remark", "备注", TYPE_TEXT, .items = EXTRA, .optional = true),
	Q("follow_note", "后续说明", TYPE_TEXT, .items = FOLLOW),
	Q("further_note", "再后续说明", TYPE_TEXT, .items = FURTHER),
	Q("permit_note", "许可说明", TYPE_TEXT, .items = PERMITTED, .optional = true),
	Q("by_extra", "是否用服务编号", TYPE_YES_NO, .items = TOLD),
	Q("told_note", "编号说明", TYPE_TEXT, .items = TOLD),
	Q("loose_note", "附带说明", TYPE_TEXT, .items = LOOSE),
	Q("family", "共同生活的人", TYPE_LIST, .items = BASE, .has_max = true, .max = 3,
	    .each = sample_columns, .n_each = sizeof sample_columns / sizeof *sample_columns),
	Q("school", "就读学校", TYPE_TEXT, .items = BASE),
	Q("lodgers", "寄住的人", TYPE_LIST, .items = BASE, .optional = true, .has_min = true, .min = 2,
	    .each = sample_columns, .n_each = 2),
	Q("couple_note", "夫妻说明", TYPE_TEXT, .items = COUPLE, .optional = true),
	Q("single_note", "单身说明", TYPE_TEXT, .items = SINGLE, .optional = true),
	Q("after_note", "之后说明", TYPE_TEXT, .items = AFTER),
	Q("filed_as", "申请人姓名", TYPE_PERSON_NAME, .items = BASE, .locked = true),
	Q("by_agent", "是否代办", TYPE_YES_NO, .items = BASE, .locked = true, .example = "no"),
	Q("agent_paper", "委托书号", TYPE_TEXT, .items = BASE),
	Q("born_on", "出生日期", TYPE_DATE, .items = BASE, .optional = true, .locked = true),
	Q("unused", "无人使用", TYPE_TEXT, .optional = true),
	Q("unused_pickup", "自取说明", TYPE_TEXT, .optional = true),
};
#undef Q

static struct item sample_items[] = {
	{ .id = "base", .title = "登记" },
	{ .id = "permit", .title = "许可" },
	{ .id = "allowance", .title = "津贴", .choice = CHOICE_OFF },
	{ .id = "extra", .title = "服务", .choice = CHOICE_ON },
	{ .id = "follow", .title = "后续" },
	{ .id = "further", .title = "再后续" },
	{ .id = "permitted", .title = "许可之后" },
	{ .id = "told", .title = "告知" },
	{ .id = "loose", .title = "附带" },
	{ .id = "couple", .title = "夫妻" },
	{ .id = "single", .title = "单身" },
	{ .id = "after", .title = "之后" },
};
static struct either sample_eithers[] = { { .id = "status", .title = "身份", .items = COUPLE | SINGLE } };
static struct param sample_params[6];
static struct record sample_records[] = { { .id = "household", .title = "户籍" } };
static struct sign sample_signs[] = {
	{ .id = "spouse_agrees", .title = "配偶同意", .text = "同意办理" },
	{ .id = "agrees_to_move", .title = "同意迁移", .text = "同意", .otherwise = RULE_REFUSE,
	    .otherwise_text = "不同意就不能办" },
	{ .id = "witness", .title = "证人", .text = "属实", .otherwise = RULE_DROP, .otherwise_text = "不办" },
};
static struct term_row sample_rows[3];
static struct term_row sample_number_rows[2];
static struct term sample_terms[] = {
	{ .id = "road", .title = "办理路径", .rows = sample_rows, .n_rows = 3 },
	{ .id = "number", .title = "编号", .rows = sample_number_rows, .n_rows = 2 },
};
static struct figure sample_figures[] = { { .id = "age", .title = "孩子不满" } };
static struct place sample_places[] = { { .code = "350000", .name = "福建省" } };
static struct source sample_sources[4];
static struct rule sample_rules[] = {
	{ .id = "sex_agrees", .otherwise = RULE_CORRECT, .text = "性别与身份证号不一致,请改" },
	{ .id = "young", .otherwise = RULE_OFFLINE, .text = "孩子已超过年龄,请到窗口办理" },
	{ .id = "new", .otherwise = RULE_REFUSE, .text = "已有登记,不能重复登记" },
	{ .id = "little", .otherwise = RULE_CORRECT, .text = "金额太大,请改", .only = ALLOWANCE },
	{ .id = "in_time", .otherwise = RULE_REMIND, .text = "已超过一个月,仍可办理" },
	{ .id = "leave_out", .otherwise = RULE_DROP, .text = "不办" },
};

static void
sample_when(const char *id, struct expr *when)
{
	sample_questions[event_question(&sample, id)].when = when;
}

static void
sample_decides(void *cookie, int question)
{
	(void)cookie;
	sample_questions[question].decides = true;
}

static void
sample_conditions(void)
{
	sample_when("cert", yes("married"));
	sample_when("spouse", yes("married"));
	sample_when("spouse_id", op(EXPR_IS, ref(EXPR_TERM, 0, NULL), words("in_wedlock"), NULL));
	sample_when("spouse_ethnic", op(EXPR_IS_NOT, ref(EXPR_TERM, 0, NULL), words("single"), NULL));
	sample_when("relation", op(EXPR_IS, ref(EXPR_TERM, 0, NULL), words("declared"), NULL));
	sample_when("since", op(EXPR_AND, op(EXPR_KNOWN, answer("spouse", EXPR_PLAIN), NULL),
	    op(EXPR_NOT, is("way", "locker"), NULL), NULL));
	sample_when("post_to", op(EXPR_OR, is("way", "post"), is("ways", "post"), NULL));
	sample_when("locker_no", op(EXPR_ONE_OF, answer("way", EXPR_PLAIN), words("locker"), words("pickup"),
	    NULL));
	sample_when("second", number_is(EXPR_AT_LEAST, "kids", 2));
	sample_when("agent_note", op(EXPR_IS, ref(EXPR_APPLICANT, 0, "as"), words("agent"), NULL));
	sample_when("insured", ref(EXPR_CHOSEN, 2, NULL));
	sample_when("insured_no", yes("insured"));
	sample_when("ethnic_agreed", op(EXPR_IS_NOT, answer("ethnic", EXPR_PLAIN),
	    answer("spouse_ethnic", EXPR_PLAIN), NULL));
	sample_when("further_note", is("way", "post"));
	sample_when("unused_pickup", is("way", "pickup"));
	sample_when("birth_cert", op(EXPR_IS_NOT, answer("way", EXPR_PLAIN), words("post"), NULL));
	/* not decided while a weight that may be left out is not known: then what it needs is asked */
	sample_items[1].when = op(EXPR_OR, number_is(EXPR_OVER, "kids", 0),
	    number_is(EXPR_OVER, "weight", 5000), NULL);
	sample_signs[0].when = yes("married");
	sample_rows[0] = (struct term_row){ json_string("in_wedlock"), NULL, yes("married") };
	sample_rows[1] = (struct term_row){ json_string("declared"), NULL, number_is(EXPR_OVER, "kids", 0) };
	sample_rows[2] = (struct term_row){ json_string("single"), NULL, NULL };
}

static struct expr *
column(const char *id)
{
	int i = 0;

	while (strcmp(sample_columns[i].id, id) != 0)
		i++;
	return ref(EXPR_EACH, i, id);
}

static struct expr *
column_is(const char *id, const char *value)
{
	return op(EXPR_IS, column(id), words(value), NULL);
}

static void
column_when(const char *id, struct expr *when)
{
	sample_columns[column(id)->index].when = when;
}

static void
sample_lists(void)
{
	struct expr *id_no = column("id_no");

	id_no->derive = EXPR_SEX;
	column_when("what", column_is("relation", "other"));
	column_when("parent_id_no", op(EXPR_NOT, column_is("relation", "spouse"), NULL));
	column_when("why_moved", op(EXPR_AND, op(EXPR_KNOWN, column("moved"), NULL),
	    op(EXPR_NOT, op(EXPR_IS, column("says"), words("post"), NULL), NULL), NULL));
	column_when("army", op(EXPR_IS, id_no, words("1"), NULL));
	sample_when("school", op(EXPR_KNOWN, op(EXPR_WHERE, answer("family", EXPR_PLAIN),
	    column_is("relation", "child"), NULL), NULL));
	sample_when("lodgers", op(EXPR_KNOWN, answer("ways", EXPR_PLAIN), NULL));
	sample_when("agent_paper", yes("by_agent"));
}

static void
sample_locked(const char *id, size_t source, struct expr *value)
{
	struct question *q = &sample_questions[event_question(&sample, id)];

	sample_sources[source].value = value;
	q->from = &sample_sources[source];
	q->n_from = 1;
}

static void
sample_more(void)
{
	sample_locked("registered_name", 0, ref(EXPR_RECORD, 0, "name"));
	sample_locked("filed_as", 1, ref(EXPR_APPLICANT, 0, "name"));
	sample_locked("by_agent", 2, op(EXPR_IS, ref(EXPR_APPLICANT, 0, "as"), words("agent"), NULL));
	sample_locked("born_on", 3, answer("id_no", EXPR_BIRTHDAY));
	sample_items[9].when = yes("married");
	sample_items[10].when = op(EXPR_NOT, is("way", "locker"), NULL);
	sample_items[11].request = &sample_params[5];
	sample_items[11].n_request = 1;
	sample_params[5] = (struct param){ strdup("no"), op(EXPR_EITHER, ref(EXPR_RESULT, 9, "no"),
	    ref(EXPR_RESULT, 10, "no"), NULL), false };
	sample_items[11].feeds_from = COUPLE | SINGLE;
	sample_items[0].signs = 2 | 4;
	sample_signs[1].when = number_is(EXPR_AT_LEAST, "kids", 2);
	sample_signs[2].who = answer("spouse_id", EXPR_PLAIN);
}

static void
sample_request(int item, struct expr *value, bool optional)
{
	struct item *it = &sample_items[item];

	it->request = &sample_params[item - 4];
	it->n_request = 1;
	it->request[0] = (struct param){ strdup("number"), value, optional };
	it->feeds_from = expr_results(value, &sample);
}

static void
sample_requests(void)
{
	sample_number_rows[0] = (struct term_row){ NULL, ref(EXPR_RESULT, 3, "no"), yes("by_extra") };
	sample_number_rows[1] = (struct term_row){ NULL, ref(EXPR_RESULT, 2, "no"), NULL };
	sample_request(4, ref(EXPR_RESULT, 3, "no"), false);
	sample_request(5, ref(EXPR_RESULT, 4, "no"), false);
	sample_request(6, ref(EXPR_RESULT, 1, "no"), false);
	sample_request(7, ref(EXPR_TERM, 1, NULL), false);
	sample_request(8, ref(EXPR_RESULT, 2, "no"), true);
}

static void
sample_make_rules(void)
{
	sample_rules[0].must = op(EXPR_IS, answer("id_no", EXPR_SEX), answer("sex", EXPR_PLAIN), NULL);
	sample_rules[1].must = op(EXPR_WITHIN, answer("born", EXPR_PLAIN), ref(EXPR_HERE, 0, NULL), NULL);
	sample_rules[2].must = op(EXPR_IS, ref(EXPR_RECORD, 0, "registered"), words("no"), NULL);
	sample_rules[3].must = number_is(EXPR_UNDER, "amount", 50000);
	sample_rules[4].must = op(EXPR_WITHIN, answer("born", EXPR_PLAIN), words("30日"), NULL);
	sample_rules[5].must = number_is(EXPR_UNDER, "kids", 5);
}

/* Make the event; lives as long as the program. */
static const struct event *
sample_event(void)
{
	if (sample.id)
		return &sample;
	sample = (struct event){ .id = "sample", .title = "样例一件事",
		.questions = sample_questions, .n_questions = sizeof sample_questions / sizeof *sample_questions,
		.items = sample_items, .n_items = sizeof sample_items / sizeof *sample_items,
		.records = sample_records, .n_records = 1,
		.signs = sample_signs, .n_signs = 3, .eithers = sample_eithers, .n_eithers = 1, .terms = sample_terms, .n_terms = 2,
		.figures = sample_figures, .n_figures = 1, .places = sample_places, .n_places = 1,
		.rules = sample_rules, .n_rules = sizeof sample_rules / sizeof *sample_rules };
	sample_figures[0].usual = json_string("12个月");
	sample_places[0].figures = json_pack("{s:s}", "age", "6个月");
	sample.place = answer("home", EXPR_PLAIN);
	sample_conditions();
	sample_requests();
	sample_make_rules();
	sample_lists();
	sample_more();
	for (size_t i = 0; i < sample.n_rules; i++) /* of items only: asked when one of them may run */
		if (!sample_rules[i].only)
			expr_questions(sample_rules[i].must, &sample, sample_decides, NULL);
	for (size_t i = 0; i < sample.n_questions; i++)
		expr_questions(sample_questions[i].when, &sample, sample_decides, NULL);
	for (size_t j = 0; j < sample_terms[0].n_rows; j++)
		expr_questions(sample_rows[j].when, &sample, sample_decides, NULL);
	expr_questions(sample_items[1].when, &sample, sample_decides, NULL);
	expr_questions(sample_items[9].when, &sample, sample_decides, NULL);
	expr_questions(sample_items[10].when, &sample, sample_decides, NULL);
	for (size_t j = 0; j < sample.n_signs; j++)
		expr_questions(sample_signs[j].when, &sample, sample_decides, NULL);
	expr_questions(sample.place, &sample, sample_decides, NULL);
	return &sample;
}

#endif
