#include "rules/dispute.h"

#include <string.h>

#include "base/json.h"
#include "rules/step_own.h"

bool
dispute_may(const struct event *event, const char *question)
{
	int i = event_question(event, question);

	return i >= 0 && event->questions[i].n_from > 0;
}

json_t *
dispute_answered(const json_t *disputed, const json_t *form)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)disputed, i, one)
		if (json_object_get(form, json_string_value(one)))
			json_array_append(list, one);
	if (json_array_size(list) > 0)
		return list;
	json_decref(list);
	return NULL;
}

static bool
is_disputed(const struct running *r, int question)
{
	const json_t *one;
	size_t i;

	json_array_foreach(r->disputed, i, one)
		if (strcmp(json_string_value(one), r->event->questions[question].id) == 0)
			return true;
	return false;
}

/* Whose record says otherwise, or NULL: his own login. */
static const char *
source_of(const struct event *event, const struct question *q)
{
	for (size_t i = 0; i < q->n_from; i++) {
		uint32_t records = expr_records(q->from[i].value, event);

		if (records)
			return event->records[__builtin_ctz(records)].department;
	}
	return NULL;
}

void
dispute_begin(struct running *r, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_questions; i++) {
		const struct question *q = &r->event->questions[i];
		struct history_entry e = { .by = r->filed_by ? "agent" : "applicant", .code = q->id,
			.department = source_of(r->event, q) };

		if (is_disputed(r, (int)i))
			step_tell_entry(r, -1, HISTORY_DISPUTED, &e, x);
	}
}

static bool
concerns(const struct event *event, const struct question *q, const char *department)
{
	for (size_t i = 0; i < event->n_items; i++)
		if ((q->items >> i & 1) && strcmp(event->items[i].department, department) == 0)
			return true;
	return false;
}

json_t *
dispute_show(const struct running *r, const char *department)
{
	json_t *list = r->disputed ? json_array() : NULL;

	for (size_t i = 0; list && i < r->event->n_questions; i++) {
		const struct question *q = &r->event->questions[i];

		if (is_disputed(r, (int)i) && (!department || concerns(r->event, q, department)))
			json_array_append_new(list, json_pack("{s:s, s:s, s:s*}", "field", q->id, "title", q->title,
			    "department", source_of(r->event, q)));
	}
	if (json_array_size(list) > 0)
		return list;
	json_decref(list);
	return NULL;
}

struct carried { const struct running *r; bool disputed; };

static void
look_at(void *cookie, int question)
{
	struct carried *c = cookie;

	c->disputed = c->disputed || is_disputed(c->r, question);
}

bool
dispute_in(const struct running *r, const struct param *p)
{
	struct carried c = { r, false };

	if (r->disputed)
		expr_questions(p->value, r->event, look_at, &c);
	return c.disputed;
}

json_t *
dispute_data(const struct running *r, int item)
{
	const struct item *it = &r->event->items[item];
	json_t *names = r->disputed ? json_array() : NULL;

	for (size_t i = 0; names && i < it->n_request; i++)
		if (dispute_in(r, &it->request[i]))
			json_array_append_new(names, json_string(it->request[i].name));
	if (json_array_size(names) > 0)
		return names;
	json_decref(names);
	return NULL;
}
