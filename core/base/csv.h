/* csv.h: tables for spreadsheets: lines as RFC 4180 writes them (each ends with CR LF, a text stands in quotes, a
 * quote in it is doubled), in UTF-8 behind the mark by which spreadsheets know it.
 *
 * A spreadsheet takes a text that begins with = + - @ (or their wide forms, or a blank before them) for a formula and
 * runs it for whoever opens the file. Before such a text stands an apostrophe, which shows it as what it is.
 */
#ifndef YJS_BASE_CSV_H
#define YJS_BASE_CSV_H

#include <stdint.h>

#include "base/text.h"

/* The mark; then cell after cell, and csv_end_line(). What does not fit makes `t` fail (text.h). */
void csv_begin(struct text *t);
/* A text, guarded; NULL is an empty cell. */
void csv_put_text(struct text *t, const char *cell);
/* Numbers stand bare, so that they can be added up. */
void csv_put_number(struct text *t, int64_t number);
void csv_put_real(struct text *t, double number); /* one digit behind the point */
void csv_end_line(struct text *t);

#endif
