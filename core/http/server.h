/* server.h: what the files of this room share of one server. */
#ifndef YJS_HTTP_SERVER_H
#define YJS_HTTP_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"
#include "http/loop.h"
#include "http/peers.h"
#include "http/route.h"
#include "http/workers.h"

enum { RESERVE_SHARE = 8 }; /* of what there is, one in so many is kept */

struct http {
	struct http_settings settings;
	int listener;                 /* until the loops have theirs */
	struct loop *loops;           /* settings.io_threads of them */
	int n_loops;
	int port;
	bool exact;                   /* the library's buffer has the layout that head.c checks */
	struct routes routes;
	bool reserves;                /* room is kept for some routes */
	struct peers peers;
	struct workers workers;
	atomic_bool draining;
	atomic_bool stopping;         /* handlers get no more requests */
	_Atomic int64_t exchanges;    /* requests begun, not ended */
	_Atomic int64_t unanswered;   /* of those, in handlers' hands */
	struct pool bodies;           /* of routes without a pool of their own */
	_Atomic uint64_t next_id;
	uint64_t seed;
};

#endif
