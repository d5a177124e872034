/* The schema's shape and its example. That it says the same as form_check is shown by tests/schema. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/clock.h"
#include "rules/condition.h"
#include "rules/form.h"
#include "rules/number.h"
#include "rules/schema.h"
#include "sample.h"

static int32_t today;

static const json_t *
at(const json_t *schema, const char *question)
{
	return json_object_get(json_object_get(schema, "properties"), question);
}

static bool
lists(const json_t *array, const char *s)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
		if (strcmp(json_string_value(one), s) == 0)
			return true;
	return false;
}

static bool
x_rule(const json_t *schema, const char *pointer, const char *code)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(schema, "x-rules"), i, one)
		if (strcmp(json_string_value(json_object_get(one, "pointer")), pointer) == 0 &&
		    strcmp(json_string_value(json_object_get(one, "code")), code) == 0) {
			assert_non_null(json_object_get(one, "id"));
			assert_true(json_string_length(json_object_get(one, "text")) > 0);
			return true;
		}
	return false;
}

static void
shape(void **state)
{
	json_t *s = schema_of(sample_event(), today);

	(void)state;
	assert_non_null(s);
	assert_string_equal(json_string_value(json_object_get(s, "$schema")),
	    "https://json-schema.org/draft/2020-12/schema");
	assert_true(json_is_false(json_object_get(s, "additionalProperties")));
	assert_int_equal(json_object_size(json_object_get(s, "properties")), sample.n_questions + 2);
	assert_string_equal(json_string_value(json_object_get(at(s, "name"), "title")), "姓名");
	assert_string_equal(json_string_value(json_object_get(at(s, "born"), "format")), "date-time");
	assert_int_equal(json_array_size(json_object_get(at(s, "ethnic"), "oneOf")), 58);
	assert_true(json_is_true(json_object_get(at(s, "agreed"), "const")));
	assert_string_equal(json_string_value(json_object_get(at(s, "agreed"), "description")), "我同意");
	assert_true(lists(json_object_get(s, "required"), "name"));
	assert_true(lists(json_object_get(s, "required"), "married"));
	assert_false(lists(json_object_get(s, "required"), "cert"));
	assert_false(lists(json_object_get(s, "required"), "email"));
	json_decref(s);
}

static void
what_it_cannot_say(void **state)
{
	json_t *s = schema_of(sample_event(), today);

	(void)state;
	assert_true(x_rule(s, "/id_no", "check_digit"));
	assert_true(x_rule(s, "/id_no", "date"));
	assert_true(x_rule(s, "/child", "unknown_code"));
	assert_true(x_rule(s, "/born", "too_late"));
	assert_true(x_rule(s, "/since", "too_early"));
	assert_true(x_rule(s, "/card", "required"));
	assert_true(x_rule(s, "/card", "not_asked"));
	assert_false(x_rule(s, "/card", "check_digit")); /* only reminded of */
	assert_true(x_rule(s, "/amount", "type"));
	assert_true(x_rule(s, "/registered_name", "conflict"));
	assert_true(x_rule(s, "/id_no", "correct"));
	assert_true(x_rule(s, "/born", "offline"));
	assert_true(x_rule(s, "", "refused"));
	assert_true(x_rule(s, "/insured_no", "required")); /* hangs on what a schema cannot say */
	assert_true(x_rule(s, "/agent_note", "not_asked"));
	assert_true(x_rule(s, "/ethnic_agreed", "required"));
	assert_false(x_rule(s, "/cert", "required")); /* these are said */
	assert_false(x_rule(s, "/spouse_id", "required"));
	assert_false(x_rule(s, "/permit_day", "required"));
	assert_false(x_rule(s, "/second", "not_asked"));
	assert_false(x_rule(s, "/in_time", "refused"));
	assert_true(x_rule(s, "/follow_note", "required")); /* needs the result of a choice */
	assert_true(x_rule(s, "/further_note", "required"));
	assert_true(x_rule(s, "/further_note", "not_asked"));
	assert_true(x_rule(s, "/by_extra", "required")); /* of a choice, perhaps */
	assert_true(lists(json_object_get(s, "required"), "loose_note"));
	assert_false(x_rule(s, "/permit_note", "not_asked"));
	assert_false(x_rule(s, "/unused_pickup", "not_asked"));
	json_decref(s);
}

/* Where it cannot be said when a question is asked, it is said still that its condition must hold. */
static void
half_said(void **state)
{
	json_t *s = schema_of(sample_event(), today);
	json_t *when = json_pack("{s:{s:{s:s}}, s:[s]}", "properties", "way", "const", "post", "required",
	    "way");
	const json_t *entry;
	size_t i, found = 0;

	(void)state;
	json_array_foreach(json_object_get(s, "allOf"), i, entry) {
		if (!json_equal(json_object_get(entry, "if"), when))
			continue;
		found++;
		assert_true(json_is_false(json_object_get(json_object_get(json_object_get(entry, "else"),
		    "properties"), "further_note")));
		assert_null(json_object_get(entry, "then"));
	}
	assert_int_equal(found, 1);
	json_decref(when);
	json_decref(s);
}

static void
conditions(void **state)
{
	const struct event *e = sample_event();
	json_t **asked = calloc(e->n_questions, sizeof *asked);
	char *text;

	(void)state;
	assert_int_equal(condition_asked(e, asked), 0);
	assert_true(json_is_true(asked[event_question(e, "married")]));
	text = json_dumps(asked[event_question(e, "cert")], JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text,
	    "{\"properties\":{\"married\":{\"const\":true}},\"required\":[\"married\"]}");
	free(text);
	text = json_dumps(asked[event_question(e, "spouse_id")], JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text,
	    "{\"properties\":{\"married\":{\"const\":true}},\"required\":[\"married\"]}");
	free(text);
	/* the item is not surely out: not both known to be small */
	text = json_dumps(asked[event_question(e, "permit_day")], JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "{\"not\":{\"allOf\":["
	    "{\"properties\":{\"kids\":{\"not\":{\"exclusiveMinimum\":0,\"type\":\"number\"}}},"
	    "\"required\":[\"kids\"]},"
	    "{\"properties\":{\"weight\":{\"not\":{\"exclusiveMinimum\":5000,\"type\":\"number\"}}},"
	    "\"required\":[\"weight\"]}]}}");
	free(text);
	assert_true(json_equal(asked[event_question(e, "permit_note")],
	    asked[event_question(e, "permit_day")]));
	assert_true(json_is_true(asked[event_question(e, "loose_note")]));
	assert_null(asked[event_question(e, "follow_note")]);
	assert_null(asked[event_question(e, "further_note")]);
	assert_null(asked[event_question(e, "by_extra")]);
	text = json_dumps(asked[event_question(e, "unused_pickup")], JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text,
	    "{\"properties\":{\"way\":{\"const\":\"pickup\"}},\"required\":[\"way\"]}");
	free(text);
	assert_null(asked[event_question(e, "card")]);
	assert_null(asked[event_question(e, "insured_no")]);
	assert_null(asked[event_question(e, "ethnic_agreed")]);
	for (size_t i = 0; i < e->n_questions; i++)
		json_decref(asked[i]);
	free(asked);
}

static bool
says(const json_t *schema, const char *expected)
{
	char *text = json_dumps(schema, JSON_COMPACT | JSON_SORT_KEYS);
	bool same = strcmp(text, expected) == 0;

	if (!same)
		print_message("%s\n", text);
	free(text);
	return same;
}

/* A list is an array of objects; columns hang on columns of their own row. */
static void
of_lists(void **state)
{
	json_t *s = schema_of(sample_event(), today);
	const json_t *family = at(s, "family"), *row = json_object_get(family, "items");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(family, "type")), "array");
	assert_int_equal(json_integer_value(json_object_get(family, "minItems")), 1);
	assert_int_equal(json_integer_value(json_object_get(family, "maxItems")), 3);
	assert_true(json_is_false(json_object_get(row, "additionalProperties")));
	assert_int_equal(json_object_size(json_object_get(row, "properties")), 10);
	assert_string_equal(json_string_value(json_object_get(at(row, "what"), "title")), "什么关系");
	assert_true(says(json_object_get(row, "required"), "[\"name\",\"id_no\",\"relation\"]"));
	assert_true(says(json_array_get(json_object_get(row, "allOf"), 0), "{\"else\":{\"properties\":"
	    "{\"what\":false}},\"if\":{\"properties\":{\"relation\":{\"const\":\"other\"}},\"required\":"
	    "[\"relation\"]},\"then\":{\"required\":[\"what\"]}}"));
	assert_true(x_rule(s, "/family/*/id_no", "check_digit"));
	assert_true(x_rule(s, "/family/*/id_no", "conflict")); /* nobody twice */
	assert_false(x_rule(s, "/family/*/parent_id_no", "conflict"));
	assert_true(x_rule(s, "/family/*/moved", "too_late"));
	assert_true(x_rule(s, "/family/*/army", "required")); /* by a sex that a number tells */
	assert_false(x_rule(s, "/family/*/what", "required"));
	assert_true(x_rule(s, "/school", "required")); /* by rows */
	assert_true(x_rule(s, "/school", "not_asked"));
	assert_int_equal(json_integer_value(json_object_get(at(s, "lodgers"), "maxItems")), 20);
	json_decref(s);
}

/* What is locked may be left out, so nothing that hangs on it is said; one's own consents are asked
 * where items wait for them, another's never. */
static void
of_logins(void **state)
{
	json_t *s = schema_of(sample_event(), today);

	(void)state;
	assert_false(lists(json_object_get(s, "required"), "filed_as"));
	assert_true(x_rule(s, "/filed_as", "required"));
	assert_true(x_rule(s, "/filed_as", "conflict"));
	assert_false(x_rule(s, "/born_on", "required")); /* optional */
	assert_true(x_rule(s, "/agent_paper", "required"));
	assert_true(x_rule(s, "/agrees_to_move", "refused"));
	assert_non_null(at(s, "agrees_to_move"));
	assert_false(x_rule(s, "/agrees_to_move", "required")); /* said: from two children on */
	assert_null(at(s, "witness"));
	assert_false(x_rule(s, "/couple_note", "not_asked"));
	assert_false(x_rule(s, "/single_note", "not_asked"));
	assert_false(x_rule(s, "/after_note", "not_asked")); /* of an either one is enough */
	assert_false(lists(json_object_get(s, "required"), "after_note"));
	json_decref(s);
}

static void
example_is_accepted(void **state)
{
	static const char *const days[] = { SAMPLE_TODAY, "2024-02-29", "2026-01-01", "2031-12-31" };

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		json_t *form, *errors, *reminders;
		struct facts facts = { 0 };
		char *text;

		assert_true(clock_parse_day(days[i], &facts.today));
		form = schema_example(sample_event(), facts.today);
		assert_non_null(form);
		assert_int_equal(form_check(sample_event(), form, NULL, &facts, "zh-CN", &errors, &reminders), 0);
		text = json_dumps(errors, 0);
		if (json_array_size(errors) > 0)
			fail_msg("%s: %s", days[i], text);
		free(text);
		assert_string_equal(json_string_value(json_object_get(form, "sex")), "2"); /* mended */
		json_decref(errors);
		json_decref(reminders);
		json_decref(form);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shape),
		cmocka_unit_test(what_it_cannot_say),
		cmocka_unit_test(half_said),
		cmocka_unit_test(conditions),
		cmocka_unit_test(of_lists),
		cmocka_unit_test(of_logins),
		cmocka_unit_test(example_is_accepted),
	};

	if (!clock_parse_day(SAMPLE_TODAY, &today))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
