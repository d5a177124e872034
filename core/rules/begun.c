#include "rules/begun.h"

#include <stdlib.h>

#include "rules/form_inside.h"
#include "rules/plan.h"

struct begun {
	const struct event *event;
	struct facts facts; /* with the answers that count */
	uint64_t *asked;
	uint64_t may_run;
};

static json_t *
items_of(const struct begun *b, uint64_t items)
{
	json_t *ids = json_array();

	for (items &= b->may_run; items; items &= items - 1)
		json_array_append_new(ids, json_string(b->event->items[__builtin_ctzll(items)].id));
	return ids;
}

/* The columns that one row asks, in their order. */
static json_t *
columns_of(const struct begun *b, const struct question *list, const json_t *row)
{
	uint64_t asked = form_row_asked(list, row, &b->facts);
	json_t *ids = json_array();

	for (size_t i = 0; i < list->n_each; i++)
		if (asked >> i & 1)
			json_array_append_new(ids, json_string(list->each[i].id));
	return ids;
}

static json_t *
question_of(const struct begun *b, const struct question *q, const json_t *value)
{
	json_t *o = json_pack("{s:s, s:o}", "id", q->id, "items", items_of(b, q->items)), *rows, *row;
	size_t i;

	if (!o || q->type != TYPE_LIST)
		return o;
	rows = json_array();
	json_array_foreach(value, i, row)
		json_array_append_new(rows, columns_of(b, q, row));
	json_object_set_new(o, "rows", rows);
	return o;
}

struct waiting { const struct begun *begun; bool is; };

static void
see_open(void *cookie, int question)
{
	struct waiting *w = cookie;
	const struct question *q = &w->begun->event->questions[question];

	if (form_bit(w->begun->asked, (size_t)question) && !q->optional && !json_object_get(w->begun->facts.form, q->id))
		w->is = true;
}

/* Does it hang on an answer that must be given and is not there yet? Then its turn comes after that. */
static bool
is_early(const struct begun *b, const struct question *q)
{
	struct waiting w = { b, false };

	if (q->when && !expr_decided(q->when, &b->facts))
		expr_questions(q->when, b->event, see_open, &w);
	return w.is;
}

static json_t *
all_asked(const struct begun *b, const json_t *form)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->event->n_questions; i++) {
		const struct question *q = &b->event->questions[i];

		if (form_bit(b->asked, i) && !is_early(b, q))
			json_array_append_new(list, question_of(b, q, json_object_get(form, q->id)));
	}
	return list;
}

static json_t *
own_signs(const struct begun *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->event->n_signs; i++) {
		const struct sign *sign = &b->event->signs[i];
		bool needed = false;

		if (!sign->who && form_sign_asked(b->event, sign, &b->facts, &needed))
			json_array_append_new(list, json_pack("{s:s, s:s, s:s*, s:b}", "id", sign->id,
			    "title", sign->title, "text", sign->text, "needed", needed));
	}
	return list;
}

static json_t *
materials_of(const struct begun *b, const char *language)
{
	struct error why = { 0 };
	struct plan plan;
	json_t *shown, *materials = NULL;

	if (plan_make(b->event, &b->facts, &plan, &why) != 0)
		return NULL;
	shown = plan_show(b->event, &plan, &b->facts, NULL, language);
	if (shown)
		materials = json_incref(json_object_get(shown, "materials"));
	json_decref(shown);
	return materials;
}

json_t *
begun_show(const struct event *event, const struct facts *given, const char *language)
{
	struct begun b = { event, *given, calloc((event->n_questions + 63) / 64 + 1, sizeof *b.asked), 0 };
	json_t *rest = NULL, *shown = NULL;
	char division[7];

	if (b.asked) {
		form_ask(event, &b.facts, division, b.asked, &rest);
		b.may_run = form_may_run(event, &b.facts);
		shown = json_pack("{s:o, s:o, s:o}", "asked", all_asked(&b, given->form), "signs", own_signs(&b),
		    "materials", materials_of(&b, language));
	}
	json_decref(rest);
	free(b.asked);
	return shown;
}
