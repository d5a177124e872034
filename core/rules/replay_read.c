/* Reads a line of a history: exactly what history_add writes, nothing cleverer. */
#include "rules/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct reader { const char *at, *end; };

static bool
take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* Names, codes, instants and hashes need no escapes; a text that has one is none of ours. */
static bool
take_string(struct reader *r, char *out, size_t room)
{
	const char *start = r->at + 1, *stop;

	if (!take(r, '"'))
		return false;
	stop = memchr(start, '"', (size_t)(r->end - start));
	if (!stop || (size_t)(stop - start) >= room || memchr(start, '\\', (size_t)(stop - start)))
		return false;
	memcpy(out, start, (size_t)(stop - start));
	out[stop - start] = '\0';
	r->at = stop + 1;
	return true;
}

static bool
take_number(struct reader *r, int *out)
{
	char *stop;
	long n = strtol(r->at, &stop, 10); /* what follows a line is its newline: the text ends there */

	if (stop == r->at || stop > r->end || n < 0 || n > INT32_MAX)
		return false;
	*out = (int)n;
	r->at = stop;
	return true;
}

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool
take_value(struct reader *r, const char *name, struct replay_entry *e)
{
	char text[256];
	int n;

	if (is(name, "what"))
		return take_string(r, e->what, sizeof e->what);
	if (is(name, "item"))
		return take_string(r, e->item, sizeof e->item);
	if (is(name, "department"))
		return take_string(r, e->department, sizeof e->department);
	if (is(name, "by"))
		return take_string(r, e->by, sizeof e->by);
	if (is(name, "code"))
		return take_string(r, e->code, sizeof e->code);
	if (is(name, "plan"))
		return take_string(r, e->plan, sizeof e->plan);
	if (is(name, "took"))
		return take_string(r, e->took, sizeof e->took);
	if (is(name, "at"))
		return take_string(r, text, sizeof text) && clock_parse(text, &e->at);
	if (is(name, "seq"))
		return take_number(r, &e->seq);
	if (is(name, "round"))
		return take_number(r, &e->round);
	if (is(name, "fields"))
		return take_number(r, &e->fields);
	return r->at < r->end && *r->at == '"' ? take_string(r, text, sizeof text) : take_number(r, &n);
}

bool
replay_read(const char *line, size_t length, struct replay_entry *e)
{
	struct reader r = { line, line + length };
	char name[32];

	memset(e, 0, sizeof *e);
	if (!take(&r, '{'))
		return false;
	do {
		if (!take_string(&r, name, sizeof name) || !take(&r, ':') || !take_value(&r, name, e))
			return false;
	} while (take(&r, ','));
	return take(&r, '}') && r.at == r.end && e->at != 0 && *e->what;
}
