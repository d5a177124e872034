#include "http/call.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/head.h"
#include "http/server.h"

/* One allocation with the texts of the request behind it. */
struct call {
	struct http_exchange *outer;
	http_then *then;
	void *cookie;
	const char *method, *type;
	struct { const char *name, *value; } headers[CALL_HEADERS];
	char texts[];
};

static const char *
keep(char **at, const char *s)
{
	size_t n = s ? strlen(s) + 1 : 0;
	char *to = *at;

	if (!s)
		return NULL;
	memcpy(to, s, n);
	*at += n;
	return to;
}

static size_t
room_of(const struct http_request *r)
{
	size_t n = strlen(r->method) + 1 + (r->type ? strlen(r->type) + 1 : 0);

	for (size_t i = 0; i < CALL_HEADERS && r->headers[i].name; i++)
		n += strlen(r->headers[i].name) + strlen(r->headers[i].value) + 2;
	return n;
}

static struct call *
call_new(struct http_exchange *outer, const struct http_request *r, http_then *then, void *cookie)
{
	struct call *c = calloc(1, sizeof *c + room_of(r));
	char *at = c ? c->texts : NULL;

	if (!c)
		return NULL;
	c->outer = outer;
	c->then = then;
	c->cookie = cookie;
	c->method = keep(&at, r->method);
	c->type = keep(&at, r->type);
	for (size_t i = 0; i < CALL_HEADERS && r->headers[i].name; i++) {
		c->headers[i].name = keep(&at, r->headers[i].name);
		c->headers[i].value = keep(&at, r->headers[i].value);
	}
	return c;
}

/* ---- what the inner handler sees ---- */

static bool
is_inherited(const char *name)
{
	static const char *const names[] = { "Cookie", "Authorization", "Accept-Language", "Host", "Origin",
		"Sec-Fetch-Site" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

const char *
call_header(const struct http_exchange *inner, const char *name)
{
	const struct call *c = inner->call;

	if (strcasecmp(name, "Content-Type") == 0)
		return c->type;
	for (size_t i = 0; i < CALL_HEADERS && c->headers[i].name; i++)
		if (strcasecmp(c->headers[i].name, name) == 0)
			return c->headers[i].value;
	return is_inherited(name) ? http_header(c->outer, name) : NULL;
}

int
call_header_count(const struct http_exchange *inner, const char *name)
{
	const struct call *c = inner->call;

	for (size_t i = 0; i < CALL_HEADERS && c->headers[i].name; i++)
		if (strcasecmp(c->headers[i].name, name) == 0)
			return 1;
	return is_inherited(name) ? http_header_count(c->outer, name) : call_header(inner, name) != NULL;
}

const struct http_exchange *
call_outer(const struct http_exchange *inner)
{
	return inner->call->outer;
}

/* ---- the answer ---- */

const char *
http_reply_header(const struct http_reply *r, const char *name)
{
	for (const struct added *a = r->of ? r->of->added : NULL; a; a = a->next)
		if (strcasecmp(a->name, name) == 0)
			return a->value;
	return NULL;
}

static void
hand_over(struct http_exchange *inner)
{
	struct call *c = inner->call;
	struct http_reply reply = { inner->status, inner->reply_type, inner->reply ? inner->reply : "",
		inner->reply_length, inner };

	exchange_drop_body(inner);
	c->then(c->cookie, c->outer, &reply);
	free(c);
	exchange_free(inner);
}

void
call_go_on(struct http_exchange *inner, int worker)
{
	inner->call->outer->worker = worker;
	hand_over(inner);
}

void
call_give_up(struct http_exchange *inner)
{
	struct call *c = inner->call;
	struct http_exchange *outer = c->outer;

	c->then(c->cookie, outer, NULL);
	free(c);
	exchange_free(inner);
	http_add_header(outer, "Retry-After", "1");
	http_problem(outer, refusal_busy.status, refusal_busy.type, refusal_busy.title, NULL, NULL);
}

/* ---- asking ---- */

static const struct refusal *
look_up(struct http_exchange *x, const struct http_request *r)
{
	bool known;

	if (x->refusal)
		return x->refusal;
	x->route = routes_find(&x->h->routes, &x->target, x->method, &known);
	if (!x->route)
		return known ? &refusal_method : &refusal_unknown_path;
	if (r->length > x->route->is->body_ceiling)
		return &refusal_body;
	if (x->route->is->body_type && !head_type_fits(r->type, x->route->is->body_type))
		return &refusal_body_type;
	x->content_length = r->length;
	return r->length && exchange_take_in(x, r->body, r->length) != 0 ? x->refusal : NULL;
}

static struct http_exchange *
inner_new(struct http_exchange *outer, const struct http_request *r, struct call *c)
{
	struct http_exchange *x = exchange_new(outer->loop, outer->peer, NULL, r->target);

	if (!x)
		return NULL;
	x->call = c;
	x->caller_is_loopback = outer->caller_is_loopback;
	memcpy(x->caller, outer->caller, sizeof x->caller);
	x->id = outer->id; /* one request of a person, one id in the log */
	x->method = c->method;
	x->worker = outer->worker;
	x->since = clock_monotonic();
	return x;
}

void
http_call(struct http_exchange *outer, const struct http_request *r, http_then *then, void *cookie)
{
	struct http_reply none = { .status = 503, .body = "" };
	struct call *c = call_new(outer, r, then, cookie);
	struct http_exchange *x = c ? inner_new(outer, r, c) : NULL;
	const struct refusal *refused;
	int held = EXCHANGE_HELD;

	if (!x) {
		log_error("http: no memory for an inner request");
		free(c);
		then(cookie, outer, &none);
		return;
	}
	refused = look_up(x, r);
	if (refused) {
		exchange_refuse(x, refused);
		hand_over(x);
		return;
	}
	atomic_store(&x->state, EXCHANGE_HELD);
	x->route->is->handle(x->h->settings.cookie, x);
	/* Who sees it suspended, on another thread, queues it: from there on it is not ours. */
	if (!atomic_compare_exchange_strong(&x->state, &held, EXCHANGE_SUSPENDED))
		hand_over(x);
}
