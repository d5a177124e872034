/* tally.h: many durations, and their percentiles.
 */
#ifndef YJS_BENCH_TALLY_H
#define YJS_BENCH_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally { uint32_t *us; size_t n, room; };
struct tally_figures { int64_t n, p50, p99, most; }; /* microseconds; all 0 when there are none */

/* Add a duration in microseconds (below 0 counts as 0). 0, or -1 when memory is gone. */
int tally_add(struct tally *t, int64_t us);
/* Sorts. */
struct tally_figures tally_figures(struct tally *t);
void tally_free(struct tally *t);

#endif
