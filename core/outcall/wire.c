#include "outcall/wire.h"

#include <string.h>
#include <strings.h>

enum { LINE_BYTES = 16 * 1024, CHUNK_DIGITS = 8 };

void
wire_begin(struct wire *w, size_t ceiling)
{
	*w = (struct wire){ .ceiling = ceiling };
}

/* --- lines of the head --- */

struct line { const char *text; size_t length; };

/* The next line without its end; false while it is not there. Too long: broken. */
static bool
next_line(struct wire *w, const struct text *bytes, struct line *line)
{
	const char *from = bytes->data + w->at, *end = memchr(from, '\n', bytes->length - w->at);

	if (w->at > WIRE_HEAD_BYTES + w->body + w->length || (!end && bytes->length - w->at > LINE_BYTES))
		w->state = WIRE_BROKEN;
	if (!end || w->state == WIRE_BROKEN)
		return false;
	line->text = from;
	line->length = (size_t)(end - from);
	w->at += line->length + 1;
	if (line->length > 0 && end[-1] == '\r')
		line->length--;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK" */
static void
read_status(struct wire *w, const struct line *l)
{
	const char *s = l->text;

	if (l->length < 12 || memcmp(s, "HTTP/1.", 7) != 0 || !is_digit(s[7]) || s[8] != ' ' || !is_digit(s[9]) ||
	    !is_digit(s[10]) || !is_digit(s[11]) || (l->length > 12 && s[12] != ' ') || s[9] == '0') {
		w->state = WIRE_BROKEN;
		return;
	}
	w->status = (s[9] - '0') * 100 + (s[10] - '0') * 10 + s[11] - '0';
	w->keeps = s[7] != '0';
	w->state = WIRE_HEADERS;
}

/* The value when the line bears the name. */
static bool
is_named(const struct line *l, const char *name, struct line *value)
{
	size_t n = strlen(name);

	if (l->length <= n || l->text[n] != ':' || strncasecmp(l->text, name, n) != 0)
		return false;
	value->text = l->text + n + 1;
	value->length = l->length - n - 1;
	while (value->length > 0 && (*value->text == ' ' || *value->text == '\t')) {
		value->text++;
		value->length--;
	}
	while (value->length > 0 && (value->text[value->length - 1] == ' ' || value->text[value->length - 1] == '\t'))
		value->length--;
	return true;
}

static void
keep_value(const struct line *value, char *into, size_t room)
{
	size_t n = value->length < room - 1 ? value->length : room - 1;

	memcpy(into, value->text, n);
	into[n] = '\0';
}

/* One length, in digits; the same again is no contradiction. */
static void
read_length(struct wire *w, const struct line *value)
{
	size_t length = 0;

	for (size_t i = 0; i < value->length; i++) {
		if (!is_digit(value->text[i]) || length > w->ceiling) {
			w->state = WIRE_BROKEN; /* also what is longer than we take */
			return;
		}
		length = length * 10 + (size_t)(value->text[i] - '0');
	}
	if (value->length == 0 || (w->sized && length != w->left) || length > w->ceiling)
		w->state = WIRE_BROKEN;
	w->sized = true;
	w->left = length;
}

static bool
is_word(const struct line *value, const char *word)
{
	return value->length == strlen(word) && strncasecmp(value->text, word, value->length) == 0;
}

static void
read_header(struct wire *w, const struct line *l)
{
	struct line value;

	if (is_named(l, "Content-Length", &value)) {
		read_length(w, &value);
	} else if (is_named(l, "Transfer-Encoding", &value)) {
		if (w->chunked || !is_word(&value, "chunked"))
			w->state = WIRE_BROKEN;
		w->chunked = true;
	} else if (is_named(l, "Connection", &value)) {
		w->keeps = w->keeps && is_word(&value, "keep-alive");
	} else if (is_named(l, "Content-Type", &value)) {
		keep_value(&value, w->type, sizeof w->type);
	} else if (is_named(l, "Retry-After", &value)) {
		keep_value(&value, w->retry_after, sizeof w->retry_after);
	}
}

/* What follows the empty line? */
static void
end_head(struct wire *w)
{
	if (w->status < 200) { /* early hints and the like: the answer itself comes after it */
		size_t at = w->at;
		bool other_protocol = w->status == 101;

		wire_begin(w, w->ceiling);
		w->at = at;
		w->state = other_protocol ? WIRE_BROKEN : WIRE_STATUS;
		return;
	}
	w->body = w->at;
	w->keeps = w->keeps && !(w->chunked && w->sized);
	if (w->status == 204 || w->status == 304)
		w->state = WIRE_WHOLE;
	else if (w->chunked)
		w->state = WIRE_CHUNK;
	else
		w->state = w->sized ? WIRE_SIZED : WIRE_UNFRAMED;
}

/* --- the body --- */

/* As much of what is left as is there; it lies behind what came before. */
static void
take_body(struct wire *w, struct text *bytes)
{
	size_t n = bytes->length - w->at;
	char *to = bytes->data + w->body + w->length;

	if (w->state != WIRE_UNFRAMED && n > w->left)
		n = w->left;
	if (n > w->ceiling - w->length) {
		w->state = WIRE_BROKEN;
		return;
	}
	if (to != bytes->data + w->at)
		memmove(to, bytes->data + w->at, n);
	w->length += n;
	w->at += n;
	w->left -= w->state == WIRE_UNFRAMED ? 0 : n;
}

static int
hex(char c)
{
	return is_digit(c) ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

static void
read_chunk_size(struct wire *w, const struct line *l)
{
	size_t size = 0, i = 0;

	for (; i < l->length && i < CHUNK_DIGITS && hex(l->text[i]) >= 0; i++)
		size = size * 16 + (size_t)hex(l->text[i]);
	if (i == 0 || (i < l->length && l->text[i] != ';' && l->text[i] != ' ')) {
		w->state = WIRE_BROKEN;
		return;
	}
	w->left = size;
	w->state = size ? WIRE_CHUNK_DATA : WIRE_TRAILERS;
}

static void
read_line(struct wire *w, const struct line *l)
{
	switch (w->state) {
	case WIRE_STATUS:
		read_status(w, l);
		break;
	case WIRE_HEADERS:
		if (l->length == 0)
			end_head(w);
		else
			read_header(w, l);
		break;
	case WIRE_CHUNK:
		read_chunk_size(w, l);
		break;
	case WIRE_CHUNK_END:
		w->state = l->length == 0 ? WIRE_CHUNK : WIRE_BROKEN;
		break;
	default:
		w->state = l->length == 0 ? WIRE_WHOLE : w->state; /* trailers mean nothing to us */
	}
}

/* Other protocols are told by their first bytes, before their line ends. */
static bool
begins_wrong(const struct wire *w, const struct text *bytes)
{
	size_t n = bytes->length - w->at;

	return w->state == WIRE_STATUS && memcmp(bytes->data + w->at, "HTTP/1.", n < 7 ? n : 7) != 0;
}

enum wire_state
wire_read(struct wire *w, struct text *bytes)
{
	struct line line;

	while (w->state < WIRE_WHOLE && w->at < bytes->length) {
		if (begins_wrong(w, bytes)) {
			w->state = WIRE_BROKEN;
		} else if (w->state == WIRE_SIZED || w->state == WIRE_CHUNK_DATA || w->state == WIRE_UNFRAMED) {
			take_body(w, bytes);
			if (w->state == WIRE_CHUNK_DATA && w->left == 0)
				w->state = WIRE_CHUNK_END;
		} else if (next_line(w, bytes, &line)) {
			read_line(w, &line);
		} else {
			break;
		}
		if (w->state == WIRE_SIZED && w->left == 0)
			w->state = WIRE_WHOLE;
	}
	return w->state;
}
