/* form_inside.h: what the files of the form check share; no other file includes it.
 *
 * form.c checks a form as a whole, form_asked.c says what is asked, form_locked.c knows locked
 * answers, form_list.c looks into lists, form_rules.c holds the event's rules against the answers.
 */
#ifndef YJS_RULES_FORM_INSIDE_H
#define YJS_RULES_FORM_INSIDE_H

#include "rules/form.h"

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

static inline bool
form_bit(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

static inline void
form_set_bit(uint64_t *set, size_t i)
{
	set[i / 64] |= UINT64_C(1) << (i % 64);
}

/* Note an error: its code is what stands before the dot of `sentence` (a key of form_messages). */
void form_tell(struct check *c, const char *pointer, const char *sentence, const struct question *q);
/* The same with a text of the event's own. */
void form_tell_text(struct check *c, const char *pointer, const char *code, const char *text);
/* The same at "folder/name"; a name that somebody sent is escaped and cut to a decent length. */
void form_tell_at(struct check *c, const char *folder, const char *name, const char *sentence,
    const struct question *q);
void form_remind(struct check *c, const char *rule, const char *text);

/* Leaves the facts with the answers that count and with the division (room for it: `division`); in
 * `asked` the questions that are asked. `*rest` becomes a copy of the form where one is needed. */
void form_ask(const struct event *event, struct facts *facts, char division[7], uint64_t *asked,
    json_t **rest);
/* Take an answer out of `*rest`, a copy of the form that is made when there is one to be taken out
 * and lent to the facts. False when memory is gone. */
bool form_take_out(struct facts *facts, const char *id, json_t **rest);
/* Has it the JSON type that conditions on the question count on? Of what has parts, all must be
 * sound. */
bool form_has_shape(const struct question *q, const json_t *value, int32_t today);

/* What is wrong with one answer: a key of form_messages, or NULL. Reminds of a doubtful account. */
const char *form_answer(struct check *c, const struct question *q, const json_t *value);
/* The same of a locked answer that differs from its source by these facts. */
const char *form_locked(const struct question *q, const json_t *value, const struct facts *facts);
/* form_filled(), or the same of all answers that have a source (prefill.h). */
json_t *form_filled_from(const json_t *form, const json_t *choices, const struct facts *facts, bool locked_only);
/* Look into the rows of a list that is sound as such. True when nothing in it is wrong. */
bool form_list(struct check *c, const struct question *list, const json_t *rows);
/* Refuse, remind: what the event's rules say of the answers that are sound. */
void form_rules(struct check *c);
/* A second person who is the applicant, or is asked already, is refused. */
void form_persons(struct check *c);

#endif
