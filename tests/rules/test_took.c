/* How long departments take: in which step a time is counted, and within how many days nine of ten were. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/took.h"

static int64_t
at(const char *text)
{
	int64_t us = 0;

	assert_true(clock_parse(text, &us));
	return us;
}

static void
working_days_fall_into_steps(void **state)
{
	static const struct { const char *sent, *decided, *measure; } cases[] = {
		{ "2026-11-20T09:00:00+08:00", "2026-11-20T23:59:59+08:00", "took_0" },
		{ "2026-11-20T09:00:00+08:00", "2026-11-22T10:00:00+08:00", "took_0" }, /* Friday to Sunday */
		{ "2026-11-20T09:00:00+08:00", "2026-11-23T00:00:00+08:00", "took_1" },
		{ "2026-11-20T09:00:00+08:00", "2026-11-30T10:00:00+08:00", "took_7" }, /* six days */
		{ "2026-01-05T09:00:00+08:00", "2026-11-30T10:00:00+08:00", "took_more" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(took_measure(at(cases[i].sent), at(cases[i].decided)), cases[i].measure);
	assert_null(took_measure(at("2026-12-25T09:00:00+08:00"), at("2027-03-01T09:00:00+08:00"))); /* no calendar yet */
}

static json_int_t
nine_of_ten(const int64_t counts[TOOK_STEPS], json_int_t n)
{
	json_t *told = took_told(counts), *days = json_object_get(told, "nine_of_ten");
	json_int_t value = json_is_null(days) ? -1 : json_integer_value(days);

	assert_int_equal(json_integer_value(json_object_get(told, "n")), n);
	json_decref(told);
	return value;
}

static void
nine_of_ten_is_the_first_step_that_holds_them(void **state)
{
	int64_t counts[TOOK_STEPS] = { 0 };

	(void)state;
	assert_int_equal(nine_of_ten(counts, 0), -1);
	counts[took_step("took_0")] = 9;
	counts[took_step("took_10")] = 1;
	assert_int_equal(nine_of_ten(counts, 10), 0);
	counts[took_step("took_10")] = 2;
	assert_int_equal(nine_of_ten(counts, 11), 10);
	counts[took_step("took_more")] = 2;
	assert_int_equal(nine_of_ten(counts, 13), -1);
	assert_int_equal(took_step("approved"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(working_days_fall_into_steps),
		cmocka_unit_test(nine_of_ten_is_the_first_step_that_holds_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
