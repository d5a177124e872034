#include "http/exchange.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/call.h"
#include "http/server.h"
#include "http/stream.h"

enum { FIRST_ROOM = 16384 };

struct http_exchange *
exchange_new(struct loop *loop, struct peer *peer, struct MHD_Connection *mhd, const char *uri)
{
	struct http *h = loop->h;
	size_t length = strlen(uri);
	bool too_long = length > TARGET_LENGTH;
	struct http_exchange *x = malloc(sizeof *x + (too_long ? 0 : target_room(length)));

	if (!x)
		return NULL;
	memset(x, 0, sizeof *x);
	x->h = h;
	x->loop = loop;
	x->peer = peer;
	x->mhd = mhd;
	x->caller_is_loopback = peer->loopback;
	memcpy(x->caller, peer->address, sizeof x->caller);
	x->worker = -1;
	x->address_length = length;
	x->id = h->seed + atomic_fetch_add(&h->next_id, 1) * UINT64_C(0x9e3779b97f4a7c15);
	if (too_long) {
		x->target.path = x->target.query = x->target.pairs = "";
		x->refusal = &refusal_long_target;
	} else {
		x->refusal = target_read(&x->target, x->bytes, uri, length);
	}
	return x;
}

/* Each proxy appends the address that it was asked from: the last is our own proxy's word, those before
 * it are anybody's. */
void
exchange_find_caller(struct http_exchange *x)
{
	const char *proxy = x->h->settings.proxy, *told = http_header(x, "X-Forwarded-For"), *last;
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[sizeof(struct in6_addr)];
	int family;

	if (!proxy || strcmp(proxy, x->peer->address) != 0 || !told || http_header_count(x, "X-Forwarded-For") != 1)
		return;
	last = strrchr(told, ',') ? strrchr(told, ',') + 1 : told;
	last += strspn(last, " \t");
	snprintf(text, sizeof text, "%.*s", (int)strcspn(last, " \t"), last);
	family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, text, bytes) != 1 || !inet_ntop(family, bytes, x->caller, sizeof x->caller))
		return;
	x->caller_is_loopback = family == AF_INET ? bytes[0] == 127
	    : IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)(const void *)bytes);
}

/* Where the memory of its body and answer is counted. */
static struct pool *
pool_of(const struct http_exchange *x)
{
	return x->route && x->route->pool ? x->route->pool : &x->h->bodies;
}

bool
http_reserve(struct http_exchange *x, size_t length)
{
	if (pool_take(pool_of(x), length)) {
		x->reserved += length;
		return true;
	}
	http_add_header(x, "Retry-After", "1");
	http_problem(x, refusal_busy.status, refusal_busy.type, refusal_busy.title, NULL, NULL);
	return false;
}

void
exchange_drop_body(struct http_exchange *x)
{
	free(x->body);
	pool_give(pool_of(x), x->room);
	x->body = NULL;
	x->length = x->room = 0;
}

void
exchange_free(struct http_exchange *x)
{
	struct added *a, *next;

	if (!x)
		return;
	for (a = x->added; a; a = next) {
		next = a->next;
		free(a);
	}
	if (x->stream)
		stream_lose(x->stream);
	if (x->response)
		MHD_destroy_response(x->response);
	exchange_drop_body(x);
	pool_give(pool_of(x), x->reserved);
	free(x->reply);
	free(x->reply_type);
	free(x);
}

/* ---- the body ---- */

/* Room for `need` bytes and a NUL: the declared length at once when it is small, else doubling, so
 * that a promise of megabytes costs nothing before they come. */
static const struct refusal *
make_room(struct http_exchange *x, size_t need)
{
	size_t most = x->content_length ? (size_t)x->content_length + 1 : x->route->is->body_ceiling + 1;
	size_t room = x->room ? 2 * x->room : FIRST_ROOM;
	char *body;

	if (need + 1 <= x->room)
		return NULL;
	while (room < need + 1)
		room *= 2;
	if (room > most)
		room = most;
	if (!pool_take(pool_of(x), room - x->room))
		return &refusal_busy;
	body = realloc(x->body, room);
	if (!body) {
		pool_give(pool_of(x), room - x->room);
		return &refusal_busy;
	}
	x->body = body;
	x->room = room;
	return NULL;
}

int
exchange_take_in(struct http_exchange *x, const char *bytes, size_t length)
{
	if (length > x->route->is->body_ceiling - x->length)
		x->refusal = &refusal_body;
	else
		x->refusal = make_room(x, x->length + length);
	if (x->refusal) {
		exchange_drop_body(x);
		return -1;
	}
	memcpy(x->body + x->length, bytes, length);
	x->length += length;
	x->body[x->length] = '\0';
	return 0;
}

/* ---- reading ---- */

const char *
http_method(const struct http_exchange *x)
{
	return x->method;
}

const char *
http_path(const struct http_exchange *x)
{
	return x->target.path;
}

const char *
http_raw_query(const struct http_exchange *x)
{
	return x->target.query;
}

const char *
http_header(const struct http_exchange *x, const char *name)
{
	return x->call ? call_header(x, name) : MHD_lookup_connection_value(x->mhd, MHD_HEADER_KIND, name);
}

struct tally {
	const char *name, *value;
	int n;
	int (*compare)(const char *, const char *);
};

static enum MHD_Result
count(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct tally *t = cookie;

	(void)kind;
	if (t->compare(name, t->name) == 0) {
		t->n++;
		t->value = value;
	}
	return MHD_YES;
}

int
http_header_count(const struct http_exchange *x, const char *name)
{
	struct tally t = { .name = name, .compare = strcasecmp };

	if (x->call)
		return call_header_count(x, name);
	MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, count, &t);
	return t.n;
}

const char *
http_cookie(const struct http_exchange *x, const char *name)
{
	struct tally t = { .name = name, .compare = strcmp };

	if (x->call)
		return http_cookie(call_outer(x), name);
	MHD_get_connection_values(x->mhd, MHD_COOKIE_KIND, count, &t);
	return t.n == 1 ? t.value : NULL;
}

const char *
http_param(const struct http_exchange *x, const char *name)
{
	return x->route ? route_param(x->route, &x->target, name) : NULL;
}

const char *
http_query(const struct http_exchange *x, const char *name)
{
	return target_query(&x->target, name, NULL);
}

int
http_query_count(const struct http_exchange *x, const char *name)
{
	int n;

	target_query(&x->target, name, &n);
	return n;
}

const char *
http_body(const struct http_exchange *x, size_t *length)
{
	if (length)
		*length = x->length;
	return x->body ? x->body : "";
}

const char *
http_peer(const struct http_exchange *x)
{
	return x->caller;
}

bool
http_peer_is_loopback(const struct http_exchange *x)
{
	return x->caller_is_loopback;
}

int
http_worker(const struct http_exchange *x)
{
	return x->worker;
}

int64_t
http_since(const struct http_exchange *x)
{
	return x->since;
}

void *
http_slot(struct http_exchange *x)
{
	return x->slot;
}

uint64_t
http_id(const struct http_exchange *x)
{
	return x->id;
}
