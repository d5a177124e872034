/* The chains of accesses: whatever anybody changes in them is found, and the row is named. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "pg.h"
#include "seal/seal.h"

enum { DIVISION = 330111, CHAINS = 3, ROWS = 24 };

static struct store *writers[CHAINS], *reader;
static struct seal *seal;
static int64_t ids[CHAINS][ROWS];

/* --- what the walk tells --- */

static struct told { int n; int64_t rows, ids[100], places[100]; int32_t chains[100]; } told;

static void
tell(void *cookie, int32_t chain, int64_t seq, int64_t id, const char *what)
{
	(void)cookie;
	assert_non_null(what);
	if (told.n < 100) {
		told.chains[told.n] = chain;
		told.places[told.n] = seq;
		told.ids[told.n++] = id;
	}
}

static void
walk(void)
{
	struct store_access_walk w = { .seal = seal, .wrong = tell };
	struct error why = { 0 };

	memset(&told, 0, sizeof told);
	if (store_access_check(reader, &w, &why) != 0)
		fail_msg("%s", why.text);
	told.rows = w.rows;
}

static bool
named(int64_t id)
{
	for (int i = 0; i < told.n; i++)
		if (told.ids[i] == id)
			return true;
	return false;
}

static void
must(const char *sql)
{
	char *text = pg_ask(pg.super, sql);

	if (*text == '!')
		fail_msg("%s: %s", sql, text);
	free(text);
}

static int
put(struct store *s, int64_t id, size_t n, struct error *why)
{
	static const uint8_t person[16] = { 7, 1 };
	struct store_access rows[4];

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct store_access){ .division = DIVISION, .id = id + (int64_t)i, .account = 70 + id % 5,
			.application = id % 3 ? 9000 + id % 7 : 0, .person = id % 3 ? NULL : person, .at = clock_now(),
			.fields = "application", .why = "shown" };
	return store_access_put(s, rows, n, why);
}

/* --- the tests --- */

/* Three writers in turns, one row and several at a time. */
static int
fill(void **state)
{
	struct error why = { 0 };
	int64_t id = 1000;

	(void)state;
	for (int row = 0; row < ROWS; row += 4)
		for (int c = 0; c < CHAINS; c++, id += 4) {
			for (int k = 0; k < 4; k++)
				ids[c][row + k] = id + k;
			if (c == 0 && put(writers[c], id, 4, &why) != 0)
				pg_fail("put", why.text);
			for (int k = 0; c > 0 && k < 4; k++)
				if (put(writers[c], id + k, 1, &why) != 0)
					pg_fail("put", why.text);
		}
	must("CREATE TABLE kept AS TABLE access; CREATE TABLE kept_head AS TABLE access_head");
	return 0;
}

static void
restore(void)
{
	must("BEGIN; DELETE FROM access; INSERT INTO access SELECT * FROM kept; DELETE FROM access_head; "
	    "INSERT INTO access_head SELECT * FROM kept_head; COMMIT");
}

static void
what_was_written_is_whole(void **state)
{
	(void)state;
	walk();
	assert_int_equal(told.n, 0);
	assert_int_equal(told.rows, CHAINS * ROWS);
	assert_int_equal(pg_number("SELECT count(*) FROM access_head"), CHAINS);
}

/* Each way at each place: found, and the row that was touched is named. */
static void
every_edit_is_found_and_named(void **state)
{
	static const char *const edits[] = { "account = account + 1", "application = application + 1",
		"at = at + interval '1 microsecond'", "fields = 'item'", "why = why || ' '", "person = gen_random_uuid()",
		"hash = sha256(hash)", "division = 110101" };
	char sql[200];

	(void)state;
	for (size_t e = 0; e < sizeof edits / sizeof *edits; e++)
		for (int c = 0; c < CHAINS; c++) {
			int64_t id = ids[c][(e * 7 + (size_t)c * 11 + 1) % ROWS];

			snprintf(sql, sizeof sql, "UPDATE access SET %s WHERE id = %lld", edits[e], (long long)id);
			must(sql);
			walk();
			if (!named(id))
				fail_msg("%s: not named (%d told)", sql, told.n);
			restore();
		}
}

static void
a_row_that_is_gone_is_named_by_its_place(void **state)
{
	static const int places[] = { 0, 1, ROWS / 2, ROWS - 1 };
	char sql[200];

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(sql, sizeof sql, "DELETE FROM access WHERE id = %lld", (long long)ids[1][places[i]]);
		must(sql);
		walk();
		assert_true(told.n >= 1);
		assert_true(told.ids[0] == 0 && told.chains[0] == 1 && told.places[0] == places[i] + 1);
		restore();
	}
	must("TRUNCATE access");
	walk();
	assert_int_equal(told.n, CHAINS); /* of each all up to its end */
	restore();
}

/* The end cut off, and the chain's end set to what is left, as nobody without the key could better. */
static void
an_end_that_is_cut_off_is_found(void **state)
{
	(void)state;
	must("DELETE FROM access WHERE chain = 2 AND seq > 20; UPDATE access_head h SET seq = a.seq, hash = a.hash "
	    "FROM access a WHERE h.chain = 2 AND a.chain = 2 AND a.seq = 20");
	walk();
	assert_true(told.n == 1 && told.chains[0] == 2 && told.places[0] == 20);
	restore();
	must("DELETE FROM access WHERE chain = 2; DELETE FROM access_head WHERE chain = 1");
	walk();
	assert_true(told.n >= ROWS + 1); /* each row of the chain without an end, and the one without rows */
	assert_true(named(ids[1][0]) && named(ids[1][ROWS - 1]));
	restore();
}

static void
what_is_put_in_or_exchanged_is_found(void **state)
{
	(void)state;
	must("INSERT INTO access SELECT 555, application, account, at, division, fields, why, person, chain, seq, hash "
	    "FROM access WHERE chain = 0 AND seq = 5");
	walk();
	assert_true(told.n >= 1 && (named(555) || told.places[0] == 5));
	restore();
	must("INSERT INTO access SELECT 556, application, account, clock_timestamp(), division, fields, why, person "
	    "FROM access WHERE chain = 0 AND seq = 5");
	walk();
	assert_true(told.n == 1 && told.ids[0] == 556);
	restore();
	must("UPDATE access a SET seq = 13 - a.seq WHERE a.chain = 1 AND a.seq IN (6, 7)");
	walk();
	assert_true(named(ids[1][5]) && named(ids[1][6]));
	restore();
	must("UPDATE access SET chain = 2 - chain");
	walk();
	assert_true(named(ids[0][0]) && named(ids[2][0]));
	restore();
}

/* Two connections that take themselves for the same writer: both go on, the chain does not fork. */
static void
a_chain_does_not_fork(void **state)
{
	struct error why = { 0 };
	struct store *twin = pg_open("twin");

	(void)state;
	store_access_chain(twin, seal, 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(put(twin, 5000 + i * 2, 1, &why), 0);
		assert_int_equal(put(writers[1], 5001 + i * 2, 1, &why), 0);
	}
	store_close(twin);
	walk();
	assert_int_equal(told.n, 0);
	assert_int_equal(told.rows, CHAINS * ROWS + 10);
}

/* A refused row leaves the chain as it was. */
static void
a_refused_row_breaks_nothing(void **state)
{
	struct error why = { 0 };

	(void)state;
	assert_int_equal(put(writers[0], ids[0][0], 1, &why), -1); /* the id is taken */
	error_clear(&why);
	assert_int_equal(put(writers[0], 6000, 2, &why), 0);
	assert_int_equal(put(reader, 6010, 1, &why), -1); /* it has no chain */
	walk();
	assert_int_equal(told.n, 0);
}

/* Who has moved a chain's end is not helped by our going on: what he did stays to be seen. */
static void
a_moved_end_is_not_covered_up(void **state)
{
	struct error why = { 0 };

	(void)state;
	must("DELETE FROM access WHERE chain = 2 AND seq = 24; UPDATE access_head SET seq = 23, hash = "
	    "(SELECT hash FROM access WHERE chain = 2 AND seq = 23) WHERE chain = 2");
	assert_int_equal(put(writers[2], 7000, 1, &why), 0);
	walk();
	assert_true(told.n == 1 && told.chains[0] == 2 && told.places[0] == 23);
	assert_int_equal(pg_number("SELECT chain FROM access WHERE id = 7000"), 2 + ACCESS_CHAINS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_whole),
		cmocka_unit_test(every_edit_is_found_and_named),
		cmocka_unit_test(a_row_that_is_gone_is_named_by_its_place),
		cmocka_unit_test(an_end_that_is_cut_off_is_found),
		cmocka_unit_test(what_is_put_in_or_exchanged_is_found),
		cmocka_unit_test(a_chain_does_not_fork),
		cmocka_unit_test(a_refused_row_breaks_nothing),
		cmocka_unit_test(a_moved_end_is_not_covered_up),
	};
	struct error why = { 0 };
	int failed;

	pg_start();
	if (seal_make_key("key", &why) != 0 || !(seal = seal_open("key", &why)))
		pg_fail("key", why.text);
	reader = pg_open("reader");
	for (int c = 0; c < CHAINS; c++) {
		writers[c] = pg_open("writer");
		store_access_chain(writers[c], seal, c);
	}
	failed = cmocka_run_group_tests(tests, fill, NULL);
	for (int c = 0; c < CHAINS; c++)
		store_close(writers[c]);
	store_close(reader);
	seal_close(seal);
	pg_stop();
	return failed;
}
