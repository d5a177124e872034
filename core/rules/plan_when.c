/* When a plan promises what, and what it is expected to spare. */
#include "rules/plan.h"

#include "rules/calendar.h"

enum { PLAN_UNKNOWN = -1 };

static uint64_t
bit(size_t i)
{
	return UINT64_C(1) << i;
}

/* Go through the items that run, each after all it needs; false when none is left to go to. `next`
 * is a mask of the items already given. */
static bool
next_in_order(const struct plan *plan, uint64_t *given, size_t *item)
{
	for (size_t i = 0; i < plan->n_items; i++) {
		if (!(plan->runs & ~*given & bit(i)) || plan->item[i].needs & ~*given)
			continue;
		*given |= bit(i);
		*item = i;
		return true;
	}
	return false;
}

/* The promise, and the public notice on top of it. */
static bool
item_due(const struct item *item, int32_t from, int32_t *due)
{
	return calendar_due(from, &item->within, due) &&
	    (!item->notice.text || calendar_due(*due, &item->notice, due));
}

/* The items that the applicant waits for: a notification holds nobody up. */
static uint64_t
awaited(const struct event *event, const struct plan *plan)
{
	uint64_t items = plan->runs;

	for (size_t i = 0; i < plan->n_items; i++)
		if (event->items[i].tell)
			items &= ~bit(i);
	return items;
}

uint64_t
plan_dues(const struct event *event, const struct plan *plan, int32_t due[EVENT_ITEMS])
{
	uint64_t given = 0, known = 0;
	size_t i;

	while (next_in_order(plan, &given, &i)) {
		uint64_t needs = plan->item[i].needs;
		int32_t from = plan->submitted;

		if (needs & ~known)
			continue;
		for (; needs; needs &= needs - 1)
			if (due[__builtin_ctzll(needs)] > from)
				from = due[__builtin_ctzll(needs)];
		if (item_due(&event->items[i], from, &due[i]))
			known |= bit(i);
	}
	return known;
}

bool
plan_due(const struct event *event, const struct plan *plan, int32_t *due)
{
	uint64_t items = awaited(event, plan);
	int32_t dues[EVENT_ITEMS];

	if (items & ~plan_dues(event, plan, dues))
		return false;
	*due = plan->submitted;
	for (size_t i = 0; i < plan->n_items; i++)
		if (items & bit(i) && dues[i] > *due)
			*due = dues[i];
	return true;
}

bool
plan_item_due(const struct event *event, const struct plan *plan, int item, int32_t *due)
{
	int32_t dues[EVENT_ITEMS];

	if (!(plan_dues(event, plan, dues) & bit((size_t)item)))
		return false;
	*due = dues[item];
	return true;
}

static int
promised_days(const struct duration *d)
{
	if (!d->text)
		return PLAN_UNKNOWN;
	switch (d->unit) {
	case DURATION_WORKING_DAYS: return d->n;
	case DURATION_DAYS: return (d->n * 5 + 6) / 7;
	case DURATION_MONTHS: return d->n * 21;
	case DURATION_YEARS: return d->n * 248;
	default: return 0;
	}
}

/* Where it promises nothing: its figure from before if `guess`. */
static int
item_days(const struct item *item, bool guess)
{
	int own = promised_days(&item->within);

	if (own < 0)
		return guess ? item->before.working_days : PLAN_UNKNOWN;
	return own + (item->notice.text ? promised_days(&item->notice) : 0);
}

/* Longest paths in working days. What rests on an unknown one is PLAN_UNKNOWN. */
static void
all_days(const struct event *event, const struct plan *plan, bool guess, int days[EVENT_ITEMS])
{
	uint64_t given = 0;
	size_t i;

	for (i = 0; i < EVENT_ITEMS; i++)
		days[i] = PLAN_UNKNOWN;
	while (next_in_order(plan, &given, &i)) {
		int own = item_days(&event->items[i], guess), from = 0;

		for (uint64_t needs = plan->item[i].needs; needs; needs &= needs - 1) {
			int one = days[__builtin_ctzll(needs)];

			from = one < 0 || from < 0 ? PLAN_UNKNOWN : one > from ? one : from;
		}
		days[i] = own < 0 || from < 0 ? PLAN_UNKNOWN : from + own;
	}
}

static int
longest(const struct event *event, const struct plan *plan, const int days[EVENT_ITEMS])
{
	uint64_t items = awaited(event, plan);
	int most = 0;

	for (size_t i = 0; i < plan->n_items; i++) {
		if (!(items & bit(i)))
			continue;
		if (days[i] < 0)
			return PLAN_UNKNOWN;
		if (days[i] > most)
			most = days[i];
	}
	return most;
}

int
plan_days(const struct event *event, const struct plan *plan, int item)
{
	int days[EVENT_ITEMS];

	all_days(event, plan, false, days);
	return item < 0 ? longest(event, plan, days) : days[item];
}

/* ---- what it spares ---- */

const struct get *
plan_way(const struct event *event, const struct plan *plan, int material)
{
	const struct material *m = &event->materials[material];

	for (size_t i = 0; i < m->n_get; i++)
		if (m->get[i].way != WAY_PRODUCED || plan->runs & bit((size_t)m->get[i].item))
			return &m->get[i];
	return NULL;
}

static int
not_below_zero(int n)
{
	return n < 0 ? 0 : n;
}

struct saving
plan_saving(const struct event *event, const struct plan *plan)
{
	struct saving s = { 0, 0, 0 };
	int days[EVENT_ITEMS];

	for (size_t i = 0; i < plan->n_items; i++) {
		const struct item *item = &event->items[i];

		if (!(plan->runs & bit(i)) || item->tell)
			continue;
		s.materials += (int)item->before.n_papers;
		s.visits += item->before.visits - (item->visit || item->in_person ? 1 : 0);
		s.working_days += item->before.working_days;
	}
	for (size_t m = 0; m < plan->n_materials; m++) {
		const struct get *way =
		    plan->materials & bit(m) ? plan_way(event, plan, (int)m) : NULL;

		if (way && way->way == WAY_UPLOAD)
			s.materials--;
	}
	all_days(event, plan, true, days);
	s.working_days = not_below_zero(s.working_days - not_below_zero(longest(event, plan, days)));
	s.materials = not_below_zero(s.materials);
	s.visits = not_below_zero(s.visits);
	return s;
}
