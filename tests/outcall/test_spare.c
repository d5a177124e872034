/* Memory that is left when there is none: small blocks while they last, each given once, and all of them given back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "memory/scarce.h"
#include "outcall/spare.h"

static void *blocks[SPARE_BLOCKS];

static void
nothing_is_taken_while_there_is_memory(void **state)
{
	char *copy = spare_strdup("copy"), *longer = spare_realloc(copy, 2 * SPARE_SIZE);
	void *cleared = spare_calloc(3, 5);

	(void)state;
	assert_string_equal(longer, "copy");
	assert_memory_equal(cleared, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
	assert_int_equal(spare_used(), 0);
	spare_free(longer);
	spare_free(cleared);
	spare_free(NULL);
}

/* From here on memory is out, until scarce_end(). */
static void
run_out(void)
{
	scarce_lasts_us = INT64_C(3600000000);
	scarce_begin(1);
}

static void
small_blocks_are_left_each_once(void **state)
{
	int given = 0;

	(void)state;
	run_out();
	while (given < SPARE_BLOCKS && (blocks[given] = given % 2 ? spare_malloc(SPARE_SIZE) : spare_realloc(NULL, 1)))
		memset(blocks[given], given, given % 2 ? SPARE_SIZE : 1), given++;
	assert_null(spare_malloc(1));
	assert_null(spare_strdup("none"));
	scarce_end();
	assert_int_equal(given, SPARE_BLOCKS);
	assert_int_equal(spare_used(), SPARE_BLOCKS);
	for (int i = 0; i < given; i++) {
		assert_int_equal(*(unsigned char *)blocks[i], i & 255);
		spare_free(blocks[i]);
	}
	assert_int_equal(spare_used(), 0);
}

static void
large_ones_are_not(void **state)
{
	(void)state;
	run_out();
	assert_null(spare_malloc(SPARE_SIZE + 1));
	assert_null(spare_calloc(SPARE_SIZE, 2));
	assert_null(spare_calloc(SIZE_MAX / 2, 4));
	scarce_end();
	assert_int_equal(spare_used(), 0);
}

static void
what_was_given_grows_and_is_cleared(void **state)
{
	char *block, *same, *longer;

	(void)state;
	run_out();
	block = spare_strdup("what was given");
	same = spare_realloc(block, SPARE_SIZE);
	assert_ptr_equal(same, block);
	assert_null(spare_realloc(same, SPARE_SIZE + 1)); /* it stays as it is */
	assert_string_equal(same, "what was given");
	scarce_end();
	longer = spare_realloc(same, 4 * SPARE_SIZE);
	assert_string_equal(longer, "what was given");
	assert_int_equal(spare_used(), 0);
	spare_free(longer);
	run_out();
	same = spare_calloc(1, 20); /* the place of the text */
	assert_memory_equal(same, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	scarce_end();
	spare_free(same);
	assert_int_equal(spare_used(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_taken_while_there_is_memory),
		cmocka_unit_test(small_blocks_are_left_each_once),
		cmocka_unit_test(large_ones_are_not),
		cmocka_unit_test(what_was_given_grows_and_is_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
