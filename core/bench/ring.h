/* ring.h: memory that the bench and its children share: which applications are about to finish, what ails a
 * department and how many calls are answered.
 *
 * The stub notes each application whose last call it answers; the load generator then looks for its
 * end in the database instead of asking for all that run. One writer, one reader. Who falls behind
 * by more than the ring holds loses notes.
 */
#ifndef YJS_BENCH_RING_H
#define YJS_BENCH_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { RING_NOTES = 65536, RING_NUMBER = 44 };

enum ring_fault { RING_WELL, RING_SLOW, RING_HANG, RING_DOWN };

struct ring_note { int64_t application; int32_t division; char number[RING_NUMBER]; };

struct ring {
	_Atomic int fault;               /* enum ring_fault: what ails one department, as the parent says */
	_Atomic uint64_t others, faulty; /* calls that the stub has answered: of the others, of that one */
	_Atomic uint64_t written;
	struct ring_note notes[RING_NOTES];
};

/* Shared with the children that are forked later. NULL: no memory. */
struct ring *ring_new(void);
void ring_free(struct ring *r);

void ring_put(struct ring *r, const struct ring_note *note);
/* The note at *read, which moves on; false when there is none yet. Start with ring_now(). */
bool ring_take(const struct ring *r, uint64_t *read, struct ring_note *note);
uint64_t ring_now(const struct ring *r);

#endif
