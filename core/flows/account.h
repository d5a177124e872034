/* account.h: who is asking.
 *
 * A program comes with a bearer token, a browser with a session (session.h). Both are looked up by their
 * hash. A token is remembered for a short while per node, a session never; what changes something checks
 * either again in its own transaction, so a revoked one changes nothing.
 */
#ifndef YJS_FLOWS_ACCOUNT_H
#define YJS_FLOWS_ACCOUNT_H

#include "flows/node.h"

enum role { ROLE_CITIZEN, ROLE_AGENT, ROLE_CLERK, ROLE_POLICY, ROLE_SUPERVISOR, ROLE_OPERATOR, ROLE_COUNT };
extern const char *const role_names[ROLE_COUNT];

/* The role of that name, -1. */
int account_role(const char *name);

struct account {
	int64_t id, token;       /* token: or that of the session */
	bool session;            /* came with a cookie, */
	bool strong;             /* which was given for a second factor too */
	bool proved;             /* and a password typed within a quarter of an hour */
	enum role role;
	char provider[48];       /* who vouched for the session; "": its password */
	char name[64];
	char department[48];     /* a clerk's */
	int32_t divisions[16];
	int n_divisions;
	int64_t villages[16];    /* an agent's */
	int n_villages;
	char id_number[19], full_name[128], phone[24]; /* "" when not known */
	uint8_t person[16];      /* blind index of id_number */
	uint8_t hash[32];        /* of the token or session's secret he came with */
	const char *purpose;     /* why he looks at what is his duty no more, in a fixed word; or NULL */
};

/* Who sent this request? 0 and *who filled; else the exchange has been answered (401, 503), -1. */
int account_of(struct node *n, struct http_exchange *x, struct account *who) MUST_CHECK;
/* Is he still good, and who is he now? Looked up anew by what he came with, for what goes on after the
 * request: 1, 0 no more, -1 and *why. */
int account_again(struct node *n, struct store *s, struct account *who, struct error *why) MUST_CHECK;
/* For what binds a person: in a browser his password must have been typed not long ago. Else the
 * exchange has been answered (403 "proof-needed", see /api/v1/session/proof), -1. */
int account_proved(const struct account *who, struct http_exchange *x) MUST_CHECK;
/* Where his own things lie: an agent's first division, a citizen's by his identity number. */
int32_t account_division(const struct account *who);
/* Forget what is remembered (SIGHUP, tests). */
void account_forget(void);

/* The command line's `account add`, `change`, `close` and `token`. */
struct account_new {
	bool change; /* role and department of one that there is; else they must be as they are */
	const char *name, *role, *department, *id_number, *full_name, *phone;
	const char *divisions[16];
	int n_divisions;
};
int account_add(struct store *s, struct seal *seal, const struct account_new *a, struct error *why) MUST_CHECK;
/* From now on no token of the account is good (its reading ends within two seconds). */
int account_revoke(struct store *s, const char *name, struct error *why) MUST_CHECK;
/* Nobody comes in by it any more: its password, sessions and tokens end. */
int account_close(struct store *s, const char *name, struct error *why) MUST_CHECK;
/* A new token ("yjs_" + 43 characters), to be shown once. */
int account_token(struct store *s, const char *name, bool demo, char token[64], struct error *why) MUST_CHECK;

#endif
