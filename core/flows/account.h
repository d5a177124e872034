/* account.h: who is asking.
 *
 * A bearer token is looked up by its SHA-256 and remembered for a short while per node; what changes
 * something checks it again in its own transaction, so a revoked token changes nothing.
 */
#ifndef YJS_FLOWS_ACCOUNT_H
#define YJS_FLOWS_ACCOUNT_H

#include "flows/node.h"

enum role { ROLE_CITIZEN, ROLE_AGENT, ROLE_CLERK, ROLE_POLICY, ROLE_SUPERVISOR, ROLE_OPERATOR, ROLE_COUNT };
extern const char *const role_names[ROLE_COUNT];

struct account {
	int64_t id, token;
	enum role role;
	char name[64];
	char department[48];     /* a clerk's */
	int32_t divisions[16];
	int n_divisions;
	char id_number[19], full_name[128], phone[24]; /* "" when not known */
	uint8_t person[16];      /* blind index of id_number */
};

/* Who sent this request? 0 and *who filled; else the exchange has been answered (401, 503), -1. */
int account_of(struct node *n, struct http_exchange *x, struct account *who) MUST_CHECK;
/* Where his own things lie: an agent's first division, a citizen's by his identity number. */
int32_t account_division(const struct account *who);
/* Forget what is remembered (SIGHUP, tests). */
void account_forget(void);

/* The command line's `account add` and `account token`. */
struct account_new {
	const char *name, *role, *department, *id_number, *full_name, *phone;
	const char *divisions[16];
	int n_divisions;
};
int account_add(struct store *s, struct seal *seal, const struct account_new *a, struct error *why) MUST_CHECK;
/* From now on no token of the account is good (its reading ends within two seconds). */
int account_revoke(struct store *s, const char *name, struct error *why) MUST_CHECK;
/* A new token ("yjs_" + 43 characters), to be shown once. */
int account_token(struct store *s, const char *name, bool demo, char token[64], struct error *why) MUST_CHECK;

#endif
