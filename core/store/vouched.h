/* vouched.h: people for whom an OpenID provider vouches: whose account it is, and the transaction that
 * makes a session of it.
 */
#ifndef YJS_STORE_VOUCHED_H
#define YJS_STORE_VOUCHED_H

#include "store/login.h"

/* A login at a provider is used: 1 for the first, 0 for whoever comes later, -1. Older ones than an
 * hour are forgotten. */
int store_handshake_use(struct store *s, const uint8_t mark[16], struct error *why) MUST_CHECK;

struct store_vouched {
	const uint8_t *subject;  /* 16 bytes: a blind index of issuer and subject */
	const uint8_t *person;   /* that of the identity number that the provider tells; NULL none */
	const uint8_t *nameless; /* that of no number at all */
	const char *provider;
	bool staff;              /* the provider is one for staff; else for citizens */
	/* The account to be made when there is none; NULL: only one that there is. Of staff also: what the
	 * account must become. `id` is new, divisions and role as told. */
	const struct store_account *give;
	bool same;               /* the account of the session until now, or nobody */
	bool strong;
	int64_t proved_ago;      /* s: when he typed a password there */
	const struct store_login *login; /* its session: token, token_hash, old, tries */
};

enum store_vouched_result {
	VOUCHED_FAILED = -1, /* *why */
	VOUCHED_IN = 1,      /* the session is there */
	VOUCHED_NOBODY,      /* he has no account here */
	VOUCHED_CLOSED,
	VOUCHED_OTHER        /* his account is another person's than the provider tells, or than is in now */
};

enum store_vouched_result store_vouched_login(struct store *s, const struct store_vouched *v,
    struct error *why) MUST_CHECK;

#endif
