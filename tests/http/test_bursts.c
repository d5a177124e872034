/* Bursts: ready connections must not be forgotten when others are suspended. */
#include "serving.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts),
		cmocka_unit_test(as_many_as_the_library_asks_for),
	};

	return cmocka_run_group_tests(tests, descriptors, descriptors);
}
