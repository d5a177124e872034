#include "base/json.h"

#include <stdlib.h>
#include <string.h>

/* Depth without recursion; strings are skipped, so brackets in them do not count. */
static int
too_deep(const char *bytes, size_t length)
{
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
			if (++depth > JSON_DEPTH)
				return 1;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return 0;
}

json_t *
json_read(const char *bytes, size_t length, size_t ceiling, struct error *why)
{
	json_error_t told;
	json_t *value;

	if (length > ceiling) {
		error_set(why, ERROR_INPUT, "JSON of %zu bytes, at most %zu are read", length, ceiling);
		return NULL;
	}
	if (too_deep(bytes, length)) {
		error_set(why, ERROR_INPUT, "JSON nested deeper than %d levels", JSON_DEPTH);
		return NULL;
	}
	value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &told);
	if (!value) /* the parser's text may quote the document: personal data, so it is not passed on */
		error_set(why, ERROR_INPUT, "not JSON, or a key twice, near line %d column %d",
		    told.line, told.column);
	return value;
}

static int
append(const char *buffer, size_t size, void *cookie)
{
	return text_put(cookie, buffer, size);
}

int
json_canonical(const json_t *value, struct text *out)
{
	return json_dump_callback(value, append, out,
	    JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

char *
json_canonical_string(const json_t *value)
{
	return json_dumps(value,
	    JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

const char *
json_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}
