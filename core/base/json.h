/* json.h: JSON at the border: strict in, canonical out.
 *
 * In: size and depth are checked before the parser runs (jansson recurses to 2,048 levels, which
 * small thread stacks do not survive), duplicate keys are refused (jansson keeps the last in
 * silence), only an object or an array is a document. Out: sorted keys, no spaces, 15 digits of
 * precision, so that the same data is the same bytes on every node: hashes and stored bodies rest
 * on that.
 */
#ifndef YJS_BASE_JSON_H
#define YJS_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum { JSON_DEPTH = 32, JSON_CROWD = 40000 };

/* Parse `length` bytes; at most `ceiling` bytes are accepted. NULL and ERROR_INPUT when not strict
 * JSON. The caller owns the result. */
json_t *json_read(const char *bytes, size_t length, size_t ceiling, struct error *why) MUST_CHECK;
/* Does it open more than JSON_CROWD objects and lists? A quarter of a megabyte of empty ones takes 19 MB to hold;
 * whoever reads what anybody may send refuses it before it is read. */
bool json_is_crowded(const char *bytes, size_t length);

/* Append the canonical form of `value` (any type) to `out`. 0 or -1. */
int json_canonical(const json_t *value, struct text *out) MUST_CHECK;

/* The same as a malloc()ed string; NULL when memory is gone. */
char *json_canonical_string(const json_t *value) MUST_CHECK;

/* Member `name` of `object` as a string, or NULL when absent or of another type. Lent. */
const char *json_text(const json_t *object, const char *name);

#endif
