/* Why an item of a plan is done, or not: one sentence for people. */
#include "rules/plan.h"

#include "base/text.h"

struct why {
	const struct event *event;
	const struct plan *plan;
	const struct facts *facts;
	bool english;
};

static const char *
words(const struct why *s, const char *chinese, const char *english)
{
	return s->english ? english : chinese;
}

static void
explain(const struct why *s, struct text *out, const char *lead, const struct expr *e)
{
	text_puts(out, lead);
	if (expr_explain(e, s->event, out) != 0)
		out->failed = true;
}

static void
why_runs(const struct why *s, const struct item *item, struct text *out)
{
	if (item->tell && item->later_of >= 0) {
		text_puts(out, words(s, "那一项不等这个结果就先办，结果出来再补送",
		    "the item starts without this result, which is sent on when it is there"));
		return;
	}
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

/* Another item of an either is done instead, or its condition does not hold. */
static void
why_not_applicable(const struct why *s, size_t i, struct text *out)
{
	int instead = s->plan->item[i].because;

	if (instead < 0) {
		explain(s, out, words(s, "不需要办：只在符合这个条件时办理：",
		    "does not apply; it is only for: "), s->event->items[i].when);
		return;
	}
	text_puts(out, words(s, "已办“", "“"));
	text_puts(out, s->event->items[instead].title);
	text_puts(out, words(s, "”，这一项就不用办", "” is done instead"));
}

/* The applicant's own consent that was declined. */
static const char *
declined(const struct why *s, size_t i)
{
	for (size_t k = 0; k < s->event->n_signs; k++) {
		const struct sign *sign = &s->event->signs[k];

		if (s->event->items[i].signs >> k & 1 && !sign->who &&
		    json_is_false(json_object_get(s->facts->form, sign->id)))
			return sign->otherwise_text;
	}
	return NULL;
}

static void
why_dropped(const struct why *s, size_t i, struct text *out)
{
	int because = s->plan->item[i].because;
	const struct rule *rule = because < 0 ? NULL : &s->event->rules[because];
	const char *text = rule ? rule->text : declined(s, i);

	text_puts(out, words(s, "这一项不办：", "left out: "));
	if (text)
		text_puts(out, text);
	else if (rule)
		explain(s, out, words(s, "不符合条件：", "the condition does not hold: "), rule->must);
}

static void
why_skipped(const struct why *s, size_t i, struct text *out)
{
	int because = s->plan->item[i].because;

	text_puts(out, words(s, "要用“", "it needs the result of “"));
	text_puts(out, because >= 0 ? s->event->items[because].title : "");
	text_puts(out, words(s, "”的办理结果，而那一项不办，所以这一项也不办",
	    "”, which is not done"));
}

static void
why_not(const struct why *s, size_t i, struct text *out)
{
	switch (s->plan->item[i].verdict) {
	case PLAN_NOT_APPLICABLE:
		why_not_applicable(s, i, out);
		break;
	case PLAN_NOT_CHOSEN:
		text_puts(out, words(s, "您没有选择办理", "you did not choose it"));
		break;
	case PLAN_DROPPED:
		why_dropped(s, i, out);
		break;
	default:
		why_skipped(s, i, out);
		break;
	}
}

void
plan_why(const struct event *event, const struct plan *plan, const struct facts *facts, int item,
    bool english, struct text *out)
{
	const struct why s = { event, plan, facts, english };

	if (plan->item[item].verdict == PLAN_RUNS)
		why_runs(&s, &event->items[item], out);
	else
		why_not(&s, (size_t)item, out);
}
