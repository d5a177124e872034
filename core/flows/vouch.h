/* vouch.h: coming in by an OpenID provider that vouches for a person.
 *
 * The browser is sent to the provider (VOUCH_BEGIN), comes back with a code (VOUCH_BACK), and may leave
 * there too (VOUCH_LEAVE). What must be asked of the provider is asked by one thread of its own with
 * a connection of its own, so that no worker waits for a stranger; what a provider tells of itself is
 * kept for an hour, its keys until a token is signed by another one. A login counts once: it is used up
 * before the provider is asked. Which account it is, and whether he may come in, is decided in the
 * transaction that makes the session (store/vouched.h).
 */
#ifndef YJS_FLOWS_VOUCH_H
#define YJS_FLOWS_VOUCH_H

#include "flows/login.h"
#include "flows/providers.h"
#include "oidc/handshake.h"

struct vouch;

/* With no provider in the settings it is there and idle. */
struct vouch *vouch_start(struct node *n, struct error *why) MUST_CHECK;
/* What is under way is answered: VOUCH_AWAY. */
void vouch_stop(struct vouch *v);
const struct providers *vouch_providers(const struct vouch *v);

enum vouch_what { VOUCH_BEGIN, VOUCH_BACK, VOUCH_LEAVE };

struct vouch_request {
	enum vouch_what what;
	int provider;               /* place in vouch_providers() */
	struct handshake handshake; /* BEGIN, BACK */
	const char *code;           /* BACK: that the browser brought, */
	bool named;                 /* with the provider's right name */
	const char *address;        /* BACK: who tries */
	const char *old;            /* BACK: secret of this browser's session until now, or NULL */
};

enum vouch_result {
	VOUCH_DONE,
	VOUCH_AWAY,    /* the provider, or our database, cannot be reached; *why */
	VOUCH_FALSE,   /* what the provider answered does not hold */
	VOUCH_NOBODY,  /* no account here for whom it vouches for */
	VOUCH_CLOSED,  /* his account is closed */
	VOUCH_OTHER,   /* another person's than is in now, or than the account is */
	VOUCH_WEAK     /* staff without a second factor */
};

struct vouch_answer {
	enum vouch_result result;
	const char *location; /* BEGIN, LEAVE: where the browser goes; NULL: the provider has no such place */
	const char *secret;   /* BACK: of the new session */
	const char *next;     /* BACK: where he wanted to go */
};

/* Answers the exchange, on any thread. */
typedef void vouch_then(struct node *n, struct http_exchange *x, const struct vouch_answer *a);

/* Ask; `then` is called once, perhaps before this returns. The request is copied. */
void vouch_ask(struct vouch *v, struct http_exchange *x, const struct vouch_request *r, vouch_then *then);

/* For vouch.c: what a verified token says becomes a session. VOUCH_AWAY: *why. */
struct vouch_person {
	const struct provider *provider;
	const json_t *claims;
	const struct handshake *handshake;
	const char *address, *old;
};
enum vouch_result vouched_login(struct node *n, struct store *s, const struct vouch_person *person,
    char secret[SESSION_SECRET_SIZE], struct error *why) MUST_CHECK;

#endif
