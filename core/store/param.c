#include "store/param.h"

#include <string.h>

/* 64 MB: libpq and the server refuse a message of 1 GB; a group is far below. */
#define CEILING (64u << 20)

/* PostgreSQL counts microseconds from 2000-01-01. */
#define EPOCH_US INT64_C(946684800000000)

enum { HEADER = 20, EMPTY_HEADER = 12 };

static const struct {
	uint32_t oid;
	int width; /* of integers; 0 for bytes */
} types[] = {
	[PARAM_BOOL] = { 16, 1 }, [PARAM_INT2] = { 21, 2 }, [PARAM_INT4] = { 23, 4 },
	[PARAM_INT8] = { 20, 8 }, [PARAM_TEXT] = { 25, 0 }, [PARAM_BYTEA] = { 17, 0 },
	[PARAM_UUID] = { 2950, 0 }, [PARAM_TIME] = { 1184, 8 },
};

static void
big_endian(unsigned char *out, uint64_t value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		out[i] = (unsigned char)value;
		value >>= 8;
	}
}

void
params_init(struct params *p)
{
	memset(p, 0, sizeof *p);
	for (int i = 0; i < PARAMS_MOST; i++)
		text_init(&p->column[i].bytes, CEILING);
}

void
params_free(struct params *p)
{
	for (int i = 0; i < PARAMS_MOST; i++)
		text_free(&p->column[i].bytes);
}

void
params_begin(struct params *p)
{
	p->n = 0;
}

static int
column(struct params *p, enum param_type type, bool array)
{
	static const char header[HEADER];
	struct param_column *c = &p->column[p->n];

	text_clear(&c->bytes);
	c->type = type;
	c->array = array;
	c->nulls = false;
	c->count = 0;
	if (array)
		text_put(&c->bytes, header, sizeof header); /* filled in by params_done() */
	return p->n++;
}

int
params_array(struct params *p, enum param_type type)
{
	return column(p, type, true);
}

int
params_one(struct params *p, enum param_type type)
{
	return column(p, type, false);
}

void
params_bytes(struct params *p, int c, const void *bytes, size_t length)
{
	struct param_column *column = &p->column[c];
	unsigned char head[4];

	if (column->array) {
		big_endian(head, length, 4);
		text_put(&column->bytes, head, 4);
	}
	text_put(&column->bytes, bytes, length);
	column->count++;
}

void
params_int(struct params *p, int c, int64_t value)
{
	unsigned char bytes[8];
	int width = types[p->column[c].type].width;

	big_endian(bytes, (uint64_t)value, width);
	params_bytes(p, c, bytes, (size_t)width);
}

void
params_time(struct params *p, int c, int64_t us)
{
	if (us == 0)
		params_null(p, c);
	else
		params_int(p, c, us - EPOCH_US);
}

void
params_text(struct params *p, int c, const char *text)
{
	params_bytes(p, c, text, strlen(text));
}

void
params_null(struct params *p, int c)
{
	static const char minus_one[4] = { '\xff', '\xff', '\xff', '\xff' };
	struct param_column *column = &p->column[c];

	column->nulls = true;
	if (column->array)
		text_put(&column->bytes, minus_one, 4);
	column->count++;
}

/* One dimension, has nulls?, element type, length, lower bound 1. */
static void
finish_array(struct param_column *c)
{
	unsigned char head[HEADER] = { 0 };

	big_endian(head, c->count > 0, 4);
	big_endian(head + 4, c->nulls, 4);
	big_endian(head + 8, types[c->type].oid, 4);
	big_endian(head + 12, (uint64_t)c->count, 4);
	big_endian(head + 16, 1, 4);
	memcpy(c->bytes.data, head, HEADER);
}

int
params_done(struct params *p, struct error *why)
{
	for (int i = 0; i < p->n; i++) {
		struct param_column *c = &p->column[i];

		if (c->bytes.no_memory)
			return error_set(why, ERROR_TEMPORARY, "store: no memory for parameter %d", i + 1);
		if (c->bytes.failed)
			return error_set(why, ERROR_INPUT, "store: parameter %d exceeds %u bytes", i + 1, CEILING);
		if (c->array)
			finish_array(c);
		p->values[i] = !c->array && c->nulls ? NULL : c->bytes.data ? c->bytes.data : "";
		p->lengths[i] = c->array && c->count == 0 ? EMPTY_HEADER : (int)c->bytes.length;
		p->formats[i] = 1;
	}
	return 0;
}
