#include "bench/ring.h"

#include <stddef.h>
#include <sys/mman.h>

struct ring *
ring_new(void)
{
	void *r = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return r == MAP_FAILED ? NULL : r;
}

void
ring_free(struct ring *r)
{
	if (r)
		munmap(r, sizeof *r);
}

void
ring_put(struct ring *r, const struct ring_note *note)
{
	uint64_t at = atomic_load_explicit(&r->written, memory_order_relaxed);

	r->notes[at % RING_NOTES] = *note;
	atomic_store_explicit(&r->written, at + 1, memory_order_release);
}

bool
ring_take(const struct ring *r, uint64_t *read, struct ring_note *note)
{
	if (*read == ring_now(r))
		return false;
	*note = r->notes[(*read)++ % RING_NOTES];
	return true;
}

uint64_t
ring_now(const struct ring *r)
{
	return atomic_load_explicit(&r->written, memory_order_acquire);
}
