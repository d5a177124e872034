/* people.h: what account.c, session.c, login.c and vouched.c share, and what acts in somebody's name.
 *
 * Private to the room.
 */
#ifndef YJS_STORE_PEOPLE_H
#define YJS_STORE_PEOPLE_H

#include <libpq-fe.h>

#include "store/login.h"

/* The first row's columns 0 .. 7 as an account: 1, -1. */
int store_account_read(const PGresult *r, struct store_account *a, struct error *why) MUST_CHECK;
/* In the caller's transaction, as intake does it: whoever revokes the token waits for us, or we see it
 * revoked (ERROR_CONFLICT). 0: none. */
int store_token_hold(struct store *s, int64_t token, struct error *why) MUST_CHECK;
/* A transaction in which the token is held (-1: there is none); its end with what was done in it, which is
 * given back: below 0 it is rolled back. */
int store_held_begin(struct store *s, int64_t token, struct error *why) MUST_CHECK;
int store_held_end(struct store *s, int done, struct error *why) MUST_CHECK;
/* In the caller's transaction: make or change an account (store_account_put). */
int store_account_put_within(struct store *s, const struct store_account *a, const uint8_t person[16],
    struct error *why) MUST_CHECK;
/* The same: a login's session, at the end of the one until now; its tries are given back. */
int store_session_begin(struct store *s, const struct store_login *l, struct error *why) MUST_CHECK;
/* In the caller's transaction: all of an account's tokens; one session (1, 0 there is none, -1). */
int store_token_revoke_within(struct store *s, int64_t account, struct error *why) MUST_CHECK;
int store_session_revoke_within(struct store *s, int64_t account, int64_t token, struct error *why) MUST_CHECK;

#endif
