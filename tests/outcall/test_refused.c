/* Calls that are never made: to addresses of our own, to what is no URL, with what is no header. */
#include "raw.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <sys/syscall.h>

/* ---- the world outside, as this test wants it ---- */

static atomic_int asked, tried; /* for changes.example; to connect to where nobody is */

/* changes.example is a public address and, behind it, this machine; all else as it is. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	void *found = dlsym(RTLD_NEXT, "getaddrinfo");
	int failed;

	memcpy(&real, &found, sizeof real);
	if (!name || strcmp(name, "changes.example") != 0)
		return real(name, service, hints, out);
	asked++;
	failed = real("8.8.8.8", service, hints, out);
	return failed ? failed : real("127.0.0.1", service, hints, &(*out)->ai_next);
}

/* Nothing leaves this machine. */
int
connect(int fd, const struct sockaddr *to, socklen_t length)
{
	struct sockaddr_in v4 = {0};

	memcpy(&v4, to, length < sizeof v4 ? length : sizeof v4);
	if (v4.sin_family == AF_INET && (ntohl(v4.sin_addr.s_addr) >> 24) == 8) {
		tried++;
		errno = ECONNREFUSED;
		return -1;
	}
	return (int)syscall(SYS_connect, fd, to, length);
}

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

/* The operator's own address opens that host at that port and nothing that is like it. */
static void
test_that_host_alone(void **state)
{
	static const char *const others[] = {"localhost", "127.0.0.2", "127.1", "0x7f.0.0.1", "0.0.0.0", "[::1]"};
	int before = connections;
	struct outcall_done done;
	char url[64];

	(void)state;
	assert_string_equal(allow.host, "127.0.0.1");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		snprintf(url, sizeof url, "http://%s:%d/ok", others[i], port);
		assert_int_equal(start(url, NULL, &allow, AMPLE_MS, NULL), 0);
		done = finish();
		if (!done.address_refused || done.answer.sent)
			fail_msg("%s was not refused", url);
		outcall_release(o, done.call);
	}
	assert_int_equal(connections, before);
}

/* A name is asked for once, and each address that it gives is looked at when it is connected to, not the first alone:
 * whoever answers for the name has no second answer to change, and no second address to hide behind the first. */
static void
test_name_that_changes(void **state)
{
	int before = connections;
	struct outcall_done done;
	char url[64];

	(void)state;
	snprintf(url, sizeof url, "http://changes.example:%d/ok", port);
	asked = 0;
	tried = 0;
	assert_int_equal(start(url, NULL, NULL, AMPLE_MS, NULL), 0);
	done = finish();
	assert_true(done.address_refused);
	assert_false(done.answer.sent);
	outcall_release(o, done.call);
	assert_int_equal(asked, 1);
	assert_int_equal(tried, 1); /* the public address, which does not answer */
	assert_int_equal(connections, before);
}

/* Whoever may set this program's environment sends no call elsewhere. */
static void
test_no_proxy(void **state)
{
	static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	struct outcall_done done;
	char proxy[64];

	(void)state;
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", port); /* who is asked as a proxy gets the whole URL */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		setenv(names[i], proxy, 1);
	done = call("/ok");
	assert_true(done.answer.complete);
	assert_memory_equal(last, "POST /ok HTTP/1.1\r\n", 19);
	outcall_release(o, done.call);
	assert_int_equal(start("http://10.0.0.1/ok", NULL, NULL, AMPLE_MS, NULL), 0);
	done = finish();
	assert_true(done.address_refused);
	outcall_release(o, done.call);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
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
		cmocka_unit_test(test_that_host_alone),
		cmocka_unit_test(test_name_that_changes),
		cmocka_unit_test(test_no_proxy),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_header_injection),
	};

	return cmocka_run_group_tests_name("outcall/refused", tests, set_up, tear_down);
}
