/* link.h: can what is said to the server be read on its way?
 *
 * Private to the room. It goes over a Unix socket, stays on this machine, or is encrypted; any other connection is
 * given up before the first statement: people's data are sealed, but who logs in, numbers and counts are not.
 */
#ifndef YJS_STORE_LINK_H
#define YJS_STORE_LINK_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/error.h"

/* Both ends are on one machine: a Unix socket, a loopback address, or one address for both. Pure. */
bool link_is_local(const struct sockaddr *ours, const struct sockaddr *theirs);
/* -1 and *why when the connection, which stands, is neither local nor encrypted. */
int link_check(PGconn *c, struct error *why) MUST_CHECK;

#endif
