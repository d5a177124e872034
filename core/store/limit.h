/* limit.h: what PostgreSQL alone takes: the ruler that `yijianshi bench` holds its figure against.
 *
 * The same rows as nine items need, nothing else: one application row of 2 kB, nine item rows
 * inserted and updated once, one statistics row, written by libpq in batches, in the order in which
 * the items of tests/bench/nine.lua depend on each other: five commits a batch (the application and
 * its items; the first item; the second; the next six; the last, with the statistics). The tables
 * stand in a schema of their own that is dropped afterwards.
 */
#ifndef YJS_STORE_LIMIT_H
#define YJS_STORE_LIMIT_H

#include <stdint.h>

#include "base/error.h"

struct limit;

/* Make the tables and let `connections` threads write batches of `batch` applications, each over a
 * connection of its own, until limit_stop(). The role must be allowed to make a schema. */
struct limit *limit_start(const char *conninfo, int connections, int batch, struct error *why) MUST_CHECK;
/* Applications whose last commit has been answered. */
int64_t limit_count(const struct limit *l);
/* End the threads, drop the tables. 0, or -1 when a statement had failed. NULL is ignored. */
int limit_stop(struct limit *l, struct error *why) MUST_CHECK;

#endif
