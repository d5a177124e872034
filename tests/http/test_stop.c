/* Starting, draining, stopping, and doing nothing. */
#include "serving.h"

#include <limits.h>

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
	assert_true(clock_monotonic() - since < PATIENCE / 2 * SECOND);
	assert_int_equal(dial(h), -1);
	assert_int_equal(errno, ECONNREFUSED);
	puts_to(half, "cd");
	assert_true(is_closed(idle));
	assert_true(is_closed(fresh));
	http_drain(h, PATIENCE * SECOND);
	assert_true(clock_monotonic() - since < PATIENCE * SECOND);
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

/* What a drained connection still had in its socket reaches no handler: its answer could not be sent, and
 * who sent it would be told of nothing that was done. */
static void
shut_before_it_was_read(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	struct http *h;
	int block[2], late;

	(void)state;
	s.io_threads = 1;
	h = serve(&s);
	block[0] = dial(h);
	block[1] = dial(h);
	late = dial(h);
	puts_to(late, AGAIN);
	assert_true(hear(late, &a, false));
	open_gate(false);
	puts_to(block[0], BLOCK);
	await(1);
	puts_to(block[1], BLOCK); /* the loop hears of these two at once, and is held by the first */
	puts_to(late, HELD);
	pass_gate();
	await(2);
	http_drain(h, 1000);
	assert_true(is_closed(late));
	open_gate(true);
	for (int i = 0; i < 2; i++)
		assert_true(hear(block[i], &a, false) && a.status == 200);
	http_drain(h, PATIENCE * SECOND);
	assert_int_equal(stage.n, 2); /* not the late one */
	http_stop(h);
	close(block[0]);
	close(block[1]);
	close(late);
}

/* Without a drain: what waits for a worker gets 503, what another thread holds is waited for. */
/* One is held by another thread, one at work behind the gate, which is shut. */
static void
hold_and_work(const struct http *h, int *held, int *working)
{
	*held = dial(h);
	puts_to(*held, HELD);
	await(1);
	open_gate(false);
	*working = dial(h);
	puts_to(*working, "GET /gate HTTP/1.1\r\n" HOST "\r\n");
	await(2);
}

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
	hold_and_work(h, &held, &working);
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

static void *
open_later(void *cookie)
{
	(void)cookie;
	sleep_ms(150);
	open_gate(true);
	return NULL;
}

/* Who is still at work when the drain is over is waited for: what he uses may end then. What another thread
 * holds it may answer after that. */
static void
work_ended(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	pthread_t thread;
	int working, held;
	struct http *h;

	(void)state;
	s.workers = 2;
	h = serve(&s);
	hold_and_work(h, &held, &working);
	pthread_create(&thread, NULL, open_later, NULL);
	http_drain(h, 1000);
	http_end_work(h);
	assert_int_equal(stage.ended, 2);
	pthread_join(thread, NULL);
	assert_true(hear(working, &a, false) && a.status == 200);
	assert_int_equal(release(), 1);
	assert_true(hear(held, &a, false) && a.status == 201);
	http_end_work(h); /* again: nothing */
	http_stop(h);
	close(held);
	close(working);
}

static void *
stop_it(void *cookie)
{
	http_stop(cookie);
	return NULL;
}

/* What becomes whole while http_stop() waits for the others' answers, no handler gets. */
static void
whole_too_late(void **state)
{
	struct http_settings s = usual();
	struct answer a;
	pthread_t thread;
	struct http *h = serve(&s);
	int held = dial(h), late = dial(h), fresh;

	(void)state;
	puts_to(held, HELD);
	puts_to(late, "POST /held HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	assert_true(hear(late, &a, true)); /* so it has begun */
	await(1);
	pthread_create(&thread, NULL, stop_it, h);
	while ((fresh = dial(h)) >= 0) /* until it has begun */
		close(fresh);
	sleep_ms(200);
	puts_to(late, "{}");
	assert_true(hear(late, &a, false));
	assert_int_equal(a.status, 503);
	assert_string_equal(told(&a, "Retry-After"), "1");
	assert_string_equal(told(&a, "Connection"), "close");
	assert_int_equal(release(), 1);
	assert_true(hear(held, &a, false));
	assert_int_equal(a.status, 201);
	pthread_join(thread, NULL);
	close(held);
	close(late);
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

static int told_port;      /* what `bound` was told; -1: it refuses */
static int threads_before; /* not always one: a sanitizer may have its own */

static int
threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = -2; /* . and .. */

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static int
takes_port(void *cookie, int port, struct error *why)
{
	(void)cookie;
	if (told_port < 0)
		return error_set(why, ERROR_BROKEN, "not this one");
	told_port = threads() == threads_before ? port : 0;
	return 0;
}

static void
port_told_before_any_thread(void **state)
{
	struct http_settings s = usual();
	struct error why = { 0 };
	struct http *h;

	(void)state;
	s.bound = takes_port;
	threads_before = threads();
	told_port = 0;
	h = serve(&s);
	assert_int_equal(told_port, http_port(h));
	finish(h);
	told_port = -1;
	assert_null(http_start(&s, &why));
	assert_string_equal(why.text, "not this one");
	assert_int_equal(threads(), threads_before);
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
	long before, woken = LONG_MAX;

	(void)state;
#ifdef __SANITIZE_THREAD__
	skip(); /* a thread of its own wakes up all the time */
#endif
	s.request_us = s.idle_us = 200000; /* the sweeper would come every 25 ms */
	h = serve(&s);
	ask(h, "GET /gate HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_int_equal(a.status, 200);
	for (int i = 0; i < 50 && woken > 3; i++) { /* what the request woke goes to sleep again, sooner or later */
		before = switches();
		sleep_ms(400);
		woken = switches() - before;
	}
	assert_true(woken <= 3); /* this thread's own */
	finish(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drained),
		cmocka_unit_test(shut_before_it_was_read),
		cmocka_unit_test(stopped),
		cmocka_unit_test(work_ended),
		cmocka_unit_test(whole_too_late),
		cmocka_unit_test(what_does_not_start),
		cmocka_unit_test(port_told_before_any_thread),
		cmocka_unit_test(six),
		cmocka_unit_test(asleep),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
