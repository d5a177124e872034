/* test_metadata.c: what a provider tells of itself is taken only when it is this one, and safe. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oidc/request.h"

#define WHOLE "\"authorization_endpoint\":\"https://one.example/a?x=1\",\"token_endpoint\":\"https://one.example/t\"," \
	"\"jwks_uri\":\"https://one.example/k\""

static int
take(const char *issuer, const char *json, struct metadata *m, struct error *why)
{
	error_clear(why);
	return metadata_read(json, strlen(json), issuer, m, why);
}

static void
refuse(const char *json, const char *part)
{
	struct metadata m;
	struct error why = { 0 };

	assert_int_equal(take("https://one.example", json, &m, &why), -1);
	assert_false(metadata_there(&m));
	if (!strstr(why.text, part))
		fail_msg("'%s' does not tell '%s'", why.text, part);
}

static void
taken(void **state)
{
	struct metadata m;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(take("https://one.example", "{\"issuer\":\"https://one.example\"," WHOLE "}", &m, &why), 0);
	assert_true(metadata_there(&m));
	assert_string_equal(m.keys, "https://one.example/k");
	assert_null(m.userinfo);
	assert_false(m.tells_issuer || m.secret_in_body);
	metadata_free(&m);
	assert_int_equal(take("https://one.example", "{\"issuer\":\"https://one.example\"," WHOLE
	    ",\"authorization_response_iss_parameter_supported\":true"
	    ",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]"
	    ",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]}", &m, &why), 0);
	assert_true(m.tells_issuer && m.secret_in_body);
	metadata_free(&m);
}

static void
refused(void **state)
{
	(void)state;
	refuse("", "does not tell");
	refuse("[]", "calls itself nothing");
	refuse("{\"issuer\":\"https://two.example\"," WHOLE "}", "calls itself https://two.example");
	refuse("{\"issuer\":\"https://one.example/\"," WHOLE "}", "calls itself");
	refuse("{\"issuer\":\"https://one.example\"}", "authorization_endpoint");
	refuse("{\"issuer\":\"https://one.example\"," WHOLE ",\"userinfo_endpoint\":\"http://one.example/u\"}",
	    "userinfo_endpoint");
	refuse("{\"issuer\":\"https://one.example\"," WHOLE ",\"end_session_endpoint\":\"javascript:x\"}",
	    "end_session_endpoint");
	refuse("{\"issuer\":\"https://one.example\"," WHOLE ",\"code_challenge_methods_supported\":[\"plain\"]}", "S256");
}

static void
requests(void **state)
{
	struct provider p = { .id = (char *)(uintptr_t)"one", .client_id = (char *)(uintptr_t)"a b",
		.secret = (char *)(uintptr_t)"c:d", .scope = (char *)(uintptr_t)"openid" };
	struct metadata m = { 0 };
	struct error why = { 0 };
	struct handshake h;
	struct text t;

	(void)state;
	assert_int_equal(take("https://one.example", "{\"issuer\":\"https://one.example\"," WHOLE "}", &m, &why), 0);
	handshake_begin(&h, "one", true, "/", 1);
	text_init(&t, 4096);
	assert_int_equal(request_authorization(&p, &m, &h, "https://us.example", &t), 0);
	assert_non_null(strstr(t.data, "/a?x=1&response_type=code&client_id=a%20b&redirect_uri="
	    "https%3A%2F%2Fus.example%2Flogin%2Foidc%2Fone%2Fback&"));
	assert_non_null(strstr(t.data, "&prompt=login"));
	assert_null(strstr(t.data, h.verifier));
	text_clear(&t);
	assert_int_equal(request_basic(&p, &m, &t), 0);
	assert_string_equal(t.data, "Basic YSUyMGI6YyUzQWQ=");
	text_clear(&t);
	assert_int_equal(request_token(&p, &m, &h, "x&y", "https://us.example", &t), 0);
	assert_non_null(strstr(t.data, "grant_type=authorization_code&code=x%26y&"));
	assert_null(strstr(t.data, "client_secret"));
	m.secret_in_body = true;
	text_clear(&t);
	assert_int_equal(request_token(&p, &m, &h, "x", "https://us.example", &t), 0);
	assert_non_null(strstr(t.data, "&client_secret=c%3Ad"));
	text_free(&t);
	metadata_free(&m);
}

static void
address(void **state)
{
	char *with = metadata_address("https://one.example/realm/"), *without = metadata_address("https://one.example");

	(void)state;
	assert_string_equal(with, "https://one.example/realm/.well-known/openid-configuration");
	assert_string_equal(without, "https://one.example/.well-known/openid-configuration");
	free(with);
	free(without);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken),
		cmocka_unit_test(refused),
		cmocka_unit_test(requests),
		cmocka_unit_test(address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
