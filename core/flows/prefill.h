/* prefill.h: what the login and the departments' records know of a form that is being filled in.
 *
 * The records are looked up all at once (lookups.h), or known from a short while ago (known.h). Each
 * look-up is noted before it leaves, and what an agent is shown of another before it is shown. What rests on
 * an answer that only a record gives is looked up the next time, when that stands in the form.
 */
#ifndef YJS_FLOWS_PREFILL_H
#define YJS_FLOWS_PREFILL_H

#include "flows/filing.h"

/* `answer`: {"questions": {id: {"state", "value"?, "source", "at"?}}}, taken; NULL: memory is gone. Called
 * once, on this or another thread. */
typedef void prefill_then(void *cookie, json_t *answer);

/* Begin for what `q` says (taken). -1 and *why: what had to be noted could not be; `then` is not called. */
int prefill_begin_take(struct node *n, struct store *s, const struct account *who, struct filing_request *q,
    const char *language, prefill_then *then, void *cookie, struct error *why) MUST_CHECK;

#endif
