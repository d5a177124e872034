#include "outcall/outcall.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "outcall/address.h"
#include "outcall/headers.h"
#include "outcall/url.h"
#include "outcall/watch.h"
#include "seal/digest.h"

enum {
	IN_FLIGHT = 256, ENDPOINTS = 256, CONNECT_MS = 5000, TIMEOUT_MS = 10000,
	HEAD_BYTES = 64 * 1024,
	KEPT_ROOM = 64 * 1024 /* a larger answer's buffer is not kept for the next */
};

struct outcall_call {
	struct outcall *o;
	struct outcall_call *next; /* in the free or the finished list */
	CURL *easy;
	void *cookie;
	int64_t started;
	struct text body;
	size_t head_bytes;
	bool own_host;   /* the operator's own host and port: goes wherever it leads */
	bool fresh;      /* what the handle is set to: no kept connection */
	bool used;       /* started and not yet released */
	bool flying, sent, refused, framed;
	CURLcode result;
	struct headers headers;
	char problem[CURL_ERROR_SIZE];
};

struct outcall {
	CURLM *multi;
	struct outcall_limits limits;
	struct outcall_call **calls; /* all handles ever made, at most limits.in_flight */
	int made, busy;
	struct outcall_call *free, *finished, **finished_end;
	struct watch *watch;
	int64_t due;  /* monotonic us: when libcurl wants to be asked; 0 not */
	int with[OUTCALL_WITH]; /* the caller's sockets that are watched too, -1 none */
	bool failed;  /* a socket could not be watched: fall back on looking at all calls */
	uint64_t span;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool ready;

static void
set_up(void)
{
	ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *cookie)
{
	struct outcall_call *call = cookie;

	/* fewer than offered ends the transfer: an answer over the ceiling is no whole answer */
	return text_put(&call->body, bytes, size * n) == 0 ? size * n : 0;
}

/* Only what tells a whole answer from one that ended early; libcurl reads the rest. */
static size_t
on_header(char *bytes, size_t size, size_t n, void *cookie)
{
	struct outcall_call *call = cookie;
	size_t length = size * n;

	call->head_bytes += length;
	if (call->head_bytes > HEAD_BYTES)
		return 0;
	if (length > 5 && memcmp(bytes, "HTTP/", 5) == 0)
		call->framed = false;
	else if ((length > 15 && strncasecmp(bytes, "content-length:", 15) == 0) ||
	    (length > 18 && strncasecmp(bytes, "transfer-encoding:", 18) == 0))
		call->framed = true;
	return length;
}

/* Called when the connection stands and before the first byte of the request. */
static int
on_request(void *cookie, char *remote, char *local, int remote_port, int local_port)
{
	struct outcall_call *call = cookie;

	(void)remote;
	(void)local;
	(void)remote_port;
	(void)local_port;
	call->sent = true;
	return CURL_PREREQFUNC_OK;
}

/* The one place where an address is known for certain: resolved, not yet connected to. */
static curl_socket_t
on_open(void *cookie, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct outcall_call *call = cookie;

	(void)purpose;
	if (!call->own_host && !address_public(&to->addr, to->addrlen)) {
		call->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int
on_close(void *cookie, curl_socket_t fd)
{
	struct outcall *o = cookie;

	watch_forget(o->watch, fd);
	return close(fd);
}

/* libcurl tells what it waits for on a socket. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *cookie, void *unused)
{
	struct outcall *o = cookie;
	int wanted = what == CURL_POLL_IN ? WATCH_READ : what == CURL_POLL_OUT ? WATCH_WRITE
	    : what == CURL_POLL_INOUT ? WATCH_READ | WATCH_WRITE : 0;

	(void)easy;
	(void)unused;
	if (watch_set(o->watch, fd, wanted) != 0)
		o->failed = true;
	return 0;
}

static int
on_timer(CURLM *multi, long timeout_ms, void *cookie)
{
	struct outcall *o = cookie;

	(void)multi;
	o->due = timeout_ms < 0 ? 0 : clock_monotonic() + timeout_ms * 1000;
	return 0;
}

/* What never changes from call to call. */
static bool
set_constants(struct outcall_call *call)
{
	CURL *e = call->easy;
	const struct outcall_limits *limits = &call->o->limits;
	int bad = 0;

	bad |= curl_easy_setopt(e, CURLOPT_PRIVATE, call);
	bad |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	bad |= curl_easy_setopt(e, CURLOPT_WRITEDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	bad |= curl_easy_setopt(e, CURLOPT_HEADERDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_request);
	bad |= curl_easy_setopt(e, CURLOPT_PREREQDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
	bad |= curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	bad |= curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, call->o);
	bad |= curl_easy_setopt(e, CURLOPT_ERRORBUFFER, call->problem);
	bad |= curl_easy_setopt(e, CURLOPT_USERAGENT, "yijianshi/1");
	bad |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L); /* what is signed is what is sent */
	bad |= curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(e, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(e, CURLOPT_NOPROGRESS, 1L);
	bad |= curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	bad |= curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)limits->connect_ms);
	bad |= curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)limits->answer_bytes);
	if (limits->ca_file)
		bad |= curl_easy_setopt(e, CURLOPT_CAINFO, limits->ca_file);
	return !bad;
}

static struct outcall_call *
make_call(struct outcall *o)
{
	struct outcall_call *call = calloc(1, sizeof *call);

	if (!call)
		return NULL;
	call->o = o;
	call->easy = curl_easy_init();
	if (!call->easy || !set_constants(call)) {
		curl_easy_cleanup(call->easy);
		free(call);
		return NULL;
	}
	text_init(&call->body, o->limits.answer_bytes);
	o->calls[o->made++] = call;
	return call;
}

static int
or_default(int given, int usual)
{
	return given > 0 ? given : usual;
}

struct outcall *
outcall_new(const struct outcall_limits *limits, struct error *why)
{
	struct outcall *o = calloc(1, sizeof *o);
	struct outcall_limits *l;

	pthread_once(&once, set_up);
	if (!ready || !o) {
		free(o);
		error_set(why, ERROR_BROKEN, "libcurl could not be set up");
		return NULL;
	}
	l = &o->limits;
	*l = *limits;
	l->in_flight = or_default(l->in_flight, IN_FLIGHT);
	l->endpoints = or_default(l->endpoints, ENDPOINTS);
	l->connect_ms = or_default(l->connect_ms, CONNECT_MS);
	if (l->answer_bytes == 0)
		l->answer_bytes = 1 << 20;
	if (limits->ca_file)
		l->ca_file = strdup(limits->ca_file);
	o->finished_end = &o->finished;
	o->calls = calloc((size_t)l->in_flight, sizeof(*o->calls));
	for (int i = 0; i < OUTCALL_WITH; i++)
		o->with[i] = -1;
	o->watch = watch_new();
	o->multi = curl_multi_init();
	digest_random(&o->span, sizeof o->span);
	/* a cache smaller than the hosts in rotation makes a new connection for nearly each call */
	if (!o->multi || !o->watch || !o->calls || (limits->ca_file && !l->ca_file) ||
	    curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS, (long)l->in_flight + l->endpoints) ||
	    curl_multi_setopt(o->multi, CURLMOPT_SOCKETFUNCTION, on_socket) ||
	    curl_multi_setopt(o->multi, CURLMOPT_SOCKETDATA, o) ||
	    curl_multi_setopt(o->multi, CURLMOPT_TIMERFUNCTION, on_timer) ||
	    curl_multi_setopt(o->multi, CURLMOPT_TIMERDATA, o)) {
		outcall_free(o);
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	return o;
}

void
outcall_free(struct outcall *o)
{
	if (!o)
		return;
	for (int i = 0; i < o->made; i++) {
		if (o->calls[i]->flying)
			curl_multi_remove_handle(o->multi, o->calls[i]->easy);
		curl_easy_cleanup(o->calls[i]->easy);
		text_free(&o->calls[i]->body);
		free(o->calls[i]);
	}
	curl_multi_cleanup(o->multi);
	watch_free(o->watch);
	free(o->calls);
	free((char *)(uintptr_t)o->limits.ca_file);
	free(o);
}

void
outcall_each(const struct outcall *o, void (*take)(void *cookie))
{
	for (int i = 0; i < o->made; i++)
		if (o->calls[i]->used)
			take(o->calls[i]->cookie);
}

/* What changes from call to call. */
static bool
set_request(struct outcall_call *call, const struct outcall_request *r, struct curl_slist *headers)
{
	CURL *e = call->easy;
	bool get = r->method && strcmp(r->method, "GET") == 0;
	/* a kept connection to the same name and port may be another's, opened under his permission: who
	 * has none opens his own, and leaves none behind. On a kept connection that turns out dead libcurl
	 * repeats the request by itself: not where a repetition is a second effect */
	bool fresh = !call->own_host || (r->never_twice && !get);
	int bad = 0;

	if (call->fresh != fresh) {
		call->fresh = fresh;
		bad |= curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, (long)call->fresh);
		bad |= curl_easy_setopt(e, CURLOPT_FORBID_REUSE, (long)call->fresh);
	}
	bad |= curl_easy_setopt(e, CURLOPT_URL, r->url);
	bad |= curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	bad |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)or_default(r->timeout_ms, TIMEOUT_MS));
	if (get) {
		bad |= curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	} else {
		bad |= curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->length);
		bad |= curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body ? r->body : "");
	}
	return !bad;
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

static void
reset(struct outcall_call *call, void *cookie)
{
	call->next = NULL;
	call->cookie = cookie;
	call->started = clock_monotonic();
	call->head_bytes = 0;
	call->sent = call->refused = call->framed = false;
	call->result = CURLE_OK;
	call->problem[0] = '\0';
	text_clear(&call->body);
}

int
outcall_start(struct outcall *o, const struct outcall_request *r, struct error *why)
{
	struct outcall_allow to;
	struct outcall_call *call;
	struct curl_slist *headers;
	const char *target;

	if (url_split(r->url, &to, &target) != 0)
		return error_set(why, ERROR_BROKEN, "%.200s is not an address that can be called", r->url);
	if (r->method && strcmp(r->method, "POST") != 0 && strcmp(r->method, "GET") != 0)
		return error_set(why, ERROR_BROKEN, "%.20s is no method that can be called", r->method);
	call = o->busy < o->limits.in_flight ? take_free(o) : NULL;
	if (!call)
		return error_set(why, ERROR_TEMPORARY, "as many calls as allowed are in flight");
	reset(call, r->cookie);
	call->own_host = r->allow && to.port == r->allow->port && strcasecmp(to.host, r->allow->host) == 0;
	headers = headers_make(&call->headers, r, target,
	    (r->signed_at ? r->signed_at : clock_now()) / US_PER_SECOND, next_span(o), why);
	if (!headers || !set_request(call, r, headers) ||
	    curl_multi_add_handle(o->multi, call->easy) != CURLM_OK) {
		put_back(call);
		return error_set(why, ERROR_TEMPORARY, "no memory for a call");
	}
	call->used = call->flying = true;
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

/* Move the finished ones to their list. */
static void
gather(struct outcall *o)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(o->multi, &left))) {
		char *private;
		struct outcall_call *call;
		CURLcode result = message->data.result; /* gone once the handle is removed */

		if (message->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private) != CURLE_OK)
			continue;
		call = (struct outcall_call *)(void *)private;
		call->result = result;
		call->flying = false;
		curl_multi_remove_handle(o->multi, call->easy);
		call->next = NULL;
		*o->finished_end = call;
		o->finished_end = &call->next;
	}
}

/* Calls just started, and those whose time is up. */
static void
act_on_time(struct outcall *o)
{
	int running;

	if (o->failed) {
		o->failed = false;
		curl_multi_perform(o->multi, &running);
	} else if (o->due && o->due <= clock_monotonic()) {
		o->due = 0;
		curl_multi_socket_action(o->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
}

static void
act_on(struct outcall *o, const struct watch_event *event)
{
	int what = 0, running;

	if (event->what & WATCH_READ)
		what |= CURL_CSELECT_IN;
	if (event->what & WATCH_WRITE)
		what |= CURL_CSELECT_OUT;
	if (event->what & WATCH_ERROR)
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(o->multi, event->fd, what, &running);
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
	int64_t left;

	if (o->finished || o->failed)
		return 0;
	if (!o->due)
		return timeout_ms;
	left = (o->due - clock_monotonic() + 999) / 1000;
	return left <= 0 ? 0 : timeout_ms < 0 || left < timeout_ms ? (int)left : timeout_ms;
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
	gather(o);
	events = watch_wait(o->watch, came, sleep_ms(o, timeout_ms));
	for (int i = 0; i < events; i++)
		if (!tell_caller(with, n, &came[i]))
			act_on(o, &came[i]);
	act_on_time(o);
	gather(o);
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
fill_answer(struct outcall_call *call, struct answer *answer)
{
	long status = 0;
	curl_off_t retry_after = 0;
	char *type = NULL;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after < 0 || retry_after > 7 * 86400)
		retry_after = retry_after < 0 ? 0 : 7 * 86400;
	*answer = (struct answer){
		.sent = call->sent,
		/* a body that ends with the connection may have been cut: nobody can tell */
		.complete = call->result == CURLE_OK && (call->framed || status == 204),
		.status = (int)status,
		.type = type,
		.body = call->body.data ? call->body.data : "",
		.length = call->body.length,
		.retry_after_us = retry_after * US_PER_SECOND,
	};
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
		.address_refused = call->refused && !call->sent,
		.took_us = clock_monotonic() - call->started};
	fill_answer(call, &done->answer);
	if (done->address_refused)
		done->problem = "the address is private or local and not the configured one";
	else if (call->result != CURLE_OK)
		done->problem = call->problem[0] ? call->problem : curl_easy_strerror(call->result);
	else if (!done->answer.complete)
		done->problem = "the answer does not say how long it is";
	return true;
}

void
outcall_release(struct outcall *o, struct outcall_call *call)
{
	if (call->body.room > KEPT_ROOM)
		text_free(&call->body);
	o->busy--;
	call->used = false;
	put_back(call);
}
