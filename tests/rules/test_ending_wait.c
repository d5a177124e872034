/* How long to wait before asking a silent department again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "rules/ending.h"

static void
test_wait(void **state)
{
	int64_t hour = 3600 * US_PER_SECOND, total = 0;

	(void)state;
	assert_int_equal(ending_wait(2, 0, UINT32_MAX), US_PER_SECOND);
	assert_int_equal(ending_wait(2, 0, 0), US_PER_SECOND / 2);
	assert_int_equal(ending_wait(5, 0, UINT32_MAX), 8 * US_PER_SECOND);
	for (int n = 0; n < 2000; n++)
		for (uint32_t r = 0; r < 5; r++) {
			int64_t wait = ending_wait(n, 0, r * 1000000000u);

			assert_true(wait >= US_PER_SECOND / 2 && wait <= hour);
			assert_true(n < 15 || wait >= hour / 2);
			assert_true(ending_wait(n + 1, 0, r * 1000000000u) >= wait);
		}
	assert_int_equal(ending_wait(2, 60 * US_PER_SECOND, 77), 60 * US_PER_SECOND);
	assert_int_equal(ending_wait(30, 60 * US_PER_SECOND, UINT32_MAX), hour);
	assert_int_equal(ending_wait(2, 2 * hour, 77), 2 * hour);
	assert_int_equal(ending_wait(2, INT64_MAX, 77), 24 * hour);
	for (int n = 2; n < 400; n++)
		total += ending_wait(n, 0, UINT32_MAX / 2);
	assert_true(total > 7 * 24 * hour); /* seven days are a few hundred tries, not millions */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
