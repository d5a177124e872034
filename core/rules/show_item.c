/* show_item.c: one item as people see it: where it stands, why, and what it still wants. */
#include "rules/show_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/calendar.h"
#include "rules/dispute.h"
#include "rules/step_own.h"

static json_t *
problem(const char *code, const char *text, int64_t since, int64_t next)
{
	return json_pack("{s:s, s:s, s:o, s:o}", "code", code, "text", text, "since", show_instant(since),
	    "next_try_at", show_instant(next));
}

static json_t *
blocked_by(const struct running *r, int node, bool en)
{
	const struct event *e = r->event;
	char text[400];

	for (size_t i = 0; i < e->n_items; i++) {
		uint8_t s = r->nodes[i].state;

		if (!(r->plan.item[node].needs >> i & 1) || (s != ITEM_REFUSED && s != ITEM_BLOCKED))
			continue;
		if (en)
			snprintf(text, sizeof text, "It needs \"%s\", which was not approved.", e->items[i].title);
		else
			snprintf(text, sizeof text, "要先办成“%s”,而它没有通过,所以这一项不能办。", e->items[i].title);
		return problem("blocked", text, r->nodes[node].decided_at, 0);
	}
	return json_null();
}

/* Why it stands so: as a department said, or as follows from the rule or consent that decided. */
static const char *
reason_of(const struct running *r, const struct running_item *it, bool en)
{
	const char *text = NULL;

	if (it->reason)
		return it->reason;
	if (it->how == CAUSE_RULE)
		text = r->event->rules[it->way].text;
	else if (it->how == CAUSE_SIGN)
		text = r->event->signs[it->way].otherwise_text;
	else if (it->how == CAUSE_INCOMPLETE)
		text = en ? "Something that the department needs is missing; a clerk completes it."
		    : "缺少部门需要的内容,需要工作人员补全";
	return text ? text : "";
}

/* `it`: whose promised day it is; its silence puts that off in no case. */
static json_t *
silent(const struct running_item *it, int64_t since, int64_t next, bool en)
{
	const char *kept = en
	    ? "The department does not answer. We keep asking; you need not do anything. The promised day is not put "
	      "off by this."
	    : "部门暂时没有答复。系统会自动再试,不需要您做任何事。部门承诺的日子不因此推迟。";
	const char *passed = en
	    ? "The department does not answer. We keep asking; you need not do anything. The promised day has passed; "
	      "that is on the department's record and does not affect your application."
	    : "部门暂时没有答复。系统会自动再试,不需要您做任何事。承诺的日子已经过了,记在部门名下,不影响您的申请。";

	return problem("silent", it->flags & ITEM_OVERDUE ? passed : kept, since, next);
}

/* A look-up that the item waits for has no answer: whose department, since when. */
static json_t *
silent_lookup(const struct running *r, int node, bool en)
{
	for (size_t m = 0; m < r->event->n_materials + r->event->n_records; m++) {
		bool paper = m < r->event->n_materials;
		int lookup = paper ? MATERIAL_NODE + (int)m : RECORD_NODE + (int)(m - r->event->n_materials);
		const struct running_item *it = running_node(r, lookup);
		json_t *told;

		if (it->state != ITEM_SENT || !it->silent_since || it->flags & ITEM_LATE ||
		    !(paper ? r->plan.item[node].uses >> m & 1 : step_record_awaited(r, (size_t)node)))
			continue;
		told = silent(running_node(r, node), it->silent_since, it->next_at, en);
		json_object_set_new(told, "department", show_text(step_department(r, lookup)));
		return told;
	}
	return json_null();
}

static json_t *
waiting_problem(const struct running *r, int node, bool en)
{
	const struct running_item *it = running_node(r, node);

	if (it->flags & ITEM_HELD)
		return problem("held", reason_of(r, it, en), 0, r->looked_day ? clock_day_start(r->looked_day + 1) : 0);
	return silent_lookup(r, node, en);
}

static json_t *
undo_problem(const struct running_item *it, bool en)
{
	if (it->undo == UNDO_SENT && it->undoing.silent_since)
		return silent(it, it->undoing.silent_since, it->undoing.next_at, en);
	if (it->undo == UNDO_FAILED)
		return problem("attention", it->undo_reason ? it->undo_reason : en
		    ? "The department did not undo it: it is still in force, a clerk looks into it."
		    : "部门没有撤销,这一项仍然有效,需要工作人员处理", it->undoing.sent_at, 0);
	return json_null();
}

static json_t *
problem_of(const struct running *r, int node, bool en)
{
	const struct running_item *it = running_node(r, node);

	switch (it->state) {
	case ITEM_REFUSED:
		return problem("refused", reason_of(r, it, en), it->decided_at, 0);
	case ITEM_ATTENTION:
		return problem("attention", reason_of(r, it, en), it->sent_at, 0);
	case ITEM_BLOCKED:
		return blocked_by(r, node, en);
	case ITEM_WAITING:
		return waiting_problem(r, node, en);
	case ITEM_SENT: case ITEM_ACKNOWLEDGED:
		if (it->silent_since)
			return silent(it, it->silent_since, it->next_at, en);
		/* fall through */
	default:
		return undo_problem(it, en);
	}
}

static void
put_due(const struct running *r, int node, const struct show_dues *dues, struct object *o)
{
	int32_t due = dues->day[node];
	bool known = dues->known >> node & 1;

	if (running_node(r, node)->sent_at && r->event->items[node].within.text)
		known = step_item_due(r, node, &due);
	show_put_day(o, "promised_by", known && r->plan.item[node].verdict == PLAN_RUNS, due);
}

/* How the promised day is counted: {"within", "notice"?, "from": the day it was first sent (null: not yet, the
 * day is worked out as if all before it took its whole time), "stopped_days": on which the applicant was
 * waited for, "days_off": weekends and holidays on the way (0 where all days count)}. */
static void
put_promise(const struct running *r, int node, struct object *shown)
{
	const struct item *item = &r->event->items[node];
	const struct running_item *it = running_node(r, node);
	int32_t due = 0, from = it->sent_day ? it->sent_day : it->sent_at ? clock_day(it->sent_at) : 0;
	struct object o;
	int off = 0;

	if (!item->within.text || r->plan.item[node].verdict != PLAN_RUNS) {
		object_string(shown, "promise", NULL);
		return;
	}
	if (from && item->within.unit == DURATION_WORKING_DAYS && calendar_due(from, &item->within, &due))
		off = due - from - calendar_between(from, due);
	object_key(shown, "promise");
	object_begin(&o, shown->text);
	object_number(&o, "days_off", off);
	show_put_day(&o, "from", from != 0, from);
	if (item->notice.text)
		object_string(&o, "notice", item->notice.text);
	object_number(&o, "stopped_days", it->stopped_days);
	object_string(&o, "within", item->within.text);
	object_end(&o);
}

static void
put_needs(const struct event *e, uint64_t items, struct object *o)
{
	bool begun = false;

	object_key(o, "needs");
	text_putc(o->text, '[');
	for (size_t i = 0; i < e->n_items; i++) {
		if (!(items >> i & 1))
			continue;
		object_comma(o->text, &begun);
		text_put_json_string(o->text, e->items[i].id);
	}
	text_putc(o->text, ']');
}

static const struct expr *
request_value(const struct item *item, const char *param)
{
	for (size_t i = 0; i < item->n_request; i++)
		if (strcmp(item->request[i].name, param) == 0)
			return item->request[i].value;
	return NULL;
}

/* The way to the result that was chosen in the form, in the form's own words; NULL: none was. */
static const char *
chosen_way(const struct running *r, const struct item *item)
{
	const struct expr *way = request_value(item, "delivery_way");
	const char *code = way && way->op == EXPR_REF && way->space == EXPR_ANSWER
	    ? json_text(r->form, r->event->questions[way->index].id) : NULL;
	const struct question *q = code ? &r->event->questions[way->index] : NULL;

	for (size_t i = 0; q && i < q->n_choices; i++)
		if (strcmp(q->choices[i].code, code) == 0)
			return q->choices[i].label;
	return NULL;
}

/* What comes of it for the applicant's hands, and how he gets it. */
static void
put_delivery(const struct running *r, const struct item *item, struct object *shown)
{
	struct object o;
	bool begun = false;

	object_key(shown, "delivery");
	object_begin(&o, shown->text);
	object_string(&o, "chosen", chosen_way(r, item));
	object_string(&o, "issues", item->issues);
	object_key(&o, "ways");
	text_putc(o.text, '[');
	for (size_t i = 0; i < item->n_delivery; i++) {
		object_comma(o.text, &begun);
		text_put_json_string(o.text, item->delivery[i]);
	}
	text_putc(o.text, ']');
	object_end(&o);
}

/* What only some items have, and what only some states have. */
static void
put_more(const struct running *r, int node, const char *language, struct object *o)
{
	const struct running_item *it = running_node(r, node);
	json_t *disputed = dispute_data(r, node);

	if (r->event->items[node].tell)
		object_json(o, "tell", json_true());
	if (r->plan.item[node].verdict == PLAN_NOT_CHOSEN)
		object_json(o, "not_chosen", json_true());
	if (r->event->items[node].issues)
		put_delivery(r, &r->event->items[node], o);
	if (it->undo_reason)
		object_string(o, "undo_reason", it->undo_reason);
	if (it->state == ITEM_CORRECTION)
		object_json_take(o, "correction", step_item_correction(r, node, language));
	if (it->flags & ITEM_OVERDUE)
		object_json(o, "overdue", json_true());
	if (it->flags & ITEM_DEEMED)
		object_json(o, "deemed_accepted", json_true());
	if (disputed)
		object_json_take(o, "disputed", disputed);
}

/* The instant of a decision; that of being sent back is none. */
static int64_t
decided_at(const struct running_item *it)
{
	return it->state == ITEM_CORRECTION ? 0 : it->decided_at;
}

void
show_item(const struct running *r, int node, const struct show_dues *dues, const char *language, struct text *out)
{
	const struct item *item = &r->event->items[node];
	const struct running_item *it = running_node(r, node);
	struct object o;

	object_begin(&o, out);
	show_put_instant(&o, "acknowledged_at", it->acknowledged_at);
	object_number(&o, "attempts", it->attempts);
	show_put_instant(&o, "decided_at", decided_at(it));
	object_string(&o, "department", item->department);
	object_string(&o, "id", item->id);
	put_needs(r->event, r->plan.item[node].needs, &o);
	object_json(&o, "outputs", it->outputs);
	object_json_take(&o, "problem", problem_of(r, node, show_english(language)));
	put_promise(r, node, &o);
	put_due(r, node, dues, &o);
	object_string(&o, "receipt", it->receipt);
	object_number(&o, "round", it->round);
	show_put_instant(&o, "sent_at", it->sent_at);
	object_string(&o, "status", item_state_names[it->state]);
	object_string(&o, "title", item->title);
	object_string(&o, "undo", item_undo_names[it->undo]);
	put_more(r, node, language, &o);
	object_end(&o);
}
