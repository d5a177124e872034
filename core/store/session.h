/* session.h: sessions: tokens that a cookie carries and that time ends.
 *
 * They stand in the database, so they survive a restart and hold on all nodes; each request looks
 * them up anew. A session is checked and revoked like any token (account.h), by its token's id.
 */
#ifndef YJS_STORE_SESSION_H
#define YJS_STORE_SESSION_H

#include "store/account.h"

struct store_session {
	int64_t token;
	bool strong;     /* came in with a second factor */
	char provider[48]; /* who vouched for it; "": its password */
	bool proved;     /* its password was typed within a quarter of an hour */
	bool unseen;     /* tell store_session_seen() of this use */
	int64_t made_at, seen_at, proved_at; /* us, the database's clock */
};

enum { STORE_SESSIONS_MOST = 100 };

/* The account of the session whose secret has this SHA-256, if neither revoked nor ended by time.
 * 1 found, 0 not, -1. */
int store_account_by_session(struct store *s, const uint8_t hash[32], struct store_account *a,
    struct store_session *session, struct error *why) MUST_CHECK;
int store_session_seen(struct store *s, int64_t token, struct error *why) MUST_CHECK;
/* Its password was typed again. */
int store_session_proved(struct store *s, int64_t token, struct error *why) MUST_CHECK;
/* An account's sessions in force, the latest first; *n of them. */
int store_sessions(struct store *s, int64_t account, struct store_session list[STORE_SESSIONS_MOST],
    int *n, struct error *why) MUST_CHECK;
/* End one of an account's: from the commit on nothing is done in its name. 1, 0 there is none, -1. */
int store_session_revoke(struct store *s, int64_t account, int64_t token, struct error *why) MUST_CHECK;

#endif
