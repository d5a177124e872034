/* workers.h: threads for handlers that block, and the bounded queue in front of them. Nobody, by his address, takes the
 * last eighth of its places: whoever sends as fast as he can leaves room for others. */
#ifndef YJS_HTTP_WORKERS_H
#define YJS_HTTP_WORKERS_H

#include <pthread.h>
#include <stdbool.h>

#include "base/error.h"

struct http;
struct http_exchange;

enum { WORKERS_CALLERS = 256 };

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct http_exchange *first, **last;
	int waiting, most;
	int reserve; /* the last of `most` places */
	int of_one;  /* places that one caller may have; callers are told apart as well as the table does */
	int waiting_of[WORKERS_CALLERS];
	bool stopping;
	int n;
	struct worker *all;
};

/* Start h's workers as its settings say. 0, or -1 with *why. */
int workers_start(struct workers *w, struct http *h, struct error *why) MUST_CHECK;
/* Let the handlers end that run, end the threads. Returns what still waited, linked by `next`. */
struct http_exchange *workers_stop(struct workers *w);
/* When nothing is unanswered any more: until then what is answered late is still put, and told no. */
void workers_free(struct workers *w);
/* Queue a suspended exchange; false when the queue is full, but for the reserve if it may not use that. */
bool workers_put(struct workers *w, struct http_exchange *x);
/* Queue an answered inner exchange (call.h) without looking at the bound; false when the workers end. */
bool workers_put_again(struct workers *w, struct http_exchange *x);

#endif
