/* result.h: reading binary results.
 *
 * Private to the room. NULL reads as 0, "" or no bytes. Functions that copy return -1 when memory
 * is gone.
 */
#ifndef YJS_STORE_RESULT_H
#define YJS_STORE_RESULT_H

#include <libpq-fe.h>

#include "store/figures.h"
#include "store/store.h"

/* bool, int2, int4, int8: by the length that came. */
int64_t result_int(const PGresult *r, int row, int column);
/* timestamptz as microseconds since 1970; 0 for NULL. */
int64_t result_time(const PGresult *r, int row, int column);
/* Copy text into a field, cut to fit. */
void result_text(const PGresult *r, int row, int column, char *out, size_t room);
/* Exactly `length` bytes, or zeros. */
void result_fixed(const PGresult *r, int row, int column, void *out, size_t length);
/* malloc()ed copies: bytes (data NULL when NULL), and a string. */
int result_bytes(const PGresult *r, int row, int column, struct bytes *out);
char *result_string(const PGresult *r, int row, int column);
/* int8[]: the number of elements, at most `room` copied; -1 when it is no such array. */
int result_int8s(const PGresult *r, int row, int column, int64_t *out, int room);
/* Rows of division, day, event, department, measure, sum. */
void result_totals(const PGresult *r, void (*each)(void *cookie, const struct store_total *t), void *cookie);

#endif
