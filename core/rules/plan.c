#include "rules/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/saving.h"

enum { PLAN_UNKNOWN = -1 };

static uint64_t
bit(size_t i)
{
	return UINT64_C(1) << i;
}

static uint64_t
all_items(const struct event *event)
{
	return event->n_items == 64 ? UINT64_MAX : bit(event->n_items) - 1;
}

/* ---- which items ---- */

static void
exclude(struct plan *plan, size_t item, enum plan_verdict verdict, int because)
{
	plan->item[item].verdict = (uint8_t)verdict;
	plan->item[item].because = (int8_t)(because > INT8_MAX ? -1 : because);
	plan->runs &= ~bit(item);
}

static void
judge_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	plan->runs = all_items(event);
	for (size_t i = 0; i < event->n_items; i++) {
		const struct item *item = &event->items[i];

		plan->item[i].because = -1;
		if (item->choice != CHOICE_NONE && !(facts->chosen & bit(i)))
			exclude(plan, i, PLAN_NOT_CHOSEN, -1); /* its questions may not even be asked */
		else if (!expr_holds(item->when, facts))
			exclude(plan, i, PLAN_NOT_APPLICABLE, -1);
	}
}

/* Rules that leave items out. What is not known fails no rule. */
static void
drop_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	for (size_t r = 0; r < event->n_rules; r++) {
		const struct rule *rule = &event->rules[r];
		uint64_t only = rule->only ? rule->only : all_items(event);

		if (rule->otherwise != RULE_DROP || !(only & plan->runs) ||
		    !expr_holds(rule->when, facts) || expr_holds(rule->must, facts) ||
		    !expr_decided(rule->must, facts))
			continue;
		for (size_t i = 0; i < event->n_items; i++)
			if (only & plan->runs & bit(i))
				exclude(plan, i, PLAN_DROPPED, (int)r);
	}
}

/* An item that does not run and whose result the call insists on; -1: none. */
static int
missing_item(const struct item *item, const struct facts *facts, uint64_t runs)
{
	int missing = -1;

	if (!(item->feeds_from & ~runs))
		return -1;
	for (size_t p = 0; p < item->n_request && missing < 0; p++)
		if (!item->request[p].optional)
			missing = expr_lacks(item->request[p].value, facts, runs);
	return missing;
}

static void
skip_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	uint64_t before;

	do {
		before = plan->runs;
		for (size_t i = 0; i < event->n_items; i++) {
			int missing;

			if (!(plan->runs & bit(i)))
				continue;
			missing = missing_item(&event->items[i], facts, plan->runs);
			if (missing >= 0)
				exclude(plan, i, PLAN_SKIPPED, missing);
		}
	} while (plan->runs != before);
}

static void
link_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	uint64_t applies = 0;

	for (size_t m = 0; m < event->n_materials; m++)
		if (expr_holds(event->materials[m].when, facts))
			applies |= bit(m);
	for (size_t i = 0; i < event->n_items; i++) {
		const struct item *item = &event->items[i];

		if (!(plan->runs & bit(i)))
			continue;
		plan->item[i].needs = (item->needs | item->feeds_from) & plan->runs & ~bit(i);
		plan->item[i].uses = item->uses & applies;
		plan->materials |= plan->item[i].uses;
	}
}

/* How many answers each item needs: what a form of its own would ask. */
static void
count_fields(const struct event *event, const struct facts *facts, struct plan *plan)
{
	for (size_t k = 0; k < event->n_questions; k++) {
		const struct question *q = &event->questions[k];
		int n = q->items & plan->runs ? saving_fields(json_object_get(facts->form, q->id)) : 0;

		for (size_t i = 0; n > 0 && i < event->n_items; i++)
			if (q->items & plan->runs & bit(i))
				plan->item[i].fields = (uint16_t)(plan->item[i].fields + n);
	}
}

int
plan_make(const struct event *event, const struct facts *facts, struct plan *plan, struct error *why)
{
	memset(plan, 0, sizeof *plan);
	if (event->n_items > EVENT_ITEMS || event->n_materials > EVENT_MATERIALS)
		return error_set(why, ERROR_BROKEN, "event %s has more than %d items or %d materials",
		    event->id, EVENT_ITEMS, EVENT_MATERIALS);
	plan->n_items = event->n_items;
	plan->n_materials = event->n_materials;
	plan->submitted = facts->today;
	if (facts->division)
		snprintf(plan->division, sizeof plan->division, "%s", facts->division);
	judge_items(event, facts, plan);
	drop_items(event, facts, plan);
	skip_items(event, facts, plan);
	link_items(event, facts, plan);
	count_fields(event, facts, plan);
	return 0;
}

/* ---- when ---- */

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
		if (calendar_due(from, &event->items[i].within, &due[i]))
			known |= bit(i);
	}
	return known;
}

bool
plan_due(const struct event *event, const struct plan *plan, int32_t *due)
{
	int32_t dues[EVENT_ITEMS];

	if (plan->runs & ~plan_dues(event, plan, dues))
		return false;
	*due = plan->submitted;
	for (size_t i = 0; i < plan->n_items; i++)
		if (plan->runs & bit(i) && dues[i] > *due)
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

/* Longest paths in working days. Where an item promises nothing: its figure from before if `guess`,
 * else what rests on it is PLAN_UNKNOWN. */
static void
all_days(const struct event *event, const struct plan *plan, bool guess, int days[EVENT_ITEMS])
{
	uint64_t given = 0;
	size_t i;

	for (i = 0; i < EVENT_ITEMS; i++)
		days[i] = PLAN_UNKNOWN;
	while (next_in_order(plan, &given, &i)) {
		int own = promised_days(&event->items[i].within), from = 0;

		if (own < 0 && guess)
			own = event->items[i].before.working_days;
		for (uint64_t needs = plan->item[i].needs; needs; needs &= needs - 1) {
			int one = days[__builtin_ctzll(needs)];

			from = one < 0 || from < 0 ? PLAN_UNKNOWN : one > from ? one : from;
		}
		days[i] = own < 0 || from < 0 ? PLAN_UNKNOWN : from + own;
	}
}

static int
longest(const struct plan *plan, const int days[EVENT_ITEMS])
{
	int most = 0;

	for (size_t i = 0; i < plan->n_items; i++) {
		if (!(plan->runs & bit(i)))
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
	return item < 0 ? longest(plan, days) : days[item];
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

		if (!(plan->runs & bit(i)))
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
	s.working_days = not_below_zero(s.working_days - not_below_zero(longest(plan, days)));
	s.materials = not_below_zero(s.materials);
	s.visits = not_below_zero(s.visits);
	return s;
}

/* ---- storage ---- */

/* Masks are stored as signed numbers of 64 bits: JSON integers are that. */
json_t *
plan_pack(const struct event *event, const struct plan *plan)
{
	json_t *items = json_array();
	char day[11];

	(void)event;
	for (size_t i = 0; items && i < plan->n_items; i++) {
		json_t *one = json_pack("[i,i,I,I,i]", (int)plan->item[i].verdict,
		    (int)plan->item[i].because, (json_int_t)plan->item[i].needs,
		    (json_int_t)plan->item[i].uses, (int)plan->item[i].fields);

		if (json_array_append_new(items, one) != 0) {
			json_decref(items);
			return NULL;
		}
	}
	clock_format_day(plan->submitted, day);
	return json_pack("{s:s,s:s,s:i,s:o}", "submitted", day, "division", plan->division,
	    "materials", (int)plan->n_materials, "items", items);
}

static int
unpack_item(const json_t *data, size_t i, struct plan *plan)
{
	int verdict, because, fields = 0; /* plans of the first versions do not tell the fields */
	json_int_t needs, uses;
	const char *shape = json_array_size(data) == 4 ? "[i,i,I,I!]" : "[i,i,I,I,i!]";

	if (json_unpack((json_t *)(uintptr_t)data, shape, &verdict, &because, &needs, &uses,
	    &fields) != 0)
		return -1;
	if (fields < 0 || fields > UINT16_MAX)
		return -1;
	if (verdict < PLAN_RUNS || verdict > PLAN_SKIPPED || because < -1 || because > INT8_MAX)
		return -1;
	plan->item[i].verdict = (uint8_t)verdict;
	plan->item[i].because = (int8_t)because;
	plan->item[i].needs = (uint64_t)needs;
	plan->item[i].uses = (uint64_t)uses;
	plan->item[i].fields = (uint16_t)fields;
	if (verdict == PLAN_RUNS) {
		plan->runs |= bit(i);
		plan->materials |= (uint64_t)uses;
	}
	return 0;
}

/* Every mask within what there is, and needs only among what runs. */
static bool
is_sound(const struct event *event, const struct plan *plan)
{
	uint64_t materials = event->n_materials == 64 ? UINT64_MAX : bit(event->n_materials) - 1;

	for (size_t i = 0; i < plan->n_items; i++)
		if (plan->item[i].needs & ~plan->runs || plan->item[i].uses & ~materials)
			return false;
	return true;
}

int
plan_unpack(const struct event *event, const json_t *data, struct plan *plan, struct error *why)
{
	const json_t *items = json_object_get(data, "items");
	const char *day = json_string_value(json_object_get(data, "submitted"));
	const char *division = json_string_value(json_object_get(data, "division"));
	bool sound;

	memset(plan, 0, sizeof *plan);
	sound = day && clock_parse_day(day, &plan->submitted) && division &&
	    strlen(division) < sizeof plan->division && event->n_items <= EVENT_ITEMS &&
	    event->n_materials <= EVENT_MATERIALS && json_array_size(items) == event->n_items &&
	    json_integer_value(json_object_get(data, "materials")) == (json_int_t)event->n_materials;
	if (sound) {
		plan->n_items = event->n_items;
		plan->n_materials = event->n_materials;
		memcpy(plan->division, division, strlen(division) + 1);
	}
	for (size_t i = 0; sound && i < event->n_items; i++)
		sound = unpack_item(json_array_get(items, i), i, plan) == 0;
	if (!sound || !is_sound(event, plan))
		return error_set(why, ERROR_BROKEN, "a stored plan does not fit version of event %s",
		    event->id);
	return 0;
}
