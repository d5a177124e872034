/* mandate.h: which agent may act for which resident, of which village.
 *
 * A mandate is a token of the agent's that is good for one person (no secret of it is known): it is held
 * and checked with the agent's own in each transaction that acts on it, and from the commit that ends it
 * on nothing is done under it. It is in force only while the agent serves the village of it: who gives him other
 * places (store_account_put) ends the rest in the same commit.
 */
#ifndef YJS_STORE_MANDATE_H
#define YJS_STORE_MANDATE_H

#include "store/account.h"

/* What it rests on. */
enum store_mandate_basis { MANDATE_BY_PERSON, MANDATE_BY_CODE, MANDATE_BY_SLIP, MANDATE_HANDED };

struct store_mandate {
	int64_t token, agent;
	char agent_name[64];
	uint8_t handle[16];          /* by which it is spoken of: random */
	uint8_t person[16];          /* blind index */
	int64_t village;             /* rules/village.h */
	enum store_mandate_basis basis;
	int32_t slip_division;       /* by slip: the file (file.h), the agent's until then and of no other use */
	int64_t slip;
	int64_t given_at, ended_at;  /* us; 0: in force */
	bool withdrawn;              /* by the resident */
	struct bytes sealed;         /* {"id_number","full_name"}; AAD mandate.sealed.token; may be none */
};

enum store_mandate_done {
	MANDATE_FAILED = -1,
	MANDATE_WITHDRAWN,           /* the person has taken it back, and he alone gives it again */
	MANDATE_IN_FORCE,            /* now, or already */
	MANDATE_WRONG_CODE, MANDATE_WRONG_SLIP,
};

/* A mandate as `m` says: by the person himself (also again), by a code of his (hash), by a slip. `caller` is the
 * token of who asks, as elsewhere. What m->sealed is bound to is m->token, made in C. Drafts for that person of those
 * who acted for him in that village before go over to the agent, unless the person had ended it. */
enum store_mandate_done store_mandate_take(struct store *s, const struct store_mandate *m,
    const uint8_t code_hash[16], int64_t caller, struct error *why) MUST_CHECK;
/* The person makes a code; the one before is void. */
int store_mandate_code(struct store *s, const uint8_t person[16], const uint8_t hash[16], int64_t caller,
    struct error *why) MUST_CHECK;

/* What the agent has of a person, ended or not: 1 found (m->sealed malloc()ed), 0, -1. */
int store_mandate(struct store *s, int64_t agent, const uint8_t person[16], struct store_mandate *m,
    struct error *why) MUST_CHECK;
/* The one spoken of, if it is that agent's or of that person. As above. */
int store_mandate_by_handle(struct store *s, const uint8_t handle[16], int64_t agent, const uint8_t person[16],
    struct store_mandate *m, struct error *why) MUST_CHECK;
void store_mandate_free(struct store_mandate *m); /* what it points to */
/* May he act for the person now? The token of it, 0 no, -1. What acts on it is checked in its own transaction. */
int64_t store_mandate_holds(struct store *s, int64_t agent, const uint8_t person[16], struct error *why) MUST_CHECK;

/* It ends, by the person (who alone gives it again) or the agent. 1, 0 it has ended already, -1. */
int store_mandate_end(struct store *s, int64_t token, bool by_person, int64_t caller, struct error *why) MUST_CHECK;
/* One agent's goes over to another one, `new`, with what was filed under it and the drafts. 1, 0 it has ended
 * meanwhile, or the person had taken back that one's: it stays; -1. */
int store_mandate_hand(struct store *s, const struct store_mandate *old, const struct store_mandate *new,
    int64_t caller, struct error *why) MUST_CHECK;

enum { STORE_MANDATES_MOST = 100, STORE_ROSTER_MOST = 200 };
typedef int store_mandate_each(void *cookie, const struct store_mandate *m, struct error *why); /* lent */
/* Those of a person, the latest first. */
int store_mandates(struct store *s, const uint8_t person[16], store_mandate_each *each, void *cookie,
    struct error *why) MUST_CHECK;
/* Those of an agent that are in force, of one place (0: any), after one (token; 0: from the latest), at most
 * `limit`. */
int store_roster(struct store *s, int64_t agent, int64_t place, int64_t after, int limit, store_mandate_each *each,
    void *cookie, struct error *why) MUST_CHECK;

#endif
