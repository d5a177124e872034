/* made_facts.h: questions, terms, figures and places made by hand, and facts about them: what
 * expressions can speak of. */
#ifndef YJS_TESTS_RULES_MADE_FACTS_H
#define YJS_TESTS_RULES_MADE_FACTS_H

#include "made.h"
#include "rules/expr.h"

enum { MARRIED, SIDE, BORN_ON, BORN_AT, MOTHER_ID, CHILD_NAME, WEIGHT, WAYS, HUKOU, SEX, NOTE,
	HEIRS };
enum { NAME, ID_NO, RELATION, AGREES };
enum { ROAD, LOOP, CERTIFICATE, OF_TERM };

static struct choice sides[] = { { S("father"), S("随父") }, { S("mother"), S("随母") } };
static struct choice relations[] = { { S("spouse"), S("配偶") }, { S("child"), S("子女") } };
static struct question columns[] = {
	[NAME] = { .id = S("name"), .title = S("继承人姓名"), .type = TYPE_PERSON_NAME },
	[ID_NO] = { .id = S("id_no"), .title = S("继承人证件号码"), .type = TYPE_ID_NUMBER },
	[RELATION] = { .id = S("relation"), .title = S("与逝者关系"), .type = TYPE_CHOICE,
	    .choices = relations, .n_choices = 2 },
	[AGREES] = { .id = S("agrees"), .title = S("是否同意"), .type = TYPE_YES_NO },
};
static struct question questions[] = {
	[MARRIED] = { .id = S("married"), .title = S("父母是否已登记结婚"), .type = TYPE_YES_NO },
	[SIDE] = { .id = S("side"), .title = S("随谁落户"), .type = TYPE_CHOICE, .choices = sides,
	    .n_choices = 2 },
	[BORN_ON] = { .id = S("born_on"), .title = S("出生日期"), .type = TYPE_DATE },
	[BORN_AT] = { .id = S("born_at"), .title = S("出生时间"), .type = TYPE_DATETIME },
	[MOTHER_ID] = { .id = S("mother_id"), .title = S("母亲身份证号"), .type = TYPE_ID_NUMBER },
	[CHILD_NAME] = { .id = S("child_name"), .title = S("孩子姓名"), .type = TYPE_NEW_NAME },
	[WEIGHT] = { .id = S("weight"), .title = S("出生体重"), .type = TYPE_NUMBER },
	[WAYS] = { .id = S("ways"), .title = S("取件方式"), .type = TYPE_CHOICES },
	[HUKOU] = { .id = S("hukou"), .title = S("落户地址"), .type = TYPE_ADDRESS },
	[SEX] = { .id = S("sex"), .title = S("孩子性别"), .type = TYPE_SEX },
	[NOTE] = { .id = S("note"), .title = S("说明"), .type = TYPE_TEXT },
	[HEIRS] = { .id = S("heirs"), .title = S("继承人"), .type = TYPE_LIST, .each = columns,
	    .n_each = COUNT(columns) },
};
static struct item items[] = {
	{ .id = S("certificate"), .title = S("出生医学证明") },
	{ .id = S("household"), .title = S("出生登记") },
};
static struct record records[] = { { .id = S("family"), .title = S("户籍") } };
static struct sign signs[] = { { .id = S("father_agrees"), .title = S("父亲同意书") } };
static struct applicant applicants[] = { { S("mother"), S("母亲") }, { S("father"), S("父亲") } };
static struct figure figures[] = {
	{ S("age_limit"), S("孩子不满"), NULL }, { S("days"), S("报户口期限"), NULL },
};
static struct place places[] = {
	{ S("350000"), S("福建省"), NULL }, { S("350100"), S("福州市"), NULL },
	{ S("350102"), S("鼓楼区"), NULL }, { S("630000"), S("青海省"), NULL },
};
static struct term_row road_rows[2], loop_rows[1], certificate_rows[2], of_term_rows[2];
static struct term terms[] = {
	[ROAD] = { S("road"), S("办理路径"), road_rows, 2 },
	[LOOP] = { S("loop"), S("绕圈"), loop_rows, 1 },
	[CERTIFICATE] = { S("certificate_no"), S("证明编号"), certificate_rows, 2 },
	[OF_TERM] = { S("short"), S("简称"), of_term_rows, 2 },
};
static struct event event = {
	.id = S("made"), .title = S("一件事"), .questions = questions, .n_questions = COUNT(questions),
	.items = items, .n_items = COUNT(items), .records = records, .n_records = 1,
	.signs = signs, .n_signs = 1, .terms = terms, .n_terms = COUNT(terms),
	.figures = figures, .n_figures = 2, .places = places, .n_places = COUNT(places),
	.applicants = applicants, .n_applicants = 2,
};

static struct facts facts;

static __attribute__((unused)) int
set_up(void **state)
{
	(void)state;
	figures[0].usual = made_read("'12个月'");
	figures[1].usual = made_read("30");
	places[0].figures = made_read("{'age_limit':'6个月'}");
	places[1].figures = made_read("{'days':15}");
	places[2].figures = made_read("{'age_limit':'3个月'}");
	places[3].figures = made_read("{'age_limit':'24个月'}");
	road_rows[0].value = made_read("'in_wedlock'");
	road_rows[0].when = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	road_rows[1].value = made_read("'declared'");
	loop_rows[0].value_expr = ref(EXPR_TERM, LOOP, NULL);
	certificate_rows[0].value_expr = ref(EXPR_RESULT, 0, "no");
	certificate_rows[0].when = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	certificate_rows[1].value_expr = ref(EXPR_RESULT, 1, "no");
	of_term_rows[0].value = made_read("'短'");
	of_term_rows[0].when = op2(EXPR_IS, ref(EXPR_TERM, ROAD, NULL), str("in_wedlock"));
	of_term_rows[1].value_expr = answer(NOTE);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	made_free();
	return 0;
}

/* Facts for one question: the form in JSON with ' for ". */
static __attribute__((unused)) void
given(const char *form)
{
	memset(&facts, 0, sizeof facts);
	facts.event = &event;
	facts.form = made_read(form);
	facts.today = day("2026-11-20");
}

/* A column of the list that is gone through. */
static __attribute__((unused)) struct expr *
each(int column)
{
	return ref(EXPR_EACH, column, columns[column].id);
}

static __attribute__((unused)) struct expr *
no(struct expr *e)
{
	return op1(EXPR_NOT, e);
}

#endif
