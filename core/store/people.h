/* people.h: what account.c, session.c and login.c share, and what acts in somebody's name.
 *
 * Private to the room.
 */
#ifndef YJS_STORE_PEOPLE_H
#define YJS_STORE_PEOPLE_H

#include <libpq-fe.h>

#include "store/account.h"

/* The first row's columns 0 .. 7 as an account: 1, -1. */
int store_account_read(const PGresult *r, struct store_account *a, struct error *why) MUST_CHECK;
/* In the caller's transaction, as intake does it: whoever revokes the token waits for us, or we see it
 * revoked (ERROR_CONFLICT). 0: none. */
int store_token_hold(struct store *s, int64_t token, struct error *why) MUST_CHECK;
/* In the caller's transaction: all of an account's tokens; one session (1, 0 there is none, -1). */
int store_token_revoke_within(struct store *s, int64_t account, struct error *why) MUST_CHECK;
int store_session_revoke_within(struct store *s, int64_t account, int64_t token, struct error *why) MUST_CHECK;

#endif
