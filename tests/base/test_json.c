/* The canonical writer against jansson's own, which sorts and escapes by the same rules. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static uint64_t state = 88172645463325252u;

static unsigned
draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % below);
}

static void
some_text(char *out, size_t room)
{
	static const char *const pieces[] = { "a", "Z", "\"", "\\", "/", "\n", "\t", "\r", "\b", "\f", "\x01",
		"\x1f", "\x7f", "张", "é", "𠮷", " ", "0" };
	unsigned n = draw(12);

	out[0] = '\0';
	for (unsigned i = 0; i < n && strlen(out) + 5 < room; i++)
		strcat(out, pieces[draw(sizeof pieces / sizeof *pieces)]);
}

static json_t *
some_value(int depth)
{
	char text[64];
	json_t *made;
	unsigned n;

	some_text(text, sizeof text);
	switch (draw(depth > 0 ? 9 : 7)) {
	case 0: return json_true();
	case 1: return json_false();
	case 2: return json_null();
	case 3: return json_integer((json_int_t)(state >> draw(64)) * (draw(2) ? 1 : -1));
	case 4: return json_real((double)(int64_t)state / (double)(1 + draw(1000000)));
	case 5: case 6: return json_string(text);
	case 7:
		made = json_array();
		for (n = draw(6); n > 0; n--)
			json_array_append_new(made, some_value(depth - 1));
		return made;
	default:
		made = json_object();
		for (n = draw(draw(20) ? 8 : 150); n > 0; n--) {
			some_text(text, sizeof text);
			json_object_set_new(made, text, some_value(depth - 1));
		}
		return made;
	}
}

static void
same_as_jansson(const json_t *value)
{
	char *theirs = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	char *ours = json_canonical_string(value);

	assert_non_null(theirs);
	assert_non_null(ours);
	assert_string_equal(ours, theirs);
	free(theirs);
	free(ours);
}

static void
test_as_jansson(void **unused)
{
	(void)unused;
	for (int i = 0; i < 20000; i++) {
		json_t *value = some_value(4);

		same_as_jansson(value);
		json_decref(value);
	}
}

static void
test_numbers(void **unused)
{
	static const json_int_t edges[] = { 0, 1, -1, 9, 10, -10, INT64_MAX, INT64_MIN };

	(void)unused;
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
		json_t *value = json_integer(edges[i]);

		same_as_jansson(value);
		json_decref(value);
	}
}

/* A ceiling is an end, not a cut. */
static void
test_ceiling(void **unused)
{
	json_t *value = json_pack("{s:s, s:[i,i,i]}", "name", "张三", "list", 1, 2, 3);
	struct text out;

	(void)unused;
	text_init(&out, 30);
	assert_int_equal(json_canonical(value, &out), -1);
	text_free(&out);
	assert_int_equal(json_canonical(NULL, &out), -1);
	json_decref(value);
}

/* Nothing is read past the room that is there, however the pieces fall. */
static void
test_formatted(void **unused)
{
	char wanted[4096] = "";
	struct text out;

	(void)unused;
	text_init(&out, 1 << 20);
	for (int i = 0; i < 300; i++) {
		sprintf(wanted + strlen(wanted), "%d,", i * i);
		assert_int_equal(text_putf(&out, "%d,", i * i), 0);
		assert_string_equal(out.data, wanted);
	}
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_jansson), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_ceiling), cmocka_unit_test(test_formatted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
