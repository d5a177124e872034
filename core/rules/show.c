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

void
show_put_instant(struct object *o, const char *key, int64_t us)
{
	char at[30];

	if (us)
		clock_format(us, at);
	object_string(o, key, us ? at : NULL);
}

void
show_put_day(struct object *o, const char *key, bool known, int32_t day)
{
	char at[11];

	if (known)
		clock_format_day(day, at);
	object_string(o, key, known ? at : NULL);
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

static void
put_materials(const struct running *r, const char *department, struct object *shown)
{
	uint64_t offered = step_uploads_offered(r, 0);
	bool begun = false;

	object_key(shown, "materials");
	text_putc(shown->text, '[');
	for (size_t m = 0; m < r->event->n_materials; m++) {
		const struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);
		struct object o;

		if (it->how == HOW_NOT_NEEDED || !is_used_by(r, m, department))
			continue;
		object_comma(shown->text, &begun);
		object_begin(&o, shown->text);
		object_string(&o, "how", material_how_names[it->how]);
		object_string(&o, "id", r->event->materials[m].id);
		if (offered >> m & 1)
			object_json(&o, "offered", json_true());
		object_string(&o, "title", r->event->materials[m].title);
		if (it->how == HOW_UPLOAD_NEEDED)
			object_json(&o, "upload_needed", json_true());
		object_end(&o);
	}
	text_putc(shown->text, ']');
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

static void
put_items(const struct running *r, const char *department, const struct plan *plan, const char *language,
    struct object *o)
{
	struct show_dues dues;
	bool begun = false;

	dues.known = plan_dues(r->event, plan, dues.day);
	object_key(o, "items");
	text_putc(o->text, '[');
	for (size_t i = 0; i < r->event->n_items; i++) {
		if (department && strcmp(r->event->items[i].department, department) != 0)
			continue;
		object_comma(o->text, &begun);
		show_item(r, (int)i, &dues, language, o->text);
	}
	text_putc(o->text, ']');
}

static void
put_history(const struct running *r, struct object *shown)
{
	struct object o;
	char last[65];

	digest_hex(r->history_hash, 32, last);
	object_key(shown, "history");
	object_begin(&o, shown->text);
	object_number(&o, "count", r->history_count);
	object_string(&o, "last", last);
	object_end(&o);
}

int
running_show(const struct running *r, const char *department, const char *language, json_t *beside, struct text *out)
{
	const struct event *e = r->event;
	struct saving expected = plan_saving(e, &r->plan);
	char hex[72] = "sha256:";
	json_t *disputed = dispute_show(r, department), *promise = json_object(), *next = show_next(r, language);
	struct plan plan = moved_plan(r);
	struct object o;
	bool good = next != NULL;

	digest_hex(e->version, 32, hex + 7);
	object_begin(&o, out);
	if (disputed)
		object_json_take(&o, "disputed", disputed);
	object_string(&o, "event", e->id);
	object_json_take(&o, "expected_saved", show_saving(&expected));
	object_string(&o, "filed_by", r->filed_by ? "agent" : "self");
	put_history(r, &o);
	put_items(r, department, &plan, language, &o);
	put_materials(r, department, &o);
	object_json_take(&o, "next", next);
	object_string(&o, "number", r->number);
	good = plan_promise(e, &plan, -1, language, promise) == 0 && good;
	object_members(&o, promise);
	if (!department && r->form)
		object_json_take(&o, "reminders", step_record_reminders(r));
	object_json_take(&o, "saved", saving_measured(r));
	object_json_take(&o, "signs", department ? json_array() : show_signs(r));
	object_string(&o, "status", application_status_names[r->status]);
	show_put_instant(&o, "submitted_at", r->submitted_at);
	object_string(&o, "title", e->title);
	object_string(&o, "version", hex);
	object_json_take(&o, "withdrawal", show_withdrawal(r, department));
	object_members(&o, beside);
	object_end(&o);
	json_decref(promise);
	return good && !out->failed ? 0 : -1;
}
