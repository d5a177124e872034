/* show_sign.c: a second person's consent, as the applicant sees it and as whoever is asked does. */
#include "rules/show_own.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "rules/answer.h"
#include "rules/number.h"
#include "rules/step_own.h"

static const char *
status_of(const struct running *r, int sign)
{
	uint8_t state = running_node(r, SIGN_NODE + sign)->state;

	return state == ITEM_APPROVED ? "signed" : state == ITEM_REFUSED ? "declined"
	    : step_sign_open(r, sign) ? "asked" : "not_needed";
}

/* What both are told: which, what it says, where it stands, until when, and what comes of a no. */
static json_t *
show_sign(const struct running *r, size_t i)
{
	const struct sign *s = &r->event->signs[i];
	const struct running_item *it = running_node(r, SIGN_NODE + (int)i);
	int32_t due = 0;
	bool known = step_sign_due(r, (int)i, &due);

	return json_pack("{s:s, s:s, s:s*, s:s, s:o, s:s*, s:b}", "id", s->id, "title", s->title,
	    "text", s->text, "status", status_of(r, (int)i), "until", show_day(known, due), "otherwise",
	    s->otherwise_text, "reminded", (it->flags & ITEM_REMINDED) != 0);
}

static json_t *
masked(const struct running *r, const struct sign *sign)
{
	json_t *outputs[EVENT_ITEMS], *who, *shown;
	struct facts facts;

	running_facts(r, outputs, &facts);
	who = r->form ? expr_value(sign->who, &facts) : NULL;
	shown = number_masked(who);
	json_decref(who);
	return shown;
}

json_t *
show_signs(const struct running *r)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < r->event->n_signs; i++) {
		const struct sign *s = &r->event->signs[i];
		json_t *one;

		if (!s->who || running_node(r, SIGN_NODE + (int)i)->state == ITEM_SKIPPED)
			continue;
		one = show_sign(r, i);
		json_object_set_new(one, "who", masked(r, s));
		json_array_append_new(list, one);
	}
	return list;
}

/* What waits for it: the items' titles. */
static json_t *
items_for(const struct running *r, size_t sign)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->plan.item[i].signs >> sign & 1)
			json_array_append_new(list, json_string(r->event->items[i].title));
	return list;
}

static void
put_answer(json_t *list, const struct question *q, json_t *value)
{
	if (value && !json_is_null(value))
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:O, s:o*}", "id", q->id, "title", q->title, "type",
		    event_type_names[q->type], "value", value, "text", answer_words(q, value)));
}

/* What it rests on, as it was answered: his own row where he is one of several, and what the event shows. */
static json_t *
answers_for(const struct running *r, const struct sign *s)
{
	const struct question *all = r->event->questions, *of = s->row ? &all[s->list] : NULL;
	const json_t *row = of ? json_array_get(json_object_get(r->form, of->id), (size_t)s->row - 1) : NULL;
	json_t *list = json_array();

	for (size_t i = 0; list && of && i < of->n_each; i++)
		put_answer(list, &of->each[i], json_object_get(row, of->each[i].id));
	for (size_t i = 0; list && i < s->n_shows; i++)
		put_answer(list, &all[s->shows[i]], json_object_get(r->form, all[s->shows[i]].id));
	return list;
}

json_t *
running_show_asked(const struct running *r, uint64_t signs)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < r->event->n_signs; i++) {
		json_t *one = signs >> i & 1 ? show_sign(r, i) : NULL;

		if (!one)
			continue;
		json_object_set_new(one, "for", items_for(r, i));
		json_object_set_new(one, "shown", answers_for(r, &r->event->signs[i]));
		json_array_append_new(list, one);
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s*, s:o}", "number", r->number, "event", r->event->id,
	    "title", r->event->title, "status", application_status_names[r->status], "submitted_at",
	    show_instant(r->submitted_at), "applicant", json_text(r->applicant, "name"), "signs", list);
}
