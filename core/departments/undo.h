/* undo.h: cancellations: what was done is taken back, once, where the call says that it can be. */
#ifndef YJS_DEPARTMENTS_UNDO_H
#define YJS_DEPARTMENTS_UNDO_H

#include "departments/office.h"

/* Decide the cancellation `e`, under the office's lock. Of a matter that is still waited for the
 * decision falls away with it. 0, or -1 when memory is gone. */
int undo_decide(struct office *office, const struct desk_call *call, enum fault fault,
    const json_t *request, struct entry *e, struct desk_answer *out) MUST_CHECK;

/* Was it cancelled before it was decided? Then there is no decision to tell. */
bool undo_came_first(const struct entry *e);

#endif
