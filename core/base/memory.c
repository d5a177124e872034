/* memory.c: see memory.h. */
#include "base/memory.h"

#include <jansson.h>
#include <stdlib.h>

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

	if (!block)
		memory_lost();
	return block;
}

void
memory_watch_json(void)
{
	json_set_alloc_funcs(ask, free);
}
