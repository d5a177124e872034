#include "outcall/outcall_own.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "outcall/url.h"
#include "seal/digest.h"

enum {
	IN_FLIGHT = 256, ENDPOINTS = 256, CONNECT_MS = 5000, TIMEOUT_MS = 10000, REQUEST_HEAD = 16 * 1024,
	KEPT_ROOM = 64 * 1024 /* a larger answer's buffer is not kept for the next */
};

static struct outcall_call *
make_call(struct outcall *o)
{
	struct outcall_call *call = calloc(1, sizeof *call);

	if (!call)
		return NULL;
	call->o = o;
	text_init(&call->body, o->limits.answer_bytes);
	text_init(&call->plain.head, REQUEST_HEAD);
	text_init(&call->plain.in, o->limits.answer_bytes + 2 * WIRE_HEAD_BYTES);
	o->calls[o->made++] = call;
	return call;
}

static int
or_default(int given, int usual)
{
	return given > 0 ? given : usual;
}

void
outcall_end(struct outcall_call *call)
{
	struct outcall *o = call->o;

	call->next = NULL;
	*o->finished_end = call;
	o->finished_end = &call->next;
}

static void
plain_ended(struct plain_call *call)
{
	outcall_end((struct outcall_call *)(void *)((char *)call - offsetof(struct outcall_call, plain)));
}

static void
set_limits(struct outcall_limits *l, const struct outcall_limits *wanted)
{
	*l = *wanted;
	l->in_flight = or_default(l->in_flight, IN_FLIGHT);
	l->endpoints = or_default(l->endpoints, ENDPOINTS);
	l->connect_ms = or_default(l->connect_ms, CONNECT_MS);
	if (l->answer_bytes == 0)
		l->answer_bytes = 1 << 20;
	if (wanted->ca_file)
		l->ca_file = strdup(wanted->ca_file);
}

struct outcall *
outcall_new(const struct outcall_limits *limits, struct error *why)
{
	struct outcall *o = calloc(1, sizeof *o);

	if (!o) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	set_limits(&o->limits, limits);
	o->finished_end = &o->finished;
	for (int i = 0; i < OUTCALL_WITH; i++)
		o->with[i] = -1;
	digest_random(&o->span, sizeof o->span);
	o->calls = calloc((size_t)o->limits.in_flight, sizeof(*o->calls));
	o->watch = watch_new();
	o->plain = o->watch ? plain_new(o->watch, &o->limits, plain_ended) : NULL;
	if (!o->plain || !o->calls || (limits->ca_file && !o->limits.ca_file))
		error_set(why, ERROR_TEMPORARY, "no memory");
	else if (transfer_open(o, why) == 0)
		return o;
	outcall_free(o);
	return NULL;
}

void
outcall_free(struct outcall *o)
{
	if (!o)
		return;
	for (int i = 0; i < o->made; i++) {
		transfer_drop(o->calls[i]);
		plain_drop(o->plain, &o->calls[i]->plain);
		free(o->calls[i]);
	}
	transfer_close(o);
	plain_free(o->plain);
	watch_free(o->watch);
	free(o->calls);
	free((char *)(uintptr_t)o->limits.ca_file);
	free(o);
}

/* xorshift64: spans of a trace must differ, not be secret. */
static uint64_t
next_span(struct outcall *o)
{
	o->span ^= o->span << 13;
	o->span ^= o->span >> 7;
	o->span ^= o->span << 17;
	if (o->span == 0)
		o->span = 1;
	return o->span;
}

static void
put_back(struct outcall_call *call)
{
	call->next = call->o->free;
	call->o->free = call;
}

static struct outcall_call *
take_free(struct outcall *o)
{
	struct outcall_call *call = o->free;

	if (call)
		o->free = call->next;
	else if (o->made < o->limits.in_flight)
		call = make_call(o);
	return call;
}

/* The head as libcurl would write it; a line with a name alone tells libcurl to leave that one out. */
static int
start_plain(struct outcall_call *call, struct plain_host *host, const struct outcall_request *r,
    const char *target, const struct curl_slist *headers)
{
	struct text *head = &call->plain.head;
	bool get = r->method && strcmp(r->method, "GET") == 0;

	plain_head(&call->plain, host, get ? "GET" : "POST", target);
	for (; headers; headers = headers->next) {
		size_t n = strlen(headers->data);

		if (headers->data[n - 1] == ':')
			continue;
		text_put(head, headers->data, n);
		text_put(head, "\r\n", 2);
	}
	if (!get) {
		text_puts(head, "Content-Length: ");
		text_put_number(head, (int64_t)r->length);
		text_put(head, "\r\n", 2);
	}
	if (text_put(head, "\r\n", 2) != 0)
		return -1;
	call->plain.body = get || !r->body ? "" : r->body;
	call->plain.length = get ? 0 : r->length;
	call->plain.never_twice = r->never_twice && !get;
	plain_start(call->o->plain, &call->plain, host, or_default(r->timeout_ms, TIMEOUT_MS));
	return 0;
}

static int
start(struct outcall_call *call, const struct outcall_request *r, const struct outcall_allow *to,
    const char *target, struct error *why)
{
	struct outcall *o = call->o;
	struct outcall_request timed = *r;
	struct curl_slist *headers;
	struct plain_host *host;
	int done;

	call->own_host = r->allow && to->port == r->allow->port && strcasecmp(to->host, r->allow->host) == 0;
	headers = headers_make(&call->headers, r, target,
	    (r->signed_at ? r->signed_at : clock_now()) / US_PER_SECOND, next_span(o), why);
	if (!headers)
		return -1;
	host = plain_host(o->plain, r->url, to, call->own_host);
	call->is_plain = host != NULL;
	timed.timeout_ms = or_default(r->timeout_ms, TIMEOUT_MS);
	done = host ? start_plain(call, host, r, target, headers) : transfer_start(call, &timed, headers);
	return done == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory for a call");
}

int
outcall_start(struct outcall *o, const struct outcall_request *r, struct error *why)
{
	struct outcall_allow to;
	struct outcall_call *call;
	const char *target;

	if (url_split(r->url, &to, &target) != 0)
		return error_set(why, ERROR_BROKEN, "%.200s is not an address that can be called", r->url);
	if (r->method && strcmp(r->method, "POST") != 0 && strcmp(r->method, "GET") != 0)
		return error_set(why, ERROR_BROKEN, "%.20s is no method that can be called", r->method);
	call = o->busy < o->limits.in_flight ? take_free(o) : NULL;
	if (!call)
		return error_set(why, ERROR_TEMPORARY, "as many calls as allowed are in flight");
	call->next = NULL;
	call->cookie = r->cookie;
	call->started = clock_monotonic();
	if (start(call, r, &to, target, why) != 0) {
		put_back(call);
		return -1;
	}
	o->busy++;
	return 0;
}

int
outcall_room(const struct outcall *o)
{
	return o->limits.in_flight - o->busy;
}

int
outcall_busy(const struct outcall *o)
{
	return o->busy;
}

/* The caller's sockets, watched beside those of the calls. */
static void
watch_with(struct outcall *o, const struct pollfd *with, int n)
{
	/* first what is no longer his: one of his sockets may bear the number now that another had */
	for (int i = 0; i < OUTCALL_WITH; i++)
		if (o->with[i] >= 0 && (i >= n || o->with[i] != with[i].fd)) {
			watch_forget(o->watch, o->with[i]);
			o->with[i] = -1;
		}
	for (int i = 0; i < n; i++) {
		int wanted = (with[i].events & POLLIN ? WATCH_READ : 0) | (with[i].events & POLLOUT ? WATCH_WRITE : 0);

		/* it may have been closed and opened again under the same number since */
		if (with[i].fd >= 0 && watch_set(o->watch, with[i].fd, 0) == 0 &&
		    watch_set(o->watch, with[i].fd, wanted) == 0)
			o->with[i] = with[i].fd;
	}
}

/* True when it is one of the caller's; then it is told there. */
static bool
tell_caller(struct pollfd *with, int n, const struct watch_event *event)
{
	for (int i = 0; i < n; i++) {
		if (with[i].fd != event->fd)
			continue;
		if (event->what & WATCH_WRITE)
			with[i].revents |= POLLOUT;
		if (event->what & (WATCH_READ | WATCH_ERROR))
			with[i].revents |= POLLIN;
		return true;
	}
	return false;
}

static int
sleep_ms(const struct outcall *o, int timeout_ms)
{
	int64_t due = o->due && (!o->plain_due || o->due < o->plain_due) ? o->due : o->plain_due, left;

	if (o->finished || o->failed)
		return 0;
	if (!due)
		return timeout_ms;
	left = (due - clock_monotonic() + 999) / 1000;
	return left <= 0 ? 0 : timeout_ms < 0 || left < timeout_ms ? (int)left : timeout_ms;
}

static void
act_on_time(struct outcall *o)
{
	o->plain_due = plain_time(o->plain);
	transfer_time(o);
}

int
outcall_wait(struct outcall *o, struct pollfd *with, int n, int timeout_ms)
{
	struct watch_event came[WATCH_EVENTS];
	int told = 0, events;

	for (int i = 0; i < n; i++)
		with[i].revents = 0;
	watch_with(o, with, n);
	act_on_time(o);
	events = watch_wait(o->watch, came, sleep_ms(o, timeout_ms));
	for (int i = 0; i < events; i++)
		if (!tell_caller(with, n, &came[i]) && !plain_act(o->plain, &came[i]))
			transfer_act(o, &came[i]);
	act_on_time(o);
	for (int i = 0; i < n; i++)
		told += with[i].revents != 0;
	return told;
}

void
outcall_wakeup(struct outcall *o)
{
	watch_wake(o->watch);
}

static void
tell_transfer(struct outcall_call *call, struct outcall_done *done)
{
	done->address_refused = call->refused && !call->sent;
	transfer_answer(call, &done->answer);
	if (done->address_refused)
		done->problem = "the address is private or local and not the configured one";
	else if (call->result != CURLE_OK)
		done->problem = call->problem[0] ? call->problem : curl_easy_strerror(call->result);
	else if (!done->answer.complete)
		done->problem = "the answer does not say how long it is";
}

bool
outcall_next(struct outcall *o, struct outcall_done *done)
{
	struct outcall_call *call = o->finished;

	if (!call)
		return false;
	o->finished = call->next;
	if (!o->finished)
		o->finished_end = &o->finished;
	*done = (struct outcall_done){.cookie = call->cookie, .call = call,
		.took_us = clock_monotonic() - call->started};
	if (call->is_plain) {
		plain_answer(&call->plain, &done->answer);
		done->problem = call->plain.problem;
	} else {
		tell_transfer(call, done);
	}
	return true;
}

void
outcall_release(struct outcall *o, struct outcall_call *call)
{
	if (call->body.room > KEPT_ROOM)
		text_free(&call->body);
	if (call->plain.in.room > KEPT_ROOM)
		text_free(&call->plain.in);
	o->busy--;
	put_back(call);
}
