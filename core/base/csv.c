#include "base/csv.h"

#include <string.h>

#define MARK "\xef\xbb\xbf"

void
csv_begin(struct text *t)
{
	text_puts(t, MARK);
}

/* A comma stands before every cell but a line's first. */
static void
begin_cell(struct text *t)
{
	if (t->length > strlen(MARK) && t->data[t->length - 1] != '\n')
		text_putc(t, ',');
}

/* Would a spreadsheet calculate with it? An apostrophe at the beginning is guarded too, lest it vanish. */
static bool
is_formula(const char *cell)
{
	static const char *const begins[] = { "=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠" };

	while (*cell == ' ')
		cell++;
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (strncmp(cell, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

void
csv_put_text(struct text *t, const char *cell)
{
	begin_cell(t);
	text_putc(t, '"');
	if (cell && is_formula(cell))
		text_putc(t, '\'');
	for (; cell && *cell; cell++) {
		if (*cell == '"')
			text_putc(t, '"');
		text_putc(t, *cell);
	}
	text_putc(t, '"');
}

void
csv_put_number(struct text *t, int64_t number)
{
	begin_cell(t);
	text_put_number(t, number);
}

void
csv_put_real(struct text *t, double number)
{
	begin_cell(t);
	text_putf(t, "%.1f", number);
}

void
csv_end_line(struct text *t)
{
	text_puts(t, "\r\n");
}
