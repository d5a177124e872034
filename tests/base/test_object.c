/* test_object.c: objects written as text are what a tree of the same values is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/object.h"

static void
in_any_order(void **state)
{
	static const char *const keys[] = { "b", "at", "attempts", "a", "z", "at_once" };
	enum { KEYS = sizeof keys / sizeof *keys };

	(void)state;
	/* every rotation, so that each stands first, last and out of place once */
	for (int first = 0; first < KEYS; first++) {
		struct text text, wanted;
		struct object o, inner;
		json_t *tree = json_object();

		text_init(&text, 4096);
		text_init(&wanted, 4096);
		object_begin(&o, &text);
		for (int i = 0; i < KEYS; i++) {
			const char *key = keys[(first + i) % KEYS];

			if (i == 2) {
				object_key(&o, key);
				object_begin(&inner, &text);
				object_string(&inner, "y", "引号\"和\\");
				object_string(&inner, "x", NULL);
				object_end(&inner);
				json_object_set_new(tree, key, json_pack("{s:s, s:n}", "y", "引号\"和\\", "x"));
			} else if (i % 2) {
				object_number(&o, key, INT64_MIN + i);
				json_object_set_new(tree, key, json_integer(INT64_MIN + i));
			} else {
				object_json_take(&o, key, json_pack("[i, {}]", i));
				json_object_set_new(tree, key, json_pack("[i, {}]", i));
			}
		}
		object_end(&o);
		assert_int_equal(json_canonical(tree, &wanted), 0);
		assert_false(text.failed);
		assert_string_equal(text.data, wanted.data);
		json_decref(tree);
		text_free(&text);
		text_free(&wanted);
	}
}

static void
empty_and_too_many(void **state)
{
	char names[OBJECT_MEMBERS + 1][16];
	struct text text;
	struct object o;
	bool begun = false;

	(void)state;
	text_init(&text, 4096);
	object_begin(&o, &text);
	object_end(&o);
	object_comma(&text, &begun);
	object_comma(&text, &begun);
	assert_string_equal(text.data, "{},");
	text_clear(&text);
	object_begin(&o, &text);
	for (int i = 0; i <= OBJECT_MEMBERS; i++) {
		assert_int_equal(text.failed, false);
		snprintf(names[i], sizeof names[i], "k%d", i);
		object_number(&o, names[i], i);
	}
	object_end(&o);
	assert_true(text.failed);
	text_free(&text);
}

/* What finds no room fails; nothing is written beyond it. */
static void
at_every_ceiling(void **state)
{
	(void)state;
	for (size_t ceiling = 0; ceiling < 40; ceiling++) {
		struct text text;
		struct object o;

		text_init(&text, ceiling);
		object_begin(&o, &text);
		object_string(&o, "second", "two");
		object_string(&o, "first", "one");
		object_end(&o);
		assert_true(text.failed || strcmp(text.data, "{\"first\":\"one\",\"second\":\"two\"}") == 0);
		assert_true(text.failed || ceiling >= 30);
		text_free(&text);
	}
}

static void
digits(void **state)
{
	static const int64_t numbers[] = { 0, 7, -1, 10, 1794976000, INT64_MAX, INT64_MIN };
	char out[TEXT_DIGITS], wanted[32];

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		int n = snprintf(wanted, sizeof wanted, "%lld", (long long)numbers[i]);

		assert_int_equal(text_digits(numbers[i], out), n);
		assert_string_equal(out, wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_any_order),
		cmocka_unit_test(empty_and_too_many),
		cmocka_unit_test(at_every_ceiling),
		cmocka_unit_test(digits),
	};

	return cmocka_run_group_tests_name("base/object", tests, NULL, NULL);
}
