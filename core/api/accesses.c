/* Who has read whose data, for the one whose they are: of an application, and of what was looked up while
 * there was none. Each reading left a row before it was shown. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"

struct readings {
	const struct account *who;
	json_t *list;
};

/* By whom: himself, or in which role; not by name, that is the department's to answer for. */
static void
put(void *cookie, const struct store_reading *r)
{
	struct readings *all = cookie;
	char at[30];

	clock_format(r->at, at);
	json_array_append_new(all->list, json_pack("{s:s, s:s, s:o, s:s, s:s, s:b}", "at", at, "by",
	    r->account == all->who->id ? "self" : r->role, "department",
	    *r->department ? json_string(r->department) : json_null(), "fields", r->fields, "why", r->why,
	    "bulk", r->bulk));
}

void
api_applications_accesses(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct store *s;
	struct readings all;

	if (!sight_find(n, x, false, &who, &s, &c))
		return;
	all = (struct readings){ &who, json_array() };
	if (who.role > ROLE_AGENT)
		http_problem(x, 403, "forbidden", "没有权限", "谁看过这份申请,只告诉申请人本人和替他申请的代办员。", NULL);
	else if (sight_note(n, s, &who, &c, "accesses", "shown", &why) == 0 &&
	    store_readings(s, c.division, c.id, put, &all, &why) == 0)
		api_json_take(x, 200, json_pack("{s:s, s:O}", "number", c.number, "accesses", all.list));
	else
		api_unavailable(x, &why);
	json_decref(all.list);
	store_case_free(&c);
}

/* --- looked up before anything was filed --- */

struct look_ups {
	struct node *n;
	const struct account *who;
	json_t *list;
};

/* "prefill birth" and "record:marriage", as prefill writes them, in the words of the event in force. */
static void
put_look_up(void *cookie, const struct store_reading *r)
{
	static const char purpose[] = "prefill ", what[] = "record:";
	struct look_ups *all = cookie;
	const struct event *event = strncmp(r->why, purpose, strlen(purpose)) == 0
	    ? catalog_current(all->n->catalog, r->why + strlen(purpose)) : NULL;
	int record = event && strncmp(r->fields, what, strlen(what)) == 0
	    ? event_record(event, r->fields + strlen(what)) : -1;
	char at[30];

	clock_format(r->at, at);
	json_array_append_new(all->list, json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:b}", "at", at, "by",
	    r->account == all->who->id ? "self" : r->role, "event", event ? event->id : NULL, "event_title",
	    event ? event->title : NULL, "department", record < 0 ? NULL : event->records[record].department, "title",
	    record < 0 ? NULL : event->records[record].title, "fields", r->fields, "why", r->why,
	    "bulk", r->bulk));
}

void
api_accesses_own(void *node, struct http_exchange *x)
{
	struct look_ups all = { .n = node };
	struct error why = { 0 };
	struct account who;
	struct store *s;

	if (account_of(node, x, &who) != 0)
		return;
	if (who.role != ROLE_CITIZEN) {
		http_problem(x, 403, "forbidden", "没有权限", "谁查过一个人的资料,只告诉他本人。", NULL);
		return;
	}
	all.who = &who;
	all.list = json_array();
	s = sight_store(node, x, &why);
	if (s && (!*who.id_number || store_readings_of_person(s, who.person, put_look_up, &all, &why) == 0))
		api_json_take(x, 200, json_pack("{s:O}", "accesses", all.list));
	else
		api_unavailable(x, &why);
	json_decref(all.list);
}

/* --- who read of many within an hour --- */

static void
put_bulk(void *cookie, const struct store_bulk *b)
{
	char at[30];

	clock_format(b->at, at);
	json_array_append_new(cookie, json_pack("{s:s, s:i, s:s, s:s, s:o}", "at", at, "count", b->count, "account",
	    b->name, "role", b->role, "department", *b->department ? json_string(b->department) : json_null()));
}

void
api_accesses_bulk(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *list;

	if (account_of(node, x, &who) != 0)
		return;
	if (who.role != ROLE_SUPERVISOR) {
		http_problem(x, 403, "forbidden", "没有权限", "谁一下子看了很多份资料,只告诉督查人员。", NULL);
		return;
	}
	list = json_array();
	s = sight_store(node, x, &why);
	if (s && store_bulk_list(s, who.divisions, who.n_divisions, put_bulk, list, &why) == 0)
		api_json_take(x, 200, json_pack("{s:O}", "readers", list));
	else
		api_unavailable(x, &why);
	json_decref(list);
}
