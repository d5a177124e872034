#include "rules/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/form_messages.h"
#include "rules/number.h"

enum { ERRORS = 100 }; /* told at most; who sends more wrong fields learns of these first */

struct check {
	const struct event *event;
	struct facts facts;     /* form: without what is not asked or not sound */
	const json_t *form;     /* as sent */
	const char *language;
	json_t *errors, *reminders;
	json_t *rest;           /* a copy of the form less such answers; made when there is one */
	uint64_t may_run;
	uint64_t *asked, *wrong; /* bits of questions */
	size_t told;
	bool failed;            /* memory is gone */
};

static bool
bit(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

static void
set_bit(uint64_t *set, size_t i)
{
	set[i / 64] |= UINT64_C(1) << (i % 64);
}

/* ---- what is taken part in, what is asked ---- */

uint64_t
form_chosen(const struct event *event, const json_t *choices)
{
	uint64_t chosen = 0;

	for (size_t i = 0; i < event->n_items; i++) {
		const struct item *item = &event->items[i];
		const json_t *said = json_object_get(choices, item->id);

		if (item->choice == CHOICE_NONE ||
		    (json_is_boolean(said) ? json_is_true(said) : item->choice == CHOICE_ON))
			chosen |= UINT64_C(1) << i;
	}
	return chosen;
}

/* Whether a value is certain to lack a result, because its item is not among those that may run. */
struct lack {
	const struct facts *facts;
	uint64_t may;
	int steps;
};

enum { LACK_STEPS = 1000 }; /* no file has as many; one with terms in circles does not hang */

static bool lacks(struct lack *l, const struct expr *e);

/* Of a term: by the row that counts. While that is not decided, by every row that may yet. */
static bool
lacks_term(struct lack *l, const struct term *term)
{
	for (size_t i = 0; i < term->n_rows; i++) {
		const struct term_row *row = &term->rows[i];
		bool holds = expr_holds(row->when, l->facts), decided = expr_decided(row->when, l->facts);

		if ((holds || !decided) && !lacks(l, row->value_expr))
			return false;
		if (holds && decided)
			return true;
	}
	return false;
}

static bool
lacks(struct lack *l, const struct expr *e)
{
	if (!e || e->op == EXPR_KNOWN || l->steps++ >= LACK_STEPS)
		return false;
	if (e->op == EXPR_REF && e->space == EXPR_RESULT && !(l->may >> e->index & 1))
		return true;
	if (e->op == EXPR_REF && e->space == EXPR_TERM && lacks_term(l, &l->facts->event->terms[e->index]))
		return true;
	for (size_t i = 0; i < e->n_args; i++)
		if (lacks(l, e->args[i]))
			return true;
	return false;
}

/* Does its call insist on a result that never comes? plan.c leaves it out then. */
static bool
is_skipped(const struct item *item, const struct facts *facts, uint64_t may)
{
	struct lack lack = { facts, may, 0 };

	if (!(item->feeds_from & ~may))
		return false;
	for (size_t p = 0; p < item->n_request; p++)
		if (!item->request[p].optional && lacks(&lack, item->request[p].value))
			return true;
	return false;
}

/* Rules that drop items do not count here: they judge answers that are asked for these very items. */
uint64_t
form_may_run(const struct event *event, const struct facts *facts)
{
	uint64_t may = 0, before;

	for (size_t i = 0; i < event->n_items; i++) {
		const struct expr *when = event->items[i].when;

		if ((facts->chosen >> i & 1) && (expr_holds(when, facts) || !expr_decided(when, facts)))
			may |= UINT64_C(1) << i;
	}
	do {
		before = may;
		for (size_t i = 0; i < event->n_items; i++)
			if ((may >> i & 1) && is_skipped(&event->items[i], facts, may))
				may &= ~(UINT64_C(1) << i);
	} while (may != before);
	return may;
}

bool
form_division(const struct event *event, const struct facts *facts, char division[7])
{
	json_t *place = event->place ? expr_value(event->place, facts) : NULL;
	const char *s = json_string_value(json_is_object(place) ? json_object_get(place, "division") : place);
	bool known = s && strspn(s, "0123456789") >= 6;

	if (known) {
		memcpy(division, s, 6);
		division[6] = '\0';
	}
	json_decref(place);
	return known;
}

/* Of use to an item that may run or to the whole, and its own condition holds. That no item and no
 * rule is known to use it (records to fill in from may) is no reason not to ask what has one. */
static bool
is_asked(const struct question *q, const struct facts *facts, uint64_t may_run)
{
	bool wanted = q->decides || (q->items & may_run) || (q->when && !q->items);

	return wanted && expr_holds(q->when, facts);
}

/* Has it the JSON type that conditions on the question count on? Of what has parts, all must be
 * sound. */
static bool
has_shape(const struct question *q, const json_t *value, int32_t today)
{
	switch (q->type) {
	case TYPE_YES_NO:
	case TYPE_CONSENT:
		return json_is_boolean(value);
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return json_is_number(value);
	case TYPE_ADDRESS:
	case TYPE_CHOICES:
	case TYPE_LIST:
		return form_value(q, value, today) == NULL;
	default:
		return json_is_string(value);
	}
}

/* Take an answer out of `*rest`, a copy of the form that is made when there is one to be taken out
 * and lent to the facts. False when memory is gone. */
static bool
take_out(struct facts *facts, const char *id, json_t **rest)
{
	if (!*rest)
		*rest = json_copy((json_t *)(uintptr_t)facts->form);
	if (!*rest)
		return false;
	facts->form = *rest;
	return json_object_del(*rest, id) == 0;
}

static void
take_out_shapeless(const struct event *event, struct facts *facts, json_t **rest)
{
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];
		const json_t *value = json_object_get(facts->form, q->id);

		if (value && !has_shape(q, value, facts->today) && !take_out(facts, q->id, rest))
			return;
	}
}

/* One round. An answer that is not asked for counts for nothing and is taken out. True when one
 * was, so that another round is due. */
static bool
ask_once(const struct event *event, struct facts *facts, uint64_t *asked, json_t **rest)
{
	uint64_t may_run = form_may_run(event, facts);
	bool again = false;

	memset(asked, 0, (event->n_questions + 63) / 64 * sizeof *asked);
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];

		if (is_asked(q, facts, may_run)) {
			set_bit(asked, i);
			continue;
		}
		if (!json_object_get(facts->form, q->id))
			continue;
		if (!take_out(facts, q->id, rest))
			return false;
		again = true;
	}
	return again;
}

/* Leaves the facts with the answers that count, and with the division (room for it: `division`). */
static void
ask(const struct event *event, struct facts *facts, char division[7], uint64_t *asked, json_t **rest)
{
	take_out_shapeless(event, facts, rest);
	if (!facts->division && form_division(event, facts, division))
		facts->division = division;
	while (ask_once(event, facts, asked, rest))
		;
}

void
form_asked(const struct event *event, const struct facts *given, uint64_t *asked)
{
	struct facts facts = *given;
	char division[7];
	json_t *rest = NULL;

	ask(event, &facts, division, asked, &rest);
	json_decref(rest);
}

/* ---- errors ---- */

static void
tell_text(struct check *c, const char *pointer, const char *code, const char *text)
{
	if (c->told++ >= ERRORS)
		return;
	if (json_array_append_new(c->errors, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code",
	        code, "message", text)) != 0)
		c->failed = true;
}

static void
tell(struct check *c, const char *pointer, const char *code, const struct question *q)
{
	char text[FORM_MESSAGE];

	form_message(code, q, c->language, text);
	tell_text(c, pointer, code, text);
}

/* "/name" or "/choices/name" as a JSON pointer; a name that somebody sent is cut to a decent length
 * at the end of a character. */
static void
tell_at(struct check *c, const char *folder, const char *name, const char *code,
    const struct question *q)
{
	char pointer[256];
	size_t n = (size_t)snprintf(pointer, sizeof pointer, "%s/", folder);

	for (; *name && n < sizeof pointer - 8; name++) {
		if (*name == '~' || *name == '/') {
			pointer[n++] = '~';
			pointer[n++] = *name == '~' ? '0' : '1';
		} else {
			pointer[n++] = *name;
		}
	}
	while (*name && n > 0 && ((unsigned char)*name & 0xC0) == 0x80) {
		n--; /* the cut fell inside a character: take back its beginning */
		name--;
	}
	pointer[n] = '\0';
	tell(c, pointer, code, q);
}

static void
remind(struct check *c, const char *rule, const char *text)
{
	if (json_array_append_new(c->reminders, json_pack("{s:s, s:s}", "rule", rule, "text", text)) != 0)
		c->failed = true;
}

/* ---- choices and the names of fields ---- */

static void
check_choices(struct check *c, const json_t *choices)
{
	const char *id;
	json_t *value;

	if (choices && !json_is_object(choices)) {
		tell(c, "/choices", "type", NULL);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)choices, id, value) {
		int item = event_item(c->event, id);

		if (item < 0)
			tell_at(c, "/choices", id, "unknown_field", NULL);
		else if (c->event->items[item].choice == CHOICE_NONE)
			tell_at(c, "/choices", id, "not_chosen", NULL);
		else if (!json_is_boolean(value))
			tell_at(c, "/choices", id, "type", &(struct question){ .type = TYPE_YES_NO });
	}
}

static bool
is_sign(const struct event *event, const char *id)
{
	for (size_t i = 0; i < event->n_signs; i++)
		if (strcmp(event->signs[i].id, id) == 0)
			return true;
	return false;
}

static void
check_signs(struct check *c, size_t *known)
{
	for (size_t i = 0; i < c->event->n_signs; i++) {
		const struct sign *sign = &c->event->signs[i];
		const json_t *value = json_object_get(c->form, sign->id);

		*known += value != NULL;
		if (value && !json_is_boolean(value))
			tell_at(c, "", sign->id, "type", &(struct question){ .type = TYPE_YES_NO });
		else if (value && !expr_holds(sign->when, &c->facts))
			tell_at(c, "", sign->id, "not_asked", NULL);
	}
}

static void
check_names(struct check *c, size_t known)
{
	const char *id;
	json_t *value;

	if (known == json_object_size(c->form))
		return;
	json_object_foreach((json_t *)(uintptr_t)c->form, id, value)
		if (event_question(c->event, id) < 0 && !is_sign(c->event, id))
			tell_at(c, "", id, "unknown_field", NULL);
}

/* ---- answers ---- */

/* What a locked answer must be: the first source that applies and is known. */
static bool
differs_from_source(const struct check *c, const struct question *q, const json_t *value)
{
	for (size_t i = 0; i < q->n_from; i++) {
		json_t *source;
		bool differs;

		if (!expr_holds(q->from[i].when, &c->facts))
			continue;
		source = expr_value(q->from[i].value, &c->facts);
		if (!source)
			continue;
		differs = json_typeof(source) == json_typeof(value) && !json_equal(source, value);
		json_decref(source);
		return differs;
	}
	return false;
}

struct doubt { const struct check *check; bool found; };

static void
see_wrong(void *cookie, int question)
{
	struct doubt *doubt = cookie;

	doubt->found = doubt->found || bit(doubt->check->wrong, (size_t)question);
}

/* Does it hang on an answer that is wrong itself? Then nothing is said before that is put right. */
static bool
is_doubtful(const struct check *c, const struct question *q)
{
	struct doubt doubt = { c, false };

	expr_questions(q->when, c->event, see_wrong, &doubt);
	return doubt.found;
}

static const char *
answer_code(struct check *c, const struct question *q, const json_t *value)
{
	const char *code = form_value(q, value, c->facts.today);

	if (code && !q->optional && (json_is_null(value) ||
	        (json_is_string(value) && json_string_length(value) == 0)))
		return "required";
	if (code && q->type == TYPE_BANK_CARD && strcmp(code, "check_digit") == 0) {
		char text[FORM_MESSAGE];

		form_message(code, q, c->language, text);
		remind(c, q->id, text);
		return NULL;
	}
	return code || !q->locked || !differs_from_source(c, q, value) ? code : "conflict";
}

/* Marks what is wrong, so that no condition and no rule builds on it. */
static void
check_values(struct check *c, size_t *known, const char **codes)
{
	for (size_t i = 0; i < c->event->n_questions; i++) {
		const struct question *q = &c->event->questions[i];
		const json_t *value = json_object_get(c->form, q->id);

		*known += value != NULL;
		if (!value || !bit(c->asked, i))
			continue;
		codes[i] = answer_code(c, q, value);
		if (codes[i])
			set_bit(c->wrong, i);
	}
}

static void
check_answers(struct check *c, const char **codes)
{
	for (size_t i = 0; i < c->event->n_questions; i++) {
		const struct question *q = &c->event->questions[i];
		bool given = json_object_get(c->form, q->id) != NULL;
		const char *code = codes[i];

		if (!code && !given && bit(c->asked, i) && !q->optional)
			code = "required";
		if (!code && given && !bit(c->asked, i))
			code = "not_asked";
		if (code && !(q->when && (codes[i] == NULL) && is_doubtful(c, q)))
			tell_at(c, "", q->id, code, q);
	}
}

/* ---- rules ---- */

static void
see_first(void *cookie, int question)
{
	int *first = cookie;

	if (*first < 0)
		*first = question;
}

int
form_rule_question(const struct event *event, const struct rule *rule)
{
	int first = -1;

	expr_questions(rule->must, event, see_first, &first);
	if (first < 0)
		expr_questions(rule->when, event, see_first, &first);
	return first;
}

const char *
form_rule_code(const struct rule *rule)
{
	return rule->otherwise == RULE_REFUSE ? "refused" :
	    rule->otherwise == RULE_OFFLINE ? "offline" :
	    rule->otherwise == RULE_CORRECT ? "correct" : NULL;
}

static bool
is_broken(const struct check *c, const struct rule *rule)
{
	if (rule->only && !(rule->only & c->may_run))
		return false;
	return expr_holds(rule->when, &c->facts) && !expr_holds(rule->must, &c->facts) &&
	    expr_decided(rule->must, &c->facts);
}

static void
check_rules(struct check *c)
{
	c->may_run = form_may_run(c->event, &c->facts);
	for (size_t i = 0; i < c->event->n_rules; i++) {
		const struct rule *rule = &c->event->rules[i];
		const char *code = form_rule_code(rule);
		char pointer[256] = "";
		int question;

		if ((!code && rule->otherwise != RULE_REMIND) || !is_broken(c, rule))
			continue;
		if (!code) {
			remind(c, rule->id, rule->text ? rule->text : "");
			continue;
		}
		question = form_rule_question(c->event, rule);
		if (question >= 0)
			snprintf(pointer, sizeof pointer, "/%s", c->event->questions[question].id);
		if (rule->text)
			tell_text(c, pointer, code, rule->text);
		else
			tell(c, pointer, code, NULL);
	}
}

/* ---- the whole ---- */

/* Only what is asked and sound stays for the rules to judge. */
static void
keep_sound(struct check *c)
{
	for (size_t i = 0; i < c->event->n_questions; i++) {
		const char *id = c->event->questions[i].id;

		if (bit(c->wrong, i) && json_object_get(c->facts.form, id) &&
		    !take_out(&c->facts, id, &c->rest))
			c->failed = true;
	}
}

static void
check_form(struct check *c, const char **codes)
{
	char division[7];
	size_t known = 0;

	ask(c->event, &c->facts, division, c->asked, &c->rest);
	check_values(c, &known, codes);
	check_answers(c, codes);
	check_signs(c, &known);
	check_names(c, known);
	keep_sound(c);
	if (!c->failed)
		check_rules(c);
}

int
form_check(const struct event *event, const json_t *form, const json_t *choices,
    struct facts *facts, const char *language, json_t **errors, json_t **reminders)
{
	size_t words = (event->n_questions + 63) / 64;
	struct check c = { .event = event, .form = form, .language = language };
	const char **codes = calloc(event->n_questions + 1, sizeof *codes);

	c.asked = calloc(words * 2 + 1, sizeof *c.asked);
	*errors = c.errors = json_array();
	*reminders = c.reminders = json_array();
	if (!codes || !c.asked || !c.errors || !c.reminders) {
		c.failed = true;
		goto end;
	}
	c.wrong = c.asked + words;
	facts->event = event;
	facts->form = form;
	facts->chosen = form_chosen(event, choices);
	c.facts = *facts;
	check_choices(&c, choices);
	if (json_is_object(form))
		check_form(&c, codes);
	else
		tell(&c, "", "type", NULL);
end:
	json_decref(c.rest);
	free(c.asked);
	free(codes);
	if (!c.failed)
		return 0;
	json_decref(*errors);
	json_decref(*reminders);
	*errors = *reminders = NULL;
	return -1;
}
