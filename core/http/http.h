/* http.h: the only room that knows the HTTP server library.
 *
 * HTTP/1.1 on libmicrohttpd (epoll, small pool, suspend/resume). A request is handed over when its
 * body is whole and within its limits; until it is answered its connection is suspended. Handlers
 * marked `quick` run on the connection's own thread and must not block; the others run on worker
 * threads and may. Any thread may answer an exchange, once.
 *
 * Refused here, before any handler: what smuggles (two Content-Length or Host, Content-Length with
 * Transfer-Encoding, odd Content-Length, no Host), too large a body (413), too many or too large
 * headers, slow clients (the whole request has a deadline, not each byte), too many connections of
 * one address.
 */
#ifndef YJS_HTTP_HTTP_H
#define YJS_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct http;
struct http_exchange; /* one request and its answer; lives until it is answered */

struct http_route {
	const char *method;  /* "GET", "POST"; HEAD is served by GET */
	const char *path;    /* "/api/v1/events/{event}/plan": {name} matches one segment */
	bool quick;          /* runs on the connection's thread; must not block */
	size_t body_ceiling; /* bytes; 0: no body allowed */
	const char *body_type; /* required Content-Type ("application/json"), or NULL: any; else 415 */
	void (*handle)(void *cookie, struct http_exchange *x);
	size_t memory;       /* bytes of this route's bodies and reserved answers together, at most; beyond:
	                      * 503, and other routes do not feel it. 0: settings.body_memory, with others */
};

struct http_settings {
	const char *listen;        /* "127.0.0.1:8080", "[::1]:8080", port 0: any free one */
	const struct http_route *routes;
	size_t n_routes;
	const char *const *reserved; /* optional: paths of the routes for which an eighth of the connections and of
	                            * the queue is kept when all else is taken; ends with NULL */
	void *cookie;              /* handed to every handler */
	int workers;               /* threads for routes that are not quick */
	int io_threads;
	int connections;           /* at most, over all, a descriptor each; 503 or refused beyond */
	int connections_per_address;
	int64_t request_us;        /* deadline of one whole request from its first byte */
	int64_t idle_us;           /* kept-alive connection without a request */
	/* Optional: told the port that is listened on, before the first request and before any thread; what handlers
	 * read may be made of it. Not 0: it does not start. */
	int (*bound)(void *cookie, int port, struct error *why);
	void (*worker_start)(void *cookie, int worker); /* optional: opens the worker's own connection */
	void (*worker_end)(void *cookie, int worker);   /* optional: closes it, on the same thread */
	int queue;                 /* requests waiting for a worker, at most; beyond: 503. 0: 96 a worker */
	/* Optional: an HTML document in place of a problem, when a browser asks; may add headers. On any
	 * thread, also for requests that no handler had. malloc()ed; NULL: the problem is sent. */
	char *(*words)(void *cookie, struct http_exchange *x, int status, size_t *length);
	const char *proxy;         /* numeric address of the proxy in front, whose last X-Forwarded-For is
	                            * believed; NULL or "": none */
	bool tls;                  /* people reach us by https://, which a proxy speaks: browsers keep to it */
	size_t body_memory;        /* of all bodies together, at most; beyond: 503. 0: 256 MiB */
};

/* What stands before a problem's last part in `type`. */
#define HTTP_PROBLEM_BASE "/problems/"

/* Is the address free? Asked before anything is begun that a second start by mistake would disturb. */
int http_can_listen(const char *listen, struct error *why) MUST_CHECK;
/* Start listening. The settings' arrays are lent for the life of the server. */
struct http *http_start(const struct http_settings *settings, struct error *why) MUST_CHECK;
/* The port really listened on. */
int http_port(const struct http *h);
/* SIGTERM: accept no more (new connections are refused by the kernel at once), close what is idle,
 * answer what is in flight with Connection: close; returns when nothing is, or after `us`. */
void http_drain(struct http *h, int64_t us);
/* No handler runs any more when this returns, however long one took, and none gets a request: what handlers use may
 * end then. Requests waiting for a worker get 503; what another thread holds it may still answer. */
void http_end_work(struct http *h);
/* Stop the threads and free. Requests waiting for a worker get 503; whoever holds an exchange on
 * another thread must have answered it, or answers within five seconds. NULL is fine. */
void http_stop(struct http *h);

/* The request. All lent until the answer. Header names are case-insensitive. */
const char *http_method(const struct http_exchange *x); /* as sent: "HEAD" on a GET route too */
const char *http_path(const struct http_exchange *x); /* as sent, without the query */
const char *http_header(const struct http_exchange *x, const char *name);
int http_header_count(const struct http_exchange *x, const char *name);
const char *http_cookie(const struct http_exchange *x, const char *name); /* NULL if absent or twice */
const char *http_param(const struct http_exchange *x, const char *name); /* {name} of the path, decoded */
/* decoded; NULL if absent; repeated: NULL and http_query_count > 1 */
const char *http_query(const struct http_exchange *x, const char *name);
int http_query_count(const struct http_exchange *x, const char *name);
const char *http_raw_query(const struct http_exchange *x); /* "" when none */
const char *http_body(const struct http_exchange *x, size_t *length);
/* Numeric address of who asks; behind the proxy of the settings: of who asked that. */
const char *http_peer(const struct http_exchange *x);
bool http_peer_is_loopback(const struct http_exchange *x);
int http_worker(const struct http_exchange *x); /* number of the worker thread, -1 on a quick route */
int64_t http_since(const struct http_exchange *x); /* monotonic us when the request was whole */
void *http_slot(struct http_exchange *x); /* 64 zeroed bytes for the handler's own use */

uint64_t http_id(const struct http_exchange *x); /* X-Request-Id of the answer, for the log */

/* Before a large answer is made: room for it, given back when it is out. False: there is none now, and
 * the exchange has been answered (503 with Retry-After). */
bool http_reserve(struct http_exchange *x, size_t length) MUST_CHECK;

/* Add a header to the coming answer (copied). Nosniff, no-referrer, no-store, a closed content
 * security policy, same-origin for openers and embedders and X-Request-Id come by themselves; one that
 * was added here is not doubled. */
void http_add_header(struct http_exchange *x, const char *name, const char *value);
/* On a worker: something found no memory since its request began (memory_losses), so that what was made may lack a
 * part. None of it may be stored; whatever is answered, 503 is told. */
bool http_memory_short(void);
/* Answer; `body` is malloc()ed and taken (may be NULL with length 0). Callable from any thread. */
void http_answer_take(struct http_exchange *x, int status, const char *type, char *body, size_t length);
/* Answer with a copy of the bytes. */
void http_answer(struct http_exchange *x, int status, const char *type, const void *body, size_t length);
/* RFC 9457 problem document: {"type","title","status","detail"?,"errors"?,"instance"}. `type` is the
 * last part of the problem's URI ("not-readable"); errors (may be NULL) is taken. A 404 has no
 * `instance`: it is the same bytes for what is hidden and for what never existed. */
struct json_t;
void http_problem(struct http_exchange *x, int status, const char *type, const char *title,
    const char *detail, struct json_t *errors_take);
/* The one 404 that unknown paths get too. */
void http_not_found(struct http_exchange *x);

#endif
