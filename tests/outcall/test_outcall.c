/* Calls against a raw server in this process: what is sent, what counts as whole, as sent, as
 * refused; many at once; the guard on addresses. */
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

static bool
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

static bool
send_many(int fd, const char *head, const char *line, int n)
{
	if (!send_all(fd, head, strlen(head)))
		return false;
	for (int i = 0; i < n; i++)
		if (!send_all(fd, line, strlen(line)))
			return false;
	return true;
}

static bool
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
static bool
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

static void *
serve_one(void *cookie)
{
	int fd = (int)(intptr_t)cookie;
	char path[128];

	while (request(fd, path) && answer(fd, path))
		;
	close(fd);
	return NULL;
}

static void *
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

static int
listen_on_loopback(int *chosen)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

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

static int
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

static int
tear_down(void **state)
{
	(void)state;
	outcall_free(o);
	shutdown(listener, SHUT_RDWR);
	pthread_join(server, NULL);
	close(listener);
	return 0;
}

static int
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

static struct outcall_done
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

static struct outcall_done
call(const char *path)
{
	char url[256];

	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
	assert_int_equal(start(url, "POST", &allow, strcmp(path, "/hang") == 0 ? 400 : AMPLE_MS, NULL), 0);
	return finish();
}

static void
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

static void
test_request(void **state)
{
	struct outcall_done done = call("/ok");
	char stamp[64], v1[128], v2[128], other[256];
	struct sign_message m = {SIGN_OUT, "POST", "/ok", "{\"a\":1}", 7};

	(void)state;
	assert_true(done.answer.sent && done.answer.complete);
	assert_int_equal(done.answer.status, 200);
	assert_string_equal(done.answer.type, "application/json");
	assert_int_equal(done.answer.length, 2);
	assert_memory_equal(done.answer.body, "{}", 2);
	assert_null(done.problem);
	header("X-Timestamp", stamp, sizeof stamp);
	header("X-Signature", v1, sizeof v1);
	header("X-Signature-V2", v2, sizeof v2);
	assert_int_equal(sign_verify(&secret, &m, stamp, v1, v2, true, clock_now() / US_PER_SECOND), SIGN_GOOD);
	assert_int_equal(sign_verify(&secret, &m, stamp, v1, NULL, false, clock_now() / US_PER_SECOND), SIGN_GOOD);
	header("Idempotency-Key", other, sizeof other);
	assert_string_equal(other, "330111-2611-0-00-1-f");
	header("X-Application-Id", other, sizeof other);
	assert_string_equal(other, "3301112611-X");
	header("X-Round", other, sizeof other);
	assert_string_equal(other, "2");
	header("X-Callback-Url", other, sizeof other);
	assert_string_equal(other, "http://me/callback");
	header("Content-Type", other, sizeof other);
	assert_string_equal(other, "application/json");
	header("traceparent", other, sizeof other);
	assert_int_equal(strlen(other), 55);
	header("Expect", other, sizeof other);
	assert_string_equal(other, "");
	assert_non_null(strstr(last, "\r\n\r\n{\"a\":1}"));
	outcall_release(o, done.call);
}

/* A question after a call on the same handle: no body, no leftovers; the path goes out as signed. */
static void
test_question(void **state)
{
	char url[256], stamp[64], v2[128], value[64];
	struct sign_message m = {SIGN_OUT, "GET", "/%e5%bc%a0/../a", NULL, 0};
	struct outcall_done done;

	(void)state;
	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, m.target);
	assert_int_equal(start(url, "GET", &allow, AMPLE_MS, &done), 0);
	done = finish();
	assert_ptr_equal(done.cookie, &done);
	assert_true(done.answer.complete);
	assert_memory_equal(last, "GET /%e5%bc%a0/../a HTTP/1.1\r\n", 30);
	header("X-Timestamp", stamp, sizeof stamp);
	header("X-Signature-V2", v2, sizeof v2);
	assert_int_equal(sign_verify(&secret, &m, stamp, NULL, v2, true, clock_now() / US_PER_SECOND), SIGN_GOOD);
	header("Content-Length", value, sizeof value);
	assert_string_equal(value, "");
	outcall_release(o, done.call);
	done = call("/ok");
	assert_memory_equal(last, "POST /ok", 8);
	assert_true(done.answer.complete);
	outcall_release(o, done.call);
}

static void
test_answers(void **state)
{
	static const struct { const char *path; int status; bool complete; int retry_s; } cases[] = {
		{"/chunked", 200, true, 0}, {"/chunk-cut", 200, false, 0}, {"/cut", 200, false, 0},
		{"/unframed", 200, false, 0}, {"/early", 200, false, 0}, {"/empty", 0, false, 0},
		{"/reset", 0, false, 0}, {"/half-head", 0, false, 0}, {"/no-http", 0, false, 0},
		{"/redirect", 302, true, 0}, {"/later", 503, true, 17}, {"/date", 429, true, 30},
		{"/much-later", 503, true, 7 * 86400}, {"/hang", 0, false, 0}, {"/declared", 200, false, 0},
		{"/endless", 200, false, 0}, {"/heads", 200, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct outcall_done done = call(cases[i].path);
		int64_t retry = done.answer.retry_after_us / US_PER_SECOND;

		if (!done.answer.sent || done.answer.complete != cases[i].complete ||
		    (cases[i].complete && done.answer.status != cases[i].status) ||
		    retry > cases[i].retry_s || retry < cases[i].retry_s - 2 ||
		    (done.problem != NULL) == cases[i].complete || done.address_refused)
			fail_msg("%s: sent %d complete %d status %d retry %d problem %s", cases[i].path,
			    done.answer.sent, done.answer.complete, done.answer.status, (int)retry,
			    done.problem ? done.problem : "none");
		assert_true(done.answer.length <= 1 << 20);
		outcall_release(o, done.call);
	}
	assert_int_equal(outcall_busy(o), 0);
}

static void
test_not_sent(void **state)
{
	static const char *const hosts[] = {"http://127.0.0.1", "http://no-such-host.invalid",
		"https://127.0.0.1"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct outcall_allow any;
		struct outcall_done done;
		int dead, there;
		char url[128];

		dead = listen_on_loopback(&there);
		close(dead); /* a port that nobody listens on; the third is no TLS server */
		snprintf(url, sizeof url, "%s:%d/x", hosts[i], i == 2 ? port : there);
		assert_int_equal(outcall_allow(url, &any, NULL), 0);
		assert_int_equal(start(url, NULL, &any, i == 2 ? 2000 : AMPLE_MS, NULL), 0);
		done = finish();
		assert_false(done.answer.sent);
		assert_false(done.answer.complete);
		assert_false(done.address_refused);
		assert_int_equal(done.answer.status, 0);
		assert_non_null(done.problem);
		outcall_release(o, done.call);
	}
}

/* A kept connection found closed: what went over it counts as sent whatever happens afterwards. */
static void
test_sent_then_refused(void **state)
{
	int its_port, fd, mine = listen_on_loopback(&its_port);
	struct outcall_allow its;
	struct outcall_done done;
	char url[64], buffer[4096];

	(void)state;
	snprintf(url, sizeof url, "http://127.0.0.1:%d/x", its_port);
	assert_int_equal(outcall_allow(url, &its, NULL), 0);
	assert_int_equal(start(url, NULL, &its, AMPLE_MS, NULL), 0);
	outcall_wait(o, NULL, 0, 100);
	fd = accept(mine, NULL, NULL);
	close(mine);
	while (recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) < 0)
		outcall_wait(o, NULL, 0, 10);
	assert_true(send_all(fd, replies[0].bytes, strlen(replies[0].bytes)));
	done = finish();
	assert_true(done.answer.complete);
	outcall_release(o, done.call);
	assert_int_equal(start(url, NULL, &its, AMPLE_MS, NULL), 0);
	for (int i = 0; i < 6000 && recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) < 0; i++)
		outcall_wait(o, NULL, 0, 10);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(fd);
	done = finish();
	assert_true(done.answer.sent);
	assert_false(done.answer.complete);
	outcall_release(o, done.call);
}

/* Every spelling of a private address is stopped before a connection is made. */
static void
test_guard(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost",
		"2130706433", "0x7f.1", "0177.0.0.1",
		"127.1", "[::1]", "[::ffff:127.0.0.1]",
		"0.0.0.0", "[::]", "10.0.0.1",
		"169.254.169.254"};
	struct outcall_allow other = allow;
	int before = connections;

	(void)state;
	other.port++;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		for (int own = 0; own < 2; own++) {
			char url[128];
			struct outcall_done done;

			snprintf(url, sizeof url, "http://%s:%d/ok", hosts[i], port);
			assert_int_equal(start(url, NULL, own ? &other : NULL, AMPLE_MS, NULL), 0);
			done = finish();
			if (!done.address_refused || done.answer.sent)
				fail_msg("%s was not refused", url);
			outcall_release(o, done.call);
		}
	assert_int_equal(connections, before);
	for (int i = 0; i < 2; i++) { /* one that is kept is not lent to who may not go there */
		struct outcall_done done = call("/ok");
		char url[64];

		outcall_release(o, done.call);
		snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", port);
		assert_int_equal(start(url, NULL, NULL, AMPLE_MS, NULL), 0);
		done = finish();
		assert_true(done.address_refused);
		outcall_release(o, done.call);
	}
}

static void
test_urls(void **state)
{
	static const char *const wrong[] = {"", "ftp://a/b", "file:///etc/passwd", "http://", "http:///x",
		"http://a b/", "http://user@a/b", "http://u:p@a/b", "http://a:0/b", "http://a:65536/b",
		"http://a:8x/b", "http://a:/b", "http://a/b#c", "http://a/b\r\nX: y", "http://a/张",
		"http://[::1/b", "http://a?b", "gopher://a/b", "//a/b"};
	struct outcall_allow a;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (start(wrong[i], NULL, NULL, 100, NULL) == 0)
			fail_msg("%s was started", wrong[i]);
		assert_int_equal(outcall_allow(wrong[i], &a, NULL), -1);
	}
	assert_int_equal(start("http://1.1.1.1/", "DELETE", NULL, 100, NULL), -1);
	assert_int_equal(outcall_allow("http://a/b?c=d", &a, NULL), -1);
	assert_int_equal(outcall_allow("HTTPS://A.example:8443/b", &a, NULL), 0);
	assert_string_equal(a.host, "A.example");
	assert_int_equal(a.port, 8443);
	assert_int_equal(outcall_allow("https://[2400::1]", &a, NULL), 0);
	assert_string_equal(a.host, "[2400::1]");
	assert_int_equal(a.port, 443);
	assert_int_equal(outcall_busy(o), 0);
}

static void
test_header_injection(void **state)
{
	struct outcall_request r = {.url = "http://1.1.1.1/", .key = "a\r\nX-Evil: 1"};
	struct error why = {0};
	char long_key[20000];

	(void)state;
	assert_int_equal(outcall_start(o, &r, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	memset(long_key, 'k', sizeof long_key);
	long_key[sizeof long_key - 1] = '\0';
	r.key = long_key;
	assert_int_equal(outcall_start(o, &r, NULL), -1);
	assert_int_equal(outcall_busy(o), 0);
}

/* Hundreds in flight, side by side, connections used again, one too many refused. */
static void
test_many(void **state)
{
	enum { ROUNDS = 3, N = 300 };
	struct outcall_done done;
	char url[64], seen[N];
	int before = connections;

	(void)state;
	snprintf(url, sizeof url, "http://127.0.0.1:%d/slow", port);
	for (int round = 0; round < ROUNDS; round++) {
		memset(seen, 0, sizeof seen);
		for (int i = 0; i < N; i++)
			assert_int_equal(start(url, NULL, &allow, AMPLE_MS, &seen[i]), 0);
		assert_int_equal(outcall_room(o), 0);
		assert_int_equal(start(url, NULL, &allow, AMPLE_MS, NULL), -1);
		for (int i = 0; i < N; i++) {
			done = finish();
			assert_true(done.answer.complete);
			++*(char *)done.cookie;
			outcall_release(o, done.call);
		}
		for (int i = 0; i < N; i++)
			assert_int_equal(seen[i], 1);
	}
	assert_in_range(connections - before, N / 3, N + 20); /* one after the other would need but one */
	assert_int_equal(outcall_busy(o), 0);
}

static void *
wake(void *cookie)
{
	usleep(50000);
	outcall_wakeup(cookie);
	return NULL;
}

static void
test_wait(void **state)
{
	int64_t begun = clock_monotonic();
	struct pollfd read_end, both[2];
	pthread_t thread;
	int ends[2];

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, wake, o), 0);
	while (outcall_wait(o, NULL, 0, 60000) == 0 && clock_monotonic() - begun < 40000)
		;
	assert_true(clock_monotonic() - begun < 30 * US_PER_SECOND);
	pthread_join(thread, NULL);
	assert_int_equal(pipe(ends), 0);
	begun = clock_monotonic();
	assert_int_equal(write(ends[1], "x", 1), 1);
	read_end = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	assert_int_equal(outcall_wait(o, &read_end, 1, 60000), 1);
	assert_int_equal(read_end.revents, POLLIN);
	both[0] = (struct pollfd){ .fd = ends[1], .events = POLLOUT | POLLIN };
	both[1] = read_end;
	assert_int_equal(outcall_wait(o, both, 2, 60000), 2);
	assert_int_equal(both[0].revents, POLLOUT);
	assert_int_equal(both[1].revents, POLLIN);
	assert_true(clock_monotonic() - begun < 30 * US_PER_SECOND);
	close(ends[0]);
	close(ends[1]);
}

/* Freed with calls in flight and finished ones not taken: nothing is left behind. */
static void
test_freed(void **state)
{
	struct outcall *mine = outcall_new(&(struct outcall_limits){.in_flight = 8}, NULL);
	char url[64];
	struct outcall_request r = {.url = url, .allow = &allow};

	(void)state;
	assert_non_null(mine);
	for (int i = 0; i < 8; i++) {
		snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", port, i & 1 ? "hang" : "ok");
		assert_int_equal(outcall_start(mine, &r, NULL), 0);
	}
	outcall_wait(mine, NULL, 0, 200);
	outcall_wait(mine, NULL, 0, 50);
	outcall_free(mine);
	outcall_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request), cmocka_unit_test(test_question),
		cmocka_unit_test(test_answers), cmocka_unit_test(test_not_sent),
		cmocka_unit_test(test_sent_then_refused), cmocka_unit_test(test_guard),
		cmocka_unit_test(test_urls), cmocka_unit_test(test_header_injection),
		cmocka_unit_test(test_many), cmocka_unit_test(test_wait), cmocka_unit_test(test_freed),
	};

	return cmocka_run_group_tests_name("outcall/outcall", tests, set_up, tear_down);
}
