#include "store/result.h"

#include <stdlib.h>
#include <string.h>

#define EPOCH_US INT64_C(946684800000000)

static int64_t
big_endian(const unsigned char *p, int width)
{
	uint64_t value = width && (p[0] & 0x80) ? ~UINT64_C(0) : 0;

	for (int i = 0; i < width; i++)
		value = value << 8 | p[i];
	return (int64_t)value;
}

int64_t
result_int(const PGresult *r, int row, int column)
{
	if (PQgetisnull(r, row, column))
		return 0;
	return big_endian((const unsigned char *)PQgetvalue(r, row, column), PQgetlength(r, row, column));
}

int64_t
result_time(const PGresult *r, int row, int column)
{
	return PQgetisnull(r, row, column) ? 0 : result_int(r, row, column) + EPOCH_US;
}

void
result_text(const PGresult *r, int row, int column, char *out, size_t room)
{
	size_t n = (size_t)PQgetlength(r, row, column);

	if (n >= room)
		n = room - 1;
	memcpy(out, PQgetvalue(r, row, column), n);
	out[n] = '\0';
}

void
result_fixed(const PGresult *r, int row, int column, void *out, size_t length)
{
	if ((size_t)PQgetlength(r, row, column) == length)
		memcpy(out, PQgetvalue(r, row, column), length);
	else
		memset(out, 0, length);
}

int
result_bytes(const PGresult *r, int row, int column, struct bytes *out)
{
	size_t n = (size_t)PQgetlength(r, row, column);
	char *copy;

	*out = (struct bytes){ NULL, 0 };
	if (PQgetisnull(r, row, column))
		return 0;
	copy = malloc(n + 1);
	if (!copy)
		return -1;
	memcpy(copy, PQgetvalue(r, row, column), n);
	copy[n] = '\0';
	*out = (struct bytes){ copy, n };
	return 0;
}

char *
result_string(const PGresult *r, int row, int column)
{
	return strndup(PQgetvalue(r, row, column), (size_t)PQgetlength(r, row, column));
}

/* Dimensions, has nulls?, element type, then length and lower bound of the one dimension. */
int
result_int8s(const PGresult *r, int row, int column, int64_t *out, int room)
{
	const unsigned char *p = (const unsigned char *)PQgetvalue(r, row, column);
	int length = PQgetlength(r, row, column), n;

	if (PQgetisnull(r, row, column) || (length >= 12 && big_endian(p, 4) == 0))
		return 0;
	if (length < 20 || big_endian(p, 4) != 1 || big_endian(p + 4, 4) != 0)
		return -1;
	n = (int)big_endian(p + 12, 4);
	if (n < 0 || length != 20 + 12 * n)
		return -1;
	for (int i = 0; i < n && i < room; i++)
		out[i] = (int64_t)big_endian(p + 20 + 12 * i + 4, 8);
	return n < room ? n : room;
}

void
result_totals(const PGresult *r, void (*each)(void *cookie, const struct store_total *t), void *cookie)
{
	for (int i = 0; i < PQntuples(r); i++) {
		struct store_total t = { .division = (int32_t)result_int(r, i, 0), .day = (int32_t)result_int(r, i, 1),
			.value = result_int(r, i, 5) };

		result_text(r, i, 2, t.event, sizeof t.event);
		result_text(r, i, 3, t.department, sizeof t.department);
		result_text(r, i, 4, t.measure, sizeof t.measure);
		each(cookie, &t);
	}
}
