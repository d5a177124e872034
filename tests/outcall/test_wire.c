/* Answers read from the wire: the same whether they come at once or byte by byte; what is ambiguous,
 * too long or no HTTP is broken.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "outcall/wire.h"

enum { CEILING = 1000 };

static const struct {
	const char *bytes;
	enum wire_state state;
	int status;
	const char *body;
	bool keeps;
} cases[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: a/b\r\n\r\n{}", WIRE_WHOLE, 200, "{}", true },
	{ "HTTP/1.1 200\r\ncontent-length:2\r\n\r\n{}", WIRE_WHOLE, 200, "{}", true },
	{ "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", WIRE_WHOLE, 200, "{}", true },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", WIRE_WHOLE, 200, "{}", false },
	{ "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", WIRE_WHOLE, 200, "{}", false },
	{ "HTTP/1.1 204 No\r\n\r\n", WIRE_WHOLE, 204, "", true },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", WIRE_WHOLE, 200, "", true },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx", WIRE_WHOLE, 404, "x", true },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n03;x=y\r\ncde\r\n0\r\nX: y\r\n\r\n", WIRE_WHOLE, 200,
	    "abcde", true },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", WIRE_WHOLE, 200, "a",
	    false },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", WIRE_WHOLE, 200, "{}", true },
	{ "HTTP/1.1 200 OK\r\n\r\n{}", WIRE_UNFRAMED, 200, "{}", true },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", WIRE_SIZED, 200, "{}", true },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", WIRE_CHUNK_DATA, 200, "ab", true },
	{ "HTTP/1.1 200 OK\r\nContent-Le", WIRE_HEADERS, 200, "", true },
	{ "", WIRE_STATUS, 0, "", false },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", WIRE_BROKEN, 200, NULL, false },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\na", WIRE_CHUNK_DATA, 200, "a", true },
	{ "HTTP/1.1 101 Other\r\n\r\n", WIRE_BROKEN, 0, NULL, false },
	{ "HTTP/2 200\r\n\r\n", WIRE_BROKEN, 0, NULL, false },
	{ "HTTP/1.1 2x0 OK\r\n\r\n", WIRE_BROKEN, 0, NULL, false },
	{ "SSH-2.0-x\r\n", WIRE_BROKEN, 0, NULL, false },
};

static void
check(size_t i, const struct wire *w, const struct text *in)
{
	if (w->state != cases[i].state || (cases[i].state != WIRE_BROKEN && (w->status != cases[i].status ||
	    w->length != strlen(cases[i].body) || (w->length && memcmp(in->data + w->body, cases[i].body, w->length) != 0) ||
	    (cases[i].state == WIRE_WHOLE && w->keeps != cases[i].keeps))))
		fail_msg("case %zu: state %d status %d length %zu keeps %d", i, (int)w->state, w->status, w->length, w->keeps);
}

static void
at_once_and_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t step = 1; step <= strlen(cases[i].bytes) + 1; step += step < 8 ? 1 : 7) {
			struct text in;
			struct wire w;

			text_init(&in, 1 << 20);
			wire_begin(&w, CEILING);
			for (size_t at = 0, n = strlen(cases[i].bytes); at < n && w.state < WIRE_WHOLE; at += step) {
				assert_int_equal(text_put(&in, cases[i].bytes + at, at + step < n ? step : n - at), 0);
				wire_read(&w, &in);
			}
			check(i, &w, &in);
			text_free(&in);
		}
}

static enum wire_state
read_repeated(const char *head, const char *line, int n)
{
	enum wire_state state = WIRE_STATUS;
	struct text in;
	struct wire w;

	text_init(&in, 4 << 20);
	wire_begin(&w, CEILING);
	text_puts(&in, head);
	for (int i = 0; i < n && state < WIRE_WHOLE; i++) {
		assert_int_equal(text_puts(&in, line), 0);
		state = wire_read(&w, &in);
	}
	text_free(&in);
	return state;
}

static void
nothing_grows_without_end(void **state)
{
	(void)state;
	assert_int_equal(read_repeated("HTTP/1.1 200 OK\r\n", "X-Long: 0123456789abcdef\r\n", 10000), WIRE_BROKEN);
	assert_int_equal(read_repeated("HTTP/1.1 200 OK\r\n", "X-Long-without-end", 10000), WIRE_BROKEN);
	assert_int_equal(read_repeated("HTTP/1.1 200 OK\r\n\r\n", "0123456789abcdef", 10000), WIRE_BROKEN);
	assert_int_equal(read_repeated("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", 10000), WIRE_BROKEN);
	assert_int_equal(read_repeated("", "HTTP/1.1 103 Hints\r\n\r\n", 10000), WIRE_BROKEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(at_once_and_byte_by_byte),
		cmocka_unit_test(nothing_grows_without_end) };

	return cmocka_run_group_tests_name("outcall/wire", tests, NULL, NULL);
}
