/* measure.h: what a database tells `yijianshi bench` about itself.
 *
 * A connection apart from those of the service, so that its own work can be left out of every
 * figure: its backend is known, it takes no transaction id and writes no log. Nothing here changes
 * data.
 */
#ifndef YJS_STORE_MEASURE_H
#define YJS_STORE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct measure;

/* Open. `user` (NULL: as the libpq string says) takes the place of its user. */
struct measure *measure_open(const char *conninfo, const char *user, struct error *why) MUST_CHECK;
void measure_close(struct measure *m);
/* The process that serves this connection; on a local socket a process of this machine. */
int measure_backend(const struct measure *m);
/* Does the server run on this machine? */
bool measure_local(const struct measure *m);

/* Microseconds to add to clock_monotonic() to have the database's clock: the best of several looks. */
int measure_clock(struct measure *m, int64_t *offset, struct error *why) MUST_CHECK;

struct measure_sample {
	int64_t commits;  /* transactions that wrote, of the whole server */
	int64_t log;      /* write-ahead log made, bytes */
	int64_t images;   /* pages that went into the log whole; the server counts them a second late */
};
int measure_sample(struct measure *m, struct measure_sample *out, struct error *why) MUST_CHECK;

/* One setting of the server as SHOW prints it. */
int measure_setting(struct measure *m, const char *name, char *out, size_t room,
    struct error *why) MUST_CHECK;

/* Write all changed pages out now: what follows pays for whole pages in the log again. */
int measure_checkpoint(struct measure *m, struct error *why) MUST_CHECK;

/* Have `files` files of the log lie ready, as they do after some days of service; needs min_wal_size for them. */
int measure_fill_log(struct measure *m, int files, struct error *why) MUST_CHECK;

/* Which of `n` applications of one division have finished? Asked without waiting; when the socket is
 * readable, measure_answers() calls `each` for those that have (finished_at by the database's clock,
 * us) and returns 1; 0 not yet, -1. One question at a time. */
int measure_ask(struct measure *m, int32_t division, const int64_t *ids, size_t n, struct error *why) MUST_CHECK;
int measure_socket(const struct measure *m);
int measure_answers(struct measure *m, void (*each)(void *cookie, int64_t id, int64_t finished_at),
    void *cookie, struct error *why) MUST_CHECK;

#endif
