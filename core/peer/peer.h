/* peer.h: `yijianshi bench --as-peer`: a node under the harness that measures other engines. In a bench build only
 * (configure --enable-bench).
 *
 * The harness brings all but the engine: the database (DATABASE_URL, a superuser's), the department (DEPT_URL, which
 * answers every call in words of its own), the load (POST /applications on PORT, a form of its own, no login) and
 * the figures. So it measures us as it measures the others. A whole node serves, nothing switched off: the harness's
 * POST is handed to our own API under an account's token and a key made of its number, which is why it is taken from
 * this machine alone; what its department says is read by connector files (tests/bench/peer).
 *
 *	peer.c   what the harness says, and the one route
 *	setup.c  the database, the settings, who files
 *	form.c   the harness's form as one of ours
 */
#ifndef YJS_PEER_PEER_H
#define YJS_PEER_PEER_H

#include <stdbool.h>

struct conf;

/* Is that what the arguments of `bench` ask for? */
bool peer_wanted(int argc, char **argv);
/* Serve until told to stop. Exit code as of bench_main(). */
int peer_main(const struct conf *conf);

#endif
