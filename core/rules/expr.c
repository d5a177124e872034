#include "rules/expr.h"

#include <string.h>

#include "rules/compare.h"
#include "rules/number.h"

/* Three-valued: a comparison with unknown is UNKNOWN while `sure` (is it decided?), else NO. What is
 * decided to be YES or NO is the same both ways, so expr_decided and expr_holds never disagree. */

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

/* ---- what a reference speaks of ---- */

static const json_t *
here(const struct facts *f, int figure)
{
	const struct event *event = f->event;
	const json_t *best = event->figures[figure].usual;
	size_t longest = 0;

	for (size_t i = 0; f->division && i < event->n_places; i++) {
		const struct place *p = &event->places[i];
		size_t n = compare_place(p->code);
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

/* ---- comparisons ---- */

static struct held
span_value(struct run *r, const struct expr *e)
{
	struct held a = e->n_args > 0 ? value_of(r, e->args[0]) : lent(NULL);
	struct held b = e->n_args > 1 ? value_of(r, e->args[1]) : lent(NULL);
	struct held out = lent(NULL);
	int months;

	if (a.value && (b.value || e->n_args < 2) &&
	    compare_months(a.value, b.value, r->facts->today, &months))
		out = made(json_integer(e->op == EXPR_YEARS_ON ? months / 12 : months));
	drop(a);
	drop(b);
	return out;
}

static enum truth
one_of(struct run *r, const struct expr *e, const json_t *a)
{
	enum truth t = NO;

	for (size_t i = 1; i < e->n_args; i++) {
		struct held b = value_of(r, e->args[i]);
		bool hit = b.value && compare_same(a, b.value);

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
	struct held b = value_of(r, e->args[1]);
	struct held c = e->n_args > 2 ? value_of(r, e->args[2]) : lent(NULL);
	enum truth t = b.value ? compare_values(e->op, a, b.value, c.value, r->facts->today) : UNKNOWN;

	drop(b);
	drop(c);
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

/* `known` is always decided, so it is asked of the value as conditions see it. No rows, no choices:
 * nothing is known. */
static enum truth
known(struct run *r, const struct expr *e)
{
	bool sure = r->sure, is;
	struct held a;

	r->sure = false;
	a = e->n_args > 0 ? value_of(r, e->args[0]) : lent(NULL);
	is = a.value && !(json_is_array(a.value) && json_array_size(a.value) == 0);
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

/* ---- lists ---- */

/* The condition, asked of one row. */
static enum truth
judge_row(struct run *r, const struct expr *condition, const json_t *row)
{
	struct facts facts = *r->facts;
	struct run inner = *r;
	enum truth t;

	facts.each = row;
	inner.facts = &facts;
	t = judge(&inner, condition);
	r->steps = inner.steps;
	return t;
}

static enum truth
every(struct run *r, const struct expr *e)
{
	struct held list = value_of(r, e->args[0]);
	enum truth t = json_is_array(list.value) ? YES : UNKNOWN;

	for (size_t i = 0; i < json_array_size(list.value) && t != NO; i++) {
		enum truth one = judge_row(r, e->args[1], json_array_get(list.value, i));

		t = one == YES ? t : one;
	}
	drop(list);
	return t;
}

static struct held
where(struct run *r, const struct expr *e)
{
	struct held list = value_of(r, e->args[0]);
	json_t *rows = json_is_array(list.value) ? json_array() : NULL;

	for (size_t i = 0; rows && i < json_array_size(list.value); i++) {
		json_t *row = json_array_get(list.value, i);
		enum truth t = judge_row(r, e->args[1], row);

		if (t == NO || (t == YES && json_array_append(rows, row) == 0))
			continue;
		json_decref(rows); /* which rows they are cannot be said */
		rows = NULL;
	}
	drop(list);
	return made(rows);
}

/* A row with the columns alone that it is asked for. */
static json_t *
narrowed(const json_t *row, const struct expr *e)
{
	json_t *some = json_object();

	for (size_t i = 1; some && i < e->n_args; i++) {
		const char *name = json_string_value(e->args[i]->value);
		json_t *value = name ? json_object_get(row, name) : NULL;

		if (value && json_object_set(some, name, value) != 0) {
			json_decref(some);
			some = NULL;
		}
	}
	return some;
}

static struct held
only(struct run *r, const struct expr *e)
{
	struct held list = value_of(r, e->args[0]);
	json_t *rows = json_is_array(list.value) ? json_array() : NULL;

	for (size_t i = 0; rows && i < json_array_size(list.value); i++)
		if (json_array_append_new(rows, narrowed(json_array_get(list.value, i), e)) != 0) {
			json_decref(rows);
			rows = NULL;
		}
	drop(list);
	return made(rows);
}

/* It speaks of the row alone, so it does not outlive the list unless it is kept. */
static struct held
of_row(struct run *r, const struct expr *e)
{
	struct held list = value_of(r, e->args[0]), value = lent(NULL);
	struct facts facts = *r->facts;
	struct run inner = *r;

	facts.each = json_array_get(list.value, (size_t)e->index);
	inner.facts = &facts;
	if (facts.each)
		value = value_of(&inner, e->args[1]);
	r->steps = inner.steps;
	if (value.value && !value.own)
		value = made(json_incref((json_t *)(uintptr_t)value.value));
	drop(list);
	return value;
}

/* ---- the whole ---- */

static struct held
either(struct run *r, const struct expr *e)
{
	struct held h = lent(NULL);

	for (size_t i = 0; i < e->n_args && !h.value; i++)
		h = value_of(r, e->args[i]);
	return h;
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
	case EXPR_EVERY:
		return e->n_args > 1 ? every(r, e) : UNKNOWN;
	case EXPR_CONST:
	case EXPR_REF:
	case EXPR_MONTHS_UNTIL:
	case EXPR_YEARS_ON:
	case EXPR_EITHER:
	case EXPR_OF_ROW:
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
	case EXPR_WHERE:
		return e->n_args > 1 ? where(r, e) : lent(NULL);
	case EXPR_ONLY:
		return e->n_args > 0 ? only(r, e) : lent(NULL);
	case EXPR_EITHER:
		return either(r, e);
	case EXPR_OF_ROW:
		return e->n_args > 1 ? of_row(r, e) : lent(NULL);
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
