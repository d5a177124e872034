/* outage.h: what a department that is away costs the others, and how fast it gets what waited for it.
 *
 * The same open loop twice, the second time with one department slow, hanging or down; then nobody files any more, it
 * is back, and the time is taken from its first answer until the node has nothing on its way.
 */
#ifndef YJS_BENCH_OUTAGE_H
#define YJS_BENCH_OUTAGE_H

#include "bench/sitting.h"

/* Measure, and print. 1 when something was refused or did not finish, -1 and *why when it could not be measured. */
int outage_run(struct sitting *s, struct error *why) MUST_CHECK;

#endif
