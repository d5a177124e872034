/* differences.h: what changes from one version of an event to another, part by part, for those who approve it.
 *
 * Pure. Nothing that makes two versions differ is left out: whatever is not known here by name is told as
 * changed all the same.
 */
#ifndef YJS_DECLARED_DIFFERENCES_H
#define YJS_DECLARED_DIFFERENCES_H

#include "rules/event.h"

/* [{part, kind, id?, title?, members?: [{name, before?, after?}]}]: `part` as the declared data call it ("items",
 * "asks" …, "event": of the whole), `kind` added removed changed moved; before and after in plain Chinese,
 * where words can tell them. `was` NULL: all of it is new. New reference; NULL: no memory. */
json_t *differences_list(const struct event *was, const struct event *is);

#endif
