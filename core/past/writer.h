/* writer.h: one process of the making: a stretch of the time, in groups of applications.
 */
#ifndef YJS_PAST_WRITER_H
#define YJS_PAST_WRITER_H

#include "base/error.h"
#include "past/past.h"

/* Make those of process number `process` (0..). `done` is counted up, group by group. */
int writer_run(const struct conf *conf, const struct past_order *order, int process, long *done,
    struct error *why) MUST_CHECK;

#endif
