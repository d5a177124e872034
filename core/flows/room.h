/* room.h: how many descriptors each part of a node may have open at once.
 *
 * Whoever comes by HTTP cannot take what the engine's calls and the connections to the database need: the limit
 * of this process is shared out before anything is opened.
 */
#ifndef YJS_FLOWS_ROOM_H
#define YJS_FLOWS_ROOM_H

#include "base/error.h"

struct room {
	int connections; /* of HTTP */
	int calls;       /* of the engine, to departments */
};

/* Raise the limit of this process as far as it may go, at most to what would be used, and share it out.
 * ERROR_BROKEN when it is too low for any work; says what to do. */
int room_share(struct room *r, struct error *why) MUST_CHECK;
/* The same of a given limit; pure. */
int room_of(unsigned long long descriptors, struct room *r, struct error *why) MUST_CHECK;

#endif
