/* Which versions of the events are in force, which ones files propose, who has approved them. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "declared/differences.h"
#include "flows/approval.h"
#include "seal/digest.h"
#include "store/approval.h"

enum { EVENTS = 256 };

struct asked { /* by whom, and what serves him */
	struct account who;
	struct node *n;
	struct store *s;
	struct error why;
};

/* False: the exchange has been answered. */
static bool
begin(struct asked *a, struct http_exchange *x, bool approves)
{
	if (account_of(a->n, x, &a->who) != 0)
		return false;
	if (a->who.role != ROLE_POLICY && (approves || (a->who.role != ROLE_SUPERVISOR && a->who.role != ROLE_OPERATOR))) {
		http_problem(x, 403, "forbidden", "没有权限", "事项文件的新版本由政策人员查看和批准。", NULL);
		return false;
	}
	a->s = sight_store(a->n, x, &a->why);
	if (!a->s)
		api_unavailable(x, &a->why);
	return a->s != NULL;
}

static bool
is_four_eyed(const struct asked *a)
{
	return a->n->places.four_eyes;
}

/* ---- shown ---- */

struct approvals {
	json_t *list;
	int64_t reader;
	bool own; /* his is among them */
};

static int
add_approval(void *cookie, const struct store_approval *approval, struct error *why)
{
	struct approvals *all = cookie;
	char at[30];

	clock_format(approval->at, at);
	all->own = all->own || approval->account == all->reader;
	if (json_array_append_new(all->list, json_pack("{s:s, s:s}", "by", approval->name, "at", at)) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	return 0;
}

/* What is told of any version. */
static json_t *
show(struct asked *a, const struct event *e, const char *state)
{
	struct store_standing standing;
	struct approvals all = { .list = json_array(), .reader = a->who.id };
	json_t *shown = NULL;

	if (all.list && store_approval_standing(a->s, e->version, e->id, &standing, &a->why) == 0 &&
	    store_approval_list(a->s, e->version, add_approval, &all, &a->why) == 0)
		shown = json_pack("{s:s, s:s, s:o, s:s, s:i, s:b, s:O}", "event", e->id, "title", e->title, "version",
		    catalog_version_text(e->version), "state", state, "missing", standing.approvals < APPROVAL_NEEDED
		    ? APPROVAL_NEEDED - standing.approvals : 0, "approved", all.own, "approvals", all.list);
	json_decref(all.list);
	return shown;
}

static json_t *
show_in_force(struct asked *a, const struct event *e)
{
	return show(a, e, "in_force");
}

/* Beside what is in force; nothing of that event may be. */
static json_t *
show_proposed(struct asked *a, const struct event *e)
{
	const struct event *before = catalog_current(a->n->catalog, e->id);
	json_t *shown = show(a, e, "proposed");

	if (shown) {
		json_object_set_new(shown, "replaces", before ? catalog_version_text(before->version) : json_null());
		json_object_set_new(shown, "changes", differences_list(before, e));
	}
	return shown;
}

/* One of catalog_proposed_told(), by who has approved it. */
static json_t *
show_told(struct asked *a, json_t *proposed, const uint8_t version[32])
{
	struct store_standing standing;
	struct approvals all = { .list = json_array(), .reader = a->who.id };
	bool done = all.list && store_approval_standing(a->s, version, "", &standing, &a->why) == 0 &&
	    store_approval_list(a->s, version, add_approval, &all, &a->why) == 0;
	int missing = done && standing.approvals < APPROVAL_NEEDED ? APPROVAL_NEEDED - standing.approvals : 0;

	if (done && json_object_update_new(proposed, json_pack("{s:s, s:i, s:b, s:O}", "state", "proposed", "missing",
	    missing, "approved", all.own, "approvals", all.list)) != 0)
		done = false;
	json_decref(all.list);
	return done ? json_incref(proposed) : NULL;
}

static bool
read_version(const char *hex, uint8_t version[32])
{
	static const char prefix[] = "sha256:";

	if (strncmp(hex, prefix, strlen(prefix)) == 0)
		hex += strlen(prefix);
	return digest_unhex(hex, version, 32);
}

static int
add_told(struct asked *a, json_t *list)
{
	json_t *proposed = catalog_proposed_told(a->n->catalog), *one;
	uint8_t version[32];
	int done = proposed ? 0 : -1;
	size_t i;

	json_array_foreach(proposed, i, one)
		if (!read_version(json_text(one, "version"), version) ||
		    json_array_append_new(list, show_told(a, one, version)) != 0)
			done = -1;
	json_decref(proposed);
	return done;
}

static int
add_all(struct asked *a, json_t *list, size_t (*which)(struct catalog *, const struct event **, size_t),
    json_t *(*show_one)(struct asked *, const struct event *))
{
	const struct event *events[EVENTS];
	size_t n = which(a->n->catalog, events, EVENTS);

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(list, show_one(a, events[i])) != 0)
			return -1;
	return 0;
}

void
api_versions_list(void *node, struct http_exchange *x)
{
	struct asked a = { .n = node };
	json_t *list;

	if (!begin(&a, x, false))
		return;
	list = json_array();
	if (add_all(&a, list, catalog_proposed, show_proposed) == 0 && add_told(&a, list) == 0 &&
	    add_all(&a, list, catalog_list, show_in_force) == 0) {
		api_json_take(x, 200, json_pack("{s:b, s:i, s:o}", "four_eyes", is_four_eyed(&a), "needed", APPROVAL_NEEDED,
		    "versions", list));
		return;
	}
	json_decref(list);
	api_unavailable(x, &a.why);
}

/* ---- approved ---- */

static const struct event *
find(size_t (*which)(struct catalog *, const struct event **, size_t), struct catalog *c, const uint8_t version[32])
{
	const struct event *events[EVENTS];
	size_t n = which(c, events, EVENTS);

	for (size_t i = 0; i < n; i++)
		if (memcmp(events[i]->version, version, 32) == 0)
			return events[i];
	return NULL;
}

static json_t *
find_told(struct catalog *c, const uint8_t version[32])
{
	json_t *proposed = catalog_proposed_told(c), *one, *found = NULL;
	uint8_t other[32];
	size_t i;

	json_array_foreach(proposed, i, one)
		if (!found && read_version(json_text(one, "version"), other) && memcmp(other, version, sizeof other) == 0)
			found = json_incref(one);
	json_decref(proposed);
	return found;
}

/* Why what is not proposed now cannot be approved. */
static void
refuse(struct asked *a, struct http_exchange *x, const uint8_t version[32])
{
	char *known;

	if (find(catalog_list, a->n->catalog, version)) {
		http_problem(x, 409, "conflict", "已经生效", "这个版本已经生效,不用再批准。", NULL);
		return;
	}
	known = store_version_get(a->s, version, &a->why);
	if (known)
		http_problem(x, 409, "conflict", "文件又改过了", "您看的已经不是文件现在的内容,没有批准。请看过现在的内容再批准。", NULL);
	else if (a->why.kind)
		api_unavailable(x, &a->why);
	else
		api_not_found(x);
	free(known);
}

/* What the path names is approved as it is proposed now. */
void
api_versions_approve(void *node, struct http_exchange *x)
{
	struct asked a = { .n = node };
	const struct event *e;
	json_t *told, *shown = NULL;
	uint8_t version[32];

	if (!begin(&a, x, true) || account_proved(&a.who, x) != 0)
		return;
	if (!read_version(http_param(x, "version"), version)) {
		api_not_found(x);
		return;
	}
	e = find(catalog_proposed, a.n->catalog, version);
	told = e ? NULL : find_told(a.n->catalog, version);
	if (!e && !told) {
		refuse(&a, x, version);
		return;
	}
	if (store_approval_put(a.s, a.who.token, a.who.id, version, &a.why) == 0)
		shown = e ? show_proposed(&a, e) : show_told(&a, told, version);
	json_decref(told);
	if (shown)
		api_json_take(x, 200, shown);
	else
		api_unavailable(x, &a.why);
}
