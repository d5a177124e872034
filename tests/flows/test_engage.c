/* The engine's own lists: timers come in order, queues keep theirs, nothing is lost or freed twice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "flows/engage.h"

static struct item items[3];
static struct event event = { .items = items, .n_items = 3 };

static struct operation *
operation(struct department *d)
{
	struct operation *op = calloc(1, sizeof *op);

	op->timer = (struct timer){ .op = op, .place = -1 };
	op->department = d;
	return op;
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
timers_fire_in_order_whatever_is_set_and_removed(void **state)
{
	enum { N = 500 };
	struct timers t = { 0 };
	struct operation *ops[N];
	uint32_t seed = 7;
	int64_t last = INT64_MIN;
	size_t left = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		ops[i] = operation(NULL);
		assert_int_equal(timers_set(&t, &ops[i]->timer, next(&seed) % 1000), 0);
	}
	for (int i = 0; i < N; i++) {
		struct operation *op = ops[next(&seed) % N];

		if (i % 3 == 0)
			timers_remove(&t, &op->timer);
		else
			assert_int_equal(timers_set(&t, &op->timer, next(&seed) % 1000), 0);
	}
	for (int i = 0; i < N; i++)
		left += ops[i]->timer.place >= 0;
	assert_int_equal(left, t.n);
	for (struct timer *timer; (timer = timers_first(&t)); left--) {
		assert_true(timer->due >= last);
		last = timer->due;
		timers_remove(&t, timer);
		assert_int_equal(timer->place, -1);
	}
	assert_int_equal(left, 0);
	for (int i = 0; i < N; i++)
		operation_free(ops[i]);
	free(t.heap);
}

static bool
is_of(const struct timer *timer, const void *department)
{
	return timer->op->department == department;
}

static void
queue(struct timer *timer)
{
	operation_queue(timer->op);
}

static void
a_sweep_takes_all_that_are_wanted_and_no_other(void **state)
{
	enum { N = 300 };
	struct department d[2] = { 0 };
	struct timers t = { 0 };
	uint32_t seed = 11;
	int wanted = 0;
	int64_t last = INT64_MIN;

	(void)state;
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < N; i++) {
			struct operation *op = operation(&d[next(&seed) % 3 == 0]);

			wanted += op->department == &d[1];
			assert_int_equal(timers_set(&t, &op->timer, next(&seed) % 1000), 0);
		}
		timers_sweep(&t, is_of, &d[1], queue);
		assert_int_equal(d[1].waiting, wanted);
	}
	assert_int_equal(t.n + (size_t)wanted, 20 * N);
	for (struct timer *timer; (timer = timers_first(&t));) {
		assert_ptr_equal(timer->op->department, &d[0]);
		assert_true(timer->due >= last);
		last = timer->due;
		timers_remove(&t, timer);
		operation_free(timer->op);
	}
	for (struct operation *op; (op = operation_unqueue(&d[1]));)
		operation_free(op);
	free(t.heap);
}

static void
a_queue_keeps_the_order_of_arrival(void **state)
{
	struct department d = { 0 };
	struct operation *ops[5];

	(void)state;
	assert_null(operation_unqueue(&d));
	for (int i = 0; i < 5; i++) {
		ops[i] = operation(&d);
		operation_queue(ops[i]);
	}
	assert_int_equal(d.waiting, 5);
	for (int i = 0; i < 5; i++) {
		assert_ptr_equal(operation_unqueue(&d), ops[i]);
		operation_free(ops[i]);
	}
	assert_int_equal(d.waiting, 0);
	assert_null(d.last);
}

static struct running *
running(int64_t id)
{
	struct running *r = running_new(&event);

	r->id = id;
	return r;
}

static void
applications_are_found_by_id_among_thousands(void **state)
{
	enum { N = 3000 };
	struct engagements table = { 0 };
	struct timers timers = { 0 };

	(void)state;
	assert_null(engagements_find(&table, 1));
	for (int64_t i = 0; i < N; i++)
		assert_non_null(engagements_add(&table, running(i << 22)));
	for (int64_t i = 0; i < N; i += 2)
		engagements_drop(&table, &timers, engagements_find(&table, i << 22));
	assert_int_equal(table.n, N / 2);
	for (int64_t i = 0; i < N; i++)
		assert_int_equal(engagements_find(&table, i << 22) != NULL, i % 2);
	engagements_free(&table, &timers);
}

/* The sanitizer is the judge: a dropped application's operations are freed once, wherever they are. */
static void
a_dropped_application_leaves_its_calls_in_flight_to_the_transfer(void **state)
{
	struct engagements table = { 0 };
	struct timers timers = { 0 };
	struct department d = { 0 };
	struct engaged *e = engagements_add(&table, running(5));
	struct operation *flying = operation(&d), *queued = operation(&d), *timed = operation(&d);

	(void)state;
	flying->in_flight = true;
	operation_queue(queued);
	assert_int_equal(timers_set(&timers, &timed->timer, 10), 0);
	*engaged_slot(e, 0, false) = flying;
	*engaged_slot(e, 1, false) = queued;
	*engaged_slot(e, 2, true) = timed;
	flying->owner = queued->owner = timed->owner = e;
	engagements_drop(&table, &timers, e);
	assert_int_equal(timers.n, 0);
	assert_null(flying->owner);
	assert_ptr_equal(operation_unqueue(&d), queued);
	assert_null(queued->owner);
	operation_free(queued);
	operation_free(flying);
	engagements_free(&table, &timers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_fire_in_order_whatever_is_set_and_removed),
		cmocka_unit_test(a_sweep_takes_all_that_are_wanted_and_no_other),
		cmocka_unit_test(a_queue_keeps_the_order_of_arrival),
		cmocka_unit_test(applications_are_found_by_id_among_thousands),
		cmocka_unit_test(a_dropped_application_leaves_its_calls_in_flight_to_the_transfer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
