/* origin.h: the beginnings of addresses (scheme, host and port), each parsed once: a node calls few places, often.
 *
 * Private to the room, not thread-safe.
 */
#ifndef YJS_OUTCALL_ORIGIN_H
#define YJS_OUTCALL_ORIGIN_H

#include <curl/curl.h>
#include <stddef.h>

struct origin {
	char *url; /* "https://host:port", as it was first written */
	size_t length;
	CURLU *parsed;
};

struct origins; /* as many as it was made for */

struct origins *origins_new(int most);
void origins_free(struct origins *o);

/* That of an address, `length` bytes long; NULL: no more can be kept, or no memory. */
const struct origin *origins_find(struct origins *o, const char *url, size_t length);

#endif
