/* Ids: they rise, tell their time, and bound the months. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/store.h"

enum { THREADS = 4, EACH = 20000 };

static int64_t ids[THREADS * EACH];

static void *
make(void *cookie)
{
	int64_t *mine = cookie;

	for (int i = 0; i < EACH; i++)
		mine[i] = store_id(5, clock_now());
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
ids_rise_in_every_thread_and_differ(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make, &ids[i * EACH]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++)
		for (int k = 1; k < EACH; k++)
			assert_true(ids[i * EACH + k] > ids[i * EACH + k - 1]);
	qsort(ids, THREADS * EACH, sizeof(int64_t), compare);
	for (int i = 1; i < THREADS * EACH; i++)
		assert_true(ids[i] != ids[i - 1]);
}

static void
a_clock_that_goes_back_changes_nothing(void **state)
{
	int64_t a = store_id(5, clock_now()), b = store_id(5, clock_now() - 3600 * US_PER_SECOND);

	(void)state;
	assert_true(b > a);
}

static void
an_id_tells_its_time_and_slot(void **state)
{
	int64_t now = clock_now() + 100 * US_PER_SECOND, id = store_id(1023, now);

	(void)state;
	assert_int_equal(store_id_time(id) / 1000, now / 1000);
	assert_int_equal(id >> 12 & 1023, 1023);
}

static void
months_begin_in_shanghai(void **state)
{
	int64_t first;

	(void)state;
	assert_true(clock_parse("2026-12-01T00:00:00+08:00", &first));
	assert_true(store_id_month(2026 * 12 + 11) == ((first - INT64_C(1577836800000000)) / 1000) << 22);
	assert_true(store_id_time(store_id_month(2026 * 12 + 11)) == first);
	assert_true(store_id_month(2026 * 12 + 12) > store_id_month(2026 * 12 + 11));
	assert_true(store_id_month(2019 * 12) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_rise_in_every_thread_and_differ),
		cmocka_unit_test(a_clock_that_goes_back_changes_nothing),
		cmocka_unit_test(an_id_tells_its_time_and_slot),
		cmocka_unit_test(months_begin_in_shanghai),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
