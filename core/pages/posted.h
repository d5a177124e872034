/* posted.h: what a form sent (application/x-www-form-urlencoded).
 */
#ifndef YJS_PAGES_POSTED_H
#define YJS_PAGES_POSTED_H

#include <jansson.h>

struct http_exchange;

/* "a=1&b=2" as {name: text}, a name that came more than once: {name: [text, …]}. New reference. NULL when it is no
 * form, has too many fields, or holds what is no UTF-8 or a NUL. */
json_t *posted_of(const char *s, size_t length);
/* The same of a request's body. */
json_t *posted_read(const struct http_exchange *x);

#endif
