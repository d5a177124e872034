/* host.h: the servers that a connection string names, and which of them leads.
 *
 * Private to the room. With several hosts (a primary and its standbys) one is tried at a time, from the one that
 * answered last. After a fail-over the old primary may come back and take writes as if nothing had happened: it
 * shows an older timeline than the new one, and this process never goes back to an older timeline than it has
 * seen. A process that has seen none yet asks all hosts first.
 */
#ifndef YJS_STORE_HOST_H
#define YJS_STORE_HOST_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct host {
	int place; /* in the string */
	char name[256], address[256], port[16]; /* "" where the string names none */
};

/* How many hosts the string names: at least 1. */
int hosts_count(const char *conninfo);
/* The place of the one that answered last, with which to begin. */
int hosts_first(void);
/* The one in that place, counted round. 0, or -1 when the string cannot be read. */
int hosts_pick(const char *conninfo, int place, struct host *out);

/* The newest timeline that this process has seen of a server that leads; 0 none. */
int32_t hosts_timeline(void);
/* May the caller ask the hosts who leads? One thread may, and for `us` no other: whatever it finds, all see it. */
bool hosts_may_ask(int64_t us);
/* The server at `h` has answered: note its timeline. -1 and *why when it does not lead, or was left behind. */
int hosts_admit(PGconn *c, const struct host *h, int32_t *timeline, struct error *why) MUST_CHECK;

#endif
