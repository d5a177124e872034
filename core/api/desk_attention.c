/* What a person of the department must look at: with its own words, and what closes it. */
#include "api/desk.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/sight.h"
#include "base/clock.h"

struct listing { /* the places are read first: reading an application wants the connection */
	struct node *n;
	struct store *s;
	struct account who;
	struct store_desk_place *places;
	int n_places, limit;
	int64_t last[DESK_CURSOR];
};

static void
keep_place(void *cookie, const struct store_desk_place *row)
{
	struct listing *l = cookie;

	l->places[l->n_places++] = *row;
}

/* The name that the API gives a node, and its title. */
static const char *
name_of(const struct event *e, int node, char name[200])
{
	if (node < MATERIAL_NODE) {
		snprintf(name, 200, "%s", e->items[node].id);
		return e->items[node].title;
	}
	if (node < RECORD_NODE) {
		snprintf(name, 200, "material:%.180s", e->materials[node - MATERIAL_NODE].id);
		return e->materials[node - MATERIAL_NODE].title;
	}
	snprintf(name, 200, "record:%.180s", e->records[node - RECORD_NODE].id);
	return e->records[node - RECORD_NODE].title;
}

static json_t *
shown(const struct store_desk_place *at, const struct running *r)
{
	static const char *const closings[] = { [CLOSING_NONE] = "decide", [CLOSING_KEEP] = "keep",
		[CLOSING_APPROVE] = "approve", [CLOSING_REFUSE] = "refuse" };
	const struct running_item *it = running_node(r, at->item);
	const char *words = it->undo == UNDO_FAILED ? it->undo_reason : it->reason, *title;
	char name[200], since[30];

	title = name_of(r->event, at->item, name);
	clock_format(at->at, since);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:i}", "number", at->number,
	    "event", at->event, "event_title", r->event->title, "item", name, "title", title, "since", since, "kind",
	    running_attention_kind(r, at->item), "closing", closings[running_closing(r, at->item)],
	    "words", words, "receipt", it->receipt, "round", (int)it->round);
}

/* One of them; NULL and *why, or NULL alone when it has settled meanwhile. */
static json_t *
look_at(struct listing *l, const struct store_desk_place *at, struct error *why)
{
	struct store_case c = { 0 };
	struct running *r = NULL;
	json_t *one = NULL;

	if (store_case_by_id(l->s, at->division, at->application, false, &c, why) == 1 &&
	    sight_note(l->n, l->s, &l->who, &c, "attention", "clerk", why) == 0)
		r = case_load(l->n, l->s, &c, false, why);
	if (r && running_has(r->event, at->item) && *running_attention_kind(r, at->item))
		one = shown(at, r);
	running_free(r);
	store_case_free(&c);
	return one;
}

static json_t *
look_at_all(struct listing *l, struct error *why)
{
	json_t *list = json_array();

	for (int i = 0; i < l->n_places && i < l->limit; i++) {
		json_t *one = look_at(l, &l->places[i], why);

		if (one)
			json_array_append_new(list, one);
		l->last[0] = l->places[i].application;
		l->last[1] = l->places[i].item;
		if (!one && why->kind != ERROR_NONE) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

void
api_desk_attention(void *node, struct http_exchange *x)
{
	struct listing l = { .n = node };
	struct store_desk_place after = { 0 };
	struct store_clerk clerk;
	struct error why = { 0 };
	json_t *list = NULL;
	bool given;

	if (desk_clerk(node, x, &l.who, &l.s) != 0 || desk_page(x, &l.limit, l.last, &given) != 0)
		return;
	after.application = l.last[0];
	after.item = (int16_t)l.last[1];
	clerk = desk_whose(&l.who);
	l.places = calloc((size_t)l.limit + 1, sizeof *l.places);
	if (l.places && store_attention_queue(l.s, &clerk, given ? &after : NULL, l.limit + 1, keep_place, &l, &why) >= 0)
		list = look_at_all(&l, &why);
	if (list)
		api_json_take(x, 200, json_pack("{s:s, s:o, s:o}", "department", l.who.department, "items", list,
		    "cursor", l.n_places > l.limit ? desk_cursor(l.last) : json_null()));
	else
		api_unavailable(x, &why);
	free(l.places);
}
