/* A plan in words and as data for people: what POST /events/{event}/plan answers. */
#include "rules/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "rules/calendar.h"
#include "rules/carried.h"
#include "rules/number.h"

enum { WHY_BYTES = 4096 };

struct show {
	const struct event *event;
	const struct plan *plan;
	const struct facts *facts;
	bool english;
	bool failed; /* memory is gone: nothing of it may be shown */
};

static void
put(struct show *s, json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) != 0)
		s->failed = true;
}

static void
add(struct show *s, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		s->failed = true;
}

static json_t *
day_text(int32_t day)
{
	char text[11];

	clock_format_day(day, text);
	return json_string(text);
}

static const char *
words(const struct show *s, const char *chinese, const char *english)
{
	return s->english ? english : chinese;
}

/* ---- promises ---- */

static const char *
promise_note(bool english, int days)
{
	if (days < 0)
		return english ? "not every item promises a time" : "有事项没有承诺办理时限，暂不能给出日期";
	return english ? "the public holidays of the year after are not published yet"
	    : "次年的节假日安排尚未公布，暂不能给出确切日期";
}

int
plan_promise(const struct event *event, const struct plan *plan, int item, const char *language,
    json_t *object)
{
	bool english = language && strncmp(language, "en", 2) == 0;
	int32_t due;
	int days;
	json_t *promise;

	if (item < 0 ? plan_due(event, plan, &due) : plan_item_due(event, plan, item, &due))
		return json_object_set_new(object, "promised_by", day_text(due));
	days = plan_days(event, plan, item);
	promise = json_pack("{s:o,s:o,s:s}", "days", days < 0 ? json_null() : json_integer(days),
	    "counted_until", day_text(calendar_end()), "note", promise_note(english, days));
	if (json_object_set_new(object, "promised_by", json_null()) != 0) {
		json_decref(promise);
		return -1;
	}
	return json_object_set_new(object, "promise", promise);
}

/* ---- why ---- */

static json_t *
why_of(const struct show *s, size_t i)
{
	struct text out;
	json_t *value;

	text_init(&out, WHY_BYTES);
	plan_why(s->event, s->plan, s->facts, (int)i, s->english, &out);
	/* a condition too long to read is no answer either */
	value = json_string(out.failed ? words(s, "按本事项的办理条件", "by its conditions") : out.data);
	text_free(&out);
	return value;
}

/* ---- what each is told ---- */

static json_t *
told_later(const struct show *s, const struct expr *ref)
{
	char name[256];

	if (!ref)
		return json_null();
	snprintf(name, sizeof name, "result.%s.%s", s->event->items[ref->index].id, ref->name);
	return json_pack("{s:s}", "later", name);
}

/* Told now, told later, or null: insisted on, but not known from these answers. */
static json_t *
takes_of(struct show *s, const struct item *item)
{
	json_t *takes = json_object();

	for (size_t i = 0; i < item->n_request; i++) {
		const struct param *p = &item->request[i];
		json_t *value = expr_value(p->value, s->facts);
		const struct expr *from = value ? NULL :
		    expr_first_result(p->value, s->facts, s->plan->runs);

		if (value || from || !p->optional)
			put(s, takes, p->name, value ? value : told_later(s, from));
	}
	return takes;
}

static json_t *
ids_of(struct show *s, uint64_t items)
{
	json_t *ids = json_array();

	for (; items; items &= items - 1)
		add(s, ids, json_string(s->event->items[__builtin_ctzll(items)].id));
	return ids;
}

static void
put_said(struct show *s, json_t *object, const char *name, const char *text)
{
	if (text)
		put(s, object, name, json_string(text));
}

static json_t *
texts_of(struct show *s, char *const *texts, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		add(s, array, json_string(texts[i]));
	return array;
}

static json_t *
signs_of(struct show *s, uint64_t signs)
{
	json_t *ids = json_array();

	for (; signs; signs &= signs - 1)
		add(s, ids, json_string(s->event->signs[__builtin_ctzll(signs)].id));
	return ids;
}

/* Why it will not be sent yet: what a rule waits for, now or perhaps (that is known after filing). */
static json_t *
waits_of(struct show *s, size_t i)
{
	json_t *waits = json_array();

	for (size_t k = 0; k < s->event->n_rules; k++) {
		const struct rule *rule = &s->event->rules[k];
		bool asked = expr_holds(rule->when, s->facts) || !expr_decided(rule->when, s->facts);
		bool decided = expr_decided(rule->must, s->facts);

		if (rule->otherwise != RULE_WAIT || !asked || (rule->only && !(rule->only >> i & 1)) ||
		    (decided && expr_holds(rule->must, s->facts)))
			continue;
		add(s, waits, json_pack("{s:s, s:s, s:b}", "rule", rule->id, "text",
		    rule->text ? rule->text : "", "known", decided));
	}
	return waits;
}

/* What people have to know of an item that runs; what is not said is left out. */
static void
put_details(struct show *s, json_t *o, size_t i)
{
	const struct item *item = &s->event->items[i];
	json_t *waits = waits_of(s, i);

	put_said(s, o, "notice", item->notice.text);
	put_said(s, o, "fee", item->fee_text);
	put_said(s, o, "in_person", item->in_person);
	put_said(s, o, "visit", item->visit);
	put_said(s, o, "issues", item->issues);
	if (item->n_delivery > 0)
		put(s, o, "delivery", texts_of(s, item->delivery, item->n_delivery));
	if (s->plan->item[i].signs)
		put(s, o, "signs", signs_of(s, s->plan->item[i].signs));
	if (json_array_size(waits) > 0)
		put(s, o, "waits", json_incref(waits));
	json_decref(waits);
}

static json_t *
item_of(struct show *s, size_t i)
{
	static const char *const verdicts[] = {
		"runs", "not_applicable", "not_chosen", "dropped", "skipped"
	};
	const struct item *item = &s->event->items[i];
	bool runs = s->plan->item[i].verdict == PLAN_RUNS;
	json_t *o = json_object();

	put(s, o, "id", json_string(item->id));
	put(s, o, "title", json_string(item->title));
	put(s, o, "department", json_string(item->department));
	put(s, o, "verdict", json_string(verdicts[s->plan->item[i].verdict]));
	put(s, o, "why", why_of(s, i));
	put(s, o, "needs", ids_of(s, s->plan->item[i].needs));
	put(s, o, "takes", runs ? takes_of(s, item) : json_object());
	put(s, o, "titles", runs ? carried_by(s->event, (int)i) : json_object());
	if (item->tell)
		put(s, o, "tell", json_true());
	if (!runs || item->tell) /* what is only told promises nothing */
		put(s, o, "promised_by", json_null());
	else if (plan_promise(s->event, s->plan, (int)i, s->english ? "en" : "zh-CN", o) != 0)
		s->failed = true;
	if (runs)
		put_details(s, o, i);
	return o;
}

/* Sent on to nobody: nothing that people need to know of. */
static bool
is_hidden(const struct show *s, size_t i)
{
	return s->plan->item[i].verdict != PLAN_RUNS && s->event->items[i].tell &&
	    s->event->items[i].later_of >= 0;
}

static json_t *
material_of(struct show *s, size_t m)
{
	static const char *const hows[] = {
		[WAY_FETCH] = "fetched", [WAY_RECORD] = "fetched", [WAY_PRODUCED] = "produced",
		[WAY_COMMIT] = "committed", [WAY_UPLOAD] = "uploaded",
	};
	const struct material *material = &s->event->materials[m];
	const struct get *way = plan_way(s->event, s->plan, (int)m);
	uint64_t users = 0;
	json_t *o = json_object();

	for (size_t i = 0; i < s->plan->n_items; i++)
		if (s->plan->item[i].uses >> m & 1)
			users |= UINT64_C(1) << i;
	put(s, o, "id", json_string(material->id));
	put(s, o, "title", json_string(material->title));
	put(s, o, "how_expected", json_string(way ? hows[way->way] : "not_needed"));
	if (way && way->way == WAY_COMMIT && way->text) /* what is declared instead of the paper */
		put(s, o, "commitment", json_string(way->text));
	put(s, o, "for", ids_of(s, users));
	return o;
}

/* ---- consents, records ---- */

static json_t *
sign_of(struct show *s, size_t k)
{
	const struct sign *sign = &s->event->signs[k];
	uint64_t users = 0;
	json_t *o;

	for (size_t i = 0; i < s->plan->n_items; i++)
		if (s->plan->item[i].signs >> k & 1)
			users |= UINT64_C(1) << i;
	if (!users)
		return NULL;
	o = json_pack("{s:s, s:s, s:s, s:o}", "id", sign->id, "title", sign->title, "who",
	    sign->who ? "other" : "applicant", "for", ids_of(s, users));
	put_said(s, o, "text", sign->text);
	put_said(s, o, "within", sign->within.text);
	if (sign->row) { /* one of several: which of them */
		json_t *who = expr_value(sign->who, s->facts);

		put(s, o, "person", number_masked(who));
		json_decref(who);
	}
	return o;
}

/* The consents that items wait for. */
static json_t *
all_signs(struct show *s)
{
	json_t *list = json_array();

	for (size_t k = 0; k < s->event->n_signs; k++) {
		json_t *one = sign_of(s, k);

		if (one)
			add(s, list, one);
	}
	return list;
}

/* What departments will be asked after filing, before items go out. */
static json_t *
all_records(struct show *s)
{
	uint32_t records = plan_records(s->event, s->plan);
	json_t *list = json_array();

	for (; records; records &= records - 1) {
		const struct record *r = &s->event->records[__builtin_ctz(records)];

		add(s, list, json_pack("{s:s, s:s, s:s}", "id", r->id, "title", r->title, "department",
		    r->department ? r->department : ""));
	}
	return list;
}

/* ---- the whole ---- */

static json_t *
version_of(const struct event *event)
{
	struct text out;
	json_t *value;

	text_init(&out, 128);
	text_puts(&out, "sha256:");
	text_put_hex(&out, event->version, sizeof event->version);
	value = json_string(out.data);
	text_free(&out);
	return value;
}

static json_t *
saving_of(const struct show *s)
{
	struct saving saving = plan_saving(s->event, s->plan);

	return json_pack("{s:i,s:i,s:i}", "materials", saving.materials, "visits", saving.visits,
	    "working_days", saving.working_days);
}

json_t *
plan_show(const struct event *event, const struct plan *plan, const struct facts *facts,
    const json_t *reminders, const char *language)
{
	struct show s = { event, plan, facts, language && strncmp(language, "en", 2) == 0, false };
	json_t *o = json_object(), *items = json_array(), *materials = json_array();

	for (size_t i = 0; i < plan->n_items; i++)
		if (!is_hidden(&s, i))
			add(&s, items, item_of(&s, i));
	for (size_t m = 0; m < plan->n_materials; m++)
		if (plan->materials >> m & 1)
			add(&s, materials, material_of(&s, m));
	put(&s, o, "event", json_string(event->id));
	put(&s, o, "version", version_of(event));
	put(&s, o, "items", items);
	put(&s, o, "materials", materials);
	put(&s, o, "signs", all_signs(&s));
	put(&s, o, "records", all_records(&s));
	if (plan_promise(event, plan, -1, language, o) != 0)
		s.failed = true;
	put(&s, o, "expected_saved", saving_of(&s));
	put(&s, o, "reminders", reminders ? json_deep_copy(reminders) : json_array());
	if (s.failed) {
		json_decref(o);
		return NULL;
	}
	return o;
}
