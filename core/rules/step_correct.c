/* step_correct.c: what the applicant gives when asked is judged as a whole (step_carry.c: carried on). */
#include "rules/step_correct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rules/form.h"
#include "rules/form_messages.h"

void
step_refuse(struct correction *c, const char *folder, const char *name, const char *sentence,
    const struct question *q)
{
	char pointer[300], text[FORM_MESSAGE], code[FORM_CODE];

	snprintf(pointer, sizeof pointer, "/%s%s%.200s", folder, *name ? "/" : "", name);
	form_message(sentence, q, c->language, text);
	form_code(sentence, code);
	if (json_array_append_new(c->errors, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code", code,
	        "message", text)) != 0)
		c->failed = true;
}

/* --- what may be given, what is --- */

static void
collect(struct correction *c)
{
	struct running *r = c->r;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_CORRECTION)
			step_marks(r, (int)i, c->marked, &c->papers);
	c->papers |= step_uploads_needed(r) | step_uploads_offered(r, c->x->now);
}

static bool
nothing_asked(const struct correction *c)
{
	for (size_t i = 0; i < c->words; i++)
		if (c->marked[i])
			return false;
	return c->papers == 0;
}

static void
read_form(struct correction *c)
{
	const char *id;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)c->form, id, value) {
		int q = event_question(c->r->event, id);

		if (q >= 0)
			step_set(c->given, (size_t)q);
		else
			step_refuse(c, "form", id, "unknown_field", NULL);
	}
}

static void
read_materials(struct correction *c)
{
	const char *id;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)c->materials, id, value) {
		int m = event_material(c->r->event, id);

		if (m < 0)
			step_refuse(c, "materials", id, "unknown_field", NULL);
		else if (!(c->papers >> m & 1))
			step_refuse(c, "materials", id, "not_asked", NULL);
		else if (!json_is_object(value))
			step_refuse(c, "materials", id, "required", NULL);
		else
			c->papers_given |= UINT64_C(1) << m;
	}
}

/* An item that is answered is answered in full: it goes out again at once. */
static void
answer_item(struct correction *c, int item, uint64_t *marks)
{
	uint64_t papers = 0;
	bool answered;

	memset(marks, 0, c->words * sizeof *marks);
	step_marks(c->r, item, marks, &papers);
	answered = (papers & c->papers_given) != 0;
	for (size_t i = 0; i < c->words; i++)
		answered = answered || (marks[i] & c->given[i]);
	if (!answered)
		return;
	c->items |= UINT64_C(1) << item;
	for (size_t q = 0; q < c->r->event->n_questions; q++)
		if (step_bit(marks, q) && !step_bit(c->given, q))
			step_refuse(c, "form", c->r->event->questions[q].id, "required", &c->r->event->questions[q]);
	for (size_t m = 0; m < c->r->event->n_materials; m++)
		if ((papers & ~c->papers_given) >> m & 1)
			step_refuse(c, "materials", c->r->event->materials[m].id, "required", NULL);
}

/* --- the form as a whole --- */

static json_t *
choices_of(const struct running *r)
{
	json_t *choices = json_object();

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->event->items[i].choice != CHOICE_NONE)
			json_object_set_new(choices, r->event->items[i].id, json_boolean(r->chosen >> i & 1));
	return choices;
}

/* What was looked up with the answer that has changed tells nothing of the new one. */
static json_t *
records_left(const struct correction *c)
{
	uint32_t gone = step_carry_records(c);
	json_t *left = json_copy(c->r->records);

	for (size_t i = 0; i < c->r->event->n_records; i++)
		if (gone >> i & 1)
			json_object_del(left, c->r->event->records[i].id);
	return left;
}

/* The errors of a form by the facts of its submission, and by these records. NULL when memory is gone. */
static json_t *
errors_of(struct correction *c, const json_t *form, const json_t *records)
{
	json_t *outputs[EVENT_ITEMS], *errors = NULL, *reminders = NULL, *choices = choices_of(c->r);
	struct facts facts;

	running_facts(c->r, outputs, &facts);
	facts.records = records;
	if (!choices || form_check(c->r->event, form, choices, &facts, c->language, &errors, &reminders) != 0)
		errors = NULL;
	json_decref(reminders);
	json_decref(choices);
	return errors;
}

static bool
has_error(const json_t *errors, const json_t *error)
{
	const json_t *one;
	size_t i;

	json_array_foreach(errors, i, one)
		if (json_equal(one, error))
			return true;
	return false;
}

/* Of what was wrong before (another day, another version of the rules) only the given answers count. */
static bool
concerns(const struct correction *c, const json_t *before, const json_t *error)
{
	const char *pointer = json_text(error, "pointer");
	char name[256] = "";

	if (pointer && *pointer == '/')
		snprintf(name, sizeof name, "%.*s", (int)strcspn(pointer + 1, "/"), pointer + 1);
	return json_object_get(c->form, name) || !has_error(before, error);
}

static void
judge_form(struct correction *c)
{
	json_t *left = records_left(c), *error;
	json_t *before = errors_of(c, c->r->form, c->r->records), *after = errors_of(c, c->patched, left);
	char pointer[300];
	size_t i;

	c->failed = c->failed || !before || !after;
	json_array_foreach(after, i, error) {
		if (strcmp(json_text(error, "code"), "unknown_field") == 0 || !concerns(c, before, error))
			continue; /* unknown ones have been told, cleared ones too */
		snprintf(pointer, sizeof pointer, "/form%.250s", json_text(error, "pointer"));
		json_object_set_new(error, "pointer", json_string(pointer));
		json_array_append(c->errors, error);
	}
	json_decref(before);
	json_decref(after);
	json_decref(left);
}

static void
asked_by(const struct correction *c, const json_t *form, uint64_t *asked)
{
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;

	running_facts(c->r, outputs, &facts);
	facts.form = form;
	form_asked(c->r->event, &facts, asked);
}

/* Locked answers that say otherwise than their sources do now, and were not given: they follow. */
static int
let_follow(const struct correction *c, json_t *form, const struct facts *given)
{
	const struct event *e = c->r->event;
	struct facts facts = *given;

	facts.form = form;
	for (size_t q = 0; q < e->n_questions; q++) {
		const json_t *value = json_object_get(form, e->questions[q].id);

		if (e->questions[q].locked && value && !step_bit(c->given, q) &&
		    form_locked_differs(&e->questions[q], value, &facts) &&
		    json_object_del(form, e->questions[q].id) != 0)
			return -1;
	}
	return 0;
}

/* The form as it would be, with what the login says of answers that are asked only now, and with what
 * follows from answers that were given. */
static json_t *
patched_form(const struct correction *c)
{
	json_t *outputs[EVENT_ITEMS], *form = json_incref(c->r->form), *choices = choices_of(c->r);
	json_t *filled = NULL;
	struct facts facts;

	running_facts(c->r, outputs, &facts);
	facts.records = NULL; /* as when it was filed: a record that came since types no answers */
	if (choices && running_merge(&form, c->form) == 0 &&
	    (json_object_size(c->form) == 0 || let_follow(c, form, &facts) == 0))
		filled = form_filled(form, choices, &facts);
	json_decref(choices);
	json_decref(form);
	return filled;
}

/* What was marked may be given, and what is asked only because of it; what it makes pointless goes. */
static void
patch(struct correction *c, uint64_t *before, uint64_t *after)
{
	const struct event *e = c->r->event;

	c->patched = patched_form(c);
	if (!c->patched) {
		c->failed = true;
		return;
	}
	asked_by(c, c->r->form, before);
	asked_by(c, c->patched, after);
	for (size_t q = 0; q < e->n_questions; q++) {
		if (step_bit(before, q) && !step_bit(after, q))
			json_object_del(c->patched, e->questions[q].id);
		if (step_bit(c->given, q) && !step_bit(c->marked, q) &&
		    !(step_bit(after, q) && !step_bit(before, q)))
			step_refuse(c, "form", e->questions[q].id, "not_asked", &e->questions[q]);
		if (!json_equal(json_object_get(c->r->form, e->questions[q].id),
		        json_object_get(c->patched, e->questions[q].id)) &&
		    (json_object_get(c->r->form, e->questions[q].id) ||
		     json_object_get(c->patched, e->questions[q].id)))
			step_set(c->changed, q);
	}
}

static void
judge(struct correction *c)
{
	uint64_t *room = c->bits + 3 * c->words;

	if ((c->form && !json_is_object(c->form)) || (c->materials && !json_is_object(c->materials))) {
		step_refuse(c, c->form && !json_is_object(c->form) ? "form" : "materials", "", "type", NULL);
		return;
	}
	read_form(c);
	read_materials(c);
	if (json_object_size(c->form) + json_object_size(c->materials) == 0)
		step_refuse(c, "form", "", "required", NULL);
	for (size_t i = 0; i < c->r->event->n_items; i++)
		if (c->r->nodes[i].state == ITEM_CORRECTION)
			answer_item(c, (int)i, room);
	patch(c, room, room + c->words);
	if (c->failed || json_object_size(c->form) == 0)
		return;
	step_fixed(c);
	judge_form(c);
}

/* --- done --- */

/* As it is stored: only what was given and what follows from it, so that it can be applied again. */
static json_t *
revision_of(const struct correction *c)
{
	const struct event *e = c->r->event;
	json_t *form = json_object();

	for (size_t q = 0; q < e->n_questions; q++) {
		json_t *now = json_object_get(c->patched, e->questions[q].id);

		if (step_bit(c->changed, q))
			json_object_set_new(form, e->questions[q].id, now ? json_incref(now) : json_null());
	}
	return json_pack("{s:s, s:o, s:O*, s:O}", "kind", "correction", "form", form, "materials",
	    c->materials, "changed", c->reasons);
}

static int
decide(struct correction *c, json_t **errors)
{
	judge(c);
	if (c->failed)
		return -1;
	if (json_array_size(c->errors) > 0) {
		*errors = json_incref(c->errors);
		return 1;
	}
	step_carry(c);
	c->x->revision = revision_of(c);
	c->r->revisions++;
	if (!c->x->revision)
		c->x->failed = true;
	return 0;
}

int
running_correct(struct running *r, const json_t *form, const json_t *materials,
    const char *language, json_t **errors, struct effects *x)
{
	struct correction c = { .r = r, .form = form, .materials = materials, .language = language, .x = x,
		.words = r->event->n_questions / 64 + 1 };
	int result = 2;

	*errors = NULL;
	if (r->status >= STATUS_FINISHED || r->withdrawn_at)
		return 2;
	c.bits = calloc(c.words * 5, sizeof *c.bits);
	c.errors = json_array();
	c.reasons = json_object();
	if (c.bits && c.errors && c.reasons) {
		c.marked = c.bits;
		c.given = c.bits + c.words;
		c.changed = c.bits + 2 * c.words;
		collect(&c);
		if (!nothing_asked(&c))
			result = decide(&c, errors);
	} else {
		result = -1;
	}
	json_decref(c.errors);
	json_decref(c.patched);
	json_decref(c.reasons);
	free(c.bits);
	return result;
}
