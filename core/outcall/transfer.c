/* Calls that libcurl makes: TLS, hosts by name, addresses that are not the operator's own. */
#include "outcall/outcall_own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "outcall/address.h"

enum { HEAD_BYTES = 64 * 1024 };

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

int
transfer_open(struct outcall *o, struct error *why)
{
	pthread_once(&once, set_up);
	if (!ready)
		return error_set(why, ERROR_BROKEN, "libcurl could not be set up");
	o->multi = curl_multi_init();
	/* a cache smaller than the hosts in rotation makes a new connection for nearly each call */
	if (!o->multi ||
	    curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS, (long)o->limits.in_flight + o->limits.endpoints) ||
	    curl_multi_setopt(o->multi, CURLMOPT_SOCKETFUNCTION, on_socket) ||
	    curl_multi_setopt(o->multi, CURLMOPT_SOCKETDATA, o) ||
	    curl_multi_setopt(o->multi, CURLMOPT_TIMERFUNCTION, on_timer) ||
	    curl_multi_setopt(o->multi, CURLMOPT_TIMERDATA, o))
		return error_set(why, ERROR_TEMPORARY, "no memory");
	return 0;
}

void
transfer_close(struct outcall *o)
{
	curl_multi_cleanup(o->multi);
}

void
transfer_drop(struct outcall_call *call)
{
	if (call->flying)
		curl_multi_remove_handle(call->o->multi, call->easy);
	curl_easy_cleanup(call->easy);
	text_free(&call->body);
}

static bool
make_handle(struct outcall_call *call)
{
	call->easy = curl_easy_init();
	if (call->easy && set_constants(call))
		return true;
	curl_easy_cleanup(call->easy);
	call->easy = NULL;
	return false;
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
	bad |= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	if (get) {
		bad |= curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	} else {
		bad |= curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->length);
		bad |= curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body ? r->body : "");
	}
	return !bad;
}

int
transfer_start(struct outcall_call *call, const struct outcall_request *r, struct curl_slist *headers)
{
	call->head_bytes = 0;
	call->sent = call->refused = call->framed = false;
	call->result = CURLE_OK;
	call->problem[0] = '\0';
	text_clear(&call->body);
	if ((!call->easy && !make_handle(call)) || !set_request(call, r, headers) ||
	    curl_multi_add_handle(call->o->multi, call->easy) != CURLM_OK)
		return -1;
	call->flying = true;
	return 0;
}

/* End the finished ones. */
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
		outcall_end(call);
	}
}

void
transfer_time(struct outcall *o)
{
	int running;

	if (o->failed) {
		o->failed = false;
		curl_multi_perform(o->multi, &running);
	} else if (o->due && o->due <= clock_monotonic()) {
		o->due = 0;
		curl_multi_socket_action(o->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	gather(o);
}

void
transfer_act(struct outcall *o, const struct watch_event *event)
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

void
transfer_answer(struct outcall_call *call, struct answer *answer)
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
