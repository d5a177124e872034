/* scarce.h: memory that runs out once, wherever one wants. A program that is linked with --wrap for malloc and the like
 * asks for all its memory here; jansson too, after memory_watch_json(). */
#ifndef YJS_TESTS_MEMORY_SCARCE_H
#define YJS_TESTS_MEMORY_SCARCE_H

#include <stdbool.h>
#include <stdint.h>

/* From here on the allocation number `fail_at` fails (1: the next; 0: none), and all are counted. */
void scarce_begin(long fail_at);
/* How many there were. From here on none fails or is counted. */
long scarce_end(void);
/* Has it failed? */
bool scarce_failed(void);
/* Those of the test itself do not fail and do not count in between. */
void scarce_rest(bool resting);
/* How many blocks are held. */
long scarce_held(void);
/* Not that one alone fails: all do from there on, for so many microseconds. */
extern int64_t scarce_lasts_us;
/* Show on stderr who asks for what fails. */
extern bool scarce_shows;

#endif
