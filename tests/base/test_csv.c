/* Tables: a reader of our own, by RFC 4180, gets back what was written; no cell begins like a formula. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

enum { CEILING = 4096, CELL = 256 };
static const char mark[] = "\xef\xbb\xbf";

/* The next cell of a line; false: the line has ended. */
static bool
read_cell(const char **at, char cell[CELL])
{
	size_t n = 0;
	bool quoted = **at == '"';

	for (*at += quoted; **at && n < CELL - 1; (*at)++) {
		if (quoted && **at == '"' && (*at)[1] != '"')
			break;
		if (!quoted && strchr(",\r", **at))
			break;
		*at += quoted && **at == '"';
		cell[n++] = **at;
	}
	cell[n] = '\0';
	*at += quoted;
	if (**at == ',') {
		(*at)++;
		return true;
	}
	assert_memory_equal(*at, "\r\n", 2);
	*at += 2;
	return false;
}

static void
write_text(const char *cell, char back[CELL])
{
	struct text t;
	const char *at;

	text_init(&t, CEILING);
	csv_begin(&t);
	csv_put_text(&t, cell);
	csv_end_line(&t);
	assert_false(t.failed);
	assert_memory_equal(t.data, mark, 3);
	at = t.data + 3;
	assert_false(read_cell(&at, back));
	assert_string_equal(at, "");
	text_free(&t);
}

static void
what_looks_like_a_formula_is_shown(void **state)
{
	static const char *const hostile[] = { "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "  =1",
		"＝1+1", "＋1", "－1", "＠A1", "=cmd|' /C calc'!A0", "=\"a\",\"b\"", "-" };
	char back[CELL];

	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		write_text(hostile[i], back);
		assert_int_equal(back[0], '\'');
		assert_string_equal(back + 1, hostile[i]);
	}
}

static void
any_other_text_comes_back_as_it_was(void **state)
{
	static const char *const plain[] = { "", "张三", "a,b", "say \"yes\"", "two\r\nlines", "two\nlines", "1=1", "a'b",
		"\"", ",", "330111-2611", " blank before" };
	char back[CELL];

	(void)state;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		write_text(plain[i], back);
		assert_string_equal(back, plain[i]);
	}
	write_text(NULL, back);
	assert_string_equal(back, "");
}

static void
lines_have_their_cells_and_numbers_stand_bare(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, CEILING);
	csv_begin(&t);
	csv_put_text(&t, "分组");
	csv_put_text(&t, "n");
	csv_end_line(&t);
	csv_put_text(&t, "all");
	csv_put_number(&t, -12);
	csv_put_real(&t, -0.25);
	csv_end_line(&t);
	assert_string_equal(t.data, "\xef\xbb\xbf\"分组\",\"n\"\r\n\"all\",-12,-0.2\r\n");
	text_free(&t);
}

static void
what_does_not_fit_is_told(void **state)
{
	struct text t;

	(void)state;
	text_init(&t, 8);
	csv_begin(&t);
	csv_put_text(&t, "too long");
	csv_end_line(&t);
	assert_true(t.failed);
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_looks_like_a_formula_is_shown),
		cmocka_unit_test(any_other_text_comes_back_as_it_was),
		cmocka_unit_test(lines_have_their_cells_and_numbers_stand_bare),
		cmocka_unit_test(what_does_not_fit_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
