#include "rules/task.h"

#include <string.h>

#include "base/json.h"
#include "rules/answer.h"
#include "rules/calendar.h"
#include "rules/dispute.h"
#include "rules/step_own.h"

enum { YELLOW_DAYS = 2 };

/* --- whence a value comes --- */

struct found { /* the question that a value was taken from */
	const struct running *r;
	const json_t *value;
	const struct question *question;
	bool equal;
};

/* Of several (a number of this or of that paper) the one that was answered so. */
static void
see_question(void *cookie, int question)
{
	struct found *f = cookie;
	const struct question *q = &f->r->event->questions[question];
	const json_t *answer = json_object_get(f->r->form, q->id);
	bool equal = answer && json_equal(answer, f->value);

	if (f->question && (f->equal || !equal))
		return;
	f->question = q;
	f->equal = equal;
}

static const struct question *
question_of(const struct running *r, const struct param *p, const json_t *value)
{
	struct found f = { .r = r, .value = value };

	expr_questions(p->value, r->event, see_question, &f);
	return f.question;
}

static json_t *
source_of(const struct running *r, const struct param *p, const struct question *q)
{
	uint64_t items = expr_results(p->value, r->event);
	uint32_t records = expr_records(p->value, r->event);

	if (items)
		return json_pack("{s:s, s:s}", "kind", "result", "title",
		    r->event->items[__builtin_ctzll(items)].title);
	if (records)
		return json_pack("{s:s, s:s}", "kind", "record", "title",
		    r->event->records[__builtin_ctz(records)].title);
	if (!q)
		return json_pack("{s:s, s:n}", "kind", "rule", "title");
	return json_pack("{s:s, s:s}", "kind", q->locked ? "login" : "applicant", "title",
	    r->event->sections[q->section].title);
}

/* --- a value in words --- */

static void
put_words(json_t *field, const struct question *q, const json_t *value)
{
	json_t *words = answer_words(q, value);

	if (words)
		json_object_set_new(field, "text", words);
	if (q->n_each > 0) {
		json_t *columns = json_object();

		for (size_t i = 0; i < q->n_each; i++)
			json_object_set_new(columns, q->each[i].id, json_string(q->each[i].title));
		json_object_set_new(field, "columns", columns);
	}
}

static const char *
title_of(const struct running *r, const struct param *p, const struct question *q)
{
	uint64_t items = expr_results(p->value, r->event);

	return q ? q->title : items ? r->event->items[__builtin_ctzll(items)].title : p->name;
}

static json_t *
field_of(const struct running *r, const struct param *p, json_t *value, const json_t *before)
{
	const struct question *q = question_of(r, p, value);
	json_t *was = json_object_get(before, p->name);
	json_t *field = json_pack("{s:s, s:s, s:o, s:O, s:o, s:b}", "name", p->name, "title", title_of(r, p, q),
	    "type", q ? json_string(event_type_names[q->type]) : json_null(), "value", value,
	    "source", source_of(r, p, q), "mends", step_mends(r->event, p->value, NULL));

	if (!field)
		return NULL;
	if (q)
		put_words(field, q, value);
	if (was && !json_equal(was, value))
		json_object_set(field, "before", was);
	if (dispute_in(r, p))
		json_object_set_new(field, "disputed", json_true());
	return field;
}

json_t *
task_fields(const struct running *r, int item, const json_t *data, const json_t *before)
{
	const struct item *of = &r->event->items[item];
	json_t *list = json_array();

	for (size_t i = 0; list && i < of->n_request; i++) {
		json_t *value = json_object_get(data, of->request[i].name);

		if (value)
			json_array_append_new(list, field_of(r, &of->request[i], value, before));
	}
	return list;
}

/* --- what decides over it --- */

json_t *
task_rules(const struct running *r, int item)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < r->event->n_rules; i++) {
		const struct rule *rule = &r->event->rules[i];

		if (rule->only >> item & 1)
			json_array_append_new(list, json_string(rule->text));
	}
	return list;
}

json_t *
task_outputs(const struct running *r, int item)
{
	const struct item *of = &r->event->items[item];
	json_t *list = json_array();

	for (size_t i = 0; list && i < of->n_outputs; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "name", of->outputs[i].name, "type",
		    event_type_names[of->outputs[i].type], "optional", of->outputs[i].optional));
	return list;
}

/* --- time --- */

int
task_days_left(int32_t due, int32_t today)
{
	int days = due == INT32_MAX ? -1 : due >= today ? calendar_between(today, due) : calendar_between(due, today);

	if (days < 0)
		return TASK_DAYS_UNKNOWN;
	return due >= today ? days : -days;
}

const char *
task_light(int32_t due, int32_t today)
{
	int days = task_days_left(due, today);

	if (days == TASK_DAYS_UNKNOWN)
		return "green";
	return due <= today ? "red" : days <= YELLOW_DAYS ? "yellow" : "green";
}

int32_t
task_yellow_until(int32_t today)
{
	int32_t day = today;

	while (strcmp(task_light(day + 1, today), "yellow") == 0)
		day++;
	return day;
}
