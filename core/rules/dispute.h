/* dispute.h: answers of which people say that a register has them wrong.
 *
 * Pure. Whoever files may type something else than a record says, and say so: it stops nothing, the answer
 * that he typed goes out; but it is written into the history, with the department whose record it is, and
 * whoever decides an item that uses the answer sees it.
 */
#ifndef YJS_RULES_DISPUTE_H
#define YJS_RULES_DISPUTE_H

#include "rules/running.h"

/* May this question be disputed: is it filled in from somewhere? */
bool dispute_may(const struct event *event, const char *question);
/* Those that the form answers: who leaves it open, or is no longer asked, says nothing against it. NULL when
 * none is left (or memory is gone). New reference. */
json_t *dispute_answered(const json_t *disputed, const json_t *form);

/* [{"field","title","department"?}] of what r->disputed says: all, or (department) what its items are sent;
 * department: whose record it is. NULL when there is none. New reference. */
json_t *dispute_show(const struct running *r, const char *department);
/* Does what a call is sent under this name rest on a disputed answer? */
bool dispute_in(const struct running *r, const struct param *p);
/* Names in an item's `data` that carry a disputed answer; NULL when none does. New reference. */
json_t *dispute_data(const struct running *r, int item);

#endif
