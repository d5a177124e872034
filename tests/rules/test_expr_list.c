/* Conditions and values of the rows of lists, and the first of several that is known. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "made_facts.h"

#define TWO_HEIRS "{'heirs':[{'name':'王建国','id_no':'33011119930708001X','relation':'spouse','agrees':true}," \
	"{'name':'王小满','id_no':'330111202003150028','relation':'child','agrees':false}]}"

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
	if (!json_equal(value, made_read(expected)))
		fail_msg("%s, not %s", json_dumps(value, JSON_ENCODE_ANY), expected);
	json_decref(value);
}

static struct expr *
is_spouse(void)
{
	return op2(EXPR_IS, each(RELATION), str("spouse"));
}

static struct expr *
agrees(void)
{
	return op2(EXPR_IS, each(AGREES), lit(json_true()));
}

static void
test_every(void **state)
{
	struct expr *all = op2(EXPR_EVERY, answer(HEIRS), agrees());

	(void)state;
	given(TWO_HEIRS);
	is(all, false, true);
	is(no(all), true, true);
	is(op2(EXPR_EVERY, answer(HEIRS), op1(EXPR_KNOWN, each(NAME))), true, true);
	is(op2(EXPR_EVERY, op2(EXPR_WHERE, answer(HEIRS), is_spouse()), agrees()), true, true);
	is_value(all, "false");
	given("{'heirs':[]}");
	is(all, true, true);
	given("{}");
	is(all, false, false);
	is(no(all), true, false);
	is_value(all, NULL);
}

/* One row that is not known leaves it undecided; one that fails decides it all the same. */
static void
test_every_of_unknown_rows(void **state)
{
	struct expr *all = op2(EXPR_EVERY, answer(HEIRS), agrees());

	(void)state;
	given("{'heirs':[{'agrees':true},{'name':'王建国'}]}");
	is(all, false, false);
	given("{'heirs':[{'name':'王建国'},{'agrees':false}]}");
	is(all, false, true);
	given("{'heirs':[{'agrees':true},{'agrees':true}]}");
	is(all, true, true);
}

/* What derives from a row's own number, beside an answer of the whole form. */
static void
test_rows_and_the_form(void **state)
{
	struct expr *grown = op2(EXPR_AT_LEAST, derive(each(ID_NO), EXPR_AGE), num(18));
	struct expr *mother = op2(EXPR_IS, each(ID_NO), answer(MOTHER_ID));

	(void)state;
	given(TWO_HEIRS);
	is(op2(EXPR_EVERY, answer(HEIRS), grown), false, true);
	is(op2(EXPR_EVERY, answer(HEIRS), op2(EXPR_OR, grown, no(is_spouse()))), true, true);
	is(op2(EXPR_EVERY, answer(HEIRS), no(mother)), true, false); /* the mother's is not known */
	json_object_set_new((json_t *)(uintptr_t)facts.form, "mother_id", json_string("33011119930708001X"));
	is(op2(EXPR_EVERY, answer(HEIRS), no(mother)), false, true);
	is(op1(EXPR_KNOWN, op2(EXPR_WHERE, answer(HEIRS), mother)), true, true);
}

static struct expr *
of_row(struct expr *list, int row, struct expr *value)
{
	struct expr *e = op2(EXPR_OF_ROW, list, value);

	e->index = row;
	return e;
}

/* Of a row that is not there nothing is known; of a list that was only made to look into it the value stays. */
static void
test_of_row(void **state)
{
	struct expr *second = of_row(answer(HEIRS), 1, each(ID_NO));

	(void)state;
	given(TWO_HEIRS);
	is_value(second, "'330111202003150028'");
	is_value(of_row(answer(HEIRS), 2, each(ID_NO)), NULL);
	is_value(of_row(op2(EXPR_WHERE, answer(HEIRS), no(agrees())), 0, each(NAME)), "'王小满'");
	is(of_row(answer(HEIRS), 0, each(AGREES)), true, true);
	is(of_row(answer(HEIRS), 1, each(AGREES)), false, true);
	is(op2(EXPR_IS, second, answer(MOTHER_ID)), false, false);
	given("{}");
	is_value(second, NULL);
	is(second, false, false);
}

static void
test_where(void **state)
{
	struct expr *spouses = op2(EXPR_WHERE, answer(HEIRS), is_spouse());
	struct expr *nobody = op2(EXPR_WHERE, spouses, no(agrees()));

	(void)state;
	given(TWO_HEIRS);
	is_value(op2(EXPR_ONLY, spouses, str("name")), "[{'name':'王建国'}]");
	is_value(nobody, "[]");
	is(op1(EXPR_KNOWN, spouses), true, true);
	is(op1(EXPR_KNOWN, nobody), false, true); /* of no rows nothing is known */
	is(no(op1(EXPR_KNOWN, nobody)), true, true);
	is(op1(EXPR_KNOWN, answer(HEIRS)), true, true);
	given("{'heirs':[{'name':'王建国'}]}");
	is(op1(EXPR_KNOWN, spouses), false, true);
	is(op2(EXPR_EVERY, spouses, agrees()), true, false); /* which rows they are is not decided */
	given("{}");
	is_value(spouses, NULL);
	is(op1(EXPR_KNOWN, spouses), false, true);
	given("{'heirs':'none'}");
	is_value(spouses, NULL);
	is(op2(EXPR_EVERY, answer(HEIRS), agrees()), false, false);
}

static void
test_only(void **state)
{
	struct expr *some = op3(EXPR_ONLY, answer(HEIRS), str("relation"), str("phone"));

	(void)state;
	given(TWO_HEIRS);
	is_value(some, "[{'relation':'spouse'},{'relation':'child'}]");
	given("{'heirs':[{'name':'王建国'}]}");
	is_value(some, "[{}]");
	given("{}");
	is_value(some, NULL);
}

/* A column's own condition is asked of its row. */
static void
test_each_of_a_row(void **state)
{
	(void)state;
	given("{}");
	is(is_spouse(), false, false);
	facts.each = made_read("{'relation':'spouse'}");
	is(is_spouse(), true, true);
	is(agrees(), false, false);
	is_value(each(RELATION), "'spouse'");
}

static void
test_either(void **state)
{
	json_t *outputs[2] = { NULL, NULL };
	struct expr *no_of = op2(EXPR_EITHER, ref(EXPR_RESULT, 0, "no"), ref(EXPR_RESULT, 1, "no"));

	(void)state;
	given("{}");
	facts.outputs = outputs;
	is_value(no_of, NULL);
	is(op1(EXPR_KNOWN, no_of), false, true);
	outputs[1] = made_read("{'no':'B'}");
	is_value(no_of, "'B'");
	is(op2(EXPR_IS, no_of, str("B")), true, true);
	outputs[0] = made_read("{'no':'A'}");
	is_value(no_of, "'A'");
	given("{'married':true}");
	is(op2(EXPR_EITHER, ref(EXPR_SIGNED, 0, NULL), answer(MARRIED)), true, true);
}

/* Fifty rows with a condition of its own on each cost no more than they must. */
static void
test_large(void **state)
{
	json_t *form = made_json(json_pack("{s:[]}", "heirs")), *rows = json_object_get(form, "heirs");

	(void)state;
	for (int i = 0; i < 50; i++)
		json_array_append_new(rows, json_pack("{s:b, s:s}", "agrees", 1, "relation", "child"));
	given("{}");
	facts.form = form;
	is(op2(EXPR_EVERY, answer(HEIRS), op2(EXPR_AND, agrees(), no(is_spouse()))), true, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every),
		cmocka_unit_test(test_every_of_unknown_rows),
		cmocka_unit_test(test_rows_and_the_form),
		cmocka_unit_test(test_of_row),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_each_of_a_row),
		cmocka_unit_test(test_either),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
