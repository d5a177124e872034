/* route.h: which handler serves which path.
 *
 * A pattern is literal segments and {names}, one segment each. Of several patterns that match, the
 * one whose earlier segments are literal wins.
 */
#ifndef YJS_HTTP_ROUTE_H
#define YJS_HTTP_ROUTE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "http/http.h"
#include "http/target.h"

struct pool { /* memory that may be taken: struct pool of a route, or of all others */
	size_t most;
	_Atomic size_t taken;
};

/* True when `bytes` more are taken now. */
bool pool_take(struct pool *p, size_t bytes) MUST_CHECK;
void pool_give(struct pool *p, size_t bytes);

struct route {
	const struct http_route *is;
	struct pool *pool; /* its own, or NULL */
	bool reserved;     /* room is kept for it */
	int n;
	struct {
		const char *text;
		size_t length;
		bool named;
	} segment[TARGET_SEGMENTS];
};

struct routes {
	struct route *all;
	struct pool *pools; /* one a route */
	size_t n;
};

/* Take `n` routes apart (lent for the life of *rs). 0, or -1 with *why. */
int routes_make(struct routes *rs, const struct http_route *routes, size_t n, struct error *why)
    MUST_CHECK;
/* Room is kept for those whose path is among `paths` (NULL: none). Is there any? */
bool routes_reserve(struct routes *rs, const char *const *paths);
void routes_free(struct routes *rs);

/* The route of method and path; HEAD is served by GET. NULL when there is none; then *known tells
 * whether the path is served by another method. */
const struct route *routes_find(const struct routes *rs, const struct target *t, const char *method,
    bool *known);

/* Append the methods of a path: "GET, HEAD, POST". */
void routes_allow(const struct routes *rs, const struct target *t, struct text *out);

/* Decoded value of {name}; NULL when the route has none. Lent from *t. */
const char *route_param(const struct route *r, const struct target *t, const char *name);

#endif
