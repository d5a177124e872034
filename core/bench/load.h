/* load.h: the load generator: people who file applications.
 *
 * Closed loop: `in_flight` applications are always on their way, from the moment the form leaves to
 * the moment its end is seen in the database. Open loop (`rate`): forms come at their own times, as
 * people do, whether the node is behind or not; a form that finds no free connection waits, and its
 * latencies count from the time it was due. Connections are kept.
 */
#ifndef YJS_BENCH_LOAD_H
#define YJS_BENCH_LOAD_H

#include <stdbool.h>

#include "bench/ring.h"
#include "bench/tally.h"

enum { LOAD_DIGITS = 10 };

struct load_plan {
	int port;                  /* the node, on this machine */
	const char *token;
	const char *nonce;         /* of this run: makes request keys its own */
	const char *body;          /* JSON; the LOAD_DIGITS bytes at `serial` become a number of its own */
	size_t length, serial;
	int64_t first;             /* the first number */
	int in_flight;             /* closed loop */
	double rate;               /* applications a second; 0: closed loop */
	int64_t warm_us, window_us;
	bool leave;                /* do not wait for the ends of what is on its way: a department is away */
	const char *database;      /* libpq string, to see the ends */
	struct ring *ring;         /* what the stub tells */
};

/* Written to the pipe when it begins: the backend of its connection to PostgreSQL (not to be
 * counted), and the window by clock_monotonic(). */
struct load_ready { int backend; int64_t begin, end; };

/* Written when all is done. Latencies in microseconds, of what ended within the window. */
struct load_result {
	int64_t filed, finished;   /* answered 201 / finished within the window */
	int64_t failed;            /* not answered 201, over the whole run */
	int64_t lost;              /* never seen to finish */
	int64_t numbers;           /* numbers used up */
	double in_flight;          /* on their way, mean of the window */
	struct tally_figures intake; /* filed to answered */
	struct tally_figures finish; /* filed to the committed finished_at */
	struct tally_figures seen;   /* filed to seen committed by us, a tick late */
	char problem[300];         /* the first answer that was none; "" */
};

/* Run as the child that it is; writes both to the descriptor `out`. The exit code. */
int load_run(const struct load_plan *plan, int out);

#endif
