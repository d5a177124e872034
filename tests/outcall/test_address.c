/* Which addresses are nobody's host on the internet. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "outcall/address.h"

static bool
is_public(const char *text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_public((struct sockaddr *)&v4, sizeof v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return address_public((struct sockaddr *)&v6, sizeof v6);
}

static void
test_refused(void **state)
{
	static const char *const all[] = {"0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255",
		"100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
		"172.16.0.0", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
		"192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:10.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1",
		"ff02::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
		"2001:10::1", "2001:20::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "4000::1",
		"1fff::1"};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (is_public(all[i]))
			fail_msg("%s was admitted", all[i]);
}

static void
test_admitted(void **state)
{
	static const char *const all[] = {"1.0.0.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.1.1",
		"172.15.255.255", "172.32.0.0", "192.167.1.1", "192.169.0.1", "198.17.0.1", "198.20.0.1",
		"223.255.255.255", "2400:3200::1", "2001:4860:4860::8888", "2606:4700::1111",
		"240e::1", "2003::1"};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!is_public(all[i]))
			fail_msg("%s was refused", all[i]);
}

static void
test_other_families(void **state)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	(void)state;
	assert_int_equal(inet_pton(AF_INET, "8.8.8.8", &v4.sin_addr), 1);
	assert_false(address_public((struct sockaddr *)&local, sizeof local));
	assert_false(address_public((struct sockaddr *)&v4, sizeof v4 - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_admitted),
		cmocka_unit_test(test_other_families),
	};

	return cmocka_run_group_tests_name("outcall/address", tests, NULL, NULL);
}
