/* step_correct.c: what the applicant gives when asked: judged as a whole, then carried to the items. */
#include "rules/step_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/form.h"
#include "rules/form_messages.h"
#include "rules/saving.h"

struct correction {
	struct running *r;
	const json_t *form, *materials; /* as given; NULL: nothing */
	const char *language;
	struct effects *x;
	json_t *errors;
	json_t *patched;      /* the whole form as it would be */
	json_t *reasons;      /* item id -> why a decision on the old answer needs a person */
	size_t words;
	uint64_t *bits;       /* room of all the sets of questions */
	uint64_t *marked;     /* questions that may be given */
	uint64_t *given, *changed;
	uint64_t papers;      /* materials that may be given */
	uint64_t papers_given;
	uint64_t items;       /* items sent back that are answered */
	bool failed;
};

static void
refuse(struct correction *c, const char *folder, const char *name, const char *code, const struct question *q)
{
	char pointer[300], text[FORM_MESSAGE];

	snprintf(pointer, sizeof pointer, "/%s%s%.200s", folder, *name ? "/" : "", name);
	form_message(code, q, c->language, text);
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
			refuse(c, "form", id, "unknown_field", NULL);
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
			refuse(c, "materials", id, "unknown_field", NULL);
		else if (!(c->papers >> m & 1))
			refuse(c, "materials", id, "not_asked", NULL);
		else if (!json_is_object(value))
			refuse(c, "materials", id, "required", NULL);
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
			refuse(c, "form", c->r->event->questions[q].id, "required", &c->r->event->questions[q]);
	for (size_t m = 0; m < c->r->event->n_materials; m++)
		if ((papers & ~c->papers_given) >> m & 1)
			refuse(c, "materials", c->r->event->materials[m].id, "required", NULL);
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

/* The errors of a form by the facts of its submission. NULL when memory is gone. */
static json_t *
errors_of(struct correction *c, const json_t *form)
{
	json_t *outputs[EVENT_ITEMS], *errors = NULL, *reminders = NULL, *choices = choices_of(c->r);
	struct facts facts;

	running_facts(c->r, outputs, &facts);
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
	json_t *before = errors_of(c, c->r->form), *after = errors_of(c, c->patched), *error;
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

/* What was marked may be given, and what is asked only because of it; what it makes pointless goes. */
static void
patch(struct correction *c, uint64_t *before, uint64_t *after)
{
	const struct event *e = c->r->event;

	c->patched = json_incref(c->r->form);
	if (running_merge(&c->patched, c->form) != 0) {
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
			refuse(c, "form", e->questions[q].id, "not_asked", &e->questions[q]);
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
		refuse(c, c->form && !json_is_object(c->form) ? "form" : "materials", "", "type", NULL);
		return;
	}
	read_form(c);
	read_materials(c);
	if (json_object_size(c->form) + json_object_size(c->materials) == 0)
		refuse(c, "form", "", "required", NULL);
	for (size_t i = 0; i < c->r->event->n_items; i++)
		if (c->r->nodes[i].state == ITEM_CORRECTION)
			answer_item(c, (int)i, room);
	patch(c, room, room + c->words);
	if (!c->failed && json_object_size(c->form) > 0)
		judge_form(c);
}

/* --- what it changes --- */

static void
value_text(const struct question *q, const json_t *value, char out[200])
{
	const char *s = json_string_value(value);
	char *dumped = NULL;

	for (size_t i = 0; s && i < q->n_choices; i++)
		if (strcmp(q->choices[i].code, s) == 0)
			s = q->choices[i].label;
	if (!value)
		s = "(未填)";
	else if (json_is_boolean(value))
		s = json_is_true(value) ? "是" : "否";
	else if (!s)
		s = dumped = json_canonical_string(value);
	snprintf(out, 200, "%s", s ? s : "");
	free(dumped);
	for (size_t n = strlen(out); n == 199 && n > 0 && (out[n - 1] & 0x80); n--)
		out[n - 1] = '\0'; /* no half characters */
}

static void
explain(const struct correction *c, size_t item, char text[1200])
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t q = 0; q < c->r->event->n_questions && n < 700; q++) {
		const struct question *question = &c->r->event->questions[q];
		char old[200], now[200];

		if (!step_bit(c->changed, q) || !(question->items >> item & 1))
			continue;
		value_text(question, json_object_get(c->r->form, question->id), old);
		value_text(question, json_object_get(c->patched, question->id), now);
		n += (size_t)snprintf(text + n, 1200 - n, "%s“%.60s”由“%s”改为“%s”", n ? ";" : "",
		    question->title, old, now);
	}
	if (n && n < 1100)
		snprintf(text + n, 1200 - n, ",这一项是按原来的内容办理的,需要工作人员核对");
}

/* Sent back and answered: it goes out again, as another round with a key of its own. */
static void
reopen(struct running *r, size_t i, struct effects *x)
{
	struct running_item *it = &r->nodes[i];

	it->state = ITEM_WAITING;
	it->how = CAUSE_NONE;
	it->way = 0;
	if (it->sent_at) {
		if (!it->sent_day)
			it->sent_day = clock_day(it->sent_at);
		it->stopped_days += saving_stopped(it->decided_at, x->now);
		it->round++;
	}
	it->sent_at = it->acknowledged_at = it->decided_at = it->next_at = it->silent_since = 0;
	it->attempts = 0;
	it->flags &= (uint8_t)~ITEM_STALE;
	json_decref(it->fields);
	it->fields = NULL;
	free(it->receipt);
	free(it->reason);
	it->receipt = it->reason = NULL;
}

/* It has gone out with the old answer: settled first, then a person looks. */
static void
mark_stale(struct correction *c, size_t i)
{
	struct running_item *it = &c->r->nodes[i];
	char text[1200];

	explain(c, i, text);
	json_object_set_new(c->reasons, c->r->event->items[i].id, json_string(text));
	step_set_reason(it, text, c->x);
	it->flags |= ITEM_STALE;
	if (it->state == ITEM_APPROVED)
		step_changed(c->r, (int)i, c->x);
}

static bool
uses_changed(const struct correction *c, size_t item)
{
	for (size_t q = 0; q < c->r->event->n_questions; q++)
		if (step_bit(c->changed, q) && (c->r->event->questions[q].items >> item & 1))
			return true;
	return false;
}

static void
carry_to_items(struct correction *c)
{
	for (size_t i = 0; i < c->r->event->n_items; i++) {
		uint8_t s = c->r->nodes[i].state;

		if (c->items >> i & 1)
			reopen(c->r, i, c->x);
		else if ((s == ITEM_SENT || s == ITEM_ACKNOWLEDGED || s == ITEM_APPROVED ||
		             (s == ITEM_ATTENTION && c->r->nodes[i].sent_at)) && uses_changed(c, i))
			mark_stale(c, i);
	}
}

static bool
speaks_of_changed(const struct correction *c, const struct param *request, size_t n, uint64_t *room)
{
	memset(room, 0, c->words * sizeof *room);
	for (size_t p = 0; p < n; p++)
		step_mends(c->r->event, request[p].value, room);
	for (size_t i = 0; i < c->words; i++)
		if (room[i] & c->changed[i])
			return true;
	return false;
}

/* What was looked up by an answer that was wrong is looked up again. */
static void
carry_to_lookups(struct correction *c)
{
	const struct event *e = c->r->event;
	uint64_t *room = c->bits + 3 * c->words;
	uint32_t records = 0;

	for (size_t i = 0; i < e->n_records; i++)
		if (speaks_of_changed(c, e->records[i].request, e->records[i].n_request, room))
			records |= UINT32_C(1) << i;
	step_record_again(c->r, records, true, c->x);
	for (size_t m = 0; m < e->n_materials; m++) {
		struct running_item *it = running_node(c->r, MATERIAL_NODE + (int)m);
		const struct get *g = &e->materials[m].get[it->way];

		if ((it->how != HOW_FETCHED && it->how != HOW_WAITING) || c->papers_given >> m & 1)
			continue;
		if (g->way == WAY_FETCH && speaks_of_changed(c, g->request, g->n_request, room)) {
			it->round++;
			it->flags &= (uint8_t)~ITEM_LATE;
			it->how = HOW_WAITING;
			step_send(c->r, MATERIAL_NODE + (int)m, c->x);
		} else if (g->way == WAY_RECORD && records >> g->record & 1) {
			it->how = HOW_WAITING;
		}
	}
}

static void
carry(struct correction *c)
{
	struct history_entry e = { .by = c->x->by ? c->x->by : "applicant",
		.fields = saving_corrected(c->form) };
	struct running *r = c->r;

	if (c->items || e.fields)
		step_tell_entry(r, -1, HISTORY_CORRECTED, &e, c->x);
	r->typed += e.fields;
	carry_to_items(c);
	json_decref(r->form);
	r->form = json_incref(c->patched);
	if (running_merge(&r->files, c->materials) != 0)
		c->x->failed = true;
	for (size_t m = 0; m < r->event->n_materials; m++)
		if (c->papers_given >> m & 1)
			step_material_upload(r, (int)m, c->x);
	carry_to_lookups(c);
	step_record_rules(r, UINT32_MAX, c->x);
	step_go_on(r, c->x);
}

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
	carry(c);
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
