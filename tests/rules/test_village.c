/* Villages, towns and counties as agents' places. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/village.h"

static void
codes(void **state)
{
	static const struct { const char *code; int64_t village; } known[] = {
		{ "330111", 330111000000 }, { "330111104", 330111104000 }, { "330111104213", 330111104213 },
		{ "330111000000", 330111000000 }, { "330111104000", 330111104000 } };
	static const char *const wrong[] = { "", "3", "33011", "330100", "990111", "33011110", "33011110421", "3301111042133",
		"330111000213", "330111900001", "33011110421x", " 330111", "330111104213\n", "-33011110421", "000000000000" };
	char out[VILLAGE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_int_equal(village_read(known[i].code), known[i].village);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(village_read(wrong[i]), 0);
	village_write(village_read("330111104"), out);
	assert_string_equal(out, "330111104000");
	assert_int_equal(village_county(330111104213), 330111);
}

static void
places(void **state)
{
	static const int64_t two[] = { 330111104213, 330106003000 };

	(void)state;
	assert_true(village_is_of(330111104213, 330111104213));
	assert_true(village_is_of(330111104213, 330111104000));
	assert_true(village_is_of(330111104213, 330111000000));
	assert_false(village_is_of(330111104213, 330111104214));
	assert_false(village_is_of(330111104213, 330111103000));
	assert_false(village_is_of(330111104213, 330106000000));
	assert_false(village_is_of(330111104000, 330111104213)); /* a town is not of its village */
	assert_false(village_is_of(330111000000, 330111104000));
	assert_true(village_is_served(330106003007, two, 2));
	assert_false(village_is_served(330106004007, two, 2));
	assert_false(village_is_served(330111104213, two, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(codes), cmocka_unit_test(places) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
