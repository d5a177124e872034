/* account.h: people and their tokens.
 */
#ifndef YJS_STORE_ACCOUNT_H
#define YJS_STORE_ACCOUNT_H

#include "store/bytes.h"

struct store_account {
	int64_t id;
	int64_t token;            /* the token used, 0 none */
	char name[64];
	char role[16];            /* citizen agent clerk policy supervisor operator */
	char department[48];      /* clerk's, else "" */
	int32_t divisions[16];    /* counties */
	int n_divisions;
	int64_t villages[16];     /* an agent's (rules/village.h); his divisions follow from them */
	int n_villages;
	struct bytes sealed;      /* {"id_number","full_name","phone"}; free with store_account_free */
	bool demo;                /* its tokens work on a loopback listener only */
};
void store_account_free(struct store_account *a);
/* One more place of an account of that role, by its code: an agent's village, town or county, anybody else's
 * county. False: it is none, or there are sixteen. */
bool store_account_place(struct store_account *a, const char *code);
/* Make or change (by name). id made in C, that of an existing one as it is. A change of role, department
 * or place revokes its tokens and sessions in the same commit, and the mandates of villages that it leaves. */
int store_account_put(struct store *s, const struct store_account *a, const uint8_t person[16],
    struct error *why) MUST_CHECK;
/* 1 found, 0 not, -1. */
int store_account_by_name(struct store *s, const char *name, struct store_account *a,
    struct error *why) MUST_CHECK;
/* A token (its SHA-256) of an account; all of an account's are revoked together. */
int store_token_put(struct store *s, int64_t account, int64_t token, const uint8_t hash[32], bool demo,
    struct error *why) MUST_CHECK;
int store_token_revoke(struct store *s, int64_t account, struct error *why) MUST_CHECK;
/* The account of the person with that blind index (a citizen's first). 1 found, 0 not, -1. */
int store_account_by_person(struct store *s, const uint8_t person[16], struct store_account *a,
    struct error *why) MUST_CHECK;
/* Whose token it is, if it was not revoked. 1 found, 0 not, -1. */
int store_account_by_token(struct store *s, const uint8_t hash[32], struct store_account *a,
    struct error *why) MUST_CHECK;

#endif
