#include "http/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/head.h"
#include "http/server.h"

enum {
	CONNECTION_MEMORY = 21 * 1024, /* the head, its records and the answer's head fit */
	SWALLOW = 64 * 1024,           /* a refused body up to here is read, the connection kept */
	SWALLOW_CHUNKED = 1024 * 1024  /* beyond its ceiling, until the connection is dropped */
};

/* ---- a fault of the library ---- */

static void
await_head(struct http_exchange *x)
{
	x->next = x->loop->awaited;
	x->back = &x->loop->awaited;
	if (x->next)
		x->next->back = &x->next;
	x->loop->awaited = x;
}

static void
await_no_more(struct http_exchange *x)
{
	if (!x->back)
		return;
	*x->back = x->next;
	if (x->next)
		x->next->back = x->back;
	x->next = NULL;
	x->back = NULL;
}

/* Write a whole answer to the socket and let nothing follow; the library has to close it. Nothing of
 * an answer before it can be on its way: the library reads the next request after that. */
static void
answer_past_library(struct http_exchange *x, const struct refusal *r)
{
	size_t length;
	char *bytes = exchange_refusal_bytes(x, r, &length);

	if (bytes && send(x->peer->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_debug("http: a refusal was not sent");
	free(bytes);
	x->peer->lingers = true;
	shutdown(x->peer->fd, SHUT_WR);
}

/* A Content-Length that it cannot read, or too many cookies, the library refuses by itself between
 * the head and our first look, and then (0.9.75) sends the head of its answer twice. But it logs
 * before it sends: whose head is whole and was not shown to us is the one it complains about. That
 * one gets our answer, and the library a closed socket. */
static void
answer_first(struct loop *loop)
{
	struct http_exchange *x = loop->awaited;
	struct head d;
	const struct refusal *r;

	while (x && !MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE))
		x = x->next;
	if (!x)
		return;
	await_no_more(x);
	r = head_read(&d, x->mhd, false, "GET", NULL, 0, "HTTP/1.1");
	answer_past_library(x, r ? r : &refusal_headers);
}

/* ---- one request ---- */

static enum MHD_Result
send_answer(struct http_exchange *x)
{
	if (!x->response)
		return MHD_NO;
	if (atomic_load(&x->h->draining) || x->refusal == &refusal_full)
		MHD_add_response_header(x->response, MHD_HTTP_HEADER_CONNECTION, "close");
	exchange_drop_body(x);
	peers_allow(&x->h->peers, x->peer, x->answer_length);
	return MHD_queue_response(x->mhd, (unsigned)x->status, x->response);
}

static enum MHD_Result
refuse(struct http_exchange *x)
{
	exchange_refuse(x, x->refusal);
	return send_answer(x);
}

/* What stands in the way of the route's handler, once the head is fine. */
static const struct refusal *
look_up(struct http_exchange *x, const struct head *d)
{
	bool known;

	x->route = routes_find(&x->h->routes, &x->target, x->method, &known);
	if (!x->route)
		return known ? &refusal_method : &refusal_unknown_path;
	if (x->peer->spare && !x->route->reserved)
		return &refusal_full;
	if (d->content_length > x->route->is->body_ceiling ||
	    (d->chunked && x->route->is->body_ceiling == 0))
		return &refusal_body;
	if (x->route->is->body_type && !head_type_fits(d->content_type, x->route->is->body_type))
		return &refusal_body_type;
	return NULL;
}

/* The head is here, nothing of the body was asked for yet. */
static enum MHD_Result
begin(struct http_exchange *x, const char *method, const char *address, const char *version)
{
	struct head d;
	const struct refusal *r;

	x->seen = true;
	await_no_more(x);
	x->method = method;
	r = head_read(&d, x->mhd, x->h->exact, method, address, x->address_length, version);
	if (!r)
		r = x->refusal;
	if (!r)
		r = look_up(x, &d);
	x->refusal = r;
	x->content_length = d.content_length;
	exchange_find_caller(x);
	if (!r) {
		peers_extend(x->peer, d.content_length);
		return MHD_YES;
	}
	if (!r->shuts && !d.chunked && !(d.waits && d.content_length) && d.content_length <= SWALLOW)
		return MHD_YES; /* answered when the body, if any, is out of the way */
	if (r == &refusal_headers) { /* the library's buffer may have no room left for an answer */
		answer_past_library(x, r);
		return MHD_NO;
	}
	x->peer->lingers = true;
	return refuse(x);
}

static enum MHD_Result
body(struct http_exchange *x, const char *bytes, size_t *length)
{
	if (!x->refusal && exchange_take_in(x, bytes, *length) == 0) {
		*length = 0;
		return MHD_YES;
	}
	x->swallowed += *length;
	*length = 0;
	if (x->swallowed <= SWALLOW_CHUNKED || x->content_length)
		return MHD_YES;
	peers_drop(x->peer);
	return MHD_NO;
}

static enum MHD_Result
hand_to_worker(struct http_exchange *x)
{
	MHD_suspend_connection(x->mhd);
	atomic_store(&x->state, EXCHANGE_SUSPENDED);
	if (!workers_put(&x->h->workers, x)) {
		exchange_refuse(x, &refusal_busy);
		atomic_store(&x->state, EXCHANGE_SUSPENDED);
		exchange_done(x);
	}
	return MHD_YES;
}

/* The request is whole. */
static enum MHD_Result
dispatch(struct http_exchange *x)
{
	int held = EXCHANGE_HELD;

	if (x->refusal)
		return refuse(x);
	x->since = clock_monotonic();
	if (!peers_hold(x->peer))
		return MHD_NO;
	atomic_fetch_add(&x->h->unanswered, 1);
	if (atomic_load(&x->h->stopping)) { /* http_stop() sees this one, or this one sees that */
		atomic_fetch_sub(&x->h->unanswered, 1);
		x->refusal = &refusal_busy;
		return refuse(x);
	}
	if (!x->route->is->quick)
		return hand_to_worker(x);
	atomic_store(&x->state, EXCHANGE_HELD);
	x->route->is->handle(x->h->settings.cookie, x);
	if (atomic_load(&x->state) == EXCHANGE_ANSWERED)
		return send_answer(x);
	MHD_suspend_connection(x->mhd);
	if (!atomic_compare_exchange_strong(&x->state, &held, EXCHANGE_SUSPENDED))
		loop_resume(x->loop, x); /* answered in between */
	return MHD_YES;
}

static enum MHD_Result
on_request(void *cookie, struct MHD_Connection *mhd, const char *address, const char *method,
    const char *version, const char *bytes, size_t *length, void **context)
{
	struct http_exchange *x = *context;

	(void)cookie;
	(void)mhd;
	if (!x)
		return MHD_NO; /* no memory: closed */
	x->loop->moved = true;
	if (!x->seen)
		return begin(x, method, address, version);
	if (*length)
		return body(x, bytes, length);
	switch (atomic_load(&x->state)) {
	case EXCHANGE_NEW:
		return dispatch(x);
	case EXCHANGE_ANSWERED:
		return send_answer(x);
	default:
		return MHD_YES;
	}
}

/* The library would make a record of each parameter in its small buffer, and when that is full it
 * hangs (0.9.75: the answer 431 is made and forgotten). The query was copied; let it find none. The
 * text lies in its buffer, where it is about to write NULs itself. */
static void
hide_query(const char *uri)
{
	const char *mark = strchr(uri, '?');

	if (mark)
		((char *)(uintptr_t)mark)[1] = '\0';
}

/* The first line is here, still as it came. What is returned is the request's context. */
static void *
on_address(void *cookie, const char *uri, struct MHD_Connection *mhd)
{
	struct loop *loop = cookie;
	struct http *h = loop->h;
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct peer *peer = info ? info->socket_context : NULL;
	struct http_exchange *x;

	loop->moved = true;
	if (!peer || !peers_begin(&h->peers, peer))
		return NULL;
	x = exchange_new(loop, peer, mhd, uri ? uri : "");
	if (!x)
		return NULL;
	atomic_fetch_add(&h->exchanges, 1);
	await_head(x);
	if (h->exact && uri)
		hide_query(uri);
	return x;
}

/* Decoding is done by target.c, which sees the address as it came. */
static size_t
leave_escaped(void *cookie, struct MHD_Connection *mhd, char *s)
{
	(void)cookie;
	(void)mhd;
	return strlen(s);
}

static void
on_completed(void *cookie, struct MHD_Connection *mhd, void **context,
    enum MHD_RequestTerminationCode how)
{
	struct loop *loop = cookie;
	struct http *h = loop->h;
	struct http_exchange *x = *context;

	(void)mhd;
	loop->moved = true;
	if (!x)
		return;
	await_no_more(x);
	if (how == MHD_REQUEST_TERMINATED_WITH_ERROR) /* the library refused it: let that be read */
		x->peer->lingers = true;
	peers_end(&h->peers, x->peer);
	exchange_free(x);
	*context = NULL;
	atomic_fetch_sub(&h->exchanges, 1);
}

static void
on_connection(void *cookie, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct loop *loop = cookie;
	struct http *h = loop->h;
	const union MHD_ConnectionInfo *fd, *address;

	loop->moved = true;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		loop_call(loop); /* now it may accept again, when there were no descriptors left */
		peers_leave(&h->peers, *context);
		*context = NULL;
		return;
	}
	fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	address = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	*context = fd && address ? peers_enter(&h->peers, fd->connect_fd, address->client_addr) : NULL;
}

static enum MHD_Result
on_accept(void *cookie, const struct sockaddr *address, socklen_t length)
{
	struct http *h = cookie;

	(void)length;
	return peers_admit(&h->peers, address) ? MHD_YES : MHD_NO;
}

static void __attribute__((format(printf, 2, 0)))
on_log(void *cookie, const char *format, va_list args)
{
	char line[256];

	vsnprintf(line, sizeof line, format, args);
	line[strcspn(line, "\n")] = '\0';
	log_debug("http library: %s", line);
	answer_first(cookie);
}

/* ---- start and stop ---- */

static struct MHD_Daemon *
start_library(struct loop *loop)
{
	const struct http_settings *s = &loop->h->settings;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_log, loop },
		{ MHD_OPTION_LISTEN_SOCKET, loop->listener, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
		/* never reached: peers.c counts, with room for what is being closed */
		{ MHD_OPTION_CONNECTION_LIMIT, 2 * (intptr_t)s->connections + 64, NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_address, loop },
		{ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, loop },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, loop },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
	    on_accept, loop->h, on_request, NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static int
start_loop(struct loop *loop, struct http *h, struct error *why)
{
	loop->h = h;
	loop->listener = fcntl(h->listener, F_DUPFD_CLOEXEC, 3);
	if (loop->listener < 0)
		return error_set(why, ERROR_TEMPORARY, "no descriptor to listen on %s: %s",
		    h->settings.listen, strerror(errno));
	loop->daemon = start_library(loop);
	if (!loop->daemon) {
		close(loop->listener);
		return error_set(why, ERROR_TEMPORARY, "the HTTP library does not start on %s",
		    h->settings.listen);
	}
	if (loop_start(loop, why) == 0)
		return 0;
	MHD_stop_daemon(loop->daemon);
	return -1;
}

int
serve_start(struct http *h, struct error *why)
{
	h->exact = strncmp(MHD_get_version(), "0.9.75", 6) == 0;
	if (!h->exact)
		log_warning("http: libmicrohttpd %s is not 0.9.75: bare LF, NUL and folded headers "
		    "are left to the library", MHD_get_version());
	h->loops = calloc((size_t)h->settings.io_threads, sizeof *h->loops);
	if (!h->loops)
		return error_set(why, ERROR_TEMPORARY, "no memory for the HTTP server");
	while (h->n_loops < h->settings.io_threads) {
		if (start_loop(&h->loops[h->n_loops], h, why) != 0) {
			serve_stop(h);
			return -1;
		}
		h->n_loops++;
	}
	return 0;
}

void
serve_stop(struct http *h)
{
	for (int i = 0; i < h->n_loops; i++) {
		loop_stop(&h->loops[i]);
		MHD_stop_daemon(h->loops[i].daemon);
	}
	free(h->loops);
}

/* The listening socket goes, its descriptors stay the library's: another socket takes their place.
 * MHD_quiesce_daemon() is not for another thread than the one that runs the library. */
void
serve_refuse_new(struct http *h)
{
	int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	for (int i = 0; i < h->n_loops; i++)
		if (other < 0 || dup3(other, h->loops[i].listener, O_CLOEXEC) < 0)
			shutdown(h->loops[i].listener, SHUT_RDWR);
	if (other >= 0)
		close(other);
}
