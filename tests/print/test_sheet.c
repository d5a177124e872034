/* Sheets of paper: made, laid on several pages, and refused rather than printed with boxes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "print/sheet.h"

static char *
made(const char *lines, size_t *length, struct error *why)
{
	return sheet_make(lines, strlen(lines), length, why);
}

static void
a_sheet_is_a_pdf(void **state)
{
	struct error why = { 0 };
	size_t length = 0;
	char *pdf = made("title\t回执\nheading\t已收到您的申请\nbox\t您现在不需要再做任何事\npair\t编号\t330111\n"
	    "columns\t事项\t部门\nrow\t出生登记\t公安局\ntext\t一段话\nquiet\t小字\nfoot\t第", &length, &why);

	(void)state;
	assert_non_null(pdf);
	assert_true(length > 1000);
	assert_memory_equal(pdf, "%PDF-", 5);
	free(pdf);
}

static int
pages_of(const char *pdf, size_t length)
{
	static const char count[] = "/Count ";
	const char *at = memmem(pdf, length, count, sizeof count - 1);

	return at ? atoi(at + sizeof count - 1) : 0;
}

static void
what_does_not_fit_goes_on_the_next_sheet(void **state)
{
	struct error why = { 0 };
	struct text lines;
	size_t length = 0;
	char *pdf;

	(void)state;
	text_init(&lines, 65536);
	text_puts(&lines, "title\t长\ncolumns\ta\tb");
	for (int i = 0; i < 60; i++)
		text_putf(&lines, "\nrow\t第 %d 行\tb", i);
	pdf = made(lines.data, &length, &why);
	assert_non_null(pdf);
	assert_int_equal(pages_of(pdf, length), 2);
	free(pdf);
	text_free(&lines);
}

/* U+E123 is of private use, U+10FFFD the last of it: no font of Debian has them. */
static void
a_character_without_a_font_is_named_and_not_printed(void **state)
{
	static const struct { const char *lines, *named; } cases[] = {
		{ "heading\t王\xEE\x84\xA3", "U+E123" },
		{ "pair\t姓名\t王\xF4\x8F\xBF\xBD小", "U+10FFFD" },
		{ "columns\ta\tb\nrow\t\xEE\x84\xA3\tb", "U+E123" },
		{ "box\t\xEE\x84\xA3", "U+E123" },
		{ "text\ta\nfoot\t\xEE\x84\xA3", "U+E123" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error why = { 0 };
		size_t length = 0;

		assert_null(made(cases[i].lines, &length, &why));
		assert_int_equal(why.kind, ERROR_BROKEN);
		assert_non_null(strstr(why.text, cases[i].named));
	}
}

static void
rare_characters_of_names_have_a_font(void **state)
{
	struct error why = { 0 };

	(void)state;
	assert_int_equal(sheet_has_fonts(sheet_probe, &why), 0);
	assert_int_equal(sheet_has_fonts("\xEE\x84\xA3", &why), -1);
	assert_non_null(strstr(why.text, "U+E123"));
}

static void
what_is_no_line_is_refused(void **state)
{
	static const char *const cases[] = { "nothing", "nothing\ta", "heading", "heading\ta\tb", "pair\ta", "row\ta",
		"columns\ta\nrow\ta\tb", "code\t25", "code\t0\tM0 0h1v1h-1z", "code\t25\tnonsense", "text\t\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error why = { 0 };
		size_t length = 0;

		assert_null(made(cases[i], &length, &why));
		assert_int_not_equal(why.kind, ERROR_NONE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_is_a_pdf),
		cmocka_unit_test(what_does_not_fit_goes_on_the_next_sheet),
		cmocka_unit_test(a_character_without_a_font_is_named_and_not_printed),
		cmocka_unit_test(rare_characters_of_names_have_a_font),
		cmocka_unit_test(what_is_no_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
