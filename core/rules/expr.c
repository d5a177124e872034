#include "rules/expr.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/number.h"

/* Three-valued: a comparison with unknown is UNKNOWN while `sure` (is it decided?), else NO. What is
 * decided to be YES or NO is the same both ways, so expr_decided and expr_holds never disagree. */
enum truth { NO, YES, UNKNOWN };

/* Terms may speak of terms. The reader refuses circles; these limits keep a bad file from hanging. */
enum { EXPR_DEPTH = 64, EXPR_STEPS = 20000 };

struct run {
	const struct facts *facts;
	bool sure;
	int depth, steps;
};

struct held { /* a value: lent, and kept alive by `own` where it had to be made */
	const json_t *value;
	json_t *own;
};

struct moment { int32_t day; int64_t us; bool exact; };

static struct held value_of(struct run *r, const struct expr *e);
static enum truth judge(struct run *r, const struct expr *e);

static struct held
lent(const json_t *value)
{
	return (struct held){ json_is_null(value) ? NULL : value, NULL };
}

static struct held
made(json_t *value)
{
	return (struct held){ value, value };
}

static void
drop(struct held h)
{
	json_decref(h.own);
}

static bool
enter(struct run *r)
{
	if (r->depth >= EXPR_DEPTH || r->steps >= EXPR_STEPS)
		return false;
	r->depth++;
	r->steps++;
	return true;
}

static enum truth
truth(bool b)
{
	return b ? YES : NO;
}

/* ---- what a reference speaks of ---- */

/* Digits of a place's code that say something: 350000 is the province 35, 350100 the city 3501. */
static size_t
place_prefix(const char *code)
{
	size_t n = strlen(code);

	while (n > 2 && n <= 6 && n % 2 == 0 && code[n - 1] == '0' && code[n - 2] == '0')
		n -= 2;
	return n > 6 ? 6 : n;
}

static const json_t *
here(const struct facts *f, int figure)
{
	const struct event *event = f->event;
	const json_t *best = event->figures[figure].usual;
	size_t longest = 0;

	for (size_t i = 0; f->division && i < event->n_places; i++) {
		const struct place *p = &event->places[i];
		size_t n = place_prefix(p->code);
		const json_t *value;

		if (n <= longest || strncmp(p->code, f->division, n) != 0)
			continue;
		value = json_object_get(p->figures, event->figures[figure].id);
		if (value) {
			best = value;
			longest = n;
		}
	}
	return best;
}

static struct held
term_value(struct run *r, const struct term *term)
{
	for (size_t i = 0; i < term->n_rows; i++) {
		const struct term_row *row = &term->rows[i];
		enum truth t = row->when ? judge(r, row->when) : YES;

		if (t == UNKNOWN) /* it cannot be said whether this row or a later one counts */
			break;
		if (t == YES)
			return row->value_expr ? value_of(r, row->value_expr) : lent(row->value);
	}
	return lent(NULL);
}

static struct held
referred(struct run *r, const struct expr *e)
{
	const struct facts *f = r->facts;
	const struct event *event = f->event;

	switch (e->space) {
	case EXPR_ANSWER:
		return lent(json_object_get(f->form, event->questions[e->index].id));
	case EXPR_RECORD:
		return lent(json_object_get(
		    json_object_get(f->records, event->records[e->index].id), e->name));
	case EXPR_RESULT:
		return lent(f->outputs ? json_object_get(f->outputs[e->index], e->name) : NULL);
	case EXPR_APPLICANT:
		return lent(json_object_get(f->applicant, e->name));
	case EXPR_TERM:
		return term_value(r, &event->terms[e->index]);
	case EXPR_HERE:
		return lent(here(f, e->index));
	case EXPR_CHOSEN:
		return lent(json_boolean(f->chosen >> e->index & 1));
	case EXPR_SIGNED:
		return lent(json_object_get(f->form, event->signs[e->index].id));
	case EXPR_EACH:
		return lent(json_object_get(f->each, e->name));
	}
	return lent(NULL);
}

static struct held
derived(struct run *r, const struct expr *e)
{
	struct held from = referred(r, e);
	struct held to = lent(NULL);

	if (from.value)
		to = made(number_derive(e->derive, from.value, r->facts->today));
	drop(from);
	return to;
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

static struct held
span_value(struct run *r, const struct expr *e)
{
	int32_t today = r->facts->today, to = today;
	struct held a = e->n_args > 0 ? value_of(r, e->args[0]) : lent(NULL);
	struct held b = e->n_args > 1 ? value_of(r, e->args[1]) : lent(NULL);
	struct held out = lent(NULL);
	struct moment from;

	if (moment_of(a.value, today, &from) &&
	    (e->n_args < 2 || day_on(b.value, today, &to))) {
		int n = calendar_months(from.day, to);

		out = made(json_integer(e->op == EXPR_YEARS_ON ? n / 12 : n));
	}
	drop(a);
	drop(b);
	return out;
}

/* ---- comparisons ---- */

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
		    place_prefix(json_string_value(b))) == 0;
	return json_equal(a, b);
}

/* Several choices are "x" when x is among them. */
static bool
same(const json_t *a, const json_t *b)
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
compare_number(enum expr_op op, const json_t *a, const json_t *b)
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
compare_day(enum expr_op op, const json_t *a, const json_t *b, int32_t today)
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

static enum truth
one_of(struct run *r, const struct expr *e, const json_t *a)
{
	enum truth t = NO;

	for (size_t i = 1; i < e->n_args; i++) {
		struct held b = value_of(r, e->args[i]);
		bool hit = b.value && same(a, b.value);

		if (!b.value)
			t = UNKNOWN;
		drop(b);
		if (hit)
			return YES;
	}
	return t;
}

static enum truth
compare_with(struct run *r, const struct expr *e, const json_t *a)
{
	struct held b = value_of(r, e->args[1]), c;
	int32_t today = r->facts->today;
	enum truth t = UNKNOWN;

	if (!b.value)
		return UNKNOWN;
	switch (e->op) {
	case EXPR_IS:
		t = truth(same(a, b.value));
		break;
	case EXPR_IS_NOT:
		t = truth(!same(a, b.value));
		break;
	case EXPR_BETWEEN:
		c = e->n_args > 2 ? value_of(r, e->args[2]) : lent(NULL);
		if (c.value)
			t = between(a, b.value, c.value, today);
		drop(c);
		break;
	case EXPR_WITHIN:
	case EXPR_BEFORE:
	case EXPR_AFTER:
		t = compare_day(e->op, a, b.value, today);
		break;
	default:
		t = compare_number(e->op, a, b.value);
		break;
	}
	drop(b);
	return t;
}

static enum truth
compare(struct run *r, const struct expr *e)
{
	struct held a = e->n_args > 0 ? value_of(r, e->args[0]) : lent(NULL);
	enum truth t = UNKNOWN;

	if (a.value && e->op == EXPR_ONE_OF)
		t = one_of(r, e, a.value);
	else if (a.value && e->n_args > 1)
		t = compare_with(r, e, a.value);
	drop(a);
	return t;
}

/* `known` is always decided, so it is asked of the value as conditions see it. */
static enum truth
known(struct run *r, const struct expr *e)
{
	bool sure = r->sure, is;
	struct held a;

	r->sure = false;
	a = e->n_args > 0 ? value_of(r, e->args[0]) : lent(NULL);
	is = a.value != NULL;
	r->sure = sure;
	drop(a);
	return truth(is);
}

static enum truth
junction(struct run *r, const struct expr *e, enum truth ends)
{
	enum truth t = ends == YES ? NO : YES;

	for (size_t i = 0; i < e->n_args; i++) {
		enum truth one = judge(r, e->args[i]);

		if (one == ends)
			return ends;
		if (one == UNKNOWN)
			t = UNKNOWN;
	}
	return t;
}

static enum truth
negated(enum truth t)
{
	return t == UNKNOWN ? UNKNOWN : t == YES ? NO : YES;
}

static enum truth
judge_inside(struct run *r, const struct expr *e)
{
	struct held h;
	enum truth t;

	switch (e->op) {
	case EXPR_AND:
		return junction(r, e, NO);
	case EXPR_OR:
		return junction(r, e, YES);
	case EXPR_NOT:
		return e->n_args > 0 ? negated(judge(r, e->args[0])) : UNKNOWN;
	case EXPR_KNOWN:
		return known(r, e);
	case EXPR_CONST:
	case EXPR_REF:
	case EXPR_MONTHS_UNTIL:
	case EXPR_YEARS_ON:
		h = value_of(r, e);
		t = h.value ? truth(json_is_true(h.value)) : UNKNOWN;
		drop(h);
		return t;
	default:
		return compare(r, e);
	}
}

static enum truth
judge(struct run *r, const struct expr *e)
{
	enum truth t;

	if (!enter(r))
		return r->sure ? UNKNOWN : NO;
	t = judge_inside(r, e);
	r->depth--;
	return t == UNKNOWN && !r->sure ? NO : t;
}

static struct held
value_inside(struct run *r, const struct expr *e)
{
	struct run sure = *r;
	enum truth t;

	switch (e->op) {
	case EXPR_CONST:
		return lent(e->value);
	case EXPR_REF:
		return e->derive == EXPR_PLAIN ? referred(r, e) : derived(r, e);
	case EXPR_MONTHS_UNTIL:
	case EXPR_YEARS_ON:
		return span_value(r, e);
	default: /* a condition as a value is told only when it is decided */
		sure.sure = true;
		t = judge_inside(&sure, e);
		r->steps = sure.steps;
		return lent(t == UNKNOWN ? NULL : t == YES ? json_true() : json_false());
	}
}

static struct held
value_of(struct run *r, const struct expr *e)
{
	struct held h;

	if (!enter(r))
		return lent(NULL);
	h = value_inside(r, e);
	r->depth--;
	return h;
}

bool
expr_holds(const struct expr *e, const struct facts *f)
{
	struct run r = { f, false, 0, 0 };

	return !e || judge(&r, e) == YES;
}

bool
expr_decided(const struct expr *e, const struct facts *f)
{
	struct run r = { f, true, 0, 0 };
	struct held h;
	bool decided;

	if (!e)
		return true;
	h = value_of(&r, e);
	decided = h.value != NULL;
	drop(h);
	return decided;
}

json_t *
expr_value(const struct expr *e, const struct facts *f)
{
	struct run r = { f, false, 0, 0 };
	struct held h = value_of(&r, e);

	/* references are counted atomically, so lending what the event owns to a body is safe */
	return h.own ? h.own : h.value ? json_incref((json_t *)(uintptr_t)h.value) : NULL;
}
