/* refusal.h: how often strangers were refused where only departments are let in. */
#ifndef YJS_STORE_REFUSAL_H
#define YJS_STORE_REFUSAL_H

#include "store/store.h"

struct store_refusal {
	int64_t minute;       /* its beginning, us */
	uint8_t who[16];      /* blind index of the address */
	int64_t refused;
	struct bytes address; /* sealed as refusal.address of the row `minute` */
};

/* Add them to what stands there; those of one minute and address are one row. */
int store_refusals_put(struct store *s, const struct store_refusal *rows, size_t n, struct error *why) MUST_CHECK;

/* The last day: how many, of how many addresses; and the minute and address that had most of them (its address
 * malloc()ed; data NULL when there was none). */
struct store_refused { int64_t refused, addresses; struct store_refusal most; };
int store_refusals_read(struct store *s, struct store_refused *out, struct error *why) MUST_CHECK;

#endif
