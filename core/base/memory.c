/* memory.c: see memory.h. */
#include "base/memory.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { KEPT = 256 << 10 };

static _Atomic(void *) kept;
static _Thread_local unsigned losses;

void
memory_lost(void)
{
	losses++;
}

unsigned
memory_losses(void)
{
	return losses;
}

static void *
ask(size_t size)
{
	void *block = malloc(size);

	if (block)
		return block;
	memory_lost();
	free(atomic_exchange(&kept, NULL));
	return malloc(size);
}

void
memory_restock(void)
{
	void *nothing = NULL, *block;

	if (atomic_load(&kept))
		return;
	block = malloc(KEPT);
	if (!atomic_compare_exchange_strong(&kept, &nothing, block))
		free(block);
}

void
memory_watch_json(void)
{
	memory_restock();
	json_set_alloc_funcs(ask, free);
}
