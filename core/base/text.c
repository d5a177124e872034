#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
text_init(struct text *t, size_t ceiling)
{
	memset(t, 0, sizeof *t);
	t->ceiling = ceiling;
}

void
text_free(struct text *t)
{
	size_t ceiling = t->ceiling;

	free(t->data);
	text_init(t, ceiling);
}

void
text_clear(struct text *t)
{
	t->length = 0;
	t->failed = t->no_memory = false;
	if (t->data)
		t->data[0] = '\0';
}

static int
grow(struct text *t, size_t more)
{
	size_t need = t->length + more + 1;
	size_t room = t->room ? t->room : 256;
	char *data;

	if (t->failed || more > t->ceiling || t->length > t->ceiling - more) {
		t->failed = true;
		return -1;
	}
	if (need <= t->room)
		return 0;
	while (room < need)
		room *= 2;
	data = realloc(t->data, room);
	if (!data) {
		memory_lost();
		t->failed = t->no_memory = true;
		return -1;
	}
	t->data = data;
	t->room = room;
	return 0;
}

/* Is there room already? Most of what is put is a few bytes long. */
static inline bool
has_room(const struct text *t, size_t more)
{
	return !t->failed && more < t->room - t->length && more <= t->ceiling - t->length;
}

int
text_put(struct text *t, const void *bytes, size_t length)
{
	if (!has_room(t, length) && grow(t, length) != 0)
		return -1;
	if (length)
		memcpy(t->data + t->length, bytes, length);
	t->length += length;
	t->data[t->length] = '\0';
	return 0;
}

int
text_puts(struct text *t, const char *string)
{
	return text_put(t, string, strlen(string));
}

int
text_putc(struct text *t, char c)
{
	return text_put(t, &c, 1);
}

int
text_putf(struct text *t, const char *format, ...)
{
	va_list args, again;
	size_t left = t->room - t->length; /* both 0 at first */
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(left ? t->data + t->length : NULL, left, format, args);
	va_end(args);
	if (n < 0 || grow(t, (size_t)n) != 0) {
		t->failed = true;
		if (t->data)
			t->data[t->length] = '\0';
	} else {
		if ((size_t)n >= left)
			vsnprintf(t->data + t->length, (size_t)n + 1, format, again);
		t->length += (size_t)n;
	}
	va_end(again);
	return t->failed ? -1 : 0;
}

static void
put_escaped(struct text *t, unsigned char c)
{
	static const char short_ones[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *at = strchr(short_ones, c);
	char escaped[7];

	if (c && at) {
		escaped[0] = '\\';
		escaped[1] = letters[at - short_ones];
		text_put(t, escaped, 2);
	} else {
		snprintf(escaped, sizeof escaped, "\\u%04X", c);
		text_put(t, escaped, 6);
	}
}

/* Of eight bytes at once: is none a quote, a backslash or a control character? Each test sets the upper
 * bit of a byte that is one, or of one behind it. */
static bool
is_plain(const char *bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), upper = ones << 7;
	uint64_t w, quote, backslash;

	memcpy(&w, bytes, sizeof w);
	quote = w ^ ones * '"';
	backslash = w ^ ones * '\\';
	return ((((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & upper) == 0;
}

int
text_put_json(struct text *t, const char *bytes, size_t length)
{
	size_t from = 0;

	text_putc(t, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c;

		while (i + 8 < length && is_plain(bytes + i))
			i += 8;
		c = (unsigned char)bytes[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		text_put(t, bytes + from, i - from);
		from = i + 1;
		put_escaped(t, c);
	}
	text_put(t, bytes + from, length - from);
	return text_putc(t, '"');
}

int
text_put_json_string(struct text *t, const char *string)
{
	return text_put_json(t, string, strlen(string));
}

size_t
text_digits(int64_t number, char out[TEXT_DIGITS])
{
	char digits[TEXT_DIGITS];
	size_t at = sizeof digits, length;
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	digits[--at] = '\0';
	do
		digits[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		digits[--at] = '-';
	length = sizeof digits - at;
	memcpy(out, digits + at, length);
	return length - 1;
}

int
text_put_number(struct text *t, int64_t number)
{
	char digits[TEXT_DIGITS];

	return text_put(t, digits, text_digits(number, digits));
}

int
text_put_hex(struct text *t, const void *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = bytes;

	for (size_t i = 0; i < length; i++) {
		char pair[2] = { digits[b[i] >> 4], digits[b[i] & 15] };

		text_put(t, pair, 2);
	}
	return t->failed ? -1 : 0;
}

int
text_put_url(struct text *t, const char *string)
{
	for (; *string; string++)
		if (isalnum((unsigned char)*string) || strchr("-._~", *string))
			text_putc(t, *string);
		else
			text_putf(t, "%%%02X", (unsigned char)*string);
	return t->failed ? -1 : 0;
}

char *
text_take(struct text *t, size_t *length)
{
	char *data;

	if (t->failed || (!t->data && text_put(t, "", 0) != 0)) {
		text_free(t);
		return NULL;
	}
	data = t->data;
	if (length)
		*length = t->length;
	t->data = NULL;
	text_free(t);
	return data;
}
