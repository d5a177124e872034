/* child.h: processes that the bench starts. Only these it ends, by their id.
 *
 * Each dies with this process: bench_main's thread is the one that starts them.
 */
#ifndef YJS_BENCH_CHILD_H
#define YJS_BENCH_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* From now on SIGINT and SIGTERM only set a mark; has one come? */
void child_mind_signals(void);
bool child_told_to_stop(void);

/* Go on as a child under `name` (shown by ps): 0 in the child, its id in the parent, -1. The child
 * ends by _exit(). */
pid_t child_fork(const char *name, struct error *why) MUST_CHECK;

/* Start this very program with the arguments (argv[0] the command; NULL at the end), output appended
 * to the file `log`. Its id, or -1. */
pid_t child_start(char *const argv[], const char *log, struct error *why) MUST_CHECK;
/* Run it to its end; its stdout (at most 64 kB) is appended to `out`. Its exit code, or -1. Told to stop
 * meanwhile it ends the child by SIGTERM, and returns -1. */
int child_run(char *const argv[], const char *log, struct text *out, struct error *why) MUST_CHECK;

/* The same where any exit code but 0 is an error. 0 or -1. */
int child_do(char *const argv[], const char *log, struct text *out, struct error *why) MUST_CHECK;

/* Has it ended? Then `*status` is as of waitpid(). */
bool child_ended(pid_t pid, int *status);
/* SIGTERM, and SIGKILL after `ms`. Its exit code, or -1 when a signal ended it. */
int child_stop(pid_t pid, int ms);

#endif
