/* Memory that runs out at each allocation in turn, ours or libpq's, while something is stored. What was said to be stored
 * is there, what was said to have failed is not and never comes, anything else is unknown; and who goes on with the
 * session, or with a new one, stores as ever. YJS_SHOW=1: who asked for what failed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory/library.h"
#include "memory/scarce.h"
#include "pg.h"
#include "rows.h"

enum { ROUNDS = 2000, NEW_SESSION_STEP = 7 };

/* Something to store, `n` times, each time another. */
struct deed {
	const char *name;
	void (*prepare)(long n);
	int (*attempt)(long n, struct error *why);
	bool (*is_there)(long n);
};

static struct store *s, *witness;
static int32_t incarnation;
static int slot;
static struct { bool met; enum error_kind kind; } told[ROUNDS];

/* --- the deeds --- */

static struct sample applications[ROUNDS];
static struct store_case cases[ROUNDS];

static void
make_application(long n)
{
	sample_make(&applications[n], slot, n);
}

static int
file_application(long n, struct error *why)
{
	struct store_application *row = &applications[n].a;
	int result = store_intake(s, incarnation, &row, 1, NULL, 0, why);

	assert_true(row->verdict == STORE_STORED || row->verdict == STORE_FAILED || row->verdict == STORE_LOST);
	assert_int_equal(row->verdict == STORE_STORED, result == 0);
	assert_int_equal(row->verdict == STORE_LOST, why->kind == ERROR_UNKNOWN);
	return result;
}

static void
read_case(long n, struct store_case *c)
{
	struct error why = { 0 };

	if (store_case_by_id(witness, DIVISION, applications[n].a.id, false, c, &why) < 0)
		fail_msg("%s", why.text);
}

static bool
is_filed(long n)
{
	struct store_case c = { 0 };
	bool filed;

	read_case(n, &c);
	filed = c.id != 0;
	store_case_free(&c);
	return filed;
}

static void
make_case(long n)
{
	struct store_application *row = &applications[n].a;
	struct error why = { 0 };

	make_application(n);
	assert_int_equal(store_intake(witness, incarnation, &row, 1, NULL, 0, &why), 0);
	read_case(n, &cases[n]);
}

static int
move_case(long n, struct error *why)
{
	struct store_step step = step_of(&cases[n], 1, "{\"what\":\"moved\"}\n");
	struct store_outcome outcome = { .division = DIVISION, .application = cases[n].id, .round = 1,
		.state = OPERATION_DECIDED, .attempts = 1, .decided_at = 99, .outcome = { "sealed", 6 } };
	struct store_group g = { .steps = &step, .n_steps = 1, .outcomes = &outcome, .n_outcomes = 1 };
	int result = group_run(s, &g, why) == 1 ? 0 : -1;

	store_case_free(&cases[n]);
	return result;
}

static bool
has_moved(long n)
{
	struct store_case c = { 0 };
	bool moved;

	read_case(n, &c);
	moved = c.status == 1;
	store_case_free(&c);
	return moved;
}

static void
nothing(long n)
{
	(void)n;
}

static struct store_account
account_of(long n)
{
	struct store_account a = { .id = 1000 + n, .role = "citizen", .sealed = { "sealed", 6 } };

	snprintf(a.name, sizeof a.name, "person %ld", n);
	return a;
}

static int
put_account(long n, struct error *why)
{
	struct store_account a = account_of(n);

	return store_account_put(s, &a, NULL, why);
}

static bool
account_is_there(long n)
{
	struct store_account wanted = account_of(n), a = { 0 };
	struct error why = { 0 };
	int found = store_account_by_name(witness, wanted.name, &a, &why);

	assert_true(found >= 0);
	if (found)
		store_account_free(&a);
	return found == 1;
}

static void
hash_of(long n, uint8_t hash[32])
{
	memset(hash, 0, 32);
	memcpy(hash, &n, sizeof n);
}

static int
put_token(long n, struct error *why)
{
	uint8_t hash[32];

	hash_of(n, hash);
	return store_token_put(s, 1000, 5000 + n, hash, false, why);
}

static bool
token_is_there(long n)
{
	struct store_account a = { 0 };
	struct error why = { 0 };
	uint8_t hash[32];
	int found;

	hash_of(n, hash);
	found = store_account_by_token(witness, hash, &a, &why);
	assert_true(found >= 0);
	if (found)
		store_account_free(&a);
	return found == 1;
}

static const struct deed
	filing = { "an application is filed", make_application, file_application, is_filed },
	moving = { "an application moves", make_case, move_case, has_moved },
	changing = { "an account is made, in a transaction", nothing, put_account, account_is_there },
	noting = { "a token is made, by one statement", nothing, put_token, token_is_there };

/* --- each allocation in turn --- */

static void
with_memory(const struct deed *d, long n)
{
	struct error why = { 0 };

	d->prepare(n);
	if (d->attempt(n, &why) != 0)
		fail_msg("%s: with memory enough: %s", d->name, why.text);
	if (!d->is_there(n))
		fail_msg("%s: round %ld: with memory enough it is not there", d->name, n);
}

/* False: there were fewer allocations. */
static bool
without(const struct deed *d, long n, long fail_at)
{
	struct error why = { 0 };
	int result;

	d->prepare(n);
	scarce_begin(fail_at);
	result = d->attempt(n, &why);
	scarce_end();
	if (result != 0 && why.kind != ERROR_TEMPORARY && why.kind != ERROR_UNKNOWN)
		fail_msg("%s: allocation %ld: %s", d->name, fail_at, why.text);
	told[n].met = true;
	told[n].kind = result == 0 ? ERROR_NONE : why.kind;
	if (result == 0 && !d->is_there(n))
		fail_msg("%s: allocation %ld: said to be stored", d->name, fail_at);
	return scarce_failed();
}

/* What nobody told the end of has come to one by now. */
static void
wait_until_all_has_ended(void)
{
	store_close(s);
	s = NULL;
	for (int i = 0; i < 3000 && pg_number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'scarce'") > 0; i++)
		usleep(10000);
}

static void
compare(const struct deed *d, long from, long to)
{
	long unknown = 0, refused = 0;

	for (long n = from; n < to; n++) {
		if (told[n].met && told[n].kind == ERROR_TEMPORARY && d->is_there(n))
			fail_msg("%s: round %ld: said to have failed, and it is there", d->name, n);
		refused += told[n].met && told[n].kind == ERROR_TEMPORARY;
		unknown += told[n].met && told[n].kind == ERROR_UNKNOWN;
	}
	print_message("%s: %ld rounds, %ld failed, %ld unknown\n", d->name, to - from, refused, unknown);
	assert_true(refused + unknown > 0);
}

/* `step` 1: in a session that has its statements; more: in one that has to prepare them first. From round n on; gives
 * the next one's number. */
static long
each_in_turn(const struct deed *d, long n, long step)
{
	long first = n, fail_at = 1;
	bool more = true;

	for (; more; fail_at += step) {
		assert_true(n + 2 < ROUNDS);
		if (step > 1 || store_socket(s) < 0) {
			store_close(s);
			s = pg_open("scarce");
		}
		if (step == 1)
			with_memory(d, n++);
		more = without(d, n++, fail_at);
	}
	wait_until_all_has_ended();
	compare(d, first, n);
	return n;
}

static void
try_both(const struct deed *d)
{
	memset(told, 0, sizeof told);
	s = pg_open("scarce");
	(void)each_in_turn(d, each_in_turn(d, 0, 1), NEW_SESSION_STEP);
}

static void
what_is_filed_is_told_truly(void **state)
{
	(void)state;
	try_both(&filing);
}

static void
so_is_what_moves(void **state)
{
	(void)state;
	try_both(&moving);
}

static void
so_is_a_transaction(void **state)
{
	(void)state;
	try_both(&changing);
}

static void
so_is_a_statement_alone(void **state)
{
	(void)state;
	try_both(&noting);
}

int
main(void)
{
	scarce_shows = getenv("YJS_SHOW") != NULL;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_filed_is_told_truly),
		cmocka_unit_test(so_is_what_moves),
		cmocka_unit_test(so_is_a_transaction),
		cmocka_unit_test(so_is_a_statement_alone),
	};
	struct error why = { 0 };
	int failed;

	if (library_scarce("libpq.so.5") < 4)
		pg_fail("library_scarce", "libpq's calls for memory are not found");
	pg_start();
	witness = pg_open("witness");
	if (store_node_begin(witness, "one", false, &incarnation, &slot, &why) != 0)
		pg_fail("store_node_begin", why.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(witness);
	pg_stop();
	return failed;
}
