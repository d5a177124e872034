#include "rules/teller.h"

#include <string.h>

#include "rules/codes.h"

void
teller_quote(struct teller *t, const char *s)
{
	text_puts(t->out, "“");
	text_puts(t->out, s);
	text_puts(t->out, "”");
}

static const char *
derive_word(enum expr_derive derive)
{
	switch (derive) {
	case EXPR_BIRTHDAY: return "里的出生日期";
	case EXPR_AGE: return "对应的周岁年龄";
	case EXPR_SEX: return "里的性别";
	case EXPR_SURNAME: return "的姓氏";
	case EXPR_PLAIN: break;
	}
	return "";
}

static void
tell_applicant(struct teller *t, const char *name)
{
	static const struct { const char *name, *word; } words[] = {
		{ "as", "申请人身份" }, { "id", "申请人身份证号" }, { "id_number", "申请人身份证号" },
		{ "name", "申请人姓名" }, { "phone", "申请人手机号" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0) {
			text_puts(t->out, words[i].word);
			return;
		}
	text_putf(t->out, "申请人的%s", name);
}

static const struct question *
column_in(const struct question *list, const char *name)
{
	for (size_t c = 0; c < list->n_each; c++)
		if (strcmp(list->each[c].id, name) == 0)
			return &list->each[c];
	return NULL;
}

/* The column that is meant. A column's own condition does not say of which list: of the first that has
 * one of that name. */
static const struct question *
column_of(const struct teller *t, const char *name)
{
	const struct question *column = t->list ? column_in(t->list, name) : NULL;

	for (size_t i = 0; !t->list && !column && i < t->event->n_questions; i++)
		column = column_in(&t->event->questions[i], name);
	return column;
}

void
teller_column(struct teller *t, const char *name)
{
	const struct question *column = column_of(t, name);

	teller_quote(t, column ? column->title : name);
}

void
teller_ref(struct teller *t, const struct expr *e)
{
	const struct event *event = t->event;

	switch (e->space) {
	case EXPR_ANSWER:
		teller_quote(t, event->questions[e->index].title);
		break;
	case EXPR_RECORD:
		teller_quote(t, event->records[e->index].title);
		text_putf(t->out, "记录中的%s", e->name);
		break;
	case EXPR_RESULT:
		teller_quote(t, event->items[e->index].title);
		text_puts(t->out, "的办理结果");
		break;
	case EXPR_APPLICANT:
		tell_applicant(t, e->name);
		break;
	case EXPR_TERM:
		teller_quote(t, event->terms[e->index].title);
		break;
	case EXPR_HERE:
		text_puts(t->out, "当地规定的");
		teller_quote(t, event->figures[e->index].title);
		break;
	case EXPR_CHOSEN:
		text_puts(t->out, "选择办理");
		teller_quote(t, event->items[e->index].title);
		break;
	case EXPR_SIGNED:
		text_puts(t->out, "已签署");
		teller_quote(t, event->signs[e->index].title);
		break;
	case EXPR_EACH:
		teller_column(t, e->name);
		break;
	}
	text_puts(t->out, derive_word(e->derive));
}

/* The label that people saw for a code, asked of the question or the national list. */
static const char *
label_of(const struct teller *t, const struct expr *asked, const char *code)
{
	const struct question *q;

	if (!asked || asked->op != EXPR_REF)
		return NULL;
	if (asked->derive == EXPR_SEX)
		return codes_name(TYPE_SEX, code);
	if (asked->space == EXPR_APPLICANT) {
		for (size_t i = 0; i < t->event->n_applicants; i++)
			if (strcmp(t->event->applicants[i].id, code) == 0)
				return t->event->applicants[i].title;
		return NULL;
	}
	if (asked->space != EXPR_ANSWER && asked->space != EXPR_EACH)
		return NULL;
	q = asked->space == EXPR_EACH ? column_of(t, asked->name) : &t->event->questions[asked->index];
	if (!q)
		return NULL;
	for (size_t i = 0; i < q->n_choices; i++)
		if (strcmp(q->choices[i].code, code) == 0)
			return q->choices[i].label;
	return codes_name(q->type, code);
}

void
teller_const(struct teller *t, const json_t *value, const struct expr *asked)
{
	const char *s = json_string_value(value), *label;

	if (json_is_boolean(value)) {
		teller_quote(t, json_is_true(value) ? "是" : "否");
	} else if (s && strcmp(s, "today") == 0) {
		text_puts(t->out, "申请当天");
	} else if (s) {
		label = label_of(t, asked, s);
		teller_quote(t, label ? label : s);
	} else if (json_is_integer(value)) {
		text_putf(t->out, "%lld", (long long)json_integer_value(value));
	} else if (json_is_real(value)) {
		text_putf(t->out, "%.15g", json_real_value(value));
	}
}
