/* wire.h: single HTTP requests to a node on this machine, and listening on it.
 *
 * For what is asked once (is it ready? its figures, its guide); the load generator speaks for itself.
 */
#ifndef YJS_BENCH_WIRE_H
#define YJS_BENCH_WIRE_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* GET http://127.0.0.1:port/path; the body of a 200 is appended to `out`. */
int wire_get(int port, const char *path, struct text *out, struct error *why) MUST_CHECK;

/* A connection to the port of this machine (blocking); -1. */
int wire_connect(int port);
/* A listening socket on any free port of 127.0.0.1, or with *port on that; -1. */
int wire_listen(int *port, struct error *why) MUST_CHECK;
/* A port that is free now. */
int wire_free_port(struct error *why) MUST_CHECK;

#endif
