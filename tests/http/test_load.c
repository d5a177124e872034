/* Many connections, slow ones, leaving ones, full queues, bursts. */
#include "serving.h"

#include <sys/resource.h>

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

/* ---- bursts: ready connections must not be forgotten when others are suspended ---- */

/* How long bursts took. Those that were forgotten wait for seconds; a machine that stands still does so too, but seldom. */
enum { SELDOM = 9 };

struct took {
	int64_t worst;
	int late;
};

static void
note(struct took *took, int64_t us)
{
	took->worst = us > took->worst ? us : took->worst;
	took->late += us > SECOND;
}

static atomic_bool answering;

static void *
answer_all(void *cookie)
{
	(void)cookie;
	while (answering) {
		pthread_mutex_lock(&stage.lock);
		while (stage.n_held == 0 && answering)
			pthread_cond_wait(&stage.came, &stage.lock);
		pthread_mutex_unlock(&stage.lock);
		release();
	}
	return NULL;
}

static void
start_answering(pthread_t *thread)
{
	answering = true;
	assert_int_equal(pthread_create(thread, NULL, answer_all, NULL), 0);
}

static void
end_answering(pthread_t thread)
{
	pthread_mutex_lock(&stage.lock);
	answering = false;
	pthread_cond_broadcast(&stage.came);
	pthread_mutex_unlock(&stage.lock);
	pthread_join(thread, NULL);
}

static int64_t
burst(const int *fd, int n, int round)
{
	struct answer a;
	int64_t since = clock_monotonic();

	for (int i = 0; i < n; i++) {
		if (round % 3 == 0)
			puts_to(fd[i], HELD);
		else /* in two writes, the second ones when all firsts are there */
			put(fd[i], HELD, sizeof HELD - 1 - (size_t)(round % 3));
	}
	for (int i = 0; i < n && round % 3; i++)
		puts_to(fd[i], "{}" + 2 - round % 3);
	for (int i = 0; i < n; i++) {
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 201);
	}
	return clock_monotonic() - since;
}

static void
bursts(void **state)
{
	static const int sizes[] = { 3, 16, 64 };
	struct http_settings s = usual();
	struct took took = { 0 };
	pthread_t thread;
	struct http *h;
	int fd[64];

	(void)state;
	for (s.io_threads = 1; s.io_threads <= 2; s.io_threads++) {
		h = serve(&s);
		start_answering(&thread);
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			for (int i = 0; i < sizes[k]; i++)
				fd[i] = dial(h);
			for (int round = 0; round < 75; round++)
				note(&took, burst(fd, sizes[k], round));
			for (int i = 0; i < sizes[k]; i++)
				close(fd[i]);
		}
		end_answering(thread);
		finish(h);
	}
	print_message("# 450 bursts, the worst %lld ms\n", (long long)took.worst / 1000);
	assert_true(took.late <= SELDOM);
}

/* An answer that is all there is to read, to its last word. */
static bool
hear_end(int fd, const char *end)
{
	char all[2048];
	size_t n = 0, length = strlen(end);

	while (n < length || memcmp(all + n - length, end, length) != 0) {
		ssize_t got = get(fd, all + n, sizeof all - n);

		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return memcmp(all, "HTTP/1.1 20", 11) == 0;
}

/* The server's thread is kept in a handler until n requests have come: so all are ready at once.
 * Returns how long the last one's answer took. */
static int64_t
all_ready(const int *fd, int n, int blocker, bool held)
{
	int before;
	int64_t since;

	pthread_mutex_lock(&stage.lock);
	before = stage.n;
	stage.open = false;
	pthread_mutex_unlock(&stage.lock);
	puts_to(blocker, BLOCK);
	await(before + 1);
	for (int i = 0; i < n; i++)
		puts_to(fd[i], held ? HELD : AGAIN);
	since = clock_monotonic();
	open_gate(true);
	for (int i = 0; i < n; i++)
		if (!hear_end(fd[i], held ? "released" : "plain"))
			fail_msg("answer %d of %d did not come in %lld ms", i, n,
			    (long long)(clock_monotonic() - since) / 1000);
	assert_true(hear_end(blocker, "worker -1"));
	return clock_monotonic() - since;
}

/* The library's own thread (0.9.75) asks for 128 events at a time, and when it got just so many, for
 * more, with all patience: clients that wait for their answers before they go on wait for ever. */
static void
as_many_as_the_library_asks_for(void **state)
{
	static const int sizes[] = { 127, 128, 256 };
	struct http_settings s = usual();
	struct took took = { 0 };
	pthread_t thread;
	struct http *h;
	int fd[256], blocker;

	(void)state;
	s.io_threads = 1;
	h = serve(&s);
	start_answering(&thread);
	blocker = dial(h);
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		for (int i = 0; i < sizes[k]; i++)
			fd[i] = dial(h);
		for (int round = 0; round < 200; round++)
			note(&took, all_ready(fd, sizes[k], blocker, round % 2));
		for (int i = 0; i < sizes[k]; i++)
			close(fd[i]);
	}
	close(blocker);
	end_answering(thread);
	finish(h);
	print_message("# 600 times 127, 128, 256 at once, the worst %lld ms\n", (long long)took.worst / 1000);
	assert_true(took.late <= SELDOM);
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
		cmocka_unit_test(slow_clients),
		cmocka_unit_test(held_and_left),
		cmocka_unit_test(half_closed),
		cmocka_unit_test(caps),
		cmocka_unit_test(crowded),
		cmocka_unit_test(reserve),
		cmocka_unit_test(reserve_is_not_held),
		cmocka_unit_test(many_idle),
		cmocka_unit_test(full_queue),
		cmocka_unit_test(queue_reserve),
		cmocka_unit_test(body_memory),
		cmocka_unit_test(bursts),
		cmocka_unit_test(as_many_as_the_library_asks_for),
		cmocka_unit_test(endless_chunk_line),
		cmocka_unit_test(no_descriptor_left),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
