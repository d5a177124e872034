/* bench.h: `yijianshi bench`: how fast is it, on this machine, with nothing switched off?
 *
 * One run starts, each a process of its own: a private PostgreSQL (or an existing database is used),
 * a stub that stands for all departments (stub.c), a node (`serve` of this program), and for each row
 * of the table a load generator (load.c). The parent measures from outside: /proc for CPU and memory,
 * PostgreSQL for commits and log, /metrics for the size of groups. Stub and load generator are not
 * counted. At the end `verify` runs on the database.
 *
 *	bench.c   the order of things
 *	options.c what was asked for
 *	sitting.c all that is started for it, and ended
 *	filer.c   the person whose forms are filed
 *	place.c   the folder of a run: settings, secrets, logs; where the event is
 *	child.c   processes that this one starts, and ends
 *	outage.c  what a department that is away costs
 *	run.c     the limit and one row: warm-up, window, samples
 *	load.c    the load generator; watch.c: how it learns that an application has finished
 *	stub.c    the departments; ring.c: what it tells the load generator
 *	sample.c  CPU time and memory of processes
 *	tally.c   latencies and their percentiles
 *	report.c  the table, and JSON
 *	wire.c    single HTTP requests to the node
 */
#ifndef YJS_BENCH_BENCH_H
#define YJS_BENCH_BENCH_H

#include <stdbool.h>

struct conf;

/* argv[0] is the command's name. Exit code: 0 measured, and verify found no difference; 1 not; 2
 * wrong usage. */
int bench_main(const struct conf *conf, bool json, int argc, char **argv);

#endif
