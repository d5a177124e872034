/* recount.h: the counters, counted again from the histories.
 *
 * One sum for each division, day, event, department and measure: so many as there are counters, not
 * as there are applications.
 */
#ifndef YJS_COMMANDS_RECOUNT_H
#define YJS_COMMANDS_RECOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/figures.h"

struct recount_figure {
	int32_t division, day;
	char event[64], department[48], measure[48];
	int64_t value;
	bool used;
};

struct recount { struct recount_figure *figures; uint64_t n, room; bool failed; /* memory gone */ };

void recount_add(struct recount *r, int32_t division, int32_t day, const char *event,
    const char *department, const char *measure, int64_t delta);
/* Take the sum out: what is left in the end has no counter. */
int64_t recount_take(struct recount *r, int32_t division, int32_t day, const char *event,
    const char *department, const char *measure);
struct store_total recount_total(const struct recount_figure *f);
void recount_free(struct recount *r);

#endif
