/* answer.c: making answers and problem documents, from any thread. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "http/call.h"
#include "http/exchange.h"
#include "http/server.h"

enum { PROBLEM_CEILING = 256 * 1024 };

void
http_add_header(struct http_exchange *x, const char *name, const char *value)
{
	size_t n = strlen(name) + 1, v = strlen(value) + 1;
	struct added *a = malloc(sizeof *a + n + v);

	if (!a) {
		log_error("http: no memory for the header %s of an answer", name);
		memory_lost();
		return;
	}
	memcpy(a->name, name, n);
	a->value = memcpy(a->name + n, value, v);
	a->next = x->added;
	x->added = a;
}

static bool
has_added(const struct http_exchange *x, const char *name)
{
	for (const struct added *a = x->added; a; a = a->next)
		if (strcasecmp(a->name, name) == 0)
			return true;
	return false;
}

static const char *const always[][2] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cache-Control", "no-store" },
	{ "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Strict-Transport-Security", "max-age=63072000" }, /* the last: where people come by TLS only */
};

static size_t
always_count(const struct http *h)
{
	return sizeof always / sizeof *always - (h->settings.tls ? 0 : 1);
}

bool
exchange_put_headers(struct http_exchange *x, struct MHD_Response *r, const char *type)
{
	static const char digits[] = "0123456789abcdef";
	char id[17];

	if (type)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < always_count(x->h); i++)
		if (!x->added || !has_added(x, always[i][0]))
			MHD_add_response_header(r, always[i][0], always[i][1]);
	for (int i = 0; i < 16; i++)
		id[i] = digits[x->id >> (60 - 4 * i) & 15];
	id[16] = '\0';
	MHD_add_response_header(r, "X-Request-Id", id);
	for (const struct added *a = x->added; a; a = a->next)
		if (MHD_add_response_header(r, a->name, a->value) != MHD_YES)
			log_error("http: the header %s of an answer cannot be sent", a->name);
	/* whoever made it; where there is no memory even for that, nothing is told */
	return x->status != 503 || MHD_get_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER) ||
	    MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "5") == MHD_YES;
}

/* The answer of an inner exchange, with a NUL behind it. Takes `body`. */
static void
keep_reply(struct http_exchange *x, const char *type, char *body, size_t length)
{
	char *whole = realloc(body, length + 1);

	x->reply_type = type ? strdup(type) : NULL;
	if (!whole || (type && !x->reply_type)) {
		free(whole ? whole : body);
		x->status = 503;
		return;
	}
	whole[length] = '\0';
	x->reply = whole;
	x->reply_length = length;
}

/* What the worker's request has lost for want of memory since it began; other threads answer with what is stored. */
static _Thread_local struct { bool on; unsigned losses; } watched;

void
answer_watch(void)
{
	memory_restock();
	watched.on = true;
	watched.losses = memory_losses();
}

bool
http_memory_short(void)
{
	return watched.on && memory_losses() != watched.losses;
}

/* Takes `body`. Without a response (no memory) the connection is closed. */
static void
make_answer(struct http_exchange *x, int status, const char *type, char *body, size_t length)
{
	x->status = status;
	x->answer_length = length;
	if (x->call) {
		keep_reply(x, type, body, length);
		return;
	}
	if (length) {
		x->response = MHD_create_response_from_buffer_with_free_callback(length, body, free);
	} else {
		free(body);
		body = NULL;
		x->response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	}
	if (!x->response) {
		log_error("http: no memory for an answer");
		free(body);
		return;
	}
	if (!exchange_put_headers(x, x->response, type)) {
		MHD_destroy_response(x->response);
		x->response = NULL;
	}
}

void
exchange_done(struct http_exchange *x)
{
	struct http *h = x->h;
	struct loop *loop = x->loop;

	if (x->call) { /* the outer one is still unanswered */
		if (atomic_exchange(&x->state, EXCHANGE_ANSWERED) == EXCHANGE_SUSPENDED &&
		    !workers_put_again(&h->workers, x))
			call_give_up(x);
		return;
	}
	/* When it was held, the connection's thread may free it from here on. */
	if (atomic_exchange(&x->state, EXCHANGE_ANSWERED) == EXCHANGE_SUSPENDED)
		loop_resume(loop, x);
	atomic_fetch_sub(&h->unanswered, 1);
}

static void answer_short(struct http_exchange *x);

void
http_answer_take(struct http_exchange *x, int status, const char *type, char *body, size_t length)
{
	if (x->status) {
		log_error("http: a request was answered twice (%d, then %d)", x->status, status);
		free(body);
		return;
	}
	if (status <= 500 && http_memory_short()) {
		free(body);
		answer_short(x);
	} else {
		make_answer(x, status, type, body, length);
	}
	exchange_done(x);
}

void
http_answer(struct http_exchange *x, int status, const char *type, const void *body, size_t length)
{
	char *copy = NULL;

	if (length) {
		copy = malloc(length);
		if (!copy) {
			log_error("http: no memory for an answer of %zu bytes", length);
			status = 503;
			length = 0;
		} else {
			memcpy(copy, body, length);
		}
	}
	http_answer_take(x, status, type, copy, length);
}

static void
member(struct text *t, const char *name, const char *value)
{
	text_putc(t, ',');
	text_put_json_string(t, name);
	text_putc(t, ':');
	text_put_json_string(t, value);
}

/* Canonical JSON: names sorted, no spaces. NULL when memory is gone or it grows too large. */
static char *
problem_body(const struct http_exchange *x, int status, const char *type, const char *title,
    const char *detail, const json_t *errors, size_t *length)
{
	struct text t, uri;

	text_init(&t, PROBLEM_CEILING);
	text_init(&uri, 512);
	if (detail)
		member(&t, "detail", detail);
	if (errors) {
		text_puts(&t, ",\"errors\":");
		if (json_canonical(errors, &t) != 0)
			t.failed = true;
	}
	if (status != 404)
		text_putf(&t, ",\"instance\":\"urn:yijianshi:request:%016llx\"",
		    (unsigned long long)x->id);
	text_putf(&t, ",\"status\":%d", status);
	member(&t, "title", title);
	text_puts(&uri, HTTP_PROBLEM_BASE);
	text_puts(&uri, type);
	member(&t, "type", uri.data ? uri.data : "about:blank");
	text_putc(&t, '}');
	text_free(&uri);
	if (!t.failed)
		t.data[0] = '{'; /* instead of the first comma */
	return text_take(&t, length);
}

static void
make_problem(struct http_exchange *x, int status, const char *type, const char *title,
    const char *detail, const json_t *errors)
{
	const struct http_settings *s = &x->h->settings;
	size_t length = 0;
	char *body = s->words && !x->call ? s->words(s->cookie, x, status, &length) : NULL;
	bool in_words = body != NULL;

	if (!body)
		body = problem_body(x, status, type, title, detail, errors, &length);

	if (status >= 500 && status != 503)
		log_warning("http: answered %d %s, request %016llx", status, type,
		    (unsigned long long)x->id);
	make_answer(x, status, !body ? NULL : in_words ? "text/html; charset=utf-8" : "application/problem+json",
	    body, length);
}

/* Something may be missing in what was made: it is not told. */
static void
answer_short(struct http_exchange *x)
{
	log_error("http: memory ran out at request %016llx", (unsigned long long)x->id);
	http_add_header(x, "Retry-After", "5");
	make_problem(x, 503, "unavailable", "系统暂时不可用", "内存不足,请稍后用同样的内容再试一次。", NULL);
}

void
http_problem(struct http_exchange *x, int status, const char *type, const char *title,
    const char *detail, json_t *errors_take)
{
	if (x->status) {
		log_error("http: a request was answered twice (%d, then %d)", x->status, status);
	} else {
		if (status <= 500 && http_memory_short())
			answer_short(x);
		else
			make_problem(x, status, type, title, detail, errors_take);
		exchange_done(x);
	}
	json_decref(errors_take);
}

void
http_not_found(struct http_exchange *x)
{
	http_problem(x, refusal_unknown_path.status, refusal_unknown_path.type,
	    refusal_unknown_path.title, NULL, NULL);
}

void
exchange_refuse(struct http_exchange *x, const struct refusal *r)
{
	struct text allow;

	if (r == &refusal_method) {
		text_init(&allow, 256);
		routes_allow(&x->h->routes, &x->target, &allow);
		http_add_header(x, "Allow", allow.data && !allow.failed ? allow.data : "GET");
		text_free(&allow);
	}
	if (r->status == 503)
		http_add_header(x, "Retry-After", "1");
	make_problem(x, r->status, r->type, r->title, NULL, NULL);
	atomic_store(&x->state, EXCHANGE_ANSWERED);
}

char *
exchange_refusal_bytes(const struct http_exchange *x, const struct refusal *r, size_t *length)
{
	size_t n = 0;
	char *body = problem_body(x, r->status, r->type, r->title, NULL, NULL, &n);
	struct text t;

	text_init(&t, PROBLEM_CEILING);
	text_putf(&t, "HTTP/1.1 %d %s\r\nConnection: close\r\n", r->status,
	    MHD_get_reason_phrase_for((unsigned)r->status));
	for (size_t i = 0; i < always_count(x->h); i++)
		text_putf(&t, "%s: %s\r\n", always[i][0], always[i][1]);
	text_putf(&t, "X-Request-Id: %016llx\r\nContent-Type: application/problem+json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", (unsigned long long)x->id, n, body ? body : "");
	free(body);
	return text_take(&t, length);
}
