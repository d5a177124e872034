#include "http/multipart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- the boundary ---- */

static bool
is_boundary(const char *s, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+_,-./:=?";

	for (size_t i = 0; i < length; i++)
		if (!memchr(allowed, s[i], sizeof allowed - 1))
			return false;
	return length > 0 && length <= MULTIPART_BOUNDARY;
}

static bool
take_boundary(struct multipart *m, const char *type)
{
	static const char wanted[] = "multipart/form-data";
	const char *s;
	size_t length;

	if (!type || strncasecmp(type, wanted, sizeof wanted - 1) != 0)
		return false;
	s = type + sizeof wanted - 1;
	s += strspn(s, " \t");
	if (*s++ != ';')
		return false;
	s += strspn(s, " \t");
	if (strncasecmp(s, "boundary=", 9) != 0)
		return false;
	s += 9;
	length = *s == '"' ? strcspn(s + 1, "\"") : strcspn(s, "; \t");
	if (*s == '"' && s[1 + length] != '"')
		return false;
	s += *s == '"';
	if (!is_boundary(s, length))
		return false;
	m->delimiter_length = (size_t)snprintf(m->delimiter, sizeof m->delimiter, "--%.*s", (int)length, s);
	return true;
}

bool
multipart_begin(struct multipart *m, const char *content_type, const char *body, size_t length)
{
	if (!body || !take_boundary(m, content_type))
		return false;
	m->at = body;
	m->end = body + length;
	return length >= m->delimiter_length && memcmp(body, m->delimiter, m->delimiter_length) == 0;
}

/* ---- a part's head ---- */

/* `name="value"` at *s, which goes past it: its length, or -1. Browsers write a quote inside as %22. */
static int
quoted(const char **s, const char *end, const char *name, const char **value)
{
	size_t n = strlen(name);
	const char *p = *s, *close;

	while (p < end && (*p == ' ' || *p == ';'))
		p++;
	if ((size_t)(end - p) < n + 3 || strncasecmp(p, name, n) != 0 || p[n] != '=' || p[n + 1] != '"')
		return -1;
	p += n + 2;
	close = memchr(p, '"', (size_t)(end - p));
	if (!close)
		return -1;
	*value = p;
	*s = close + 1;
	return (int)(close - p);
}

static bool
read_disposition(const char *s, const char *end, struct multipart_part *part)
{
	static const char kind[] = "form-data";
	const char *value;
	int length;

	while (s < end && *s == ' ')
		s++;
	if ((size_t)(end - s) < sizeof kind - 1 || strncasecmp(s, kind, sizeof kind - 1) != 0)
		return false;
	s += sizeof kind - 1;
	length = quoted(&s, end, "name", &value);
	if (length <= 0 || length >= MULTIPART_NAME || memchr(value, '\0', (size_t)length))
		return false;
	memcpy(part->name, value, (size_t)length);
	part->name[length] = '\0';
	part->is_file = quoted(&s, end, "filename", &value) >= 0;
	return s == end;
}

/* The line at m->at, without its CRLF; m->at goes past it. */
static bool
take_line(struct multipart *m, const char **line, const char **end)
{
	const char *cr = memchr(m->at, '\r', (size_t)(m->end - m->at));

	if (!cr || m->end - cr < 2 || cr[1] != '\n')
		return false;
	*line = m->at;
	*end = cr;
	m->at = cr + 2;
	return true;
}

static bool
read_head(struct multipart *m, struct multipart_part *part)
{
	static const char disposition[] = "content-disposition:", type[] = "content-type:";
	const char *line, *end;
	int named = 0;

	while (take_line(m, &line, &end)) {
		size_t length = (size_t)(end - line);

		if (length == 0)
			return named == 1;
		if (length > sizeof disposition && strncasecmp(line, disposition, sizeof disposition - 1) == 0) {
			if (named++ || !read_disposition(line + sizeof disposition - 1, end, part))
				return false;
		} else if (length < sizeof type || strncasecmp(line, type, sizeof type - 1) != 0) {
			return false;
		}
	}
	return false;
}

/* ---- parts ---- */

/* Where "\r\n" and the delimiter come next. */
static const char *
find_end(const struct multipart *m)
{
	const char *p = m->at;

	while ((p = memmem(p, (size_t)(m->end - p), m->delimiter, m->delimiter_length))) {
		if (p - m->at >= 2 && p[-2] == '\r' && p[-1] == '\n')
			return p - 2;
		p++;
	}
	return NULL;
}

int
multipart_next(struct multipart *m, struct multipart_part *part)
{
	const char *after = m->at + m->delimiter_length, *end;
	size_t left = (size_t)(m->end - after);

	if (left >= 2 && memcmp(after, "--", 2) == 0)
		return left == 2 || (left == 4 && memcmp(after + 2, "\r\n", 2) == 0) ? 0 : -1;
	if (left < 2 || memcmp(after, "\r\n", 2) != 0)
		return -1;
	m->at = after + 2;
	*part = (struct multipart_part){ 0 };
	if (!read_head(m, part))
		return -1;
	end = find_end(m);
	if (!end)
		return -1;
	part->bytes = m->at;
	part->length = (size_t)(end - m->at);
	m->at = end + 2;
	return 1;
}
