/* Passwords: what fits, what does not, what costs the same, what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "seal/password.h"

static struct seal *keys[2];

static int
set_up(void **state)
{
	char dir[] = "/tmp/yjs-password-XXXXXX", path[64];
	struct error why = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/key", dir);
		assert_int_equal(seal_make_key(path, &why), 0);
		keys[i] = seal_open(path, &why);
		assert_non_null(keys[i]);
		unlink(path);
	}
	rmdir(dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	seal_close(keys[0]);
	seal_close(keys[1]);
	return 0;
}

static int
fits(const char *hash, const char *password)
{
	struct error why = { 0 };

	return password_fits(keys[0], hash, password, &why);
}

static void
fits_exactly_as_typed(void **state)
{
	static const char *const good[] = { "correct horse battery", "密码要牢记不外传啊", "Ｆｕｌｌ　ｗｉｄｔｈ",
		"cafe\xcc\x81 au lait", " blanks count " };
	char hash[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];
	struct error why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(password_hash(keys[0], good[i], hash, &why), 0);
		assert_int_equal(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
		assert_int_equal(fits(hash, good[i]), 1);
		for (size_t k = 0; k < sizeof good / sizeof *good; k++)
			assert_int_equal(fits(hash, good[k]), k == i);
	}
	assert_int_equal(fits(hash, "blanks count"), 0);
	assert_int_equal(password_hash(keys[0], good[4], other, &why), 0);
	assert_string_not_equal(hash, other); /* a salt of its own */
}

/* bcrypt would cut at 72 bytes. */
static void
nothing_is_cut(void **state)
{
	char password[PASSWORD_MOST + 1], hash[PASSWORD_HASH_SIZE];
	struct error why = { 0 };

	(void)state;
	memset(password, 'x', PASSWORD_MOST);
	password[PASSWORD_MOST] = '\0';
	assert_int_equal(password_hash(keys[0], password, hash, &why), 0);
	assert_int_equal(fits(hash, password), 1);
	password[PASSWORD_MOST - 1] = 'y';
	assert_int_equal(fits(hash, password), 0);
	password[72] = '\0';
	assert_int_equal(fits(hash, password), 0);
}

static void
another_key_does_not_fit(void **state)
{
	char hash[PASSWORD_HASH_SIZE];
	struct error why = { 0 };

	(void)state;
	assert_int_equal(password_hash(keys[1], "correct horse battery", hash, &why), 0);
	assert_int_equal(fits(hash, "correct horse battery"), 0);
}

/* Of this process alone: what else runs on the machine does not count. */
static int64_t
processor_us(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static int64_t
takes(const char *hash)
{
	int64_t begun = processor_us();

	assert_int_equal(fits(hash, "wrong one entirely"), 0);
	return processor_us() - begun;
}

/* The cheapest of several in turn: memory that others use at the same time makes both dearer. */
static void
an_unknown_account_costs_the_same(void **state)
{
	char hash[PASSWORD_HASH_SIZE];
	struct error why = { 0 };
	int64_t known = INT64_MAX, unknown = INT64_MAX;

	(void)state;
	assert_int_equal(password_hash(keys[0], "correct horse battery", hash, &why), 0);
	assert_int_equal(fits(NULL, "correct horse battery"), 0);
	for (int i = 0; i < 20 && (i < 6 || unknown <= known / 2 || unknown >= known * 2); i++) {
		int64_t one = takes(hash), other = takes(NULL);

		known = one < known ? one : known;
		unknown = other < unknown ? other : unknown;
	}
	assert_true(unknown > known / 2 && unknown < known * 2);
}

static void
a_broken_hash_is_told(void **state)
{
	(void)state;
	assert_int_equal(fits("$argon2id$nonsense", "correct horse battery"), -1);
}

static void
easy_ones_are_refused(void **state)
{
	static const char *const bad[] = { "", "seven77", "七个字不够长啊", "12345678", "123456789", "1234567890",
		"11111111", "88888888", "87654321", "abcdefgh", "abcd1234", "aaaaaaaa", "abababab", "12121212",
		"password", "Password1", "PASSWORD!", "password123", "p@ssword", "iloveyou", "iloveyou1", "qwertyui",
		"qwerty123", "qwertyuiop", "1qaz2wsx", "1q2w3e4r", "1q2w3e4r5t", "zaq12wsx", "asdfghjkl", "asdf1234",
		"zxcvbnm1", "a123456789", "123456789a", "a1b2c3d4", "woaini1314", "woaini520", "5201314520", "19900101",
		"dragon12", "monkey123", "football", "baseball1", "superman", "sunshine", "princess1", "trustno1",
		"admin123", "admin888", "welcome1", "letmein1", "qazwsxedc", "147258369", "qweasdzxc", "lihua2026",
		"LiHua!99", "12qwaszx", "gn56gn56", "1029384756", "Basketball", "00000000000000000000" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!password_weakness(bad[i], "lihua"))
			fail_msg("%s is taken", bad[i]);
}

static void
good_ones_are_taken(void **state)
{
	static const char *const good[] = { "correct horse", "wx7-Kettle", "春江潮水连海平海", "tr0ub4dor&3",
		"kesselflickerin", "x7Kp9m2Q", "0123456789012345678901234567890123456789012345678901234567890abX" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (password_weakness(good[i], "lihua"))
			fail_msg("%s is refused: %s", good[i], password_weakness(good[i], "lihua"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_exactly_as_typed),
		cmocka_unit_test(nothing_is_cut),
		cmocka_unit_test(another_key_does_not_fit),
		cmocka_unit_test(an_unknown_account_costs_the_same),
		cmocka_unit_test(a_broken_hash_is_told),
		cmocka_unit_test(easy_ones_are_refused),
		cmocka_unit_test(good_ones_are_taken),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
