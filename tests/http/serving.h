/* serving.h: a server with small handlers, and a client of raw bytes, for the tests of core/http. */
#ifndef YJS_TESTS_HTTP_SERVING_H
#define YJS_TESTS_HTTP_SERVING_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "http/http.h"

#define HELPER static inline __attribute__((unused))
#define HOST "Host: localhost\r\n"
#define JSON "Content-Type: application/json\r\n"
#define SECOND US_PER_SECOND
#define PATIENCE 60 /* seconds, of whatever is waited for: it ends a test that fails, and hurries none */
#define AGAIN "GET /plain HTTP/1.1\r\n" HOST "\r\n"
#define BLOCK "GET /block HTTP/1.1\r\n" HOST "\r\n"
#define HELD "POST /held HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}"

/* ---- handlers ---- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct http_exchange *held[1024];
	int n_held;
	int n;                     /* came to /held, /gate or /block */
	bool open;                 /* /gate and /block let through */
	int passes;                /* so many they let through while not open */
	int started, ended;        /* workers */
} stage = { .lock = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER, .open = true };

HELPER void
say(struct http_exchange *x, int status, const char *text)
{
	http_answer(x, status, "text/plain", text, strlen(text));
}

HELPER void
plain(void *cookie, struct http_exchange *x)
{
	(void)cookie;
	say(x, 200, "plain");
}

HELPER void
echo(void *cookie, struct http_exchange *x)
{
	size_t length;
	const char *body = http_body(x, &length);
	char *copy = length ? malloc(length) : NULL;

	(void)cookie;
	if (copy)
		memcpy(copy, body, length);
	http_answer_take(x, 201, "application/octet-stream", copy, length);
}

HELPER void
parse(void *cookie, struct http_exchange *x)
{
	struct error why = { 0 };
	size_t length;
	const char *body = http_body(x, &length);
	json_t *j = json_read(body, length, 4096, &why);

	(void)cookie;
	if (j)
		say(x, 201, "read");
	else
		http_problem(x, 400, "not-readable", "不是 JSON", why.text, NULL);
	json_decref(j);
}

HELPER void
hold(void *cookie, struct http_exchange *x)
{
	(void)cookie;
	pthread_mutex_lock(&stage.lock);
	stage.held[stage.n_held++] = x;
	stage.n++;
	pthread_cond_broadcast(&stage.came);
	pthread_mutex_unlock(&stage.lock);
}

HELPER void
gate(void *cookie, struct http_exchange *x)
{
	char text[32];

	(void)cookie;
	pthread_mutex_lock(&stage.lock);
	stage.n++;
	pthread_cond_broadcast(&stage.came);
	while (!stage.open && stage.passes == 0)
		pthread_cond_wait(&stage.came, &stage.lock);
	stage.passes -= !stage.open;
	pthread_mutex_unlock(&stage.lock);
	snprintf(text, sizeof text, "worker %d", http_worker(x));
	say(x, 200, text);
}

HELPER void
part(void *cookie, struct http_exchange *x)
{
	char text[300];

	(void)cookie;
	snprintf(text, sizeof text, "%s|%s|%s|%s", http_param(x, "id"), http_param(x, "part"), http_path(x),
	    http_param(x, "none") ? "?" : "-");
	say(x, 200, text);
}

HELPER void
look(void *cookie, struct http_exchange *x)
{
	const char *a = http_query(x, "a"), *c = http_cookie(x, "c"), *header = http_header(x, "x-NAME");
	char text[600];

	(void)cookie;
	snprintf(text, sizeof text, "%s a=%s %d raw=%s c=%s h=%s %d %s%s", http_method(x), a ? a : "-",
	    http_query_count(x, "a"), http_raw_query(x), c ? c : "-", header ? header : "-",
	    http_header_count(x, "X-Name"), http_peer(x), http_peer_is_loopback(x) ? " loopback" : "");
	say(x, 200, text);
}

HELPER void
own(void *cookie, struct http_exchange *x)
{
	(void)cookie;
	http_add_header(x, "cache-control", "public, max-age=60");
	http_add_header(x, "X-Bad", "a\r\nSet-Cookie: b");
	http_add_header(x, "X-Good", "yes");
	say(x, 200, "own");
}

HELPER void
problem(void *cookie, struct http_exchange *x)
{
	(void)cookie;
	http_problem(x, 422, "not-acceptable", "表单有误", "请\"改\"", json_pack("[{s:s}]", "pointer", "/form/a"));
}

HELPER void
worker_comes(void *cookie, int worker)
{
	(void)cookie;
	(void)worker;
	pthread_mutex_lock(&stage.lock);
	stage.started++;
	pthread_cond_broadcast(&stage.came);
	pthread_mutex_unlock(&stage.lock);
}

HELPER void
worker_goes(void *cookie, int worker)
{
	(void)cookie;
	(void)worker;
	pthread_mutex_lock(&stage.lock);
	stage.ended++;
	pthread_mutex_unlock(&stage.lock);
}

static const struct http_route test_routes[] = {
	{ "GET", "/plain", true, 0, NULL, plain, 0 },
	{ "POST", "/echo", true, 4096, NULL, echo, 0 },
	{ "POST", "/parse", true, 4096, "application/json", parse, 0 },
	{ "POST", "/files", true, 16 << 20, NULL, echo, 0 },
	{ "POST", "/held", true, 4096, NULL, hold, 0 },
	{ "GET", "/gate", false, 0, NULL, gate, 0 },
	{ "GET", "/block", true, 0, NULL, gate, 0 }, /* nothing else moves on this thread meanwhile */
	{ "GET", "/items/{id}/parts/{part}", true, 0, NULL, part, 0 },
	{ "GET", "/items/{id}", true, 0, NULL, part, 0 },
	{ "GET", "/items/new", true, 0, NULL, plain, 0 },
	{ "POST", "/items/{id}", true, 4096, NULL, echo, 0 },
	{ "GET", "/look", true, 0, NULL, look, 0 },
	{ "GET", "/own", true, 0, NULL, own, 0 },
	{ "GET", "/problem", true, 0, NULL, problem, 0 },
};

/* Settings for a test; change and pass to serve(). */
HELPER struct http_settings
usual(void)
{
	return (struct http_settings){ .listen = "127.0.0.1:0", .routes = test_routes,
		.n_routes = sizeof test_routes / sizeof *test_routes, .workers = 2, .io_threads = 2,
		.connections = 1500, .request_us = PATIENCE * SECOND, .idle_us = PATIENCE * SECOND,
		.worker_start = worker_comes, .worker_end = worker_goes };
}

HELPER struct http *
serve(const struct http_settings *s)
{
	struct error why = { 0 };
	struct http *h;

	stage.n = stage.n_held = stage.passes = stage.started = stage.ended = 0;
	stage.open = true;
	h = http_start(s, &why);
	if (!h)
		fail_msg("%s", why.text);
	return h;
}

HELPER void
finish(struct http *h)
{
	http_drain(h, SECOND);
	http_stop(h);
}

HELPER void
sleep_ms(int ms)
{
	poll(NULL, 0, ms);
}

/* Wait until n requests came to /held, /gate or /block since the server started. */
HELPER void
await(int n)
{
	struct timespec until = { .tv_sec = time(NULL) + PATIENCE };

	pthread_mutex_lock(&stage.lock);
	while (stage.n < n)
		if (pthread_cond_timedwait(&stage.came, &stage.lock, &until) != 0)
			break;
	n -= stage.n;
	pthread_mutex_unlock(&stage.lock);
	assert_true(n <= 0);
}

/* Wait until something can be read from so many of these n connections. */
HELPER void
await_answers(const int *fd, int n, int at_least)
{
	const int64_t until = clock_monotonic() + PATIENCE * SECOND;
	struct pollfd fds[32];
	int came = 0;

	for (int i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = fd[i], .events = POLLIN };
	while ((came = poll(fds, (nfds_t)n, 0)) < at_least && clock_monotonic() < until)
		sleep_ms(5);
	assert_true(came >= at_least);
}

/* Answer everything that is held; returns how many. */
HELPER int
release(void)
{
	int n;

	pthread_mutex_lock(&stage.lock);
	n = stage.n_held;
	for (int i = 0; i < n; i++)
		say(stage.held[i], 201, "released");
	stage.n_held = 0;
	pthread_mutex_unlock(&stage.lock);
	return n;
}

HELPER void
open_gate(bool open)
{
	pthread_mutex_lock(&stage.lock);
	stage.open = open;
	pthread_cond_broadcast(&stage.came);
	pthread_mutex_unlock(&stage.lock);
}

/* One of those who wait goes on. */
HELPER void
pass_gate(void)
{
	pthread_mutex_lock(&stage.lock);
	stage.passes++;
	pthread_cond_broadcast(&stage.came);
	pthread_mutex_unlock(&stage.lock);
}

/* ---- the client ---- */

struct answer {
	int status;        /* 0: none came */
	char head[4096];
	char body[8192];   /* its beginning */
	size_t length;     /* of the body */
};

/* From the address 127.0.0.last of this machine. */
HELPER int
dial_from(const struct http *h, int last)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(h)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000000u + (uint32_t)last) };
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

HELPER int
dial(const struct http *h)
{
	return dial_from(h, 1);
}

HELPER bool
put(int fd, const void *bytes, size_t length)
{
	while (length) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes = (const char *)bytes + n;
		length -= (size_t)n;
	}
	return true;
}

HELPER bool
puts_to(int fd, const char *s)
{
	return put(fd, s, strlen(s));
}

/* What comes, as recv() gives it; who was stopped meanwhile waits on. */
HELPER ssize_t
get(int fd, void *bytes, size_t room)
{
	ssize_t n;

	do
		n = recv(fd, bytes, room, 0);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Read one answer; with `head_only`, what comes has no body (HEAD, 100). False when none came. */
HELPER bool
hear(int fd, struct answer *a, bool head_only)
{
	size_t n = 0, length;
	const char *header;

	memset(a, 0, sizeof *a);
	while (n < 4 || memcmp(a->head + n - 4, "\r\n\r\n", 4) != 0) {
		if (n == sizeof a->head - 1 || get(fd, a->head + n, 1) != 1)
			return false;
		n++;
	}
	if (sscanf(a->head, "HTTP/1.1 %d", &a->status) != 1)
		return false;
	header = strcasestr(a->head, "\r\nContent-Length: ");
	length = header && !head_only ? strtoul(header + 18, NULL, 10) : 0;
	while (a->length < length) {
		char spare[16384];
		bool fits = length < sizeof a->body;
		size_t most = length - a->length < sizeof spare ? length - a->length : sizeof spare;
		ssize_t got = get(fd, fits ? a->body + a->length : spare, most);

		if (got <= 0)
			return false;
		a->length += (size_t)got;
	}
	return true;
}

/* The value of a header in an answer, "" when absent. The next call overwrites it. */
HELPER const char *
told(const struct answer *a, const char *name)
{
	static char value[512];
	char key[100];
	const char *p;

	snprintf(key, sizeof key, "\r\n%s: ", name);
	p = strcasestr(a->head, key);
	if (!p)
		return "";
	p += strlen(key);
	snprintf(value, sizeof value, "%.*s", (int)strcspn(p, "\r"), p);
	return value;
}

/* The other side closes without another byte. */
HELPER bool
is_closed(int fd)
{
	char c;
	ssize_t n = get(fd, &c, 1);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

/* One connection, one request, one answer. */
HELPER void
ask(const struct http *h, const char *request, struct answer *a)
{
	int fd = dial(h);

	assert_true(fd >= 0);
	puts_to(fd, request);
	hear(fd, a, false);
	close(fd);
}

/* Whoever starts and stops all these servers keeps no descriptor. */
HELPER int
descriptors(void **state)
{
	static int before;
	int n = 0;
	DIR *d = opendir("/proc/self/fd");

	(void)state;
	while (readdir(d))
		n++;
	closedir(d);
	if (!before)
		before = n;
	if (n != before)
		print_error("%d descriptors, %d at the beginning\n", n, before);
	return n == before ? 0 : -1;
}

#endif
