/* Connections that are slow, that leave, that never end. */
#include "serving.h"

#define DRIPPED (2000 * 20000) /* us for a text of 2,000, when nobody closes */

/* Send `bytes` one by one, 20 ms apart, until the other side closes; returns after how many us. */
static int64_t
drip(int fd, const char *bytes)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t since = clock_monotonic();
	char c;

	for (; *bytes; bytes++) {
		if (poll(&p, 1, 20) > 0 && recv(fd, &c, 1, MSG_PEEK) <= 0)
			break;
		if (!put(fd, bytes, 1))
			break;
	}
	return clock_monotonic() - since;
}

/* A connection whose first request was answered. Where this machine stands still its time goes by: then another. */
static int
answered_once(const struct http *h)
{
	struct answer a;
	int fd;

	for (int i = 0; i < 100; i++) {
		fd = dial(h);
		if (puts_to(fd, AGAIN) && hear(fd, &a, false))
			return fd;
		close(fd);
	}
	fail_msg("no request was ever answered");
	return -1;
}

/* A byte now and then does not keep a connection beyond the whole request's time. */
static void
slow_clients(void **state)
{
	struct http_settings s = usual();
	struct http *h;
	char long_text[2001];
	int64_t us = 0;
	int fd, silent;

	(void)state;
	s.request_us = s.idle_us = 200000;
	h = serve(&s);
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	silent = dial(h);
	fd = dial(h); /* the first line */
	us = drip(fd, long_text);
	assert_true(us < DRIPPED / 2);
	close(fd);
	fd = dial(h); /* a header */
	puts_to(fd, "GET /plain HTTP/1.1\r\nA: ");
	us = drip(fd, long_text);
	assert_true(us < DRIPPED / 2);
	close(fd);
	fd = dial(h); /* the body */
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2000\r\n\r\n");
	us = drip(fd, long_text);
	assert_true(us < DRIPPED / 2);
	close(fd);
	fd = dial(h); /* chunks */
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n800\r\n");
	us = drip(fd, long_text);
	assert_true(us < DRIPPED / 2);
	close(fd);
	for (int i = 0; i < 20 && us < 250000; i++) { /* the second request of a connection */
		fd = answered_once(h);
		us = drip(fd, long_text);
		close(fd);
	}
	assert_in_range(us, 250000, DRIPPED / 2); /* more than idle_us: it had begun */
	fd = answered_once(h); /* nothing after a request */
	assert_true(is_closed(fd));
	close(fd);
	assert_true(is_closed(silent));
	close(silent);
	finish(h);
}

/* What a handler holds has no deadline of ours; who leaves meanwhile does no harm. */
static void
held_and_left(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int fd[8];

	(void)state;
	s.request_us = s.idle_us = SECOND;
	h = serve(&s);
	for (int i = 0; i < 8; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], HELD);
	}
	await(8);
	for (int i = 0; i < 4; i++) {
		if (i % 2) {
			struct linger reset = { .l_onoff = 1 };

			setsockopt(fd[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		}
		close(fd[i]);
	}
	sleep_ms(1500);
	assert_int_equal(release(), 8);
	for (int i = 4; i < 8; i++) {
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 201);
		close(fd[i]);
	}
	finish(h);
}

/* The end that comes with the last bytes is seen long before the idle time is over. */
static void
half_closed(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int64_t since;

	(void)state;
	s.request_us = s.idle_us = 60 * SECOND;
	h = serve(&s);
	for (int i = 0; i < 3; i++) {
		int fd = dial(h);

		since = clock_monotonic();
		puts_to(fd, i == 2 ? "GET /pl" : AGAIN);
		shutdown(fd, SHUT_WR);
		if (i < 2)
			assert_true(hear(fd, &a, false));
		assert_true(is_closed(fd));
		assert_true(clock_monotonic() - since < 30 * SECOND);
		close(fd);
	}
	finish(h);
}

/* A line between chunks that fills the library's buffer hangs until the connection's time is over;
 * meanwhile others are served and no thread runs hot. */
static void
endless_chunk_line(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	char line[30000];
	int fd[8], other;
	clock_t used;

	(void)state;
	s.request_us = SECOND;
	s.io_threads = 1;
	h = serve(&s);
	memset(line, 'x', sizeof line);
	memcpy(line, "2;", 2);
	other = dial(h);
	for (int i = 0; i < 8; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
		put(fd[i], line, sizeof line);
	}
	used = clock();
	for (int i = 0; i < 20; i++) {
		puts_to(other, AGAIN);
		assert_true(hear(other, &a, false));
		sleep_ms(25);
	}
	for (int i = 0; i < 8; i++) {
		assert_true(is_closed(fd[i]));
		close(fd[i]);
	}
	used = clock() - used;
	assert_true(used < CLOCKS_PER_SEC / 3);
	close(other);
	finish(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_clients),
		cmocka_unit_test(held_and_left),
		cmocka_unit_test(half_closed),
		cmocka_unit_test(endless_chunk_line),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
