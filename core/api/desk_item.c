/* One item as its clerk sees it: what his department was sent, whence, under which rules, and what was
 * said before. Nothing of another department's. */
#include "api/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "rules/task.h"

/* --- is it his? --- */

/* The department has it, or never could be sent it and must look. */
static int
is_before(const struct asking *a, int node, struct error *why)
{
	int64_t since;

	for (size_t i = 0; i < a->c.n_operations; i++)
		if (a->c.operations[i].item == node && strcmp(a->c.operations[i].department, a->who.department) == 0)
			return 1;
	return store_attention_of(a->s, a->c.division, a->c.id, (int16_t)node, &since, why);
}

static int
is_own(struct asking *a, int *node, struct error *why)
{
	const char *department;

	if (a->who.role != ROLE_CLERK || !sight_serves(&a->who, a->c.division))
		return 0;
	a->r = case_load(a->n, a->s, &a->c, true, why);
	if (!a->r)
		return -1;
	*node = running_find(a->r->event, http_param(a->x, "item"));
	department = *node >= 0 && *node < SIGN_NODE ? case_department(a->r, *node) : NULL;
	if (!department || strcmp(department, a->who.department) != 0)
		return 0;
	return is_before(a, *node, why);
}

int
desk_find(struct asking *a, int *node)
{
	struct error why = { 0 };
	int found;

	if (account_of(a->n, a->x, &a->who) != 0)
		return -1;
	a->s = sight_store(a->n, a->x, &why);
	found = a->s ? store_case_by_number(a->s, http_param(a->x, "number"), true, &a->c, &why) : -1;
	if (found == 1)
		found = is_own(a, node, &why);
	if (found == 1)
		return 0;
	if (found < 0)
		api_unavailable(a->x, &why);
	else
		api_not_found(a->x);
	return -1;
}

/* --- what was sent and said --- */

static const struct store_case_operation *
operation_of(const struct store_case *c, int node, int round, bool undo)
{
	for (size_t i = 0; i < c->n_operations; i++)
		if (c->operations[i].item == node && c->operations[i].round == round && c->operations[i].undo == undo)
			return &c->operations[i];
	return NULL;
}

/* The body of a round; NULL: none was sent, or (with *why) it does not open. */
static json_t *
sent_in(const struct asking *a, int node, int round, struct error *why)
{
	const struct store_case_operation *o = operation_of(&a->c, node, round, false);

	return o ? case_sent(a->n, &a->c, o, why) : NULL;
}

/* An earlier round: what went, and what was marked then. The present one shows itself. */
static json_t *
message_of(const struct asking *a, const struct store_case_operation *o, const char *kind, struct error *why)
{
	json_t *outcome = case_outcome(a->n, &a->c, o, why);
	json_t *one = json_pack("{s:s, s:i, s:o, s:o, s:O*, s:O*, s:O*}", "kind", kind, "round", (int)o->round,
	    "sent_at", desk_instant(o->created_at), "decided_at", desk_instant(o->decided_at), "marked",
	    json_object_get(outcome, "fields"), "reason", json_object_get(outcome, "reason"), "receipt",
	    json_object_get(outcome, "receipt"));

	json_decref(outcome);
	return one;
}

/* What was sent on later to an item that had begun without it. */
static void
add_later(const struct asking *a, int node, json_t *list, struct error *why)
{
	const struct event *e = a->r->event;

	for (size_t i = 0; i < a->c.n_operations; i++) {
		const struct store_case_operation *o = &a->c.operations[i];
		json_t *sent, *one;

		if (o->item >= (int)e->n_items || e->items[o->item].later_of != node || o->undo)
			continue;
		sent = case_sent(a->n, &a->c, o, why);
		one = message_of(a, o, "later", why);
		json_object_set_new(one, "fields", task_fields(a->r, o->item, json_object_get(sent, "data"), NULL));
		json_array_append_new(list, one);
		json_decref(sent);
	}
}

static json_t *
messages_of(const struct asking *a, int node, struct error *why)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->c.n_operations; i++) {
		const struct store_case_operation *o = &a->c.operations[i];

		if (o->item == node && (o->undo || o->round < running_node(a->r, node)->round))
			json_array_append_new(list, message_of(a, o, o->undo ? "undo" : "round", why));
	}
	add_later(a, node, list, why);
	return list;
}

/* --- all of it --- */

static const char *
task_of(const struct running *r, int node, bool lies, const struct store_desk_place *row)
{
	if (lies)
		return row->notice ? "notice" : row->undo ? "undo" : "decide";
	return *running_attention_kind(r, node) ? "attention" : "none";
}

static void
put_time(json_t *o, const struct running *r, int node, bool undo, int64_t now)
{
	int32_t due = INT32_MAX, today = clock_day(now);
	char day[11];
	int days;

	if (!running_due(r, node, undo, &due))
		due = INT32_MAX;
	days = task_days_left(due, today);
	clock_format_day(due == INT32_MAX ? today : due, day);
	json_object_set_new(o, "due", due == INT32_MAX ? json_null() : json_string(day));
	json_object_set_new(o, "days_left", days == TASK_DAYS_UNKNOWN ? json_null() : json_integer(days));
	json_object_set_new(o, "light", json_string(task_light(due, today)));
}

static void
put_sent(json_t *o, const struct asking *a, int node, struct error *why)
{
	int round = running_node(a->r, node)->round;
	json_t *sent = sent_in(a, node, round, why), *before = round > 1 ? sent_in(a, node, round - 1, why) : NULL;
	json_t *materials = json_object_get(sent, "materials");

	json_object_set_new(o, "fields", task_fields(a->r, node, json_object_get(sent, "data"),
	    json_object_get(before, "data")));
	json_object_set_new(o, "materials", materials ? json_incref(materials) : json_array());
	json_decref(sent);
	json_decref(before);
}

/* What of it lies in the queue (lies: the row is filled). */
struct lying { int lies; struct store_desk_place row; };

/* `why` stays empty unless something does not open. */
static json_t *
item_shown(const struct asking *a, int node, const struct lying *l, struct error *why)
{
	const struct running *r = a->r;
	const struct item *item = &r->event->items[node];
	const struct running_item *it = running_node(r, node);
	json_t *o = json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:s, s:o, s:b}",
	    "number", r->number, "event", r->event->id, "event_title", r->event->title, "item", item->id,
	    "title", item->title, "department", item->department, "status", item_state_names[it->state],
	    "task", task_of(r, node, l->lies, &l->row), "round", (int)it->round, "undo", item_undo_names[it->undo],
	    "receipt", it->receipt, "basis", r->event->basis, "within", item->within.text, "words",
	    it->undo == UNDO_FAILED ? it->undo_reason : it->reason, "rules", task_rules(r, node),
	    "outputs", task_outputs(r, node), "given", it->outputs ? json_incref(it->outputs) : json_null(),
	    "attention", running_attention_kind(r, node), "messages", messages_of(a, node, why),
	    "withdrawn", r->withdrawn_at != 0);

	if (!o)
		return NULL;
	put_time(o, r, node, l->lies && l->row.undo, node_now(a->n));
	put_sent(o, a, node, why);
	json_object_set_new(o, "inquiries", desk_inquiries(a->n, a->s, &a->c, a->who.department, why));
	return o;
}

void
api_desk_item(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	struct error why = { 0 };
	json_t *shown = NULL;
	struct lying l;
	int item;

	if (desk_find(&a, &item) == 0) {
		l.lies = item >= MATERIAL_NODE ? 0 : store_desk_of(a.s, a.c.division, a.c.id, (int16_t)item, &l.row, &why);
		if (item >= MATERIAL_NODE)
			api_not_found(x); /* a look-up is nothing to be decided: it stands in the list of attention */
		else if (l.lies == 0 && sight_wants_purpose(a.n, x, &a.who, &a.c))
			sight_ask_purpose(x);
		else if (l.lies >= 0 && sight_note(a.n, a.s, &a.who, &a.c, "item", "clerk", &why) == 0 &&
		    (shown = item_shown(&a, item, &l, &why)) && why.kind == ERROR_NONE)
			api_json_take(x, 200, json_incref(shown));
		else
			api_unavailable(x, &why);
	}
	json_decref(shown);
	asking_free(&a);
}
