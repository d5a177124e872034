/* posted.h: what a form sent (application/x-www-form-urlencoded, or multipart/form-data where it may have
 * files).
 */
#ifndef YJS_PAGES_POSTED_H
#define YJS_PAGES_POSTED_H

#include <jansson.h>
#include <stdbool.h>

struct http_exchange;

/* "a=1&b=2" as {name: text}, a name that came more than once: {name: [text, …]}. New reference. NULL when it is no
 * form, has too many fields, or holds what is no UTF-8 or a NUL. */
json_t *posted_of(const char *s, size_t length);
/* The same of a request's body; of several parts those that are texts. */
json_t *posted_read(const struct http_exchange *x);
/* The status of a request that it gave NULL for: 415 when it is said to be something else than a form, else 400. */
int posted_refusal(const struct http_exchange *x);

/* A file that came along. */
struct posted_file {
	char name[128];       /* of its field, less the prefix */
	const char *bytes;    /* lent from the body */
	size_t length;
};
/* The n-th file, from 0, of those whose field begins with `prefix` and that have something in them;
 * false: there is none. */
bool posted_file(const struct http_exchange *x, const char *prefix, size_t n, struct posted_file *file);

#endif
