/* A plan in words and as data for people: what POST /events/{event}/plan answers. */
#include "rules/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "rules/calendar.h"

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

static void
explain(const struct show *s, struct text *out, const char *lead, const struct expr *e)
{
	text_puts(out, lead);
	if (expr_explain(e, s->event, out) != 0)
		out->failed = true;
}

static void
why_runs(const struct show *s, const struct item *item, struct text *out)
{
	if (item->choice != CHOICE_NONE)
		text_puts(out, words(s, "您选择了办理", "you chose it"));
	if (item->when) {
		if (out->length)
			text_puts(out, words(s, "；", "; "));
		explain(s, out, words(s, "符合条件：", "the condition holds: "), item->when);
	}
	if (!out->length)
		text_puts(out, words(s, "本事项都要办理", "everybody needs it"));
}

static void
why_not(const struct show *s, size_t i, struct text *out)
{
	const struct event *event = s->event;
	int because = s->plan->item[i].because;

	switch (s->plan->item[i].verdict) {
	case PLAN_NOT_APPLICABLE:
		explain(s, out, words(s, "不需要办：只在符合这个条件时办理：",
		    "does not apply; it is only for: "), event->items[i].when);
		break;
	case PLAN_NOT_CHOSEN:
		text_puts(out, words(s, "您没有选择办理", "you did not choose it"));
		break;
	case PLAN_DROPPED:
		text_puts(out, words(s, "这一项不办：", "left out: "));
		if (because >= 0 && event->rules[because].text)
			text_puts(out, event->rules[because].text);
		else if (because >= 0)
			explain(s, out, words(s, "不符合条件：", "the condition does not hold: "),
			    event->rules[because].must);
		break;
	default:
		text_puts(out, words(s, "要用“", "it needs the result of “"));
		text_puts(out, because >= 0 ? event->items[because].title : "");
		text_puts(out, words(s, "”的办理结果，而那一项不办，所以这一项也不办",
		    "”, which is not done"));
		break;
	}
}

static json_t *
why_of(const struct show *s, size_t i)
{
	struct text out;
	json_t *value;

	text_init(&out, WHY_BYTES);
	if (s->plan->item[i].verdict == PLAN_RUNS)
		why_runs(s, &s->event->items[i], &out);
	else
		why_not(s, i, &out);
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
	if (!runs)
		put(s, o, "promised_by", json_null());
	else if (plan_promise(s->event, s->plan, (int)i, s->english ? "en" : "zh-CN", o) != 0)
		s->failed = true;
	return o;
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
		add(&s, items, item_of(&s, i));
	for (size_t m = 0; m < plan->n_materials; m++)
		if (plan->materials >> m & 1)
			add(&s, materials, material_of(&s, m));
	put(&s, o, "event", json_string(event->id));
	put(&s, o, "version", version_of(event));
	put(&s, o, "items", items);
	put(&s, o, "materials", materials);
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
