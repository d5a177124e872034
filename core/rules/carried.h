/* carried.h: what the values of a request are called, for people: a parameter's own name is the
 * department's, not theirs.
 *
 * Pure.
 */
#ifndef YJS_RULES_CARRIED_H
#define YJS_RULES_CARRIED_H

#include "rules/event.h"

/* Object: parameter -> what it carries, in the words of the event file; of a list also "heirs.id_no" for
 * each of its columns. New reference. */
json_t *carried_titles(const struct event *event, const struct param *params, size_t n);
/* The same of what is told by `node`: an item, or the look-up of a paper (the way that asks) or record. */
json_t *carried_by(const struct event *event, int node);

#endif
