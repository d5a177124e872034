#include "http/head.h"

#include <string.h>
#include <strings.h>

static bool
is_token(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || strchr("!#$%&'*+-.^_`|~", *s)))
			return false;
	return true;
}

static bool
is_value(const char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return false;
	return true;
}

/* Digits only, no leading zero, no overflow. */
static bool
read_length(const char *s, uint64_t *length)
{
	size_t n = strlen(s);

	if (n == 0 || n > 18 || strspn(s, "0123456789") != n || (n > 1 && s[0] == '0'))
		return false;
	*length = 0;
	for (; *s; s++)
		*length = *length * 10 + (uint64_t)(*s - '0');
	return true;
}

/* A name or address with an optional port; nothing that could be taken for a path or a user. */
static bool
is_host(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < 256 &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") == n;
}

static const struct refusal *
look_at(struct head *d, const char *name, const char *value)
{
	switch (name[0] | 0x20) {
	case 'h':
		if (strcasecmp(name, "Host") == 0 && (d->hosts++ || !is_host(value)))
			return &refusal_malformed;
		break;
	case 'c':
		if (strcasecmp(name, "Content-Length") == 0) {
			if (d->lengths++ || !read_length(value, &d->content_length))
				return &refusal_malformed;
			d->has_length = true;
		} else if (strcasecmp(name, "Content-Type") == 0) {
			if (d->types++)
				return &refusal_malformed;
			d->content_type = value;
		}
		break;
	case 't':
		if (strcasecmp(name, "Transfer-Encoding") == 0) {
			if (d->chunked || strcasecmp(value, "chunked") != 0)
				return &refusal_malformed;
			d->chunked = true;
		}
		break;
	case 'e':
		if (strcasecmp(name, "Expect") == 0) {
			if (strcasecmp(value, "100-continue") != 0)
				return &refusal_expectation;
			d->waits = true;
		}
		break;
	default:
		break;
	}
	return NULL;
}

/* `name` and `value` must lie where the one before ended; moves on behind the line. */
static bool
lies_exactly(struct head *d, const char *name, const char *value)
{
	const char *p = name + strlen(name) + 1;

	if (name != d->at || value < p)
		return false;
	for (; p < value; p++)
		if (*p != ' ' && *p != '\t')
			return false;
	p += strlen(value);
	d->at = p + 2;
	return p[1] == '\0'; /* was CR LF; the header after a bare LF would begin here */
}

static enum MHD_Result
each(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct head *d = cookie;

	(void)kind;
	if (!value)
		value = "";
	d->count++;
	d->bytes += strlen(name) + strlen(value) + 4;
	if (d->count > HEAD_HEADERS || d->bytes > HEAD_BYTES)
		d->refusal = &refusal_headers;
	else if (!is_token(name) || !is_value(value) || (d->at && !lies_exactly(d, name, value)))
		d->refusal = &refusal_malformed;
	else
		d->refusal = look_at(d, name, value);
	return d->refusal ? MHD_NO : MHD_YES;
}

/* The first line lies as it came: one space each between three words. */
static bool
line_lies_exactly(struct head *d, const char *method, const char *address, size_t address_length,
    const char *version)
{
	if (address != method + strlen(method) + 1 || version != address + address_length + 1)
		return false;
	d->at = version + strlen(version) + 2;
	return d->at[-1] == '\0';
}

const struct refusal *
head_read(struct head *d, struct MHD_Connection *mhd, bool exact, const char *method,
    const char *address, size_t address_length, const char *version)
{
	const union MHD_ConnectionInfo *size;
	size_t letters = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	memset(d, 0, sizeof *d);
	if (letters == 0 || letters > 16 || method[letters] ||
	    (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0))
		return &refusal_malformed;
	if (exact && !line_lies_exactly(d, method, address, address_length, version))
		return &refusal_malformed;
	MHD_get_connection_values(mhd, MHD_HEADER_KIND, each, d);
	if (d->refusal)
		return d->refusal;
	if (exact) { /* behind the last header: the empty line, and that is all */
		size = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
		if (!size || d->at + 2 != method + size->header_size)
			return &refusal_malformed;
	}
	if ((d->hosts == 0 && strcmp(version, "HTTP/1.1") == 0) || (d->chunked && d->has_length) ||
	    (d->chunked && strcmp(version, "HTTP/1.0") == 0))
		return &refusal_malformed;
	return NULL;
}

bool
head_type_fits(const char *content_type, const char *wanted)
{
	size_t n = strlen(wanted);
	const char *p;

	if (!content_type || strncasecmp(content_type, wanted, n) != 0)
		return false;
	p = content_type + n;
	p += strspn(p, " \t");
	if (!*p)
		return true;
	if (*p++ != ';')
		return false;
	p += strspn(p, " \t");
	if (strncasecmp(p, "charset=", 8) != 0)
		return *p == '\0';
	p += 8;
	if (strncasecmp(p, "\"utf-8\"", 7) == 0)
		p += 7;
	else if (strncasecmp(p, "utf-8", 5) == 0)
		p += 5;
	else
		return false;
	return p[strspn(p, " \t;")] == '\0';
}
