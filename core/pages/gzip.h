/* gzip.h: bodies made smaller for browsers that take them so.
 *
 * Pages hold what people typed and the session's CSRF token together. That is no oracle to others: their
 * pages cannot make this browser ask for ours with its cookie (SameSite=Lax) and see how long the answer is.
 */
#ifndef YJS_PAGES_GZIP_H
#define YJS_PAGES_GZIP_H

#include <stdbool.h>
#include <stddef.h>

struct http_exchange;

/* Does who asks take gzip? */
bool gzip_is_taken(const struct http_exchange *x);
/* malloc()ed, *packed its length; NULL when it would not be smaller. level: 1 quick to 9 small. */
char *gzip_pack(const char *bytes, size_t length, int level, size_t *packed);

#endif
