#include "http/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

size_t
target_room(size_t length)
{
	return 2 * (length + 1) + TARGET_PAIRS + 2; /* as sent; decoded, a NUL more for each "a&" */
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Length of the UTF-8 sequence at `s` (at most `left` bytes), 0 when it is none: no overlong forms,
 * no surrogates, nothing beyond U+10FFFF. */
static size_t
utf8_sequence(const unsigned char *s, size_t left)
{
	size_t n;
	uint32_t c;

	if (s[0] < 0x80)
		return 1;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > left)
		return 0;
	c = s[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if ((n == 3 && c < 0x800) || (n == 4 && c < 0x10000) || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

static bool
is_utf8(const char *s, size_t length)
{
	for (size_t i = 0, n; i < length; i += n) {
		n = utf8_sequence((const unsigned char *)s + i, length - i);
		if (n == 0)
			return false;
	}
	return true;
}

/* Decode up to `end` into `out` (NUL-terminated); returns the length, -1 when it is refused. */
static ptrdiff_t
decode(char *out, const char *from, const char *end, bool plus_is_space)
{
	char *o = out;

	for (const char *p = from; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '%') {
			if (end - p < 3 || hex(p[1]) < 0 || hex(p[2]) < 0)
				return -1;
			c = (unsigned char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		if (c < 0x20 || c == 0x7f)
			return -1;
		*o++ = (char)c;
	}
	*o = '\0';
	return is_utf8(out, (size_t)(o - out)) ? o - out : -1;
}

/* The path's segments; `out` moves behind what was written. */
static const struct refusal *
read_path(struct target *t, char **out, const char *path, const char *end)
{
	const char *p = path;

	while (p < end) {
		const char *stop = memchr(p + 1, '/', (size_t)(end - p - 1));
		ptrdiff_t n;

		if (!stop)
			stop = end;
		n = decode(*out, p + 1, stop, false);
		if (n < 0 || strchr(*out, '/') || strchr(*out, '\\') || strcmp(*out, ".") == 0 ||
		    strcmp(*out, "..") == 0 || (n == 0 && stop != end))
			return &refusal_bad_target;
		if (t->n_segments == TARGET_SEGMENTS)
			return &refusal_unknown_path;
		t->segment[t->n_segments++] = *out;
		*out += n + 1;
		p = stop;
	}
	return NULL;
}

static const struct refusal *
read_query(struct target *t, char *out, const char *query)
{
	const char *end = query + strlen(query);

	t->pairs = out;
	for (const char *p = query; p < end;) {
		const char *stop = memchr(p, '&', (size_t)(end - p));
		const char *equals;
		ptrdiff_t name, value;

		if (!stop)
			stop = end;
		if (stop > p) {
			equals = memchr(p, '=', (size_t)(stop - p));
			name = decode(out, p, equals ? equals : stop, true);
			if (name < 0 || t->n_pairs == TARGET_PAIRS)
				return &refusal_bad_target;
			out += name + 1;
			value = decode(out, equals ? equals + 1 : stop, stop, true);
			if (value < 0)
				return &refusal_bad_target;
			out += value + 1;
			t->n_pairs++;
		}
		p = stop + (stop < end);
	}
	return NULL;
}

const struct refusal *
target_read(struct target *t, char *room, const char *uri, size_t length)
{
	char *decoded = room + length + 1;
	char *mark;
	const struct refusal *r;

	memset(t, 0, sizeof *t);
	t->path = t->query = t->pairs = "";
	if (length == 0 || uri[0] != '/')
		return &refusal_bad_target;
	memcpy(room, uri, length);
	room[length] = '\0';
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)room[i];

		if (c <= 0x20 || c >= 0x7f || c == '\\' || c == '#')
			return &refusal_bad_target;
	}
	t->path = room;
	mark = strchr(room, '?');
	if (mark) {
		*mark = '\0';
		t->query = mark + 1;
	}
	r = read_path(t, &decoded, room, mark ? mark : room + length);
	return r ? r : read_query(t, decoded, t->query);
}

const char *
target_query(const struct target *t, const char *name, int *count)
{
	const char *p = t->pairs, *found = NULL;
	int n = 0;

	for (int i = 0; i < t->n_pairs; i++) {
		const char *value = p + strlen(p) + 1;

		if (strcmp(p, name) == 0) {
			found = value;
			n++;
		}
		p = value + strlen(value) + 1;
	}
	if (count)
		*count = n;
	return n == 1 ? found : NULL;
}
