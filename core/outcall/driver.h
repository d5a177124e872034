/* driver.h: libcurl's transfers of one thread, and the sockets they wait for. Private to the room.
 *
 * A `struct flight` is one transfer, prepared by its owner and his again once it is done. One thread calls all of this
 * but driver_wake().
 */
#ifndef YJS_OUTCALL_DRIVER_H
#define YJS_OUTCALL_DRIVER_H

#include <curl/curl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "outcall/outcall.h"

struct driver;

struct flight {
	struct flight *next; /* in a queue, or the free list of its owner */
	CURL *easy;
	CURLcode result;
	bool flying;
};

struct flights { struct flight *first, **end; }; /* a queue; {NULL, NULL} is empty */

void flights_put(struct flights *q, struct flight *f);
struct flight *flights_take(struct flights *q); /* NULL: empty */

/* `kept` connections at most wait for the next call. NULL: no memory, no descriptors. */
struct driver *driver_new(long kept);
/* No flight is under way any more. */
void driver_free(struct driver *d);

/* As CURLOPT_CLOSESOCKETFUNCTION, with the driver as its data, of each handle that it gets. */
int driver_close(void *driver, curl_socket_t fd);
/* Begin; it goes on in driver_turn(). -1: no memory; it did not begin. */
int driver_start(struct driver *d, struct flight *f) MUST_CHECK;
/* Give up what is under way, without an answer. */
void driver_drop(struct driver *d, struct flight *f);
/* Drive all; sleep as outcall_wait() says (outcall.h). */
int driver_turn(struct driver *d, struct pollfd *with, int n, int timeout_ms);
/* Those finished and not yet taken. */
struct flights *driver_done(struct driver *d);
/* From any thread: end the running (or else the next) driver_turn(). */
void driver_wake(struct driver *d);

#endif
