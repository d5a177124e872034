/* checked.h: a form of the sample event, changed and checked; for the tests of the form check. */
#ifndef YJS_TESTS_RULES_CHECKED_H
#define YJS_TESTS_RULES_CHECKED_H

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/form.h"
#include "rules/schema.h"
#include "sample.h"

static int32_t today;

/* What is given for one check; answers are changed in the form that the schema gives as example. */
static json_t *form, *choices, *errors, *reminders;
static struct facts facts;

static int
begin(void **state)
{
	(void)state;
	facts = (struct facts){ .event = sample_event(), .today = today };
	form = schema_example(sample_event(), today);
	choices = json_object();
	errors = reminders = NULL;
	return form && choices ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	json_decref(form);
	json_decref(choices);
	json_decref(errors);
	json_decref(reminders);
	return 0;
}

static void
check(const char *language)
{
	json_decref(errors);
	json_decref(reminders);
	assert_int_equal(form_check(sample_event(), form, choices, &facts, language, &errors, &reminders), 0);
}

static void
put(const char *question, const char *json)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	json_object_set_new(form, question, value);
}

/* Exactly these errors, as "pointer code pointer code ...", in this order. */
static void
assert_errors(const char *expected)
{
	char got[2048] = "";
	const json_t *one;
	size_t i;

	check("zh-CN");
	json_array_foreach(errors, i, one) {
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %s", i ? " " : "",
		    json_string_value(json_object_get(one, "pointer")),
		    json_string_value(json_object_get(one, "code")));
		assert_true(json_string_length(json_object_get(one, "message")) > 0);
	}
	assert_string_equal(got, expected);
}

static const char *
message(size_t i)
{
	return json_string_value(json_object_get(json_array_get(errors, i), "message"));
}

#define with_form(test) cmocka_unit_test_setup_teardown(test, begin, end)
#define checked_run(tests) \
	(clock_parse_day(SAMPLE_TODAY, &today) ? cmocka_run_group_tests(tests, NULL, NULL) : 1)

#endif
