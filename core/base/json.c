#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct brackets { long opened; int deepest; };

/* Without recursion; strings are skipped, so brackets in them do not count. */
static struct brackets
count(const char *bytes, size_t length)
{
	struct brackets all = { 0, 0 };
	int depth = 0, in_string = 0;

	for (size_t i = 0; i < length; i++) {
		char c = bytes[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = 0;
		} else if (c == '"') {
			in_string = 1;
		} else if (c == '{' || c == '[') {
			all.opened++;
			if (++depth > all.deepest)
				all.deepest = depth;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return all;
}

bool
json_is_crowded(const char *bytes, size_t length)
{
	return length > JSON_CROWD && count(bytes, length).opened > JSON_CROWD; /* each takes a byte at least */
}

json_t *
json_read(const char *bytes, size_t length, size_t ceiling, struct error *why)
{
	unsigned losses = memory_losses();
	json_error_t told;
	json_t *value;

	if (length > ceiling) {
		error_set(why, ERROR_INPUT, "JSON of %zu bytes, at most %zu are read", length, ceiling);
		return NULL;
	}
	if (count(bytes, length).deepest > JSON_DEPTH) {
		error_set(why, ERROR_INPUT, "JSON nested deeper than %d levels", JSON_DEPTH);
		return NULL;
	}
	value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &told);
	if (!value && memory_losses() != losses)
		error_set(why, ERROR_TEMPORARY, "no memory to read JSON");
	else if (!value) /* the parser's text may quote the document: personal data, so it is not passed on */
		error_set(why, ERROR_INPUT, "not JSON, or a key twice, near line %d column %d",
		    told.line, told.column);
	return value;
}

/* --- out: an own writer, because jansson's sorts through callbacks and hands out byte by byte --- */

enum { FEW = 64, DEEPEST = 512 };

struct member { const char *key; size_t length; const json_t *value; };

static int put_value(struct text *out, const json_t *value, int depth);

static int
by_key(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = memcmp(x->key, y->key, x->length < y->length ? x->length : y->length);

	return order ? order : x->length < y->length ? -1 : x->length > y->length;
}

static void
sort_members(struct member *members, size_t n)
{
	if (n > FEW) {
		qsort(members, n, sizeof *members, by_key);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct member one = members[i];
		size_t k = i;

		for (; k > 0 && by_key(&members[k - 1], &one) > 0; k--)
			members[k] = members[k - 1];
		members[k] = one;
	}
}

static int
put_object(struct text *out, const json_t *object, int depth)
{
	struct member few[FEW], *members = few;
	json_t *o = (json_t *)(uintptr_t)object; /* the iterators only read */
	size_t n = json_object_size(object), i = 0;
	int done = 0;

	if (n > FEW && !(members = malloc(n * sizeof *members)))
		return -1;
	for (void *at = json_object_iter(o); at; at = json_object_iter_next(o, at))
		members[i++] = (struct member){ json_object_iter_key(at), json_object_iter_key_len(at),
			json_object_iter_value(at) };
	sort_members(members, n);
	text_putc(out, '{');
	for (i = 0; i < n && done == 0; i++) {
		if (i > 0)
			text_putc(out, ',');
		text_put_json(out, members[i].key, members[i].length);
		text_putc(out, ':');
		done = put_value(out, members[i].value, depth);
	}
	if (members != few)
		free(members);
	return done == 0 ? text_putc(out, '}') : -1;
}

static int
put_array(struct text *out, const json_t *array, int depth)
{
	text_putc(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			text_putc(out, ',');
		if (put_value(out, json_array_get(array, i), depth) != 0)
			return -1;
	}
	return text_putc(out, ']');
}

static int
put_real(struct text *out, const json_t *value)
{
	char digits[64];
	size_t n = json_dumpb(value, digits, sizeof digits, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	return n > 0 && n <= sizeof digits ? text_put(out, digits, n) : -1;
}

static int
put_value(struct text *out, const json_t *value, int depth)
{
	if (depth == 0)
		return -1;
	switch (json_typeof(value)) {
	case JSON_OBJECT: return put_object(out, value, depth - 1);
	case JSON_ARRAY: return put_array(out, value, depth - 1);
	case JSON_STRING:
		return text_put_json(out, json_string_value(value), json_string_length(value));
	case JSON_INTEGER: return text_put_number(out, json_integer_value(value));
	case JSON_REAL: return put_real(out, value);
	case JSON_TRUE: return text_put(out, "true", 4);
	case JSON_FALSE: return text_put(out, "false", 5);
	case JSON_NULL: return text_put(out, "null", 4);
	}
	return -1;
}

int
json_canonical(const json_t *value, struct text *out)
{
	return value && put_value(out, value, DEEPEST) == 0 && !out->failed ? 0 : -1;
}

char *
json_canonical_string(const json_t *value)
{
	struct text out;

	text_init(&out, SIZE_MAX / 2);
	if (json_canonical(value, &out) == 0)
		return text_take(&out, NULL);
	text_free(&out);
	return NULL;
}

const char *
json_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}
