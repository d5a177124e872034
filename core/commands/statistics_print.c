#include "commands/statistics_print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { COLUMNS = 8, CELL = 96 };

struct grid { /* cells as written; the first line is the head */
	size_t columns, n, room;
	char (*cells)[COLUMNS][CELL];
};

/* --- a table of aligned columns --- */

/* Columns on a terminal: what is written in Chinese takes two for each sign. */
static int
width(const char *s)
{
	int n = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x80)
			n++;
		else if (c >= 0xe0) /* begins three bytes or four */
			n += 2;
		else if (c >= 0xc0)
			n++;
	}
	return n;
}

static char (*
grid_line(struct grid *g))[CELL]
{
	if (g->n == g->room) {
		size_t room = g->room ? g->room * 2 : 64;
		void *wider = realloc(g->cells, room * sizeof *g->cells);

		if (!wider)
			return NULL;
		g->cells = wider;
		g->room = room;
	}
	memset(g->cells[g->n], 0, sizeof g->cells[g->n]);
	return g->cells[g->n++];
}

static void
head(struct grid *g, const char *const *titles, size_t n)
{
	char (*line)[CELL];

	*g = (struct grid){ .columns = n };
	line = grid_line(g);
	for (size_t i = 0; line && i < n; i++)
		snprintf(line[i], CELL, "%s", titles[i]);
}

/* Names stand to the left, numbers to the right. */
static void
grid_print(FILE *to, struct grid *g)
{
	int widest[COLUMNS] = { 0 };

	for (size_t l = 0; l < g->n; l++)
		for (size_t c = 0; c < g->columns; c++)
			if (width(g->cells[l][c]) > widest[c])
				widest[c] = width(g->cells[l][c]);
	for (size_t l = 0; l < g->n; l++) {
		for (size_t c = 0; c < g->columns; c++) {
			const char *cell = g->cells[l][c];
			int blanks = widest[c] - width(cell);

			fprintf(to, "%*s%s%*s", c ? blanks + 2 : 0, "", cell, c ? 0 : blanks, "");
		}
		putc('\n', to);
	}
	free(g->cells);
}

/* --- what stands in it --- */

static void
put_number(char cell[CELL], const json_t *value)
{
	if (json_is_real(value))
		snprintf(cell, CELL, "%.1f", json_real_value(value));
	else if (json_is_integer(value))
		snprintf(cell, CELL, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		snprintf(cell, CELL, "-");
}

static const char *
group_title(const json_t *row)
{
	const char *group = json_text(row, "group");

	return !group ? "" : strcmp(group, "all") == 0 ? "合计" : *group ? group : "(不归某一部门)";
}

static void
print_entries(FILE *to, const json_t *rows)
{
	static const char *const titles[] = { "分组", "受理", "办结", "撤回", "办成事项", "不予办理", "因故不能办",
		"退回补正" };
	static const char *const names[] = { "accepted", "finished", "withdrawn", "approved", "refused",
		"blocked", "correction" };
	struct grid g;
	json_t *row;
	size_t i;

	head(&g, titles, sizeof titles / sizeof *titles);
	json_array_foreach(rows, i, row) {
		char (*line)[CELL] = grid_line(&g);

		for (size_t c = 0; line && c < COLUMNS; c++) {
			const json_t *value = c ? json_object_get(row, names[c - 1]) : NULL;

			if (c)
				snprintf(line[c], CELL, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
			else
				snprintf(line[c], CELL, "%s", group_title(row));
		}
	}
	fputs("办件(件、项)\n", to);
	grid_print(to, &g);
}

static void
print_difference(FILE *to, const json_t *rows, const char *title, const char *name, const char *now)
{
	static const char *const titles[] = { "分组", "n", "原来", "现在", "节省(实测)", "平均(实测)", "平均(预计)" };
	struct grid g;
	json_t *row;
	size_t i;

	head(&g, titles, sizeof titles / sizeof *titles);
	json_array_foreach(rows, i, row) {
		const json_t *measured = json_object_get(row, "measured");
		const json_t *what = json_object_get(measured, name);
		const json_t *n = json_object_get(what, "n");
		char (*line)[CELL] = grid_line(&g);

		if (!line)
			break;
		if (!n)
			n = json_object_get(measured, "n");
		snprintf(line[0], CELL, "%s", group_title(row));
		put_number(line[1], n);
		put_number(line[2], json_object_get(what, "before"));
		put_number(line[3], json_object_get(what, now));
		put_number(line[4], json_object_get(what, "saved"));
		put_number(line[5], json_object_get(what, "average"));
		put_number(line[6],
		    json_object_get(json_object_get(json_object_get(row, "expected"), name), "average"));
	}
	fprintf(to, "\n%s\n", title);
	grid_print(to, &g);
}

/* Every other word of the histories, so that nothing that was counted goes untold. */
static void
print_others(FILE *to, const json_t *rows)
{
	static const char shown[] = " accepted finished withdrawn approved refused blocked correction ";
	bool any = false;
	json_t *row, *value;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *name;
		bool first = true;

		json_object_foreach(row, name, value) {
			char word[64];

			snprintf(word, sizeof word, " %.60s ", name);
			if (!json_is_integer(value) || strstr(shown, word))
				continue;
			if (first)
				fprintf(to, "%s%s:", any ? "" : "\n其他记录\n", group_title(row));
			fprintf(to, " %s %" JSON_INTEGER_FORMAT, name, json_integer_value(value));
			first = false;
			any = true;
		}
		if (!first)
			putc('\n', to);
	}
}

void
statistics_print(FILE *to, const json_t *table)
{
	const json_t *rows = json_object_get(table, "rows");

	fprintf(to, "%s 至 %s\n\n", json_text(table, "from"), json_text(table, "to"));
	if (json_array_size(rows) == 0) {
		fputs("这段时间没有办件\n", to);
		return;
	}
	print_entries(to, rows);
	print_difference(to, rows, "材料(份):原来要交的,现在真正上传的", "materials", "given");
	print_difference(to, rows, "跑动(次):原来要跑的,现在真正跑的", "visits", "made");
	print_difference(to, rows, "等候(工作日):原来逐项要等的,现在从提交到办结的,不算等申请人的日子", "working_days", "waited");
	print_difference(to, rows, "填写(栏):原来各项各填一遍的,现在真正填的", "fields", "typed");
	print_others(to, rows);
}
