/* options.h: what is asked for on the command line.
 */
#ifndef YJS_BENCH_OPTIONS_H
#define YJS_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum { OPTIONS_ROWS = 16, OPTIONS_IN_FLIGHT = 512 };

struct options {
	int in_flight[OPTIONS_ROWS], n;
	double seconds, warm_up;
	double rate;                /* open loop, applications a second; 0: closed only */
	bool percent;               /* the rate is one of what the closed loop reached */
	bool checkpoint, fresh_log, limit, verify, help;
	const char *past;           /* applications that have finished before; NULL: none */
	char ailing[48];            /* the department that is away for a while; "": none */
	int fault;                  /* enum ring_fault: how */
	const char *database;       /* "": a private PostgreSQL */
	const char *dir;            /* NULL: a temporary one */
};

/* Fill in from argv[1]. on, the rest with what is usual. -1: wrong usage. */
int options_read(struct options *o, int argc, char **argv);
/* Print what they mean; the exit code that goes with it. */
int options_help(FILE *to);

#endif
