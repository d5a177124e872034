/* Hashes against published vectors; numbers and keys: what is made is read back, what is not ours
 * is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "seal/digest.h"

static void
is_hex(const uint8_t *bytes, size_t length, const char *expected)
{
	char hex[129];

	digest_hex(bytes, length, hex);
	assert_string_equal(hex, expected);
}

/* FIPS 180-2 appendix B.1, and the empty message. */
static void
test_sha256(void **state)
{
	uint8_t out[32];
	struct digest_part parts[] = {{"a", 1}, {NULL, 0}, {"bc", 2}};

	(void)state;
	digest_sha256("abc", 3, out);
	is_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256_parts(parts, 3, out);
	is_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256(NULL, 0, out);
	is_hex(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* What the library asks memory of: on a thread that has none, nothing is to be had. */
static _Thread_local bool has_none;

static void *
give(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return has_none ? NULL : malloc(size);
}

static void *
give_more(void *block, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return has_none ? NULL : realloc(block, size);
}

static void
take_back(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	free(block);
}

static void *
hash_without(void *out)
{
	has_none = true;
	digest_hmac("key", 3, "abc", 3, out);
	digest_sha256("abc", 3, out);
	return NULL;
}

static void
test_thread_without_memory(void **state)
{
	pthread_t threads[4];
	uint8_t out[4][32];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hash_without, out[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		is_hex(out[i], 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	}
}

/* RFC 4231, cases 1, 2, 6 (a key longer than a block). */
static void
test_hmac(void **state)
{
	uint8_t key[131], out[32];
	static const char long_key[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	struct digest_part parts[] = {{"what do ya want ", 16}, {"for nothing?", 12}};

	(void)state;
	memset(key, 0x0b, 20);
	digest_hmac(key, 20, "Hi There", 8, out);
	is_hex(out, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	digest_hmac_parts("Jefe", 4, parts, 2, out);
	is_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	digest_hmac(key, sizeof key, long_key, sizeof long_key - 1, out);
	is_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static sigjmp_buf touched;

static void
on_touch(int signal_number)
{
	(void)signal_number;
	siglongjmp(touched, 1);
}

/* Does it read `a` to its last byte? The last one lies where nobody may read. */
static bool
reads_to_the_end(const char *a, const char *b, size_t length)
{
	if (sigsetjmp(touched, 1))
		return true;
	(void)digest_equal(a, b, length);
	return false;
}

/* Whoever stops at the first difference tells by his time where it is. */
static void
compares_to_the_end(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *a, b[32] = "";
	struct sigaction before, mine = { .sa_handler = on_touch };

	(void)state;
	assert_true(pages != MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	a = pages + page - (sizeof b - 1);
	assert_int_equal(sigaction(SIGSEGV, &mine, &before), 0);
	for (size_t i = 0; i < sizeof b - 1; i++) {
		memset(a, 0, sizeof b - 1);
		a[i] = 1;
		assert_true(reads_to_the_end(a, b, sizeof b));
	}
	sigaction(SIGSEGV, &before, NULL);
	munmap(pages, 2 * page);
	assert_false(digest_equal("abc", "abd", 3));
	assert_true(digest_equal("abc", "abc", 3));
}

static void
test_hex(void **state)
{
	uint8_t out[2] = {0, 0};

	(void)state;
	assert_true(digest_unhex("0aFf", out, 2));
	assert_int_equal(out[0], 0x0a);
	assert_int_equal(out[1], 0xff);
	assert_false(digest_unhex("0aF", out, 2));
	assert_false(digest_unhex("0aFff", out, 2));
	assert_false(digest_unhex("0aFg", out, 2));
	assert_false(digest_unhex("", out, 2));
	assert_true(digest_equal("ab", "ab", 2));
	assert_false(digest_equal("ab", "ac", 2));
}

static void
test_number(void **state)
{
	char number[NUMBER_SIZE], other[NUMBER_SIZE], division[7];
	int month;

	(void)state;
	number_make("330111", clock_day_of(2026, 11, 20), number);
	number_make("330111", clock_day_of(2026, 11, 20), other);
	assert_int_equal(strlen(number), 37);
	assert_memory_equal(number, "3301112611-", 11);
	assert_string_not_equal(number, other);
	assert_true(number_parse(number, division, &month));
	assert_string_equal(division, "330111");
	assert_int_equal(month, 2026 * 12 + 10);
	for (char *c = other; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	assert_true(number_parse(other, division, &month));
}

static void
test_number_refused(void **state)
{
	static const char *const wrong[] = {"", "3301112611", "3301112613-00000000000000000000000000",
		"3301112600-00000000000000000000000000", "33011x2611-00000000000000000000000000",
		"3301112611-0000000000000000000000000", "3301112611-000000000000000000000000000",
		"3301112611-0000000000000000000000000U", "3301112611_00000000000000000000000000",
		"3301112611-0000000000000000000000000 "};
	char division[7];
	int month;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(number_parse(wrong[i], division, &month));
}

static void
test_operation_key(void **state)
{
	struct operation_key key = {"330111", 2026 * 12 + 10, INT64_C(0x0123456789abcdef), 7, 2, false};
	struct operation_key back;
	char text[OPERATION_KEY_SIZE];

	(void)state;
	operation_key_make(&key, text);
	assert_string_equal(text, "330111-2611-028T5CY4TQKFF-07-2-f");
	assert_true(operation_key_parse(text, &back));
	assert_string_equal(back.division, "330111");
	assert_int_equal(back.month, key.month);
	assert_true(back.application == key.application);
	assert_int_equal(back.item, 7);
	assert_int_equal(back.round, 2);
	assert_false(back.undo);
	key.undo = true;
	key.application = INT64_MAX;
	key.item = 99;
	key.round = 32767;
	operation_key_make(&key, text);
	assert_true(operation_key_parse(text, &back));
	assert_true(back.undo);
	assert_true(back.application == INT64_MAX);
	assert_int_equal(back.round, 32767);
}

static void
test_operation_key_refused(void **state)
{
	static const char *const wrong[] = {"", "330111-2611-028T5CY4TQKFF-07-2-x",
		"330111-2611-028T5CY4TQKFF-07-2-", "330111-2611-028T5CY4TQKFF-07-2-f ",
		"330111-2611-028t5cy4tqkff-07-2-f", "330111-2611-028T5CY4TQKFF-7-2-f",
		"330111-2611-028T5CY4TQKFF-007-2-f", "330111-2611-028T5CY4TQKFF-07-02-f",
		"330111-2613-028T5CY4TQKFF-07-2-f", "330111-2611-Z28T5CY4TQKFF-07-2-f",
		"330111-2611-028T5CY4TQKFF--7-2-f", "330111-2611-028T5CY4TQKFF-07--2-f",
		"3301112611-028T5CY4TQKFF", "330111-2611-028T5CY4TQKFF-07-999999-f"};
	struct operation_key key;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (operation_key_parse(wrong[i], &key))
			fail_msg("%s was accepted", wrong[i]);
}

/* Cut and changed keys never crash the reader, and what it accepts it would write the same. */
static void
test_operation_key_mutated(void **state)
{
	static const char good[] = "330111-2611-028T5CY4TQKFF-07-2-f";
	struct operation_key key;
	char text[OPERATION_KEY_SIZE], again[OPERATION_KEY_SIZE];

	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		strcpy(text, good);
		text[(size_t)rand() % (sizeof good - 1)] = (char)(rand() % 96 + 32);
		if (i % 3 == 0)
			text[(size_t)rand() % (sizeof good - 1)] = '\0';
		if (operation_key_parse(text, &key)) {
			operation_key_make(&key, again);
			assert_string_equal(text, again);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256), cmocka_unit_test(test_thread_without_memory),
		cmocka_unit_test(test_hmac), cmocka_unit_test(test_hex), cmocka_unit_test(compares_to_the_end),
		cmocka_unit_test(test_number), cmocka_unit_test(test_number_refused),
		cmocka_unit_test(test_operation_key), cmocka_unit_test(test_operation_key_refused),
		cmocka_unit_test(test_operation_key_mutated),
	};

	if (!CRYPTO_set_mem_functions(give, give_more, take_back))
		return 1;
	return cmocka_run_group_tests_name("seal/digest", tests, NULL, NULL);
}
