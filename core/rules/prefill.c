#include "rules/prefill.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rules/form_inside.h"

/* --- whose records --- */

/* What can say of whom a record is. */
static bool
names_somebody(enum question_type type)
{
	static const enum question_type harmless[] = { TYPE_USCC, TYPE_CHOICE, TYPE_CHOICES, TYPE_YES_NO, TYPE_DATE,
		TYPE_NUMBER, TYPE_MONEY, TYPE_DIVISION, TYPE_DIVISION9, TYPE_DIVISION12 };

	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		if (type == harmless[i])
			return false;
	return true;
}

struct subjects { const struct event *event; bool company, person; };

static void
note_subject(void *cookie, int question)
{
	struct subjects *s = cookie;
	enum question_type type = s->event->questions[question].type;

	s->company = s->company || type == TYPE_USCC;
	s->person = s->person || names_somebody(type);
}

static bool
is_of_a_company(const struct event *event, const struct record *r)
{
	struct subjects s = { event, false, false };

	for (size_t i = 0; i < r->n_request; i++)
		expr_questions(r->request[i].value, event, note_subject, &s);
	return s.company && !s.person;
}

/* One of the numbers that the look-up names is the applicant's. */
static bool
is_his_own(const struct record *r, const struct facts *facts)
{
	const char *own = json_text(facts->applicant, "id");
	bool found = false;

	for (size_t i = 0; i < r->n_request && own && !found; i++) {
		json_t *value = expr_value(r->request[i].value, facts);

		found = json_is_string(value) && strcmp(json_string_value(value), own) == 0;
		json_decref(value);
	}
	return found;
}

/* --- what is to be looked up --- */

static uint64_t *
asked_of(const struct event *event, const struct facts *facts)
{
	uint64_t *asked = calloc(event->n_questions / 64 + 1, sizeof *asked);

	if (asked)
		form_asked(event, facts, asked);
	return asked;
}

static uint32_t
sources_of(const struct question *q, const struct event *event, const struct facts *facts)
{
	uint32_t records = 0;

	for (size_t i = 0; i < q->n_from; i++)
		if (expr_holds(q->from[i].when, facts))
			records |= expr_records(q->from[i].value, event);
	return records;
}

uint32_t
prefill_records(const struct event *event, const struct facts *facts)
{
	uint64_t *asked = asked_of(event, facts);
	uint32_t wanted = 0, open = 0;

	for (size_t i = 0; asked && i < event->n_questions; i++)
		if (form_bit(asked, i))
			wanted |= sources_of(&event->questions[i], event, facts);
	for (size_t i = 0; i < event->n_records; i++)
		if ((wanted >> i & 1) &&
		    (is_his_own(&event->records[i], facts) || is_of_a_company(event, &event->records[i])))
			open |= UINT32_C(1) << i;
	free(asked);
	return open;
}

json_t *
prefill_form(const json_t *form, const json_t *choices, const struct facts *facts)
{
	return form_filled_from(form, choices, facts, false);
}

/* --- what is known --- */

static bool
speaks_of_the_applicant(const struct expr *e)
{
	bool speaks = e->op == EXPR_REF && e->space == EXPR_APPLICANT;

	for (size_t i = 0; i < e->n_args && !speaks; i++)
		speaks = speaks_of_the_applicant(e->args[i]);
	return speaks;
}

static bool
is_disputed(const json_t *disputed, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(disputed, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), id) == 0)
			return true;
	return false;
}

/* How the look-ups of some records went, as one: unreachable if one was, else found or none. */
static enum prefill_look
look_of(const struct prefill *p, uint32_t records, int *record)
{
	enum prefill_look all = PREFILL_NOT_ASKED;

	for (int i = 0; i < EVENT_RECORDS; i++) {
		if (!(records >> i & 1))
			continue;
		if (p->records[i].look == PREFILL_NOT_ASKED)
			return PREFILL_NOT_ASKED;
		if (p->records[i].look > all) {
			all = p->records[i].look;
			*record = i;
		}
	}
	return all;
}

static json_t *
told(const struct prefill *p, const char *state, json_t *value, int record)
{
	const json_t *source = record >= 0 ? p->records[record].source : p->own;

	return json_pack("{s:s, s:o*, s:O, s:s*}", "state", state, "value", value, "source", source,
	    "at", record >= 0 ? p->records[record].at : NULL);
}

/* What one source says; NULL: nothing is known of it. */
static json_t *
show_source(const struct question *q, const struct source *from, const struct facts *facts,
    const struct prefill *p)
{
	uint32_t records = expr_records(from->value, facts->event);
	int record = -1;
	enum prefill_look look = look_of(p, records, &record);
	json_t *value = expr_holds(from->when, facts) ? expr_value(from->value, facts) : NULL;

	if (value && form_value(q, value, facts->today) == NULL && (look == PREFILL_FOUND ||
	    speaks_of_the_applicant(from->value)))
		return told(p, is_disputed(p->disputed, q->id) ? "disputed" : "known", value, record);
	json_decref(value);
	if (look == PREFILL_NOT_ASKED || !expr_holds(from->when, facts))
		return NULL;
	return told(p, value || look == PREFILL_UNREACHABLE ? "unreachable" : "none", NULL, record);
}

/* The first source that says it; else how it went with the first of those that do not. */
static json_t *
show_question(const struct question *q, const struct facts *facts, const struct prefill *p)
{
	json_t *shown = NULL;

	for (size_t i = 0; i < q->n_from; i++) {
		json_t *next = show_source(q, &q->from[i], facts, p);

		if (shown && !json_object_get(next, "value")) {
			json_decref(next);
			continue;
		}
		json_decref(shown);
		shown = next;
		if (json_object_get(shown, "value"))
			break;
	}
	return shown;
}

json_t *
prefill_show(const struct event *event, const struct facts *facts, const struct prefill *p)
{
	uint64_t *asked = asked_of(event, facts);
	json_t *all = asked ? json_object() : NULL;

	for (size_t i = 0; all && i < event->n_questions; i++) {
		json_t *shown = form_bit(asked, i) ? show_question(&event->questions[i], facts, p) : NULL;

		if (shown && json_object_set_new(all, event->questions[i].id, shown) != 0) {
			json_decref(all);
			all = NULL;
		}
	}
	free(asked);
	return all;
}
