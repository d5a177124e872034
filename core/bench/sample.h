/* sample.h: what processes have used, read from outside.
 */
#ifndef YJS_BENCH_SAMPLE_H
#define YJS_BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* CPU time of a process with all its threads, those that have ended too; microseconds. 0: no such. */
int64_t sample_cpu(pid_t pid);
/* CPU time of a PostgreSQL: the postmaster, its children, those that it has buried; less the `n` in
 * `less`. Microseconds. */
int64_t sample_cpu_family(pid_t postmaster, const pid_t *less, size_t n);
/* The parent of a process, 0 when there is none; with `name` not NULL only if the process bears it. */
pid_t sample_parent(pid_t pid, const char *name);
/* Memory of a process, shared pages shared out, kB. 0: not known. */
long sample_memory(pid_t pid);
/* How many entries a folder of /proc/PID holds: "task" its threads, "fd" what it has open. 0: no such. */
int sample_entries(pid_t pid, const char *folder);
/* CPU time of the whole machine, idle not counted; and what its host took away. Microseconds. */
void sample_machine(int64_t *busy, int64_t *stolen);

#endif
