#include "commands/recount.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096 }; /* a power of two; at most half of it is used */

static uint64_t
mix_text(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t
hash_of(const struct recount_figure *f)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ ((uint64_t)(uint32_t)f->division << 32 | (uint32_t)f->day);

	h = mix_text(h * UINT64_C(0x9e3779b97f4a7c15), f->event);
	h = mix_text(mix_text(h, f->department), f->measure);
	return h ^ h >> 29;
}

static bool
same(const struct recount_figure *a, const struct recount_figure *b)
{
	return a->division == b->division && a->day == b->day && strcmp(a->measure, b->measure) == 0 &&
	    strcmp(a->department, b->department) == 0 && strcmp(a->event, b->event) == 0;
}

/* Its place, or the free one where it belongs. */
static struct recount_figure *
find(const struct recount *r, const struct recount_figure *wanted)
{
	uint64_t at = hash_of(wanted) & (r->room - 1);

	while (r->figures[at].used && !same(&r->figures[at], wanted))
		at = (at + 1) & (r->room - 1);
	return &r->figures[at];
}

static int
grow(struct recount *r)
{
	struct recount wider = { .room = r->room ? r->room * 2 : ROOM, .n = r->n };

	wider.figures = calloc(wider.room, sizeof *wider.figures);
	if (!wider.figures) {
		r->failed = true;
		return -1;
	}
	for (uint64_t i = 0; i < r->room; i++)
		if (r->figures[i].used)
			*find(&wider, &r->figures[i]) = r->figures[i];
	free(r->figures);
	*r = wider;
	return 0;
}

static void
copy(char *to, size_t room, const char *from)
{
	size_t n = strlen(from);

	memcpy(to, from, n < room ? n : room - 1);
}

static struct recount_figure
figure_of(int32_t division, int32_t day, const char *event, const char *department, const char *measure)
{
	struct recount_figure f = { .division = division, .day = day, .used = true };

	copy(f.event, sizeof f.event, event);
	copy(f.department, sizeof f.department, department);
	copy(f.measure, sizeof f.measure, measure);
	return f;
}

void
recount_add(struct recount *r, int32_t division, int32_t day, const char *event,
    const char *department, const char *measure, int64_t delta)
{
	struct recount_figure wanted = figure_of(division, day, event, department, measure), *place;

	if (r->n * 2 >= r->room && grow(r) != 0)
		return;
	place = find(r, &wanted);
	if (!place->used) {
		*place = wanted;
		r->n++;
	}
	place->value += delta;
}

int64_t
recount_take(struct recount *r, int32_t division, int32_t day, const char *event,
    const char *department, const char *measure)
{
	struct recount_figure wanted = figure_of(division, day, event, department, measure), *place;
	int64_t value;

	if (r->n == 0)
		return 0;
	place = find(r, &wanted);
	value = place->used ? place->value : 0;
	place->value = 0;
	return value;
}

struct store_total
recount_total(const struct recount_figure *f)
{
	struct store_total t = { .division = f->division, .day = f->day, .value = f->value };

	copy(t.event, sizeof t.event, f->event);
	copy(t.department, sizeof t.department, f->department);
	copy(t.measure, sizeof t.measure, f->measure);
	return t;
}

void
recount_free(struct recount *r)
{
	free(r->figures);
	memset(r, 0, sizeof *r);
}
