/* watch.h: which sockets the calls wait for, kept in the kernel (epoll).
 *
 * libcurl's own loop looks at every call in flight at every turn; here only those are touched whose
 * socket can go on. A connection kept for the next call stays known to the kernel between calls, so
 * that a call on it costs no change there. Private to the room.
 */
#ifndef YJS_OUTCALL_WATCH_H
#define YJS_OUTCALL_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { WATCH_READ = 1, WATCH_WRITE = 2, WATCH_ERROR = 4, WATCH_EVENTS = 128 };

struct watch;

struct watch_event { int fd; int what; }; /* what: WATCH_* as bits */

struct watch *watch_new(void);
void watch_free(struct watch *w);

/* Wait for `what` (0: for nothing any more) on `fd`. 0 or -1. */
int watch_set(struct watch *w, int fd, int what) MUST_CHECK;
/* `fd` is about to be closed. */
void watch_forget(struct watch *w, int fd);
/* Sleep at most `timeout_ms` (-1: for ever) until something came or somebody wakes; the number of
 * events, WATCH_EVENTS at most. What nobody waits for is not among them. */
int watch_wait(struct watch *w, struct watch_event events[WATCH_EVENTS], int timeout_ms);
/* From any thread: end the running (or else the next) watch_wait(). */
void watch_wake(struct watch *w);

#endif
