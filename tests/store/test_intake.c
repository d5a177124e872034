/* Intake: whole groups, bad rows, repeated keys, tokens. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>

#include "pg.h"
#include "rows.h"

enum { GROUP = 64 };

static struct store *s;
static int32_t incarnation;
static int slot;

static int
intake(struct store_application **rows, size_t n, struct error *why)
{
	return store_intake(s, incarnation, rows, n, NULL, 0, why);
}

static void
a_group_is_stored_and_read_back(void **state)
{
	static struct sample x[GROUP];
	struct store_application *rows[GROUP];
	struct error why = { 0 };
	struct store_case c;
	char *history;

	(void)state;
	samples_make(x, rows, GROUP, slot);
	assert_int_equal(intake(rows, GROUP, &why), 0);
	for (int i = 0; i < GROUP; i++)
		assert_int_equal(x[i].a.verdict, STORE_STORED);
	assert_int_equal(store_case_by_number(s, x[5].number, true, &c, &why), 1);
	assert_true(c.id == x[5].a.id && c.division == DIVISION && c.account == 1005 && c.filed_by == 0);
	assert_true(c.submitted_at == x[5].a.submitted_at && c.finished_at == 0);
	assert_string_equal(c.number, x[5].number);
	assert_string_equal(c.event, "birth");
	assert_memory_equal(c.version, x[5].a.version, 32);
	assert_int_equal(c.sealed.length, sizeof x[5].sealed);
	assert_memory_equal(c.sealed.data, x[5].sealed, sizeof x[5].sealed);
	assert_memory_equal(c.items.data, "items", 5);
	assert_memory_equal(c.plan.data, "{\"items\":[]}", 12);
	assert_true(c.open && c.fence == 1 && c.node == incarnation && c.history_count == 1);
	assert_int_equal(c.n_operations, 2);
	assert_string_equal(c.operations[1].department, "health");
	assert_string_equal(c.operations[1].url, "http://h/add");
	assert_memory_equal(c.operations[1].body.data, x[5].body, sizeof x[5].body);
	assert_true(c.operations[1].created_at == x[5].a.submitted_at && c.operations[1].decided_at == 0);
	assert_true(c.operations[1].state == OPERATION_SENT && c.operations[1].outcome.data == NULL);
	store_case_free(&c);
	history = store_history(s, DIVISION, x[5].a.id, &why);
	assert_string_equal(history, "{\"what\":\"accepted\"}\n");
	free(history);
	assert_int_equal(pg_number("SELECT sum(value) FROM counter WHERE measure = 'submitted'"), GROUP);
	assert_int_equal(store_case_by_number(s, "330106-nonsense", true, &c, &why), 0);
	assert_int_equal(why.kind, ERROR_NONE);
}

/* A CHECK that one row breaks, at every position: the others are stored, once. */
static void
a_bad_row_harms_no_other(void **state)
{
	static struct sample x[GROUP];
	struct store_application *rows[GROUP];
	struct error why = { 0 };
	long before = pg_number("SELECT count(*) FROM application"), stored = 0;

	(void)state;
	for (int bad = 0; bad < GROUP; bad++) {
		samples_make(x, rows, GROUP, slot);
		x[bad].a.division = bad % 2 ? 42 : 1000000;
		assert_int_equal(intake(rows, GROUP, &why), 0);
		for (int i = 0; i < GROUP; i++) {
			assert_int_equal(x[i].a.verdict, i == bad ? STORE_BAD : STORE_STORED);
			stored += x[i].a.verdict == STORE_STORED;
		}
	}
	assert_int_equal(stored, GROUP * (GROUP - 1));
	assert_int_equal(pg_number("SELECT count(*) FROM application") - before, stored);
	assert_int_equal(pg_number("SELECT count(*) FROM progress"), pg_number("SELECT count(*) FROM application"));
	assert_int_equal(pg_number("SELECT count(*) FROM request_key"), pg_number("SELECT count(*) FROM application"));
	assert_int_equal(pg_number("SELECT sum(value) FROM counter WHERE measure = 'submitted'"),
	    pg_number("SELECT count(*) FROM application"));
}

static void
every_row_bad(void **state)
{
	static struct sample x[3];
	struct store_application *rows[3];
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, 3, slot);
	for (int i = 0; i < 3; i++)
		x[i].a.division = 1;
	assert_int_equal(intake(rows, 3, &why), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(x[i].a.verdict, STORE_BAD);
}

static void
the_same_key_gives_the_first_answer(void **state)
{
	static struct sample x[4];
	struct store_application *rows[4];
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, 4, slot);
	assert_int_equal(intake(rows, 1, &why), 0);
	/* 1: the key again, later group; 2: another person's equal key; 3: new */
	x[1].a.account = x[0].a.account;
	memcpy(x[1].a.key_hash, x[0].a.key_hash, 16);
	memcpy(x[2].a.key_hash, x[0].a.key_hash, 16);
	assert_int_equal(intake(rows + 1, 3, &why), 0);
	assert_int_equal(x[1].a.verdict, STORE_SAME_KEY);
	assert_true(x[1].a.same_id == x[0].a.id);
	assert_memory_equal(x[1].a.same_body_hash, x[0].a.body_hash, 32);
	assert_int_equal(x[1].a.same_answer.length, 400);
	assert_memory_equal(x[1].a.same_answer.data, x[0].sealed, 400);
	free((void *)(uintptr_t)x[1].a.same_answer.data);
	assert_int_equal(x[2].a.verdict, STORE_STORED);
	assert_int_equal(x[3].a.verdict, STORE_STORED);
	assert_int_equal(store_request_key(s, &x[1].a, &why), 0);
	assert_int_equal(x[1].a.verdict, STORE_SAME_KEY);
	free((void *)(uintptr_t)x[1].a.same_answer.data);
	digest_random(x[1].a.key_hash, 16);
	assert_int_equal(store_request_key(s, &x[1].a, &why), 0);
	assert_int_equal(x[1].a.verdict, STORE_PENDING);
}

/* One key several times in one group, the first one bad: the second is stored, the third replays. */
static void
one_key_twice_in_a_group(void **state)
{
	static struct sample x[4];
	struct store_application *rows[4];
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, 4, slot);
	for (int i = 1; i < 4; i++) {
		x[i].a.account = x[0].a.account;
		memcpy(x[i].a.key_hash, x[0].a.key_hash, 16);
	}
	x[0].a.division = 7;
	x[3].a.filed_by = x[0].a.account; /* for another person, the same caller */
	x[3].a.account = 9;
	assert_int_equal(intake(rows, 4, &why), 0);
	assert_int_equal(x[0].a.verdict, STORE_BAD);
	assert_int_equal(x[1].a.verdict, STORE_STORED);
	for (int i = 2; i < 4; i++) {
		assert_int_equal(x[i].a.verdict, STORE_SAME_KEY);
		assert_true(x[i].a.same_id == x[1].a.id);
		free((void *)(uintptr_t)x[i].a.same_answer.data);
	}
}

/* The key of last month counts too, although it lies in another partition. */
static void
a_key_of_another_month(void **state)
{
	static struct sample x[2];
	struct store_application *rows[2];
	struct error why = { 0 };
	int year, month, day;

	(void)state;
	samples_make(x, rows, 2, slot);
	clock_split(clock_day(clock_now()), &year, &month, &day);
	x[0].a.id = store_id_month(year * 12 + month - 2) + 77;
	x[0].operations[0].application = x[0].operations[1].application = x[0].a.id;
	memcpy(x[1].a.key_hash, x[0].a.key_hash, 16);
	x[1].a.account = x[0].a.account;
	assert_int_equal(intake(rows, 1, &why), 0);
	assert_int_equal(x[0].a.verdict, STORE_STORED);
	assert_int_equal(intake(rows + 1, 1, &why), 0);
	assert_int_equal(x[1].a.verdict, STORE_SAME_KEY);
	free((void *)(uintptr_t)x[1].a.same_answer.data);
}

static void
a_revoked_token_files_nothing(void **state)
{
	static struct sample x[5];
	struct store_application *rows[5];
	struct store_account a = { .id = 501, .name = "token_owner", .role = "citizen", .sealed = { "x", 1 } };
	struct error why = { 0 };
	uint8_t hash[32] = { 3 };

	(void)state;
	samples_make(x, rows, 5, slot);
	assert_int_equal(store_account_put(s, &a, x[0].a.person, &why), 0);
	assert_int_equal(store_token_put(s, 501, 601, hash, false, &why), 0);
	hash[0] = 4;
	assert_int_equal(store_token_put(s, 501, 602, hash, false, &why), 0);
	x[0].a.token = x[1].a.token = 601;
	x[2].a.token = 602;
	x[4].a.token = 999; /* never existed */
	assert_int_equal(intake(rows, 2, &why), 0);
	assert_int_equal(x[0].a.verdict, STORE_STORED);
	assert_int_equal(store_token_revoke(s, 501, &why), 0);
	assert_int_equal(intake(rows + 2, 3, &why), 0);
	assert_int_equal(x[2].a.verdict, STORE_REVOKED);
	assert_int_equal(x[3].a.verdict, STORE_STORED);
	assert_int_equal(x[4].a.verdict, STORE_REVOKED);
	assert_int_equal(pg_number("SELECT count(*) FROM request_key WHERE account = 1002 AND application "
	    "= (SELECT max(application) FROM request_key)"), 0);
}

/* A value that is handled once: in one group, in a later one, in another division, after withdrawal. */
static void
a_value_is_held_once(void **state)
{
	static struct sample x[6];
	struct store_application *rows[6];
	struct error why = { 0 };
	char sql[200];

	(void)state;
	samples_make(x, rows, 6, slot);
	for (int i = 0; i < 5; i++) {
		x[i].a.has_once = true;
		memcpy(x[i].a.once, x[0].a.person, 16);
	}
	x[2].a.division = x[2].operations[0].division = x[2].operations[1].division = 110101;
	assert_int_equal(intake(rows, 3, &why), 0);
	assert_int_equal(x[0].a.verdict, STORE_STORED);
	assert_int_equal(x[1].a.verdict, STORE_ONCE);
	assert_true(x[1].a.same_id == x[0].a.id);
	assert_int_equal(x[2].a.verdict, STORE_STORED);
	assert_int_equal(store_intake(s, incarnation, rows, 1, NULL, 0, &why), 0); /* the same request: its answer */
	assert_int_equal(x[0].a.verdict, STORE_SAME_KEY);
	free((void *)(uintptr_t)x[0].a.same_answer.data);
	snprintf(sql, sizeof sql, "WITH u AS (UPDATE progress SET status = 3, open = false WHERE id = %lld "
	    "RETURNING 1) SELECT count(*) FROM u", (long long)x[0].a.id);
	assert_int_equal(pg_number(sql), 1);
	assert_int_equal(intake(rows + 3, 3, &why), 0);
	assert_int_equal(x[3].a.verdict, STORE_STORED);
	assert_int_equal(x[4].a.verdict, STORE_ONCE);
	assert_true(x[4].a.same_id == x[3].a.id);
	assert_int_equal(x[5].a.verdict, STORE_STORED);
}

static void
inbox_rows_and_applications_together(void **state)
{
	static struct sample x[2];
	struct store_application *rows[2];
	struct store_inbox in[3], *inbox[3] = { &in[0], &in[1], &in[2] };
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, 2, slot);
	for (int i = 0; i < 3; i++)
		in[i] = (struct store_inbox){ .division = i == 1 ? 9 : DIVISION, .id = store_id(slot, clock_now()),
			.application = x[0].a.id, .key = "key", .department = "health", .body = { "b", 1 },
			.arrived_at = clock_now() };
	x[1].a.division = 5;
	assert_int_equal(store_intake(s, incarnation, rows, 2, inbox, 3, &why), 0);
	assert_int_equal(x[0].a.verdict, STORE_STORED);
	assert_int_equal(x[1].a.verdict, STORE_BAD);
	assert_int_equal(in[0].verdict, STORE_STORED);
	assert_int_equal(in[1].verdict, STORE_BAD);
	assert_int_equal(in[2].verdict, STORE_STORED);
}

/* Two writers, the same keys at the same time: each key once. */
static void
two_writers_one_set_of_keys(void **state)
{
	static struct sample x[2][32];
	struct store_application *rows[2][32];
	struct error why = { 0 };
	int child, stored = 0, same = 0, status;
	int pipes[2];
	char verdict[32];

	(void)state;
	samples_make(x[0], rows[0], 32, slot);
	samples_make(x[1], rows[1], 32, slot);
	for (int i = 0; i < 32; i++) {
		x[1][31 - i].a.account = x[0][i].a.account;
		memcpy(x[1][31 - i].a.key_hash, x[0][i].a.key_hash, 16);
	}
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		struct store *other = pg_open("other");

		if (store_intake(other, incarnation, rows[1], 32, NULL, 0, &why) != 0)
			_exit(1);
		for (int i = 0; i < 32; i++)
			verdict[i] = (char)x[1][i].a.verdict;
		_exit(write(pipes[1], verdict, 32) != 32);
	}
	usleep(8000);
	assert_int_equal(intake(rows[0], 32, &why), 0);
	assert_int_equal(read(pipes[0], verdict, 32), 32);
	waitpid(child, &status, 0);
	for (int i = 0; i < 32; i++) {
		stored += (x[0][i].a.verdict == STORE_STORED) + (verdict[i] == STORE_STORED);
		same += (x[0][i].a.verdict == STORE_SAME_KEY) + (verdict[i] == STORE_SAME_KEY);
		free((void *)(uintptr_t)x[0][i].a.same_answer.data);
	}
	assert_int_equal(stored, 32);
	assert_int_equal(same, 32);
}

static void
a_lost_server_is_told_and_found_again(void **state)
{
	static struct sample x[2];
	struct store_application *rows[2];
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, 2, slot);
	pg_number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'test'");
	assert_int_equal(intake(rows, 1, &why), 0); /* it connects again by itself */
	assert_int_equal(x[0].a.verdict, STORE_STORED);
	assert_true(store_alive(s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_is_stored_and_read_back),
		cmocka_unit_test(a_bad_row_harms_no_other),
		cmocka_unit_test(every_row_bad),
		cmocka_unit_test(the_same_key_gives_the_first_answer),
		cmocka_unit_test(one_key_twice_in_a_group),
		cmocka_unit_test(a_key_of_another_month),
		cmocka_unit_test(a_revoked_token_files_nothing),
		cmocka_unit_test(a_value_is_held_once),
		cmocka_unit_test(inbox_rows_and_applications_together),
		cmocka_unit_test(two_writers_one_set_of_keys),
		cmocka_unit_test(a_lost_server_is_told_and_found_again),
	};
	struct error why = { 0 };
	int failed;

	pg_start();
	s = pg_open("test");
	if (store_node_begin(s, "one", false, &incarnation, &slot, &why) != 0)
		pg_fail("store_node_begin", why.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
