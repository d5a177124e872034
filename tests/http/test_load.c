/* Many connections, slow ones, leaving ones, full queues, bursts, draining and stopping. */
#include "serving.h"

#include <dirent.h>
#include <sys/resource.h>

#define AGAIN "GET /plain HTTP/1.1\r\n" HOST "\r\n"
#define HELD "POST /held HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}"

static void
finish(struct http *h)
{
	http_drain(h, SECOND);
	http_stop(h);
}

static void
sleep_ms(int ms)
{
	poll(NULL, 0, ms);
}

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

/* A byte now and then does not keep a connection beyond the whole request's time. */
static void
slow_clients(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	char long_text[2001];
	int64_t us;
	int fd, silent;

	(void)state;
	s.request_us = s.idle_us = 200000;
	h = serve(&s);
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	silent = dial(h);
	fd = dial(h); /* the first line */
	us = drip(fd, long_text);
	assert_true(us < 900000);
	close(fd);
	fd = dial(h); /* a header */
	puts_to(fd, "GET /plain HTTP/1.1\r\nA: ");
	us = drip(fd, long_text);
	assert_true(us < 900000);
	close(fd);
	fd = dial(h); /* the body */
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2000\r\n\r\n");
	us = drip(fd, long_text);
	assert_true(us < 900000);
	close(fd);
	fd = dial(h); /* chunks */
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n800\r\n");
	us = drip(fd, long_text);
	assert_true(us < 900000);
	close(fd);
	fd = dial(h); /* the second request of a connection */
	puts_to(fd, AGAIN);
	assert_true(hear(fd, &a, false));
	us = drip(fd, long_text);
	assert_in_range(us, 250000, 1200000); /* more than idle_us: it had begun */
	close(fd);
	fd = dial(h); /* nothing after a request */
	puts_to(fd, AGAIN);
	assert_true(hear(fd, &a, false));
	us = clock_monotonic();
	assert_true(is_closed(fd));
	assert_true(clock_monotonic() - us < 500000);
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
	s.request_us = s.idle_us = 100000;
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
	sleep_ms(400);
	assert_int_equal(release(), 8);
	for (int i = 4; i < 8; i++) {
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 201);
		close(fd[i]);
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
	s.idle_us = 4 * SECOND;
	h = serve(&s);
	for (int i = 0; i < 8; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], AGAIN);
		assert_true(hear(fd[i], &a, false));
	}
	assert_true(is_closed(fd[0]));
	assert_true(clock_monotonic() - since < 2 * SECOND);
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
	for (int i = 3; i < 6; i++)
		puts_to(fd[i], AGAIN); /* the refused connections go on */
	sleep_ms(100);
	open_gate(true);
	for (int i = 0; i < 6; i++) {
		assert_true(hear(fd[i], &a, false));
		if (a.status == 503) {
			assert_string_equal(told(&a, "Retry-After"), "1");
			refused++;
		}
	}
	assert_int_equal(refused, 3);
	for (int i = 0; i < 6; i++)
		close(fd[i]);
	finish(h);
	assert_int_equal(stage.started, 1);
	assert_int_equal(stage.ended, 1);
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
	pthread_t thread;
	int64_t worst = 0;
	struct http *h;
	int fd[64];

	(void)state;
	for (s.io_threads = 1; s.io_threads <= 2; s.io_threads++) {
		h = serve(&s);
		answering = true;
		pthread_create(&thread, NULL, answer_all, NULL);
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			for (int i = 0; i < sizes[k]; i++)
				fd[i] = dial(h);
			for (int round = 0; round < 75; round++) {
				int64_t us = burst(fd, sizes[k], round);

				worst = us > worst ? us : worst;
			}
			for (int i = 0; i < sizes[k]; i++)
				close(fd[i]);
		}
		pthread_mutex_lock(&stage.lock);
		answering = false;
		pthread_cond_broadcast(&stage.came);
		pthread_mutex_unlock(&stage.lock);
		pthread_join(thread, NULL);
		finish(h);
	}
	print_message("# 450 bursts, the worst %lld ms\n", (long long)worst / 1000);
	assert_true(worst < 2 * SECOND);
}

/* ---- the end ---- */

static void *
release_later(void *cookie)
{
	(void)cookie;
	sleep_ms(150);
	release();
	return NULL;
}

/* 50 requests in flight get their answers, idle connections end, new ones are refused. */
static void
drained(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	pthread_t thread;
	struct http *h = serve(&s);
	int fd[50], idle = dial(h), half = dial(h), fresh = dial(h);
	int64_t since;

	(void)state;
	puts_to(idle, AGAIN);
	assert_true(hear(idle, &a, false));
	puts_to(half, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
	assert_true(hear(half, &a, true)); /* so it has begun */
	puts_to(half, "ab");
	for (int i = 0; i < 50; i++) {
		fd[i] = dial(h);
		puts_to(fd[i], i % 2 ? HELD : HELD AGAIN); /* some with the next request behind */
	}
	await(50);
	pthread_create(&thread, NULL, release_later, NULL);
	since = clock_monotonic();
	http_drain(h, 1000); /* not enough */
	assert_true(clock_monotonic() - since < 100000);
	assert_int_equal(dial(h), -1);
	assert_int_equal(errno, ECONNREFUSED);
	puts_to(half, "cd");
	assert_true(is_closed(idle));
	assert_true(is_closed(fresh));
	http_drain(h, 5 * SECOND);
	assert_true(clock_monotonic() - since < 2 * SECOND);
	assert_true(hear(half, &a, false));
	assert_int_equal(a.status, 201);
	assert_string_equal(told(&a, "Connection"), "close");
	for (int i = 0; i < 50; i++) {
		assert_true(hear(fd[i], &a, false));
		assert_int_equal(a.status, 201);
		assert_string_equal(told(&a, "Connection"), "close");
		assert_true(is_closed(fd[i]));
		close(fd[i]);
	}
	pthread_join(thread, NULL);
	http_stop(h);
	close(idle);
	close(half);
	close(fresh);
}

/* Without a drain: what waits for a worker gets 503, what another thread holds is waited for. */
static void
stopped(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	pthread_t thread;
	struct http *h;
	int working, waiting, held;

	(void)state;
	s.workers = 1;
	h = serve(&s);
	held = dial(h);
	puts_to(held, HELD);
	await(1);
	open_gate(false);
	working = dial(h);
	puts_to(working, "GET /gate HTTP/1.1\r\n" HOST "\r\n");
	await(2);
	waiting = dial(h);
	puts_to(waiting, "GET /gate HTTP/1.1\r\n" HOST "\r\n");
	sleep_ms(50);
	pthread_create(&thread, NULL, release_later, NULL);
	http_drain(h, 1000);
	/* a worker that came after the stop would take it: the gate opens from another thread */
	open_gate(true);
	http_stop(h);
	pthread_join(thread, NULL);
	assert_true(hear(held, &a, false));
	assert_int_equal(a.status, 201);
	assert_true(hear(working, &a, false));
	assert_int_equal(a.status, 200);
	assert_true(hear(waiting, &a, false));
	assert_true(a.status == 503 || a.status == 200);
	close(held);
	close(working);
	close(waiting);
	http_stop(NULL);
}

static void
what_does_not_start(void **state)
{
	static const char *const wrong[] = { "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http",
		"[::1:8080", "300.0.0.1:80", "127.0.0.1:8080x" };
	struct http_settings s = usual();
	struct error why = { 0 };
	struct http *h, *other;
	char listen[64];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		s.listen = wrong[i];
		error_clear(&why);
		h = http_start(&s, &why);
		if (h)
			fail_msg("listens on '%s'", wrong[i]);
		assert_int_equal(why.kind, ERROR_BROKEN);
	}
	s = usual();
	h = serve(&s);
	snprintf(listen, sizeof listen, "127.0.0.1:%d", http_port(h));
	s.listen = listen;
	error_clear(&why);
	other = http_start(&s, &why);
	assert_null(other);
	assert_non_null(strstr(why.text, listen));
	finish(h);
}

static void
six(void **state)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct http_settings s = usual();
	struct error why = { 0 };
	struct answer a;
	struct http *h;
	int fd;

	(void)state;
	s.listen = "[::1]:0";
	h = http_start(&s, &why);
	if (!h) {
		print_message("# no IPv6 here: %s\n", why.text);
		skip();
	}
	a6.sin6_port = htons((uint16_t)http_port(h));
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a6, sizeof a6), 0);
	puts_to(fd, "GET /look HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &a, false));
	assert_string_equal(a.body, "GET a=- 0 raw= c=- h=- 0 ::1 loopback");
	close(fd);
	finish(h);
}

/* Context switches of all threads of this process. */
static long
switches(void)
{
	DIR *d = opendir("/proc/self/task");
	struct dirent *e;
	long sum = 0, n;
	char path[300], line[200];

	while ((e = readdir(d))) {
		FILE *f;

		snprintf(path, sizeof path, "/proc/self/task/%s/status", e->d_name);
		f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
		while (f && fgets(line, sizeof line, f))
			if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
				sum += n;
		if (f)
			fclose(f);
	}
	closedir(d);
	return sum;
}

/* Nobody connected: nobody wakes up. */
static void
asleep(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	long before, woken;

	(void)state;
#ifdef __SANITIZE_THREAD__
	skip(); /* a thread of its own wakes up all the time */
#endif
	s.request_us = s.idle_us = 200000; /* the sweeper would come every 25 ms */
	h = serve(&s);
	ask(h, "GET /gate HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_int_equal(a.status, 200);
	sleep_ms(200);
	before = switches();
	sleep_ms(400);
	woken = switches() - before;
	assert_true(woken <= 3); /* this thread's own */
	finish(h);
}

/* Whoever starts and stops all these servers keeps no descriptor. */
static int
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_clients),
		cmocka_unit_test(held_and_left),
		cmocka_unit_test(caps),
		cmocka_unit_test(crowded),
		cmocka_unit_test(many_idle),
		cmocka_unit_test(full_queue),
		cmocka_unit_test(body_memory),
		cmocka_unit_test(bursts),
		cmocka_unit_test(drained),
		cmocka_unit_test(stopped),
		cmocka_unit_test(what_does_not_start),
		cmocka_unit_test(six),
		cmocka_unit_test(asleep),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
