/* test_handshake.c: what binds a login to a browser: for ten minutes, one provider, one purpose. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "oidc/handshake.h"

enum { NOW = 1800000000 };

static void
write_and_read(const struct handshake *h, struct handshake *back)
{
	struct text cookie;

	text_init(&cookie, 4096);
	assert_int_equal(handshake_write(h, &cookie), 0);
	assert_int_equal(strspn(cookie.data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
	    cookie.length); /* what a cookie takes */
	assert_true(handshake_read(back, cookie.data));
	text_free(&cookie);
}

static void
comes_back_whole(void **state)
{
	struct handshake h, back;

	(void)state;
	handshake_begin(&h, "city_card", true, "/apply/birth?a=\"b;c\"", NOW);
	write_and_read(&h, &back);
	assert_memory_equal(&h, &back, sizeof h);
	assert_true(strcmp(h.state, h.nonce) != 0 && strcmp(h.nonce, h.verifier) != 0 && strcmp(h.state, h.verifier) != 0);
	assert_true(strlen(h.verifier) >= 43); /* RFC 7636, 4.1 */
	assert_null(strstr(h.secret, h.state));
}

static void
ten_minutes(void **state)
{
	struct handshake h;

	(void)state;
	handshake_begin(&h, "city", false, "/", NOW);
	assert_true(handshake_fits(&h, "city", h.state, NOW));
	assert_true(handshake_fits(&h, "city", h.state, NOW + HANDSHAKE_SECONDS - 1));
	assert_false(handshake_fits(&h, "city", h.state, NOW + HANDSHAKE_SECONDS));
	assert_false(handshake_fits(&h, "city", h.state, NOW - 120)); /* a clock that was set back */
	assert_false(handshake_fits(&h, "other", h.state, NOW));
	assert_false(handshake_fits(&h, "city", h.nonce, NOW));
	assert_false(handshake_fits(&h, "city", "", NOW));
}

/* Nothing can be changed in the cookie but that the state no longer fits. */
static void
the_state_covers_it(void **state)
{
	struct handshake h, back;
	struct text cookie;

	(void)state;
	handshake_begin(&h, "city", false, "/here", NOW);
	text_init(&cookie, 4096);
	assert_int_equal(handshake_write(&h, &cookie), 0);
	for (size_t i = 0; i < cookie.length; i++) {
		char kept = cookie.data[i];

		cookie.data[i] = kept == '1' ? '2' : '1';
		if (handshake_read(&back, cookie.data))
			assert_false(handshake_fits(&back, "city", h.state, NOW));
		cookie.data[i] = kept;
	}
	text_free(&cookie);
}

static void
odd_cookies(void **state)
{
	static const char *const odd[] = { "", ".", "....", ".....", "x.1.a.0.", "a.b.c.d.e.f" };
	char huge[8192], hex[1400];
	struct handshake h;

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_false(handshake_read(&h, odd[i]));
	memset(huge, 'a', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	assert_false(handshake_read(&h, huge));
	snprintf(hex, sizeof hex, "%.43s.1.city.0.%.1030s", huge, huge); /* 515 bytes */
	assert_false(handshake_read(&h, hex));
	snprintf(hex, sizeof hex, "%.43s.1.city.0.2f00", huge); /* a NUL */
	assert_false(handshake_read(&h, hex));
	handshake_begin(&h, "city", false, huge, NOW);
	assert_string_equal(h.next, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_whole),
		cmocka_unit_test(ten_minutes),
		cmocka_unit_test(the_state_covers_it),
		cmocka_unit_test(odd_cookies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
