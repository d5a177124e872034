/* What verify reads: every application with its whole history, in one snapshot; orphans. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg.h"
#include "rows.h"

enum { N = 1203, GROUP = 401 }; /* more than two pages */

static struct store *s;
static int32_t incarnation;
static int slot, applications, without, strays;
static int64_t total, last;

static void
application(void *cookie, const struct store_checked *c)
{
	uint8_t hash[32];

	(void)cookie;
	applications++;
	assert_true(c->id > last && c->division == DIVISION);
	last = c->id;
	without += !c->has_progress;
	if (!c->has_progress)
		return;
	memset(hash, c->history_count, sizeof hash);
	assert_memory_equal(c->history_hash, hash, 32);
	assert_int_equal(c->n_history, c->history_count);
	for (size_t i = 0; i < c->n_history; i++)
		assert_int_equal(c->history[i].seq, i + 1);
	assert_memory_equal(c->history[0].entries.data, "{\"what\":\"accepted\"}\n", 20);
	assert_string_equal(c->event, "birth");
}

static void
sum(void *cookie, const struct store_total *t)
{
	(void)cookie;
	total += t->value;
}

static void
stray(void *cookie, const char *table, int64_t id)
{
	(void)cookie;
	(void)id;
	assert_string_equal(table, "request_key");
	strays++;
}

static void
read_all(void)
{
	struct store_verify_told told = { application, sum, stray, NULL, NULL };
	struct error why = { 0 };

	applications = without = strays = 0;
	last = total = 0;
	assert_int_equal(store_verify(s, &told, &why), 0);
}

static void
everything_is_read_once(void **state)
{
	static struct sample x[GROUP];
	struct store_application *rows[GROUP];
	struct error why = { 0 };
	struct store_case c;
	struct store_step step;
	struct store_group g = { .steps = &step, .n_steps = 1 };

	(void)state;
	for (int i = 0; i < N / GROUP; i++) {
		samples_make(x, rows, GROUP, slot);
		assert_int_equal(store_intake(s, incarnation, rows, GROUP, NULL, 0, &why), 0);
	}
	assert_int_equal(store_case_by_id(s, DIVISION, x[7].a.id, false, &c, &why), 1);
	step = step_of(&c, 1, "{\"n\":2}\n");
	store_case_free(&c);
	assert_int_equal(group_run(s, &g, &why), 1);
	read_all();
	assert_int_equal(applications, N);
	assert_int_equal(total, N);
	assert_int_equal(strays + without, 0);
	pg_number("DELETE FROM progress WHERE id = (SELECT max(id) FROM progress)");
	read_all();
	assert_int_equal(without, 1);
	pg_number("DELETE FROM application WHERE id = (SELECT max(id) FROM application)");
	read_all();
	assert_int_equal(strays, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(everything_is_read_once) };
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
