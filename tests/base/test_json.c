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

static size_t held, most;

static void *
hold(size_t size)
{
	size_t *block = malloc(size + 16);

	if (!block)
		return NULL;
	*block = size;
	held += size + 16; /* as much as the allocator needs beside it */
	most = held > most ? held : most;
	return block + 2;
}

static void
let_go(void *block)
{
	if (!block)
		return;
	held -= *((size_t *)block - 2) + 16;
	free((size_t *)block - 2);
}

/* A quarter of a megabyte of `pieces` in a list, of the second kind once so many are of the first. */
static size_t
fill(char *bytes, size_t room, const char *piece, int n, const char *rest)
{
	size_t used = 0;

	bytes[used++] = '[';
	for (int i = 0; used + 8 < room; i++)
		used += (size_t)snprintf(bytes + used, room - used, "%s,", i < n ? piece : rest);
	bytes[used - 1] = ']';
	return used;
}

/* Whatever anybody sends costs less than 16 MB to hold, or is told from what is read. */
static void
test_crowded(void **unused)
{
	static const char *const pieces[] = { "{}", "[]", "[{}]", "0", "\"\"", "{\"\":0}" };
	enum { ROOM = 256 << 10 };
	char *bytes = malloc(ROOM);
	size_t length;
	json_t *read;

	(void)unused;
	json_set_alloc_funcs(hold, let_go);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		for (int k = 0; k < 2; k++) {
			int each = (strchr(pieces[i], '{') != NULL) + (strchr(pieces[i], '[') != NULL);

			length = fill(bytes, ROOM, pieces[i], k || !each ? ROOM : (JSON_CROWD - 1) / each, "0");
			if (json_is_crowded(bytes, length)) {
				assert_true(k);
				continue;
			}
			most = held;
			read = json_read(bytes, length, ROOM, NULL);
			assert_non_null(read);
			json_decref(read);
			assert_in_range(most, 1 << 20, 16 << 20);
		}
	length = fill(bytes, ROOM, "{}", JSON_CROWD - 1, "0"); /* and the list around them */
	assert_false(json_is_crowded(bytes, length));
	length = fill(bytes, ROOM, "{}", JSON_CROWD, "0");
	assert_true(json_is_crowded(bytes, length));
	length = fill(bytes, ROOM, "\"[{[{\"", ROOM, ""); /* in strings they are text */
	assert_false(json_is_crowded(bytes, length));
	json_set_alloc_funcs(malloc, free);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_jansson), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_ceiling), cmocka_unit_test(test_formatted),
		cmocka_unit_test(test_crowded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
