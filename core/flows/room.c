#include "flows/room.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

/* OTHERS: the database (a connection each for workers, writers, engine), answers to connections that are being
 * let go, look-ups and providers at once, epoll and the like, files while they are read. */
enum { CONNECTIONS = 2000, CALLS = 512, CALLS_LEAST = 8, OTHERS = 224, LEAST = 320 };

/* A call has a connection, and a finished one's is kept for the next: an eighth more. */
static int
sockets_of(int calls)
{
	return calls + calls / 8;
}

int
room_of(unsigned long long descriptors, struct room *r, struct error *why)
{
	const int all = OTHERS + CONNECTIONS + sockets_of(CALLS);
	int left = (descriptors < (unsigned long long)all ? (int)descriptors : all) - OTHERS;

	if (descriptors < LEAST)
		return error_set(why, ERROR_BROKEN, "this process may open %llu files, a node needs at least %d: raise the "
		    "limit (ulimit -n, LimitNOFILE)", descriptors, LEAST);
	r->calls = left / 4 < CALLS_LEAST ? CALLS_LEAST : left / 4 > CALLS ? CALLS : left / 4;
	r->connections = left - sockets_of(r->calls);
	if (r->connections > CONNECTIONS)
		r->connections = CONNECTIONS;
	return 0;
}

int
room_share(struct room *r, struct error *why)
{
	const rlim_t wanted = OTHERS + CONNECTIONS + CALLS + CALLS / 8;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return error_set(why, ERROR_TEMPORARY, "the limit of open files: %s", strerror(errno));
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			return error_set(why, ERROR_TEMPORARY, "the limit of open files: %s", strerror(errno));
	}
	return room_of(limit.rlim_cur, r, why);
}
