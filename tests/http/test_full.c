/* Full: connections, the reserve of them, the queue, the memory for bodies, descriptors. */
#include "serving.h"

#include <sys/resource.h>

static void
caps(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[9];

	(void)state;
	for (int over_all = 0; over_all < 2; over_all++) {
		s.connections = over_all ? 8 : 100;
		s.connections_per_address = over_all ? 0 : 8;
		h = serve(&s);
		for (int i = 0; i < 8; i++) {
			fd[i] = dial(h);
			puts_to(fd[i], AGAIN);
			assert_true(hear(fd[i], &a, false));
		}
		fd[8] = dial(h);
		assert_true(is_closed(fd[8]));
		close(fd[8]);
		close(fd[3]);
		for (int i = 0; i < 100; i++) { /* until the server has seen it */
			fd[3] = dial(h);
			puts_to(fd[3], AGAIN);
			if (hear(fd[3], &a, false))
				break;
			close(fd[3]);
			sleep_ms(10);
		}
		assert_int_equal(a.status, 200);
		for (int i = 0; i < 8; i++)
			close(fd[i]);
		finish(h);
	}
}

/* One address holds all that it may, each connection slow; others are served, on as many. */
static void
others_are_served(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[8], one;

	(void)state;
	s.connections = 32;
	s.connections_per_address = 8;
	s.request_us = s.idle_us = 60 * SECOND;
	h = serve(&s);
	for (int i = 0; i < 8; i++) {
		fd[i] = dial_from(h, 2);
		puts_to(fd[i], i % 2 ? "GET /pl" : "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 20\r\n\r\nabc");
	}
	one = dial_from(h, 2);
	assert_true(is_closed(one));
	close(one);
	for (int last = 3; last < 6; last++) {
		one = dial_from(h, last);
		puts_to(one, AGAIN);
		assert_true(hear(one, &a, false));
		assert_int_equal(a.status, 200);
		close(one);
	}
	for (int i = 0; i < 8; i++)
		close(fd[i]);
	finish(h);
}

/* When it gets full, idle connections have to go early. */
static void
crowded(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[8];
	int64_t since = clock_monotonic();

	(void)state;
	s.connections = 8;
	s.idle_us = 24 * SECOND; /* early: an eighth of it */
	h = serve(&s);
	for (int i = 0; i < 8; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], AGAIN);
		assert_true(hear(fd[i], &a, false));
	}
	assert_true(is_closed(fd[0]));
	assert_true(clock_monotonic() - since < s.idle_us);
	for (int i = 0; i < 8; i++)
		close(fd[i]);
	finish(h);
}

/* All but the reserve is taken: the routes for which it is kept are served, the others told to come again. */
static void
reserve(void **state)
{
	static const char *const kept[] = { "/look", NULL };
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[15];

	(void)state;
	s.connections = 16; /* two of them are the reserve */
	s.reserved = kept;
	h = serve(&s);
	for (int i = 0; i < 14; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], HELD);
	}
	await(14);
	fd[14] = dial(h);
	puts_to(fd[14], AGAIN);
	assert_true(hear(fd[14], &a, false));
	assert_int_equal(a.status, 503);
	assert_string_equal(told(&a, "Retry-After"), "1");
	assert_true(is_closed(fd[14]));
	close(fd[14]);
	fd[14] = dial(h);
	for (int i = 0; i < 3; i++) {
		puts_to(fd[14], "GET /look HTTP/1.1\r\n" HOST "\r\n");
		assert_true(hear(fd[14], &a, false));
		assert_int_equal(a.status, 200);
	}
	assert_int_equal(release(), 14);
	for (int i = 0; i < 14; i++) {
		assert_true(hear(fd[i], &a, false));
		puts_to(fd[i], AGAIN); /* and those go on */
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 200);
		close(fd[i]);
	}
	close(fd[14]);
	finish(h);
}

/* Who takes a connection of the reserve and says nothing has it for two seconds, not for the usual time. */
static void
reserve_is_not_held(void **state)
{
	static const char *const kept[] = { "/look", NULL };
	struct http_settings s = usual();
	struct http *h;
	int fd[8];
	int64_t since = clock_monotonic();

	(void)state;
	s.connections = 8;
	s.request_us = s.idle_us = 60 * SECOND;
	s.reserved = kept;
	h = serve(&s);
	for (int i = 0; i < 8; i++) {
		fd[i] = dial(h);
		if (i < 7)
			puts_to(fd[i], HELD);
		if (i < 7)
			await(i + 1);
	}
	assert_true(is_closed(fd[7]));
	assert_true(clock_monotonic() - since < 50 * SECOND);
	assert_int_equal(release(), 7);
	for (int i = 0; i < 8; i++)
		close(fd[i]);
	finish(h);
}

static void
many_idle(void **state)
{
	enum { MANY = 400 };
	struct http_settings s = usual();
	struct answer a;
	struct http *h = serve(&s);
	int fd[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		fd[i] = dial(h);
		assert_true(fd[i] >= 0);
		puts_to(fd[i], i % 2 ? AGAIN : "GET /pl");
	}
	for (int i = 0; i < MANY; i++) {
		if (i % 2 == 0)
			puts_to(fd[i], "ain HTTP/1.1\r\n" HOST "\r\n");
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 200);
	}
	finish(h);
	for (int i = 0; i < MANY; i++) {
		assert_true(is_closed(fd[i]));
		close(fd[i]);
	}
}

static void
full_queue(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[6], refused = 0;

	(void)state;
	s.workers = 1;
	s.queue = 2;
	h = serve(&s);
	open_gate(false);
	for (int i = 0; i < 6; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], "GET /gate HTTP/1.1\r\n" HOST "\r\n");
		if (i == 0)
			await(1); /* the worker has it; two more may wait */
	}
	await_answers(fd + 1, 5, 3);
	open_gate(true);
	for (int i = 0; i < 6; i++) {
		assert_true(hear(fd[i], &a, false));
		if (a.status == 503) {
			assert_string_equal(told(&a, "Retry-After"), "1");
			refused++;
			puts_to(fd[i], AGAIN); /* the refused connections go on */
			assert_true(hear(fd[i], &a, false));
		}
		assert_int_equal(a.status, 200);
	}
	assert_int_equal(refused, 3);
	for (int i = 0; i < 6; i++)
		close(fd[i]);
	finish(h);
	assert_int_equal(stage.started, 1);
	assert_int_equal(stage.ended, 1);
}

/* The last places of the queue are kept too. */
static void
queue_reserve(void **state)
{
	static const char *const kept[] = { "/items/{id}/wait", NULL };
	struct http_settings s = usual();
	struct http_route routes[] = { { "GET", "/gate", false, 0, NULL, gate, 0 },
		{ "GET", "/items/{id}/wait", false, 0, NULL, gate, 0 } };
	struct answer a;
	struct http *h;
	struct pollfd fds[9];
	int refused = 0;

	(void)state;
	s.routes = routes;
	s.n_routes = 2;
	s.workers = 1;
	s.queue = 8;
	s.reserved = kept;
	h = serve(&s);
	open_gate(false);
	for (int i = 0; i < 9; i++) {
		fds[i] = (struct pollfd){ .fd = dial(h), .events = POLLIN };
		puts_to(fds[i].fd, "GET /gate HTTP/1.1\r\n" HOST "\r\n");
		if (i == 0)
			await(1); /* the worker has it; seven more may wait */
	}
	assert_int_equal(poll(fds, 9, PATIENCE * 1000), 1);
	while (!fds[refused].revents)
		refused++;
	assert_true(hear(fds[refused].fd, &a, false));
	assert_int_equal(a.status, 503);
	puts_to(fds[refused].fd, "GET /items/7/wait HTTP/1.1\r\n" HOST "\r\n");
	open_gate(true);
	for (int i = 0; i < 9; i++) {
		assert_true(hear(fds[i].fd, &a, false));
		assert_int_equal(a.status, 200);
		close(fds[i].fd);
	}
	finish(h);
}

/* Nor has one address all places of the queue, however fast it sends: the last ones are another's. */
static void
queue_is_not_one_callers(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[18], other, refused = 0;

	(void)state;
	s.workers = 1;
	s.queue = 16;
	h = serve(&s);
	open_gate(false);
	for (int i = 0; i < 18; i++) {
		fd[i] = dial_from(h, 2);
		puts_to(fd[i], "GET /gate HTTP/1.1\r\n" HOST "\r\n");
		if (i == 0)
			await(1); /* the worker has it; fourteen more may wait */
	}
	await_answers(fd + 1, 17, 3);
	other = dial_from(h, 3);
	puts_to(other, "GET /gate HTTP/1.1\r\n" HOST "\r\n");
	open_gate(true);
	assert_true(hear(other, &a, false));
	assert_int_equal(a.status, 200);
	close(other);
	for (int i = 0; i < 18; i++) {
		assert_true(hear(fd[i], &a, false));
		refused += a.status == 503;
		assert_true(a.status == 200 || a.status == 503);
	}
	assert_int_equal(refused, 3);
	for (int i = 0; i < 18; i++) { /* and the places are free again */
		puts_to(fd[i], "GET /gate HTTP/1.1\r\n" HOST "\r\n");
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 200);
		close(fd[i]);
	}
	finish(h);
}

static void
body_memory(void **state)
{
	static char body[100000];
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd;

	(void)state;
	s.body_memory = 65536;
	h = serve(&s);
	for (int i = 0; i < 3; i++) {
		fd = dial(h);
		puts_to(fd, "POST /files HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
		put(fd, body, sizeof body);
		assert_true(hear(fd, &a, false));
		assert_int_equal(a.status, 503);
		puts_to(fd, "POST /files HTTP/1.1\r\n" HOST "Content-Length: 50000\r\n\r\n");
		put(fd, body, 50000);
		assert_true(hear(fd, &a, false));
		assert_int_equal(a.status, 201);
		close(fd);
	}
	finish(h);
}

/* Whoever could not be accepted for want of a descriptor is, as soon as one is free. */
static void
no_descriptor_left(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	struct rlimit usually, now;
	int first, second;

	(void)state;
	s.io_threads = 1;
	h = serve(&s);
	first = dial(h);
	puts_to(first, AGAIN);
	assert_true(hear(first, &a, false));
	second = dup(first);
	close(second);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usually), 0);
	now = usually;
	now.rlim_cur = (rlim_t)second + 1; /* enough for this side of the next connection */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	second = dial(h);
	puts_to(second, AGAIN);
	sleep_ms(100);
	close(first);
	assert_true(hear(second, &a, false));
	assert_int_equal(a.status, 200);
	close(second);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usually), 0);
	finish(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps),
		cmocka_unit_test(others_are_served),
		cmocka_unit_test(crowded),
		cmocka_unit_test(reserve),
		cmocka_unit_test(reserve_is_not_held),
		cmocka_unit_test(many_idle),
		cmocka_unit_test(full_queue),
		cmocka_unit_test(queue_reserve),
		cmocka_unit_test(queue_is_not_one_callers),
		cmocka_unit_test(body_memory),
		cmocka_unit_test(no_descriptor_left),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
