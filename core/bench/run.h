/* run.h: measuring: the limit of PostgreSQL alone, and one row of the table.
 *
 * Figures are taken from outside at the two ends of a window, while the load goes on.
 */
#ifndef YJS_BENCH_RUN_H
#define YJS_BENCH_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/load.h"
#include "store/measure.h"

struct run { /* what stands while rows are measured; lent */
	int port;                     /* the node's */
	pid_t node, stub;
	pid_t postmaster;             /* 0: not on this machine */
	struct measure *m;
	struct measure *may;          /* a connection that may make a checkpoint, or NULL */
	const char *database;         /* libpq string of the service */
	const char *token, *nonce, *body;
	size_t length, serial;
	struct ring *ring;
	int64_t numbers;              /* used up */
	int64_t warm_us, window_us;
	bool checkpoint;              /* each window begins with one */
	int log_files;                /* of the database's log, made beforehand */
	bool leave;                   /* as load_plan.leave */
};

struct row {
	int in_flight;                /* closed loop; 0: open */
	double rate;                  /* asked for; 0: closed */
	struct load_result load;
	double per_s;                 /* finished within the window */
	/* an application: */
	double cpu_ours, cpu_postgresql; /* ms; postgresql < 0: not known */
	double commits, log_kb, images_kb;
	double mean_group;            /* applications a group of the engine */
	double memory_mb;
	double others;                /* cores that anything else used: near 0, or the figures are no good */
	double others_per_s;          /* calls answered by departments that are well */
	double idle;                  /* cores that nobody used: not the machine was the limit */
};

struct limit_row { double per_s, cpu_postgresql, log_kb, others; int connections, batch; };

int run_limit(const struct run *r, const char *owner, struct limit_row *out, struct error *why) MUST_CHECK;
/* Closed loop with `in_flight`, or open loop with `rate` applications a second. */
int run_row(struct run *r, int in_flight, double rate, struct row *out, struct error *why) MUST_CHECK;

/* A figure of the node's own (/metrics) by its name. */
int run_figure(const struct run *r, const char *name, long *value, struct error *why) MUST_CHECK;

#endif
