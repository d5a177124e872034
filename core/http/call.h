/* call.h: a request that this server asks itself, inside another one.
 *
 * A handler on a worker calls a route as a client would, without a connection: the same table of
 * routes, ceilings, memory and handlers, so that rights and checks are written once. The inner
 * request has its own line, body and headers; who asks and from where (Cookie, Authorization, Host,
 * Origin, Sec-Fetch-Site, the peer) and Accept-Language come from the outer one, which must not be
 * answered before the inner is.
 *
 * The answer goes to `then`, always on a worker: on this one when the inner handler answered before
 * it came back, else the outer exchange is put into the workers' queue again, which is never too full
 * for it: it was admitted once.
 */
#ifndef YJS_HTTP_CALL_H
#define YJS_HTTP_CALL_H

#include <stdbool.h>
#include <stddef.h>

struct http_exchange;

enum { CALL_HEADERS = 8 };

struct http_request {
	const char *method;
	const char *target; /* path and query, escaped: what a client would send */
	const char *type;   /* Content-Type of the body, or NULL */
	const void *body;
	size_t length;
	struct { const char *name, *value; } headers[CALL_HEADERS]; /* up to the first without a name */
};

/* The answer; lent until `then` returns. */
struct http_reply {
	int status;
	const char *type; /* NULL without a body */
	const char *body; /* a NUL follows */
	size_t length;
	struct http_exchange *of;
};

/* A header of the answer that the handler added (case-insensitive), or NULL. */
const char *http_reply_header(const struct http_reply *r, const char *name);

/* `reply` NULL: the server ends and answers the outer exchange itself (503); only free what is yours.
 * Else the outer exchange goes on: ask again, or answer. */
typedef void http_then(void *cookie, struct http_exchange *outer, const struct http_reply *reply);

/* Ask; *request is lent for the duration of this function only. `outer` is on a worker
 * (http_worker() is not -1) and not answered. `then` is called exactly once. */
void http_call(struct http_exchange *outer, const struct http_request *request, http_then *then, void *cookie);

/* For this room: the inner exchange that a worker found in the queue, answered meanwhile. */
void call_go_on(struct http_exchange *inner, int worker);
/* The same when the workers are gone. */
void call_give_up(struct http_exchange *inner);
/* What the inner exchange answers for its headers. */
const char *call_header(const struct http_exchange *inner, const char *name);
int call_header_count(const struct http_exchange *inner, const char *name);
/* Whose cookies and peer it has. */
const struct http_exchange *call_outer(const struct http_exchange *inner);

#endif
