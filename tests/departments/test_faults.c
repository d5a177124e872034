/* The simulated departments under the faults that they are told to have, and under kill -9. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "departments/departments.h"
#include "departments/process.h"

static void
test_faults(void **state)
{
	struct process_result r;

	(void)state;
	process_start("health:reset_before", NULL);
	r = process_call("a1", "李明");
	assert_false(r.whole);
	assert_int_equal(r.kind, ENDING_RETRY);
	assert_int_equal(process_effects("a1"), -1);
	process_stop(SIGTERM);
	process_start("health:reset_after", NULL);
	r = process_call("a1", "李明");
	assert_false(r.whole);
	assert_int_equal(r.kind, ENDING_RETRY);
	assert_int_equal(process_effects("a1"), 1);
	process_stop(SIGTERM);
	process_start("health:slow", NULL);
	r = process_call("a2", "李明");
	assert_int_equal(r.kind, ENDING_APPROVED);
	assert_true(r.took_us >= 2 * US_PER_SECOND);
	process_stop(SIGTERM);
	process_start("*:hang", NULL);
	r = process_call("a3", "李明");
	assert_false(r.whole);
	assert_true(r.took_us >= 2900000);
	assert_int_equal(process_effects("a3"), 1);
	assert_int_equal(process_stop(SIGTERM), 0); /* with a connection hanging */
}

/* Nothing of it may pass for an answer; the effect is there once whatever was sent. */
static void
test_garbage(void **state)
{
	char key[32];
	int done = 0;

	(void)state;
	process_start("health:garbage", NULL);
	for (int i = 0; i < 60; i++) {
		struct process_result r;

		snprintf(key, sizeof key, "g%d", i);
		r = process_call(key, "李明");
		if (r.kind != ENDING_RETRY && r.kind != ENDING_ATTENTION)
			fail_msg("%d %s passed for %s", r.status, r.text, r.code);
		assert_int_equal(process_effects(key), 1);
	}
	process_stop(SIGTERM);
	process_start("health:500:0.5:9", NULL);
	for (int i = 0; i < 40; i++) {
		snprintf(key, sizeof key, "h%d", i);
		for (int attempt = 0; attempt < 30; attempt++)
			if (process_call(key, "李明").kind == ENDING_APPROVED) {
				done++;
				break;
			}
		assert_int_equal(process_effects(key), 1);
	}
	assert_int_equal(done, 40);
	process_stop(SIGTERM);
}

static void
test_callbacks(void **state)
{
	struct process_result r;
	int64_t answered;

	(void)state;
	process_start("health:accept", NULL);
	assert_int_equal(process_call("c1", "李明").kind, ENDING_PENDING);
	assert_int_equal(process_callbacks(1, 60 * US_PER_SECOND), 1);
	assert_int_equal(process_callbacks(2, 400000), 1);
	pthread_mutex_lock(&heard.lock);
	heard.refuse = 2;
	pthread_mutex_unlock(&heard.lock);
	assert_int_equal(process_call("c2", "李明").kind, ENDING_PENDING);
	assert_int_equal(process_callbacks(2, 60 * US_PER_SECOND), 2);
	assert_int_equal(process_stop(SIGTERM), 0);
	process_start("health:twice", NULL);
	assert_int_equal(process_call("c3", "李明").kind, ENDING_PENDING);
	assert_int_equal(process_callbacks(2, 60 * US_PER_SECOND), 2);
	assert_int_equal(process_callbacks(3, 400000), 2);
	assert_int_equal(process_stop(SIGTERM), 0);
	process_start("health:early", NULL);
	r = process_call("c4", "李明");
	answered = clock_monotonic();
	assert_int_equal(r.kind, ENDING_PENDING);
	assert_int_equal(process_callbacks(1, 0), 1);
	assert_true(heard.taken_at < answered);
	assert_int_equal(process_stop(SIGTERM), 0);
}

/* Until the department has written that down: what it did not write before a kill it rightly tells again. */
static bool
written(const char *line, int64_t within_us)
{
	static char text[1 << 20];
	char path[128];
	int64_t begun = clock_monotonic();

	snprintf(path, sizeof path, "%s/d/ledger.ndjson", process.folder);
	do {
		FILE *f = fopen(path, "r");
		size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

		text[n] = 0;
		if (f)
			fclose(f);
		if (strstr(text, line))
			return true;
		usleep(2000);
	} while (clock_monotonic() - begun < within_us);
	return false;
}

/* Killed between promise and callback: the callback comes after the restart. */
static void
test_callback_after_kill(void **state)
{
	(void)state;
	process_start("health:accept", "--delay=2500");
	assert_int_equal(process_call("d1", "李明").kind, ENDING_PENDING);
	process_stop(SIGKILL);
	assert_int_equal(process_callbacks(1, 600000), 0);
	process_start(NULL, NULL);
	assert_int_equal(process_callbacks(1, 60 * US_PER_SECOND), 1);
	assert_non_null(strstr(heard.last, "\"key\":\"d1\""));
	assert_true(written("{\"told\":\"d1\"", 60 * US_PER_SECOND));
	process_stop(SIGKILL);
	process_start(NULL, NULL);
	assert_int_equal(process_callbacks(1, 700000), 0); /* told once is told */
	process_stop(SIGKILL);
}

/* Killed again and again under load: what was answered is remembered, nothing happens twice. */
static void
test_kills(void **state)
{
	enum { ROUNDS = 12, N = 60 };
	static char answers[ROUNDS * N][2048];
	struct outcall_done done;
	char key[32], path[128];
	int known = 0, lost = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		process_start(NULL, NULL);
		for (int i = 0; i < N; i++) {
			snprintf(key, sizeof key, "k%d", round * N + i);
			process_begin("health/certify", key, "{\"application\":\"A\",\"data\":{\"name\":\"李明\"},"
			    "\"item\":\"certificate\",\"materials\":[],\"round\":1}", &process.secret, answers[round * N + i]);
		}
		for (int i = 0; i < N; i++) {
			if (i == round * 5)
				kill(process.child, SIGKILL);
			done = process_finish();
			if (done.answer.complete) {
				assert_int_equal(done.answer.status, 200);
				snprintf(done.cookie, sizeof answers[0], "%.*s", (int)done.answer.length, done.answer.body);
				known++;
			} else {
				lost++;
			}
			outcall_release(process.outcall, done.call);
		}
		process_stop(SIGKILL);
	}
	print_message("%d answered, %d cut off by %d kills\n", known, lost, ROUNDS);
	assert_true(known > 0 && lost > 0);
	snprintf(path, sizeof path, "%s/d/ledger.ndjson", process.folder); /* and a line that was half written */
	FILE *f = fopen(path, "a");
	assert_non_null(f);
	fputs("{\"department\":\"health\",\"ca", f);
	fclose(f);
	for (int again = 0; again < 2; again++) {
		process_start(NULL, NULL);
		for (int i = 0; i < ROUNDS * N; i++) {
			struct process_result r;

			snprintf(key, sizeof key, "k%d", i);
			r = process_call(key, "李明");
			assert_int_equal(r.kind, ENDING_APPROVED);
			if (answers[i][0])
				assert_string_equal(r.text, answers[i]);
			snprintf(answers[i], sizeof answers[i], "%s", r.text);
			if (i % 97 == 0)
				assert_int_equal(process_effects(key), 1);
		}
		process_stop(SIGKILL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_faults, process_kill),
		cmocka_unit_test_teardown(test_garbage, process_kill),
		cmocka_unit_test_teardown(test_callbacks, process_kill),
		cmocka_unit_test_teardown(test_callback_after_kill, process_kill),
		cmocka_unit_test_teardown(test_kills, process_kill),
	};

	return cmocka_run_group_tests_name("departments/faults", tests, process_set_up, process_tear_down);
}
