/* person.h: a form like another, of another person.
 *
 * Names, identity numbers, phones and cards are others (right check digits, same birthday in the year
 * where it matters, same sex, the same person everywhere in the form); what the event is handled once
 * for is never the same twice. Everything else stays, so that rules which the first form passes are
 * passed by all.
 */
#ifndef YJS_PAST_PERSON_H
#define YJS_PAST_PERSON_H

#include "rules/event.h"

struct person {
	json_t *form;      /* owned */
	json_t *applicant; /* owned: id, name, phone as the form's sources tell */
};

/* The `k`-th application like `form`, filed by the `who`-th person. -1 when memory is gone. */
int person_make(const struct event *event, const json_t *form, long k, long who, struct person *p);
void person_free(struct person *p);

#endif
