/* made_event.h: a birth in nine items over 25 answers, made by hand: enough of everything that a
 * plan and a body can meet. */
#ifndef YJS_TESTS_RULES_MADE_EVENT_H
#define YJS_TESTS_RULES_MADE_EVENT_H

#include <stdio.h>

#include "made.h"
#include "rules/calendar.h"
#include "rules/expr.h"
#include "rules/plan.h"

enum { CERTIFICATE, VACCINATION, HOUSEHOLD, ENROL, PREMIUM, CARD, ALLOWANCE, SUBSIDY, GUIDANCE };
enum { MARRIED, INSURED, SUBSIDISED, BORN_ON, MOTHER_ID, QUESTIONS = 25 };
enum { MARRIAGE_PAPER, BIRTH_PAPER, PHOTO, NOTICE, NOTICE_ONLY, FAMILY_BOOK };
enum { IS_INSURED, IS_YOUNG };

static struct question questions[QUESTIONS] = {
	[MARRIED] = { .id = S("married"), .title = S("父母是否已登记结婚"), .type = TYPE_YES_NO },
	[INSURED] = { .id = S("insured"), .title = S("母亲是否参加生育保险"), .type = TYPE_YES_NO },
	[SUBSIDISED] = { .id = S("subsidised"), .title = S("是否领育儿补贴"), .type = TYPE_YES_NO },
	[BORN_ON] = { .id = S("born_on"), .title = S("出生日期"), .type = TYPE_DATE },
	[MOTHER_ID] = { .id = S("mother_id"), .title = S("母亲身份证号"), .type = TYPE_ID_NUMBER },
};
static struct item items[9] = {
	{ .id = S("birth_certificate"), .title = S("出生医学证明"), .department = S("health") },
	{ .id = S("vaccination"), .title = S("预防接种证"), .department = S("health") },
	{ .id = S("household"), .title = S("出生登记"), .department = S("public_security") },
	{ .id = S("enrol"), .title = S("医保参保"), .department = S("medical_insurance") },
	{ .id = S("premium"), .title = S("医保缴费"), .department = S("tax") },
	{ .id = S("card"), .title = S("社会保障卡"), .department = S("human_resources") },
	{ .id = S("allowance"), .title = S("生育津贴"), .department = S("medical_insurance") },
	{ .id = S("subsidy"), .title = S("育儿补贴"), .department = S("health") },
	{ .id = S("guidance"), .title = S("育儿指导"), .department = S("health") },
};
static struct get ways[][3] = {
	{ { .way = WAY_FETCH }, { .way = WAY_COMMIT, .text = S("已依法登记结婚") },
	    { .way = WAY_UPLOAD, .text = S("pdf jpg") } },
	{ { .way = WAY_PRODUCED, .item = CERTIFICATE }, { .way = WAY_UPLOAD } },
	{ { .way = WAY_UPLOAD } },
	{ { .way = WAY_PRODUCED, .item = SUBSIDY }, { .way = WAY_UPLOAD } },
	{ { .way = WAY_PRODUCED, .item = SUBSIDY } },
	{ { .way = WAY_RECORD, .record = 0 }, { .way = WAY_UPLOAD } },
};
static struct material materials[] = {
	{ .id = S("marriage_paper"), .title = S("结婚证"), .get = ways[0], .n_get = 3 },
	{ .id = S("birth_paper"), .title = S("出生医学证明"), .get = ways[1], .n_get = 2 },
	{ .id = S("photo"), .title = S("照片"), .get = ways[2], .n_get = 1 },
	{ .id = S("notice"), .title = S("补贴通知"), .get = ways[3], .n_get = 2 },
	{ .id = S("notice_only"), .title = S("补贴通知原件"), .get = ways[4], .n_get = 1 },
	{ .id = S("family_book"), .title = S("户口簿"), .get = ways[5], .n_get = 2 },
};
static struct rule rules[] = {
	[IS_INSURED] = { .id = S("is_insured"), .text = S("母亲没有参加生育保险"),
	    .only = BIT(ALLOWANCE), .otherwise = RULE_DROP },
	[IS_YOUNG] = { .id = S("is_young"), .text = S("孩子已满一岁"), .only = BIT(GUIDANCE),
	    .otherwise = RULE_REMIND },
};
static struct record records[] = { { .id = S("family"), .title = S("户籍") } };
static struct term_row number_rows[2];
static struct term terms[] = { { S("number"), S("孩子的编号"), number_rows, 2 } };
static struct event event = {
	.id = S("made"), .title = S("出生一件事"), .questions = questions, .n_questions = QUESTIONS,
	.items = items, .n_items = COUNT(items), .materials = materials,
	.n_materials = COUNT(materials), .rules = rules, .n_rules = COUNT(rules),
	.records = records, .n_records = 1, .terms = terms, .n_terms = 1,
};

static void
give(int item, const char *name, struct expr *value, bool optional)
{
	struct item *i = &items[item];

	if (!i->request)
		i->request = made_bytes(10 * sizeof *i->request);
	i->request[i->n_request++] = (struct param){ S(name), value, optional };
	i->feeds_from |= expr_results(value, &event);
}

static void
promise(int item, const char *within)
{
	if (!duration_parse(within, &items[item].within))
		abort();
}

static void
before(int item, size_t n_papers, int visits, int working_days)
{
	items[item].before = (struct before){ NULL, n_papers, visits, working_days, S("S1") };
}

static void
make_questions(void)
{
	for (int i = MOTHER_ID + 1; i < QUESTIONS; i++) {
		char *id = made_bytes(32);

		snprintf(id, 32, "answer_%02d", i);
		questions[i] = (struct question){ .id = id, .title = id, .type = TYPE_TEXT };
	}
}

static void
make_requests(void)
{
	static const char *const names[] = { "zone", "child", "address", "mother", "born" };

	for (int i = 0; i < 9; i++)
		for (int p = 0; p < 4; p++)
			give(i, names[p], answer(i == 0 && p == 3 ? MOTHER_ID : 5 + (i + p * 5) % 20), false);
	give(CERTIFICATE, "born", answer(BORN_ON), false);
	give(VACCINATION, "certificate", ref(EXPR_RESULT, CERTIFICATE, "birth_cert_no"), false);
	give(HOUSEHOLD, "certificate", ref(EXPR_RESULT, CERTIFICATE, "birth_cert_no"), false);
	give(ENROL, "child_id", ref(EXPR_RESULT, HOUSEHOLD, "child_id_no"), false);
	give(PREMIUM, "enrol_no", ref(EXPR_RESULT, ENROL, "enrol_no"), false);
	give(CARD, "child_id", ref(EXPR_RESULT, HOUSEHOLD, "child_id_no"), false);
	give(ALLOWANCE, "certificate", ref(EXPR_RESULT, CERTIFICATE, "birth_cert_no"), false);
	give(ALLOWANCE, "subsidy_no", ref(EXPR_RESULT, SUBSIDY, "no"), true);
	give(SUBSIDY, "child_id", ref(EXPR_RESULT, HOUSEHOLD, "child_id_no"), false);
	give(GUIDANCE, "number", ref(EXPR_TERM, 0, NULL), false);
}

static void
make_items(void)
{
	items[VACCINATION].needs = items[HOUSEHOLD].needs = items[ALLOWANCE].needs = BIT(CERTIFICATE);
	items[ENROL].needs = items[CARD].needs = items[SUBSIDY].needs = BIT(HOUSEHOLD);
	items[PREMIUM].needs = BIT(ENROL);
	items[GUIDANCE].needs = BIT(ALLOWANCE);
	items[CARD].choice = CHOICE_ON;
	items[ALLOWANCE].choice = CHOICE_OFF;
	items[SUBSIDY].when = op2(EXPR_IS, answer(SUBSIDISED), lit(json_true()));
	items[VACCINATION].uses = BIT(BIRTH_PAPER);
	items[HOUSEHOLD].uses =
	    BIT(MARRIAGE_PAPER) | BIT(BIRTH_PAPER) | BIT(PHOTO) | BIT(FAMILY_BOOK);
	items[ALLOWANCE].uses = BIT(NOTICE) | BIT(NOTICE_ONLY);
	materials[MARRIAGE_PAPER].when = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	rules[IS_INSURED].must = op2(EXPR_IS, answer(INSURED), lit(json_true()));
	rules[IS_YOUNG].must = op2(EXPR_WITHIN, answer(BORN_ON), str("12个月"));
	items[CARD].visit = S("到网点领卡");
}

static void
make_event(void)
{
	make_questions();
	/* guidance is told the child's subsidy number, or else its certificate's */
	number_rows[0].value_expr = ref(EXPR_RESULT, SUBSIDY, "no");
	number_rows[0].when = op2(EXPR_IS, answer(SUBSIDISED), lit(json_true()));
	number_rows[1].value_expr = ref(EXPR_RESULT, CERTIFICATE, "birth_cert_no");
	make_items();
	make_requests();
	promise(CERTIFICATE, "当场");
	promise(VACCINATION, "1个工作日");
	promise(HOUSEHOLD, "1个工作日");
	promise(ENROL, "1个工作日");
	promise(PREMIUM, "2小时");
	promise(CARD, "5个工作日");
	promise(ALLOWANCE, "10个工作日");
	promise(SUBSIDY, "20个工作日");
	promise(GUIDANCE, "7日");
	before(CERTIFICATE, 3, 1, 1);
	before(VACCINATION, 1, 1, 1);
	before(HOUSEHOLD, 4, 1, 3);
	before(ENROL, 2, 1, 1);
	before(PREMIUM, 1, 1, 1);
	before(CARD, 2, 1, 15);
	before(ALLOWANCE, 3, 1, 20);
	before(SUBSIDY, 3, 1, 30);
	before(GUIDANCE, 1, 1, 1);
}

/* A form of 25 answers; `married` and so on as given: 1 yes, 0 no, -1 left out. */
static json_t *
make_form(int married, int insured, int subsidised)
{
	json_t *form = made_json(json_pack("{s:s,s:s}", "born_on", "2026-09-15", "mother_id",
	    "330111199003074528"));
	int yes_no[] = { married, insured, subsidised };

	for (int i = 0; i < 3; i++)
		if (yes_no[i] >= 0)
			json_object_set_new(form, questions[i].id, json_boolean(yes_no[i]));
	for (int i = MOTHER_ID + 1; i < QUESTIONS; i++)
		json_object_set_new(form, questions[i].id,
		    json_pack("s+", "答复的内容,大约有八十个字节那么长,和真的一样:", questions[i].id));
	return form;
}

#endif
