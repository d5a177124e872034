/* raw.h: a raw server in this process, which answers as the path says, and calls to it, for the tests of core/outcall. */
#ifndef YJS_TESTS_OUTCALL_RAW_H
#define YJS_TESTS_OUTCALL_RAW_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "outcall/outcall.h"

#define HELPER static inline __attribute__((unused))

static int listener, port;
static atomic_int connections, requests;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char last[16384]; /* the last request, raw */

struct reply { const char *path, *bytes; bool close, reset; };

static const struct reply replies[] = {
	{"/ok", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", false, false},
	{"/%e5%bc%a0/../a", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, false},
	{"/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", false, false},
	{"/chunk-cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", true, false},
	{"/cut", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", true, false},
	{"/unframed", "HTTP/1.1 200 OK\r\n\r\n{}", true, false},
	{"/early", "HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}", true, false},
	{"/empty", "", true, false},
	{"/reset", "", true, true},
	{"/half-head", "HTTP/1.1 200 O", true, false},
	{"/no-http", "SSH-2.0-OpenSSH\r\n", true, false},
	{"/redirect", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", false, false},
	{"/later", "HTTP/1.1 503 No\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n", false, false},
	{"/much-later", "HTTP/1.1 503 No\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n", false, false},
	{"/declared", "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n{}", true, false},
};

HELPER bool
send_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

HELPER bool
send_many(int fd, const char *head, const char *line, int n)
{
	if (!send_all(fd, head, strlen(head)))
		return false;
	for (int i = 0; i < n; i++)
		if (!send_all(fd, line, strlen(line)))
			return false;
	return true;
}

HELPER bool
answer(int fd, const char *path)
{
	char line[256];
	time_t then = time(NULL) + 30;
	struct tm tm;

	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		const struct reply *r = &replies[i];

		if (strcmp(path, r->path) != 0)
			continue;
		if (r->reset)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
		return send_all(fd, r->bytes, strlen(r->bytes)) && !r->close;
	}
	if (strcmp(path, "/hang") == 0) {
		poll(&(struct pollfd){fd, POLLIN, 0}, 1, 5000);
		return false;
	}
	if (strcmp(path, "/date") == 0) {
		gmtime_r(&then, &tm);
		strftime(line, sizeof line, "HTTP/1.1 429 No\r\nRetry-After: %a, %d %b %Y %H:%M:%S GMT\r\n"
		    "Content-Length: 0\r\n\r\n", &tm);
		return send_all(fd, line, strlen(line));
	}
	if (strcmp(path, "/endless") == 0)
		return send_many(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "0123456789abcdef", 1 << 20);
	if (strcmp(path, "/heads") == 0)
		return send_many(fd, "HTTP/1.1 200 OK\r\n", "X-Long: 0123456789abcdef\r\n", 1 << 16);
	if (strcmp(path, "/once") == 0) { /* keeps the connection, then closes it */
		send_all(fd, replies[0].bytes, strlen(replies[0].bytes));
		return false;
	}
	if (strcmp(path, "/slow") == 0)
		usleep(20000);
	return send_all(fd, replies[0].bytes, strlen(replies[0].bytes));
}

/* Read one request; its path. False at the end of the connection. */
HELPER bool
request(int fd, char path[128])
{
	char buffer[16384];
	size_t have = 0, need = 0;

	while (have < sizeof buffer - 1) {
		ssize_t n = recv(fd, buffer + have, sizeof buffer - 1 - have, 0);
		char *end, *length;

		if (n <= 0)
			return false;
		have += (size_t)n;
		buffer[have] = '\0';
		end = strstr(buffer, "\r\n\r\n");
		if (!end)
			continue;
		length = strstr(buffer, "Content-Length: ");
		need = (size_t)(end + 4 - buffer) + (length ? strtoul(length + 16, NULL, 10) : 0);
		if (have >= need)
			break;
	}
	pthread_mutex_lock(&lock);
	memcpy(last, buffer, have + 1);
	pthread_mutex_unlock(&lock);
	requests++;
	return sscanf(buffer, "%*s %127s", path) == 1;
}

HELPER void *
serve_one(void *cookie)
{
	int fd = (int)(intptr_t)cookie;
	char path[128];

	while (request(fd, path) && answer(fd, path))
		;
	close(fd);
	return NULL;
}

HELPER void *
serve(void *cookie)
{
	pthread_attr_t detached;

	(void)cookie;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&detached, 256 * 1024);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		pthread_t thread;

		if (fd < 0)
			break;
		connections++;
		if (pthread_create(&thread, &detached, serve_one, (void *)(intptr_t)fd) != 0)
			close(fd);
	}
	pthread_attr_destroy(&detached);
	return NULL;
}

HELPER int
listen_on_loopback(int *chosen)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*chosen = 0;
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof to) != 0 || listen(fd, 512) != 0 ||
	    getsockname(fd, (struct sockaddr *)&to, &length) != 0)
		return -1;
	*chosen = ntohs(to.sin_port);
	return fd;
}

#define AMPLE_MS 60000 /* for a call that is not meant to run out of time */

static struct outcall *o;
static struct outcall_allow allow;
static struct sign_secret secret;
static pthread_t server;

HELPER int
set_up(void **state)
{
	struct error why = {0};
	char url[64];

	(void)state;
	listener = listen_on_loopback(&port);
	if (listener < 0 || pthread_create(&server, NULL, serve, NULL) != 0)
		return -1;
	snprintf(url, sizeof url, "http://127.0.0.1:%d/x", port);
	o = outcall_new(&(struct outcall_limits){.in_flight = 300, .connect_ms = AMPLE_MS}, &why);
	return o && outcall_allow(url, &allow, &why) == 0 &&
	    sign_parse("secret", 6, &secret, &why) == 0 ? 0 : -1;
}

HELPER int
tear_down(void **state)
{
	(void)state;
	outcall_free(o);
	shutdown(listener, SHUT_RDWR);
	pthread_join(server, NULL);
	close(listener);
	return 0;
}

HELPER int
start(const char *url, const char *method, const struct outcall_allow *allowed, int timeout_ms,
    void *cookie)
{
	struct outcall_request r = {.cookie = cookie, .method = method, .url = url, .body = "{\"a\":1}",
		.length = 7, .key = "330111-2611-0-00-1-f", .application = "3301112611-X", .round = 2,
		.callback_url = "http://me/callback", .secret = &secret, .allow = allowed,
		.timeout_ms = timeout_ms};

	if (method && strcmp(method, "GET") == 0) {
		r.body = NULL;
		r.length = 0;
	}
	return outcall_start(o, &r, NULL);
}

HELPER struct outcall_done
finish(void)
{
	struct outcall_done done;

	for (int64_t begun = clock_monotonic(); clock_monotonic() - begun < 60 * US_PER_SECOND;) {
		if (outcall_next(o, &done))
			return done;
		outcall_wait(o, NULL, 0, 100);
	}
	fail_msg("no call finished");
	return done;
}

HELPER struct outcall_done
call(const char *path)
{
	char url[256];

	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
	assert_int_equal(start(url, "POST", &allow, strcmp(path, "/hang") == 0 ? 400 : AMPLE_MS, NULL), 0);
	return finish();
}

HELPER void
header(const char *name, char *value, size_t room)
{
	char line[64];
	const char *at;

	snprintf(line, sizeof line, "\r\n%s: ", name);
	at = strstr(last, line);
	value[0] = '\0';
	if (at)
		snprintf(value, room, "%.*s", (int)strcspn(at + strlen(line), "\r"), at + strlen(line));
}

#endif
