/* table.h: what the API tells as a list of objects, told as a table for spreadsheets (base/csv.h). */
#ifndef YJS_API_TABLE_H
#define YJS_API_TABLE_H

#include <jansson.h>

#include "http/http.h"

/* A column: its title, and where a row has its cell ("measured.materials.saved"). `words`: what is told instead of
 * a code, pairs that end with NULL; or NULL. */
struct table_column {
	const char *title, *path;
	const char *const *words;
};

/* Answer with the rows as <name>.csv. */
void table_answer(struct http_exchange *x, const char *name, const struct table_column *columns, size_t n,
    const json_t *rows);

#endif
