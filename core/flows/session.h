/* session.h: the browser's end of a session: its cookie, and what a request that comes with one must
 * bring along before it changes anything.
 *
 * The cookie's secret is 256 random bits, of which the database has the hash. The CSRF token is keyed
 * with the secret: only who was shown a page of this session knows it, and nothing of it is stored.
 */
#ifndef YJS_FLOWS_SESSION_H
#define YJS_FLOWS_SESSION_H

#include "flows/node.h"

enum { SESSION_SECRET_SIZE = 44, SESSION_CSRF_SIZE = 44 };

/* The request's session secret, NULL when it brings none (or more than one). Lent. */
const char *session_secret(const struct node *n, const struct http_exchange *x);
/* Does the request say who asks at all: by a token, or by a session? */
bool session_is_claimed(const struct node *n, const struct http_exchange *x);
/* What the database knows it by. No token of a program has such a hash. */
void session_hash(const char *secret, uint8_t hash[32]);
/* Its CSRF token. */
void session_csrf(const char *secret, char csrf[SESSION_CSRF_SIZE]);

/* May a request with this session do what its method says? Reading: yes. Else it needs the session's
 * token in X-CSRF-Token and must not come from a page of somebody else; 403 and false. */
bool session_may_act(const struct node *n, struct http_exchange *x, const char *secret);
/* Does the request come from a page of ours, or from no page? */
bool session_comes_from_us(const struct node *n, const struct http_exchange *x);
/* The same; else 403 and false. */
bool session_is_own_page(const struct node *n, struct http_exchange *x);

/* Hand a new secret to the browser; take it back. */
void session_give(const struct node *n, struct http_exchange *x, const char *secret);
void session_take_back(const struct node *n, struct http_exchange *x);

/* What a browser keeps of a login at a provider that is under way (oidc/handshake.h), for so long. */
const char *session_handshake(const struct node *n, const struct http_exchange *x);
void session_handshake_give(const struct node *n, struct http_exchange *x, const char *value, int seconds);

#endif
