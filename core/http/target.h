/* target.h: the address of a request, taken apart.
 *
 * One reading for everybody: what another program in front could understand otherwise is refused
 * (`//`, dot segments, %2f, %5c, control bytes, raw bytes beyond ASCII, invalid UTF-8, `%zz`), so
 * that no path has two spellings with different rights.
 */
#ifndef YJS_HTTP_TARGET_H
#define YJS_HTTP_TARGET_H

#include <stddef.h>

#include "http/refusal.h"

enum { TARGET_LENGTH = 4096, TARGET_SEGMENTS = 16, TARGET_PAIRS = 64 };

struct target {
	const char *path;  /* as sent */
	const char *query; /* as sent, "" when none */
	const char *pairs; /* name NUL value NUL ..., decoded */
	int n_pairs;
	int n_segments;
	const char *segment[TARGET_SEGMENTS]; /* decoded */
};

/* Bytes of room that target_read() needs for an address of `length` bytes. */
size_t target_room(size_t length);

/* Read `uri` ("/path?query", `length` bytes, no NUL inside); everything that *t points at lies in
 * `room` afterwards. NULL, or why it is refused. */
const struct refusal *target_read(struct target *t, char *room, const char *uri, size_t length);

/* Decoded value of query parameter `name`; NULL when absent or repeated. *count (may be NULL)
 * becomes how often it is there. */
const char *target_query(const struct target *t, const char *name, int *count);

#endif
