/* Signatures: known answers (made with the openssl command), both keys, the window, and what is not
 * bound by the first form but by the second. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outcall/sign.h"

enum { NOW = 1790000000 };

static const char stamp[] = "1790000000";
static const struct sign_message message = {SIGN_OUT, "POST", "/health/birth?x=1", "{\"a\":1}", 7};

static struct sign_secret
secret(const char *bytes)
{
	struct sign_secret s;
	struct error why = {0};

	if (sign_parse(bytes, strlen(bytes), &s, &why) != 0)
		fail_msg("%s", why.text);
	return s;
}

/* printf '1790000000.{"a":1}' | openssl dgst -sha256 -hmac 'top secret'
 * printf 'out.POST./health/birth?x=1.1790000000.{"a":1}' | openssl dgst -sha256 -hmac 'top secret' */
static void
test_known(void **state)
{
	struct sign_secret s = secret("top secret\n");
	char v1[SIGN_HEX], v2[SIGN_HEX];

	(void)state;
	sign_make(&s, &message, NOW, v1, v2);
	assert_string_equal(v1, "ea1343267e3fd22f3adb7a969d6c09b7b4a2ff39283e4bb27609874415e4e7ff");
	assert_string_equal(v2, "766fb09449d1900edfdb3d8405618e8844c4fb32d5b69f03de5c335a5ba1b4c7");
}

static void
test_secret(void **state)
{
	struct sign_secret s;
	char long_one[SIGN_SECRET + 2];

	(void)state;
	s = secret("one");
	assert_int_equal(s.keys[0].length, 3);
	assert_int_equal(s.keys[1].length, 0);
	s = secret("one \r\n");
	assert_int_equal(s.keys[0].length, 5); /* only the newline goes */
	s = secret("one\ntwo\n");
	assert_memory_equal(s.keys[1].bytes, "two", 3);
	memset(long_one, 'x', sizeof long_one);
	assert_int_equal(sign_parse(long_one, SIGN_SECRET, &s, NULL), 0);
	assert_int_equal(sign_parse(long_one, SIGN_SECRET + 1, &s, NULL), -1);
	assert_int_equal(sign_parse("", 0, &s, NULL), -1);
	assert_int_equal(sign_parse("\n", 1, &s, NULL), -1);
	assert_int_equal(sign_parse("\ntwo", 4, &s, NULL), -1);
	assert_int_equal(sign_parse("one\n\n", 5, &s, NULL), -1);
	assert_int_equal(sign_parse("one\ntwo\nthree", 13, &s, NULL), -1);
}

static void
test_secret_file(void **state)
{
	char path[] = "/tmp/test_sign.XXXXXX";
	int fd = mkstemp(path);
	struct sign_secret s;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "one\ntwo\n", 8), 8);
	assert_int_equal(sign_read(path, &s, NULL), 0);
	assert_int_equal(s.keys[1].length, 3);
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_int_equal(sign_read(path, &s, NULL), 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(sign_read(path, &s, NULL), -1);
	close(fd);
	unlink(path);
	assert_int_equal(sign_read(path, &s, NULL), -1);
	assert_int_equal(sign_read("/tmp", &s, NULL), -1);
}

static void
test_verify(void **state)
{
	struct sign_secret s = secret("top secret"), both = secret("new\ntop secret\n"), other = secret("x");
	struct sign_message m = message;
	char v1[SIGN_HEX], v2[SIGN_HEX], bad[SIGN_HEX];

	(void)state;
	sign_make(&s, &message, NOW, v1, v2);
	assert_int_equal(sign_verify(&s, &m, stamp, v1, v2, true, NOW), SIGN_GOOD);
	assert_int_equal(sign_verify(&s, &m, stamp, v1, NULL, false, NOW), SIGN_GOOD);
	assert_int_equal(sign_verify(&s, &m, stamp, NULL, v2, false, NOW), SIGN_GOOD);
	assert_int_equal(sign_verify(&s, &m, stamp, v1, NULL, true, NOW), SIGN_MISSING);
	assert_int_equal(sign_verify(&s, &m, stamp, NULL, NULL, false, NOW), SIGN_MISSING);
	assert_int_equal(sign_verify(&s, &m, NULL, v1, v2, false, NOW), SIGN_MISSING);
	assert_int_equal(sign_verify(&both, &m, stamp, v1, v2, true, NOW), SIGN_GOOD);
	assert_int_equal(sign_verify(&other, &m, stamp, v1, v2, false, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &m, stamp, v2, v1, false, NOW), SIGN_FORGED);
	for (int i = 0; i < 64; i++) {
		strcpy(bad, v1);
		bad[i] = bad[i] == '0' ? '1' : '0';
		assert_int_equal(sign_verify(&s, &m, stamp, bad, NULL, false, NOW), SIGN_FORGED);
	}
	strcpy(bad, v1);
	bad[63] = '\0';
	assert_int_equal(sign_verify(&s, &m, stamp, bad, NULL, false, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &m, stamp, "", "", false, NOW), SIGN_FORGED);
}

/* The first form binds time and body only; the second the whole call. */
static void
test_bound(void **state)
{
	struct sign_secret s = secret("top secret");
	struct sign_message in = message, get = message, path = message, body = message;
	char v1[SIGN_HEX], v2[SIGN_HEX];

	(void)state;
	sign_make(&s, &message, NOW, v1, v2);
	in.direction = SIGN_IN;
	get.method = "GET";
	path.target = "/police/birth?x=1";
	body.body = "{\"a\":2}";
	assert_int_equal(sign_verify(&s, &in, stamp, v1, v2, true, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &get, stamp, v1, v2, true, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &path, stamp, v1, v2, true, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &body, stamp, v1, v2, true, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &body, stamp, v1, v2, false, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &message, "1790000001", v1, v2, false, NOW), SIGN_FORGED);
	assert_int_equal(sign_verify(&s, &path, stamp, v1, v2, false, NOW), SIGN_GOOD);
}

static void
test_window(void **state)
{
	struct sign_secret s = secret("top secret");
	char v1[SIGN_HEX], v2[SIGN_HEX];
	static const char *const odd[] = {"", " 1790000000", "+1790000000", "1790000000 ", "0x6ab0",
		"1790000000.0", "99999999999999999999999999", "-1790000000"};

	(void)state;
	sign_make(&s, &message, NOW, v1, v2);
	assert_int_equal(sign_verify(&s, &message, stamp, v1, v2, true, NOW + 300), SIGN_GOOD);
	assert_int_equal(sign_verify(&s, &message, stamp, v1, v2, true, NOW - 300), SIGN_GOOD);
	assert_int_equal(sign_verify(&s, &message, stamp, v1, v2, true, NOW + 301), SIGN_STALE);
	assert_int_equal(sign_verify(&s, &message, stamp, v1, v2, true, NOW - 301), SIGN_STALE);
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_int_equal(sign_verify(&s, &message, odd[i], v1, v2, false, NOW), SIGN_FORGED);
}

static void
test_target(void **state)
{
	(void)state;
	assert_string_equal(sign_target("http://a/b?c=d"), "/b?c=d");
	assert_string_equal(sign_target("HTTPS://a:1/"), "/");
	assert_string_equal(sign_target("http://a"), "/");
	assert_null(sign_target("http://a?x"));
	assert_null(sign_target("ftp://a/b"));
	assert_null(sign_target("/b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known), cmocka_unit_test(test_secret),
		cmocka_unit_test(test_secret_file), cmocka_unit_test(test_verify),
		cmocka_unit_test(test_bound), cmocka_unit_test(test_window), cmocka_unit_test(test_target),
	};

	return cmocka_run_group_tests_name("outcall/sign", tests, NULL, NULL);
}
