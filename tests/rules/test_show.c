/* What people see of an application: dates, problems, what is next. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/calendar.h"
#include "rules/running.h"
#include "rules/shown.h"

enum { N = 4 };

static struct item items[N];
static struct event event = { .items = items, .n_items = N };

static char *
name(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* Sent on Friday 2026-11-20; days counted by hand on the calendar of 2026. */
static const struct { const char *id, *within, *promised; } cases[N] = {
	{ "at_once", "当场", "2026-11-20" },
	{ "one_day", "1个工作日", "2026-11-23" },
	{ "twelve_days", "12个工作日", "2026-12-08" },
	{ "a_month", "30日", "2026-12-20" },
};

static int
set_up(void **state)
{
	(void)state;
	event.id = event.title = name("test");
	for (int i = 0; i < N; i++) {
		items[i] = (struct item){ .id = name(cases[i].id), .title = name(cases[i].id),
			.department = name(i % 2 ? "tax" : "health"), .fee_fen = -1 };
		assert_true(duration_parse(cases[i].within, &items[i].within));
	}
	return 0;
}

static struct running *
sent(void)
{
	struct running *r = running_new(&event);

	strcpy(r->number, "3301112611-TEST");
	r->plan.n_items = N;
	r->plan.runs = (1 << N) - 1;
	assert_true(clock_parse_day("2026-11-20", &r->plan.submitted));
	assert_true(clock_parse("2026-11-20T09:30:00+08:00", &r->submitted_at));
	for (int i = 0; i < N; i++) {
		r->nodes[i].state = ITEM_SENT;
		r->nodes[i].sent_at = r->submitted_at;
	}
	return r;
}

static const json_t *
item(const json_t *shown, int i)
{
	return json_array_get(json_object_get(shown, "items"), (size_t)i);
}

static void
each_item_shows_the_day_its_own_promise_ends(void **state)
{
	struct running *r = sent();
	json_t *shown = shown_to(r, NULL, "zh-CN");

	(void)state;
	for (int i = 0; i < N; i++)
		assert_string_equal(json_text(item(shown, i), "promised_by"), cases[i].promised);
	json_decref(shown);
	running_free(r);
}

static void
and_says_how_that_day_is_counted(void **state)
{
	struct running *r = sent();
	json_t *shown, *promise;

	(void)state;
	r->nodes[2].stopped_days = 2;
	r->nodes[3].sent_at = 0;
	shown = shown_to(r, NULL, "zh-CN");
	promise = json_object_get(item(shown, 2), "promise"); /* two weekends and one more lie in twelve working days */
	assert_string_equal(json_text(promise, "within"), "12个工作日");
	assert_string_equal(json_text(promise, "from"), "2026-11-20");
	assert_int_equal(json_integer_value(json_object_get(promise, "days_off")), 6);
	assert_int_equal(json_integer_value(json_object_get(promise, "stopped_days")), 2);
	promise = json_object_get(item(shown, 3), "promise"); /* not sent yet: from a day nobody knows */
	assert_true(json_is_null(json_object_get(promise, "from")));
	json_decref(shown);
	running_free(r);
}

static void
a_promise_into_a_year_without_calendar_shows_no_day(void **state)
{
	struct running *r = sent();
	json_t *shown;

	(void)state;
	assert_true(clock_parse("2026-12-25T09:30:00+08:00", &r->nodes[2].sent_at));
	shown = shown_to(r, NULL, "zh-CN");
	assert_true(json_is_null(json_object_get(item(shown, 2), "promised_by")));
	json_decref(shown);
	running_free(r);
}

static void
a_silent_department_is_told_with_since_and_next(void **state)
{
	struct running *r = sent();
	json_t *shown, *problem;

	(void)state;
	r->nodes[1].silent_since = r->submitted_at + 60 * US_PER_SECOND;
	r->nodes[1].next_at = r->submitted_at + 120 * US_PER_SECOND;
	shown = shown_to(r, NULL, "zh-CN");
	problem = json_object_get(item(shown, 1), "problem");
	assert_string_equal(json_text(problem, "code"), "silent");
	assert_string_equal(json_text(problem, "since"), "2026-11-20T09:31:00.000+08:00");
	assert_string_equal(json_text(problem, "next_try_at"), "2026-11-20T09:32:00.000+08:00");
	assert_true(json_is_null(json_object_get(item(shown, 0), "problem")));
	json_decref(shown);
	running_free(r);
}

static void
a_clerk_sees_the_items_of_his_department_only(void **state)
{
	struct running *r = sent();
	json_t *shown = shown_to(r, "tax", "zh-CN");

	(void)state;
	assert_int_equal(json_array_size(json_object_get(shown, "items")), 2);
	assert_string_equal(json_text(item(shown, 0), "id"), "one_day");
	json_decref(shown);
	running_free(r);
}

static void
the_first_line_says_what_is_expected_of_whom(void **state)
{
	static const struct { enum application_status status; const char *who; } expected[] = {
		{ STATUS_IN_PROGRESS, "department" }, { STATUS_WAITING_FOR_APPLICANT, "applicant" },
		{ STATUS_FINISHED, "nobody" } };
	struct running *r = sent();

	(void)state;
	r->finished_at = r->submitted_at;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		json_t *shown;

		r->status = expected[i].status;
		shown = shown_to(r, NULL, "zh-CN");
		assert_string_equal(json_text(json_object_get(shown, "next"), "who"), expected[i].who);
		json_decref(shown);
	}
	running_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_shows_the_day_its_own_promise_ends),
		cmocka_unit_test(and_says_how_that_day_is_counted),
		cmocka_unit_test(a_promise_into_a_year_without_calendar_shows_no_day),
		cmocka_unit_test(a_silent_department_is_told_with_since_and_next),
		cmocka_unit_test(a_clerk_sees_the_items_of_his_department_only),
		cmocka_unit_test(the_first_line_says_what_is_expected_of_whom),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
