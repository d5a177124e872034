/* load_sign.c: the consents. One that is asked of each row of a list stands in the event once for each row
 * that there may be, so that whatever follows (plan, states, history, reminders) knows consents of one
 * person only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "declared/loading.h"

/* The list whose rows are asked, as declared, and its index; NULL: it asks one person. */
static const json_t *
list_of(struct loading *l, const json_t *data, const json_t *sign, int *index)
{
	const json_t *ref = json_object_get(json_object_get(sign, "each"), "ref");
	const char *name = json_string_value(json_array_get(ref, 1));

	*index = name ? event_question(l->event, name) : -1;
	if (json_object_get(sign, "each") && *index < 0)
		loading_fail(l, "list of a sign:", name);
	return *index < 0 ? NULL : json_array_get(json_object_get(data, "asks"), (size_t)*index);
}

/* How many it may ask. */
static size_t
rows_of(const json_t *list)
{
	double max = json_number_value(json_object_get(list, "max"));

	return max > EVENT_SIGNS ? EVENT_SIGNS + 1 : max < 1 ? 0 : (size_t)max;
}

static void
name_sign(struct loading *l, struct sign *s, const json_t *json)
{
	char id[256];

	s->name = loading_must_text(l, json, "id");
	s->title = loading_text(l, json, "title");
	snprintf(id, sizeof id, s->row ? "%s.%d" : "%s", s->name ? s->name : "", s->row);
	if (!(s->id = strdup(id)))
		loading_fail(l, "memory for", id);
}

void
loading_sign_names(struct loading *l, const json_t *data)
{
	struct event *e = l->event;
	size_t i, room = 0;
	json_t *json;
	int list;

	if (l->failed) /* questions without names cannot be looked for */
		return;
	json_array_foreach(json_object_get(data, "signs"), i, json)
		room += json_object_get(json, "each") ? rows_of(list_of(l, data, json, &list)) : 1;
	e->signs = calloc(room + 1, sizeof *e->signs);
	if (!e->signs) {
		loading_fail(l, "memory for", "signs");
		return;
	}
	json_array_foreach(json_object_get(data, "signs"), i, json) {
		size_t rows = rows_of(list_of(l, data, json, &list));

		for (size_t row = list < 0 ? 0 : 1; !l->failed && row <= rows; row++) {
			struct sign *s = &e->signs[e->n_signs++];

			s->list = list;
			s->row = (int)row;
			name_sign(l, s, json);
		}
	}
}

/* Whom it asks in its row. */
static struct expr *
who_of_row(struct loading *l, const struct sign *s, const json_t *json)
{
	struct expr *e = calloc(1, sizeof *e);

	if (!e || !(e->args = calloc(2, sizeof *e->args))) {
		free(e);
		loading_fail(l, "memory for", s->id);
		return NULL;
	}
	e->op = EXPR_OF_ROW;
	e->index = s->row - 1;
	e->n_args = 2;
	e->args[0] = loading_expr(l, json_object_get(json, "each"));
	l->list = &l->event->questions[s->list];
	e->args[1] = loading_expr(l, json_object_get(json, "who"));
	l->list = NULL;
	if (!e->args[0] || !e->args[1])
		loading_fail(l, "who of sign", s->id);
	return e;
}

static void
load_shows(struct loading *l, struct sign *s, const json_t *json)
{
	const json_t *list;

	s->shows = loading_array(l, json, "shows", sizeof *s->shows, &s->n_shows, &list);
	for (size_t i = 0; i < s->n_shows; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		s->shows[i] = name ? event_question(l->event, name) : -1;
		if (s->shows[i] < 0)
			loading_fail(l, "question that a sign shows:", name);
	}
}

static void
load_sign(struct loading *l, struct sign *s, const json_t *json)
{
	s->who = s->row ? who_of_row(l, s, json) : loading_expr(l, json_object_get(json, "who"));
	s->text = loading_text(l, json, "text");
	loading_duration(l, json, "within", &s->within);
	s->otherwise = loading_otherwise(l, json, &s->otherwise_text);
	s->when = loading_expr(l, json_object_get(json, "when"));
	load_shows(l, s, json);
}

static bool
is_named(const struct sign *s, const json_t *name)
{
	return json_is_string(name) && strcmp(s->name, json_string_value(name)) == 0;
}

void
loading_signs(struct loading *l, const json_t *data)
{
	const struct event *e = l->event;
	size_t i;
	json_t *json;

	json_array_foreach(json_object_get(data, "signs"), i, json)
		for (size_t k = 0; k < e->n_signs && !l->failed; k++)
			if (is_named(&e->signs[k], json_object_get(json, "id")))
				load_sign(l, &e->signs[k], json);
}

uint64_t
loading_sign_mask(struct loading *l, const json_t *owner)
{
	uint64_t mask = 0;
	size_t i;
	json_t *name;

	json_array_foreach(json_object_get(owner, "signs"), i, name) {
		uint64_t named = 0;

		for (size_t k = 0; k < l->event->n_signs; k++)
			if (is_named(&l->event->signs[k], name))
				named |= UINT64_C(1) << k;
		if (!named)
			loading_fail(l, "signs", json_string_value(name));
		mask |= named;
	}
	return mask;
}
