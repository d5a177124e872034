/* mandate.h: which agent may act for which resident.
 *
 * A mandate is a token of the agent's that is good for one person (no secret of it is known): it is held
 * and checked with the agent's own in each transaction that acts on it, and from the commit that ends it
 * on nothing is done under it.
 */
#ifndef YJS_STORE_MANDATE_H
#define YJS_STORE_MANDATE_H

#include "store/account.h"

struct store_mandate {
	int64_t token;
	int64_t agent;
	char agent_name[64];
	int64_t given_at, ended_at;  /* us; 0: in force */
	bool withdrawn;              /* by the resident */
};

enum { STORE_MANDATES_MOST = 100 };

/* An agent says that he acts for a person (blind index), and brings the paper of it: the mandate that
 * there is, or a new one with the id `token` (its `hash` is of nothing). 1 it is in force, 0 the person
 * has withdrawn it, -1. */
int store_mandate_take(struct store *s, int64_t agent, const uint8_t person[16], int64_t token,
    const uint8_t hash[32], struct store_mandate *m, struct error *why) MUST_CHECK;
/* The person himself gives it, also again. */
int store_mandate_give(struct store *s, int64_t agent, const uint8_t person[16], int64_t token,
    const uint8_t hash[32], struct error *why) MUST_CHECK;
/* May he act for the person now? 1, 0, -1. What acts on it is checked in its own transaction. */
int store_mandate_holds(struct store *s, int64_t agent, const uint8_t person[16], struct error *why) MUST_CHECK;
/* He ends it. 1, 0 there is none of his in force, -1. */
int store_mandate_withdraw(struct store *s, const uint8_t person[16], int64_t token,
    struct error *why) MUST_CHECK;
/* Those of a person, the latest first; *n of them. */
int store_mandates(struct store *s, const uint8_t person[16],
    struct store_mandate list[STORE_MANDATES_MOST], int *n, struct error *why) MUST_CHECK;

#endif
