/* The engine's groups: fences, outcomes, counters, inbox, bad rows, lost connections. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>

#include "pg.h"
#include "rows.h"
#include "store/id.h"
#include "store/month.h"

enum { N = 16 };

static struct store *s;
static int32_t incarnation;
static int slot;
static struct sample x[N];
static struct store_case cases[N];

/* N stored applications and their cases. */
static int
begin(void **state)
{
	struct store_application *rows[N];
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, N, slot);
	if (!store_alive(s) || store_intake(s, incarnation, rows, N, NULL, 0, &why) != 0)
		return -1;
	for (int i = 0; i < N; i++)
		if (store_case_by_id(s, DIVISION, x[i].a.id, false, &cases[i], &why) != 1)
			return -1;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (int i = 0; i < N; i++)
		store_case_free(&cases[i]);
	return 0;
}

static struct store_outcome
outcome_of(int i, int16_t item, int16_t state, const char *sealed)
{
	return (struct store_outcome){ .division = DIVISION, .application = x[i].a.id, .item = item,
		.round = 1, .state = state, .attempts = 2, .acknowledged_at = state == OPERATION_ACKNOWLEDGED ? 77 : 0,
		.decided_at = state == OPERATION_DECIDED ? 99 : 0, .outcome = { sealed, sealed ? strlen(sealed) : 0 } };
}

static void
a_group_is_one_transaction(void **state)
{
	struct store_step steps[N];
	struct store_outcome outcomes[N + 1];
	struct store_operation more[N];
	struct store_count counts[3] = { { DIVISION, 20780, "birth", "health", "approved", 5 },
		{ DIVISION, 20780, "birth", "health", "approved", 6 },
		{ DIVISION, 20779, "birth", "health", "approved", 1 } };
	struct error why = { 0 };
	struct store_case c;
	char *history;

	(void)state;
	for (int i = 0; i < N; i++) {
		steps[i] = step_of(&cases[i], i == 3 ? 2 : 1, i == 4 ? NULL : "{\"what\":\"approved\"}\n");
		outcomes[i] = outcome_of(i, 1, OPERATION_ACKNOWLEDGED, "early");
		more[i] = x[i].operations[0];
		more[i].item = 7;
		more[i].url = "http://new/url";
	}
	outcomes[N] = outcome_of(2, 1, OPERATION_DECIDED, "late"); /* the same operation once more */
	struct store_group g = { .steps = steps, .n_steps = N, .outcomes = outcomes, .n_outcomes = N + 1,
		.operations = more, .n_operations = N, .counts = counts, .n_counts = 3 };

	assert_int_equal(group_run(s, &g, &why), 1);
	assert_int_equal(store_case_by_id(s, DIVISION, x[2].a.id, true, &c, &why), 1);
	assert_true(c.status == 1 && c.open && c.history_count == 2 && c.n_operations == 3);
	assert_memory_equal(c.items.data, "ITEMS", 5);
	assert_int_equal(c.operations[1].state, OPERATION_DECIDED);
	assert_true(c.operations[1].decided_at == 99 && c.operations[1].attempts == 2);
	assert_memory_equal(c.operations[1].outcome.data, "late", 4);
	assert_string_equal(c.operations[2].url, "http://new/url");
	store_case_free(&c);
	assert_int_equal(store_case_by_id(s, DIVISION, x[3].a.id, false, &c, &why), 1);
	assert_true(!c.open && c.finished_at > 0 && c.operations[0].body.data == NULL);
	assert_true(c.operations[1].acknowledged_at == 77 && c.operations[1].outcome.length == 5);
	store_case_free(&c);
	history = store_history(s, DIVISION, x[2].a.id, &why);
	assert_string_equal(history, "{\"what\":\"accepted\"}\n{\"what\":\"approved\"}\n");
	free(history);
	assert_int_equal(pg_number("SELECT value FROM counter WHERE measure = 'approved' AND day = 20780"), 11);

	/* an unchanged outcome and acknowledgement stay */
	outcomes[0] = outcome_of(3, 1, OPERATION_DECIDED, NULL);
	g = (struct store_group){ .outcomes = outcomes, .n_outcomes = 1 };
	assert_int_equal(group_run(s, &g, &why), 1);
	assert_int_equal(store_case_by_id(s, DIVISION, x[3].a.id, false, &c, &why), 1);
	assert_true(c.operations[1].acknowledged_at == 77 && c.operations[1].outcome.length == 5 &&
	    c.operations[1].decided_at == 99);
	store_case_free(&c);
}

static void
a_lost_fence_refuses_the_group(void **state)
{
	struct store_step steps[N];
	struct store_outcome outcome = outcome_of(0, 0, OPERATION_DECIDED, "never");
	struct error why = { 0 };
	bool lost[N];
	char sql[200];

	(void)state;
	snprintf(sql, sizeof sql, "WITH u AS (UPDATE progress SET fence = 2 WHERE id IN (%lld, %lld) RETURNING 1) "
	    "SELECT count(*) FROM u", (long long)x[5].a.id, (long long)x[9].a.id);
	assert_int_equal(pg_number(sql), 2);
	for (int i = 0; i < N; i++)
		steps[i] = step_of(&cases[i], 1, "{}\n");
	struct store_group g = { .steps = steps, .n_steps = N, .outcomes = &outcome, .n_outcomes = 1 };

	assert_int_equal(group_run(s, &g, &why), -1);
	assert_int_equal(why.kind, ERROR_CONFLICT);
	assert_int_equal(store_group_fences(s, steps, N, lost, &why), 0);
	for (int i = 0; i < N; i++)
		assert_int_equal(lost[i], i == 5 || i == 9);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM progress WHERE history_count > 1 AND id >= %lld",
	    (long long)x[0].a.id);
	assert_int_equal(pg_number(sql), 0); /* nothing of the group */
	snprintf(sql, sizeof sql, "SELECT count(*) FROM operation WHERE outcome IS NOT NULL AND application >= %lld",
	    (long long)x[0].a.id);
	assert_int_equal(pg_number(sql), 0);
}

static void
a_bad_row_is_told(void **state)
{
	struct store_step step = step_of(&cases[0], 1, "{}\n");
	struct store_operation again = x[0].operations[0]; /* is there already */
	struct error why = { 0 };
	struct store_group g = { .steps = &step, .n_steps = 1, .operations = &again, .n_operations = 1 };

	(void)state;
	assert_int_equal(group_run(s, &g, &why), -1);
	assert_int_equal(why.kind, ERROR_INPUT);
	error_clear(&why);
	g.n_operations = 0;
	assert_int_equal(group_run(s, &g, &why), 1);
}

static void
an_unknown_operation_is_a_conflict(void **state)
{
	struct store_outcome outcome = outcome_of(0, 55, OPERATION_DECIDED, "x");
	struct store_group g = { .outcomes = &outcome, .n_outcomes = 1 };
	struct error why = { 0 };

	(void)state;
	assert_int_equal(group_run(s, &g, &why), -1);
	assert_int_equal(why.kind, ERROR_CONFLICT);
}

static int seen;

static void
see(void *cookie, const struct store_inbox *row)
{
	const struct store_inbox *expected = cookie;

	assert_true(row->id == expected->id && row->application == expected->application);
	assert_string_equal(row->key, "the key");
	assert_string_equal(row->department, "health");
	assert_int_equal(row->body.length, 4);
	seen++;
}

static void
an_inbox_row_waits_until_it_is_applied(void **state)
{
	struct store_inbox in = { .division = DIVISION, .id = store_id(slot, clock_now()),
		.application = x[1].a.id, .key = "the key", .department = "health", .body = { "body", 4 },
		.arrived_at = clock_now() }, *list[] = { &in };
	struct store_step step = step_of(&cases[1], 1, "{}\n");
	int64_t applied[2] = { DIVISION, in.id };
	struct store_group g = { .steps = &step, .n_steps = 1, .inbox_divisions_ids = applied, .n_inbox = 1 };
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_intake(s, incarnation, NULL, 0, list, 1, &why), 0);
	assert_int_equal(in.verdict, STORE_STORED);
	assert_int_equal(store_inbox_open(s, incarnation, 0, 0, see, &in, &why), 0);
	assert_int_equal(store_inbox_open(s, incarnation, DIVISION, x[1].a.id, see, &in, &why), 0);
	assert_int_equal(seen, 2);
	assert_int_equal(group_run(s, &g, &why), 1);
	assert_int_equal(store_inbox_open(s, incarnation, 0, 0, see, &in, &why), 0);
	assert_int_equal(seen, 2);
}

/* A connection that ends while the group is on its way. */
static void
a_lost_connection_is_unknown_or_temporary(void **state)
{
	struct store_step step = step_of(&cases[0], 1, "{}\n");
	struct store_group g = { .steps = &step, .n_steps = 1 };
	struct error why = { 0 };
	char sql[200];
	int done;

	(void)state;
	/* somebody holds the row: the group waits for it */
	PGconn *c = PQconnectdb(pg.super);
	PQclear(PQexec(c, "BEGIN"));
	snprintf(sql, sizeof sql, "SELECT FROM progress WHERE id = %lld FOR UPDATE", (long long)x[0].a.id);
	PQclear(PQexec(c, sql));
	assert_int_equal(store_group_send(s, &g, &why), 0);
	usleep(50000);
	assert_int_equal(store_group_poll(s, &why), 0);
	pg_number("SELECT count(pg_terminate_backend(pid, 1000)) FROM pg_stat_activity WHERE application_name = 'test'");
	PQfinish(c);
	while ((done = store_group_poll(s, &why)) == 0)
		usleep(1000);
	assert_int_equal(done, -1);
	assert_int_equal(why.kind, ERROR_TEMPORARY); /* the server said so itself, of a statement */
	assert_int_equal(store_socket(s), -1);
	assert_true(store_alive(s));
	error_clear(&why);
	assert_int_equal(group_run(s, &g, &why), 1);
}

/* kill -9 of the backend's whole server: bytes have left, nobody knows. */
static void
a_killed_server_is_unknown(void **state)
{
	struct store_step step = step_of(&cases[0], 1, "{}\n");
	struct store_group g = { .steps = &step, .n_steps = 1 };
	struct error why = { 0 };
	char sql[200];
	int done;
	long pid = pg_number("SELECT pid FROM pg_stat_activity WHERE application_name = 'test'");

	(void)state;
	PGconn *c = PQconnectdb(pg.super);
	PQclear(PQexec(c, "BEGIN"));
	snprintf(sql, sizeof sql, "SELECT FROM progress WHERE id = %lld FOR UPDATE", (long long)x[0].a.id);
	PQclear(PQexec(c, sql));
	assert_int_equal(store_group_send(s, &g, &why), 0);
	kill((pid_t)pid, SIGKILL);
	while ((done = store_group_poll(s, &why)) == 0)
		usleep(1000);
	PQfinish(c);
	assert_int_equal(done, -1);
	assert_int_equal(why.kind, ERROR_UNKNOWN);
	for (int i = 0; i < 600 && !store_alive(s); i++)
		usleep(100000);
	assert_true(store_alive(s)); /* it recovers by itself */
}

/* --- months --- */

enum { MONTHS = 4 };

/* One application each of the month before, this one, the next, and one before there was a service: it has no tables. */
static void
store_over_months(struct sample y[MONTHS], int this_month)
{
	struct store_application *rows[MONTHS];
	struct error why = { 0 };

	samples_make(y, rows, MONTHS, slot);
	for (int i = 0; i < MONTHS; i++) {
		y[i].a.id = store_id_month(i < 3 ? this_month - 1 + i : 2021 * 12) + (y[i].a.id & 0xffffff);
		for (int k = 0; k < 2; k++)
			y[i].operations[k].application = y[i].a.id;
	}
	if (store_intake(s, incarnation, rows, MONTHS, NULL, 0, &why) != 0)
		fail_msg("%s", why.text);
}

/* Move all of `y` on and settle an operation of each: as store_group_poll(). */
static int
move_on(const struct sample *y, int n, int32_t fence_of_first, struct error *why)
{
	struct store_step steps[MONTHS];
	struct store_outcome outcomes[MONTHS];
	struct store_case c;

	for (int i = 0; i < n; i++) {
		assert_int_equal(store_case_by_id(s, DIVISION, y[i].a.id, false, &c, why), 1);
		steps[i] = step_of(&c, 1, "{}\n");
		store_case_free(&c);
		outcomes[i] = (struct store_outcome){ .division = DIVISION, .application = y[i].a.id, .item = 1, .round = 1,
			.state = OPERATION_DECIDED, .attempts = 3, .decided_at = 99, .outcome = { "known", 5 } };
	}
	if (fence_of_first)
		steps[0].fence = fence_of_first;
	return group_run(s, &(struct store_group){ .steps = steps, .n_steps = (size_t)n, .outcomes = outcomes,
		.n_outcomes = (size_t)n }, why);
}

static void
each_month_in_its_own_tables(void **state)
{
	int month = store_id_month_of(store_id(slot, clock_now()));
	struct sample y[MONTHS];
	struct error why = { 0 };

	(void)state;
	for (int i = -30; i < 30; i++) {
		assert_int_equal(store_id_month_of(store_id_month(month + i)), month + i);
		assert_int_equal(store_id_month_of(store_id_month(month + i) - 1), month + i - 1);
	}
	store_over_months(y, month);
	assert_int_equal(move_on(y, MONTHS, 0, &why), 1);
	for (int i = 0; i < MONTHS; i++) {
		struct store_case c;

		assert_int_equal(month_apart(s, store_id_month_of(y[i].a.id)), i < 3);
		assert_int_equal(store_case_by_id(s, DIVISION, y[i].a.id, false, &c, &why), 1);
		assert_true(c.status == 1 && c.history_count == 2 && c.operations[1].state == OPERATION_DECIDED &&
		    c.operations[0].state == OPERATION_SENT);
		store_case_free(&c);
	}
	assert_int_equal(move_on(y, MONTHS, 7, &why), -1); /* one row of one month is another's: nothing of the group */
	assert_int_equal(why.kind, ERROR_CONFLICT);
	for (int i = 0; i < MONTHS; i++) {
		struct store_case c;

		assert_int_equal(store_case_by_id(s, DIVISION, y[i].a.id, false, &c, &why), 1);
		assert_int_equal(c.history_count, 2);
		store_case_free(&c);
	}
}

/* A month leaves between two groups: what was meant for its tables comes again, and goes to the whole. */
static void
a_month_that_leaves(void **state)
{
	int month = store_id_month_of(store_id(slot, clock_now()));
	struct sample y[MONTHS];
	struct error why = { 0 };
	char sql[200];

	(void)state;
	store_over_months(y, month);
	assert_int_equal(move_on(y, 3, 0, &why), 1);
	snprintf(sql, sizeof sql, "ALTER TABLE progress_%04d_%02d RENAME TO gone", (month + 1) / 12, (month + 1) % 12 + 1);
	pg_number(sql);
	assert_int_equal(move_on(y, 3, 0, &why), -1);
	assert_int_equal(why.kind, ERROR_TEMPORARY);
	error_clear(&why);
	assert_int_equal(move_on(y, 3, 0, &why), 1);
	assert_false(month_apart(s, month));
	snprintf(sql, sizeof sql, "ALTER TABLE gone RENAME TO progress_%04d_%02d", (month + 1) / 12, (month + 1) % 12 + 1);
	pg_number(sql);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_group_is_one_transaction, begin, end),
		cmocka_unit_test_setup_teardown(a_lost_fence_refuses_the_group, begin, end),
		cmocka_unit_test_setup_teardown(a_bad_row_is_told, begin, end),
		cmocka_unit_test_setup_teardown(an_unknown_operation_is_a_conflict, begin, end),
		cmocka_unit_test_setup_teardown(an_inbox_row_waits_until_it_is_applied, begin, end),
		cmocka_unit_test_setup_teardown(a_lost_connection_is_unknown_or_temporary, begin, end),
		cmocka_unit_test_setup_teardown(a_killed_server_is_unknown, begin, end),
		cmocka_unit_test(each_month_in_its_own_tables),
		cmocka_unit_test(a_month_that_leaves),
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
