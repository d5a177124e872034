/* described.h: what /openapi.json says of each route, and of what goes in and out (shape.h).
 */
#ifndef YJS_API_DESCRIBED_H
#define YJS_API_DESCRIBED_H

#include <stdbool.h>
#include <stddef.h>

struct described {
	const char *method, *path, *summary, *statuses;
	bool open;          /* needs no token */
	const char *query;  /* members of the address's query, or NULL */
	const char *body;   /* shape of the request's body, a media type, or NULL */
	const char *answer; /* the same of the 2xx; NULL: nothing to read in it */
};

struct described_shape { const char *name, *shape; };

extern const struct described described[];
extern const size_t described_count;
extern const struct described_shape described_shapes[];
extern const size_t described_shape_count;

#endif
