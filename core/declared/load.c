#include "declared/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "declared/loading.h"
#include "seal/digest.h"

enum { DECLARED_BYTES = 16 << 20 };

/* --------------------------------------------------------------------------- helpers */

void
loading_fail(struct loading *l, const char *what, const char *name)
{
	l->failed = true;
	error_set(l->why, ERROR_BROKEN, "declared data of event %s does not fit: %s %s",
	    l->event->id ? l->event->id : "?", what, name ? name : "?");
}

char *
loading_text(struct loading *l, const json_t *object, const char *name)
{
	const char *s = json_text(object, name);
	char *copy = s ? strdup(s) : NULL;

	if (s && !copy)
		loading_fail(l, "memory for", name);
	return copy;
}

char *
loading_must_text(struct loading *l, const json_t *object, const char *name)
{
	char *s = loading_text(l, object, name);

	if (!s)
		loading_fail(l, "missing", name);
	return s;
}

void *
loading_array(struct loading *l, const json_t *object, const char *name, size_t size, size_t *n,
    const json_t **list)
{
	void *array;

	*list = json_object_get(object, name);
	*n = json_array_size(*list);
	array = calloc(*n + 1, size);
	if (!array) {
		*n = 0;
		loading_fail(l, "memory for", name);
	}
	return array;
}

int
loading_word(struct loading *l, const char *word, const char *const *words, int n)
{
	for (int i = 0; word && i < n; i++)
		if (words[i] && strcmp(words[i], word) == 0)
			return i;
	loading_fail(l, "word", word);
	return 0;
}

enum question_type
loading_type(struct loading *l, const json_t *object)
{
	const char *name = json_text(object, "type");

	if (name && strcmp(name, "any") == 0)
		return TYPE_TEXT;
	if (name && strcmp(name, "division6") == 0)
		return TYPE_DIVISION;
	return (enum question_type)loading_word(l, name, event_type_names, TYPE_COUNT);
}

void
loading_duration(struct loading *l, const json_t *owner, const char *name, struct duration *d)
{
	static const char *const units[] = { "wd", "cd", "month", "year", "hour", "minute" };
	const json_t *json = json_object_get(owner, name);

	if (!json)
		return;
	d->n = (int)json_integer_value(json_object_get(json, "n"));
	d->unit = (enum duration_unit)loading_word(l, json_text(json, "unit"), units, 6);
	d->text = loading_must_text(l, json, "text");
}

uint64_t
loading_mask(struct loading *l, const json_t *owner, const char *name,
    int (*find)(const struct event *, const char *))
{
	uint64_t mask = 0;
	size_t i;
	json_t *id;

	json_array_foreach(json_object_get(owner, name), i, id) {
		int index = json_is_string(id) ? find(l->event, json_string_value(id)) : -1;

		if (index < 0 || index > 63)
			loading_fail(l, name, json_string_value(id));
		else
			mask |= UINT64_C(1) << index;
	}
	return mask;
}

/* --------------------------------------------------------------------------- first pass: names */

/* Make the arrays and give each element its id and title, so that references find their index. */
#define NAMES(field, key) do { \
	const json_t *list_; \
	e->field = loading_array(l, data, key, sizeof *e->field, &e->n_##field, &list_); \
	for (size_t i_ = 0; i_ < e->n_##field; i_++) { \
		e->field[i_].id = loading_must_text(l, json_array_get(list_, i_), "id"); \
		e->field[i_].title = loading_text(l, json_array_get(list_, i_), "title"); \
	} \
} while (0)

/* The names of a list's columns. */
static void
load_columns(struct loading *l, struct question *q, const json_t *json)
{
	const json_t *list;

	q->each = loading_array(l, json, "each", sizeof *q->each, &q->n_each, &list);
	for (size_t i = 0; i < q->n_each; i++) {
		q->each[i].id = loading_must_text(l, json_array_get(list, i), "id");
		q->each[i].title = loading_must_text(l, json_array_get(list, i), "title");
	}
}

static void
load_names(struct loading *l, const json_t *data)
{
	struct event *e = l->event;
	const json_t *list;

	NAMES(applicants, "applicants");
	NAMES(records, "records");
	NAMES(questions, "asks");
	NAMES(terms, "terms");
	NAMES(figures, "figures");
	NAMES(materials, "materials");
	NAMES(items, "items");
	NAMES(eithers, "eithers");
	for (size_t i = 0; i < e->n_questions; i++)
		load_columns(l, &e->questions[i], json_array_get(json_object_get(data, "asks"), i));
	loading_sign_names(l, data);
	e->sections = loading_array(l, data, "sections", sizeof *e->sections, &e->n_sections, &list);
	for (size_t i = 0; i < e->n_sections; i++)
		e->sections[i].title = loading_must_text(l, json_array_get(list, i), "title");
	e->rules = loading_array(l, data, "rules", sizeof *e->rules, &e->n_rules, &list);
	e->places = loading_array(l, data, "places", sizeof *e->places, &e->n_places, &list);
	if (e->n_items > EVENT_ITEMS || e->n_materials > EVENT_MATERIALS)
		loading_fail(l, "more than 64", e->n_items > EVENT_ITEMS ? "items" : "materials");
	if (e->n_records > EVENT_RECORDS || e->n_signs > EVENT_SIGNS)
		loading_fail(l, "too many", e->n_signs > EVENT_SIGNS ? "signs" : "records");
}

/* --------------------------------------------------------------------------- second pass: contents */

static void
load_choices(struct loading *l, struct question *q, const json_t *json)
{
	const json_t *list;

	q->choices = loading_array(l, json, "choices", sizeof *q->choices, &q->n_choices, &list);
	for (size_t i = 0; i < q->n_choices; i++) {
		q->choices[i].code = loading_must_text(l, json_array_get(list, i), "code");
		q->choices[i].label = loading_must_text(l, json_array_get(list, i), "label");
	}
}

static void
load_sources(struct loading *l, struct question *q, const json_t *json)
{
	const json_t *list;

	q->from = loading_array(l, json, "from", sizeof *q->from, &q->n_from, &list);
	for (size_t i = 0; i < q->n_from; i++) {
		q->from[i].value = loading_expr(l, json_object_get(json_array_get(list, i), "value"));
		q->from[i].when = loading_expr(l, json_object_get(json_array_get(list, i), "when"));
		if (!q->from[i].value)
			loading_fail(l, "source of", q->id);
	}
}

/* Examples are text; a number or a list is kept as its JSON. */
static char *
load_example(struct loading *l, const json_t *json)
{
	const json_t *example = json_object_get(json, "example");

	if (!example || json_is_string(example))
		return loading_text(l, json, "example");
	return json_canonical_string(example);
}

/* What a question of the form and a column of a list have alike. */
static void
load_ask(struct loading *l, struct question *q, const json_t *json)
{
	const json_t *min = json_object_get(json, "min"), *max = json_object_get(json, "max");

	q->why = loading_text(l, json, "why");
	q->text = loading_text(l, json, "text");
	q->example = load_example(l, json);
	q->not_after = loading_text(l, json, "not_after");
	q->not_before = loading_text(l, json, "not_before");
	q->type = loading_type(l, json);
	q->when = loading_expr(l, json_object_get(json, "when"));
	q->optional = json_is_true(json_object_get(json, "optional"));
	q->locked = json_is_true(json_object_get(json, "locked"));
	q->sensitive = json_is_true(json_object_get(json, "sensitive"));
	q->has_min = json_is_number(min);
	q->has_max = json_is_number(max);
	q->min = json_number_value(min);
	q->max = json_number_value(max);
	load_choices(l, q, json);
}

static void
load_question(struct loading *l, struct question *q, const json_t *json)
{
	load_ask(l, q, json);
	load_sources(l, q, json);
	l->list = q;
	for (size_t i = 0; i < q->n_each && !l->failed; i++) {
		load_ask(l, &q->each[i], json_array_get(json_object_get(json, "each"), i));
		if (q->each[i].type == TYPE_LIST)
			loading_fail(l, "a list in a list:", q->id);
	}
	l->list = NULL;
	if ((q->type == TYPE_LIST) != (q->n_each > 0))
		loading_fail(l, "columns of", q->id);
	q->section = (int)json_integer_value(json_object_get(json, "section"));
	if (q->section < 0 || (size_t)q->section >= l->event->n_sections)
		loading_fail(l, "section of", q->id);
}

static void
load_term(struct loading *l, struct term *t, const json_t *json)
{
	const json_t *list;

	t->rows = loading_array(l, json, "rows", sizeof *t->rows, &t->n_rows, &list);
	for (size_t i = 0; i < t->n_rows; i++) {
		const json_t *row = json_array_get(list, i);

		t->rows[i].value = json_deep_copy(json_object_get(row, "value"));
		t->rows[i].value_expr = loading_expr(l, json_object_get(row, "value_expr"));
		t->rows[i].when = loading_expr(l, json_object_get(row, "when"));
		if (!t->rows[i].value == !t->rows[i].value_expr)
			loading_fail(l, "row of term", t->id);
	}
}

enum rule_do
loading_otherwise(struct loading *l, const json_t *json, char **text)
{
	static const char *const words[] = { "refuse", "offline", "correct", "remind", "drop", "wait" };
	const json_t *otherwise = json_object_get(json, "otherwise");

	*text = loading_must_text(l, otherwise, "text");
	return (enum rule_do)loading_word(l, json_text(otherwise, "do"), words, 6);
}

static void
load_rule(struct loading *l, struct rule *r, const json_t *json)
{
	r->id = loading_must_text(l, json, "id");
	r->must = loading_expr(l, json_object_get(json, "must"));
	r->when = loading_expr(l, json_object_get(json, "when"));
	r->only = loading_mask(l, json, "only", event_item);
	r->otherwise = loading_otherwise(l, json, &r->text);
	if (!r->must)
		loading_fail(l, "condition of rule", r->id);
}

/* upload: its types, space separated. */
static char *
joined(struct loading *l, const json_t *types)
{
	struct text out;
	size_t i;
	json_t *type;

	text_init(&out, 1024);
	json_array_foreach(types, i, type) {
		if (i > 0)
			text_putc(&out, ' ');
		text_puts(&out, json_is_string(type) ? json_string_value(type) : "?");
	}
	if (out.failed || !out.data)
		loading_fail(l, "types of", "upload");
	return text_take(&out, NULL);
}

static void
load_way(struct loading *l, struct get *g, const json_t *json)
{
	static const char *const words[] = { "fetch", "record", "produced", "commit", "upload" };
	const char *record = json_text(json, "record"), *item = json_text(json, "item");

	g->way = (enum way)loading_word(l, json_text(json, "way"), words, 5);
	g->record = g->item = -1;
	if (record)
		g->record = event_record(l->event, record);
	if (item)
		g->item = event_item(l->event, item);
	if ((g->way == WAY_RECORD && g->record < 0) || (g->way == WAY_PRODUCED && g->item < 0))
		loading_fail(l, "way", record ? record : item);
	if (g->way == WAY_FETCH) {
		g->by = loading_must_text(l, json, "by");
		loading_call(l, g->by, &g->department, &g->call);
		if (!l->failed)
			loading_request(l, json, g->by, &g->request, &g->n_request);
	} else if (g->way == WAY_COMMIT) {
		g->text = loading_must_text(l, json, "text");
	} else if (g->way == WAY_UPLOAD) {
		g->text = joined(l, json_object_get(json, "types"));
	}
}

static void
load_material(struct loading *l, struct material *m, const json_t *json)
{
	const json_t *list;

	m->when = loading_expr(l, json_object_get(json, "when"));
	m->get = loading_array(l, json, "get", sizeof *m->get, &m->n_get, &list);
	for (size_t i = 0; i < m->n_get && !l->failed; i++)
		load_way(l, &m->get[i], json_array_get(list, i));
}

static void
load_place(struct loading *l, struct place *p, const json_t *json)
{
	p->code = loading_must_text(l, json, "code");
	p->name = loading_must_text(l, json, "name");
	p->figures = json_deep_copy(json_object_get(json, "figures"));
	if (!json_is_object(p->figures))
		loading_fail(l, "figures of", p->code);
}

static void
load_either(struct loading *l, struct either *x, const json_t *json)
{
	x->items = loading_mask(l, json, "items", event_item);
}

#define EACH(field, key, load) do { \
	const json_t *list_ = json_object_get(data, key); \
	for (size_t i_ = 0; i_ < e->n_##field && !l->failed; i_++) \
		load(l, &e->field[i_], json_array_get(list_, i_)); \
} while (0)

static void
load_record(struct loading *l, struct record *r, const json_t *json)
{
	r->by = loading_must_text(l, json, "by");
	loading_call(l, r->by, &r->department, &r->call);
	if (l->failed)
		return;
	loading_request(l, json, r->by, &r->request, &r->n_request);
	r->outputs = loading_outputs(l, r->by, &r->n_outputs);
}

static void
load_figure(struct loading *l, struct figure *f, const json_t *json)
{
	f->usual = json_deep_copy(json_object_get(json, "usual"));
	if (!f->usual)
		loading_fail(l, "usual value of", f->id);
}

static void
load_once_per(struct loading *l, const json_t *data)
{
	const json_t *once = json_object_get(data, "once_per"), *list;
	struct event *e = l->event;

	e->once_per = loading_array(l, data, "once_per", sizeof *e->once_per, &e->n_once_per, &list);
	if (json_is_object(once)) {
		e->n_once_per = 1;
		e->once_per[0] = loading_expr(l, once);
		return;
	}
	for (size_t i = 0; i < e->n_once_per; i++)
		e->once_per[i] = loading_expr(l, json_array_get(list, i));
}

static void
load_contents(struct loading *l, const json_t *data)
{
	struct event *e = l->event;

	EACH(records, "records", load_record);
	EACH(questions, "asks", load_question);
	loading_signs(l, data);
	EACH(terms, "terms", load_term);
	EACH(figures, "figures", load_figure);
	EACH(places, "places", load_place);
	EACH(rules, "rules", load_rule);
	EACH(materials, "materials", load_material);
	EACH(items, "items", loading_item);
	EACH(eithers, "eithers", load_either);
	if (l->failed)
		return;
	e->place = loading_expr(l, json_object_get(data, "place"));
	e->known_by = loading_expr(l, json_object_get(data, "known_by"));
	load_once_per(l, data);
}

/* --------------------------------------------------------------------------- the whole */

/* Take "line" and "file" out. A place's figures are named by the file's author: not looked into. */
static void
strip(json_t *value)
{
	const char *key;
	json_t *inner;
	size_t i;

	if (json_is_array(value))
		json_array_foreach(value, i, inner)
			strip(inner);
	if (!json_is_object(value))
		return;
	json_object_del(value, "line");
	json_object_del(value, "file");
	json_object_foreach(value, key, inner)
		if (strcmp(key, "figures") != 0 || !json_is_object(inner))
			strip(inner);
}

json_t *
event_bare(const json_t *declared)
{
	json_t *copy = json_deep_copy(declared);

	if (copy)
		strip(copy);
	return copy;
}

static int
hash(struct event *e, struct error *why)
{
	struct text canonical;
	int failed;

	text_init(&canonical, DECLARED_BYTES);
	failed = json_canonical(e->declared, &canonical);
	if (!failed)
		digest_sha256(canonical.data, canonical.length, e->version);
	text_free(&canonical);
	return failed ? error_set(why, ERROR_BROKEN, "event %s is too large to be hashed", e->id) : 0;
}

struct event *
event_load(const json_t *declared, struct error *why)
{
	struct event *e = calloc(1, sizeof *e);
	struct loading l = { .event = e, .calls = json_object_get(declared, "calls"), .why = why };
	unsigned losses = memory_losses();

	if (!e || !(e->declared = event_bare(declared))) {
		free(e);
		error_set(why, ERROR_TEMPORARY, "no memory for an event");
		return NULL;
	}
	e->id = loading_must_text(&l, declared, "id");
	e->title = loading_must_text(&l, declared, "title");
	e->lead = loading_must_text(&l, declared, "lead");
	e->basis = loading_text(&l, declared, "basis");
	e->since = loading_text(&l, declared, "since");
	e->ends = loading_text(&l, declared, "ends");
	load_names(&l, declared);
	if (!l.failed)
		load_contents(&l, declared);
	if (l.failed || hash(e, why)) {
		event_free(e);
		return NULL;
	}
	loading_use(e);
	if (memory_losses() == losses)
		return e;
	error_set(why, ERROR_TEMPORARY, "no memory for an event");
	event_free(e);
	return NULL;
}
