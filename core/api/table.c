#include "api/table.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"

enum { CEILING = 4 << 20, NAME = 80 };

static const json_t *
cell_of(const json_t *row, const char *path)
{
	while (row && *path) {
		size_t length = strcspn(path, ".");

		row = json_object_getn(row, path, length);
		path += length + (path[length] == '.');
	}
	return row;
}

static const char *
in_words(const char *const *words, const char *code)
{
	for (; words && words[0]; words += 2)
		if (strcmp(words[0], code) == 0)
			return words[1];
	return code;
}

static void
put_cell(struct text *t, const struct table_column *column, const json_t *cell)
{
	if (json_is_integer(cell))
		csv_put_number(t, json_integer_value(cell));
	else if (json_is_real(cell))
		csv_put_real(t, json_real_value(cell));
	else
		csv_put_text(t, json_is_string(cell) ? in_words(column->words, json_string_value(cell)) : NULL);
}

void
table_answer(struct http_exchange *x, const char *name, const struct table_column *columns, size_t n,
    const json_t *rows)
{
	char disposition[NAME];
	const json_t *row;
	struct text t;
	size_t i, length = 0;
	char *bytes;

	text_init(&t, CEILING);
	csv_begin(&t);
	for (size_t c = 0; c < n; c++)
		csv_put_text(&t, columns[c].title);
	csv_end_line(&t);
	json_array_foreach(rows, i, row) {
		for (size_t c = 0; c < n; c++)
			put_cell(&t, &columns[c], cell_of(row, columns[c].path));
		csv_end_line(&t);
	}
	bytes = text_take(&t, &length);
	if (!bytes) {
		http_problem(x, 413, "too-large", "太多了", "这张表太大，请分段查询。", NULL);
		return;
	}
	snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.csv\"", name);
	http_add_header(x, "Content-Disposition", disposition);
	http_answer_take(x, 200, "text/csv; charset=utf-8", bytes, length);
}
