/* A server that asks itself: inner requests, their headers, their answers from other threads, the end. */
#include "serving.h"

#include "http/call.h"

static struct {
	struct http_request ask; /* what /outer asks */
	atomic_int told, ended;  /* answers and ends that it heard */
} play;

static void
outer_goes_on(void *cookie, struct http_exchange *x, const struct http_reply *r)
{
	char text[700];
	const char *good;

	assert_ptr_equal(cookie, &play);
	if (!r) {
		play.ended++;
		return;
	}
	play.told++;
	assert_true(http_worker(x) >= 0);
	good = http_reply_header(r, "x-good");
	snprintf(text, sizeof text, "%d %s %zu [%s] %s", r->status, r->type ? r->type : "-", r->length, r->body,
	    good ? good : "-");
	say(x, 200, text);
}

static void
outer(void *cookie, struct http_exchange *x)
{
	(void)cookie;
	http_call(x, &play.ask, outer_goes_on, &play);
}

/* What an inner handler is told of the request. */
static void
mirror(void *cookie, struct http_exchange *x)
{
	static const char *const names[] = { "Cookie", "Authorization", "Accept-Language", "Idempotency-Key",
		"Content-Type", "Accept", "Host" };
	char text[700];
	size_t length, at = 0, n;
	const char *body = http_body(x, &length);
	const char *c = http_cookie(x, "c"), *a = http_query(x, "a");

	(void)cookie;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = http_header(x, names[i]);

		assert_int_equal(http_header_count(x, names[i]), value != NULL);
		n = (size_t)snprintf(text + at, sizeof text - at, "%s,", value ? value : "-");
		at += n;
	}
	snprintf(text + at, sizeof text - at, "c=%s a=%s %s %s %s %zu %s %s", c ? c : "-", a ? a : "-",
	    http_method(x), http_path(x), http_param(x, "id"), length, body, http_peer(x));
	http_add_header(x, "X-Good", "yes");
	say(x, 200, text);
}

static const struct http_route call_routes[] = {
	{ "GET", "/outer", false, 0, NULL, outer, 0 },
	{ "POST", "/mirror/{id}", false, 64, "application/json", mirror, 128 },
	{ "GET", "/mirror/{id}", false, 0, NULL, mirror, 0 },
	{ "GET", "/plain", true, 0, NULL, plain, 0 },
	{ "POST", "/held", true, 4096, NULL, hold, 0 },
	{ "GET", "/gate", false, 0, NULL, gate, 0 },
};

static struct http_settings
settings(void)
{
	struct http_settings s = usual();

	s.routes = call_routes;
	s.n_routes = sizeof call_routes / sizeof *call_routes;
	play.told = play.ended = 0;
	return s;
}

static void
hear_outer(struct http *h, const char *headers, const char *expected)
{
	struct answer a;
	char request[600];

	snprintf(request, sizeof request, "GET /outer HTTP/1.1\r\n" HOST "%s\r\n", headers);
	ask(h, request, &a);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, expected);
}

static void
inherited_and_own(void **state)
{
	struct http_settings s = settings();
	struct http *h = serve(&s);
	static const char headers[] = "Cookie: c=1; d=2\r\nAuthorization: Bearer x\r\nAccept-Language: en\r\n"
	    "Accept: text/html\r\nIdempotency-Key: outer\r\n";

	(void)state;
	play.ask = (struct http_request){ .method = "POST", .target = "/mirror/%E4%B8%80?a=%26", .type =
	    "application/json", .body = "{}", .length = 2, .headers = { { "Idempotency-Key", "inner" } } };
	hear_outer(h, headers, "200 text/plain 105 [c=1; d=2,Bearer x,en,inner,application/json,-,localhost,"
	    "c=1 a=& POST /mirror/%E4%B8%80 一 2 {} 127.0.0.1] yes");
	play.ask = (struct http_request){ .method = "GET", .target = "/mirror/7", .headers = {
	    { "accept-language", "zh-CN" } } };
	hear_outer(h, headers, "200 text/plain 76 [c=1; d=2,Bearer x,zh-CN,-,-,-,localhost,c=1 a=- GET /mirror/7 7 0  127.0.0.1] yes");
	hear_outer(h, "", "200 text/plain 62 [-,-,zh-CN,-,-,-,localhost,c=- a=- GET /mirror/7 7 0  127.0.0.1] yes");
	finish(h);
}

static void
refused_like_others(void **state)
{
	static char much[200];
	struct http_settings s = settings();
	struct http *h = serve(&s);
	struct answer a;
	static const struct { const char *method, *target, *type; size_t length; int status; } asked[] = {
		{ "GET", "/nowhere", NULL, 0, 404 }, { "PUT", "/mirror/7", NULL, 0, 405 },
		{ "POST", "/mirror/7", "text/plain", 2, 415 }, { "POST", "/mirror/7", "application/json", 65, 413 },
		{ "GET", "/mirror/../plain", NULL, 0, 400 }, { "GET", "/plain", NULL, 0, 200 },
		/* within its ceiling, and what was taken of the route's memory is given back each time */
		{ "POST", "/mirror/7", "application/json", 64, 200 }, { "POST", "/mirror/7", "application/json", 64, 200 },
		{ "POST", "/mirror/7", "application/json", 64, 200 },
	};

	(void)state;
	memset(much, ' ', sizeof much);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		play.ask = (struct http_request){ .method = asked[i].method, .target = asked[i].target,
			.type = asked[i].type, .body = much, .length = asked[i].length };
		ask(h, "GET /outer HTTP/1.1\r\n" HOST "\r\n", &a);
		assert_int_equal(a.status, 200);
		assert_int_equal(atoi(a.body), asked[i].status);
	}
	finish(h);
}

/* Answered on another thread: the outer goes on on a worker, also when the queue is full. */
static void
answered_elsewhere(void **state)
{
	struct http_settings s = settings();
	struct answer a;
	struct http *h;
	int fd, gates[4], refused = 0;

	(void)state;
	s.workers = 1;
	s.queue = 2;
	h = serve(&s);
	play.ask = (struct http_request){ .method = "POST", .target = "/held", .body = "{}", .length = 2 };
	fd = dial(h);
	puts_to(fd, "GET /outer HTTP/1.1\r\n" HOST "\r\n");
	await(1); /* the worker is free again */
	open_gate(false);
	for (int i = 0; i < 4; i++) { /* one runs, two wait: full */
		gates[i] = dial(h);
		puts_to(gates[i], "GET /gate HTTP/1.1\r\n" HOST "\r\n");
		if (i == 0)
			await(2);
	}
	await_answers(gates + 1, 3, 1);
	assert_int_equal(release(), 1);
	open_gate(true);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "201 text/plain 8 [released] -");
	for (int i = 0; i < 4; i++) {
		assert_true(hear(gates[i], &a, false));
		refused += a.status == 503;
		assert_true(a.status == 200 || a.status == 503);
		close(gates[i]);
	}
	assert_int_equal(refused, 1);
	close(fd);
	finish(h);
}

static void *
release_slowly(void *cookie)
{
	(void)cookie;
	sleep_ms(150);
	release();
	return NULL;
}

/* Many at once, answered while their handlers come back: each is told once. */
static void
raced(void **state)
{
	enum { MANY = 200 };
	struct http_settings s = settings();
	struct answer a;
	struct http *h;
	int fd[MANY], out = 0;

	(void)state;
	s.queue = MANY;
	h = serve(&s);
	play.ask = (struct http_request){ .method = "POST", .target = "/held" };
	for (int i = 0; i < MANY; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], "GET /outer HTTP/1.1\r\n" HOST "\r\n");
	}
	for (int64_t until = clock_monotonic() + PATIENCE * SECOND; out < MANY && clock_monotonic() < until;)
		out += release();
	for (int i = 0; i < MANY; i++) {
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 200);
		close(fd[i]);
	}
	assert_int_equal(play.told, MANY);
	finish(h);
}

/* A drain waits for it; a stop answers it when its inner answer comes after the workers are gone. */
static void
drained_and_stopped(void **state)
{
	struct http_settings s = settings();
	struct answer a;
	pthread_t thread;
	struct http *h = serve(&s);
	int fd = dial(h);

	(void)state;
	play.ask = (struct http_request){ .method = "POST", .target = "/held" };
	puts_to(fd, "GET /outer HTTP/1.1\r\n" HOST "\r\n");
	await(1);
	pthread_create(&thread, NULL, release_slowly, NULL);
	http_drain(h, PATIENCE * SECOND);
	pthread_join(thread, NULL);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 200);
	close(fd);
	http_stop(h);
	assert_int_equal(play.told, 1);

	h = serve(&s);
	fd = dial(h);
	puts_to(fd, "GET /outer HTTP/1.1\r\n" HOST "\r\n");
	await(1);
	pthread_create(&thread, NULL, release_slowly, NULL);
	http_stop(h);
	pthread_join(thread, NULL);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 503);
	assert_string_equal(told(&a, "Retry-After"), "1");
	close(fd);
	assert_int_equal(play.ended, 1);
	assert_int_equal(play.told, 1);
}

/* A stop while the outer waits in the queue behind a busy worker, its answer at hand. */
static void
stopped_in_the_queue(void **state)
{
	struct http_settings s = settings();
	struct answer a;
	pthread_t thread;
	struct http *h;
	int fd, busy;

	(void)state;
	s.workers = 1;
	h = serve(&s);
	fd = dial(h);
	busy = dial(h);
	play.ask = (struct http_request){ .method = "POST", .target = "/held" };
	puts_to(fd, "GET /outer HTTP/1.1\r\n" HOST "\r\n");
	await(1);
	open_gate(false);
	puts_to(busy, "GET /gate HTTP/1.1\r\n" HOST "\r\n");
	await(2);
	assert_int_equal(release(), 1);
	pthread_create(&thread, NULL, release_slowly, NULL);
	http_drain(h, 1000);
	pthread_join(thread, NULL);
	open_gate(true);
	http_stop(h);
	assert_true(hear(fd, &a, false));
	assert_true(a.status == 503 || a.status == 200);
	assert_int_equal(play.told + play.ended, 1);
	close(fd);
	close(busy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inherited_and_own),
		cmocka_unit_test(refused_like_others),
		cmocka_unit_test(answered_elsewhere),
		cmocka_unit_test(raced),
		cmocka_unit_test(drained_and_stopped),
		cmocka_unit_test(stopped_in_the_queue),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
