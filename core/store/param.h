/* param.h: parameters of a prepared statement in binary, arrays built column by column.
 *
 * Private to the room. A struct params belongs to one connection and is used again and again, so
 * its buffers stay warm. Begin, declare the columns in the statement's order, fill them row by row
 * (column 0 .. n-1 of each row), then hand values/lengths/formats to libpq. Failures (ceiling,
 * memory) are remembered and told once by params_done().
 */
#ifndef YJS_STORE_PARAM_H
#define YJS_STORE_PARAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum { PARAMS_MOST = 18 };

enum param_type { PARAM_BOOL, PARAM_INT2, PARAM_INT4, PARAM_INT8, PARAM_TEXT, PARAM_BYTEA,
	PARAM_UUID, PARAM_TIME };

struct params {
	struct param_column {
		struct text bytes;
		enum param_type type;
		bool array, nulls;
		int32_t count;
	} column[PARAMS_MOST];
	int n;
	const char *values[PARAMS_MOST];
	int lengths[PARAMS_MOST], formats[PARAMS_MOST];
};

void params_init(struct params *p);
void params_free(struct params *p);

/* Forget the last statement's values. */
void params_begin(struct params *p);
/* Append a column and give its number: an array of the type, or (params_one) a single value. */
int params_array(struct params *p, enum param_type type);
int params_one(struct params *p, enum param_type type);

/* Append one element to column `c`; the function must fit the column's type (int: bool, int2, int4,
 * int8 alike). */
void params_int(struct params *p, int c, int64_t value);
/* Microseconds since 1970; 0 is NULL. */
void params_time(struct params *p, int c, int64_t us);
/* Text, bytea or uuid (16 bytes). */
void params_bytes(struct params *p, int c, const void *bytes, size_t length);
void params_text(struct params *p, int c, const char *text);
void params_null(struct params *p, int c);

/* Finish the arrays and fill values, lengths, formats. */
int params_done(struct params *p, struct error *why) MUST_CHECK;

#endif
