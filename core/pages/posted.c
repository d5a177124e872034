#include "pages/posted.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/http.h"
#include "http/multipart.h"

enum { FIELDS_MOST = 2000 };

static const char urlencoded[] = "application/x-www-form-urlencoded";

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* The bytes that stand for `length` characters of a form; -1 when a %XX is none, or is %00. */
static int
decode(const char *s, size_t length, struct text *out)
{
	text_clear(out);
	text_puts(out, "");
	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (s[i] != '%') {
			text_putc(out, s[i] == '+' ? ' ' : s[i]);
			continue;
		}
		high = length - i > 2 ? digit(s[i + 1]) : -1;
		low = length - i > 2 ? digit(s[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0)
			return -1;
		text_putc(out, (char)(high << 4 | low));
		i += 2;
	}
	return out->failed ? -1 : 0;
}

static int
add(json_t *fields, const char *name, json_t *value)
{
	json_t *there = json_object_get(fields, name);

	if (!value)
		return -1; /* no UTF-8 */
	if (!there)
		return json_object_set_new(fields, name, value);
	if (json_is_array(there))
		return json_array_append_new(there, value);
	return json_object_set_new(fields, name, json_pack("[O, o]", there, value));
}

/* "name=value" */
static int
read_field(json_t *fields, const char *s, size_t length, struct text *name, struct text *value)
{
	const char *equals = memchr(s, '=', length);
	size_t n = equals ? (size_t)(equals - s) : length;

	if (decode(s, n, name) != 0 || decode(equals ? equals + 1 : s, equals ? length - n - 1 : 0, value) != 0)
		return -1;
	return add(fields, name->data, json_stringn(value->data, value->length));
}

json_t *
posted_of(const char *s, size_t length)
{
	const char *end = s + length;
	json_t *fields = json_object();
	struct text name, value;
	int n = 0, failed = fields ? 0 : -1;

	text_init(&name, length + 1);
	text_init(&value, length + 1);
	while (!failed && s < end) {
		const char *amp = memchr(s, '&', (size_t)(end - s)), *stop = amp ? amp : end;

		if (stop > s)
			failed = ++n > FIELDS_MOST ? -1 : read_field(fields, s, (size_t)(stop - s), &name, &value);
		s = stop + 1;
	}
	text_free(&name);
	text_free(&value);
	if (!failed)
		return fields;
	json_decref(fields);
	return NULL;
}

/* ---- a request's body ---- */

static bool
begin_parts(const struct http_exchange *x, struct multipart *m)
{
	size_t length;
	const char *body = http_body(x, &length);

	return multipart_begin(m, http_header(x, "Content-Type"), body, length);
}

static bool
is_text(const char *s, size_t length)
{
	return memchr(s, '\0', length) == NULL;
}

static json_t *
texts_of(struct multipart *m)
{
	json_t *fields = json_object();
	struct multipart_part part;
	int n = 0, more;

	while ((more = multipart_next(m, &part)) == 1) {
		if (++n > FIELDS_MOST)
			break;
		if (!part.is_file && (!is_text(part.bytes, part.length) ||
		    add(fields, part.name, json_stringn(part.bytes, part.length)) != 0))
			break;
	}
	if (more == 0)
		return fields;
	json_decref(fields);
	return NULL;
}

static bool
is_of_type(const struct http_exchange *x, const char *wanted)
{
	const char *type = http_header(x, "Content-Type");

	return type && strncasecmp(type, wanted, strlen(wanted)) == 0;
}

int
posted_refusal(const struct http_exchange *x)
{
	return is_of_type(x, urlencoded) || is_of_type(x, "multipart/form-data") ? 400 : 415;
}

json_t *
posted_read(const struct http_exchange *x)
{
	const char *body;
	struct multipart m;
	size_t length;

	if (begin_parts(x, &m))
		return texts_of(&m);
	if (!is_of_type(x, urlencoded))
		return NULL;
	body = http_body(x, &length);
	return posted_of(body ? body : "", body ? length : 0);
}

bool
posted_file(const struct http_exchange *x, const char *prefix, size_t n, struct posted_file *file)
{
	struct multipart_part part;
	struct multipart m;

	if (!begin_parts(x, &m))
		return false;
	while (multipart_next(&m, &part) == 1) {
		if (!part.is_file || part.length == 0 || strncmp(part.name, prefix, strlen(prefix)) != 0 || n-- > 0)
			continue;
		snprintf(file->name, sizeof file->name, "%s", part.name + strlen(prefix));
		file->bytes = part.bytes;
		file->length = part.length;
		return true;
	}
	return false;
}
