/* Who has read an application, for the one whose it is: each reading left a row before it was shown. */
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
	json_array_append_new(all->list, json_pack("{s:s, s:s, s:o, s:s, s:s}", "at", at, "by",
	    r->account == all->who->id ? "self" : r->role, "department",
	    *r->department ? json_string(r->department) : json_null(), "fields", r->fields, "why", r->why));
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
