/* The events in force and their guides. Open to everybody. */
#include "api/api.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "flows/draw.h"
#include "rules/expr.h"
#include "rules/schema.h"
#include "seal/digest.h"

enum { EVENTS = 256 };

static json_t *
string_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

/* What all items together used to ask. */
static json_t *
before_all(const struct event *e)
{
	int visits = 0, papers = 0;

	for (size_t i = 0; i < e->n_items; i++) {
		visits += e->items[i].before.visits;
		papers += (int)e->items[i].before.n_papers;
	}
	return json_pack("{s:i, s:i}", "papers", papers, "visits", visits);
}

/* Notices to other offices, which nobody applies for. */
static int
tells(const struct event *e)
{
	int n = 0;

	for (size_t i = 0; i < e->n_items; i++)
		n += e->items[i].tell;
	return n;
}

void
api_events_list(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const struct event *list[EVENTS];
	size_t count = catalog_list(n->catalog, list, EVENTS);
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:o, s:i, s:i, s:s, s:o}", "id", list[i]->id,
		    "title", list[i]->title, "version", catalog_version_text(list[i]->version),
		    "items", (int)list[i]->n_items, "tells", tells(list[i]), "lead", list[i]->lead ? list[i]->lead : "",
		    "before", before_all(list[i])));
	api_json_take(x, 200, json_pack("{s:o}", "events", all));
}

static json_t *
names(const struct event *e, uint64_t items)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_items; i++)
		if (items >> i & 1)
			json_array_append_new(list, json_string(e->items[i].id));
	return list;
}

static json_t *
before_list(const struct before *b)
{
	json_t *papers = json_array();

	for (size_t i = 0; i < b->n_papers; i++)
		json_array_append_new(papers, json_string(b->papers[i]));
	return json_pack("{s:o, s:i, s:i, s:o}", "papers", papers, "visits", b->visits, "working_days",
	    b->working_days, "source", string_or_null(b->source));
}

/* A condition in plain Chinese; null: always. */
static json_t *
condition_text(const struct event *e, const struct expr *when)
{
	struct text t;
	json_t *told;

	text_init(&t, 16384);
	told = when && expr_explain(when, e, &t) == 0 ? json_string(t.data) : json_null();
	text_free(&t);
	return told;
}

/* On what terms it is done, and how its paper comes. */
static void
add_terms(const struct event *e, const struct item *item, json_t *o)
{
	json_t *signs = json_array(), *delivery = json_array();

	for (size_t i = 0; i < e->n_signs; i++)
		if (item->signs >> i & 1 && e->signs[i].row <= 1)
			json_array_append_new(signs, json_string(e->signs[i].name));
	for (size_t i = 0; i < item->n_delivery; i++)
		json_array_append_new(delivery, json_string(item->delivery[i]));
	json_object_set_new(o, "signs", signs);
	json_object_set_new(o, "delivery", delivery);
	json_object_set_new(o, "visit", string_or_null(item->visit));
	json_object_set_new(o, "notice", string_or_null(item->notice.text));
	json_object_set_new(o, "tell", json_boolean(item->tell)); /* blocks nobody */
	json_object_set_new(o, "when", condition_text(e, item->when));
}

static json_t *
guide_item(const struct event *e, const struct item *item)
{
	static const char *const choices[] = { NULL, "on", "off" };
	const json_t *call = json_object_get(json_object_get(e->declared, "calls"), item->by);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:O*, s:O*, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "id", item->id, "title", item->title, "department", item->department, "call", item->call,
	    "takes", json_object_get(call, "takes"), "outputs", json_object_get(call, "gives"),
	    "needs", names(e, item->needs), "before", before_list(&item->before),
	    "promised", string_or_null(item->within.text), "by_law", string_or_null(item->by_law.text),
	    "choice", string_or_null(choices[item->choice]), "fee", string_or_null(item->fee_text),
	    "in_person", string_or_null(item->in_person), "issues", string_or_null(item->issues));

	if (o && item->fee_fen >= 0)
		json_object_set_new(o, "fee_fen", json_integer(item->fee_fen));
	if (o)
		add_terms(e, item, o);
	return o;
}

static const char *
way_name(enum way way)
{
	static const char *const ways[] = { "fetched", "fetched", "produced", "committed", "uploaded" };

	return ways[way];
}

static json_t *
guide_materials(const struct event *e)
{
	json_t *list = json_array();

	for (size_t m = 0; m < e->n_materials; m++) {
		json_t *ways = json_array();
		const char *commitment = NULL;

		for (size_t g = 0; g < e->materials[m].n_get; g++) {
			json_array_append_new(ways, json_string(way_name(e->materials[m].get[g].way)));
			if (e->materials[m].get[g].way == WAY_COMMIT)
				commitment = e->materials[m].get[g].text;
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:s*}", "id", e->materials[m].id,
		    "title", e->materials[m].title, "ways", ways, "items", names(e, e->materials[m].items),
		    "when", condition_text(e, e->materials[m].when),
		    "commitment", commitment));
	}
	return list;
}

/* What registers are asked by themselves. */
static json_t *
guide_records(const struct event *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_records; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", e->records[i].id, "title",
		    e->records[i].title, "department", e->records[i].department));
	return list;
}

static json_t *guide_questions(const struct question *questions, size_t n, int section);

static json_t *
guide_question(const struct question *q)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:b, s:o}", "id", q->id, "title", q->title, "type",
	    event_type_names[q->type], "optional", q->optional, "why", string_or_null(q->why));

	if (o && q->n_each > 0) /* the columns of a list */
		json_object_set_new(o, "each", guide_questions(q->each, q->n_each, 0));
	return o;
}

static json_t *
guide_questions(const struct question *questions, size_t n, int section)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (questions[i].section == section)
			json_array_append_new(list, guide_question(&questions[i]));
	return list;
}

static json_t *
guide_sections(const struct event *e)
{
	json_t *list = json_array();

	for (size_t s = 0; s < e->n_sections; s++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "title", e->sections[s].title,
		    "questions", guide_questions(e->questions, e->n_questions, (int)s)));
	return list;
}

/* Whose consent is asked for, to what, and how long it is waited for. */
static json_t *
guide_signs(const struct event *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_signs; i++) {
		const struct sign *s = &e->signs[i];

		if (s->row <= 1) /* asked of each in a list: said once */
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "id", s->name, "title",
			    s->title, "who", s->row ? "each" : s->who ? "other" : "applicant", "text",
			    string_or_null(s->text), "within", string_or_null(s->within.text)));
	}
	return list;
}

static json_t *
guide_applicants(const struct event *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_applicants; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "id", e->applicants[i].id, "title",
		    e->applicants[i].title));
	return list;
}

/* The event in force, or an older version of it by its hash (?version=); NULL: answered. */
static const struct event *
asked_event(struct node *n, struct http_exchange *x)
{
	const char *id = http_param(x, "event"), *version = http_query(x, "version");
	const struct event *e = NULL;
	struct store *s = n->workers[http_worker(x)];
	struct error why = { 0 };
	uint8_t hash[32];

	if (!version)
		e = catalog_current(n->catalog, id);
	else if (digest_unhex(version, hash, 32) && s && store_alive(s))
		e = catalog_version(n->catalog, s, hash, &why);
	if (e && strcmp(e->id, id) == 0)
		return e;
	if (why.kind == ERROR_TEMPORARY)
		api_unavailable(x, &why);
	else
		api_not_found(x);
	return NULL;
}

void
api_events_guide(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const struct event *e = asked_event(n, x);
	json_t *items, *guide;

	if (!e)
		return;
	items = json_array();
	for (size_t i = 0; i < e->n_items; i++)
		json_array_append_new(items, guide_item(e, &e->items[i]));
	guide = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", e->id,
	    "title", e->title, "version", catalog_version_text(e->version), "lead", string_or_null(e->lead),
	    "basis", string_or_null(e->basis), "form", schema_of(e, clock_day(node_now(n))),
	    "sections", guide_sections(e), "materials", guide_materials(e), "signs",
	    guide_signs(e), "items", items);
	if (guide) {
		json_object_set_new(guide, "applicants", guide_applicants(e));
		json_object_set_new(guide, "since", string_or_null(e->since));
		json_object_set_new(guide, "records", guide_records(e));
	}
	api_json_take(x, 200, guide);
}

static const char *
title_of(const void *departments, const char *id)
{
	const struct department *d = departments_find(departments, id);

	return d ? d->connector.title : NULL;
}

void
api_events_flow(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const struct event *e = asked_event(n, x);
	struct error why = { 0 };
	struct text drawn;
	size_t length;
	char *svg;

	if (!e)
		return;
	text_init(&drawn, DRAW_CEILING);
	svg = draw_event(e, title_of, &n->departments, &drawn) == 0 ? text_take(&drawn, &length) : NULL;
	text_free(&drawn);
	if (svg) {
		http_answer_take(x, 200, "image/svg+xml", svg, length);
		return;
	}
	error_set(&why, ERROR_TEMPORARY, "no memory for a picture");
	api_unavailable(x, &why);
}
