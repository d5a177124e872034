/* Departments' answers that are broken in every way, and what their status alone says. */
#include "judged.h"

static void
test_broken_outputs(void **state)
{
	static const char *const broken[] = {
		"{\"state\":\"approved\",\"result_id\":\"HB-1\"}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{}}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":null}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":[]}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":\"x\"}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":\"T1\"}}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":1,"
		"\"issued_on\":\"2026-11-20\"}}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":null,"
		"\"issued_on\":\"2026-11-20\"}}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":\"\","
		"\"issued_on\":\"2026-11-20\"}}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":\"T1\","
		"\"issued_on\":\"2026-02-30\"}}",
		"{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":\"T1\","
		"\"issued_on\":\"2026-11-20\",\"note\":5}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct ending e = judged(ENDING_OF_CALL, 200, broken[i]);

		assert_int_equal(e.kind, ENDING_ATTENTION);
		assert_string_equal(e.code, "outputs_broken");
		assert_string_equal(e.receipt, "HB-1");
		assert_null(e.outputs);
		ending_free(&e);
	}
}

static void
output_is(enum question_type type, const char *json, bool sound)
{
	struct output o = { (char *)(uintptr_t)"x", type, false };
	char body[512];
	struct answer a;
	struct ending e;

	snprintf(body, sizeof body, "{\"state\":\"approved\",\"result_id\":\"1\",\"outputs\":{\"x\":%s}}",
	    json);
	a = answer_of(200, body);
	ending_judge(ENDING_OF_CALL, &a, &o, 1, &e);
	if ((e.kind == ENDING_APPROVED) != sound)
		print_error("%s %s\n", event_type_names[type], json);
	assert_int_equal(e.kind, sound ? ENDING_APPROVED : ENDING_ATTENTION);
	ending_free(&e);
}

static void
test_output_types(void **state)
{
	(void)state;
	output_is(TYPE_TEXT, "\"a\"", true);
	output_is(TYPE_TEXT, "true", false);
	output_is(TYPE_YES_NO, "true", true);
	output_is(TYPE_YES_NO, "false", true);
	output_is(TYPE_YES_NO, "\"yes\"", false);
	output_is(TYPE_YES_NO, "1", false);
	output_is(TYPE_NUMBER, "1", true);
	output_is(TYPE_NUMBER, "1.5", true);
	output_is(TYPE_NUMBER, "\"1\"", false);
	output_is(TYPE_MONEY, "360000", true);
	output_is(TYPE_MONEY, "3600.5", false);
	output_is(TYPE_MONEY, "\"360000\"", false);
	output_is(TYPE_DATE, "\"2026-11-20\"", true);
	output_is(TYPE_DATE, "\"2026-11-31\"", false);
	output_is(TYPE_DATE, "\"2026-11-20T09:00:00+08:00\"", false);
	output_is(TYPE_DATETIME, "\"2026-11-20T09:00:00+08:00\"", true);
	output_is(TYPE_DATETIME, "\"2026-11-20T09:00:00\"", false);
	output_is(TYPE_CHOICES, "[\"a\",\"b\"]", true);
	output_is(TYPE_CHOICES, "[\"a\",1]", false);
	output_is(TYPE_CHOICES, "\"a\"", false);
	output_is(TYPE_LIST, "[{}]", true);
	output_is(TYPE_LIST, "[[]]", false);
	output_is(TYPE_ADDRESS, "{\"division\":\"330111\",\"text\":\"x\"}", true);
	output_is(TYPE_ADDRESS, "{\"division\":\"330111\"}", false);
	output_is(TYPE_ADDRESS, "\"x\"", false);
	output_is(TYPE_ID_NUMBER, "\"330111202609150022\"", true);
	output_is(TYPE_ID_NUMBER, "\"330111202609150023\"", false);
	output_is(TYPE_ID_NUMBER, "\"110105194912310021\"", false);
	output_is(TYPE_BIRTH_CERT_NO, "\"T330111001\"", true);
	output_is(TYPE_BIRTH_CERT_NO, "\"330111001\"", false);
}

static void
test_statuses(void **state)
{
	static const int attention[] = { 400, 404, 405, 410, 413, 415, 422, 300, 301, 302, 303, 304, 307,
		308, 402, 406, 411, 414, 417, 418, 421, 423, 424, 426, 428, 431, 451 };
	static const int retry[] = { 408, 409, 425, 429, 500, 501, 502, 503, 504, 507, 511, 599, 201, 203,
		204, 205, 206, 207, 208, 226, 299, 100, 101, 103, 600, 999, -1 };

	(void)state;
	for (size_t i = 0; i < sizeof attention / sizeof *attention; i++) {
		struct ending e = judged(ENDING_OF_CALL, attention[i], APPROVED);

		assert_int_equal(e.kind, ENDING_ATTENTION);
		assert_null(e.outputs);
		ending_free(&e);
	}
	for (size_t i = 0; i < sizeof retry / sizeof *retry; i++) {
		struct ending e = judged(ENDING_OF_CALL, retry[i], APPROVED);

		assert_int_equal(e.kind, ENDING_RETRY);
		assert_null(e.outputs);
		ending_free(&e);
	}
	call_ends(401, APPROVED, ENDING_STOP_QUEUE, "http_401");
	call_ends(403, "", ENDING_STOP_QUEUE, "http_403");
	call_ends(422, "<html>", ENDING_ATTENTION, "http_422");
	call_ends(302, "", ENDING_ATTENTION, "http_3xx");
	call_ends(204, "", ENDING_RETRY, "http_2xx");
	call_ends(451, "", ENDING_ATTENTION, "http_4xx");
	call_ends(507, "", ENDING_RETRY, "http_5xx");
	ends(ENDING_OF_FETCH, 403, "", ENDING_STOP_QUEUE, "http_403");
	ends(ENDING_OF_UNDO, 409, "", ENDING_RETRY, "http_409");
}

static void
test_no_answer(void **state)
{
	struct answer a = { false, false, 0, NULL, NULL, 0, 0, NULL, NULL };
	struct ending e;

	(void)state;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	assert_int_equal(e.kind, ENDING_RETRY);
	assert_string_equal(e.code, "not_sent");
	ending_free(&e);
	a.sent = true;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	assert_int_equal(e.kind, ENDING_RETRY);
	assert_string_equal(e.code, "no_answer");
	ending_free(&e);
	a.status = 200;
	a.complete = true;
	a.type = JSON_TYPE;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e); /* 200 with no body at all */
	assert_int_equal(e.kind, ENDING_RETRY);
	ending_free(&e);
}

/* An approval cut at any byte, or whose end never arrived, is no approval. */
static void
test_truncated(void **state)
{
	(void)state;
	for (size_t n = 0; n < strlen(APPROVED); n++) {
		struct answer a = { true, true, 200, JSON_TYPE, APPROVED, n, 0, NULL, NULL };
		struct ending e;

		ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
		assert_int_equal(e.kind, ENDING_RETRY);
		assert_string_equal(e.code, "broken_json");
		ending_free(&e);
		a.length = strlen(APPROVED);
		a.complete = false;
		ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
		assert_int_equal(e.kind, ENDING_RETRY);
		assert_string_equal(e.code, "incomplete");
		ending_free(&e);
	}
}

static void
test_types(void **state)
{
	static const struct { const char *type; enum ending_kind kind; } cases[] = {
		{ "application/json", ENDING_APPROVED }, { "Application/JSON", ENDING_APPROVED },
		{ "application/json; charset=utf-8", ENDING_APPROVED },
		{ "application/json ;charset=UTF-8", ENDING_APPROVED },
		{ NULL, ENDING_RETRY }, { "", ENDING_RETRY }, { "text/html", ENDING_RETRY },
		{ "text/plain", ENDING_RETRY }, { "application/json5", ENDING_RETRY },
		{ "application/jsonx", ENDING_RETRY }, { "application/problem+json", ENDING_RETRY },
		{ "text/json", ENDING_RETRY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = answer_of(200, APPROVED);
		struct ending e;

		a.type = cases[i].type;
		ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
		assert_int_equal(e.kind, cases[i].kind);
		if (e.kind == ENDING_RETRY)
			assert_string_equal(e.code, "not_json");
		ending_free(&e);
	}
}

static void
test_garbage(void **state)
{
	static const char *const broken[] = {
		"<html><body>维护中</body></html>", "null", "true", "\"approved\"", "[]", "approved", "{",
		"{}}", "{\"state\":\"approved\"", "{'state':'approved'}", "\xff\xfe", "{\"a\":\"\xc3\"}",
		"{\"state\":\"approved\",\"state\":\"rejected\"}",
		"{\"state\":\"approved\",\"result_id\":\"1\",\"outputs\":{\"a\":1,\"a\":2}}",
		"{\"state\":\"approved\",\"result_id\":1e400}",
		"{\"state\":\"approved\",\"result_id\":9223372036854775808}",
		"{\"state\":\"approved\",\"result_id\":NaN}", APPROVED "x", APPROVED APPROVED,
		"{\"state\":\"approved\",}", "{\"state\":\"app\\u0000roved\"}",
	};
	static const char *const vague[] = {
		"{}", "{\"state\":null}", "{\"state\":1}", "{\"state\":[\"approved\"]}",
		"{\"state\":\"Approved\",\"result_id\":\"1\"}", "{\"state\":\"ok\"}", "{\"code\":0}",
		"{\"state\":\"approved \",\"result_id\":\"1\"}", "{\"state\":\"found\",\"outputs\":{}}",
		"{\"state\":\"none\"}", "{\"state\":\"cancelled\"}", "{\"state\":\"unknown_key\"}",
		"{\"state\":\"approved\"}", "{\"state\":\"approved\",\"outputs\":{\"birth_cert_no\":\"T1\","
		"\"issued_on\":\"2026-11-20\"}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		call_ends(200, broken[i], ENDING_RETRY, "broken_json");
		ends(ENDING_OF_CALLBACK, 200, broken[i], ENDING_RETRY, "broken_json");
	}
	for (size_t i = 0; i < sizeof vague / sizeof *vague; i++)
		call_ends(200, vague[i], ENDING_RETRY, "broken_answer");
}

static void
test_deep_and_large(void **state)
{
	size_t n = (1 << 20) + 1;
	char *body = malloc(n + 1);

	(void)state;
	assert_non_null(body);
	memset(body, '[', n);
	body[n] = '\0';
	body[2000] = '\0';
	call_ends(200, body, ENDING_RETRY, "broken_json");
	body[2000] = '[';
	body[1000000] = '\0'; /* as deep as fits */
	call_ends(200, body, ENDING_RETRY, "broken_json");
	body[1000000] = '[';
	call_ends(200, body, ENDING_RETRY, "too_large");
	memset(body, ' ', n);
	memcpy(body, APPROVED, strlen(APPROVED));
	body[n - 1] = '\0'; /* exactly 1 MiB */
	call_ends(200, body, ENDING_APPROVED, "approved");
	body[n - 1] = ' ';
	call_ends(200, body, ENDING_RETRY, "too_large");
	free(body);
}

static void
test_long_receipt(void **state)
{
	char body[600], digits[301];

	(void)state;
	memset(digits, '7', 300);
	digits[300] = '\0';
	snprintf(body, sizeof body, "{\"state\":\"pending\",\"result_id\":\"%s\"}", digits);
	call_ends(202, body, ENDING_RETRY, "broken_answer");
	digits[200] = '\0';
	snprintf(body, sizeof body, "{\"state\":\"pending\",\"result_id\":\"%s\"}", digits);
	call_ends(202, body, ENDING_PENDING, "pending");
}

static void
test_cut_not_found(void **state)
{
	struct answer a = answer_of(404, "{\"state\":\"unknown_key\"}");
	struct ending e;

	(void)state;
	a.complete = false;
	ending_judge(ENDING_OF_QUESTION, &a, outputs, 3, &e);
	assert_int_equal(e.kind, ENDING_RETRY);
	ending_free(&e);
	a.complete = true;
	a.type = "text/html";
	ending_judge(ENDING_OF_QUESTION, &a, outputs, 3, &e);
	assert_int_equal(e.kind, ENDING_ATTENTION);
	ending_free(&e);
}

/* Whole, genuine, and about something else. */
static void
test_another_key(void **state)
{
	static const char *const bodies[] = {
		"{\"state\":\"approved\",\"key\":\"330111-2611-2\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":"
		"\"T330111001\",\"issued_on\":\"2026-11-20\"}}",
		"{\"state\":\"rejected\",\"key\":\"330111-2611-2\",\"result_id\":\"HB-1\",\"reason\":\"no\"}",
		"{\"state\":\"pending\",\"key\":\"330111-2611-2\",\"result_id\":\"HB-1\"}",
	};
	static const enum ending_kind kinds[] = { ENDING_APPROVED, ENDING_REJECTED, ENDING_PENDING };

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		for (int question = 0; question < 2; question++) {
			struct answer a = answer_of(i == 2 ? 202 : 200, bodies[i]);
			enum ending_purpose purpose = question ? ENDING_OF_QUESTION : ENDING_OF_CALL;
			struct ending e;

			a.key = "330111-2611-1";
			ending_judge(purpose, &a, outputs, 3, &e);
			assert_int_equal(e.kind, ENDING_RETRY);
			assert_string_equal(e.code, "another_key");
			assert_true(!e.outputs && !e.receipt && !e.reason);
			ending_free(&e);
			a.key = "330111-2611-2";
			ending_judge(purpose, &a, outputs, 3, &e);
			assert_int_equal(e.kind, kinds[i]);
			ending_free(&e);
		}
}

/* Any bytes at all, and any single changed byte of an approval: judged without a crash, and approved
 * only if what is read still is one. */
static void
test_any_bytes(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char body[sizeof APPROVED];
		struct answer a = { true, true, 200, JSON_TYPE, body, sizeof body - 1, 0, NULL, NULL };
		struct ending e;

		memcpy(body, APPROVED, sizeof body);
		for (int k = 0; k <= round % 3; k++) {
			seed = seed * 1664525u + 1013904223u;
			body[(seed >> 8) % (sizeof body - 1)] = (char)(seed >> 24);
		}
		ending_judge((enum ending_purpose)(round % 7), &a, outputs, 3, &e);
		assert_non_null(e.code);
		if (e.kind == ENDING_APPROVED)
			assert_non_null(strstr(body, "\"approved\""));
		ending_free(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken_outputs),
		cmocka_unit_test(test_output_types),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_deep_and_large),
		cmocka_unit_test(test_long_receipt),
		cmocka_unit_test(test_cut_not_found),
		cmocka_unit_test(test_another_key),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
