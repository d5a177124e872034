/* took.h: how long departments have items in hand: the working days from an item's sending to its decision,
 * counted in steps, so that few counters tell how long nine of ten take.
 *
 * A step has the name of its counter, of which the history says what follows "took_": so the counters
 * follow from the histories alone.
 */
#ifndef YJS_RULES_TOOK_H
#define YJS_RULES_TOOK_H

#include <jansson.h>
#include <stdint.h>

enum { TOOK_STEPS = 15, TOOK_PREFIX = 5 /* length of "took_" */ };
extern const char *const took_measures[TOOK_STEPS]; /* "took_0" (the same day) … "took_60", "took_more" */

/* The counter of an item sent and decided at these instants (us); NULL where the calendar is not known. */
const char *took_measure(int64_t sent_at, int64_t decided_at);
/* Which step a counter is of; -1: it is another counter. */
int took_step(const char *measure);
/* {"n", "nine_of_ten"}: within how many working days nine of ten were decided; null when there are none, or
 * it was longer than the last step tells. New reference. */
json_t *took_told(const int64_t counts[TOOK_STEPS]);

#endif
