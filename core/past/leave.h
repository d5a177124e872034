/* leave.h: what the moves of a life leave behind, until its rows are written. For life.c.
 */
#ifndef YJS_PAST_LEAVE_H
#define YJS_PAST_LEAVE_H

#include "past/life.h"

int leave_no_memory(struct error *why); /* -1 */
/* malloc()ed bytes that live as long as the life's rows; freed at once when memory is gone. */
int leave_own(struct life *l, void *what_take) MUST_CHECK;
int leave_seal(struct life *l, const struct seal_place *at, const void *bytes, size_t length,
    struct bytes *out, struct error *why) MUST_CHECK;
/* What the move just made sends, tells and counts. */
int leave_take(struct life *l, struct error *why) MUST_CHECK;
/* A row of history for all that happened at one moment; `first` is the number of its first entry. */
int leave_end(struct life *l, int32_t first, struct error *why) MUST_CHECK;

#endif
