/* Who was told what: every operation with the names of what its body carried. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "rules/carried.h"
#include "rules/fill.h"

/* Of a list each column that stood in any of its rows: "heirs.id_no". */
static void
add_columns(json_t *names, const char *list, const json_t *rows)
{
	json_t *columns = json_object(), *row, *value;
	const char *name;
	char path[160];
	size_t i;

	json_array_foreach(rows, i, row)
		json_object_update(columns, row);
	json_object_foreach(columns, name, value) {
		snprintf(path, sizeof path, "%.70s.%.70s", list, name);
		json_array_append_new(names, json_string(path));
	}
	json_decref(columns);
}

static json_t *
names_of(const json_t *object)
{
	json_t *names = json_array(), *value;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)object, name, value) {
		if (json_is_object(json_array_get(value, 0)))
			add_columns(names, name, value);
		else
			json_array_append_new(names, json_string(name));
	}
	return names;
}

/* The materials whose file the department could fetch. */
static json_t *
files_of(const json_t *sent)
{
	json_t *names = json_array(), *material;
	size_t i;

	json_array_foreach(json_object_get(sent, "materials"), i, material)
		if (json_object_get(material, "file"))
			json_array_append(names, json_object_get(material, "id"));
	return names;
}

struct subject { const char *prefix, *id, *title; };

/* What an operation is about: an item, the fetch of a paper ("material:<id>"), the look-up of a record
 * ("record:<id>"). */
static struct subject
subject_of(const struct event *e, int node)
{
	if (node >= RECORD_NODE)
		return (struct subject){ "record:", e->records[node - RECORD_NODE].id,
			e->records[node - RECORD_NODE].title };
	if (node >= MATERIAL_NODE)
		return (struct subject){ "material:", e->materials[node - MATERIAL_NODE].id,
			e->materials[node - MATERIAL_NODE].title };
	return (struct subject){ "", e->items[node].id, e->items[node].title };
}

/* Each of them in plain words. */
static json_t *
titles_of(const struct event *e, int node, const json_t *names)
{
	json_t *all = carried_by(e, node), *titles = json_object(), *name;
	size_t i;

	json_array_foreach(names, i, name)
		json_object_set(titles, json_string_value(name), json_object_get(all, json_string_value(name)));
	json_decref(all);
	return titles;
}

static json_t *
with_titles_take(json_t *one, const struct event *e, int node)
{
	json_object_set_new(one, "titles", titles_of(e, node, json_object_get(one, "fields")));
	return one;
}

/* What went out stands in the stored body, whatever the answers say today: of each round its own. */
static json_t *
told(struct node *n, const struct store_case *c, const struct event *e,
    const struct store_case_operation *o, struct error *why)
{
	struct subject about = subject_of(e, o->item);
	json_t *sent = case_sent(n, c, o, why), *one;
	char at[30], name[160];

	if (!sent)
		return NULL;
	snprintf(name, sizeof name, "%s%.140s", about.prefix, about.id);
	clock_format(o->created_at, at);
	one = json_pack("{s:s, s:s, s:s, s:i, s:b, s:s, s:o, s:o}", "item", name, "title", about.title,
	    "department", o->department, "round", (int)o->round, "told", 1, "at", at,
	    "fields", names_of(json_object_get(sent, "data")), "files", files_of(sent));
	json_decref(sent);
	return with_titles_take(one, e, o->item);
}

static json_t *
not_told(const struct running *r, int node)
{
	const struct item *item = &r->event->items[node];
	json_t *outputs[EVENT_ITEMS], *data, *o;
	struct facts facts;

	running_facts(r, outputs, &facts);
	data = fill_data(r->event, node, &facts);
	o = json_pack("{s:s, s:s, s:s, s:b, s:n, s:o}", "item", item->id, "title", item->title,
	    "department", item->department, "told", 0, "at", "fields", names_of(data));
	json_decref(data);
	return with_titles_take(o, r->event, node);
}

static bool
is_sent(const struct store_case *c, int item)
{
	for (size_t i = 0; i < c->n_operations; i++)
		if (c->operations[i].item == item)
			return true;
	return false;
}

/* The clerk of `department` (NULL: not one) sees what his own was told. -1: something does not open. */
static int
gather(struct node *n, const struct store_case *c, const struct running *r, const char *department,
    json_t *yes, json_t *no, struct error *why)
{
	for (size_t i = 0; i < c->n_operations; i++) {
		const struct store_case_operation *o = &c->operations[i];
		json_t *one;

		if (o->undo || !running_has(r->event, o->item) || (department && strcmp(o->department, department) != 0))
			continue;
		one = told(n, c, r->event, o, why);
		if (!one)
			return error_set(why, ERROR_TEMPORARY, "no memory");
		json_array_append_new(yes, one);
	}
	for (size_t i = 0; i < r->event->n_items; i++)
		if (!is_sent(c, (int)i) &&
		    (!department || strcmp(r->event->items[i].department, department) == 0))
			json_array_append_new(no, not_told(r, (int)i));
	return 0;
}

void
api_applications_disclosures(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct running *r;
	struct store *s;
	json_t *yes, *no;

	if (!sight_find(n, x, true, &who, &s, &c))
		return;
	yes = json_array();
	no = json_array();
	r = sight_note(n, s, &who, &c, "disclosures", "shown", &why) == 0
	    ? case_load(n, s, &c, true, &why) : NULL;
	if (r && gather(n, &c, r, sight_department(&who), yes, no, &why) == 0)
		api_json_take(x, 200, json_pack("{s:s, s:O, s:O}", "number", r->number, "told", yes,
		    "not_told", no));
	else
		api_unavailable(x, &why);
	json_decref(yes);
	json_decref(no);
	running_free(r);
	store_case_free(&c);
}
