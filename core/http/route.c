#include "http/route.h"

#include <stdlib.h>
#include <string.h>

bool
pool_take(struct pool *p, size_t bytes)
{
	if (atomic_fetch_add(&p->taken, bytes) + bytes <= p->most)
		return true;
	atomic_fetch_sub(&p->taken, bytes);
	return false;
}

void
pool_give(struct pool *p, size_t bytes)
{
	atomic_fetch_sub(&p->taken, bytes);
}

static int
take_apart(struct route *r, const struct http_route *is, struct error *why)
{
	const char *p = is->path;

	r->is = is;
	if (!is->method || !is->handle || !p || *p != '/')
		return error_set(why, ERROR_BROKEN, "a route without method, handler or path");
	while (*p == '/') {
		size_t length = strcspn(++p, "/");

		if (r->n == TARGET_SEGMENTS)
			return error_set(why, ERROR_BROKEN, "the route %s has more than %d segments",
			    is->path, TARGET_SEGMENTS);
		r->segment[r->n].named = length > 2 && p[0] == '{' && p[length - 1] == '}';
		r->segment[r->n].text = p + r->segment[r->n].named;
		r->segment[r->n].length = length - (r->segment[r->n].named ? 2 : 0);
		r->n++;
		p += length;
	}
	return 0;
}

int
routes_make(struct routes *rs, const struct http_route *routes, size_t n, struct error *why)
{
	rs->n = n;
	rs->all = calloc(n ? n : 1, sizeof *rs->all);
	rs->pools = calloc(n ? n : 1, sizeof *rs->pools);
	if (!rs->all || !rs->pools) {
		routes_free(rs);
		return error_set(why, ERROR_TEMPORARY, "no memory for %zu routes", n);
	}
	for (size_t i = 0; i < n; i++) {
		rs->pools[i].most = routes[i].memory;
		rs->all[i].pool = routes[i].memory ? &rs->pools[i] : NULL;
		if (take_apart(&rs->all[i], &routes[i], why) != 0) {
			routes_free(rs);
			return -1;
		}
	}
	return 0;
}

bool
routes_reserve(struct routes *rs, const char *const *paths)
{
	bool any = false;

	for (; paths && *paths; paths++)
		for (size_t i = 0; i < rs->n; i++)
			if (strcmp(rs->all[i].is->path, *paths) == 0)
				any = rs->all[i].reserved = true;
	return any;
}

void
routes_free(struct routes *rs)
{
	free(rs->all);
	free(rs->pools);
	rs->all = NULL;
	rs->pools = NULL;
	rs->n = 0;
}

/* 0 when it does not match, else the more the earlier its segments are literal. */
static unsigned
matches(const struct route *r, const struct target *t)
{
	unsigned weight = 1;

	if (r->n != t->n_segments)
		return 0;
	for (int i = 0; i < r->n; i++) {
		const char *s = t->segment[i];

		weight <<= 1;
		if (r->segment[i].named) {
			if (!*s)
				return 0;
		} else {
			if (strncmp(s, r->segment[i].text, r->segment[i].length) != 0 ||
			    s[r->segment[i].length] != '\0')
				return 0;
			weight |= 1;
		}
	}
	return weight;
}

const struct route *
routes_find(const struct routes *rs, const struct target *t, const char *method, bool *known)
{
	const struct route *best = NULL;
	unsigned heaviest = 0;

	*known = false;
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (size_t i = 0; i < rs->n; i++) {
		unsigned weight = matches(&rs->all[i], t);

		if (weight == 0)
			continue;
		*known = true;
		if (weight > heaviest && strcmp(rs->all[i].is->method, method) == 0) {
			best = &rs->all[i];
			heaviest = weight;
		}
	}
	return best;
}

void
routes_allow(const struct routes *rs, const struct target *t, struct text *out)
{
	for (size_t i = 0; i < rs->n; i++) {
		const char *method = rs->all[i].is->method;

		if (matches(&rs->all[i], t) == 0 || (out->data && strstr(out->data, method)))
			continue;
		if (out->length)
			text_puts(out, ", ");
		text_puts(out, method);
		if (strcmp(method, "GET") == 0)
			text_puts(out, ", HEAD");
	}
}

const char *
route_param(const struct route *r, const struct target *t, const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; i < r->n; i++)
		if (r->segment[i].named && r->segment[i].length == length &&
		    memcmp(r->segment[i].text, name, length) == 0)
			return t->segment[i];
	return NULL;
}
