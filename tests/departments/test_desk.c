/* What a simulated department decides: fields, people, invented values, faults by seed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "departments/desk.h"
#include "departments/fault.h"
#include "departments/invent.h"
#include "rules/event.h"
#include "rules/number.h"

static const char key[] = "330111-2611-028T5CY4TQKFF-07-1-f";

static json_t *
parse(const char *text)
{
	struct error why = {0};
	json_t *value = json_read(text, strlen(text), 1 << 20, &why);

	if (!value)
		fail_msg("%s: %s", text, why.text);
	return value;
}

static const char connectors_text[] =
    "[{\"id\":\"public_security\",\"calls\":[{\"id\":\"register\",\"undo\":true,"
    "\"takes\":[{\"name\":\"child_name\",\"type\":\"new_name\"},"
    "{\"name\":\"married\",\"type\":\"yes_no\",\"optional\":true},"
    "{\"name\":\"address\",\"type\":\"address\",\"optional\":true}],"
    "\"gives\":[{\"name\":\"child_id_no\",\"type\":\"id_number\"}]}]},"
    "{\"id\":\"health\",\"signature\":2,\"once_per\":\"none\",\"calls\":[{\"id\":\"certify\","
    "\"takes\":[{\"name\":\"child_name\",\"type\":\"new_name\"}],"
    "\"gives\":[{\"name\":\"no\",\"type\":\"text\"}]}]}]";

static void
ask(const char *department, const char *item, int round, const char *data, struct desk_answer *out)
{
	json_t *connectors = parse(connectors_text), *request;
	struct desk desk;
	struct desk_call call;
	const struct desk_department *d;
	struct error why = {0};

	assert_int_equal(desk_open(&desk, connectors, &why), 0);
	d = desk_department(&desk, department);
	assert_non_null(d);
	assert_true(desk_call(d, strcmp(department, "health") == 0 ? "certify" : "register", &call));
	assert_false(desk_call(d, "other", &call));
	assert_true(desk_call(d, strcmp(department, "health") == 0 ? "certify" : "register", &call));
	request = json_pack("{s:s, s:s, s:i, s:o, s:[]}", "application", "A", "item", item, "round", round,
	    "data", parse(data), "materials");
	memset(out, 0, sizeof *out);
	assert_int_equal(desk_decide(&call, key, request, out), 0);
	json_decref(request);
	desk_close(&desk);
	json_decref(connectors);
}

static void
expect(const char *department, const char *item, int round, const char *data, int status,
    const char *contains)
{
	struct desk_answer a;

	ask(department, item, round, data, &a);
	if (a.status != status || !strstr(a.body, contains))
		fail_msg("%s: %d %s", data, a.status, a.body);
	desk_answer_free(&a);
}

static void
test_fields(void **state)
{
	(void)state;
	expect("public_security", "i", 1, "{\"child_name\":\"李明\"}", 200, "\"approved\"");
	expect("public_security", "i", 1, "{\"child_name\":\"李明\",\"married\":null}", 200, "\"approved\"");
	expect("public_security", "i", 1, "{}", 422, "child_name");
	expect("public_security", "i", 1, "{\"child_name\":null}", 422, "required");
	expect("public_security", "i", 1, "{\"child_name\":\"李明\",\"x\":1}", 422, "unknown_field");
	expect("public_security", "i", 1, "{\"child_name\":\"李明\",\"married\":\"yes\"}", 422, "type");
	expect("public_security", "i", 1, "{\"child_name\":\"李明\",\"address\":\"x\"}", 422, "type");
	expect("public_security", "i", 0, "{\"child_name\":\"李明\"}", 400, "malformed");
}

static void
test_people(void **state)
{
	struct desk_answer a;

	(void)state;
	expect("public_security", "i", 1, "{\"child_name\":\"张拒绝\"}", 200, "\"rejected\"");
	expect("health", "i", 1, "{\"child_name\":\"张拒绝\"}", 200, "\"approved\"");
	expect("health", "i", 1, "{\"child_name\":\"张全拒\"}", 200, "\"rejected\"");
	expect("health", "i", 1, "{\"child_name\":\"王补正\"}", 200, "\"field\":\"child_name\"");
	expect("health", "i", 2, "{\"child_name\":\"王补正\"}", 200, "\"approved\"");
	expect("health", "i", 1, "{\"child_name\":\"赵转人工\"}", 422, "unprocessable");
	expect("health", "material:x", 1, "{\"child_name\":\"周无档\"}", 200, "\"none\"");
	expect("health", "material:x", 1, "{\"child_name\":\"张全拒\"}", 200, "\"found\"");
	ask("health", "i", 1, "{\"child_name\":\"李等待\"}", &a);
	assert_true(a.later && !a.silent && a.effects == 1);
	desk_answer_free(&a);
	ask("health", "i", 1, "{\"child_name\":\"钱无信\"}", &a);
	assert_true(a.later && a.silent);
	desk_answer_free(&a);
	ask("health", "i", 1, "{\"child_name\":\"孙不撤\"}", &a);
	assert_true(a.undoing == UNDOING_NEVER && !a.later);
	desk_answer_free(&a);
	ask("health", "i", 1, "{\"child_name\":\"郑缓撤\"}", &a);
	assert_int_equal(a.undoing, UNDOING_SLOWLY);
	desk_answer_free(&a);
	ask("health", "i", 1, "{\"child_name\":\"卫迟批\"}", &a);
	assert_true(a.stubborn && a.later);
	desk_answer_free(&a);
	expect("health", "record:x", 1, "{\"child_name\":\"周无档\"}", 200, "\"none\"");
	expect("health", "record:x", 1, "{\"child_name\":\"330111199503129927\"}", 200, "\"none\"");
	expect("health", "record:x", 1, "{\"child_name\":\"330111199503128829\"}", 200, "\"found\"");
	expect("health", "i", 1, "{\"child_name\":\"陈补件\"}", 200, "\"approved\""); /* it was told of no paper */
	ask("health", "i", 1, "{\"child_name\":\"吴反复\"}", &a);
	assert_non_null(a.afterwards);
	desk_answer_free(&a);
}

/* A paper is asked for again: an uploaded one before others, and once. */
static void
test_paper_asked_for(void **state)
{
	static const char *const expected[] = {"\"materials\":[{\"id\":\"b\",", "\"approved\""};
	json_t *connectors = parse(connectors_text);
	struct desk_call call;
	struct desk desk;
	struct error why = {0};

	(void)state;
	assert_int_equal(desk_open(&desk, connectors, &why), 0);
	assert_true(desk_call(desk_department(&desk, "health"), "certify", &call));
	for (int round = 1; round <= 2; round++) {
		struct desk_answer a = {0};
		json_t *request = json_pack("{s:s, s:s, s:i, s:{s:s}, s:[{s:s}, {s:s, s:{}}]}", "application", "A", "item",
		    "i", "round", round, "data", "child_name", "陈补件", "materials", "id", "a", "id", "b", "file");

		assert_non_null(request);
		assert_int_equal(desk_decide(&call, key, request, &a), 0);
		if (!strstr(a.body, expected[round - 1]))
			fail_msg("round %d: %s", round, a.body);
		desk_answer_free(&a);
		json_decref(request);
	}
	desk_close(&desk);
	json_decref(connectors);
}

/* What rules ask of records usually holds; of who is so numbered it does not; and what nobody can know
 * is left out where it may be. */
static void
test_records(void **state)
{
	static const struct { const char *name, *type; int usual; } facts[] = {{"has_come", "yes_no", 1},
		{"has_closed", "yes_no", 1}, {"late", "yes_no", 0}, {"enrolled", "yes_no", 0}, {"parentage_ok", "yes_no", 1},
		{"previous_employer_stopped", "yes_no", 1}, {"owns_home", "yes_no", 0}};
	json_t *gives = parse("[{\"name\":\"name\",\"type\":\"person_name\",\"optional\":true},"
	    "{\"name\":\"hukou_state\",\"type\":\"choice\",\"optional\":true},{\"name\":\"months\",\"type\":\"number\"},"
	    "{\"name\":\"retires_on\",\"type\":\"date\"},{\"name\":\"heirs\",\"type\":\"list\",\"each\":"
	    "[{\"name\":\"name\",\"type\":\"person_name\"},{\"name\":\"id_no\",\"type\":\"id_number\"}]}]");
	json_t *usual = invent_outputs(gives, NULL, key, false), *row;

	(void)state;
	assert_null(json_object_get(usual, "name"));
	assert_string_equal(json_text(usual, "hukou_state"), "normal");
	assert_true(json_integer_value(json_object_get(usual, "months")) >= 60);
	assert_true(strcmp(json_text(usual, "retires_on"), "2050") > 0);
	row = json_array_get(json_object_get(usual, "heirs"), 0);
	assert_true(json_text(row, "name") && json_text(row, "id_no"));
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		for (int contrary = 0; contrary < 2; contrary++) {
			json_t *give = json_pack("[{s:s, s:s}]", "name", facts[i].name, "type", facts[i].type);
			json_t *out = invent_outputs(give, NULL, key, contrary);

			assert_int_equal(json_is_true(json_object_get(out, facts[i].name)), facts[i].usual ^ contrary);
			json_decref(out);
			json_decref(give);
		}
	json_decref(usual);
	json_decref(gives);
}

/* Every type of the language: right shape and check digit by the rules' own judge, always the same. */
static void
test_invented(void **state)
{
	json_t *data = parse("{\"hukou_address\":{\"division\":\"330111\",\"text\":\"x\"},"
	    "\"birth_datetime\":\"2026-10-02T08:00:00+08:00\",\"child_sex\":\"2\",\"said\":\"C123456789\"}");

	(void)state;
	for (int type = 0; type < TYPE_COUNT; type++)
		for (int i = 0; i < 300; i++) {
			char its_key[64];
			json_t *gives, *a, *b, *value;

			snprintf(its_key, sizeof its_key, "330111-2611-%013d-01-1-f", i);
			gives = json_pack("[{s:s, s:s}]", "name", "child_it", "type", event_type_names[type]);
			a = invent_outputs(gives, data, its_key, false);
			b = invent_outputs(gives, data, its_key, false);
			assert_true(json_equal(a, b));
			value = json_object_get(a, "child_it");
			if (json_is_string(value) && type != TYPE_CHOICE &&
			    number_check((enum question_type)type, json_string_value(value), clock_day_of(2026, 11, 20)))
				fail_msg("%s %s is refused: %s", event_type_names[type], json_string_value(value),
				    number_check((enum question_type)type, json_string_value(value), clock_day_of(2026, 11, 20)));
			if (type == TYPE_ID_NUMBER) {
				const char *id = json_string_value(value);

				assert_memory_equal(id, "33011120261002", 14);
				assert_int_equal((id[16] - '0') % 2, 0); /* a girl */
			}
			json_decref(a);
			json_decref(b);
			json_decref(gives);
		}
	json_decref(data);
}

static void
test_echo(void **state)
{
	json_t *data = parse("{\"said\":\"C123456789\"}"),
	    *gives = parse("[{\"name\":\"said\",\"type\":\"birth_cert_no\"},{\"name\":\"registered\",\"type\":\"yes_no\"},"
	    "{\"name\":\"paper\",\"type\":\"file\"}]"), *out = invent_outputs(gives, data, "k", false);
	char receipt[INVENT_RECEIPT], again[INVENT_RECEIPT];

	(void)state;
	assert_string_equal(json_text(out, "said"), "C123456789");
	assert_true(json_is_false(json_object_get(out, "registered")));
	assert_null(json_object_get(out, "paper"));
	invent_receipt("health", key, receipt);
	invent_receipt("health", key, again);
	assert_string_equal(receipt, again);
	assert_memory_equal(receipt, "HEA2611-", 8);
	json_decref(data);
	json_decref(gives);
	json_decref(out);
}

static void
test_faults(void **state)
{
	static const char *const wrong[] = {"", "health", "health:", "health:explode", ":500", "health:500:2",
		"health:500:-1", "health:500:x", "health:500:nan", "health:500:0.5:x", "health:500:0.5:1:2"};
	struct faults f = {0};
	struct error why = {0};
	int hits = 0, retries = 0;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (fault_parse(&f, wrong[i], NULL) == 0)
			fail_msg("%s was accepted", wrong[i]);
	assert_int_equal(f.n, 0);
	assert_int_equal(fault_parse(&f, "health:garbage:0.2:7", &why), 0);
	assert_int_equal(fault_parse(&f, "*:slow:0", &why), 0);
	assert_int_equal(fault_parse(&f, "tax:accept", &why), 0);
	for (int i = 0; i < 10000; i++) {
		char its_key[32];

		snprintf(its_key, sizeof its_key, "key-%d", i);
		if (fault_draw(&f, "health", its_key, 1) == FAULT_GARBAGE) {
			hits++;
			retries += fault_draw(&f, "health", its_key, 2) == FAULT_GARBAGE;
		}
		assert_int_equal(fault_draw(&f, "health", its_key, 1), fault_draw(&f, "health", its_key, 1));
		assert_int_equal(fault_draw(&f, "tax", its_key, 3), FAULT_ACCEPT);
		assert_int_equal(fault_draw(&f, "cdc", its_key, 1), FAULT_NONE);
	}
	assert_in_range(hits, 1800, 2200);
	assert_in_range(retries, hits / 10, hits * 3 / 10); /* attempts are drawn independently */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields), cmocka_unit_test(test_people),
		cmocka_unit_test(test_paper_asked_for), cmocka_unit_test(test_records),
		cmocka_unit_test(test_invented), cmocka_unit_test(test_echo), cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests_name("departments/desk", tests, NULL, NULL);
}
