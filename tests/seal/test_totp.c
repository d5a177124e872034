/* One-time codes against the vectors of RFC 6238 appendix B and RFC 4648; each code counts once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "seal/totp.h"

static const uint8_t secret[TOTP_SECRET] = "12345678901234567890";

static void
codes_of_the_standard(void **state)
{
	static const struct { int64_t seconds; const char *code; } vectors[] = { { 59, "287082" },
		{ 1111111109, "081804" }, { 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { 20000000000, "353130" } };
	char code[TOTP_DIGITS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		totp_code(secret, totp_step(vectors[i].seconds * US_PER_SECOND), code);
		assert_string_equal(code, vectors[i].code);
	}
}

static void
neighbours_are_taken_and_no_others(void **state)
{
	int64_t now = 1234567890LL * US_PER_SECOND, step = totp_step(now);
	char code[TOTP_DIGITS + 1];

	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		totp_code(secret, step + off, code);
		assert_int_equal(totp_find(secret, code, now, 0), off >= -1 && off <= 1 ? step + off : 0);
	}
}

static void
each_step_counts_once(void **state)
{
	int64_t now = 1234567890LL * US_PER_SECOND, step = totp_step(now);
	char code[TOTP_DIGITS + 1];

	(void)state;
	totp_code(secret, step, code);
	assert_int_equal(totp_find(secret, code, now, step - 1), step);
	assert_int_equal(totp_find(secret, code, now, step), 0);
	totp_code(secret, step - 1, code);
	assert_int_equal(totp_find(secret, code, now, step), 0);
}

static void
what_is_no_code_is_none(void **state)
{
	int64_t now = 1234567890LL * US_PER_SECOND;

	(void)state;
	assert_int_equal(totp_find(secret, "", now, 0), 0);
	assert_int_equal(totp_find(secret, "05924", now, 0), 0);
	assert_int_equal(totp_find(secret, "0059245", now, 0), 0);
	assert_int_equal(totp_find(secret, "005925", now, 0), 0);
	assert_int_equal(totp_find(secret, "００５", now, 0), 0);
}

static void
secrets_as_base32(void **state)
{
	uint8_t other[TOTP_SECRET];
	char text[TOTP_TEXT_SIZE];

	(void)state;
	totp_text(secret, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	assert_int_equal(totp_read("gezdgnbvGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=x", other), 0);
	assert_memory_equal(other, secret, sizeof other);
	assert_int_equal(totp_read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", other), -1);
	assert_int_equal(totp_read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA", other), -1);
	assert_int_equal(totp_read("GEZDGNBVGY3TQOJ1GEZDGNBVGY3TQOJQ", other), -1);
	assert_int_equal(totp_read("", other), -1);
	memset(other, 0xff, sizeof other);
	totp_text(other, text);
	assert_string_equal(text, "77777777777777777777777777777777");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_the_standard),
		cmocka_unit_test(neighbours_are_taken_and_no_others),
		cmocka_unit_test(each_step_counts_once),
		cmocka_unit_test(what_is_no_code_is_none),
		cmocka_unit_test(secrets_as_base32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
