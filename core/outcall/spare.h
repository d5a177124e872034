/* spare.h: memory for libcurl, of which a little is left when there is none.
 *
 * libcurl takes most failures well, but not this one (7.88, multi.c: singlesocket): where it finds no memory to note a
 * transfer of a socket, a table of no places is left behind, and the next transfer divides by their number: the process
 * ends. So the small blocks that such notes take come from a store of their own when nobody else has any. Private to
 * the room.
 */
#ifndef YJS_OUTCALL_SPARE_H
#define YJS_OUTCALL_SPARE_H

#include <stdbool.h>
#include <stddef.h>

enum { SPARE_SIZE = 512, SPARE_BLOCKS = 512 };

/* As malloc and the like; what they give is given back to spare_free() alone. Any thread. */
void *spare_malloc(size_t size);
void *spare_calloc(size_t n, size_t size);
void *spare_realloc(void *block, size_t size);
char *spare_strdup(const char *string);
void spare_free(void *block);

/* How many blocks of the store are in use. */
int spare_used(void);

#endif
