/* Departments' answers: every row of the table in the protocol, in its words and in others. */
#include "judged.h"

static void
test_approved(void **state)
{
	struct ending e = judged(ENDING_OF_CALL, 200, APPROVED);

	(void)state;
	assert_int_equal(e.kind, ENDING_APPROVED);
	assert_string_equal(e.code, "approved");
	assert_string_equal(e.receipt, "HB-1");
	assert_string_equal(json_string_value(json_object_get(e.outputs, "birth_cert_no")),
	    "T330111001");
	assert_int_equal(json_object_size(e.outputs), 2);
	ending_free(&e);
	assert_null(e.outputs);
	ends(ENDING_OF_QUESTION, 200, APPROVED, ENDING_APPROVED, "approved");
	ends(ENDING_OF_CALLBACK, 200, APPROVED, ENDING_APPROVED, "approved");
}

static void
test_undeclared_outputs_are_not_kept(void **state)
{
	struct ending e = judged(ENDING_OF_CALL, 200, "{\"state\":\"approved\",\"result_id\":77,"
	    "\"extra\":[1],\"outputs\":{\"birth_cert_no\":\"T1\",\"issued_on\":\"2026-11-20\","
	    "\"note\":null,\"mother_illness\":\"x\"}}");

	(void)state;
	assert_int_equal(e.kind, ENDING_APPROVED);
	assert_string_equal(e.receipt, "77");
	assert_int_equal(json_object_size(e.outputs), 2);
	assert_null(json_object_get(e.outputs, "mother_illness"));
	ending_free(&e);
}

static void
test_call_without_outputs(void **state)
{
	struct answer a = answer_of(200, "{\"state\":\"approved\",\"result_id\":\"1\"}");
	struct ending e;

	(void)state;
	ending_judge(ENDING_OF_CALL, &a, NULL, 0, &e);
	assert_int_equal(e.kind, ENDING_APPROVED);
	assert_int_equal(json_object_size(e.outputs), 0);
	ending_free(&e);
}

static void
test_rejected(void **state)
{
	struct ending e = judged(ENDING_OF_CALL, 200,
	    "{\"state\":\"rejected\",\"result_id\":\"R9\",\"reason\":\"户口冻结\"}");

	(void)state;
	assert_int_equal(e.kind, ENDING_REJECTED);
	assert_string_equal(e.reason, "户口冻结");
	assert_string_equal(e.receipt, "R9");
	assert_null(e.outputs);
	ending_free(&e);
	call_ends(200, "{\"state\":\"rejected\",\"result_id\":\"R9\"}", ENDING_RETRY, "broken_answer");
	call_ends(200, "{\"state\":\"rejected\",\"result_id\":\"R9\",\"reason\":\"\"}", ENDING_RETRY,
	    "broken_answer");
	call_ends(200, "{\"state\":\"rejected\",\"result_id\":\"R9\",\"reason\":5}", ENDING_RETRY,
	    "broken_answer");
	call_ends(200, "{\"state\":\"rejected\",\"reason\":\"x\"}", ENDING_RETRY, "broken_answer");
}

static void
test_correction(void **state)
{
	struct ending e = judged(ENDING_OF_CALL, 200, "{\"state\":\"correction\",\"fields\":[{\"field\":"
	    "\"child_name\",\"reason\":\"生僻字\"}],\"materials\":[\"m1\",{\"id\":\"m2\",\"reason\":\"不清\"}]}");

	(void)state;
	assert_int_equal(e.kind, ENDING_CORRECTION);
	assert_int_equal(json_array_size(e.fields), 1);
	assert_int_equal(json_array_size(e.materials), 2);
	ending_free(&e);
	e = judged(ENDING_OF_CALLBACK, 200,
	    "{\"state\":\"correction\",\"fields\":[{\"field\":\"a\",\"reason\":\"b\"}]}");
	assert_int_equal(e.kind, ENDING_CORRECTION);
	assert_int_equal(json_array_size(e.materials), 0);
	ending_free(&e);
	call_ends(200, "{\"state\":\"correction\",\"fields\":[],\"materials\":[]}", ENDING_ATTENTION,
	    "empty_correction");
	call_ends(200, "{\"state\":\"correction\"}", ENDING_ATTENTION, "empty_correction");
	call_ends(200, "{\"state\":\"correction\",\"fields\":{\"a\":1}}", ENDING_RETRY, "broken_answer");
	call_ends(200, "{\"state\":\"correction\",\"fields\":[\"a\"]}", ENDING_RETRY, "broken_answer");
	call_ends(200, "{\"state\":\"correction\",\"fields\":[{\"field\":\"a\"}]}", ENDING_RETRY,
	    "broken_answer");
	call_ends(200, "{\"state\":\"correction\",\"fields\":[],\"materials\":[7]}", ENDING_RETRY,
	    "broken_answer");
	call_ends(200, "{\"state\":\"correction\",\"materials\":[{\"reason\":\"x\"}]}", ENDING_RETRY,
	    "broken_answer");
}

static void
test_pending(void **state)
{
	struct ending e = judged(ENDING_OF_CALL, 202, "{\"state\":\"pending\",\"result_id\":\"P1\"}");

	(void)state;
	assert_int_equal(e.kind, ENDING_PENDING);
	assert_string_equal(e.receipt, "P1");
	ending_free(&e);
	ends(ENDING_OF_QUESTION, 202, "{\"state\":\"pending\",\"result_id\":5}", ENDING_PENDING, "pending");
	ends(ENDING_OF_UNDO, 202, "{\"state\":\"pending\",\"result_id\":\"5\"}", ENDING_PENDING, "pending");
	call_ends(202, "{\"state\":\"pending\"}", ENDING_RETRY, "broken_answer");
	call_ends(202, "{\"state\":\"pending\",\"result_id\":\"\"}", ENDING_RETRY, "broken_answer");
	call_ends(202, "{\"state\":\"pending\",\"result_id\":\"a\\nb\"}", ENDING_RETRY, "broken_answer");
	call_ends(202, "{\"state\":\"pending\",\"result_id\":{}}", ENDING_RETRY, "broken_answer");
	call_ends(202, APPROVED, ENDING_RETRY, "broken_answer");
	call_ends(202, "", ENDING_RETRY, "broken_json");
	call_ends(200, "{\"state\":\"pending\",\"result_id\":\"P1\"}", ENDING_RETRY, "broken_answer");
	ends(ENDING_OF_CALLBACK, 200, "{\"state\":\"pending\",\"result_id\":\"P1\"}", ENDING_RETRY,
	    "broken_answer");
	ends(ENDING_OF_FETCH, 202, "{\"state\":\"pending\",\"result_id\":\"P1\"}", ENDING_RETRY,
	    "broken_answer");
}

static void
test_question(void **state)
{
	(void)state;
	ends(ENDING_OF_QUESTION, 404, "{\"state\":\"unknown_key\"}", ENDING_NOT_RECEIVED, "unknown_key");
	ends(ENDING_OF_UNDO_QUESTION, 404, "{\"state\":\"unknown_key\"}", ENDING_NOT_RECEIVED,
	    "unknown_key");
	ends(ENDING_OF_QUESTION, 404, "{\"state\":\"gone\"}", ENDING_ATTENTION, "http_404");
	ends(ENDING_OF_QUESTION, 404, "<html>404</html>", ENDING_ATTENTION, "http_404");
	ends(ENDING_OF_QUESTION, 404, "", ENDING_ATTENTION, "http_404");
	ends(ENDING_OF_QUESTION, 200, "{\"state\":\"unknown_key\"}", ENDING_RETRY, "broken_answer");
	ends(ENDING_OF_QUESTION, 503, "", ENDING_RETRY, "http_503");
	call_ends(404, "{\"state\":\"unknown_key\"}", ENDING_ATTENTION, "http_404");
	ends(ENDING_OF_UNDO, 404, "{\"state\":\"unknown_key\"}", ENDING_ATTENTION, "http_404");
}

static void
test_fetch(void **state)
{
	struct ending e = judged(ENDING_OF_FETCH, 200, "{\"state\":\"found\",\"outputs\":{"
	    "\"birth_cert_no\":\"T1\",\"issued_on\":\"2026-11-20\",\"more\":1}}");

	(void)state;
	assert_int_equal(e.kind, ENDING_FOUND);
	assert_int_equal(json_object_size(e.outputs), 2);
	assert_null(e.receipt);
	ending_free(&e);
	ends(ENDING_OF_FETCH, 200, "{\"state\":\"none\"}", ENDING_NONE_FOUND, "none");
	ends(ENDING_OF_FETCH, 200, "{\"state\":\"found\",\"outputs\":{}}", ENDING_ATTENTION,
	    "outputs_broken");
	ends(ENDING_OF_FETCH, 200, APPROVED, ENDING_RETRY, "broken_answer");
}

static void
test_undo(void **state)
{
	struct ending e = judged(ENDING_OF_UNDO, 200, "{\"state\":\"rejected\",\"reason\":\"已用\"}");

	(void)state;
	assert_int_equal(e.kind, ENDING_REJECTED);
	assert_string_equal(e.reason, "已用");
	ending_free(&e);
	ends(ENDING_OF_UNDO, 200, "{\"state\":\"cancelled\"}", ENDING_CANCELLED, "cancelled");
	ends(ENDING_OF_UNDO_QUESTION, 200, "{\"state\":\"cancelled\"}", ENDING_CANCELLED, "cancelled");
	ends(ENDING_OF_UNDO_CALLBACK, 200, "{\"state\":\"cancelled\"}", ENDING_CANCELLED, "cancelled");
	ends(ENDING_OF_UNDO, 200, APPROVED, ENDING_RETRY, "broken_answer");
	ends(ENDING_OF_UNDO_CALLBACK, 200, APPROVED, ENDING_RETRY, "broken_answer");
	ends(ENDING_OF_CALLBACK, 200, "{\"state\":\"cancelled\"}", ENDING_RETRY, "broken_answer");
}

static void
test_retry_after(void **state)
{
	struct answer a = answer_of(503, "");
	struct ending e;

	(void)state;
	a.retry_after_us = 90 * US_PER_SECOND;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	assert_int_equal(e.retry_after_us, 90 * US_PER_SECOND);
	a.retry_after_us = INT64_MAX;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	assert_int_equal(e.retry_after_us, 86400 * US_PER_SECOND);
	a.retry_after_us = -5;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	assert_int_equal(e.retry_after_us, 0);
	a = answer_of(422, "");
	a.retry_after_us = 90 * US_PER_SECOND;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	assert_int_equal(e.retry_after_us, 0);
}

/* What was sent on to a call under way is received, or approved; elsewhere the word says nothing. */
static void
test_later(void **state)
{
	static const char received[] = "{\"state\":\"received\"}";

	(void)state;
	ends(ENDING_OF_LATER, 200, received, ENDING_APPROVED, "received");
	ends(ENDING_OF_LATER, 200, APPROVED, ENDING_APPROVED, "approved");
	ends(ENDING_OF_LATER, 202, received, ENDING_RETRY, "broken_answer");
	ends(ENDING_OF_LATER, 503, "", ENDING_RETRY, "http_503");
	call_ends(200, received, ENDING_RETRY, "broken_answer");
	ends(ENDING_OF_FETCH, 200, received, ENDING_RETRY, "broken_answer");
}

static void
test_other_words(void **state)
{
	static const char dialect[] = "{\"state\":\"status\",\"result_id\":\"ref\",\"reason\":\"why\",\"approved\":\"0\","
	    "\"rejected\":\"no\",\"pending\":\"true\"}";
	struct ending e = judged_in(dialect, 200, "{\"status\":0,\"ref\":\"R-1\",\"birth_cert_no\":\"T330111001\","
	    "\"issued_on\":\"2026-11-20\"}");

	(void)state;
	assert_int_equal(e.kind, ENDING_APPROVED);
	assert_string_equal(e.receipt, "R-1");
	assert_string_equal(json_string_value(json_object_get(e.outputs, "birth_cert_no")), "T330111001");
	ending_free(&e);
	e = judged_in(dialect, 200, "{\"status\":\"no\",\"ref\":7,\"why\":\"\u4e0d\u5408\"}");
	assert_int_equal(e.kind, ENDING_REJECTED);
	assert_string_equal(e.receipt, "7");
	assert_string_equal(e.reason, "\u4e0d\u5408");
	ending_free(&e);
	e = judged_in(dialect, 202, "{\"status\":true,\"ref\":\"R-2\"}");
	assert_int_equal(e.kind, ENDING_PENDING);
	ending_free(&e);
}

/* What it does not name is not understood, the native words too; where outputs are said to be, they must be. */
static void
test_other_words_unknown(void **state)
{
	static const char dialect[] = "{\"state\":\"status\",\"result_id\":\"ref\",\"approved\":\"0\",\"outputs\":\"data\"}";
	static const char *const bodies[] = { "{\"status\":1,\"ref\":\"R-1\"}", "{\"state\":\"approved\",\"result_id\":\"R-1\"}",
		"{\"status\":\"approved\",\"ref\":\"R-1\"}", "{\"status\":0}", "{}" };
	struct ending e;

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		e = judged_in(dialect, 200, bodies[i]);
		assert_int_equal(e.kind, ENDING_RETRY);
		assert_string_equal(e.code, "broken_answer");
		ending_free(&e);
	}
	e = judged_in(dialect, 200, "{\"status\":0,\"ref\":\"R-1\",\"birth_cert_no\":\"T330111001\"}");
	assert_int_equal(e.kind, ENDING_ATTENTION);
	ending_free(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_approved),
		cmocka_unit_test(test_undeclared_outputs_are_not_kept),
		cmocka_unit_test(test_call_without_outputs),
		cmocka_unit_test(test_rejected),
		cmocka_unit_test(test_correction),
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_other_words),
		cmocka_unit_test(test_other_words_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
