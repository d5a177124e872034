/* The applications that a caller may see, page by page. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/mandates.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "seal/digest.h"

enum { LIMIT = 50, LIMIT_MOST = 200 };

struct listing {
	struct node *node;
	struct store *store;
	const struct account *who;
	json_t *list;
	struct { struct store_place at; bool known_by, own; } hits[LIMIT_MOST];
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
	l->hits[l->n - 1].at = (struct store_place){ c->division, c->id };
	l->hits[l->n - 1].own = sight_is_own(l->who, c);
	l->hits[l->n - 1].known_by = e && e->known_by && l->who->role <= ROLE_AGENT;
	clock_format(c->submitted_at, at);
	json_array_append_new(l->list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "number", c->number,
	    "event", c->event, "title", e ? e->title : c->event,
	    "status", application_status_names[c->status], "submitted_at", at,
	    "filed_by", c->filed_by ? "agent" : "self"));
	l->last = c->id;
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
	case ROLE_CLERK: case ROLE_OPERATOR: /* an operator of no department looks after all of them */
		f->department = *who->department ? who->department : NULL;
		break;
	case ROLE_AGENT:
		f->agent = who->id;
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
	const char *q = http_query(x, "q"), *attention = http_query(x, "attention");
	char division[7];
	int month;

	f->event = http_query(x, "event");
	f->attention = attention != NULL;
	if (!api_limit(x, LIMIT, LIMIT_MOST, &f->limit) || read_status(x, &f->status) != 0 ||
	    read_cursor(x, &f->before) != 0 || (q && (strlen(q) > 64 || attention)) ||
	    (attention && strcmp(attention, "1") != 0)) {
		http_problem(x, 400, "not-readable", "查询条件不对",
		    "limit 为 1 到 200;status、cursor 请照原样使用系统给出的值;attention=1 不能与 q 同用。", NULL);
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

/* Staff who look a person up by his identity number learn that he applied; whoever sees by what another one's
 * application is known has read that: noted for each hit. */
static int
note_hits(struct listing *l, bool searched, struct error *why)
{
	struct store_access rows[LIMIT_MOST];
	int64_t now = node_now(l->node);
	size_t n = 0;

	searched = searched && l->who->role != ROLE_CITIZEN;
	for (int i = 0; i < l->n && i < l->limit; i++)
		if (searched || (l->hits[i].known_by && !l->hits[i].own))
			rows[n++] = (struct store_access){ .division = l->hits[i].at.division, .account = l->who->id,
				.id = store_id(l->node->slot, now), .application = l->hits[i].at.id, .at = now,
				.fields = l->hits[i].known_by ? "known_by" : "status", .why = searched ? "search" : "shown" };
	return sight_put(l->node, l->store, l->who, rows, n, why);
}

/* One that cannot be read is told without it. */
static void
name_one(void *cookie, struct store_case *c)
{
	struct listing *l = cookie;
	struct error why = { 0 };
	struct running *r = case_load(l->node, l->store, c, true, &why);
	json_t *known_by = r ? running_known_by(r) : NULL;

	if (!r)
		log_warning("application %s is listed without what it is known by: %s", c->number, why.text);
	for (int i = 0; known_by && i < l->n && i < l->limit; i++)
		if (l->hits[i].at.division == c->division && l->hits[i].at.id == c->id)
			json_object_set(json_array_get(l->list, (size_t)i), "known_by", known_by);
	json_decref(known_by);
	running_free(r);
	store_case_free(c);
}

/* By what each is known, where its event says so: an answer, which is sealed like all of them. */
static int
name_hits(struct listing *l, struct error *why)
{
	struct store_place places[LIMIT_MOST];
	size_t n = 0;

	for (int i = 0; i < l->n && i < l->limit; i++)
		if (l->hits[i].known_by)
			places[n++] = l->hits[i].at;
	return n > 0 ? store_cases_by_id(l->store, places, n, name_one, l, why) : 0;
}

/* What waits for a person is for those who look after it, and nothing else is for operators. */
static bool
may_list(const struct account *who, const struct store_filter *f)
{
	return f->attention ? who->role == ROLE_CLERK || who->role == ROLE_OPERATOR : who->role <= ROLE_CLERK;
}

void
api_applications_list(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct store_filter filter = { 0 };
	struct error why = { 0 };
	struct account who;
	struct listing l = { .node = n, .who = &who };
	uint8_t person[16];
	char cursor[17];
	json_t *o;

	if (account_of(n, x, &who) != 0 || read_filter(n, x, &filter, person) != 0 ||
	    (who.role == ROLE_AGENT && !roster_place(x, &filter.village)))
		return;
	if (!may_list(&who, &filter)) {
		http_problem(x, 403, "forbidden", "没有权限", "这个账号不能查看申请。", NULL);
		return;
	}
	limit_to_caller(&who, &filter);
	l.store = sight_store(n, x, &why);
	l.list = json_array();
	l.limit = filter.limit - 1;
	if (!l.store || store_list(l.store, &filter, list_one, &l, &why) != 0 ||
	    note_hits(&l, filter.person != NULL, &why) != 0 || name_hits(&l, &why) != 0) {
		json_decref(l.list);
		api_unavailable(x, &why);
		return;
	}
	o = json_pack("{s:o}", "applications", l.list);
	snprintf(cursor, sizeof cursor, "%016llx", (unsigned long long)l.last);
	json_object_set_new(o, "cursor", l.n > l.limit ? json_string(cursor) : json_null());
	api_json_take(x, 200, o);
}
