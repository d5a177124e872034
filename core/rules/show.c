/* show.c: an application as people and programs see it (running.h). */
#include "rules/running.h"

#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/dispute.h"
#include "rules/saving.h"
#include "rules/show_own.h"
#include "rules/step_own.h"
#include "seal/digest.h"

json_t *
show_instant(int64_t us)
{
	char at[30];

	if (!us)
		return json_null();
	clock_format(us, at);
	return json_string(at);
}

json_t *
show_day(bool known, int32_t day)
{
	char at[11];

	if (!known)
		return json_null();
	clock_format_day(day, at);
	return json_string(at);
}

json_t *
show_text(const char *s)
{
	return s ? json_string(s) : json_null();
}

bool
show_english(const char *language)
{
	return language && strncmp(language, "en", 2) == 0;
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
	uint64_t offered = step_uploads_offered(r, 0);
	json_t *list = json_array();

	for (size_t m = 0; m < r->event->n_materials; m++) {
		const struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);
		json_t *one;

		if (it->how == HOW_NOT_NEEDED || !is_used_by(r, m, department))
			continue;
		one = json_pack("{s:s, s:s, s:o}", "id", r->event->materials[m].id,
		    "title", r->event->materials[m].title, "how", show_text(material_how_names[it->how]));
		if (it->how == HOW_UPLOAD_NEEDED)
			json_object_set_new(one, "upload_needed", json_true());
		if (offered >> m & 1)
			json_object_set_new(one, "offered", json_true());
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
show_withdrawal(const struct running *r, const char *department)
{
	if (!r->withdrawn_at)
		return json_null();
	return json_pack("{s:o, s:o}", "at", show_instant(r->withdrawn_at), "reason",
	    show_text(department ? NULL : r->withdrawn_why)); /* why is no department's business */
}

/* The plan as it stands after the days on which the applicant was waited for. */
static struct plan
moved_plan(const struct running *r)
{
	struct plan plan = r->plan;

	if (r->stopped_days)
		calendar_add(r->plan.submitted, r->stopped_days, &plan.submitted);
	return plan;
}

static json_t *
show_saving(const struct saving *s)
{
	return json_pack("{s:i, s:i, s:i}", "materials", s->materials, "visits", s->visits,
	    "working_days", s->working_days);
}

json_t *
running_known_by(const struct running *r)
{
	json_t *outputs[EVENT_ITEMS], *value;
	struct facts facts;

	running_facts(r, outputs, &facts);
	value = r->event->known_by ? expr_value(r->event->known_by, &facts) : NULL;
	if (!value || json_is_string(value))
		return value;
	json_decref(value);
	return NULL;
}

json_t *
running_show(const struct running *r, const char *department, const char *language)
{
	const struct event *e = r->event;
	struct saving expected = plan_saving(e, &r->plan);
	char hex[72] = "sha256:", last[65];
	json_t *items = json_array(), *disputed = dispute_show(r, department), *o;
	struct plan plan = moved_plan(r);
	struct show_dues dues;

	dues.known = plan_dues(e, &plan, dues.day);
	digest_hex(e->version, 32, hex + 7);
	digest_hex(r->history_hash, 32, last);
	for (size_t i = 0; i < e->n_items; i++)
		if (!department || strcmp(e->items[i].department, department) == 0)
			json_array_append_new(items, show_item(r, (int)i, &dues, language));
	o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:i, s:s}}",
	    "number", r->number, "event", e->id, "version", hex, "title", e->title,
	    "status", application_status_names[r->status], "submitted_at", show_instant(r->submitted_at),
	    "filed_by", r->filed_by ? "agent" : "self", "withdrawal",
	    show_withdrawal(r, department), "next", show_next(r, language),
	    "items", items, "materials", show_materials(r, department),
	    "signs", department ? json_array() : show_signs(r), "expected_saved", show_saving(&expected),
	    "saved", saving_measured(r), "history", "count", (int)r->history_count, "last", last);
	if (disputed)
		json_object_set_new(o, "disputed", disputed);
	if (o && !department && r->form)
		json_object_set_new(o, "reminders", step_record_reminders(r));
	if (o && plan_promise(e, &plan, -1, language, o) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}
