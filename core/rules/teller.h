/* teller.h: what a condition speaks of, in plain Chinese; the words that expr_explain.c makes its
 * sentences of.
 *
 * All append to the teller's text. Titles are as the event says them; codes become the labels that
 * people chose from.
 */
#ifndef YJS_RULES_TELLER_H
#define YJS_RULES_TELLER_H

#include "base/text.h"
#include "rules/event.h"

struct teller {
	const struct event *event;
	struct text *out;
	const struct question *list; /* whose rows are spoken of, or NULL: by a column's own condition */
	int depth;
};

void teller_quote(struct teller *t, const char *s);
/* The title of a column of the list. */
void teller_column(struct teller *t, const char *name);
/* What a reference speaks of: “母亲身份证号”里的出生日期. */
void teller_ref(struct teller *t, const struct expr *e);
/* A constant, compared with `asked` (NULL: with nothing), whose labels it takes. */
void teller_const(struct teller *t, const json_t *value, const struct expr *asked);

#endif
