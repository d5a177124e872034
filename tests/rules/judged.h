/* judged.h: what a department's answer is judged to be, for the tests of core/rules/ending.c. */
#ifndef YJS_TESTS_RULES_JUDGED_H
#define YJS_TESTS_RULES_JUDGED_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/ending.h"

#define HELPER static inline __attribute__((unused))
#define JSON_TYPE "application/json"
#define APPROVED "{\"state\":\"approved\",\"result_id\":\"HB-1\",\"outputs\":{\"birth_cert_no\":" \
	"\"T330111001\",\"issued_on\":\"2026-11-20\"}}"

static const struct output outputs[] = {
	{ (char *)(uintptr_t)"birth_cert_no", TYPE_TEXT, false },
	{ (char *)(uintptr_t)"issued_on", TYPE_DATE, false },
	{ (char *)(uintptr_t)"note", TYPE_TEXT, true },
};

HELPER struct answer
answer_of(int status, const char *body)
{
	return (struct answer){ true, true, status, JSON_TYPE, body, strlen(body), 0, NULL, NULL };
}

HELPER struct ending
judged(enum ending_purpose purpose, int status, const char *body)
{
	struct answer a = answer_of(status, body);
	struct ending e;

	ending_judge(purpose, &a, outputs, 3, &e);
	return e;
}

/* {"status":0,"ref":"R-1","birth_cert_no":…}: a department that says it in other words. */
HELPER struct ending
judged_in(const char *dialect, int status, const char *body)
{
	json_t *words = json_loads(dialect, 0, NULL);
	struct answer a = answer_of(status, body);
	struct ending e;

	a.dialect = words;
	ending_judge(ENDING_OF_CALL, &a, outputs, 3, &e);
	json_decref(words);
	return e;
}

HELPER void
ends(enum ending_purpose purpose, int status, const char *body, enum ending_kind kind,
    const char *code)
{
	struct ending e = judged(purpose, status, body);

	if (e.kind != kind || strcmp(e.code, code) != 0)
		print_error("%d %.200s: kind %d code %s\n", status, body, (int)e.kind, e.code);
	assert_int_equal(e.kind, kind);
	assert_string_equal(e.code, code);
	if (kind == ENDING_RETRY || kind == ENDING_STOP_QUEUE) {
		assert_null(e.outputs);
		assert_null(e.fields);
		assert_null(e.materials);
		assert_null(e.receipt);
		assert_null(e.reason);
	}
	ending_free(&e);
}

HELPER void
call_ends(int status, const char *body, enum ending_kind kind, const char *code)
{
	ends(ENDING_OF_CALL, status, body, kind, code);
}

#endif
