/* Mandates: what is done under one, while it is being taken back; its basis; its village. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "pg.h"
#include "rows.h"

enum { AGENT = 4801, NEXT = 4802, ROUNDS = 200 };
static const int64_t village = 330111001001;

static struct store *s;
static PGconn *witness; /* who sees what is committed */
static int64_t last_token = 480000;

static void
agent(int64_t id, const char *name, const char *place)
{
	struct store_account a = { .id = id, .role = "agent", .sealed = { "s", 1 } };
	struct error why = { 0 };

	snprintf(a.name, sizeof a.name, "%s", name);
	assert_true(store_account_place(&a, place));
	assert_int_equal(store_account_put(s, &a, NULL, &why), 0);
}

static struct store_mandate
mandate(int64_t of, uint8_t whose, enum store_mandate_basis basis)
{
	struct store_mandate m = { .token = ++last_token, .agent = of, .village = village, .basis = basis };

	memset(m.person, whose, sizeof m.person);
	return m;
}

static int64_t
held(int64_t of, uint8_t whose)
{
	const struct store_mandate m = mandate(of, whose, MANDATE_BY_PERSON);
	struct error why = { 0 };

	return store_mandate_holds(s, of, m.person, &why);
}

/* --- 3: acting and taking back at the same time --- */

struct acting {
	struct store *store;
	struct store_draft draft;
	_Atomic int64_t mandate;  /* that he believes he has */
	atomic_long done, refused;
	atomic_bool over, broken;
};

/* Whoever is refused tries again, with what he believes. */
static void *
act(void *cookie)
{
	struct acting *a = cookie;

	while (!a->over) {
		struct error why = { 0 };

		a->draft.mandate = a->mandate;
		a->draft.revision = (int32_t)a->done + 1;
		if (store_draft_put(a->store, &a->draft, NULL, 0, 0, &why) == 1)
			a->done++;
		else if (why.kind == ERROR_CONFLICT)
			a->refused++;
		else
			a->broken = true;
	}
	return NULL;
}

static int
committed(void)
{
	PGresult *r = PQexec(witness, "SELECT max(revision) FROM draft");
	int revision;

	assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
	revision = atoi(PQgetvalue(r, 0, 0));
	PQclear(r);
	return revision;
}

/* `expected` is what is committed until then; -1: whatever. */
static void
wait_for_more(struct acting *a, atomic_long *than, int expected)
{
	long before = *than;

	while (*than == before && !a->broken) {
		if (expected >= 0)
			assert_int_equal(committed(), expected);
		sched_yield();
	}
}

/* Given, used, taken back: from the commit of that on nothing of his is committed, though he goes on trying. */
static void
one_round(struct acting *a)
{
	struct store_mandate m = mandate(AGENT, 7, MANDATE_BY_PERSON);
	struct error why = { 0 };
	struct store_draft d;

	assert_int_equal(store_mandate_take(s, &m, m.person, 0, &why), MANDATE_IN_FORCE);
	a->mandate = m.token;
	wait_for_more(a, &a->done, -1);
	assert_int_equal(store_mandate_end(s, m.token, true, 0, &why), 1);
	wait_for_more(a, &a->refused, committed());
	assert_int_equal(store_draft(s, AGENT, "birth", m.person, &d, &why), 0); /* nor is it shown */
}

static void
nothing_is_done_under_one_that_was_taken_back(void **state)
{
	struct acting a = { .store = pg_open("agent"), .draft = { .id = 481, .account = AGENT, .event = "birth",
		.changed_at = clock_now(), .sealed = { "sealed", 6 } }, .mandate = 1 };
	pthread_t thread;

	(void)state;
	memset(a.draft.person, 7, sizeof a.draft.person);
	assert_int_equal(pthread_create(&thread, NULL, act, &a), 0);
	for (int i = 0; i < ROUNDS && !a.broken; i++)
		one_round(&a);
	a.over = true;
	pthread_join(thread, NULL);
	assert_false(a.broken);
	assert_true(a.done >= ROUNDS && a.refused >= ROUNDS);
	store_close(a.store);
}

/* --- its basis, its village --- */

static void
what_was_taken_back_only_the_person_gives_again(void **state)
{
	struct store_mandate m = mandate(AGENT, 8, MANDATE_BY_PERSON), slip = mandate(AGENT, 8, MANDATE_BY_SLIP);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_mandate_take(s, &m, m.person, 0, &why), MANDATE_IN_FORCE);
	assert_int_equal(store_mandate_end(s, m.token, false, 0, &why), 1);
	assert_int_equal(store_mandate_end(s, m.token, false, 0, &why), 0);
	assert_int_equal(store_mandate_take(s, &slip, m.person, 0, &why), MANDATE_WRONG_SLIP); /* there is no such file */
	m.token = ++last_token;
	assert_int_equal(store_mandate_take(s, &m, m.person, 0, &why), MANDATE_IN_FORCE);
	assert_int_equal(store_mandate_end(s, m.token, true, 0, &why), 1);
	assert_int_equal(store_mandate_take(s, &slip, m.person, 0, &why), MANDATE_WITHDRAWN);
	m.token = ++last_token;
	assert_int_equal(store_mandate_take(s, &m, m.person, 0, &why), MANDATE_IN_FORCE);
	assert_int_equal(held(AGENT, 8), m.token);
}

static void
it_ends_with_the_village(void **state)
{
	struct store_mandate m = mandate(NEXT, 9, MANDATE_BY_PERSON);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_mandate_take(s, &m, m.person, 0, &why), MANDATE_IN_FORCE);
	agent(NEXT, "next", "330111001"); /* the village's town: more than before */
	assert_int_equal(held(NEXT, 9), m.token);
	agent(NEXT, "next", "330111001002");
	assert_int_equal(held(NEXT, 9), 0);
	agent(NEXT, "next", "330111001001"); /* what has ended does not come back */
	assert_int_equal(held(NEXT, 9), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_done_under_one_that_was_taken_back),
		cmocka_unit_test(what_was_taken_back_only_the_person_gives_again),
		cmocka_unit_test(it_ends_with_the_village),
	};
	int failed;

	pg_start();
	s = pg_open("test");
	witness = PQconnectdb(pg.super);
	agent(AGENT, "agent", "330111001001");
	agent(NEXT, "next", "330111001001");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQfinish(witness);
	store_close(s);
	pg_stop();
	return failed;
}
