/* What time does: promises that pass, silence on completeness, clocks that stand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"

static int64_t
begins(const char *date)
{
	int32_t day;

	assert_true(clock_parse_day(date, &day));
	return clock_day_start(day);
}

static int
words(const struct effects *x, const char *word)
{
	char quoted[64];
	int n = 0;

	snprintf(quoted, sizeof quoted, "\"what\":\"%s\"", word);
	for (const char *p = x->history.length ? x->history.data : ""; (p = strstr(p, quoted)); p++)
		n++;
	return n;
}

static void
clock_runs(struct running *r, int64_t now, struct effects *x)
{
	effects_begin(x, now);
	running_clock(r, x);
	moved_send(r, x);
}

/* Sent on Wednesday the 18th, three working days: Monday the 23rd is the last. */
static void
a_promise_that_passes_is_recorded_once_with_its_department(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	assert_int_equal(running_next_clock(r), begins("2026-11-24"));
	clock_runs(r, begins("2026-11-24") - 1, &x);
	assert_int_equal(words(&x, "overdue"), 0);
	clock_runs(r, begins("2026-11-24"), &x);
	assert_int_equal(words(&x, "overdue"), 1);
	assert_non_null(strstr(x.history.data, "\"by\":\"clock\""));
	assert_non_null(strstr(x.history.data, "\"department\":\"health\""));
	clock_runs(r, begins("2026-12-24"), &x);
	assert_int_equal(words(&x, "overdue"), 0);
	moved_end(r, &x);
}

static void
an_answer_before_the_end_of_the_day_is_in_time(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	x.now = begins("2026-11-24") - 2 * US_PER_SECOND;
	tell(r, ALPHA, ENDING_APPROVED, &x);
	clock_runs(r, begins("2026-11-24"), &x);
	assert_int_equal(words(&x, "overdue"), 0);
	moved_end(r, &x);
}

static void
a_public_notice_is_on_top(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	duration_parse("7日", &moved_items[ALPHA].notice);
	r = moved_begin(&x);
	assert_int_equal(running_next_clock(r), begins("2026-12-01"));
	moved_end(r, &x);
}

static void
a_year_without_a_calendar_fires_nothing(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	duration_parse("60个工作日", &moved_items[ALPHA].within);
	duration_parse("60个工作日", &moved_signs[0].within);
	r = moved_begin(&x);
	assert_int_equal(running_next_clock(r), 0);
	clock_runs(r, begins("2030-01-01"), &x);
	assert_int_equal(x.history.length, 0);
	moved_end(r, &x);
}

/* Asked on the 18th until December 2nd: with two days left he is told once more, and no third time. */
static void
a_consent_is_reminded_of_once(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	moved_items[ALPHA].within.text = NULL;
	r = moved_begin(&x);
	assert_int_equal(running_next_clock(r), begins("2026-12-01"));
	clock_runs(r, begins("2026-12-01") - 1, &x);
	assert_int_equal(words(&x, "reminded"), 0);
	clock_runs(r, begins("2026-12-01"), &x);
	assert_int_equal(words(&x, "reminded"), 1);
	assert_int_equal(running_next_clock(r), begins("2026-12-03"));
	clock_runs(r, begins("2026-12-02"), &x);
	assert_int_equal(words(&x, "reminded"), 0);
	clock_runs(r, begins("2026-12-03"), &x);
	assert_int_equal(words(&x, "declined"), 1);
	moved_end(r, &x);
}

static void
a_short_time_is_not_reminded_of(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	moved_items[ALPHA].within.text = NULL;
	duration_parse("2日", &moved_signs[0].within);
	r = moved_begin(&x);
	assert_int_equal(running_next_clock(r), begins("2026-11-21"));
	moved_end(r, &x);
}

/* 行政许可法 32: received on the 18th, nothing heard by Wednesday the 25th. */
static void
five_working_days_of_silence_are_an_acceptance_once(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	moved_items[ALPHA].within.text = NULL;
	tell(r, ALPHA, ENDING_PENDING, &x);
	assert_int_equal(running_next_clock(r), begins("2026-11-26"));
	clock_runs(r, begins("2026-11-26"), &x);
	assert_int_equal(words(&x, "deemed_accepted"), 1);
	clock_runs(r, begins("2026-11-27"), &x);
	assert_int_equal(words(&x, "deemed_accepted"), 0);
	moved_end(r, &x);
}

/* Sent back on the 18th, answered on Monday the 23rd: three working days do not count. */
static void
the_clock_of_an_item_stands_while_it_is_sent_back(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *form = json_pack("{s:s}", "name", "new"), *files = json_pack("{s:o}", "paper", a_file());
	json_t *errors;

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	assert_int_equal(running_next_clock(r), begins("2026-12-01")); /* the consent is reminded of */
	clock_runs(r, begins("2026-11-24"), &x);
	assert_int_equal(words(&x, "overdue"), 0);
	effects_begin(&x, begins("2026-11-23") + 1);
	assert_int_equal(running_correct(r, form, files, "zh-CN", &errors, &x), 0);
	assert_int_equal(running_node(r, ALPHA)->stopped_days, 3);
	assert_int_equal(running_next_clock(r), begins("2026-11-27"));
	json_decref(form);
	json_decref(files);
	moved_end(r, &x);
}

static void
the_whole_waits_for_the_applicant_and_its_promise_moves(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *files = json_pack("{s:o}", "paper", a_file()), *errors, *shown;

	(void)state;
	duration_parse("1个工作日", &moved_items[BETA].within);
	duration_parse("1个工作日", &moved_items[GAMMA].within);
	assert_int_equal(r->stopped_since, MOVED_START);
	shown = shown_to(r, NULL, "zh-CN");
	assert_string_equal(json_text(shown, "promised_by"), "2026-11-24");
	json_decref(shown);
	effects_begin(&x, begins("2026-11-23") + 1);
	assert_int_equal(running_correct(r, NULL, files, "zh-CN", &errors, &x), 0);
	assert_int_equal(words(&x, "clock_resumed"), 1);
	assert_int_equal(r->stopped_days, 3);
	assert_int_equal(r->stopped_us, x.now - MOVED_START);
	assert_int_equal(r->stopped_since, 0);
	shown = shown_to(r, NULL, "zh-CN");
	assert_string_equal(json_text(shown, "promised_by"), "2026-11-27");
	json_decref(shown);
	json_decref(files);
	moved_end(r, &x);
}

static void
nothing_is_due_after_the_end(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	moved_answer(r, REGISTER, 1, ENDING_FOUND, "no", x.now, &x);
	tell(r, ALPHA, ENDING_REJECTED, &x);
	assert_int_equal(r->status, STATUS_FINISHED);
	assert_int_equal(running_next_clock(r), 0);
	moved_end(r, &x);
}

/* --- stored states --- */

static void
states_of_the_first_version_are_read(void **state)
{
	unsigned char first[2 + 4 * (MOVED_ITEMS + 1)] = { 1, STATUS_IN_PROGRESS };
	struct running *r = running_new(&moved);
	struct error why = { 0 };

	(void)state;
	for (int i = 0; i < MOVED_ITEMS + 1; i++)
		memcpy(first + 2 + 4 * i, (unsigned char[]){ ITEM_SENT, 1, i == MOVED_ITEMS ? HOW_WAITING : 0, 0 }, 4);
	assert_int_equal(running_unpack(r, first, sizeof first, &why), 0);
	assert_int_equal(running_node(r, DELTA)->state, ITEM_SENT);
	assert_int_equal(running_node(r, PAPER)->how, HOW_WAITING);
	assert_int_equal(running_node(r, REGISTER)->state, ITEM_SKIPPED);
	assert_int_equal(running_node(r, CONSENT)->state, ITEM_SKIPPED);
	assert_int_equal(running_unpack(r, first, sizeof first - 1, &why), -1);
	first[0] = 3;
	assert_int_equal(running_unpack(r, first, sizeof first, &why), -1);
	running_free(r);
}

static void
what_was_never_late_is_stored_as_short_as_before(void **state)
{
	struct effects x;
	struct running *r;
	struct text packed;

	(void)state;
	moved_ways[0] = (struct get){ .way = WAY_COMMIT };
	r = moved_begin(&x);
	text_init(&packed, 4096);
	assert_int_equal(running_pack(r, &packed), 0);
	assert_int_equal(packed.length, 5 + 4 * (MOVED_ITEMS + 3));
	text_free(&packed);
	moved_end(r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_promise_that_passes_is_recorded_once_with_its_department, moved_set_up),
		cmocka_unit_test_setup(an_answer_before_the_end_of_the_day_is_in_time, moved_set_up),
		cmocka_unit_test_setup(a_public_notice_is_on_top, moved_set_up),
		cmocka_unit_test_setup(a_year_without_a_calendar_fires_nothing, moved_set_up),
		cmocka_unit_test_setup(a_consent_is_reminded_of_once, moved_set_up),
		cmocka_unit_test_setup(a_short_time_is_not_reminded_of, moved_set_up),
		cmocka_unit_test_setup(five_working_days_of_silence_are_an_acceptance_once, moved_set_up),
		cmocka_unit_test_setup(the_clock_of_an_item_stands_while_it_is_sent_back, moved_set_up),
		cmocka_unit_test_setup(the_whole_waits_for_the_applicant_and_its_promise_moves, moved_set_up),
		cmocka_unit_test_setup(nothing_is_due_after_the_end, moved_set_up),
		cmocka_unit_test_setup(states_of_the_first_version_are_read, moved_set_up),
		cmocka_unit_test_setup(what_was_never_late_is_stored_as_short_as_before, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
