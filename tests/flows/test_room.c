/* How the descriptors of a process are shared out. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "flows/room.h"

static void
enough(void **state)
{
	struct error why = { 0 };
	struct room r;

	(void)state;
	assert_int_equal(room_of(1 << 20, &r, &why), 0);
	assert_int_equal(r.connections, 2000);
	assert_int_equal(r.calls, 512);
}

/* Whatever is there, the parts fit into it, and each has some. */
static void
scarce(void **state)
{
	struct error why = { 0 };
	struct room r;

	(void)state;
	for (int n = 320; n < 4000; n++) {
		assert_int_equal(room_of((unsigned)n, &r, &why), 0);
		assert_true(r.calls >= 8 && r.calls <= 512);
		assert_true(r.connections >= 32 && r.connections <= 2000);
		assert_true(r.connections + r.calls + r.calls / 8 <= n - 128);
	}
}

static void
too_few(void **state)
{
	struct error why = { 0 };
	struct room r;

	(void)state;
	assert_int_equal(room_of(319, &r, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	assert_non_null(strstr(why.text, "ulimit"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enough),
		cmocka_unit_test(scarce),
		cmocka_unit_test(too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
