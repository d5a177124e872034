#include "rules/compare.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"

struct moment { int32_t day; int64_t us; bool exact; };

size_t
compare_place(const char *code)
{
	size_t n = strlen(code);

	while (n > 2 && n <= 6 && n % 2 == 0 && code[n - 1] == '0' && code[n - 2] == '0')
		n -= 2;
	return n > 6 ? 6 : n;
}

/* ---- days ---- */

static bool
moment_of(const json_t *value, int32_t today, struct moment *m)
{
	const char *s = json_string_value(value);

	if (!s)
		return false;
	m->exact = clock_parse(s, &m->us);
	if (m->exact) {
		m->day = clock_day(m->us);
		return true;
	}
	return calendar_read_day(s, today, &m->day);
}

static int
order(const struct moment *a, const struct moment *b)
{
	if (a->exact && b->exact)
		return a->us < b->us ? -1 : a->us > b->us;
	return a->day < b->day ? -1 : a->day > b->day;
}

/* At most that long before today. Months and years: the day on which they are full is past it ("12个
 * 月": a child who is not yet one). Days: the n-th day after is still in it. */
static enum truth
within(int32_t day, const char *text, int32_t today)
{
	struct duration d;
	int32_t last;
	int n;

	if (!text || !duration_parse(text, &d))
		return UNKNOWN;
	if (day >= today)
		return YES;
	switch (d.unit) {
	case DURATION_MONTHS:
		return clock_add_months(day, d.n) > today ? YES : NO;
	case DURATION_YEARS:
		return clock_add_months(day, d.n * 12) > today ? YES : NO;
	case DURATION_WORKING_DAYS:
		n = calendar_between(day, today);
		return n < 0 ? UNKNOWN : n <= d.n ? YES : NO;
	default:
		return calendar_shift(day, &d, 1, &last) ? truth(last >= today) : UNKNOWN;
	}
}

/* The second argument of years_on: a date, or "08-31" of this year. */
static bool
day_on(const json_t *value, int32_t today, int32_t *day)
{
	const char *s = json_string_value(value);
	int year, month, mday;
	char text[11];

	if (!s || strlen(s) != 5 || s[2] != '-')
		return s && calendar_read_day(s, today, day);
	clock_split(today, &year, &month, &mday);
	snprintf(text, sizeof text, "%04u-%s", (unsigned)year % 10000u, s);
	if (strcmp(s, "02-29") == 0 && clock_month_days(year, 2) == 28)
		memcpy(text + 5, "02-28", 6);
	return clock_parse_day(text, day);
}

bool
compare_months(const json_t *from, const json_t *to, int32_t today, int *months)
{
	struct moment start;
	int32_t end = today;

	if (!moment_of(from, today, &start) || (to && !day_on(to, today, &end)))
		return false;
	*months = calendar_months(start.day, end);
	return true;
}

/* ---- values ---- */

static bool
same_scalar(const json_t *a, const json_t *b)
{
	const json_t *division = json_object_get(a, "division");

	if (json_is_number(a) && json_is_number(b)) {
		if (json_is_integer(a) && json_is_integer(b))
			return json_integer_value(a) == json_integer_value(b);
		return !(json_number_value(a) < json_number_value(b)) &&
		    !(json_number_value(a) > json_number_value(b));
	}
	if (json_is_string(division) && json_is_string(b)) /* an address lies in a division */
		return strncmp(json_string_value(division), json_string_value(b),
		    compare_place(json_string_value(b))) == 0;
	return json_equal(a, b);
}

bool
compare_same(const json_t *a, const json_t *b)
{
	const json_t *many = json_is_array(a) ? a : json_is_array(b) ? b : NULL;
	const json_t *one = many == a ? b : a;

	if (!many || json_is_array(one))
		return same_scalar(a, b);
	for (size_t i = 0; i < json_array_size(many); i++)
		if (same_scalar(json_array_get(many, i), one))
			return true;
	return false;
}

static enum truth
number_order(enum expr_op op, const json_t *a, const json_t *b)
{
	double x, y;

	if (!json_is_number(a) || !json_is_number(b))
		return UNKNOWN;
	x = json_number_value(a);
	y = json_number_value(b);
	switch (op) {
	case EXPR_UNDER: return truth(x < y);
	case EXPR_OVER: return truth(x > y);
	case EXPR_AT_LEAST: return truth(x >= y);
	default: return truth(x <= y);
	}
}

static enum truth
day_order(enum expr_op op, const json_t *a, const json_t *b, int32_t today)
{
	struct moment x, y;

	if (!moment_of(a, today, &x))
		return UNKNOWN;
	if (op == EXPR_WITHIN)
		return within(x.day, json_string_value(b), today);
	if (!moment_of(b, today, &y))
		return UNKNOWN;
	return truth(op == EXPR_BEFORE ? order(&x, &y) < 0 : order(&x, &y) > 0);
}

static enum truth
between(const json_t *a, const json_t *low, const json_t *high, int32_t today)
{
	struct moment x, l, h;

	if (json_is_number(a) && json_is_number(low) && json_is_number(high))
		return truth(json_number_value(a) >= json_number_value(low) &&
		    json_number_value(a) <= json_number_value(high));
	if (!moment_of(a, today, &x) || !moment_of(low, today, &l) || !moment_of(high, today, &h))
		return UNKNOWN;
	return truth(order(&x, &l) >= 0 && order(&x, &h) <= 0);
}

enum truth
compare_values(enum expr_op op, const json_t *a, const json_t *b, const json_t *c, int32_t today)
{
	switch (op) {
	case EXPR_IS:
		return truth(compare_same(a, b));
	case EXPR_IS_NOT:
		return truth(!compare_same(a, b));
	case EXPR_BETWEEN:
		return c ? between(a, b, c, today) : UNKNOWN;
	case EXPR_WITHIN:
	case EXPR_BEFORE:
	case EXPR_AFTER:
		return day_order(op, a, b, today);
	default:
		return number_order(op, a, b);
	}
}
