/* mandates.h: for whom an agent acts (store/mandate.h), as people and pages know it.
 *
 * A resident gives a mandate himself, or lets one be taken: by a code that he reads out, good once for ten minutes,
 * or by a paper that he signed and the agent uploads. Whoever he is, he sees it and ends it.
 */
#ifndef YJS_FLOWS_MANDATES_H
#define YJS_FLOWS_MANDATES_H

#include "flows/account.h"

extern const char *const mandates_basis_names[]; /* by enum store_mandate_basis */

struct mandate_person { char id_number[19], full_name[128]; };

enum { MANDATES_CODE_SIZE = 7, MANDATES_CODE_S = 600, MANDATES_HANDED_MOST = 500 };

struct mandate_wish {
	int64_t agent, village;
	enum store_mandate_basis basis;
	struct mandate_person person;
	const char *code;        /* by code */
	int32_t slip_division;   /* by slip */
	int64_t slip;
};

/* `caller`: the token of who asks. `*m` is what then stands (m->sealed none). */
enum store_mandate_done mandates_take(struct node *n, struct store *s, const struct mandate_wish *w, int64_t caller,
    struct store_mandate *m, struct error *why) MUST_CHECK;
/* A new code of the person's. */
int mandates_make_code(struct node *n, struct store *s, const struct account *who, char code[MANDATES_CODE_SIZE],
    struct error *why) MUST_CHECK;
/* Whose it is, as its agent knows him; "" where that was never told. */
int mandates_person(struct node *n, const struct store_mandate *m, struct mandate_person *p,
    struct error *why) MUST_CHECK;
/* What `who` has, of one place (0: any), goes over to another agent: at most so many at a time. `*handed` did,
 * `*kept` not: villages that he does not serve, residents who want him not. */
int mandates_hand_over(struct node *n, struct store *s, const struct account *who, const struct store_account *to,
    int64_t place, int *handed, int *kept, struct error *why) MUST_CHECK;

/* May he act for the person of that number now? As store_mandate_holds(). */
int64_t mandates_hold(struct node *n, struct store *s, const struct account *who, const char *id_number,
    struct error *why) MUST_CHECK;

/* Answer 403: who is to be helped has let nobody. */
void mandates_none(struct http_exchange *x);

/* 32 hex digits; false: no handle. */
bool mandates_handle(const char *text, uint8_t handle[16]);

#endif
