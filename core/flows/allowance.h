/* allowance.h: what a department may be sent now.
 *
 * at_once and per_minute of its connector hold over all nodes: each node takes a part, by its place among those that
 * live (pulse.h), and the parts add up to the limit. Where a limit is less than the nodes each unit goes round, and
 * between two turns nobody begins, so that what one has begun ends before the next begins. per_minute means any minute.
 * What a part grows by was used in the last minute by whoever had it: it comes little by little. The engine's own.
 */
#ifndef YJS_FLOWS_ALLOWANCE_H
#define YJS_FLOWS_ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

struct department;

struct share { /* of what holds over all nodes; 0 nodes: not known yet, nothing begins */
	uint16_t nodes;
	uint16_t place; /* 0.. among them */
};

enum { ALLOWANCE_SLOTS = 241 }; /* quarters of a second: a minute, and the one that has begun */

struct allowance { /* calls that began in the last minute */
	int slots[ALLOWANCE_SLOTS]; /* by number, modulo */
	int64_t slot;               /* the number of the last one */
	int begun, part;            /* their sum; of per_minute, as last looked at */
};

/* The part of `limit` at `at` (database us), where a unit is held for at most `held` us: in turns if need be. */
int share_part(struct share s, int limit, int64_t at, int64_t held);

/* No node has called it in the last minute: all of the part is there at once. */
void allowance_fresh(struct department *d, struct share s, int64_t at);
/* May a call begin? `now` monotonic, `at` the database's time, us. */
bool allowance_starts(struct department *d, struct share s, int64_t now, int64_t at);
/* One has. */
void allowance_note(struct department *d, int64_t now);
/* When to look again, at most `until` (monotonic), if it is not the end of a call that is waited for. */
int64_t allowance_next(const struct department *d, struct share s, int64_t now, int64_t at, int64_t until);

#endif
