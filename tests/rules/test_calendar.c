/* Working days, promises and durations. The vectors are those of the domain standards (section 10)
 * and others worked out from the two published notices, one group for each of their holidays. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"

static int32_t
day(const char *s)
{
	int32_t d = 0;

	assert_true(clock_parse_day(s, &d));
	return d;
}

static const struct { const char *accepted; int n; const char *due; } known[] = {
	/* section 10 */
	{ "2025-01-24", 1, "2025-01-26" }, { "2025-01-24", 5, "2025-02-07" },
	{ "2025-04-25", 3, "2025-04-29" }, { "2025-09-26", 5, "2025-10-10" },
	{ "2025-12-31", 1, "2026-01-04" }, { "2026-02-13", 1, "2026-02-14" },
	{ "2026-02-13", 5, "2026-02-27" }, { "2026-04-30", 3, "2026-05-08" },
	{ "2026-06-18", 1, "2026-06-22" }, { "2026-09-18", 5, "2026-09-24" },
	{ "2026-09-24", 5, "2026-10-09" }, { "2026-09-30", 3, "2026-10-10" },
	{ "2026-11-20", 20, "2026-12-18" },
	/* computed */
	{ "2025-01-01", 1, "2025-01-02" },
	{ "2025-01-01", 20, "2025-02-05" },
	{ "2025-01-27", 1, "2025-02-05" },
	{ "2025-01-27", 3, "2025-02-07" },
	{ "2025-01-28", 1, "2025-02-05" },
	{ "2025-02-04", 1, "2025-02-05" },
	{ "2025-02-07", 1, "2025-02-08" },
	{ "2025-02-08", 1, "2025-02-10" },
	{ "2025-04-03", 1, "2025-04-07" },
	{ "2025-04-30", 1, "2025-05-06" },
	{ "2025-04-26", 1, "2025-04-27" },
	{ "2025-05-30", 1, "2025-06-03" },
	{ "2025-05-30", 10, "2025-06-16" },
	{ "2025-06-30", 20, "2025-07-28" },
	{ "2025-09-30", 1, "2025-10-09" },
	{ "2025-09-30", 2, "2025-10-10" },
	{ "2025-09-30", 5, "2025-10-14" },
	{ "2025-10-11", 1, "2025-10-13" },
	{ "2025-10-10", 1, "2025-10-11" },
	{ "2025-12-31", 5, "2026-01-08" },
	{ "2025-12-30", 2, "2026-01-04" },
	{ "2025-12-01", 30, "2026-01-13" },
	{ "2025-11-20", 45, "2026-01-23" },
	{ "2026-01-01", 1, "2026-01-04" },
	{ "2026-01-03", 1, "2026-01-04" },
	{ "2026-01-04", 1, "2026-01-05" },
	{ "2026-01-02", 10, "2026-01-15" },
	{ "2026-02-12", 2, "2026-02-14" },
	{ "2026-02-14", 1, "2026-02-24" },
	{ "2026-02-15", 1, "2026-02-24" },
	{ "2026-02-23", 1, "2026-02-24" },
	{ "2026-02-27", 1, "2026-02-28" },
	{ "2026-02-28", 1, "2026-03-02" },
	{ "2026-04-03", 1, "2026-04-07" },
	{ "2026-04-06", 1, "2026-04-07" },
	{ "2026-05-08", 1, "2026-05-09" },
	{ "2026-05-09", 1, "2026-05-11" },
	{ "2026-06-19", 0, "2026-06-19" },
	{ "2026-09-19", 1, "2026-09-20" },
	{ "2026-09-20", 1, "2026-09-21" },
	{ "2026-09-24", 1, "2026-09-28" },
	{ "2026-09-30", 1, "2026-10-08" },
	{ "2026-10-07", 1, "2026-10-08" },
	{ "2026-10-09", 1, "2026-10-10" },
	{ "2026-10-10", 1, "2026-10-12" },
	{ "2026-11-23", 5, "2026-11-30" },
	{ "2026-11-20", 10, "2026-12-04" },
	{ "2026-11-23", 28, "2026-12-31" },
	{ "2026-12-24", 5, "2026-12-31" },
	{ "2026-12-30", 1, "2026-12-31" },
	{ "2026-12-31", 0, "2026-12-31" },
	{ "2026-03-02", 20, "2026-03-30" },
	{ "2026-07-01", 45, "2026-09-02" },
	{ "2025-01-01", 248, "2025-12-31" },
	{ "2026-01-01", 248, "2026-12-31" },
	/* worked out by hand from the two notices, around each of their dates */
	/* 元旦 2025: one day, a Wednesday */
	{ "2025-01-01", 3, "2025-01-06" }, { "2025-01-01", 5, "2025-01-08" }, { "2025-01-02", 1, "2025-01-03" },
	{ "2025-01-02", 3, "2025-01-07" }, { "2025-01-02", 5, "2025-01-09" }, { "2025-01-03", 1, "2025-01-06" },
	{ "2025-01-03", 3, "2025-01-08" }, { "2025-01-03", 5, "2025-01-10" },
	/* 春节 2025: 01-28 to 02-04 off; Sunday 01-26 and Saturday 02-08 worked */
	{ "2025-01-23", 1, "2025-01-24" }, { "2025-01-23", 2, "2025-01-26" }, { "2025-01-23", 5, "2025-02-06" },
	{ "2025-01-25", 1, "2025-01-26" }, { "2025-01-25", 2, "2025-01-27" }, { "2025-01-25", 5, "2025-02-07" },
	{ "2025-01-26", 1, "2025-01-27" }, { "2025-01-26", 2, "2025-02-05" }, { "2025-01-26", 5, "2025-02-08" },
	{ "2025-01-27", 2, "2025-02-06" }, { "2025-01-27", 5, "2025-02-10" }, { "2025-01-31", 1, "2025-02-05" },
	{ "2025-01-31", 2, "2025-02-06" }, { "2025-01-31", 5, "2025-02-10" }, { "2025-02-05", 1, "2025-02-06" },
	{ "2025-02-05", 2, "2025-02-07" }, { "2025-02-05", 5, "2025-02-11" }, { "2025-02-07", 2, "2025-02-10" },
	{ "2025-02-07", 5, "2025-02-13" }, { "2025-02-09", 1, "2025-02-10" }, { "2025-02-09", 2, "2025-02-11" },
	{ "2025-02-09", 5, "2025-02-14" },
	/* 清明节 2025: Friday 04-04 to Sunday 04-06 */
	{ "2025-04-02", 1, "2025-04-03" }, { "2025-04-02", 3, "2025-04-08" }, { "2025-04-03", 3, "2025-04-09" },
	{ "2025-04-05", 1, "2025-04-07" }, { "2025-04-05", 3, "2025-04-09" }, { "2025-04-07", 1, "2025-04-08" },
	{ "2025-04-07", 3, "2025-04-10" },
	/* 劳动节 2025: 05-01 to 05-05; Sunday 04-27 worked */
	{ "2025-04-24", 1, "2025-04-25" }, { "2025-04-24", 3, "2025-04-28" }, { "2025-04-24", 5, "2025-04-30" },
	{ "2025-04-26", 3, "2025-04-29" }, { "2025-04-26", 5, "2025-05-06" }, { "2025-04-28", 1, "2025-04-29" },
	{ "2025-04-28", 3, "2025-05-06" }, { "2025-04-28", 5, "2025-05-08" }, { "2025-05-03", 1, "2025-05-06" },
	{ "2025-05-03", 3, "2025-05-08" }, { "2025-05-03", 5, "2025-05-12" }, { "2025-05-06", 1, "2025-05-07" },
	{ "2025-05-06", 3, "2025-05-09" }, { "2025-05-06", 5, "2025-05-13" },
	/* 端午节 2025: Saturday 05-31 to Monday 06-02 */
	{ "2025-05-29", 1, "2025-05-30" }, { "2025-05-29", 5, "2025-06-06" }, { "2025-05-31", 1, "2025-06-03" },
	{ "2025-05-31", 5, "2025-06-09" }, { "2025-06-02", 1, "2025-06-03" }, { "2025-06-02", 5, "2025-06-09" },
	/* 国庆节、中秋节 2025: 10-01 to 10-08; Sunday 09-28 and Saturday 10-11 worked */
	{ "2025-09-25", 1, "2025-09-26" }, { "2025-09-25", 4, "2025-09-30" }, { "2025-09-25", 10, "2025-10-15" },
	{ "2025-09-27", 1, "2025-09-28" }, { "2025-09-27", 4, "2025-10-09" }, { "2025-09-27", 10, "2025-10-16" },
	{ "2025-09-28", 1, "2025-09-29" }, { "2025-09-28", 4, "2025-10-10" }, { "2025-09-28", 10, "2025-10-17" },
	{ "2025-09-29", 1, "2025-09-30" }, { "2025-09-29", 4, "2025-10-11" }, { "2025-09-29", 10, "2025-10-20" },
	{ "2025-10-04", 1, "2025-10-09" }, { "2025-10-04", 4, "2025-10-13" }, { "2025-10-04", 10, "2025-10-21" },
	{ "2025-10-08", 1, "2025-10-09" }, { "2025-10-08", 4, "2025-10-13" }, { "2025-10-08", 10, "2025-10-21" },
	{ "2025-10-09", 1, "2025-10-10" }, { "2025-10-09", 4, "2025-10-14" }, { "2025-10-09", 10, "2025-10-22" },
	{ "2025-10-11", 4, "2025-10-16" }, { "2025-10-11", 10, "2025-10-24" },
	/* the end of 2025 and 元旦 2026: 01-01 to 01-03; Sunday 01-04 worked */
	{ "2025-12-24", 1, "2025-12-25" }, { "2025-12-24", 3, "2025-12-29" }, { "2025-12-24", 7, "2026-01-05" },
	{ "2025-12-28", 1, "2025-12-29" }, { "2025-12-28", 3, "2025-12-31" }, { "2025-12-28", 7, "2026-01-07" },
	{ "2025-12-29", 1, "2025-12-30" }, { "2025-12-29", 3, "2026-01-04" }, { "2025-12-29", 7, "2026-01-08" },
	{ "2025-12-31", 3, "2026-01-06" }, { "2025-12-31", 7, "2026-01-12" }, { "2026-01-02", 1, "2026-01-04" },
	{ "2026-01-02", 3, "2026-01-06" }, { "2026-01-02", 7, "2026-01-12" }, { "2026-01-04", 3, "2026-01-07" },
	{ "2026-01-04", 7, "2026-01-13" },
	/* 春节 2026: 02-15 to 02-23; Saturdays 02-14 and 02-28 worked */
	{ "2026-02-09", 1, "2026-02-10" }, { "2026-02-09", 3, "2026-02-12" }, { "2026-02-09", 8, "2026-02-26" },
	{ "2026-02-11", 1, "2026-02-12" }, { "2026-02-11", 3, "2026-02-14" }, { "2026-02-11", 8, "2026-02-28" },
	{ "2026-02-12", 1, "2026-02-13" }, { "2026-02-12", 3, "2026-02-24" }, { "2026-02-12", 8, "2026-03-02" },
	{ "2026-02-16", 1, "2026-02-24" }, { "2026-02-16", 3, "2026-02-26" }, { "2026-02-16", 8, "2026-03-04" },
	{ "2026-02-20", 1, "2026-02-24" }, { "2026-02-20", 3, "2026-02-26" }, { "2026-02-20", 8, "2026-03-04" },
	{ "2026-02-24", 1, "2026-02-25" }, { "2026-02-24", 3, "2026-02-27" }, { "2026-02-24", 8, "2026-03-05" },
	{ "2026-02-26", 1, "2026-02-27" }, { "2026-02-26", 3, "2026-03-02" }, { "2026-02-26", 8, "2026-03-09" },
	{ "2026-03-01", 1, "2026-03-02" }, { "2026-03-01", 3, "2026-03-04" }, { "2026-03-01", 8, "2026-03-11" },
	/* 清明节 2026: Saturday 04-04 to Monday 04-06 */
	{ "2026-04-01", 1, "2026-04-02" }, { "2026-04-01", 2, "2026-04-03" }, { "2026-04-03", 2, "2026-04-08" },
	{ "2026-04-04", 1, "2026-04-07" }, { "2026-04-04", 2, "2026-04-08" }, { "2026-04-07", 1, "2026-04-08" },
	{ "2026-04-07", 2, "2026-04-09" },
	/* 劳动节 2026: 05-01 to 05-05; Saturday 05-09 worked */
	{ "2026-04-27", 1, "2026-04-28" }, { "2026-04-27", 3, "2026-04-30" }, { "2026-04-27", 5, "2026-05-07" },
	{ "2026-04-29", 1, "2026-04-30" }, { "2026-04-29", 3, "2026-05-07" }, { "2026-04-29", 5, "2026-05-09" },
	{ "2026-05-02", 1, "2026-05-06" }, { "2026-05-02", 3, "2026-05-08" }, { "2026-05-02", 5, "2026-05-11" },
	{ "2026-05-06", 1, "2026-05-07" }, { "2026-05-06", 3, "2026-05-09" }, { "2026-05-06", 5, "2026-05-12" },
	{ "2026-05-08", 3, "2026-05-12" }, { "2026-05-08", 5, "2026-05-14" },
	/* 端午节 2026: Friday 06-19 to Sunday 06-21 */
	{ "2026-06-16", 1, "2026-06-17" }, { "2026-06-16", 3, "2026-06-22" }, { "2026-06-18", 3, "2026-06-24" },
	{ "2026-06-20", 1, "2026-06-22" }, { "2026-06-20", 3, "2026-06-24" },
	/* 中秋节、国庆节 2026: 09-25 to 09-27, 10-01 to 10-07; Sunday 09-20 and Saturday 10-10 worked */
	{ "2026-09-17", 1, "2026-09-18" }, { "2026-09-17", 5, "2026-09-23" }, { "2026-09-17", 10, "2026-10-08" },
	{ "2026-09-19", 5, "2026-09-24" }, { "2026-09-19", 10, "2026-10-09" }, { "2026-09-21", 1, "2026-09-22" },
	{ "2026-09-21", 5, "2026-09-29" }, { "2026-09-21", 10, "2026-10-12" }, { "2026-09-24", 10, "2026-10-15" },
	{ "2026-09-26", 1, "2026-09-28" }, { "2026-09-26", 5, "2026-10-09" }, { "2026-09-26", 10, "2026-10-15" },
	{ "2026-09-28", 1, "2026-09-29" }, { "2026-09-28", 5, "2026-10-10" }, { "2026-09-28", 10, "2026-10-16" },
	{ "2026-10-03", 1, "2026-10-08" }, { "2026-10-03", 5, "2026-10-13" }, { "2026-10-03", 10, "2026-10-20" },
	{ "2026-10-08", 1, "2026-10-09" }, { "2026-10-08", 5, "2026-10-14" }, { "2026-10-08", 10, "2026-10-21" },
	{ "2026-10-09", 5, "2026-10-15" }, { "2026-10-09", 10, "2026-10-22" },
	/* quiet weeks: nothing but week-ends */
	{ "2025-03-14", 1, "2025-03-17" }, { "2025-03-14", 5, "2025-03-21" }, { "2025-03-14", 20, "2025-04-14" },
	{ "2025-07-18", 1, "2025-07-21" }, { "2025-07-18", 5, "2025-07-25" }, { "2025-07-18", 20, "2025-08-15" },
	{ "2025-11-21", 1, "2025-11-24" }, { "2025-11-21", 5, "2025-11-28" }, { "2025-11-21", 20, "2025-12-19" },
	{ "2026-03-20", 1, "2026-03-23" }, { "2026-03-20", 5, "2026-03-27" }, { "2026-03-20", 20, "2026-04-20" },
	{ "2026-07-31", 1, "2026-08-03" }, { "2026-07-31", 5, "2026-08-07" }, { "2026-07-31", 20, "2026-08-28" },
	{ "2026-08-21", 1, "2026-08-24" }, { "2026-08-21", 5, "2026-08-28" }, { "2026-08-21", 20, "2026-09-18" },
};

static void
test_known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		int32_t due = 0, from = day(known[i].accepted);
		char text[11];

		assert_true(calendar_add(from, known[i].n, &due));
		clock_format_day(due, text);
		if (strcmp(text, known[i].due) != 0)
			print_error("%s + %d\n", known[i].accepted, known[i].n);
		assert_string_equal(text, known[i].due);
		assert_int_equal(calendar_between(from, due), known[i].n);
	}
	assert_true(sizeof known / sizeof *known >= 200);
}

static void
test_months_and_years(void **state)
{
	static const int by_month[2][12] = {
		{ 19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23 },
		{ 21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23 }, /* as the domain facts print it */
	};

	(void)state;
	for (int y = 2025; y <= 2026; y++) {
		assert_true(calendar_knows(y));
		for (int m = 1; m <= 12; m++) {
			int32_t first = clock_day_of(y, m, 1);
			int32_t last = clock_day_of(y, m, clock_month_days(y, m));

			assert_int_equal(calendar_between(first - (y == 2025 && m == 1 ? 0 : 1), last),
			    by_month[y - 2025][m - 1]);
		}
		assert_int_equal(calendar_between(clock_day_of(y, 1, 1), clock_day_of(y, 12, 31)), 248);
	}
}

/* The notices again, day by day: each holiday is off, each weekend worked instead is worked, and
 * nothing else differs from Monday to Friday. */
static void
test_every_day(void **state)
{
	static const char *const off[] = {
		"2025-01-01", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01",
		"2025-02-02", "2025-02-03", "2025-02-04", "2025-04-04", "2025-04-05", "2025-04-06",
		"2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04", "2025-05-05", "2025-05-31",
		"2025-06-01", "2025-06-02", "2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04",
		"2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08", "2026-01-01", "2026-01-02",
		"2026-01-03", "2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19",
		"2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23", "2026-04-04", "2026-04-05",
		"2026-04-06", "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05",
		"2026-06-19", "2026-06-20", "2026-06-21", "2026-09-25", "2026-09-26", "2026-09-27",
		"2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06",
		"2026-10-07"
	};
	static const char *const worked[] = {
		"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04",
		"2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"
	};

	(void)state;
	for (int32_t d = day("2025-01-01"); d <= day("2026-12-31"); d++) {
		int expected = clock_weekday(d) < 5;
		char text[11];

		clock_format_day(d, text);
		for (size_t i = 0; i < sizeof off / sizeof *off; i++)
			if (strcmp(off[i], text) == 0)
				expected = 0;
		for (size_t i = 0; i < sizeof worked / sizeof *worked; i++)
			if (strcmp(worked[i], text) == 0)
				expected = 1;
		assert_int_equal(calendar_working(d), expected);
	}
}

static void
test_unknown_years(void **state)
{
	int32_t due = 77;

	(void)state;
	assert_false(calendar_knows(2024));
	assert_false(calendar_knows(2027));
	assert_int_equal(calendar_working(day("2027-01-04")), -1);
	assert_int_equal(calendar_working(day("2024-12-31")), -1);
	assert_int_equal(calendar_end(), day("2026-12-31"));
	assert_false(calendar_add(day("2026-12-31"), 1, &due));
	assert_false(calendar_add(day("2026-11-23"), 29, &due));
	assert_false(calendar_add(day("2026-12-18"), 20, &due));
	assert_false(calendar_add(day("2024-12-20"), 3, &due)); /* 2024 is on the way */
	assert_false(calendar_add(day("2026-01-01"), 249, &due));
	assert_false(calendar_add(day("2026-01-01"), INT32_MAX, &due));
	assert_false(calendar_add(day("2026-01-05"), -1, &due));
	assert_int_equal(due, 77);
	assert_true(calendar_add(day("2030-05-05"), 0, &due)); /* rests on no calendar */
	assert_int_equal(due, day("2030-05-05"));
	assert_true(calendar_add(day("2024-12-31"), 2, &due)); /* only the days after it count */
	assert_int_equal(due, day("2025-01-03"));
	assert_int_equal(calendar_between(day("2026-12-30"), day("2027-01-01")), -1);
	assert_int_equal(calendar_between(day("2024-12-30"), day("2025-01-02")), -1);
	assert_int_equal(calendar_between(day("2026-03-03"), day("2026-03-03")), 0);
	assert_int_equal(calendar_between(day("2026-03-09"), day("2026-03-03")), 0);
}

/* For every day of both years and many n: a due day is a working day, it grows with n and with the
 * day of acceptance, it counts back to n, sums of promises are promises of sums, and the way back
 * leads home. */
static void
test_properties(void **state)
{
	(void)state;
	for (int32_t d = day("2025-01-01"); d < day("2026-10-01"); d++) {
		int32_t before = d;

		for (int n = 1; n <= 45; n++) {
			struct duration n_days = { n, DURATION_WORKING_DAYS, (char *)(uintptr_t)"x" };
			int32_t due, other, back;

			assert_true(calendar_add(d, n, &due));
			assert_int_equal(calendar_working(due), 1);
			assert_true(due > before);
			assert_int_equal(calendar_between(d, due), n);
			assert_int_equal(calendar_between(d, due - 1), n - 1);
			assert_true(calendar_add(before, 1, &other));
			assert_int_equal(other, due);
			assert_true(calendar_add(d + 1, n, &other));
			assert_true(other >= due && calendar_between(due, other) <= 1);
			assert_true(calendar_due(d, &n_days, &other));
			assert_int_equal(other, due);
			if (d - 366 < day("2025-01-01") || calendar_working(d) != 1) {
				before = due;
				continue;
			}
			assert_true(calendar_shift(due, &n_days, -1, &back));
			assert_int_equal(back, d);
			before = due;
		}
	}
}

static void
due_is(const char *from, const char *promise, const char *expected)
{
	struct duration d;
	int32_t due;
	char text[11];

	assert_true(duration_parse(promise, &d));
	assert_true(calendar_due(day(from), &d, &due));
	clock_format_day(due, text);
	assert_string_equal(text, expected);
}

static void
test_due(void **state)
{
	struct duration none = { 0, DURATION_DAYS, NULL }, d;
	int32_t due;

	(void)state;
	due_is("2026-11-20", "当场", "2026-11-20");
	due_is("2026-10-03", "当场", "2026-10-03");
	due_is("2026-11-20", "2小时", "2026-11-20");
	due_is("2026-11-20", "30分钟", "2026-11-20");
	due_is("2026-11-20", "20个工作日", "2026-12-18");
	due_is("2026-11-20", "10 working days", "2026-12-04");
	due_is("2026-12-20", "30日", "2027-01-19"); /* calendar days rest on no notice */
	due_is("2026-12-20", "2周", "2027-01-03");
	due_is("2026-01-31", "1个月", "2026-02-28");
	due_is("2026-11-30", "3个月", "2027-02-28");
	due_is("2027-11-30", "3 months", "2028-02-29");
	due_is("2024-02-29", "1年", "2025-02-28");
	due_is("2026-03-01", "3 years", "2029-03-01");
	assert_false(calendar_due(day("2026-01-01"), &none, &due));
	assert_true(duration_parse("20个工作日", &d));
	assert_false(calendar_due(day("2026-12-10"), &d, &due));
}

static void
test_shift(void **state)
{
	struct duration d;
	int32_t out;

	(void)state;
	assert_true(duration_parse("30日", &d));
	assert_true(calendar_shift(day("2026-03-10"), &d, -1, &out));
	assert_int_equal(out, day("2026-02-08"));
	assert_true(duration_parse("12个月", &d));
	assert_true(calendar_shift(day("2026-03-10"), &d, -1, &out));
	assert_int_equal(out, day("2025-03-10"));
	assert_true(duration_parse("2 years", &d));
	assert_true(calendar_shift(day("2026-03-10"), &d, 1, &out));
	assert_int_equal(out, day("2028-03-10"));
	assert_true(duration_parse("5个工作日", &d));
	assert_true(calendar_shift(day("2026-02-27"), &d, -1, &out));
	assert_int_equal(out, day("2026-02-13"));
	assert_false(calendar_shift(day("2025-01-03"), &d, -1, &out));
	assert_true(duration_parse("36小时", &d));
	assert_true(calendar_shift(day("2026-03-10"), &d, 1, &out));
	assert_int_equal(out, day("2026-03-12"));
}

static void
test_full_months(void **state)
{
	static const struct { const char *from, *to; int months; } cases[] = {
		{ "2025-03-15", "2025-03-15", 0 }, { "2025-03-15", "2025-04-14", 0 },
		{ "2025-03-15", "2025-04-15", 1 }, { "2025-03-15", "2026-03-14", 11 },
		{ "2025-03-15", "2026-03-15", 12 }, { "2025-01-31", "2025-02-27", 0 },
		{ "2025-01-31", "2025-02-28", 1 }, { "2024-02-29", "2025-02-27", 11 },
		{ "2024-02-29", "2025-02-28", 12 }, { "2019-09-01", "2025-08-31", 71 },
		{ "2019-08-31", "2025-08-31", 72 }, { "2025-04-15", "2025-03-15", -1 },
		{ "2025-12-31", "2026-01-01", 0 }, { "1990-03-07", "2026-11-20", 440 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(calendar_months(day(cases[i].from), day(cases[i].to)), cases[i].months);
	for (int32_t d = day("2023-01-01"); d < day("2025-01-01"); d += 3)
		for (int n = 0; n < 50; n++) {
			int32_t then = clock_add_months(d, n);

			assert_int_equal(calendar_months(d, then), n);
			assert_true(n == 0 || calendar_months(d, then - 1) == n - 1);
		}
}

static void
test_durations(void **state)
{
	static const struct { const char *text; int n; enum duration_unit unit; } good[] = {
		{ "10个工作日", 10, DURATION_WORKING_DAYS }, { "3工作日", 3, DURATION_WORKING_DAYS },
		{ "10 个工作日", 10, DURATION_WORKING_DAYS }, { "30日", 30, DURATION_DAYS },
		{ "30天", 30, DURATION_DAYS }, { "5个自然日", 5, DURATION_DAYS },
		{ "2周", 14, DURATION_DAYS }, { "1个星期", 7, DURATION_DAYS },
		{ "12个月", 12, DURATION_MONTHS }, { "半年", 6, DURATION_MONTHS },
		{ "3年", 3, DURATION_YEARS }, { "3周岁", 3, DURATION_YEARS }, { "18岁", 18, DURATION_YEARS },
		{ "2小时", 2, DURATION_HOURS }, { "24个小时", 24, DURATION_HOURS },
		{ "30分钟", 30, DURATION_MINUTES }, { "当场", 0, DURATION_WORKING_DAYS },
		{ "10 working days", 10, DURATION_WORKING_DAYS },
		{ "1 working day", 1, DURATION_WORKING_DAYS }, { "30 days", 30, DURATION_DAYS },
		{ "12 months", 12, DURATION_MONTHS }, { "3 years", 3, DURATION_YEARS },
		{ "2 hours", 2, DURATION_HOURS }, { "45 minutes", 45, DURATION_MINUTES },
		{ "0日", 0, DURATION_DAYS }, { "on the spot", 0, DURATION_WORKING_DAYS },
		{ "9999日", 9999, DURATION_DAYS },
	};
	static const char *const bad[] = {
		"", "日", "10", "-1日", "+1日", "1.5日", "010日", "10 000日", "10000日", "99999999999999日",
		"10个", "10月", "十日", "10工作", "10 working", "10日 ", " 10日", "１０日", "10  days",
		"ten days", "当场办", "10个工作日内", "days", "0", "10d",
	};
	struct duration d;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(duration_parse(good[i].text, &d));
		assert_int_equal(d.n, good[i].n);
		assert_int_equal(d.unit, good[i].unit);
		assert_ptr_equal(d.text, good[i].text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(duration_parse(bad[i], &d));
}

static void
test_read_day(void **state)
{
	int32_t today = day("2026-11-20"), d;

	(void)state;
	assert_true(calendar_read_day("2026-02-28", today, &d) && d == day("2026-02-28"));
	assert_true(calendar_read_day("today", today, &d) && d == today);
	assert_true(calendar_read_day("today - 3日", today, &d) && d == today - 3);
	assert_true(calendar_read_day("today-3 days", today, &d) && d == today - 3);
	assert_true(calendar_read_day("today + 2个月", today, &d) && d == day("2027-01-20"));
	assert_true(calendar_read_day("today + 20个工作日", today, &d) && d == day("2026-12-18"));
	assert_true(calendar_read_day("2026-11-19T16:30:00Z", today, &d) && d == today);
	assert_false(calendar_read_day("2026-02-29", today, &d));
	assert_false(calendar_read_day("today -", today, &d));
	assert_false(calendar_read_day("today 3日", today, &d));
	assert_false(calendar_read_day("todays", today, &d));
	assert_false(calendar_read_day("yesterday", today, &d));
	assert_false(calendar_read_day("today + 40个工作日", today, &d));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_months_and_years),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_unknown_years),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_full_months),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_read_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
