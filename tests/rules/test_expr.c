/* Conditions and values: what each operator says of what is known, and of what is not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "made_facts.h"

static void
is(struct expr *e, bool holds, bool decided)
{
	assert_int_equal(expr_holds(e, &facts), holds);
	assert_int_equal(expr_decided(e, &facts), decided);
}

static void
is_value(struct expr *e, const char *expected)
{
	json_t *value = expr_value(e, &facts);

	if (!expected) {
		assert_null(value);
		return;
	}
	assert_non_null(value);
	assert_true(json_equal(value, made_read(expected)));
	json_decref(value);
}

static void
test_is(void **state)
{
	struct expr *married = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	struct expr *unmarried = op2(EXPR_IS, answer(MARRIED), lit(json_false()));
	struct expr *father = op2(EXPR_IS, answer(SIDE), str("father"));
	struct expr *not_father = op2(EXPR_IS_NOT, answer(SIDE), str("father"));

	(void)state;
	given("{'married':true,'side':'father','weight':3}");
	is(married, true, true);
	is(unmarried, false, true);
	is(no(married), false, true);
	is(father, true, true);
	is(not_father, false, true);
	is(op2(EXPR_IS, answer(WEIGHT), num(3)), true, true);
	is(op2(EXPR_IS, answer(WEIGHT), lit(json_real(3.0))), true, true);
	is(op2(EXPR_IS, answer(WEIGHT), str("3")), false, true);
	is(answer(MARRIED), true, true);
	given("{'married':false,'side':'mother'}");
	is(married, false, true);
	is(unmarried, true, true);
	is(not_father, true, true);
	is(answer(MARRIED), false, true);
	is(NULL, true, true);
}

/* A comparison with unknown is false, its opposite too, `not` of it true, and none is decided. */
static void
test_unknown(void **state)
{
	static const enum expr_op ops[] = { EXPR_IS, EXPR_IS_NOT, EXPR_ONE_OF, EXPR_UNDER, EXPR_OVER,
		EXPR_AT_LEAST, EXPR_AT_MOST, EXPR_WITHIN, EXPR_BEFORE, EXPR_AFTER };

	(void)state;
	given("{'side':null}");
	for (size_t i = 0; i < COUNT(ops); i++) {
		is(op2(ops[i], answer(MARRIED), num(1)), false, false);
		is(op2(ops[i], answer(SIDE), str("father")), false, false);
		is(no(op2(ops[i], answer(SIDE), str("father"))), true, false);
		is(op2(ops[i], str("father"), answer(SIDE)), false, false);
		is_value(op2(ops[i], answer(SIDE), str("father")), NULL);
	}
	is(op3(EXPR_BETWEEN, answer(WEIGHT), num(1), num(2)), false, false);
	is(answer(MARRIED), false, false);
	is(no(answer(MARRIED)), true, false);
	is(op1(EXPR_KNOWN, answer(SIDE)), false, true);
	is(no(op1(EXPR_KNOWN, answer(SIDE))), true, true);
	is_value(answer(SIDE), NULL);
	is_value(op2(EXPR_MONTHS_UNTIL, answer(BORN_ON), str("today")), NULL);
	is_value(op2(EXPR_YEARS_ON, answer(BORN_ON), str("08-31")), NULL);
	is_value(ref(EXPR_RECORD, 0, "address"), NULL);
	is_value(ref(EXPR_RESULT, 0, "no"), NULL);
	is_value(ref(EXPR_APPLICANT, 0, "as"), NULL);
	is_value(ref(EXPR_SIGNED, 0, NULL), NULL);
	is_value(derive(answer(MOTHER_ID), EXPR_AGE), NULL);
	given("{'side':'father'}");
	is(op1(EXPR_KNOWN, answer(SIDE)), true, true);
}

/* And, or: false or true as soon as one decides it. */
static void
test_junctions(void **state)
{
	struct expr *yes = op2(EXPR_IS, answer(SIDE), str("father"));
	struct expr *not_so = op2(EXPR_IS, answer(SIDE), str("mother"));
	struct expr *unknown = op2(EXPR_IS, answer(MARRIED), lit(json_true()));

	(void)state;
	given("{'side':'father'}");
	is(op2(EXPR_AND, yes, yes), true, true);
	is(op2(EXPR_AND, yes, not_so), false, true);
	is(op2(EXPR_AND, unknown, not_so), false, true);
	is(op2(EXPR_AND, yes, unknown), false, false);
	is(op2(EXPR_OR, yes, unknown), true, true);
	is(op2(EXPR_OR, not_so, unknown), false, false);
	is(op2(EXPR_OR, unknown, yes), true, true);
	is(no(op2(EXPR_OR, not_so, unknown)), true, false);
	is(op3(EXPR_AND, yes, yes, not_so), false, true);
	is(op3(EXPR_OR, not_so, not_so, yes), true, true);
	is_value(op2(EXPR_AND, yes, not_so), "false");
	is_value(op2(EXPR_OR, yes, unknown), "true");
	is_value(op2(EXPR_AND, yes, unknown), NULL);
}

static void
test_one_of(void **state)
{
	struct expr *e = op3(EXPR_ONE_OF, answer(SIDE), str("father"), str("mother"));

	(void)state;
	given("{'side':'mother'}");
	is(e, true, true);
	given("{'side':'none'}");
	is(e, false, true);
	is(op3(EXPR_ONE_OF, answer(SIDE), answer(NOTE), str("mother")), false, false);
	is(op3(EXPR_ONE_OF, answer(SIDE), answer(NOTE), str("none")), true, true);
	given("{'ways':['mail','self']}");
	is(op2(EXPR_IS, answer(WAYS), str("mail")), true, true);
	is(op2(EXPR_IS, answer(WAYS), str("locker")), false, true);
	is(op2(EXPR_IS_NOT, answer(WAYS), str("locker")), true, true);
	is(op3(EXPR_ONE_OF, answer(WAYS), str("locker"), str("self")), true, true);
}

static void
test_address(void **state)
{
	(void)state;
	given("{'hukou':{'division':'330111001','text':'x'}}");
	is(op2(EXPR_IS, answer(HUKOU), str("330111")), true, true);
	is(op2(EXPR_IS, answer(HUKOU), str("330100")), true, true);
	is(op2(EXPR_IS, answer(HUKOU), str("330000")), true, true);
	is(op2(EXPR_IS, answer(HUKOU), str("330112")), false, true);
	is(op3(EXPR_ONE_OF, answer(HUKOU), str("310000"), str("330000")), true, true);
	is(op2(EXPR_IS, answer(HUKOU), answer(HUKOU)), true, true);
}

static void
test_numbers(void **state)
{
	struct expr *w = answer(WEIGHT);

	(void)state;
	given("{'weight':3200,'note':'3200'}");
	is(op2(EXPR_UNDER, w, num(3200)), false, true);
	is(op2(EXPR_UNDER, w, num(3201)), true, true);
	is(op2(EXPR_OVER, w, num(3200)), false, true);
	is(op2(EXPR_OVER, w, num(3199)), true, true);
	is(op2(EXPR_AT_LEAST, w, num(3200)), true, true);
	is(op2(EXPR_AT_LEAST, w, lit(json_real(3200.5))), false, true);
	is(op2(EXPR_AT_MOST, w, num(3200)), true, true);
	is(op2(EXPR_AT_MOST, w, num(3199)), false, true);
	is(op3(EXPR_BETWEEN, w, num(3200), num(4000)), true, true);
	is(op3(EXPR_BETWEEN, w, num(300), num(3199)), false, true);
	/* text is no number, whatever it looks like */
	is(op2(EXPR_UNDER, answer(NOTE), num(9999)), false, false);
	is(op2(EXPR_UNDER, w, str("9999")), false, false);
}

static void
within_is(const char *born, const char *span, bool holds)
{
	struct expr *e = op2(EXPR_WITHIN, answer(BORN_ON), str(span));
	json_t *form = made_json(json_pack("{s:s}", "born_on", born));

	facts.form = form;
	if (expr_holds(e, &facts) != holds)
		print_error("%s within %s\n", born, span);
	is(e, holds, true);
}

static void
test_within(void **state)
{
	(void)state;
	given("{}");
	within_is("2026-10-21", "30日", true);
	within_is("2026-10-20", "30日", false);
	within_is("2026-11-20", "30日", true);
	within_is("2026-12-01", "30日", true);
	within_is("2025-11-21", "12个月", true);
	within_is("2025-11-20", "12个月", false); /* today the child is one */
	within_is("2025-11-21", "1年", true);
	within_is("2023-11-21", "3周岁", true);
	within_is("2023-11-20", "3 years", false);
	within_is("2026-11-13", "5个工作日", true);
	within_is("2026-11-12", "5个工作日", false);
	within_is("2026-11-19", "24小时", true);
	within_is("2026-11-18", "24小时", false);
	within_is("2026-11-20", "当场", true);
	within_is("2026-11-19", "当场", false);
	facts.today = day("2026-02-28");
	within_is("2025-08-31", "6个月", false); /* the last day stands for the 31st */
	within_is("2025-09-01", "6个月", true);
	given("{'born_on':'2024-11-20'}"); /* the year is not in the calendar */
	is(op2(EXPR_WITHIN, answer(BORN_ON), str("5个工作日")), false, false);
	is(op2(EXPR_WITHIN, answer(BORN_ON), str("bald")), false, false);
	is(op2(EXPR_WITHIN, answer(BORN_ON), num(5)), false, false);
	given("{'born_on':'soon'}");
	is(op2(EXPR_WITHIN, answer(BORN_ON), str("30日")), false, false);
	given("{'born_at':'2026-10-20T23:30:00+00:00'}"); /* the 21st in China */
	is(op2(EXPR_WITHIN, answer(BORN_AT), str("30日")), true, true);
}

static void
test_days(void **state)
{
	struct expr *b = answer(BORN_ON), *at = answer(BORN_AT);

	(void)state;
	given("{'born_on':'2026-09-15','born_at':'2026-09-15T08:30:00+08:00'}");
	is(op2(EXPR_BEFORE, b, str("2026-09-16")), true, true);
	is(op2(EXPR_BEFORE, b, str("2026-09-15")), false, true);
	is(op2(EXPR_AFTER, b, str("2026-09-14")), true, true);
	is(op2(EXPR_AFTER, b, str("2026-09-15")), false, true);
	is(op2(EXPR_BEFORE, b, str("today")), true, true);
	is(op2(EXPR_AFTER, b, str("today - 100日")), true, true);
	is(op2(EXPR_AFTER, b, str("today - 10日")), false, true);
	is(op3(EXPR_BETWEEN, b, str("2026-09-15"), str("2026-09-15")), true, true);
	is(op3(EXPR_BETWEEN, b, str("2026-09-16"), str("2026-12-31")), false, true);
	is(op2(EXPR_AFTER, at, b), false, true); /* the same day */
	is(op2(EXPR_AFTER, at, str("2026-09-15T00:29:59Z")), true, true);
	is(op2(EXPR_BEFORE, at, str("2026-09-15T00:29:59Z")), false, true);
	is(op2(EXPR_BEFORE, b, str("tomorrow")), false, false);
}

static void
test_spans(void **state)
{
	struct expr *b = answer(BORN_ON);

	(void)state;
	given("{'born_on':'2020-09-01'}");
	is_value(op2(EXPR_MONTHS_UNTIL, b, str("2026-08-31")), "71");
	is_value(op2(EXPR_MONTHS_UNTIL, b, str("2026-09-01")), "72");
	is_value(op2(EXPR_MONTHS_UNTIL, b, str("today")), "74");
	is_value(op2(EXPR_YEARS_ON, b, str("08-31")), "5"); /* of this year, 2026 */
	is_value(op2(EXPR_YEARS_ON, b, str("09-01")), "6");
	is_value(op2(EXPR_YEARS_ON, b, str("2027-08-31")), "6");
	is_value(op2(EXPR_YEARS_ON, b, str("02-29")), "5");
	is_value(op1(EXPR_YEARS_ON, b), "6");
	is_value(op2(EXPR_YEARS_ON, b, str("13-40")), NULL);
	is(op2(EXPR_AT_LEAST, op2(EXPR_YEARS_ON, b, str("08-31")), num(6)), false, true);
	is(op2(EXPR_UNDER, op2(EXPR_YEARS_ON, b, str("08-31")), num(6)), true, true);
	is(op2(EXPR_AT_LEAST, op2(EXPR_MONTHS_UNTIL, b, str("today")), num(72)), true, true);
}

static void
test_derived(void **state)
{
	(void)state;
	given("{'mother_id':'330111202609150022','child_name':'欧阳小宝','born_on':'2020-11-20'}");
	is_value(derive(answer(MOTHER_ID), EXPR_BIRTHDAY), "'2026-09-15'");
	is_value(derive(answer(MOTHER_ID), EXPR_SEX), "'2'");
	is_value(derive(answer(MOTHER_ID), EXPR_AGE), "0");
	is_value(derive(answer(CHILD_NAME), EXPR_SURNAME), "'欧阳'");
	is_value(derive(answer(BORN_ON), EXPR_AGE), "6");
	is(op2(EXPR_AT_LEAST, derive(answer(BORN_ON), EXPR_AGE), num(6)), true, true);
	is(op2(EXPR_IS, derive(answer(MOTHER_ID), EXPR_BIRTHDAY), str("2026-09-15")), true, true);
	is_value(derive(answer(CHILD_NAME), EXPR_AGE), NULL);
}

static void
test_spaces(void **state)
{
	json_t *given_by_certificate = made_read("{'no':'T1'}");
	json_t *outputs[2] = { given_by_certificate, NULL };

	(void)state;
	given("{'father_agrees':true}");
	facts.records = made_read("{'family':{'address':{'division':'330111','text':'x'}}}");
	facts.applicant = made_read("{'as':'mother','id':'330111199003074518','name':'张三','phone':null}");
	facts.outputs = outputs;
	facts.chosen = 2;
	is_value(ref(EXPR_RECORD, 0, "address"), "{'division':'330111','text':'x'}");
	is_value(ref(EXPR_RECORD, 0, "head"), NULL);
	is_value(ref(EXPR_APPLICANT, 0, "as"), "'mother'");
	is_value(ref(EXPR_APPLICANT, 0, "phone"), NULL);
	is_value(derive(ref(EXPR_APPLICANT, 0, "id"), EXPR_SEX), "'1'");
	is_value(ref(EXPR_RESULT, 0, "no"), "'T1'");
	is_value(ref(EXPR_RESULT, 0, "other"), NULL);
	is_value(ref(EXPR_RESULT, 1, "no"), NULL);
	is(ref(EXPR_CHOSEN, 1, NULL), true, true);
	is(ref(EXPR_CHOSEN, 0, NULL), false, true);
	is(ref(EXPR_SIGNED, 0, NULL), true, true);
}

static void
limit_is(const char *division, const char *age, const char *days)
{
	facts.division = division;
	is_value(ref(EXPR_HERE, 0, NULL), age);
	is_value(ref(EXPR_HERE, 1, NULL), days);
}

static void
test_here(void **state)
{
	(void)state;
	given("{'born_on':'2026-03-01'}");
	limit_is(NULL, "'12个月'", "30");
	limit_is("330111", "'12个月'", "30");
	limit_is("350500", "'6个月'", "30");
	limit_is("350105", "'6个月'", "15"); /* the city says one figure, the province the other */
	limit_is("350102", "'3个月'", "15");
	limit_is("630101", "'24个月'", "30");
	facts.division = "350102";
	is(op2(EXPR_WITHIN, answer(BORN_ON), ref(EXPR_HERE, 0, NULL)), false, true);
	facts.division = "330111";
	is(op2(EXPR_WITHIN, answer(BORN_ON), ref(EXPR_HERE, 0, NULL)), true, true);
}

static void
test_terms(void **state)
{
	struct expr *road = ref(EXPR_TERM, ROAD, NULL);

	(void)state;
	given("{'married':true,'note':'长'}");
	is_value(road, "'in_wedlock'");
	is(op2(EXPR_IS, road, str("in_wedlock")), true, true);
	is_value(ref(EXPR_TERM, OF_TERM, NULL), "'短'");
	given("{'married':false,'note':'长'}");
	is_value(road, "'declared'");
	is(op2(EXPR_IS, road, str("declared")), true, true);
	is_value(ref(EXPR_TERM, OF_TERM, NULL), "'长'");
	given("{}"); /* an unknown row does not count, but nothing is decided by that */
	is_value(road, "'declared'");
	is(op2(EXPR_IS, road, str("declared")), true, false);
	is(op2(EXPR_IS, road, str("in_wedlock")), false, false);
	is_value(ref(EXPR_TERM, OF_TERM, NULL), NULL);
	is_value(ref(EXPR_TERM, LOOP, NULL), NULL);
	is(ref(EXPR_TERM, LOOP, NULL), false, false);
	is(op1(EXPR_KNOWN, ref(EXPR_TERM, LOOP, NULL)), false, true);
}

static void
collect(void *cookie, int question)
{
	*(uint64_t *)cookie |= BIT(question);
}

static void
test_walks(void **state)
{
	struct expr *e = op2(EXPR_AND, op2(EXPR_IS, ref(EXPR_TERM, CERTIFICATE, NULL), str("x")),
	    op1(EXPR_KNOWN, answer(NOTE)));
	uint64_t asked = 0;

	(void)state;
	expr_questions(e, &event, collect, &asked);
	assert_true(asked == (BIT(MARRIED) | BIT(NOTE)));
	assert_true(expr_results(e, &event) == 3);
	assert_true(expr_results(ref(EXPR_TERM, LOOP, NULL), &event) == 0);
	assert_true(expr_results(NULL, &event) == 0);
	given("{}");
	assert_int_equal(expr_first_result(e, &facts, 3)->index, 1);
	assert_null(expr_first_result(e, &facts, 1));
	assert_null(expr_first_result(answer(NOTE), &facts, 3));
}

/* The row that counts must do without its result; while that is not decided, all that may count. */
static void
test_lacks(void **state)
{
	struct expr *e = ref(EXPR_TERM, CERTIFICATE, NULL);
	struct expr *first = ref(EXPR_RESULT, 0, "no"), *second = ref(EXPR_RESULT, 1, "no");

	(void)state;
	given("{'married':true}");
	assert_int_equal(expr_lacks(e, &facts, 3), -1);
	assert_int_equal(expr_lacks(e, &facts, 2), 0);
	assert_int_equal(expr_lacks(e, &facts, 1), -1);
	given("{'married':false}");
	assert_int_equal(expr_lacks(e, &facts, 2), -1);
	assert_int_equal(expr_lacks(e, &facts, 1), 1);
	given("{}");
	assert_int_equal(expr_lacks(e, &facts, 1), -1);
	assert_int_equal(expr_lacks(e, &facts, 2), -1);
	assert_int_equal(expr_lacks(e, &facts, 0), 0);
	assert_int_equal(expr_lacks(op1(EXPR_KNOWN, first), &facts, 0), -1);
	assert_int_equal(expr_lacks(op2(EXPR_EITHER, first, second), &facts, 2), -1);
	assert_int_equal(expr_lacks(op2(EXPR_EITHER, first, second), &facts, 0), 0);
	assert_int_equal(expr_lacks(op2(EXPR_IS, first, second), &facts, 1), 1);
	assert_int_equal(expr_lacks(ref(EXPR_TERM, LOOP, NULL), &facts, 0), -1);
	assert_int_equal(expr_first_result(op2(EXPR_EITHER, first, second), &facts, 2)->index, 1);
}

/* Terms that double at each step end within the limits. */
static void
test_hostile_terms(void **state)
{
	static struct term_row rows[60];
	static struct term many[60];
	struct event hostile = event;
	struct text out;

	(void)state;
	hostile.terms = many;
	hostile.n_terms = 60;
	for (int i = 0; i < 60; i++) {
		struct expr *before = i ? ref(EXPR_TERM, i - 1, NULL) : answer(MARRIED);

		many[i] = (struct term){ S("t"), S("层"), &rows[i], 1 };
		rows[i].value = made_read("true");
		rows[i].when = op2(EXPR_OR, op2(EXPR_IS, before, lit(json_true())),
		    op2(EXPR_IS, before, lit(json_true())));
	}
	given("{}");
	facts.event = &hostile;
	is(ref(EXPR_TERM, 59, NULL), false, false);
	assert_true(expr_results(ref(EXPR_TERM, 59, NULL), &hostile) == 0);
	text_init(&out, 4096);
	expr_explain(op2(EXPR_IS, ref(EXPR_TERM, 59, NULL), lit(json_true())), &hostile, &out);
	text_free(&out);
}

/* Random trees over random answers, against a second, plain implementation of three-valued logic:
 * decided is what is the same whatever the unknown turns out to be, or at least never wrong. */
enum { LEAVES = 4 };

static int
plainly(const struct expr *e, const int leaf[LEAVES])
{
	int t = e->op == EXPR_AND;

	switch (e->op) {
	case EXPR_AND:
	case EXPR_OR:
		for (size_t i = 0; i < e->n_args; i++)
			t = e->op == EXPR_AND ? t & plainly(e->args[i], leaf) : t | plainly(e->args[i], leaf);
		return t;
	case EXPR_NOT:
		return !plainly(e->args[0], leaf);
	default:
		return leaf[e->args[0]->index] == json_is_true(e->args[1]->value);
	}
}

static uint32_t seed = 42;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static struct expr *
random_tree(int depth)
{
	uint32_t kind = depth ? random_below(5) : 0;

	if (kind == 1)
		return no(random_tree(depth - 1));
	if (kind == 2)
		return op2(EXPR_AND, random_tree(depth - 1), random_tree(depth - 1));
	if (kind == 3)
		return op3(EXPR_OR, random_tree(depth - 1), random_tree(depth - 1), random_tree(depth - 1));
	return op2(EXPR_IS, answer((int)random_below(LEAVES)),
	    lit(random_below(2) ? json_true() : json_false()));
}

static void
try_tree(struct expr *e, int unknown)
{
	json_t *form = json_object();
	int leaf[LEAVES], sum = 0;

	for (int i = 0; i < LEAVES; i++) {
		leaf[i] = (int)random_below(2);
		if (!(unknown >> i & 1))
			json_object_set_new(form, questions[i].id, json_boolean(leaf[i]));
	}
	facts.form = form;
	for (int fill = 0; fill < 1 << LEAVES; fill++) {
		int as[LEAVES];

		for (int i = 0; i < LEAVES; i++)
			as[i] = unknown >> i & 1 ? fill >> i & 1 : leaf[i];
		sum += plainly(e, as);
	}
	if (expr_decided(e, &facts)) /* then the unknown changes nothing */
		assert_int_equal(sum, expr_holds(e, &facts) ? 1 << LEAVES : 0);
	if (!unknown)
		assert_true(expr_decided(e, &facts));
	json_decref(form);
	facts.form = NULL;
}

static void
test_random_trees(void **state)
{
	(void)state;
	given("{}");
	for (int n = 0; n < 200; n++) {
		struct expr *e = random_tree(3);

		for (int unknown = 0; unknown < 1 << LEAVES; unknown++)
			try_tree(e, unknown);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_junctions),
		cmocka_unit_test(test_one_of),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_derived),
		cmocka_unit_test(test_spaces),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_lacks),
		cmocka_unit_test(test_hostile_terms),
		cmocka_unit_test(test_random_trees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
