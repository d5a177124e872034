/* Calls against a raw server: what is sent, what counts as whole and as sent; many at once. */
#include "raw.h"

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
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_not_sent),
		cmocka_unit_test(test_sent_then_refused),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_freed),
	};

	return cmocka_run_group_tests_name("outcall/outcall", tests, set_up, tear_down);
}
