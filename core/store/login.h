/* login.h: what a login is held against, and the transaction that makes a session of it.
 */
#ifndef YJS_STORE_LOGIN_H
#define YJS_STORE_LOGIN_H

#include "store/session.h"

struct store_credentials {
	struct store_account account; /* demo: of it or of its password */
	bool found;
	char hash[128];               /* of the password, "" when it has none */
	struct bytes totp;            /* sealed secret; data NULL: no second factor */
	int64_t last_step;
};
void store_credentials_free(struct store_credentials *c);
/* By the account's name. Not found is no error: `found` is false and all else empty. */
int store_credentials(struct store *s, const char *name, struct store_credentials *c,
    struct error *why) MUST_CHECK;

/* Somebody's tries: each costs `cost_us`, as many as `room_us` has room for at once, one more in each
 * cost_us. `who` is a blind index. */
struct store_tries { uint8_t who[16]; int64_t cost_us, room_us; };
/* Count one, before it is looked at. 1 taken, 0 too many: *wait_us from now the next is, -1. */
int store_login_try(struct store *s, const struct store_tries *t, int64_t *wait_us, struct error *why) MUST_CHECK;
/* They were no guesses: give them back, and forget those of long ago. */
int store_login_forgive(struct store *s, const struct store_tries *t, size_t n, struct error *why) MUST_CHECK;

struct store_login {
	int64_t account, token;      /* the new session's */
	const uint8_t *token_hash;   /* 32 bytes */
	const char *password_hash;   /* that was just found to fit */
	int64_t totp_step;           /* of the code that came with it; 0 none */
	bool strong;                 /* it came with a second factor */
	const char *provider;        /* who vouched for it (vouched.h); NULL: its password */
	int64_t proved_ago;          /* s since the password was typed */
	bool demo;
	int64_t old;                 /* this browser's session until now, which ends; 0 none */
	int64_t old_account;
	const struct store_tries *tries; /* counted for it, which are given back */
	size_t n_tries;
};
/* 1 and the session is there; 0: password or code no longer count (changed, used meanwhile); -1. */
int store_login(struct store *s, const struct store_login *l, struct error *why) MUST_CHECK;

/* A new password. When there was one, everything that was given for it ends: sessions and tokens. */
int store_password_put(struct store *s, int64_t account, const char *hash, bool demo,
    struct error *why) MUST_CHECK;
/* The same by its owner: when `old` still is its hash. 1, 0 it is not, -1. */
int store_password_change(struct store *s, int64_t account, const char *old, const char *hash,
    struct error *why) MUST_CHECK;
/* A new second factor; sessions end, tokens stay. */
int store_totp_put(struct store *s, int64_t account, const struct bytes *sealed, struct error *why) MUST_CHECK;
/* Nobody comes in by this account any more: no password, no session, no token. */
int store_account_close(struct store *s, int64_t account, struct error *why) MUST_CHECK;

#endif
