#include "bench/tally.h"

#include <stdlib.h>

int
tally_add(struct tally *t, int64_t us)
{
	if (t->n == t->room) {
		size_t wider = t->room ? t->room * 2 : 4096;
		uint32_t *grown = realloc(t->us, wider * sizeof *grown);

		if (!grown)
			return -1;
		t->us = grown;
		t->room = wider;
	}
	t->us[t->n++] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	return 0;
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The smallest that at least that many in a hundred do not exceed. */
static int64_t
percentile(const struct tally *t, int of_hundred)
{
	size_t rank = (t->n * (size_t)of_hundred + 99) / 100;

	return t->us[rank > 0 ? rank - 1 : 0];
}

struct tally_figures
tally_figures(struct tally *t)
{
	if (t->n == 0)
		return (struct tally_figures){ 0 };
	qsort(t->us, t->n, sizeof *t->us, by_size);
	return (struct tally_figures){ (int64_t)t->n, percentile(t, 50), percentile(t, 99), t->us[t->n - 1] };
}

void
tally_free(struct tally *t)
{
	free(t->us);
	*t = (struct tally){ 0 };
}
