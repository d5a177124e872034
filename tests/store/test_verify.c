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
static int slot, chains;
static int64_t total, last;

static void
chain(void *cookie, const struct store_chain *c)
{
	uint8_t hash[32];

	(void)cookie;
	chains++;
	assert_true(c->id > last && c->division == DIVISION);
	last = c->id;
	memset(hash, c->history_count, sizeof hash);
	assert_memory_equal(c->history_hash, hash, 32);
	assert_string_equal(c->lines, c->history_count == 1 ? "{\"what\":\"accepted\"}\n"
	    : "{\"what\":\"accepted\"}\n{\"n\":2}\n");
	assert_string_equal(c->event, "birth");
}

static void
sum(void *cookie, const struct store_total *t)
{
	(void)cookie;
	total += t->value;
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
	assert_int_equal(store_verify(s, chain, sum, NULL, &why), 0);
	assert_int_equal(chains, N);
	assert_int_equal(total, N);
	assert_int_equal(store_orphans(s, &why), 0);
	pg_number("DELETE FROM progress WHERE id = (SELECT max(id) FROM progress)");
	assert_true(store_orphans(s, &why) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(everything_is_read_once) };
	struct error why = { 0 };
	int failed;

	pg_start();
	s = pg_open("test");
	if (store_node_begin(s, "one", &incarnation, &slot, &why) != 0)
		pg_fail("store_node_begin", why.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
