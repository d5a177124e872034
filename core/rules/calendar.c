#include "rules/calendar.h"

#include "base/clock.h"

/* A year is added here when its notice is out (usually in November), days as month * 100 + day. */
struct span { int16_t from, to; };
struct year {
	int year;
	struct span off[8];      /* holidays as announced; ends with 0 */
	int16_t worked[8];       /* Saturdays and Sundays worked instead; ends with 0 */
};

static const struct year years[] = {
	/* 国办发明电〔2024〕12号, 2024-11-12 */
	{ 2025,
	    { { 101, 101 }, { 128, 204 }, { 404, 406 }, { 501, 505 }, { 531, 602 }, { 1001, 1008 } },
	    { 126, 208, 427, 928, 1011 } },
	/* 国务院办公厅关于2026年部分节假日安排的通知, 2025-11-04 */
	{ 2026,
	    { { 101, 103 }, { 215, 223 }, { 404, 406 }, { 501, 505 }, { 619, 621 }, { 925, 927 },
	      { 1001, 1007 } },
	    { 104, 214, 228, 509, 920, 1010 } },
};

enum { N_YEARS = sizeof years / sizeof *years };

static const struct year *
find_year(int year)
{
	for (int i = 0; i < N_YEARS; i++)
		if (years[i].year == year)
			return &years[i];
	return NULL;
}

bool
calendar_knows(int year)
{
	return find_year(year) != NULL;
}

int32_t
calendar_end(void)
{
	return clock_day_of(years[N_YEARS - 1].year, 12, 31);
}

int
calendar_working(int32_t day)
{
	int y, m, d, date;
	const struct year *year;

	clock_split(day, &y, &m, &d);
	year = find_year(y);
	if (!year)
		return -1;
	date = m * 100 + d;
	if (clock_weekday(day) >= 5) {
		for (const int16_t *w = year->worked; *w; w++)
			if (*w == date)
				return 1;
		return 0;
	}
	for (const struct span *s = year->off; s->from; s++)
		if (date >= s->from && date <= s->to)
			return 0;
	return 1;
}

/* The n-th working day from `day` on, in steps of +1 or -1. */
static bool
walk(int32_t day, int n, int step, int32_t *out)
{
	while (n > 0) {
		int working;

		day += step;
		working = calendar_working(day);
		if (working < 0)
			return false;
		n -= working;
	}
	*out = day;
	return true;
}

bool
calendar_add(int32_t day, int n, int32_t *due)
{
	return n >= 0 && walk(day, n, 1, due);
}

int
calendar_between(int32_t from, int32_t to)
{
	int n = 0;

	for (int32_t day = from + 1; day <= to; day++) {
		int working = calendar_working(day);

		if (working < 0)
			return -1;
		n += working;
	}
	return n;
}

/* Whole days that hours or minutes reach at most. */
static int
in_days(const struct duration *d)
{
	int per_day = d->unit == DURATION_HOURS ? 24 : 24 * 60;

	return (d->n + per_day - 1) / per_day;
}

bool
calendar_shift(int32_t day, const struct duration *d, int sign, int32_t *out)
{
	int step = sign < 0 ? -1 : 1;

	switch (d->unit) {
	case DURATION_WORKING_DAYS:
		return walk(day, d->n, step, out);
	case DURATION_DAYS:
		*out = day + step * d->n;
		return true;
	case DURATION_MONTHS:
		*out = clock_add_months(day, step * d->n);
		return true;
	case DURATION_YEARS:
		*out = clock_add_months(day, step * d->n * 12);
		return true;
	case DURATION_HOURS:
	case DURATION_MINUTES:
		*out = day + step * in_days(d);
		return true;
	}
	return false;
}

bool
calendar_due(int32_t day, const struct duration *d, int32_t *due)
{
	if (!d->text)
		return false;
	if (d->unit == DURATION_HOURS || d->unit == DURATION_MINUTES) {
		*due = day;
		return true;
	}
	return calendar_shift(day, d, 1, due);
}

int
calendar_months(int32_t from, int32_t to)
{
	int y1, m1, d1, y2, m2, d2, n;

	if (to < from)
		return -calendar_months(to, from);
	clock_split(from, &y1, &m1, &d1);
	clock_split(to, &y2, &m2, &d2);
	n = (y2 - y1) * 12 + m2 - m1;
	return clock_add_months(from, n) > to ? n - 1 : n;
}
