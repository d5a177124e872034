#include "pages/page.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "flows/session.h"
#include "pages/gzip.h"
#include "pages/kept.h"
#include "pages/pages.h"

enum { ANSWER_CEILING = 8 << 20, TARGET_ROOM = 2048, YEAR = 365 * 24 * 3600, PACKED = 6 };

struct page {
	struct node *node;
	struct http_exchange *x;
	const char *template;
	json_t *fields;
	const char *as; /* the answer that is on its way */
	page_then *then;
	page_next *next;
	int status; /* that it is to be shown with */
	char target[TARGET_ROOM];
};

/* "" in the instant between listening and knowing on which port. */
static const char *
public_url(const struct node *n)
{
	return n->public_url ? n->public_url : "";
}

/* ---- how it is read ---- */

static void
remember(struct node *n, struct http_exchange *x, const char *name, const char *value)
{
	char cookie[160];

	snprintf(cookie, sizeof cookie, "%s=%s; Path=/; Max-Age=%d; SameSite=Lax; HttpOnly%s", name, value, YEAR,
	    strncmp(public_url(n), "https:", 6) == 0 ? "; Secure" : "");
	http_add_header(x, "Set-Cookie", cookie);
}

/* One of two words, from the query (then it is remembered) or the cookie; else the first. */
static const char *
choice(struct node *n, struct http_exchange *x, const char *name, const char *first, const char *second)
{
	const char *asked = http_query(x, name), *kept = http_cookie(x, name);

	if (asked && (strcmp(asked, first) == 0 || strcmp(asked, second) == 0)) {
		remember(n, x, name, asked);
		return strcmp(asked, second) == 0 ? second : first;
	}
	return kept && strcmp(kept, second) == 0 ? second : first;
}

/* Path and query without what was only a switch: links back to this page begin with it. */
static json_t *
self_of(const struct http_exchange *x)
{
	const char *q = http_raw_query(x);
	struct text t;
	json_t *self;
	bool first = true;

	text_init(&t, 8192);
	text_puts(&t, http_path(x));
	while (*q) {
		size_t length = strcspn(q, "&");

		if (length && strncmp(q, "lang=", 5) != 0 && strncmp(q, "big=", 4) != 0) {
			text_putc(&t, first ? '?' : '&');
			text_put(&t, q, length);
			first = false;
		}
		q += length + (q[length] == '&');
	}
	self = json_string(t.failed || !t.data ? "/" : t.data);
	text_free(&t);
	return self;
}

struct page *
page_begin(struct node *n, struct http_exchange *x, const char *template)
{
	struct page *p = calloc(1, sizeof *p);
	const char *language = choice(n, x, "lang", "zh", "en");
	bool big = strcmp(choice(n, x, "big", "0", "1"), "1") == 0;

	if (p)
		p->fields = json_pack("{s:s, s:b, s:o}", "lang", language, "big", big, "self", self_of(x));
	if (p && p->fields)
		json_object_set_new(p->fields, "inside", json_boolean(session_secret(n, x) != NULL));
	if (!p || !p->fields) {
		free(p);
		http_problem(x, 503, "unavailable", "系统暂时不可用", NULL, NULL);
		return NULL;
	}
	p->node = n;
	p->x = x;
	p->template = template;
	return p;
}

static void
page_free(struct page *p)
{
	json_decref(p->fields);
	free(p);
}

struct http_exchange *
page_exchange(const struct page *p)
{
	return p->x;
}

const char *
page_param(const struct page *p, const char *name)
{
	return http_param(p->x, name);
}

struct node *
page_node(const struct page *p)
{
	return p->node;
}

const char *
page_public_url(const struct page *p)
{
	return public_url(p->node);
}

void
page_set_take(struct page *p, const char *name, json_t *value)
{
	json_object_set_new(p->fields, name, value);
}

json_t *
page_field(const struct page *p, const char *name)
{
	return json_object_get(p->fields, name);
}

void
page_set_next(struct page *p, page_next *next)
{
	p->next = next;
}

void
page_go_on(struct page *p)
{
	p->next(p);
}

void
page_use(struct page *p, const char *template)
{
	p->template = template;
}

/* ---- asking the API ---- */

const char *
page_target(struct page *p, const char *pattern, ...)
{
	struct text t;
	va_list args;

	text_init(&t, TARGET_ROOM - 1);
	va_start(args, pattern);
	for (; *pattern; pattern++) {
		if (pattern[0] == '{' && pattern[1] == '}') {
			text_put_url(&t, va_arg(args, const char *));
			pattern++;
		} else {
			text_putc(&t, *pattern);
		}
	}
	va_end(args);
	snprintf(p->target, sizeof p->target, "%s", t.failed || !t.data ? "/" : t.data);
	text_free(&t);
	return p->target;
}

static void
go_on(void *cookie, struct http_exchange *x, const struct http_reply *reply)
{
	struct page *p = cookie;
	struct error why = { 0 };
	const char *set;
	json_t *answer;

	if (!reply) { /* the server ends and answers */
		page_free(p);
		return;
	}
	answer = reply->type && strstr(reply->type, "json")
	    ? json_read(reply->body, reply->length, ANSWER_CEILING, &why) : NULL;
	json_object_set_new(p->fields, p->as, answer ? answer : json_null());
	set = http_reply_header(reply, "Set-Cookie");
	if (set)
		http_add_header(x, "Set-Cookie", set);
	p->then(p, reply->status);
}

void
page_ask(struct page *p, const char *as, const struct http_request *request, page_then *then)
{
	struct http_request r = *request;
	int i = 0;

	while (i < CALL_HEADERS - 1 && r.headers[i].name)
		i++;
	r.headers[i].name = "Accept-Language";
	r.headers[i].value = strcmp(json_text(p->fields, "lang"), "en") == 0 ? "en" : "zh-CN";
	p->as = as;
	p->then = then;
	http_call(p->x, &r, go_on, p);
}

void
page_get(struct page *p, const char *as, const char *target, page_then *then)
{
	struct http_request r = { .method = "GET", .target = target };

	page_ask(p, as, &r, then);
}

bool
page_is_problem(const struct page *p, const char *type)
{
	const char *is = json_text(json_object_get(p->fields, p->as), "type");
	size_t base = strlen(HTTP_PROBLEM_BASE);

	return is && strncmp(is, HTTP_PROBLEM_BASE, base) == 0 && strcmp(is + base, type) == 0;
}

bool
page_is(struct page *p, int status, int wanted)
{
	if (status == wanted)
		return true;
	page_refuse(p, status);
	return false;
}

/* ---- answering ---- */

void
page_headers(struct http_exchange *x)
{
	http_add_header(x, "Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; "
	    "img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
	    "frame-ancestors 'none'");
	/* under no-referrer a browser tells "Origin: null" even of our own forms */
	http_add_header(x, "Referrer-Policy", "same-origin");
	http_add_header(x, "Permissions-Policy", "geolocation=(), microphone=(), payment=()");
	http_add_header(x, "Vary", "Cookie, Accept-Encoding");
}

/* Takes `document`; smaller where that is read. */
static void
send_document(struct http_exchange *x, int status, char *document, size_t length)
{
	size_t packed_length = 0;
	char *packed = gzip_is_taken(x) ? gzip_pack(document, length, PACKED, &packed_length) : NULL;

	if (packed) {
		http_add_header(x, "Content-Encoding", "gzip");
		free(document);
	}
	http_answer_take(x, status, "text/html; charset=utf-8", packed ? packed : document,
	    packed ? packed_length : length);
}

char *
page_make(struct page *p, size_t *length)
{
	struct error why = { 0 };
	char *document = pages_render(p->node->more, http_worker(p->x), p->template, p->fields, length, &why);

	if (!document) {
		log_error("the page %s: %s", p->template, why.text);
		page_refuse(p, why.kind == ERROR_TEMPORARY ? 503 : 500);
	}
	return document;
}

static void
show_document(struct page *p)
{
	size_t length = 0;
	char *document = page_make(p, &length);

	if (!document)
		return;
	page_headers(p->x);
	send_document(p->x, p->status, document, length);
	page_free(p);
}

/* A cookie of a session that has ended is none. */
static void
with_session(struct page *p, int status)
{
	if (status != 200) {
		page_set_take(p, "session", json_null());
		page_set_take(p, "inside", json_false());
	}
	show_document(p);
}

/* What the navigation leads to depends on who reads. */
void
page_show(struct page *p, int status)
{
	p->status = status;
	if (json_is_true(page_field(p, "inside")) && !page_field(p, "session"))
		page_get(p, "session", "/api/v1/session", with_session);
	else
		show_document(p);
}

void
page_answer_take(struct page *p, const char *type, const char *name, char *bytes, size_t length)
{
	char shown[200];

	snprintf(shown, sizeof shown, "inline; filename=\"%.150s\"", name);
	http_add_header(p->x, "Content-Disposition", shown);
	page_headers(p->x);
	http_answer_take(p->x, 200, type, bytes, length);
	page_free(p);
}

static void
go(struct page *p, const char *url)
{
	http_add_header(p->x, "Location", url);
	page_headers(p->x);
	http_answer(p->x, 303, NULL, NULL, 0);
	page_free(p);
}

void
page_redirect(struct page *p, const char *path)
{
	go(p, path);
}

void
page_leave(struct page *p, const char *url)
{
	go(p, url);
}

bool
page_is_own_path(const char *s)
{
	if (!s || s[0] != '/' || s[1] == '/')
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s >= 127 || *s == '\\')
			return false;
	return true;
}

static void
to_login(struct page *p)
{
	struct text t;

	text_init(&t, 8192);
	text_puts(&t, "/login?next=");
	text_put_url(&t, json_text(p->fields, "self"));
	page_redirect(p, t.failed ? "/login" : t.data);
	text_free(&t);
}

void
page_refuse(struct page *p, int status)
{
	if (kept_refuse(p, status))
		return;
	if (status == 401) {
		to_login(p);
		return;
	}
	if (status == 503 || status == 429)
		http_add_header(p->x, "Retry-After", "2");
	if (status == 404)
		http_not_found(p->x);
	else if (status == 503 || status == 429)
		http_problem(p->x, status, "busy", "系统繁忙，请稍后再试", NULL, NULL);
	else
		http_problem(p->x, status < 400 ? 500 : status, "refused", "这一页打不开", NULL, NULL);
	page_free(p);
}
