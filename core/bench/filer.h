/* filer.h: the person whose forms the bench files.
 */
#ifndef YJS_BENCH_FILER_H
#define YJS_BENCH_FILER_H

#include "bench/place.h"

/* Make the account, ours again when the folder is used again, and a token for it. */
int filer_make(const struct place *p, char *token, size_t room, struct error *why) MUST_CHECK;

#endif
