/* Conditions in plain Chinese: “父母是否已登记结婚”为“是”. */
#include "rules/expr.h"

#include <string.h>

#include "rules/teller.h"

enum { EXPLAIN_DEPTH = 32 };

static void tell(struct teller *t, const struct expr *e);

static void
tell_thing(struct teller *t, const struct expr *e)
{
	if (e->op == EXPR_REF)
		teller_ref(t, e);
	else
		tell(t, e);
}

static void
tell_value(struct teller *t, const struct expr *e, const struct expr *asked)
{
	if (e->op == EXPR_CONST)
		teller_const(t, e->value, asked);
	else
		tell_thing(t, e);
}

/* Days and durations stand without quotes. */
static void
tell_bare(struct teller *t, const struct expr *e)
{
	const char *s = e->op == EXPR_CONST ? json_string_value(e->value) : NULL;

	if (s && strcmp(s, "today") != 0)
		text_puts(t->out, s);
	else
		tell_value(t, e, NULL);
}

/* A term's code says nothing to people: tell the condition of its row where there is just one. */
static void
tell_row(struct teller *t, const struct expr *asked, const struct expr *value)
{
	const struct term *term;
	const struct expr *when = NULL;

	if (asked->op != EXPR_REF || asked->space != EXPR_TERM || value->op != EXPR_CONST)
		return;
	term = &t->event->terms[asked->index];
	for (size_t i = 0; i < term->n_rows; i++) {
		if (!term->rows[i].value || !json_equal(term->rows[i].value, value->value))
			continue;
		if (when || !term->rows[i].when)
			return;
		when = term->rows[i].when;
	}
	if (!when)
		return;
	text_puts(t->out, "（即");
	tell(t, when);
	text_puts(t->out, "）");
}

/* Not chosen, not signed. */
static void
tell_without(struct teller *t, const struct expr *e)
{
	text_puts(t->out, e->space == EXPR_CHOSEN ? "没有选择办理" : "没有签署");
	teller_quote(t, e->space == EXPR_CHOSEN ? t->event->items[e->index].title
	    : t->event->signs[e->index].title);
}

static void
tell_is(struct teller *t, const struct expr *e, bool yes)
{
	const struct expr *asked = e->args[0];

	if (asked->op == EXPR_REF && json_is_boolean(e->args[1]->value) &&
	    (asked->space == EXPR_CHOSEN || asked->space == EXPR_SIGNED)) {
		if (json_is_true(e->args[1]->value) == yes)
			teller_ref(t, asked);
		else
			tell_without(t, asked);
		return;
	}
	tell_thing(t, asked);
	text_puts(t->out, yes ? "为" : "不为");
	tell_value(t, e->args[1], asked);
	if (yes)
		tell_row(t, asked, e->args[1]);
}

static void
tell_one_of(struct teller *t, const struct expr *e, bool yes)
{
	tell_thing(t, e->args[0]);
	text_puts(t->out, yes ? "为" : "不为");
	for (size_t i = 1; i < e->n_args; i++) {
		if (i > 1)
			text_puts(t->out, i + 1 == e->n_args ? "或" : "、");
		tell_value(t, e->args[i], e->args[0]);
	}
	if (!yes)
		text_puts(t->out, "中的任何一个");
}

/* ---- lists ---- */

/* A condition on each row, in brackets. */
static void
tell_rows(struct teller *t, const struct expr *e)
{
	const struct question *before = t->list;
	const struct expr *list = e->args[0];

	if (list->op == EXPR_REF && list->space == EXPR_ANSWER)
		t->list = &t->event->questions[list->index];
	text_puts(t->out, "（");
	tell(t, e->args[1]);
	text_puts(t->out, "）");
	t->list = before;
}

static void
tell_every(struct teller *t, const struct expr *e, bool yes)
{
	tell_thing(t, e->args[0]);
	text_puts(t->out, yes ? "中每一项都符合" : "中不是每一项都符合");
	tell_rows(t, e);
}

static void
tell_where(struct teller *t, const struct expr *e)
{
	tell_thing(t, e->args[0]);
	text_puts(t->out, "中符合");
	tell_rows(t, e);
	text_puts(t->out, "的各项");
}

static void
tell_some(struct teller *t, const struct expr *e, bool yes)
{
	tell_thing(t, e->args[0]);
	text_puts(t->out, yes ? "中有符合" : "中没有符合");
	tell_rows(t, e);
	text_puts(t->out, "的");
}

static void
tell_only(struct teller *t, const struct expr *e)
{
	const struct question *before = t->list;
	const struct expr *list = e->args[0];

	tell_thing(t, list);
	text_puts(t->out, "的");
	while (list->op == EXPR_WHERE)
		list = list->args[0];
	if (list->op == EXPR_REF && list->space == EXPR_ANSWER)
		t->list = &t->event->questions[list->index];
	for (size_t i = 1; i < e->n_args; i++) {
		const char *name = json_string_value(e->args[i]->value);

		text_puts(t->out, i == 1 ? "" : "、");
		teller_column(t, name ? name : "");
	}
	t->list = before;
}

static void
tell_either(struct teller *t, const struct expr *e)
{
	for (size_t i = 0; i < e->n_args; i++) {
		text_puts(t->out, i ? "或" : "");
		tell_thing(t, e->args[i]);
	}
}

static void
tell_known(struct teller *t, const struct expr *e, bool yes)
{
	const struct expr *a = e->args[0];
	bool answer = a->op == EXPR_REF && (a->space == EXPR_ANSWER || a->space == EXPR_EACH);

	if (a->op == EXPR_WHERE) {
		tell_some(t, a, yes);
		return;
	}
	if (answer)
		text_puts(t->out, yes ? "已填写" : "未填写");
	tell_thing(t, a);
	if (!answer)
		text_puts(t->out, yes ? "已查明" : "未查明");
}

static bool
whole_years_or_months(const struct expr *e)
{
	const char *s = json_string_value(e->value);

	return s && (strstr(s, "月") || strstr(s, "年") || strstr(s, "岁") || strstr(s, "month") ||
	    strstr(s, "year"));
}

static void
tell_within(struct teller *t, const struct expr *e)
{
	const struct expr *span = e->args[1];

	tell_thing(t, e->args[0]);
	text_puts(t->out, "距申请当天");
	if (span->op == EXPR_REF) {
		text_puts(t->out, "在");
		teller_ref(t, span);
		text_puts(t->out, "之内");
		return;
	}
	text_puts(t->out, whole_years_or_months(span) ? "未满" : "不超过");
	tell_bare(t, span);
}

static void
tell_simple(struct teller *t, const struct expr *e, const char *word)
{
	tell_thing(t, e->args[0]);
	text_puts(t->out, word);
	tell_bare(t, e->args[1]);
}

static void
tell_span(struct teller *t, const struct expr *e)
{
	text_puts(t->out, "从");
	tell_thing(t, e->args[0]);
	text_puts(t->out, "到");
	if (e->n_args > 1)
		tell_bare(t, e->args[1]);
	else
		text_puts(t->out, "申请当天");
	text_puts(t->out, e->op == EXPR_YEARS_ON ? "的周年数" : "的整月数");
}

static void
tell_junction(struct teller *t, const struct expr *e)
{
	enum expr_op other = e->op == EXPR_AND ? EXPR_OR : EXPR_AND;

	for (size_t i = 0; i < e->n_args; i++) {
		bool brackets = e->args[i]->op == other;

		if (i)
			text_puts(t->out, e->op == EXPR_AND ? "，并且" : "，或者");
		text_puts(t->out, brackets ? "（" : "");
		tell(t, e->args[i]);
		text_puts(t->out, brackets ? "）" : "");
	}
}

static void
tell_not(struct teller *t, const struct expr *e)
{
	const struct expr *a = e->args[0];

	switch (a->op) {
	case EXPR_IS:
		tell_is(t, a, false);
		return;
	case EXPR_IS_NOT:
		tell_is(t, a, true);
		return;
	case EXPR_ONE_OF:
		tell_one_of(t, a, false);
		return;
	case EXPR_KNOWN:
		tell_known(t, a, false);
		return;
	case EXPR_EVERY:
		tell_every(t, a, false);
		return;
	case EXPR_NOT:
		tell(t, a->args[0]);
		return;
	case EXPR_REF:
		if (a->space == EXPR_CHOSEN || a->space == EXPR_SIGNED) {
			tell_without(t, a);
			return;
		}
		break;
	default:
		break;
	}
	text_puts(t->out, "并非（");
	tell(t, a);
	text_puts(t->out, "）");
}

static void
tell_truth(struct teller *t, const struct expr *e)
{
	teller_ref(t, e);
	if (e->space != EXPR_CHOSEN && e->space != EXPR_SIGNED)
		text_puts(t->out, "为“是”");
}

static void
tell_comparison(struct teller *t, const struct expr *e)
{
	switch (e->op) {
	case EXPR_UNDER: tell_simple(t, e, "小于"); break;
	case EXPR_OVER: tell_simple(t, e, "大于"); break;
	case EXPR_AT_LEAST: tell_simple(t, e, "不小于"); break;
	case EXPR_AT_MOST: tell_simple(t, e, "不大于"); break;
	case EXPR_WITHIN: tell_within(t, e); break;
	case EXPR_BEFORE: tell_simple(t, e, "早于"); break;
	case EXPR_AFTER: tell_simple(t, e, "晚于"); break;
	case EXPR_BETWEEN:
		tell_simple(t, e, "在");
		text_puts(t->out, "至");
		tell_bare(t, e->args[2]);
		text_puts(t->out, "之间");
		break;
	case EXPR_IS: tell_is(t, e, true); break;
	case EXPR_IS_NOT: tell_is(t, e, false); break;
	case EXPR_ONE_OF: tell_one_of(t, e, true); break;
	default: break;
	}
}

/* Arguments that an operator cannot do without; the reader sees to it, this to the reader. */
static size_t
least(enum expr_op op)
{
	switch (op) {
	case EXPR_CONST:
	case EXPR_REF:
		return 0;
	case EXPR_KNOWN: case EXPR_NOT: case EXPR_AND: case EXPR_OR: case EXPR_MONTHS_UNTIL:
	case EXPR_YEARS_ON:
		return 1;
	case EXPR_BETWEEN:
		return 3;
	default:
		return 2;
	}
}

static void
tell(struct teller *t, const struct expr *e)
{
	if (t->out->failed)
		return;
	if (t->depth >= EXPLAIN_DEPTH || e->n_args < least(e->op)) {
		text_puts(t->out, "……");
		return;
	}
	t->depth++;
	switch (e->op) {
	case EXPR_CONST: teller_const(t, e->value, NULL); break;
	case EXPR_REF: tell_truth(t, e); break;
	case EXPR_AND:
	case EXPR_OR: tell_junction(t, e); break;
	case EXPR_NOT: tell_not(t, e); break;
	case EXPR_KNOWN: tell_known(t, e, true); break;
	case EXPR_EVERY: tell_every(t, e, true); break;
	case EXPR_WHERE: tell_where(t, e); break;
	case EXPR_ONLY: tell_only(t, e); break;
	case EXPR_EITHER: tell_either(t, e); break;
	case EXPR_MONTHS_UNTIL:
	case EXPR_YEARS_ON: tell_span(t, e); break;
	default: tell_comparison(t, e); break;
	}
	t->depth--;
}

int
expr_explain(const struct expr *e, const struct event *event, struct text *out)
{
	struct teller t = { event, out, NULL, 0 };

	if (e)
		tell(&t, e);
	return out->failed ? -1 : 0;
}
