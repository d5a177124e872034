/* The bytes that a department is sent: only what its item declares, the same bytes every time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "made_event.h"
#include "rules/fill.h"

#define NUMBER "3301112611-0123456789ABCDEFGHJKMNPQRS"

static struct facts facts;
static json_t *outputs[9];

static int
set_up(void **state)
{
	(void)state;
	make_event();
	ways[0][0].request = made_bytes(2 * sizeof(struct param));
	ways[0][0].request[0] = (struct param){ S("wife"), answer(MOTHER_ID), false };
	ways[0][0].request[1] = (struct param){ S("husband"), answer(24), true };
	ways[0][0].n_request = 2;
	records[0].request = made_bytes(sizeof(struct param));
	records[0].request[0] = (struct param){ S("id"), answer(MOTHER_ID), false };
	records[0].n_request = 1;
	facts = (struct facts){ .event = &event, .form = make_form(1, 1, 1), .outputs = outputs,
		.today = day("2026-11-20") };
	outputs[CERTIFICATE] = made_read("{'birth_cert_no':'T330111001','secret':'x'}");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	made_free();
	return 0;
}

static void
test_known_bytes(void **state)
{
	struct item kept = items[CERTIFICATE];
	struct param told[] = {
		{ S("sex"), str("2"), false }, { S("born"), answer(BORN_ON), false },
		{ S("money"), num(360000), false }, { S("married"), answer(MARRIED), false },
		{ S("name"), str("张\"三\\\n"), false }, { S("born_at"), answer(24), true },
		{ S("where"), lit(json_pack("{s:s,s:s}", "text", "x", "division", "330111")), false },
		{ S("weight"), lit(json_real(3.25)), false },
	};
	struct text out;

	(void)state;
	items[CERTIFICATE].request = told;
	items[CERTIFICATE].n_request = COUNT(told);
	json_object_del((json_t *)(uintptr_t)facts.form, "answer_24");
	text_init(&out, 1 << 16);
	assert_int_equal(fill_body(&event, CERTIFICATE, 2, NUMBER, &facts,
	    made_read("[{'title':'照片','id':'photo','how':'uploaded'}]"), &out), 0);
	assert_string_equal(out.data, "{\"application\":\"" NUMBER "\",\"data\":{\"born\":\"2026-09-15\","
	    "\"married\":true,\"money\":360000,\"name\":\"张\\\"三\\\\\\n\",\"sex\":\"2\",\"weight\":3.25,"
	    "\"where\":{\"division\":\"330111\",\"text\":\"x\"}},\"item\":\"birth_certificate\","
	    "\"materials\":[{\"how\":\"uploaded\",\"id\":\"photo\",\"title\":\"照片\"}],\"round\":2}");
	text_free(&out);
	items[CERTIFICATE] = kept;
	facts.form = make_form(1, 1, 1);
}

/* Read back it is the same data, and its canonical form is itself. */
static void
is_canonical(const char *bytes, size_t length)
{
	struct error why = { .kind = ERROR_NONE };
	json_t *back = json_read(bytes, length, 1 << 20, &why);
	char *again = json_canonical_string(back);

	assert_non_null(back);
	assert_int_equal(strlen(again), length);
	assert_memory_equal(again, bytes, length);
	free(again);
	json_decref(back);
}

static void
test_every_item(void **state)
{
	struct text out;

	(void)state;
	text_init(&out, 1 << 16);
	for (int i = 0; i < 9; i++)
		outputs[i] = made_read("{'birth_cert_no':'T1','child_id_no':'1','enrol_no':'9','no':'8'}");
	for (int i = 0; i < 9; i++) {
		json_t *data = fill_data(&event, i, &facts), *body;

		text_clear(&out);
		assert_int_equal(fill_body(&event, i, 1, NUMBER, &facts, NULL, &out), 0);
		is_canonical(out.data, out.length);
		body = json_loads(out.data, 0, NULL);
		assert_true(json_equal(json_object_get(body, "data"), data));
		assert_int_equal(json_object_size(data), items[i].n_request);
		assert_int_equal(json_object_size(body), 5);
		json_decref(body);
		json_decref(data);
	}
	memset(outputs, 0, sizeof outputs);
	outputs[CERTIFICATE] = made_read("{'birth_cert_no':'T330111001','secret':'x'}");
	text_free(&out);
}

static void
test_only_what_is_declared(void **state)
{
	struct text out;

	(void)state;
	text_init(&out, 1 << 16);
	assert_int_equal(fill_body(&event, VACCINATION, 1, NUMBER, &facts, NULL, &out), 0);
	assert_non_null(strstr(out.data, "\"certificate\":\"T330111001\""));
	assert_null(strstr(out.data, "secret"));
	assert_null(strstr(out.data, "330111199003074528"));
	text_free(&out);
}

static void
test_unknown(void **state)
{
	struct text out;

	(void)state;
	text_init(&out, 1 << 16);
	text_puts(&out, "before");
	/* insisted on and not there: no body at all, not half of one */
	assert_int_equal(fill_body(&event, ENROL, 1, NUMBER, &facts, NULL, &out), -1);
	assert_string_equal(out.data, "before");
	assert_int_equal(out.length, 6);
	assert_false(out.failed);
	/* optional and not there: left out */
	text_clear(&out);
	assert_int_equal(fill_body(&event, ALLOWANCE, 1, NUMBER, &facts, NULL, &out), 0);
	assert_null(strstr(out.data, "subsidy_no"));
	is_canonical(out.data, out.length);
	text_free(&out);
}

static void
test_ceiling(void **state)
{
	struct text out;

	(void)state;
	text_init(&out, 100);
	assert_int_equal(fill_body(&event, VACCINATION, 1, NUMBER, &facts, NULL, &out), -1);
	assert_true(out.failed);
	text_free(&out);
}

static void
test_fetch(void **state)
{
	struct text out;

	(void)state;
	text_init(&out, 1 << 16);
	assert_int_equal(fill_fetch(&event, MARRIAGE_PAPER, 0, 1, NUMBER, &facts, &out), 0);
	assert_non_null(strstr(out.data, "\"item\":\"material:marriage_paper\",\"materials\":[],"));
	assert_non_null(strstr(out.data, "\"wife\":\"330111199003074528\""));
	is_canonical(out.data, out.length);
	text_clear(&out);
	assert_int_equal(fill_fetch(&event, FAMILY_BOOK, 0, 1, NUMBER, &facts, &out), 0);
	assert_string_equal(out.data, "{\"application\":\"" NUMBER "\",\"data\":{\"id\":"
	    "\"330111199003074528\"},\"item\":\"material:family_book\",\"materials\":[],\"round\":1}");
	text_clear(&out);
	assert_int_equal(fill_fetch(&event, MARRIAGE_PAPER, 2, 1, NUMBER, &facts, &out), -1);
	assert_int_equal(fill_fetch(&event, MARRIAGE_PAPER, 3, 1, NUMBER, &facts, &out), -1);
	assert_int_equal(fill_fetch(&event, MARRIAGE_PAPER, -1, 1, NUMBER, &facts, &out), -1);
	text_free(&out);
}

static void
test_data_leaves_out_what_is_unknown(void **state)
{
	json_t *data = fill_data(&event, ENROL, &facts);

	(void)state;
	assert_int_equal(json_object_size(data), 4);
	assert_null(json_object_get(data, "child_id"));
	json_decref(data);
}

/* A list goes out whole, by its rows or by its columns; what has no rows is an empty list. */
static void
test_lists(void **state)
{
	struct expr *heirs = answer(20);
	struct expr *spouses = op2(EXPR_WHERE, heirs, op2(EXPR_IS, ref(EXPR_EACH, 2, "relation"),
	    str("spouse")));
	struct expr *fathers = op2(EXPR_WHERE, heirs, op2(EXPR_IS, ref(EXPR_EACH, 2, "relation"),
	    str("father")));
	struct param told[] = {
		{ S("heirs"), heirs, false }, { S("names"), op2(EXPR_ONLY, heirs, str("name")), false },
		{ S("spouse"), op3(EXPR_ONLY, spouses, str("id_no"), str("phone")), false },
		{ S("fathers"), fathers, true },
	};
	struct item kept = items[CERTIFICATE];
	struct text out;

	(void)state;
	items[CERTIFICATE].request = told;
	items[CERTIFICATE].n_request = COUNT(told);
	facts.form = made_read("{'answer_20':[{'name':'甲','id_no':'1','relation':'spouse'},"
	    "{'name':'乙','id_no':'2','relation':'child','phone':'3'}]}");
	text_init(&out, 1 << 16);
	assert_int_equal(fill_body(&event, CERTIFICATE, 1, NUMBER, &facts, NULL, &out), 0);
	assert_string_equal(out.data, "{\"application\":\"" NUMBER "\",\"data\":{\"fathers\":[],"
	    "\"heirs\":[{\"id_no\":\"1\",\"name\":\"甲\",\"relation\":\"spouse\"},"
	    "{\"id_no\":\"2\",\"name\":\"乙\",\"phone\":\"3\",\"relation\":\"child\"}],"
	    "\"names\":[{\"name\":\"甲\"},{\"name\":\"乙\"}],\"spouse\":[{\"id_no\":\"1\"}]},"
	    "\"item\":\"birth_certificate\",\"materials\":[],\"round\":1}");
	text_free(&out);
	items[CERTIFICATE] = kept;
	facts.form = make_form(1, 1, 1);
}

/* The household was registered before the subsidy was decided; its number is sent on. */
static void
test_later(void **state)
{
	struct param told[] = { { S("subsidy_no"), ref(EXPR_RESULT, SUBSIDY, "no"), true } };
	struct item kept = items[GUIDANCE];
	struct text out;

	(void)state;
	items[GUIDANCE] = (struct item){ .id = S("household_later"), .tell = true, .later_of = HOUSEHOLD,
		.request = told, .n_request = 1 };
	text_init(&out, 1 << 16);
	assert_int_equal(fill_later(&event, GUIDANCE, 2, NUMBER, "330111-2611-KEY", &facts, &out), -1);
	assert_int_equal(out.length, 0);
	outputs[SUBSIDY] = made_read("{'no':'B8'}");
	assert_int_equal(fill_later(&event, GUIDANCE, 2, NUMBER, "330111-2611-KEY", &facts, &out), 0);
	assert_string_equal(out.data, "{\"application\":\"" NUMBER "\",\"data\":{\"subsidy_no\":\"B8\"},"
	    "\"item\":\"household\",\"materials\":[],\"of\":\"330111-2611-KEY\",\"round\":2}");
	outputs[SUBSIDY] = NULL;
	text_free(&out);
	items[GUIDANCE] = kept;
}

static void
test_record(void **state)
{
	struct text out;

	(void)state;
	text_init(&out, 1 << 16);
	assert_int_equal(fill_record(&event, 0, 3, NUMBER, &facts, &out), 0);
	assert_string_equal(out.data, "{\"application\":\"" NUMBER "\",\"data\":{\"id\":"
	    "\"330111199003074528\"},\"item\":\"record:family\",\"materials\":[],\"round\":3}");
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_every_item),
		cmocka_unit_test(test_only_what_is_declared),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_data_leaves_out_what_is_unknown),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_record),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
