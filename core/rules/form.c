#include "rules/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/form_inside.h"
#include "rules/form_messages.h"

enum { ERRORS = 100 }; /* told at most; who sends more wrong fields learns of these first */

/* ---- errors ---- */

void
form_tell_text(struct check *c, const char *pointer, const char *code, const char *text)
{
	if (c->told++ >= ERRORS)
		return;
	if (json_array_append_new(c->errors, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code",
	        code, "message", text)) != 0)
		c->failed = true;
}

void
form_tell(struct check *c, const char *pointer, const char *sentence, const struct question *q)
{
	char text[FORM_MESSAGE], code[FORM_CODE];

	form_message(sentence, q, c->language, text);
	form_code(sentence, code);
	form_tell_text(c, pointer, code, text);
}

void
form_tell_at(struct check *c, const char *folder, const char *name, const char *sentence,
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
	form_tell(c, pointer, sentence, q);
}

void
form_remind(struct check *c, const char *rule, const char *text)
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
		form_tell(c, "/choices", "type", NULL);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)choices, id, value) {
		int item = event_item(c->event, id);

		if (item < 0)
			form_tell_at(c, "/choices", id, "unknown_field", NULL);
		else if (c->event->items[item].choice == CHOICE_NONE)
			form_tell_at(c, "/choices", id, "not_chosen", NULL);
		else if (!json_is_boolean(value))
			form_tell_at(c, "/choices", id, "type", &(struct question){ .type = TYPE_YES_NO });
	}
}

/* One's own consent is needed where an item that may run waits for it; another person's is given by
 * that person, never in the form. */
static const char *
sign_code(const struct check *c, const struct sign *sign, const json_t *value)
{
	bool needed, asked = !sign->who && form_sign_asked(c->event, sign, &c->facts, &needed);

	if (value && sign->who)
		return "not_asked.sign";
	if (value && !json_is_boolean(value))
		return "type";
	if (value && !asked)
		return "not_asked";
	return !value && asked && needed ? "required" : NULL;
}

static void
check_signs(struct check *c, size_t *known)
{
	for (size_t i = 0; i < c->event->n_signs; i++) {
		const struct sign *sign = &c->event->signs[i];
		const struct question as = { .type = TYPE_YES_NO, .title = sign->title };
		const json_t *value = json_object_get(c->form, sign->id);
		const char *sentence = sign_code(c, sign, value);

		*known += value != NULL;
		if (sentence)
			form_tell_at(c, "", sign->id, sentence, &as);
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
		if (event_question(c->event, id) < 0 && event_sign(c->event, id) < 0)
			form_tell_at(c, "", id, "unknown_field", NULL);
}

/* ---- answers ---- */

struct doubt { const struct check *check; bool found; };

static void
see_wrong(void *cookie, int question)
{
	struct doubt *doubt = cookie;

	doubt->found = doubt->found || form_bit(doubt->check->wrong, (size_t)question);
}

/* Does it hang on an answer that is wrong itself? Then nothing is said before that is put right. */
static bool
is_doubtful(const struct check *c, const struct question *q)
{
	struct doubt doubt = { c, false };

	expr_questions(q->when, c->event, see_wrong, &doubt);
	return doubt.found;
}

const char *
form_answer(struct check *c, const struct question *q, const json_t *value)
{
	const char *code = form_value(q, value, c->facts.today);

	if (code && !q->optional && (json_is_null(value) ||
	        (json_is_string(value) && json_string_length(value) == 0)))
		return "required";
	if (code && q->type == TYPE_BANK_CARD && strcmp(code, "check_digit") == 0) {
		char text[FORM_MESSAGE];

		form_message(code, q, c->language, text);
		form_remind(c, q->id, text);
		return NULL;
	}
	return code || !q->locked ? code : form_locked(q, value, &c->facts);
}

/* Marks what is wrong, so that no condition and no rule builds on it. */
static void
check_values(struct check *c, size_t *known, const char **codes)
{
	for (size_t i = 0; i < c->event->n_questions; i++) {
		const struct question *q = &c->event->questions[i];
		const json_t *value = json_object_get(c->form, q->id);

		*known += value != NULL;
		if (!value || !form_bit(c->asked, i))
			continue;
		codes[i] = form_answer(c, q, value);
		if (codes[i] || (q->type == TYPE_LIST && !form_list(c, q, value)))
			form_set_bit(c->wrong, i);
	}
}

static void
check_answers(struct check *c, const char **codes)
{
	for (size_t i = 0; i < c->event->n_questions; i++) {
		const struct question *q = &c->event->questions[i];
		bool given = json_object_get(c->form, q->id) != NULL;
		const char *code = codes[i];

		if (!code && !given && form_bit(c->asked, i) && !q->optional)
			code = "required";
		if (!code && given && !form_bit(c->asked, i))
			code = "not_asked";
		if (code && !(q->when && (codes[i] == NULL) && is_doubtful(c, q)))
			form_tell_at(c, "", q->id, code, q);
	}
}

/* ---- the whole ---- */

/* Only what is asked and sound stays for the rules to judge. */
static void
keep_sound(struct check *c)
{
	for (size_t i = 0; i < c->event->n_questions; i++) {
		const char *id = c->event->questions[i].id;

		if (form_bit(c->wrong, i) && json_object_get(c->facts.form, id) &&
		    !form_take_out(&c->facts, id, &c->rest))
			c->failed = true;
	}
}

static void
check_form(struct check *c, const char **codes)
{
	char division[7];
	size_t known = 0;

	form_ask(c->event, &c->facts, division, c->asked, &c->rest);
	check_values(c, &known, codes);
	check_answers(c, codes);
	check_signs(c, &known);
	check_names(c, known);
	keep_sound(c);
	if (!c->failed) {
		form_persons(c);
		form_rules(c);
	}
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
		form_tell(&c, "", "type", NULL);
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
