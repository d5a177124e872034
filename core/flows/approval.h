/* approval.h: four eyes. With the setting four_eyes, what a file says comes into force only when two people
 * of the policy staff have approved exactly it; until then what was in force stays.
 *
 * A version is its content, so an approval cannot be carried over to what was edited since. What is in force
 * already when the setting is made stays so.
 */
#ifndef YJS_FLOWS_APPROVAL_H
#define YJS_FLOWS_APPROVAL_H

#include "flows/catalog.h"

enum { APPROVAL_NEEDED = 2 }; /* people */

/* What is in force of an event whose file says `file`: *chosen is that itself or the version before it,
 * NULL when there was none. */
int approval_choose(struct catalog *c, struct store *s, const struct event *file,
    const struct event **chosen, struct error *why) MUST_CHECK;

#endif
