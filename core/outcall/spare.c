#include "outcall/spare.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Alignas(max_align_t) unsigned char store[SPARE_BLOCKS][SPARE_SIZE];
static atomic_bool taken[SPARE_BLOCKS];

static bool
is_ours(const void *block)
{
	uintptr_t at = (uintptr_t)block, first = (uintptr_t)store;

	return at >= first && at < first + sizeof store;
}

static void *
take(size_t size)
{
	for (int i = 0; size <= SPARE_SIZE && i < SPARE_BLOCKS; i++)
		if (!atomic_load_explicit(&taken[i], memory_order_relaxed) && !atomic_exchange(&taken[i], true))
			return store[i];
	return NULL;
}

void *
spare_malloc(size_t size)
{
	void *block = malloc(size);

	return block ? block : take(size);
}

void *
spare_calloc(size_t n, size_t size)
{
	void *block = calloc(n, size);

	if (block || (size && n > SPARE_SIZE / size))
		return block;
	block = take(n * size);
	if (block)
		memset(block, 0, n * size);
	return block;
}

void *
spare_realloc(void *block, size_t size)
{
	void *other;

	if (!block)
		return spare_malloc(size);
	if (!is_ours(block))
		return realloc(block, size);
	if (size <= SPARE_SIZE)
		return block;
	other = malloc(size);
	if (!other)
		return NULL;
	memcpy(other, block, SPARE_SIZE);
	spare_free(block);
	return other;
}

char *
spare_strdup(const char *string)
{
	size_t length = strlen(string) + 1;
	char *copy = spare_malloc(length);

	return copy ? memcpy(copy, string, length) : NULL;
}

void
spare_free(void *block)
{
	if (!is_ours(block)) {
		free(block);
		return;
	}
	atomic_store(&taken[((uintptr_t)block - (uintptr_t)store) / SPARE_SIZE], false);
}

int
spare_used(void)
{
	int n = 0;

	for (int i = 0; i < SPARE_BLOCKS; i++)
		n += atomic_load(&taken[i]);
	return n;
}
