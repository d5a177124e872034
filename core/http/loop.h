/* loop.h: the threads in which the library runs.
 *
 * The library's own thread sleeps on, with work at hand, when exactly 128 (or 256, ...) connections
 * became ready at once: 0.9.75 then asks for more events with the same timeout. So the waiting is
 * ours: for the library's epoll descriptor and for an eventfd. What other threads have answered is
 * put on a list, and the thread resumes the connections before it runs the library again. The
 * eventfd is written by the first answer that finds the thread asleep; while it is awake, an answer
 * from another thread costs neither a system call nor a lock.
 */
#ifndef YJS_HTTP_LOOP_H
#define YJS_HTTP_LOOP_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

struct http;
struct http_exchange;

struct loop {
	struct http *h;
	struct MHD_Daemon *daemon;
	int listener;                  /* the library's: a duplicate for each loop */
	struct http_exchange *awaited; /* whose heads are not here yet */
	pthread_t thread;
	int wake;                      /* the eventfd */
	struct http_exchange *_Atomic answered; /* to be resumed, linked by `next` */
	_Atomic int state;             /* awake, asleep, or called since it last began to run */
	atomic_bool stopping;
	bool moved;                    /* the library called back in this run */
	int unmoved;                   /* runs of the library, in a row, that changed nothing */
};

/* Start a thread that runs l->daemon (yours again after loop_stop()). 0, or -1 with *why. */
int loop_start(struct loop *l, struct error *why) MUST_CHECK;
/* End the thread; what is suspended must be answered. */
void loop_stop(struct loop *l);

/* Let the library look at everything once more; from any thread. */
void loop_call(struct loop *l);
/* `x` is suspended and answered: let its connection go on; from any thread. It may be gone then. */
void loop_resume(struct loop *l, struct http_exchange *x);

#endif
