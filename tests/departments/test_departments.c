/* The simulated departments as a process, called as a node calls them: signatures, keys, undo, what
 * comes later. What they say is judged by the rules that the node judges by. */
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
#include "seal/digest.h"

static void
test_keys(void **state)
{
	struct process_result a, b;
	json_t *line;

	(void)state;
	process_start(NULL, NULL);
	a = process_call("330111-2611-A-01-1-f", "李明");
	assert_int_equal(a.kind, ENDING_APPROVED);
	b = process_call("330111-2611-A-01-1-f", "李明");
	assert_string_equal(a.text, b.text);
	assert_int_equal(process_call("330111-2611-A-01-1-f", "李朋").status, 422);
	assert_int_equal(process_effects("330111-2611-A-01-1-f"), 1);
	b = process_ask("330111-2611-A-01-1-f");
	assert_string_equal(a.text, b.text);
	assert_int_equal(process_ask("330111-2611-B-01-1-f").kind, ENDING_NOT_RECEIVED);
	line = process_line("330111-2611-A-01-1-f");
	assert_string_equal(json_text(line, "department"), "health");
	assert_string_equal(json_text(line, "call"), "certify");
	assert_int_equal(strlen(json_text(line, "body_sha256")), 64);
	assert_non_null(json_text(line, "arrived"));
	assert_string_equal(json_text(json_object_get(line, "answer"), "state"), "approved");
	assert_int_equal(json_integer_value(json_object_get(line, "attempts")), 4);
	json_decref(line);
	assert_int_equal(process_stop(SIGTERM), 0);
}

static void
test_refused(void **state)
{
	struct sign_secret wrong;
	const char *body = process_body("李明");

	(void)state;
	process_start(NULL, NULL);
	assert_int_equal(sign_parse("wrong", 5, &wrong, NULL), 0);
	assert_int_equal(process_call_with("health/certify", "k1", body, &wrong, ENDING_OF_CALL).status, 401);
	assert_int_equal(process_call_with("health/certify", "k1", body, NULL, ENDING_OF_CALL).status, 401);
	assert_int_equal(process_call_with("health/certify", "k1", NULL, NULL, ENDING_OF_CALL).status, 401);
	assert_int_equal(process_call_with("health/other", "k1", body, &process.secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(process_call_with("tax/certify", "k1", body, &process.secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(process_call_with("health", "k1", body, &process.secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(process_call_with("health/certify", "k1", "{\"a\":1,\"a\":2}", &process.secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(process_call_with("health/certify", "k1", "[]", &process.secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(process_call_with("health/certify", NULL, "{}", &process.secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(process_effects("k1"), -1);
	assert_int_equal(process_call("k1", "李明").kind, ENDING_APPROVED); /* the key was not spent */
	assert_int_equal(process_stop(SIGTERM), 0);
}

static void
test_undo(void **state)
{
	json_t *line;

	(void)state;
	process_start(NULL, NULL);
	assert_int_equal(process_undo("u0", "nothing").kind, ENDING_REJECTED);
	assert_int_equal(process_call("f1", "李明").kind, ENDING_APPROVED);
	assert_int_equal(process_undo("u1", "f1").kind, ENDING_CANCELLED);
	assert_int_equal(process_undo("u1", "f1").kind, ENDING_CANCELLED);
	assert_int_equal(process_undo("u2", "f1").kind, ENDING_REJECTED);
	assert_int_equal(process_call("f2", "孙不撤").kind, ENDING_APPROVED);
	assert_int_equal(process_undo("u3", "f2").kind, ENDING_REJECTED);
	line = process_line("f1");
	assert_string_equal(json_text(line, "undone_by"), "u1");
	json_decref(line);
	process_stop(SIGKILL);
	process_start(NULL, NULL);
	line = process_line("f1");
	assert_string_equal(json_text(line, "undone_by"), "u1");
	json_decref(line);
	assert_int_equal(process_undo("u3", "f2").kind, ENDING_REJECTED);
	assert_int_equal(process_stop(SIGTERM), 0);
}

/* Cancelled before it is decided: no decision comes; slowly; against its will; or not at all. */
static void
test_undo_of_pending(void **state)
{
	(void)state;
	process_start("health:keep:0", "--delay=300");
	assert_int_equal(process_call("q1", "李等待").kind, ENDING_PENDING);
	assert_int_equal(process_undo("v1", "q1").kind, ENDING_CANCELLED);
	assert_int_equal(process_callbacks(1, 900000), 0);
	assert_int_equal(process_ask("q1").kind, ENDING_REJECTED); /* nothing was decided */
	assert_int_equal(process_call("q1", "李等待").kind, ENDING_REJECTED);
	assert_int_equal(process_effects("q1"), 1);
	assert_int_equal(process_stop(SIGTERM), 0);
	process_start(NULL, NULL);
	assert_int_equal(process_call("q2", "郑缓撤").kind, ENDING_APPROVED);
	assert_int_equal(process_undo("v2", "q2").kind, ENDING_PENDING);
	assert_int_equal(process_callbacks(1, 60 * US_PER_SECOND), 1);
	assert_non_null(strstr(heard.last, "{\"key\":\"v2\","));
	assert_non_null(strstr(heard.last, "\"state\":\"cancelled\""));
	assert_int_equal(process_call("q3", "卫迟批").kind, ENDING_PENDING);
	assert_int_equal(process_undo("v3", "q3").kind, ENDING_CANCELLED);
	assert_int_equal(process_callbacks(2, 60 * US_PER_SECOND), 2);
	assert_non_null(strstr(heard.last, "\"state\":\"approved\""));
	assert_int_equal(process_stop(SIGTERM), 0);
	process_start("health:keep", NULL);
	assert_int_equal(process_call("q4", "李明").kind, ENDING_APPROVED);
	assert_int_equal(process_undo("v4", "q4").kind, ENDING_REJECTED);
	assert_int_equal(process_effects("v4"), 0);
	assert_int_equal(process_stop(SIGTERM), 0);
}

/* What came later belongs to a key, and is received once. */
static void
test_later(void **state)
{
	const char *good = "{\"application\":\"A\",\"data\":{\"name\":\"李明\"},\"item\":\"certificate\",\"materials\":[],"
	    "\"of\":\"l1\",\"round\":1}", *nothing = "{\"application\":\"A\",\"data\":{},\"item\":\"certificate\","
	    "\"materials\":[],\"of\":\"l1\",\"round\":1}", *of_none = "{\"application\":\"A\",\"data\":{},"
	    "\"item\":\"certificate\",\"materials\":[],\"round\":1}";
	struct process_result r;

	(void)state;
	process_start(NULL, NULL);
	assert_int_equal(process_call("l1", "李明").kind, ENDING_APPROVED);
	r = process_call_with("health/certify/later", "l2", good, &process.secret, ENDING_OF_CALL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.text, "{\"state\":\"received\"}");
	assert_int_equal(process_call_with("health/certify/later", "l2", good, &process.secret, ENDING_OF_CALL).status, 200);
	assert_int_equal(process_effects("l2"), 1);
	assert_int_equal(process_call_with("health/certify/later", "l3", nothing, &process.secret, ENDING_OF_CALL).status, 200);
	assert_int_equal(process_call_with("health/certify/later", "l4", of_none, &process.secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(process_call_with("health/certify/sooner", "l5", good, &process.secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(process_stop(SIGTERM), 0);
}

static const char *
body_with_file(const char *sha256)
{
	static char body[700];

	snprintf(body, sizeof body, "{\"application\":\"A\",\"data\":{\"name\":\"李明\"},\"item\":\"certificate\","
	    "\"materials\":[{\"file\":{\"id\":\"F\",\"sha256\":\"%s\",\"size\":%zu,\"type\":\"pdf\","
	    "\"url\":\"http://127.0.0.1:%d/files/F?key=x\"},\"how\":\"uploaded\",\"id\":\"m\",\"title\":\"t\"}],"
	    "\"round\":1}", sha256, strlen(process_file), process.callback_port);
	return body;
}

/* What the ledger says of the one file of a key: 1 verified, 0 not, -1 nothing yet. */
static int
verified(const char *key)
{
	for (int64_t begun = clock_monotonic(); clock_monotonic() - begun < 60 * US_PER_SECOND; usleep(20000)) {
		json_t *line = process_line(key), *paper = json_array_get(json_object_get(line, "papers"), 0);
		json_t *told = json_object_get(paper, "verified");
		int is = told ? json_is_true(told) : -1;

		json_decref(line);
		if (is >= 0)
			return is;
	}
	return -1;
}

/* A file that it is told of is fetched, signed, and held against its hash; also after a kill. */
static void
test_papers(void **state)
{
	uint8_t hash[32];
	char hex[65];

	(void)state;
	digest_sha256(process_file, strlen(process_file), hash);
	digest_hex(hash, sizeof hash, hex);
	process_start(NULL, NULL);
	assert_int_equal(process_call_with("health/certify", "m1", body_with_file(hex), &process.secret, ENDING_OF_CALL).kind,
	    ENDING_APPROVED);
	assert_int_equal(verified("m1"), 1);
	assert_int_equal(heard.fetched, 1);
	hex[0] = hex[0] == '0' ? '1' : '0';
	assert_int_equal(process_call_with("health/certify", "m2", body_with_file(hex), &process.secret, ENDING_OF_CALL).kind,
	    ENDING_APPROVED);
	assert_int_equal(verified("m2"), 0);
	pthread_mutex_lock(&heard.lock);
	heard.refuse = 1000000;
	pthread_mutex_unlock(&heard.lock);
	assert_int_equal(process_call_with("health/certify", "m3", body_with_file(hex), &process.secret, ENDING_OF_CALL).kind,
	    ENDING_APPROVED);
	usleep(300000);
	process_stop(SIGKILL);
	process_start(NULL, NULL); /* and nobody refuses any more */
	assert_int_equal(verified("m1"), 1);
	assert_int_equal(verified("m3"), 0);
	assert_int_equal(heard.fetched, 1); /* those known are not fetched again */
	assert_int_equal(heard.forged, 0);
	assert_int_equal(process_stop(SIGTERM), 0);
}

static void
test_people(void **state)
{
	struct process_result r;
	int64_t begun;

	(void)state;
	process_start(NULL, NULL);
	assert_int_equal(process_call("p1", "张全拒").kind, ENDING_REJECTED);
	assert_int_equal(process_call("p2", "王补正").kind, ENDING_CORRECTION);
	assert_int_equal(process_call("p3", "赵转人工").kind, ENDING_ATTENTION);
	assert_int_equal(process_call("p4", "冯缺项").kind, ENDING_ATTENTION);
	assert_int_equal(process_call("p5", "钱无信").kind, ENDING_PENDING);
	usleep(300000);
	assert_int_equal(process_ask("p5").kind, ENDING_APPROVED);
	assert_int_equal(process_callbacks(1, 300000), 0);
	begun = clock_monotonic();
	assert_int_equal(process_call("p6", "李等待").kind, ENDING_PENDING);
	r = process_ask("p6");
	assert_true(r.kind == ENDING_PENDING || clock_monotonic() - begun >= 200000); /* decided a fifth of a second later */
	assert_int_equal(process_callbacks(1, 60 * US_PER_SECOND), 1);
	assert_non_null(strstr(heard.last, "{\"key\":\"p6\",\"outputs\":{\"no\":"));
	r = process_call("p6", "李等待");
	assert_int_equal(r.kind, ENDING_APPROVED);
	assert_int_equal(process_call("p7", "吴反复").kind, ENDING_APPROVED);
	assert_int_equal(process_callbacks(2, 60 * US_PER_SECOND), 2);
	assert_non_null(strstr(heard.last, "\"state\":\"rejected\""));
	assert_int_equal(heard.forged, 0);
	assert_int_equal(process_stop(SIGTERM), 0);
}

/* A department that does not remember keys does it again each time, and the ledger shows it. */
static void
test_forgetful(void **state)
{
	char path[64];
	const char *body = "{\"application\":\"A\",\"data\":{},\"item\":\"x\",\"materials\":[],\"round\":1}";

	(void)state;
	process_start(NULL, NULL);
	snprintf(path, sizeof path, "%s/d/secrets/cdc", process.folder);
	assert_int_equal(sign_read(path, &process.secret, NULL), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(process_call_with("cdc/open", "n1", body, &process.secret, ENDING_OF_CALL).status, 200);
	assert_int_equal(process_effects("n1"), 3);
	process_stop(SIGKILL);
	process_start(NULL, NULL);
	assert_int_equal(process_effects("n1"), 3);
	process_stop(SIGTERM);
}

static void
test_usage(void **state)
{
	static char *wrong[][4] = {{"departments", "--port", "x"}, {"departments", "--fault", "x"},
		{"departments", "--port", "70000"}, {"departments", "--what", "1"}, {"departments", "extra"}};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		int n = 0;

		while (n < 4 && wrong[i][n])
			n++;
		assert_int_equal(departments_main(n, wrong[i], NULL), 2);
	}
	assert_int_equal(departments_main(1, wrong[4], NULL), 1); /* no connectors */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_usage, process_kill),
		cmocka_unit_test_teardown(test_keys, process_kill),
		cmocka_unit_test_teardown(test_refused, process_kill),
		cmocka_unit_test_teardown(test_undo, process_kill),
		cmocka_unit_test_teardown(test_undo_of_pending, process_kill),
		cmocka_unit_test_teardown(test_later, process_kill),
		cmocka_unit_test_teardown(test_papers, process_kill),
		cmocka_unit_test_teardown(test_people, process_kill),
		cmocka_unit_test_teardown(test_forgetful, process_kill),
	};

	return cmocka_run_group_tests_name("departments/departments", tests, process_set_up, process_tear_down);
}
