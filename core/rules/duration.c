/* Reads durations as people write them in event files. */
#include "rules/calendar.h"

#include <string.h>

#include "base/clock.h"

enum { DURATION_CEILING = 9999 }; /* no promise is longer, and no sum of dates can overflow */

static const struct { const char *word; enum duration_unit unit; int times; } units[] = {
	{ "个工作日", DURATION_WORKING_DAYS, 1 },
	{ "工作日", DURATION_WORKING_DAYS, 1 },
	{ "日", DURATION_DAYS, 1 },
	{ "天", DURATION_DAYS, 1 },
	{ "个自然日", DURATION_DAYS, 1 },
	{ "自然日", DURATION_DAYS, 1 },
	{ "周", DURATION_DAYS, 7 },
	{ "个星期", DURATION_DAYS, 7 },
	{ "个月", DURATION_MONTHS, 1 },
	{ "年", DURATION_YEARS, 1 },
	{ "周年", DURATION_YEARS, 1 },
	{ "周岁", DURATION_YEARS, 1 },
	{ "岁", DURATION_YEARS, 1 },
	{ "小时", DURATION_HOURS, 1 },
	{ "个小时", DURATION_HOURS, 1 },
	{ "分钟", DURATION_MINUTES, 1 },
	{ "working days", DURATION_WORKING_DAYS, 1 },
	{ "working day", DURATION_WORKING_DAYS, 1 },
	{ "calendar days", DURATION_DAYS, 1 },
	{ "days", DURATION_DAYS, 1 },
	{ "day", DURATION_DAYS, 1 },
	{ "weeks", DURATION_DAYS, 7 },
	{ "week", DURATION_DAYS, 7 },
	{ "months", DURATION_MONTHS, 1 },
	{ "month", DURATION_MONTHS, 1 },
	{ "years", DURATION_YEARS, 1 },
	{ "year", DURATION_YEARS, 1 },
	{ "hours", DURATION_HOURS, 1 },
	{ "hour", DURATION_HOURS, 1 },
	{ "minutes", DURATION_MINUTES, 1 },
	{ "minute", DURATION_MINUTES, 1 },
};

static const struct { const char *text; enum duration_unit unit; int n; } phrases[] = {
	{ "当场", DURATION_WORKING_DAYS, 0 },
	{ "即时", DURATION_WORKING_DAYS, 0 },
	{ "当日", DURATION_WORKING_DAYS, 0 },
	{ "当天", DURATION_WORKING_DAYS, 0 },
	{ "半年", DURATION_MONTHS, 6 },
	{ "on the spot", DURATION_WORKING_DAYS, 0 },
	{ "same day", DURATION_WORKING_DAYS, 0 },
};

/* A whole number without sign or leading zero; returns what follows it, NULL when there is none. */
static const char *
read_count(const char *s, int *n)
{
	const char *p = s;

	*n = 0;
	while (*p >= '0' && *p <= '9') {
		*n = *n * 10 + (*p++ - '0');
		if (*n > DURATION_CEILING)
			return NULL;
	}
	return p == s || (*s == '0' && p != s + 1) ? NULL : p;
}

bool
duration_parse(const char *s, struct duration *out)
{
	const char *rest;
	int n;

	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
		if (strcmp(s, phrases[i].text) != 0)
			continue;
		*out = (struct duration){ phrases[i].n, phrases[i].unit, (char *)(uintptr_t)s };
		return true;
	}
	rest = read_count(s, &n);
	if (!rest)
		return false;
	if (*rest == ' ')
		rest++;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(rest, units[i].word) != 0)
			continue;
		*out = (struct duration){ n * units[i].times, units[i].unit, (char *)(uintptr_t)s };
		return true;
	}
	return false;
}

/* "today", "today - 3日", "today + 2个月"; working days where the calendar is known. */
static bool
relative_day(const char *s, int32_t today, int32_t *day)
{
	struct duration d;
	int sign;

	if (strncmp(s, "today", 5) != 0)
		return false;
	s += 5;
	if (*s == '\0') {
		*day = today;
		return true;
	}
	while (*s == ' ')
		s++;
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '-' ? -1 : 1;
	while (*s == ' ')
		s++;
	return duration_parse(s, &d) && calendar_shift(today, &d, sign, day);
}

bool
calendar_read_day(const char *s, int32_t today, int32_t *day)
{
	int64_t us;

	if (clock_parse_day(s, day) || relative_day(s, today, day))
		return true;
	if (!clock_parse(s, &us))
		return false;
	*day = clock_day(us);
	return true;
}
