#include "rules/saving.h"

#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"

struct spared { int papers, visits, days, fields; }; /* what something asks of people */

struct measured {
	struct spared before, now;
	bool days_known;
};

/* --- fields --- */

int
saving_fields(const json_t *answer)
{
	const json_t *row;
	size_t i;
	int n = 0;

	if (!answer || json_is_null(answer))
		return 0;
	if (!json_is_array(answer) || !json_is_object(json_array_get(answer, 0)))
		return 1; /* also a choice of several, and an address: asked as one field */
	json_array_foreach(answer, i, row) {
		const char *name;
		json_t *value;

		json_object_foreach((json_t *)(uintptr_t)row, name, value)
			n += saving_fields(value);
	}
	return n;
}

/* Given by the login: the first of its sources that holds, and the answer is what it gives. */
static bool
was_given(const struct question *q, const json_t *answer, const struct facts *facts)
{
	for (size_t i = 0; i < q->n_from; i++) {
		json_t *value = expr_holds(q->from[i].when, facts) ? expr_value(q->from[i].value, facts) : NULL;
		bool same = value && json_equal(value, answer);

		json_decref(value);
		if (value)
			return same;
	}
	return false;
}

int
saving_typed(const struct running *r)
{
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;
	int n = 0;

	running_facts(r, outputs, &facts);
	for (size_t i = 0; i < r->event->n_questions; i++) {
		const struct question *q = &r->event->questions[i];
		const json_t *answer = json_object_get(r->form, q->id);

		if (answer && !was_given(q, answer, &facts))
			n += saving_fields(answer);
	}
	return n;
}

int
saving_corrected(const json_t *form)
{
	const char *name;
	json_t *value;
	int n = 0;

	json_object_foreach((json_t *)(uintptr_t)form, name, value)
		n += saving_fields(value);
	return n;
}

/* --- what happened --- */

int
saving_stopped(int64_t from, int64_t to)
{
	int days = calendar_between(clock_day(from), clock_day(to));

	return days > 0 ? days : 0;
}

/* What item i used to ask, and asks still. False when it has not run. */
static bool
of_item(const struct running *r, size_t i, struct measured *m)
{
	const struct item *item = &r->event->items[i];
	const struct running_item *it = &r->nodes[i];

	memset(m, 0, sizeof *m);
	if (it->flags & ITEM_OFFLINE) {
		m->before.visits = item->before.visits;
		m->now.visits = item->before.visits > 1 ? item->before.visits : 1;
		return true;
	}
	if (item->tell || (it->state != ITEM_APPROVED && it->state != ITEM_REFUSED) || it->sent_at == 0)
		return false;
	m->before = (struct spared){ (int)item->before.n_papers, item->before.visits,
		item->before.working_days, r->plan.item[i].fields };
	m->now.visits = item->visit || item->in_person;
	return true;
}

/* The papers given, the days waited, the answers typed belong to no item. */
static void
of_the_whole(const struct running *r, struct measured *m)
{
	int waited = calendar_between(clock_day(r->submitted_at), clock_day(r->finished_at));

	memset(m, 0, sizeof *m);
	for (size_t i = 0; i < r->event->n_materials; i++)
		m->now.papers += running_node(r, MATERIAL_NODE + (int)i)->how == HOW_UPLOADED;
	m->now.fields = r->typed;
	m->days_known = waited >= 0;
	m->now.days = waited - r->stopped_days;
	if (m->now.days < 0)
		m->now.days = 0;
}

static void
add(struct measured *sum, const struct measured *m)
{
	sum->before.papers += m->before.papers;
	sum->before.visits += m->before.visits;
	sum->before.days += m->before.days;
	sum->before.fields += m->before.fields;
	sum->now.visits += m->now.visits;
}

json_t *
saving_measured(const struct running *r)
{
	struct measured all, one;

	if (r->status != STATUS_FINISHED)
		return json_null();
	of_the_whole(r, &all);
	for (size_t i = 0; i < r->event->n_items; i++)
		if (of_item(r, i, &one))
			add(&all, &one);
	return json_pack("{s:i, s:i, s:o, s:i}", "materials", all.before.papers - all.now.papers,
	    "visits", all.before.visits - all.now.visits,
	    "working_days", all.days_known ? json_integer(all.before.days - all.now.days) : json_null(),
	    "fields", all.before.fields - all.now.fields);
}

/* --- as a list --- */

static json_t *
papers(const struct before *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_papers; i++)
		json_array_append_new(list, json_string(b->papers[i]));
	return list;
}

static json_t *
list_item(const struct running *r, size_t i)
{
	const struct item *item = &r->event->items[i];
	struct measured m;
	bool counted = of_item(r, i, &m);

	return json_pack("{s:s, s:s, s:s, s:b, s:o, s:i, s:i, s:i, s:i, s:s?}", "item", item->id, "title", item->title,
	    "department", item->department, "counted", counted, "papers", papers(&item->before), "visits",
	    item->before.visits, "working_days", item->before.working_days, "fields", r->plan.item[i].fields,
	    "visits_now", counted ? m.now.visits : item->visit || item->in_person, "source", item->before.source);
}

static json_t *
given(const struct running *r)
{
	json_t *list = json_array();

	for (size_t m = 0; m < r->event->n_materials; m++)
		if (running_node(r, MATERIAL_NODE + (int)m)->how == HOW_UPLOADED)
			json_array_append_new(list, json_pack("{s:s, s:s}", "id", r->event->materials[m].id, "title",
			    r->event->materials[m].title));
	return list;
}

json_t *
saving_list(const struct running *r)
{
	struct saving expected = plan_saving(r->event, &r->plan);
	json_t *items = json_array();

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->plan.item[i].verdict == PLAN_RUNS && !r->event->items[i].tell)
			json_array_append_new(items, list_item(r, i));
	return json_pack("{s:{s:i, s:i, s:i}, s:o, s:o, s:o, s:i, s:i}", "expected", "materials", expected.materials,
	    "visits", expected.visits, "working_days", expected.working_days, "measured", saving_measured(r),
	    "items", items, "given", given(r), "typed", r->typed, "stopped_days", r->stopped_days);
}

/* --- counted --- */

static void
count(struct effects *x, const char *department, const char *measure, int n)
{
	if (n != 0)
		effects_count(x, department, measure, n);
}

/* Items of one department are counted together, at the first of them. */
static bool
is_first_of_department(const struct event *e, size_t item)
{
	for (size_t i = 0; i < item; i++)
		if (strcmp(e->items[i].department, e->items[item].department) == 0)
			return false;
	return true;
}

/* What its items ask; days and fields are added to the whole: one form, one wait stand for all. */
static void
count_department(const struct running *r, size_t first, struct measured *all, struct effects *x)
{
	const char *department = r->event->items[first].department;
	struct measured sum = { 0 }, one;

	for (size_t i = first; i < r->event->n_items; i++)
		if (strcmp(r->event->items[i].department, department) == 0 && of_item(r, i, &one))
			add(&sum, &one);
	count(x, department, "papers_before", sum.before.papers);
	count(x, department, "visits_before", sum.before.visits);
	count(x, department, "visits_made", sum.now.visits);
	all->before.days += sum.before.days;
	all->before.fields += sum.before.fields;
}

void
saving_finish(const struct running *r, struct effects *x)
{
	struct saving expected = plan_saving(r->event, &r->plan);
	struct measured all;

	of_the_whole(r, &all);
	for (size_t i = 0; i < r->event->n_items; i++)
		if (is_first_of_department(r->event, i))
			count_department(r, i, &all, x);
	count(x, "", "papers_given", all.now.papers);
	count(x, "", "fields_before", all.before.fields);
	count(x, "", "fields_typed", all.now.fields);
	count(x, "", "papers_expected", expected.materials);
	count(x, "", "visits_expected", expected.visits);
	if (all.days_known) {
		count(x, "", "days_before", all.before.days);
		count(x, "", "days_waited", all.now.days);
		count(x, "", "days_expected", expected.working_days);
	} else {
		count(x, "", "days_unknown", 1);
	}
}
