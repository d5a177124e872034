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
#include "outcall/driver.h"
#include "outcall/headers.h"
#include "outcall/origin.h"
#include "outcall/spare.h"
#include "outcall/url.h"
#include "seal/digest.h"

enum {
	IN_FLIGHT = 256, ENDPOINTS = 256, CONNECT_MS = 5000, TIMEOUT_MS = 10000,
	HEAD_BYTES = 64 * 1024,
	KEPT_ROOM = 64 * 1024 /* a larger answer's buffer is not kept for the next */
};

struct outcall_call {
	struct flight flight; /* first: it stands for the call in the queues */
	struct outcall *o;
	void *cookie;
	int64_t started;
	struct text body;
	size_t head_bytes;
	bool own_host;   /* the operator's own host and port: goes wherever it leads */
	bool fresh;      /* what the handle is set to: no kept connection, */
	const struct origin *origin; /* and where to; NULL: it parses a whole URL */
	bool used;       /* started and not yet released */
	bool sent, refused, framed;
	struct headers headers;
	char problem[CURL_ERROR_SIZE];
};

struct outcall {
	struct outcall_limits limits;
	struct outcall_call **calls; /* all handles ever made, at most limits.in_flight */
	int made, busy;
	struct flight *free;
	struct driver *driver;
	struct origins *origins;
	uint64_t span;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool ready;

static void
set_up(void)
{
	ready = curl_global_init_mem(CURL_GLOBAL_DEFAULT, spare_malloc, spare_free, spare_realloc, spare_strdup,
	    spare_calloc) == CURLE_OK;
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

/* What never changes from call to call. */
static bool
set_constants(struct outcall_call *call)
{
	CURL *e = call->flight.easy;
	const struct outcall_limits *limits = &call->o->limits;
	int bad = 0;

	bad |= curl_easy_setopt(e, CURLOPT_PRIVATE, &call->flight);
	bad |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	bad |= curl_easy_setopt(e, CURLOPT_WRITEDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	bad |= curl_easy_setopt(e, CURLOPT_HEADERDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_request);
	bad |= curl_easy_setopt(e, CURLOPT_PREREQDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
	bad |= curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, call);
	bad |= curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, driver_close);
	bad |= curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, call->o->driver);
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
	call->flight.easy = curl_easy_init();
	if (!call->flight.easy || !set_constants(call)) {
		curl_easy_cleanup(call->flight.easy);
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
	o->calls = calloc((size_t)l->in_flight, sizeof(*o->calls));
	digest_random(&o->span, sizeof o->span);
	/* a cache smaller than the hosts in rotation makes a new connection for nearly each call */
	o->driver = driver_new((long)l->in_flight + l->endpoints);
	o->origins = origins_new(l->endpoints);
	if (!o->driver || !o->calls || !o->origins || (limits->ca_file && !l->ca_file)) {
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
		driver_drop(o->driver, &o->calls[i]->flight);
		curl_easy_cleanup(o->calls[i]->flight.easy);
		text_free(&o->calls[i]->body);
		free(o->calls[i]);
	}
	driver_free(o->driver);
	origins_free(o->origins);
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

/* Where to. libcurl would parse each URL and write it out again, which costs more than all the rest of a start. */
static int
set_url(struct outcall_call *call, const char *url, size_t length, const char *target)
{
	CURL *e = call->flight.easy;
	const struct origin *origin = origins_find(call->o->origins, url, length);
	int bad = 0;

	if (!origin || call->origin != origin) {
		call->origin = origin;
		bad |= curl_easy_setopt(e, CURLOPT_CURLU, origin ? origin->parsed : NULL);
		bad |= curl_easy_setopt(e, CURLOPT_URL, origin ? origin->url : url);
	}
	return bad | curl_easy_setopt(e, CURLOPT_REQUEST_TARGET, origin ? target : NULL);
}

/* What changes from call to call. */
static bool
set_request(struct outcall_call *call, const struct outcall_request *r, size_t origin, const char *target,
    struct curl_slist *headers)
{
	CURL *e = call->flight.easy;
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
	bad |= set_url(call, r->url, origin, target);
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
	call->flight.next = call->o->free;
	call->o->free = &call->flight;
}

/* A call begins with its flight. */
static struct outcall_call *
call_of(struct flight *f)
{
	return (struct outcall_call *)f;
}

static struct outcall_call *
take_free(struct outcall *o)
{
	struct flight *f = o->free;

	if (f)
		o->free = f->next;
	return f ? call_of(f) : o->made < o->limits.in_flight ? make_call(o) : NULL;
}

static void
reset(struct outcall_call *call, void *cookie)
{
	call->cookie = cookie;
	call->started = clock_monotonic();
	call->head_bytes = 0;
	call->sent = call->refused = call->framed = false;
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
	size_t origin;

	if (url_split(r->url, &to, &origin, &target) != 0)
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
	if (!headers || !set_request(call, r, origin, target, headers) ||
	    driver_start(o->driver, &call->flight) != 0) {
		put_back(call);
		return error_set(why, ERROR_TEMPORARY, "no memory for a call");
	}
	call->used = true;
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

int
outcall_wait(struct outcall *o, struct pollfd *with, int n, int timeout_ms)
{
	return driver_turn(o->driver, with, n, timeout_ms);
}

void
outcall_wakeup(struct outcall *o)
{
	driver_wake(o->driver);
}

static void
fill_answer(struct outcall_call *call, struct answer *answer)
{
	long status = 0;
	curl_off_t retry_after = 0;
	char *type = NULL;

	curl_easy_getinfo(call->flight.easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->flight.easy, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(call->flight.easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after < 0 || retry_after > 7 * 86400)
		retry_after = retry_after < 0 ? 0 : 7 * 86400;
	*answer = (struct answer){
		.sent = call->sent,
		/* a body that ends with the connection may have been cut: nobody can tell */
		.complete = call->flight.result == CURLE_OK && (call->framed || status == 204),
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
	struct flight *f = flights_take(driver_done(o->driver));
	struct outcall_call *call = f ? call_of(f) : NULL;

	if (!call)
		return false;
	*done = (struct outcall_done){.cookie = call->cookie, .call = call,
		.address_refused = call->refused && !call->sent,
		.took_us = clock_monotonic() - call->started};
	fill_answer(call, &done->answer);
	if (done->address_refused)
		done->problem = "the address is private or local and not the configured one";
	else if (call->flight.result != CURLE_OK)
		done->problem = call->problem[0] ? call->problem : curl_easy_strerror(call->flight.result);
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
