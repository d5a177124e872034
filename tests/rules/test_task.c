/* The light of a promise: how many working days are left until its last day. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "rules/task.h"

static int32_t
day(const char *text)
{
	int32_t d;

	assert_true(clock_parse_day(text, &d));
	return d;
}

static void
the_light_follows_the_working_days_that_are_left(void **state)
{
	int32_t thursday = day("2026-11-19");

	(void)state;
	assert_string_equal(task_light(thursday - 1, thursday), "red");
	assert_string_equal(task_light(thursday, thursday), "red");
	assert_string_equal(task_light(day("2026-11-20"), thursday), "yellow");
	assert_string_equal(task_light(day("2026-11-23"), thursday), "yellow");
	assert_string_equal(task_light(day("2026-11-24"), thursday), "green");
	assert_string_equal(task_light(INT32_MAX, thursday), "green");
}

/* Counted by days, a queue has the lights that its rows show. */
static void
what_is_yellow_ends_where_the_light_says(void **state)
{
	(void)state;
	for (int32_t today = day("2026-09-01"); today < day("2026-11-30"); today++) {
		int32_t until = task_yellow_until(today);

		assert_true(until >= today);
		for (int32_t due = today + 1; due < today + 25; due++)
			assert_string_equal(task_light(due, today), due <= until ? "yellow" : "green");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_light_follows_the_working_days_that_are_left),
		cmocka_unit_test(what_is_yellow_ends_where_the_light_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
