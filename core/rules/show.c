/* show.c: an application as people and programs see it (running.h). */
#include "rules/running.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/saving.h"
#include "seal/digest.h"

static json_t *
instant(int64_t us)
{
	char at[30];

	if (!us)
		return json_null();
	clock_format(us, at);
	return json_string(at);
}

static json_t *
day_or_null(bool known, int32_t day)
{
	char at[11];

	if (!known)
		return json_null();
	clock_format_day(day, at);
	return json_string(at);
}

static json_t *
text_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

static bool
english(const char *language)
{
	return language && strncmp(language, "en", 2) == 0;
}

static json_t *
names_of(const struct event *e, uint64_t items)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n_items; i++)
		if (items >> i & 1)
			json_array_append_new(list, json_string(e->items[i].id));
	return list;
}

static json_t *
problem(const char *code, const char *text, int64_t since, int64_t next)
{
	return json_pack("{s:s, s:s, s:o, s:o}", "code", code, "text", text, "since", instant(since),
	    "next_try_at", instant(next));
}

static json_t *
blocked_by(const struct running *r, int node, const char *language)
{
	const struct event *e = r->event;
	char text[400];

	for (size_t i = 0; i < e->n_items; i++) {
		uint8_t s = r->nodes[i].state;

		if (!(r->plan.item[node].needs >> i & 1) || (s != ITEM_REFUSED && s != ITEM_BLOCKED))
			continue;
		if (english(language))
			snprintf(text, sizeof text, "It needs \"%s\", which was not approved.", e->items[i].title);
		else
			snprintf(text, sizeof text, "要先办成“%s”,而它没有通过,所以这一项不能办。", e->items[i].title);
		return problem("blocked", text, r->nodes[node].decided_at, 0);
	}
	return json_null();
}

static json_t *
problem_of(const struct running *r, int node, const char *language)
{
	const struct running_item *it = running_node(r, node);

	switch (it->state) {
	case ITEM_REFUSED:
		return problem("refused", it->reason ? it->reason : "", it->decided_at, 0);
	case ITEM_ATTENTION:
		return problem("attention", it->reason ? it->reason : "", it->sent_at, 0);
	case ITEM_BLOCKED:
		return blocked_by(r, node, language);
	case ITEM_SENT: case ITEM_ACKNOWLEDGED:
		if (it->silent_since)
			return problem("silent", english(language)
			    ? "The department does not answer. We keep asking; you need not do anything."
			    : "部门暂时没有答复。系统会自动再试,不需要您做任何事。", it->silent_since, it->next_at);
		return json_null();
	default:
		return json_null();
	}
}

struct dues { uint64_t known; int32_t day[EVENT_ITEMS]; }; /* of the plan, all at once */

static json_t *
item_due(const struct running *r, int node, const struct dues *dues)
{
	const struct item *item = &r->event->items[node];
	const struct running_item *it = running_node(r, node);
	int32_t due = 0;
	bool known;

	if (r->plan.item[node].verdict != PLAN_RUNS)
		return json_null();
	if (it->sent_at && item->within.text) {
		known = calendar_due(clock_day(it->sent_at), &item->within, &due);
		return day_or_null(known, due);
	}
	return day_or_null(dues->known >> node & 1, dues->day[node]);
}

static json_t *
show_item(const struct running *r, int node, const struct dues *dues, const char *language)
{
	const struct item *item = &r->event->items[node];
	const struct running_item *it = running_node(r, node);

	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:O?, s:o, s:n, s:O*}",
	    "id", item->id, "title", item->title, "department", item->department,
	    "status", item_state_names[it->state], "round", it->round,
	    "needs", names_of(r->event, r->plan.item[node].needs),
	    "sent_at", instant(it->sent_at), "acknowledged_at", instant(it->acknowledged_at),
	    "decided_at", instant(it->decided_at), "receipt", text_or_null(it->receipt),
	    "promised_by", item_due(r, node, dues), "attempts", it->attempts,
	    "outputs", it->outputs, "problem", problem_of(r, node, language), "undo",
	    "correction", it->fields);
}

/* Does an item of this department (NULL: any) use it? */
static bool
is_used_by(const struct running *r, size_t m, const char *department)
{
	for (size_t i = 0; department && i < r->event->n_items; i++)
		if ((r->plan.item[i].uses >> m & 1) && r->plan.item[i].verdict == PLAN_RUNS &&
		    strcmp(r->event->items[i].department, department) == 0)
			return true;
	return !department;
}

static json_t *
show_materials(const struct running *r, const char *department)
{
	json_t *list = json_array();

	for (size_t m = 0; m < r->event->n_materials; m++) {
		const struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);
		json_t *one;

		if (it->how == HOW_NOT_NEEDED || !is_used_by(r, m, department))
			continue;
		one = json_pack("{s:s, s:s, s:o}", "id", r->event->materials[m].id,
		    "title", r->event->materials[m].title, "how", text_or_null(material_how_names[it->how]));
		if (it->how == HOW_UPLOAD_NEEDED)
			json_object_set_new(one, "upload_needed", json_true());
		json_array_append_new(list, one);
	}
	return list;
}

/* "3 of 5 done": what an end is worth, without dressing it up. */
static void
sum_up(const struct running *r, bool en, char *text, size_t room)
{
	int done = 0, not_done = 0;

	for (size_t i = 0; i < r->event->n_items; i++) {
		done += r->nodes[i].state == ITEM_APPROVED;
		not_done += r->nodes[i].state == ITEM_REFUSED || r->nodes[i].state == ITEM_BLOCKED;
	}
	if (not_done == 0)
		snprintf(text, room, "%s", en ? "Everything has been done." : "全部事项已经办结");
	else if (en)
		snprintf(text, room, "It has ended: %d done, %d not done; the reasons stand with the items.",
		    done, not_done);
	else
		snprintf(text, room, "已经全部有结果:%d 项办成,%d 项没有办成,原因写在各事项下面", done, not_done);
}

static json_t *
show_next(const struct running *r, const char *language)
{
	bool en = english(language);
	const char *who = "department";
	char ended[200];
	const char *text = en ? "You need not do anything now." : "您现在不需要再做任何事";

	if (r->status == STATUS_FINISHED || r->status == STATUS_WITHDRAWN) {
		who = "nobody";
		sum_up(r, en, ended, sizeof ended);
		text = ended;
	} else if (r->status == STATUS_WAITING_FOR_APPLICANT) {
		who = "applicant";
		text = en ? "Please complete what is marked below." : "请补上下面标出的内容,其他事项照常办理";
	}
	return json_pack("{s:s, s:s}", "who", who, "text", text);
}

static json_t *
show_saving(const struct saving *s)
{
	return json_pack("{s:i, s:i, s:i}", "materials", s->materials, "visits", s->visits,
	    "working_days", s->working_days);
}

json_t *
running_show(const struct running *r, const char *department, const char *language)
{
	const struct event *e = r->event;
	struct saving expected = plan_saving(e, &r->plan);
	char hex[72] = "sha256:", last[65];
	json_t *items = json_array(), *o;
	struct dues dues;

	dues.known = plan_dues(e, &r->plan, dues.day);
	digest_hex(e->version, 32, hex + 7);
	digest_hex(r->history_hash, 32, last);
	for (size_t i = 0; i < e->n_items; i++)
		if (!department || strcmp(e->items[i].department, department) == 0)
			json_array_append_new(items, show_item(r, (int)i, &dues, language));
	o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:n, s:o, s:o, s:o, s:o, s:o, s:{s:i, s:s}}",
	    "number", r->number, "event", e->id, "version", hex, "title", e->title,
	    "status", application_status_names[r->status], "submitted_at", instant(r->submitted_at),
	    "filed_by", r->filed_by ? "agent" : "self", "withdrawal", "next", show_next(r, language),
	    "items", items, "materials", show_materials(r, department), "expected_saved", show_saving(&expected),
	    "saved", saving_measured(r), "history", "count", (int)r->history_count, "last", last);
	if (o && plan_promise(e, &r->plan, -1, language, o) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}
