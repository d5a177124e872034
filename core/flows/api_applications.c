/* Filing, showing and listing applications. */
#include "flows/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "flows/case.h"
#include "flows/intake.h"
#include "rules/fill.h"
#include "rules/history.h"
#include "seal/digest.h"

enum { LIMIT = 50, LIMIT_MOST = 200, BODY_CEILING = 2 << 20 };

void
api_applications_file(void *node, struct http_exchange *x)
{
	struct account who;

	if (account_of(node, x, &who) == 0)
		intake_file(node, &who, x);
}

/* --- may he see it? --- */

static bool
has_division(const struct account *who, int32_t division)
{
	for (int i = 0; i < who->n_divisions; i++)
		if (who->divisions[i] == division)
			return true;
	return false;
}

static bool
concerns_department(const struct store_case *c, const char *department)
{
	for (size_t i = 0; i < c->n_operations; i++)
		if (strcmp(c->operations[i].department, department) == 0 &&
		    c->operations[i].item < MATERIAL_NODE)
			return true;
	return false;
}

static bool
may_see(const struct account *who, const struct store_case *c)
{
	static const uint8_t nobody[16];

	switch (who->role) {
	case ROLE_CITIZEN:
		return c->account == who->id || (*who->id_number && memcmp(who->person, nobody, 16) != 0 &&
		    memcmp(c->person, who->person, 16) == 0);
	case ROLE_AGENT:
		return c->filed_by == who->id ||
		    (c->filed_by != 0 && has_division(who, c->division));
	case ROLE_CLERK:
		return concerns_department(c, who->department) &&
		    (who->n_divisions == 0 || has_division(who, c->division));
	default:
		return false;
	}
}

static bool
is_own(const struct account *who, const struct store_case *c)
{
	return who->role == ROLE_CITIZEN && c->filed_by == 0 && c->account == who->id;
}

/* Reading another person's data is committed before it is shown; if it cannot be, nothing is shown. */
static int
note_access(struct node *n, struct store *s, const struct account *who, const struct store_case *c,
    const char *fields, const char *reason, struct error *why)
{
	struct store_access access = { .division = c->division, .id = store_id(n->slot, node_now(n)),
		.account = who->id, .application = c->id, .at = node_now(n), .fields = fields, .why = reason };

	return is_own(who, c) ? 0 : store_access_put(s, &access, why);
}

static struct store *
connection(struct node *n, struct http_exchange *x, struct error *why)
{
	struct store *s = n->workers[http_worker(x)];

	if (s && store_alive(s))
		return s;
	error_set(why, ERROR_TEMPORARY, "no database");
	return NULL;
}

/* Find the application of the path for this caller. 1 found, 0 the exchange is answered. */
static int
find(struct node *n, struct http_exchange *x, bool bodies, struct account *who, struct store **s,
    struct store_case *c)
{
	struct error why = { 0 };
	int found;

	memset(c, 0, sizeof *c);
	if (account_of(n, x, who) != 0)
		return 0;
	*s = connection(n, x, &why);
	found = *s ? store_case_by_number(*s, http_param(x, "number"), bodies, c, &why) : -1;
	if (found == 1 && may_see(who, c))
		return 1;
	store_case_free(c);
	if (found < 0)
		api_unavailable(x, &why);
	else
		api_not_found(x);
	return 0;
}

static const char *
department_of(const struct account *who)
{
	return who->role == ROLE_CLERK ? who->department : NULL;
}

/* What of the form a clerk is told: the answers that the items of his department are sent. */
static json_t *
told_fields(const struct running *r, const char *department)
{
	json_t *outputs[EVENT_ITEMS], *all = json_object();
	struct facts facts;

	running_facts(r, outputs, &facts);
	for (size_t i = 0; i < r->event->n_items; i++)
		if (strcmp(r->event->items[i].department, department) == 0 && r->nodes[i].sent_at)
			json_object_set_new(all, r->event->items[i].id, fill_data(r->event, (int)i, &facts));
	return all;
}

void
api_applications_show(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct running *r;
	struct store *s;
	json_t *shown;

	if (!find(n, x, false, &who, &s, &c))
		return;
	if (note_access(n, s, &who, &c, "application", "shown", &why) != 0 ||
	    !(r = case_load(n, s, &c, true, &why))) {
		api_unavailable(x, &why);
	} else {
		shown = running_show(r, department_of(&who), http_header(x, "Accept-Language"));
		if (shown && who.role == ROLE_CLERK)
			json_object_set_new(shown, "data", told_fields(r, who.department));
		api_json_take(x, 200, shown);
		running_free(r);
	}
	store_case_free(&c);
}

/* A clerk gets what concerns his department; the hashes still are those of the whole chain. */
static void
leave_out_others(json_t *entries, const char *department)
{
	for (size_t i = json_array_size(entries); i-- > 0;) {
		const char *of = json_text(json_array_get(entries, i), "department");

		if (of && strcmp(of, department) != 0)
			json_array_remove(entries, i);
	}
}

void
api_applications_history(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct store *s;
	uint8_t hash[32] = { 0 };
	char last[65], *lines;
	json_t *entries;

	if (!find(n, x, false, &who, &s, &c))
		return;
	lines = note_access(n, s, &who, &c, "history", "shown", &why) == 0
	    ? store_history(s, c.division, c.id, &why) : NULL;
	entries = json_array();
	if (!lines || history_walk(lines, strlen(lines), hash, entries) != 0) {
		error_set(&why, ERROR_BROKEN, "the history of an application does not read");
		json_decref(entries);
		api_unavailable(x, &why);
	} else {
		int count = (int)json_array_size(entries);

		digest_hex(hash, 32, last);
		if (who.role == ROLE_CLERK)
			leave_out_others(entries, who.department);
		api_json_take(x, 200, json_pack("{s:s, s:i, s:s, s:o}", "number", c.number, "count", count,
		    "last", last, "entries", entries));
	}
	free(lines);
	store_case_free(&c);
}

/* --- who was told what --- */

static json_t *
names_of(const json_t *object)
{
	json_t *names = json_array(), *value;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)object, name, value)
		json_array_append_new(names, json_string(name));
	return names;
}

/* What went out stands in the stored body, whatever the answers say today. NULL: it does not open. */
static json_t *
sent_fields(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct error *why)
{
	struct seal_place at = { "operation", "body", c->id, case_part(o->item, o->round, o->undo) };
	json_t *body = NULL, *fields = NULL;
	struct text plain;

	text_init(&plain, BODY_CEILING);
	if (seal_open_value(n->seal, &at, o->body.data, o->body.length, &plain, why) == 0)
		body = json_read(plain.data, plain.length, BODY_CEILING, why);
	text_free(&plain);
	if (body)
		fields = names_of(json_object_get(body, "data"));
	json_decref(body);
	return fields;
}

/* One operation: an item's, or the fetch of a paper ("material:<id>"). */
static json_t *
told(struct node *n, const struct store_case *c, const struct event *e,
    const struct store_case_operation *o, struct error *why)
{
	bool fetch = o->item >= MATERIAL_NODE;
	const char *id = fetch ? e->materials[o->item - MATERIAL_NODE].id : e->items[o->item].id;
	const char *title = fetch ? e->materials[o->item - MATERIAL_NODE].title : e->items[o->item].title;
	json_t *fields = sent_fields(n, c, o, why);
	char at[30], name[160];

	if (!fields)
		return NULL;
	snprintf(name, sizeof name, "%s%.140s", fetch ? "material:" : "", id);
	clock_format(o->created_at, at);
	return json_pack("{s:s, s:s, s:s, s:i, s:b, s:s, s:o}", "item", name, "title", title,
	    "department", o->department, "round", (int)o->round, "told", 1, "at", at, "fields", fields);
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
	return o;
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

		if (o->undo || (department && strcmp(o->department, department) != 0))
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

	if (!find(n, x, true, &who, &s, &c))
		return;
	yes = json_array();
	no = json_array();
	r = note_access(n, s, &who, &c, "disclosures", "shown", &why) == 0
	    ? case_load(n, s, &c, true, &why) : NULL;
	if (r && gather(n, &c, r, department_of(&who), yes, no, &why) == 0)
		api_json_take(x, 200, json_pack("{s:s, s:O, s:O}", "number", r->number, "told", yes,
		    "not_told", no));
	else
		api_unavailable(x, &why);
	json_decref(yes);
	json_decref(no);
	running_free(r);
	store_case_free(&c);
}

/* --- lists --- */

struct listing {
	struct node *node;
	struct store *store;
	json_t *list;
	struct { int32_t division; int64_t id; } hits[LIMIT_MOST];
	int64_t last;
	int limit, n;
};

static void
list_one(void *cookie, const struct store_case *c)
{
	struct listing *l = cookie;
	const struct event *e = catalog_version(l->node->catalog, l->store, c->version, NULL);
	char at[30];

	if (++l->n > l->limit)
		return;
	l->hits[l->n - 1].division = c->division;
	l->hits[l->n - 1].id = c->id;
	clock_format(c->submitted_at, at);
	json_array_append_new(l->list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "number", c->number,
	    "event", c->event, "title", e ? e->title : c->event,
	    "status", application_status_names[c->status], "submitted_at", at,
	    "filed_by", c->filed_by ? "agent" : "self"));
	l->last = c->id;
}

static int
read_limit(struct http_exchange *x, int *limit)
{
	const char *s = http_query(x, "limit");
	char *end;
	long value;

	*limit = LIMIT;
	if (!s)
		return http_query_count(x, "limit") > 1 ? -1 : 0;
	value = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || value < 1 || value > LIMIT_MOST)
		return -1;
	*limit = (int)value;
	return 0;
}

static int
read_status(struct http_exchange *x, int *status)
{
	const char *s = http_query(x, "status");

	*status = -1;
	for (int i = 0; s && i < STATUS_COUNT; i++)
		if (strcmp(application_status_names[i], s) == 0)
			*status = i;
	return s && *status < 0 ? -1 : 0;
}

static int
read_cursor(struct http_exchange *x, int64_t *before)
{
	const char *s = http_query(x, "cursor");
	uint8_t bytes[8];

	*before = 0;
	if (!s)
		return 0;
	if (strlen(s) != 16 || !digest_unhex(s, bytes, 8))
		return -1;
	for (int i = 0; i < 8; i++)
		*before = (int64_t)((uint64_t)*before << 8 | bytes[i]);
	return *before > 0 ? 0 : -1;
}

/* What may be asked for is what the caller may see: the filter narrows, it never widens. */
static void
limit_to_caller(const struct account *who, struct store_filter *f)
{
	f->divisions = who->divisions;
	f->n_divisions = who->n_divisions;
	switch (who->role) {
	case ROLE_CLERK:
		f->department = who->department;
		break;
	case ROLE_AGENT:
		f->filed = true;
		if (who->n_divisions == 0)
			f->account = who->id;
		break;
	default:
		f->account = who->id;
		f->own_person = *who->id_number ? who->person : NULL;
		f->n_divisions = 0;
		break;
	}
}

static int
read_filter(struct node *n, struct http_exchange *x, struct store_filter *f, uint8_t person[16])
{
	const char *q = http_query(x, "q");
	char division[7];
	int month;

	f->event = http_query(x, "event");
	if (read_limit(x, &f->limit) != 0 || read_status(x, &f->status) != 0 ||
	    read_cursor(x, &f->before) != 0 || (q && strlen(q) > 64)) {
		http_problem(x, 400, "not-readable", "查询条件不对",
		    "limit 为 1 到 200;status、cursor 请照原样使用系统给出的值。", NULL);
		return -1;
	}
	if (q && number_parse(q, division, &month)) {
		f->number = q;
	} else if (q && *q) {
		seal_blind(n->seal, "id_number", q, strlen(q), person);
		f->person = person;
	}
	f->limit++;
	return 0;
}

/* Staff who look a person up by his identity number learn that he applied: noted for each hit. */
static int
note_hits(struct listing *l, const struct account *who, const struct store_filter *f,
    struct error *why)
{
	int64_t now = node_now(l->node);

	for (int i = 0; f->person && who->role != ROLE_CITIZEN && i < l->n && i < l->limit; i++) {
		struct store_access access = { .division = l->hits[i].division,
			.id = store_id(l->node->slot, now), .account = who->id, .application = l->hits[i].id,
			.at = now, .fields = "status", .why = "search" };

		if (store_access_put(l->store, &access, why) != 0)
			return -1;
	}
	return 0;
}

void
api_applications_list(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct store_filter filter = { 0 };
	struct listing l = { .node = n };
	struct error why = { 0 };
	struct account who;
	uint8_t person[16];
	char cursor[17];
	json_t *o;

	if (account_of(n, x, &who) != 0 || read_filter(n, x, &filter, person) != 0)
		return;
	if (who.role > ROLE_CLERK) {
		http_problem(x, 403, "forbidden", "没有权限", "这个账号不能查看申请。", NULL);
		return;
	}
	limit_to_caller(&who, &filter);
	l.store = connection(n, x, &why);
	l.list = json_array();
	l.limit = filter.limit - 1;
	if (!l.store || store_list(l.store, &filter, list_one, &l, &why) != 0 ||
	    note_hits(&l, &who, &filter, &why) != 0) {
		json_decref(l.list);
		api_unavailable(x, &why);
		return;
	}
	o = json_pack("{s:o}", "applications", l.list);
	snprintf(cursor, sizeof cursor, "%016llx", (unsigned long long)l.last);
	json_object_set_new(o, "cursor", l.n > l.limit ? json_string(cursor) : json_null());
	api_json_take(x, 200, o);
}
