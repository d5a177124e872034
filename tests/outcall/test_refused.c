/* Calls that are never made: to addresses of our own, to what is no URL, with what is no header. */
#include "raw.h"

/* Every spelling of a private address is stopped before a connection is made. */
static void
test_guard(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost",
		"2130706433", "0x7f.1", "0177.0.0.1",
		"127.1", "[::1]", "[::ffff:127.0.0.1]",
		"0.0.0.0", "[::]", "10.0.0.1",
		"169.254.169.254"};
	struct outcall_allow other = allow;
	int before = connections;

	(void)state;
	other.port++;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		for (int own = 0; own < 2; own++) {
			char url[128];
			struct outcall_done done;

			snprintf(url, sizeof url, "http://%s:%d/ok", hosts[i], port);
			assert_int_equal(start(url, NULL, own ? &other : NULL, AMPLE_MS, NULL), 0);
			done = finish();
			if (!done.address_refused || done.answer.sent)
				fail_msg("%s was not refused", url);
			outcall_release(o, done.call);
		}
	assert_int_equal(connections, before);
	for (int i = 0; i < 2; i++) { /* one that is kept is not lent to who may not go there */
		struct outcall_done done = call("/ok");
		char url[64];

		outcall_release(o, done.call);
		snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", port);
		assert_int_equal(start(url, NULL, NULL, AMPLE_MS, NULL), 0);
		done = finish();
		assert_true(done.address_refused);
		outcall_release(o, done.call);
	}
}

static void
test_urls(void **state)
{
	static const char *const wrong[] = {"", "ftp://a/b", "file:///etc/passwd", "http://", "http:///x",
		"http://a b/", "http://user@a/b", "http://u:p@a/b", "http://a:0/b", "http://a:65536/b",
		"http://a:8x/b", "http://a:/b", "http://a/b#c", "http://a/b\r\nX: y", "http://a/张",
		"http://[::1/b", "http://a?b", "gopher://a/b", "//a/b"};
	struct outcall_allow a;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (start(wrong[i], NULL, NULL, 100, NULL) == 0)
			fail_msg("%s was started", wrong[i]);
		assert_int_equal(outcall_allow(wrong[i], &a, NULL), -1);
	}
	assert_int_equal(start("http://1.1.1.1/", "DELETE", NULL, 100, NULL), -1);
	assert_int_equal(outcall_allow("http://a/b?c=d", &a, NULL), -1);
	assert_int_equal(outcall_allow("HTTPS://A.example:8443/b", &a, NULL), 0);
	assert_string_equal(a.host, "A.example");
	assert_int_equal(a.port, 8443);
	assert_int_equal(outcall_allow("https://[2400::1]", &a, NULL), 0);
	assert_string_equal(a.host, "[2400::1]");
	assert_int_equal(a.port, 443);
	assert_int_equal(outcall_busy(o), 0);
}

static void
test_header_injection(void **state)
{
	struct outcall_request r = {.url = "http://1.1.1.1/", .key = "a\r\nX-Evil: 1"};
	struct error why = {0};
	char long_key[20000];

	(void)state;
	assert_int_equal(outcall_start(o, &r, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	memset(long_key, 'k', sizeof long_key);
	long_key[sizeof long_key - 1] = '\0';
	r.key = long_key;
	assert_int_equal(outcall_start(o, &r, NULL), -1);
	assert_int_equal(outcall_busy(o), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_header_injection),
	};

	return cmocka_run_group_tests_name("outcall/refused", tests, set_up, tear_down);
}
