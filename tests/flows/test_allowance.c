/* What a department may be sent: over all nodes no more than was agreed, and no less either. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "flows/department.h"

enum { MOST = 9, STEP_US = 50000 };

static struct share
share(int nodes, int place)
{
	return (struct share){ (uint16_t)nodes, (uint16_t)place };
}

static struct department
department(int at_once, int per_minute)
{
	return (struct department){ .connector = { .at_once = at_once, .per_minute = per_minute, .timeout_ms = 10000 } };
}

static void
parts_add_up_to_the_limit(void **state)
{
	(void)state;
	for (int nodes = 1; nodes <= MOST; nodes++)
		for (int limit = nodes; limit < 100; limit++) {
			int sum = 0;

			for (int place = 0; place < nodes; place++) {
				int part = share_part(share(nodes, place), limit, 0, 1000);

				assert_true(part >= limit / nodes && part <= limit / nodes + 1);
				sum += part;
			}
			assert_int_equal(sum, limit);
		}
	assert_int_equal(share_part(share(0, 0), 64, 0, 1000), 0); /* not known yet */
}

/* A unit that was begun in a place's turn has ended when another place may begin one; every place has its turn. */
static void
what_is_too_little_for_all_goes_round(void **state)
{
	const int64_t held = 1000, all = 2 * held * MOST;

	(void)state;
	for (int nodes = 2; nodes <= MOST; nodes++)
		for (int limit = 1; limit < nodes; limit++) {
			int64_t began[MOST] = { 0 }, turns[MOST] = { 0 };

			for (int64_t at = 2 * held; at < 2 * held + all; at += held / 10) {
				int busy = 0;

				for (int place = 0; place < nodes; place++) {
					int part = share_part(share(nodes, place), limit, at, held);

					if (part)
						began[place] = at;
					turns[place] += part;
					busy += began[place] && at - began[place] < held;
				}
				assert_true(busy <= limit);
			}
			for (int place = 0; place < nodes; place++)
				assert_true(turns[place] > 0);
		}
}

/* Start all that may be started; how many. */
static int
begin_all(struct department *d, struct share s, int64_t now)
{
	int n = 0;

	for (; allowance_starts(d, s, now, now); n++)
		allowance_note(d, now);
	return n;
}

static void
any_minute_has_no_more_than_per_minute(void **state)
{
	static const int limits[] = { 1, 7, 60, 600, 6000 };
	enum { STEPS = 4 * 60 * 1000000 / STEP_US, MINUTE = 60 * 1000000 / STEP_US };
	static int begun[STEPS];

	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct department d = department(0, limits[i]);
		int window = 0, all = 0;

		allowance_fresh(&d, share(1, 0), 0);
		for (int t = 0; t < STEPS; t++) {
			begun[t] = begin_all(&d, share(1, 0), (int64_t)t * STEP_US + 12345);
			window += begun[t] - (t >= MINUTE ? begun[t - MINUTE] : 0);
			assert_true(window <= limits[i]);
			all += begun[t];
		}
		assert_int_equal(begun[0], limits[i]); /* at once, when it had been quiet */
		assert_true(all >= 3 * limits[i]);     /* and as many in every minute after that */
	}
}

/* When a node comes, goes or begins anew, what it may send was used by others in the minute before. */
static void
what_a_part_grows_by_comes_little_by_little(void **state)
{
	struct department d = department(0, 600);
	int first, later = 0;

	(void)state;
	assert_int_equal(begin_all(&d, share(2, 0), 0), 5); /* a successor: a second's worth of its 300 */
	for (int s = 1; s < 60; s++)
		later += begin_all(&d, share(2, 0), s * US_PER_SECOND);
	assert_true(later > 280 && later <= 300);
	assert_int_equal(begin_all(&d, share(4, 0), 60 * US_PER_SECOND), 0); /* two more: less than it has used */
	first = begin_all(&d, share(1, 0), 61 * US_PER_SECOND);
	assert_true(first > 0 && first < 60);
}

static void
at_once_is_of_all_nodes(void **state)
{
	struct department d = department(5, 0);

	(void)state;
	d.in_flight = 2;
	assert_true(allowance_starts(&d, share(2, 0), 0, 0));
	assert_false(allowance_starts(&d, share(2, 1), 0, 0));
	assert_true(allowance_starts(&d, share(1, 0), 0, 0));
	d.in_flight = 5;
	assert_false(allowance_starts(&d, share(1, 0), 0, 0));
	d.connector.at_once = 0; /* no limit was agreed */
	assert_true(allowance_starts(&d, share(2, 1), 0, 0));
}

/* Who must wait for more than the end of a call looks again soon, and never without a pause. */
static void
one_looks_again_when_there_may_be_more(void **state)
{
	const int64_t far = 3600 * US_PER_SECOND;
	struct department d = department(1, 60);

	(void)state;
	allowance_fresh(&d, share(1, 0), 0);
	assert_int_equal(allowance_next(&d, share(1, 0), 0, 0, far), far);
	begin_all(&d, share(1, 0), 0);
	for (int64_t now = 0; now < US_PER_SECOND; now += 10000) {
		int64_t next = allowance_next(&d, share(1, 0), now, now, far);

		assert_true(next > now && next <= now + US_PER_SECOND);
	}
	assert_int_equal(allowance_next(&d, share(1, 0), 0, 0, 100), 100);
	d = department(1, 0);
	assert_true(allowance_next(&d, share(2, 1), 0, 0, far) < far); /* its turn comes */
	d.stopped_until = 5 * US_PER_SECOND;
	assert_int_equal(allowance_next(&d, share(1, 0), 0, 0, far), d.stopped_until);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_add_up_to_the_limit),
		cmocka_unit_test(what_is_too_little_for_all_goes_round),
		cmocka_unit_test(any_minute_has_no_more_than_per_minute),
		cmocka_unit_test(what_a_part_grows_by_comes_little_by_little),
		cmocka_unit_test(at_once_is_of_all_nodes),
		cmocka_unit_test(one_looks_again_when_there_may_be_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
