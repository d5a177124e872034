/* Bodies of forms with files: what browsers send is read, whatever is cut off or odd is not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "http/multipart.h"

#define TYPE "multipart/form-data; boundary=----abc"
#define D "------abc"
#define HEAD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_HEAD(name, file) "Content-Disposition: form-data; name=\"" name "\"; filename=\"" file \
	"\"\r\nContent-Type: image/png\r\n\r\n"

static char *exact; /* nothing behind the body may be read */

static bool
begin(struct multipart *m, const char *type, const char *body, size_t length)
{
	free(exact);
	exact = malloc(length ? length : 1);
	memcpy(exact, body, length);
	return multipart_begin(m, type, exact, length);
}

/* The number of parts, -1 when it cannot be read; *last the last one. */
static int
count(const char *body, size_t length, struct multipart_part *last)
{
	struct multipart m;
	int n = 0, more;

	if (!begin(&m, TYPE, body, length))
		return -1;
	while ((more = multipart_next(&m, last)) == 1)
		n++;
	return more < 0 ? -1 : n;
}

static int
parts(const char *body)
{
	struct multipart_part last;

	return count(body, strlen(body), &last);
}

static void
what_browsers_send(void **state)
{
	static const char body[] = D "\r\n" HEAD("a") "\r\n" D "\r\n" HEAD("b") "one\r\ntwo\r\n" D "\r\n"
	    FILE_HEAD("paper.x", "a%22b.png") "\x89PNG\0\r\n--" "\r\n" D "--\r\n";
	struct multipart_part p;
	struct multipart m;

	(void)state;
	assert_true(begin(&m, TYPE, body, sizeof body - 1));
	assert_int_equal(multipart_next(&m, &p), 1);
	assert_string_equal(p.name, "a");
	assert_int_equal(p.length, 0);
	assert_false(p.is_file);
	assert_int_equal(multipart_next(&m, &p), 1);
	assert_int_equal(p.length, 8);
	assert_memory_equal(p.bytes, "one\r\ntwo", 8);
	assert_int_equal(multipart_next(&m, &p), 1);
	assert_string_equal(p.name, "paper.x");
	assert_true(p.is_file);
	assert_int_equal(p.length, 9);
	assert_memory_equal(p.bytes, "\x89PNG\0\r\n--", 9);
	assert_int_equal(multipart_next(&m, &p), 0);
}

static void
types(void **state)
{
	static const char body[] = D "--\r\n";
	struct multipart m;

	(void)state;
	assert_true(begin(&m, "Multipart/Form-Data ; Boundary=\"----abc\"", body, sizeof body - 1));
	assert_false(begin(&m, NULL, body, sizeof body - 1));
	assert_false(begin(&m, "multipart/mixed; boundary=----abc", body, sizeof body - 1));
	assert_false(begin(&m, "multipart/form-data", body, sizeof body - 1));
	assert_false(begin(&m, "multipart/form-data; boundary=", body, sizeof body - 1));
	assert_false(begin(&m, "multipart/form-data; boundary=\"----abc", body, sizeof body - 1));
	assert_false(begin(&m, "multipart/form-data; boundary=\"--\xff\"", body, sizeof body - 1));
	assert_false(begin(&m, "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890"
	    "1234567890", body, sizeof body - 1));
}

static void
what_is_odd(void **state)
{
	(void)state;
	assert_int_equal(parts(D "--"), 0);
	assert_int_equal(parts(D "\r\n" HEAD("a") "x\r\n" D "--\r\n"), 1);
	assert_int_equal(parts(D "\r\n" HEAD("a") "x\r\n" D "--\r\nmore"), -1);
	assert_int_equal(parts("before\r\n" D "\r\n" HEAD("a") "x\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\n" HEAD("a") "x\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\n" HEAD("") "x\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\nContent-Disposition: form-data; name=\"a\"; odd=\"b\"\r\n\r\nx\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\nContent-Transfer-Encoding: base64\r\n" HEAD("a") "x\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\nContent-Type: text/plain\r\n\r\nx\r\n" D "--\r\n"), -1);
	assert_int_equal(parts(D "\r\n" HEAD("a") "\r\n" HEAD("b") "x\r\n" D "--\r\n"), 1); /* the second is text */
}

/* Cut anywhere, it is refused and nothing is read behind it. */
static void
what_is_cut(void **state)
{
	static const char body[] = D "\r\n" HEAD("a") "x\r\n" D "\r\n" FILE_HEAD("f", "") "\r\n" D "--";
	struct multipart_part last;

	(void)state;
	for (size_t n = 0; n < sizeof body - 1; n++)
		assert_int_equal(count(body, n, &last), -1);
	assert_int_equal(count(body, sizeof body - 1, &last), 2);
}

static int
let_go(void **state)
{
	(void)state;
	free(exact);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_browsers_send), cmocka_unit_test(types),
		cmocka_unit_test(what_is_odd), cmocka_unit_test(what_is_cut) };

	return cmocka_run_group_tests(tests, NULL, let_go);
}
