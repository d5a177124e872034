/* Lives of nodes, taking over, wake-ups between nodes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <sys/wait.h>

#include "pg.h"
#include "rows.h"

enum { N = 10 };

static struct sample x[N];
static int claimed;
static int64_t last_claimed;
static int32_t last_fence;

static void
take(void *cookie, struct store_case *c)
{
	(void)cookie;
	claimed++;
	last_claimed = c->id;
	last_fence = c->fence;
	assert_int_equal(c->n_operations, 2);
	assert_int_equal(c->operations[0].body.length, sizeof x[0].body);
	store_case_free(c);
}

static void
store_some(struct store *s, int32_t incarnation, int slot)
{
	struct store_application *rows[N];
	struct error why = { 0 };

	samples_make(x, rows, N, slot);
	assert_int_equal(store_intake(s, incarnation, rows, N, NULL, 0, &why), 0);
}

static struct store *
node(const char *name, int32_t *incarnation, int *slot)
{
	struct store *s = pg_open(name);
	struct error why = { 0 };

	if (store_node_begin(s, name, false, incarnation, slot, &why) != 0)
		pg_fail(name, why.text);
	return s;
}

static void
bury(struct store *s) /* as if the three seconds had passed */
{
	struct error why = { 0 };

	assert_true(store_nodes_watch(s, NULL, &why) >= 0);
	pg_number("UPDATE node SET ended_at = now() WHERE missing_since IS NOT NULL AND ended_at IS NULL");
}

static void
lives_have_slots_and_numbers_of_their_own(void **state)
{
	int32_t a, b, c;
	int slot_a, slot_b, slot_c;
	struct store *one = node("a", &a, &slot_a), *two = node("b", &b, &slot_b), *three;

	(void)state;
	assert_true(b == a + 1 && slot_a != slot_b);
	three = node("a", &c, &slot_c); /* the same name: the earlier life has ended */
	assert_true(c == b + 1 && slot_c != slot_b && slot_c != slot_a);
	assert_false(store_alive(one));
	assert_false(store_alive(one)); /* and stays so */
	assert_int_equal(store_socket(one), -1);
	assert_true(store_alive(two) && store_alive(three));
	store_close(one);
	store_close(two);
	store_close(three);
}

static void
the_same_name_takes_over_at_once(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("c", &a, &slot), *intake = pg_open("c intake"), *two;
	struct store_case c;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_node_join(intake, a, slot + 1024, &why), 0);
	store_some(intake, a, slot);
	claimed = 0;
	assert_int_equal(store_claim(one, a, 100, take, NULL, &why), 0); /* own ones are not taken */
	two = node("c", &b, &slot);
	assert_false(store_alive(intake)); /* all connections of the life have ended */
	assert_int_equal(store_claim(two, b, 4, take, NULL, &why), 4);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), N - 4);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 0);
	assert_int_equal(claimed, N);
	assert_int_equal(last_fence, 2);
	assert_int_equal(store_case_by_id(two, DIVISION, last_claimed, false, &c, &why), 1);
	assert_true(c.node == b && c.fence == 2);
	store_case_free(&c);
	store_close(one);
	store_close(intake);
	store_close(two);
}

static void
a_dead_node_is_given_up_after_a_while(void **state)
{
	int32_t a, b, d;
	int slot_a, slot_b, slot_d;
	struct store *one = node("d", &a, &slot_a), *helper = pg_open("d2"), *two = node("e", &b, &slot_b), *three;
	struct error why = { 0 };

	(void)state;
	bury(two);
	while (store_claim(two, b, 100, take, NULL, &why) > 0) /* what earlier tests left */
		;
	assert_int_equal(store_node_join(helper, a, slot_a + 1024, &why), 0);
	store_some(one, a, slot_a);
	store_close(one);
	usleep(50000);
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0); /* one connection of the life is left */
	store_close(helper);
	for (int i = 0; i < 6000 && store_nodes_watch(two, NULL, &why) == 0; i++)
		usleep(10000);
	assert_int_equal(store_nodes_watch(two, NULL, &why), 1);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 0); /* not yet */
	bury(two);
	three = node("f", &d, &slot_d);
	claimed = 0;
	assert_int_equal(store_claim(two, b, 7, take, NULL, &why), 7);
	assert_int_equal(store_claim(three, d, 100, take, NULL, &why), 3);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 0);
	assert_int_equal(claimed, N);
	store_close(two);
	store_close(three);
}

static void
a_missing_node_comes_back(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("g", &a, &slot), *two = node("h", &b, &slot);
	struct error why = { 0 };

	(void)state;
	bury(two);
	pg_number("SELECT count(pg_terminate_backend(pid, 1000)) FROM pg_stat_activity WHERE application_name = 'g'");
	assert_int_equal(store_nodes_watch(two, NULL, &why), 1);
	assert_true(store_alive(one)); /* connects again and shows its life again */
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0);
	assert_int_equal(store_node_check(one, &why), 1);
	pg_number("UPDATE node SET ended_at = now() WHERE name = 'g'");
	assert_int_equal(store_node_check(one, &why), 0);
	store_close(one);
	store_close(two);
}

/* Its connections are open, but nobody is behind them. */
static void
a_silent_node_is_missing(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("i", &a, &slot), *two = node("j", &b, &slot);
	struct error why = { 0 };
	struct store_lives lives;

	(void)state;
	bury(two);
	assert_int_equal(store_node_beat(one, 60000, &lives, &why), 1);
	assert_true(lives.nodes > 1 && lives.place < lives.nodes && lives.follows);
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0);
	pg_number("UPDATE node SET seen_at = now() - interval '31 seconds' WHERE name = 'i'");
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0); /* it may have slept alone until the other came */
	pg_number("UPDATE node SET started_at = now() - interval '31 seconds'");
	assert_int_equal(store_nodes_watch(two, NULL, &why), 1);
	assert_int_equal(store_node_beat(one, 60000, &lives, &why), 1);
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0);
	pg_number("UPDATE node SET ended_at = now() WHERE name = 'i'");
	assert_int_equal(store_node_beat(one, 60000, &lives, &why), 0);
	assert_int_equal(store_node_beat(two, 60000, &lives, &why), 1);
	assert_true(lives.nodes == 1 && lives.place == 0 && lives.follows); /* the other died a moment ago */
	pg_number("UPDATE node SET seen_at = now() - interval '1 hour' WHERE name = 'j'");
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0); /* it looks around without a beat of its own */
	pg_number("UPDATE node SET seen_at = now() - interval '2 minutes'");
	assert_int_equal(store_node_beat(two, 60000, &lives, &why), 1);
	assert_false(lives.follows);
	store_close(one);
	store_close(two);
}

/* The database's clock is set back by two hours: what was noted by it before lies ahead. */
static void
a_clock_that_is_set_back_keeps_no_dead_node(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("p", &a, &slot), *two = node("q", &b, &slot);
	struct error why = { 0 };
	struct store_lives lives;

	(void)state;
	bury(two);
	assert_int_equal(store_node_beat(one, 60000, &lives, &why), 1);
	pg_number("UPDATE node SET started_at = started_at + interval '2 hours', seen_at = seen_at + interval '2 hours'");
	assert_int_equal(store_nodes_watch(two, NULL, &why), 1); /* it has not shown itself since */
	assert_int_equal(store_node_beat(one, 60000, &lives, &why), 1);
	assert_int_equal(store_nodes_watch(two, NULL, &why), 0);
	store_close(one);
	for (int i = 0; i < 6000 && store_nodes_watch(two, NULL, &why) == 0; i++)
		usleep(10000);
	pg_number("UPDATE node SET missing_since = missing_since + interval '2 hours'");
	assert_int_equal(store_nodes_watch(two, NULL, &why), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM node WHERE ended_at IS NULL AND missing_since > now()"), 0);
	store_close(two);
}

/* Who lives alone beats rarely, and hears at once that he no longer does. */
static void
a_new_life_wakes_the_others(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("n", &a, &slot), *two;
	struct error why = { 0 };
	struct pollfd heard;

	(void)state;
	assert_int_equal(store_listen_lives(one, &why), 0);
	store_hear_lives(one);
	heard = (struct pollfd){ .fd = store_socket(one), .events = POLLIN };
	assert_int_equal(poll(&heard, 1, 0), 0);
	two = node("o", &b, &slot);
	assert_int_equal(poll(&heard, 1, 30000), 1);
	store_hear_lives(one);
	assert_int_equal(poll(&heard, 1, 0), 0);
	store_close(one);
	store_close(two);
}

/* A new life begins under a name that is free, or that of another process, unless it is polite. */
static void
a_polite_life_leaves_others_alone(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("k", &a, &slot), *two = node("l", &b, &slot);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_node_begin(two, "k", true, &b, &slot, &why), -1);
	assert_int_equal(why.kind, ERROR_REFUSED);
	assert_int_equal(store_node_check(one, &why), 1);
	pg_number("UPDATE node SET ended_at = now() WHERE name = 'k'");
	assert_int_equal(store_node_begin(two, "k", true, &b, &slot, &why), 0);
	store_close(one);
	store_close(two);
}

/* Two nodes claim the same applications at the same time: each goes to one of them. */
static void
two_claim_at_once(void **state)
{
	int32_t a, b;
	int slot, pipes[2], status, mine = 0, theirs = -1, left, n;
	struct store *one = node("l", &a, &slot), *two;
	struct error why = { 0 };
	pid_t child;

	(void)state;
	bury(one);
	while (store_claim(one, a, 100, take, NULL, &why) > 0) /* what earlier tests left */
		;
	left = (int)pg_number("SELECT count(*) FROM progress WHERE open AND node = (SELECT max(incarnation) FROM node)");
	for (int i = 0; i < 30; i++)
		store_some(one, a, slot);
	store_close(one);
	two = node("l", &b, &slot); /* the life that stored them has ended */
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		struct store *three = node("m", &a, &slot);

		for (theirs = 0; (n = store_claim(three, a, 5, take, NULL, &why)) != 0; error_clear(&why))
			theirs += n > 0 ? n : 0;
		_exit(write(pipes[1], &theirs, sizeof theirs) != sizeof theirs);
	}
	usleep(20000);
	for (; (n = store_claim(two, b, 5, take, NULL, &why)) != 0; error_clear(&why)) {
		assert_true(n > 0 || why.kind == ERROR_TEMPORARY);
		mine += n > 0 ? n : 0;
	}
	assert_int_equal(read(pipes[0], &theirs, sizeof theirs), sizeof theirs);
	waitpid(child, &status, 0);
	print_message("%d and %d\n", mine, theirs);
	assert_int_equal(mine + theirs, 30 * N + left);
	assert_int_equal(pg_number("SELECT count(*) FROM progress WHERE fence = 2 AND open AND node IN "
	    "(SELECT incarnation FROM node WHERE name IN ('l', 'm'))"), 30 * N);
	store_close(two);
}

static void
ignore(void *cookie, const struct store_inbox *row)
{
	(void)row;
	++*(int *)cookie;
}

static void
an_answer_wakes_the_owner(void **state)
{
	int32_t a, b;
	int slot_a, slot_b, found = 0;
	struct store *one = node("i", &a, &slot_a), *two = node("j", &b, &slot_b);
	struct error why = { 0 };
	struct store_inbox in = { .division = DIVISION, .id = store_id(1, clock_now()), .key = "k",
		.department = "health", .body = { "b", 1 }, .arrived_at = clock_now() }, *list[] = { &in };

	(void)state;
	store_some(one, a, slot_a);
	in.application = x[0].a.id;
	assert_int_equal(store_listen(one, &why), 0);
	assert_int_equal(store_listen(two, &why), 0);
	assert_false(store_notified(one));
	assert_int_equal(store_intake(one, a, NULL, 0, list, 1, &why), 0); /* own: no notice */
	usleep(20000);
	assert_false(store_notified(one));
	in.id = store_id(1, clock_now());
	assert_int_equal(store_intake(two, b, NULL, 0, list, 1, &why), 0);
	for (int i = 0; i < 6000 && !store_notified(one); i++)
		usleep(10000);
	assert_int_equal(store_inbox_open(one, a, 0, 0, ignore, &found, &why), 0);
	assert_int_equal(found, 2);
	assert_false(store_notified(two)); /* it is not the owner */
	store_close(one);
	store_close(two);
}

/* A finished application whose node is gone: a late answer, or what somebody asked for just before the
 * end, is still taken up by somebody. */
static void
an_answer_to_a_finished_application(void **state)
{
	int32_t a, b;
	int slot;
	struct store *one = node("k", &a, &slot), *two;
	struct error why = { 0 };
	struct store_case c;
	struct store_step step;
	struct store_group g = { .steps = &step, .n_steps = 1 };
	struct store_inbox in = { .division = DIVISION, .id = store_id(1, clock_now()), .key = "k",
		.department = "health", .body = { "b", 1 }, .arrived_at = clock_now() }, *list[] = { &in };

	(void)state;
	store_some(one, a, slot);
	for (int i = 0; i < N; i++) {
		assert_int_equal(store_case_by_id(one, DIVISION, x[i].a.id, false, &c, &why), 1);
		step = step_of(&c, 2, "{}\n");
		assert_int_equal(group_run(one, &g, &why), 1);
		store_case_free(&c);
	}
	two = node("k", &b, &slot);
	bury(two);
	while (store_claim(two, b, 100, take, NULL, &why) > 0)
		;
	in.application = x[3].a.id;
	assert_int_equal(store_intake(two, b, NULL, 0, list, 1, &why), 0);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 1);
	assert_true(last_claimed == x[3].a.id);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 0);
	struct store_petition asked = { .division = DIVISION, .id = store_id(1, clock_now()),
		.application = x[4].a.id, .account = 1, .body = { "b", 1 }, .account_division = DIVISION };
	assert_int_equal(store_petition_put(two, b, &asked, &why), 0);
	assert_int_equal(asked.verdict, STORE_STORED);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 1);
	assert_true(last_claimed == x[4].a.id);
	assert_int_equal(store_claim(two, b, 100, take, NULL, &why), 0);
	store_close(one);
	store_close(two);
}

/* The server knows that everybody of the test before has gone. */
static int
all_gone(void **state)
{
	(void)state;
	for (int i = 0; i < 6000 && pg_number("SELECT count(*) FROM pg_stat_activity WHERE usename = 'yijianshi'") > 0; i++)
		usleep(10000);
	return 0;
}

#define ONE(test) cmocka_unit_test_teardown(test, all_gone)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(lives_have_slots_and_numbers_of_their_own),
		ONE(the_same_name_takes_over_at_once),
		ONE(a_dead_node_is_given_up_after_a_while),
		ONE(a_missing_node_comes_back),
		ONE(a_silent_node_is_missing),
		ONE(a_clock_that_is_set_back_keeps_no_dead_node),
		ONE(a_polite_life_leaves_others_alone),
		ONE(two_claim_at_once),
		ONE(a_new_life_wakes_the_others),
		ONE(an_answer_wakes_the_owner),
		ONE(an_answer_to_a_finished_application),
	};
	int failed;

	pg_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_stop();
	return failed;
}
