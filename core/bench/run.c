#include "bench/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "bench/child.h"
#include "bench/sample.h"
#include "bench/wire.h"
#include "store/limit.h"

/* Two threads keep two cores and the log busy; more of them, or larger batches, gain nothing. */
enum { LIMIT_CONNECTIONS = 2, LIMIT_BATCH = 64, STOP_MS = 2000, PAGE_KB = 8, RESULT_MS = 40000 };

struct sample {
	int64_t at, node, postgresql, others, busy, stolen; /* CPU, microseconds */
	struct measure_sample database;
	long groups, steps;
	uint64_t answered; /* calls, by departments that are well */
};

/* Sleep until the moment; -1 when told to stop. */
static int
wait_until(int64_t at, struct error *why)
{
	int64_t now;

	while ((now = clock_monotonic()) < at && !child_told_to_stop()) {
		int64_t left = at - now;

		poll(NULL, 0, left > 50000 ? 50 : (int)(left / 1000) + 1);
	}
	return child_told_to_stop() ? error_set(why, ERROR_TEMPORARY, "stopped") : 0;
}

static long
figure(const char *metrics, const char *name)
{
	const char *at = metrics;
	size_t n = strlen(name);

	while ((at = strstr(at, name))) {
		if ((at == metrics || at[-1] == '\n') && at[n] == ' ')
			return atol(at + n);
		at += n;
	}
	return 0;
}

static int
read_groups(const struct run *r, struct sample *s, struct error *why)
{
	struct text t;
	int done;

	text_init(&t, 1 << 20);
	done = wire_get(r->port, "/metrics", &t, why);
	if (done == 0) {
		s->groups = figure(t.data, "yijianshi_groups_total");
		s->steps = figure(t.data, "yijianshi_steps_total");
	}
	text_free(&t);
	return done;
}

int
run_figure(const struct run *r, const char *name, long *value, struct error *why)
{
	struct text t;
	int done;

	text_init(&t, 1 << 20);
	done = wire_get(r->port, "/metrics", &t, why);
	if (done == 0)
		*value = figure(t.data, name);
	text_free(&t);
	return done;
}

/* `watcher` is the load generator's backend, `load` itself. */
static int
take_sample(const struct run *r, pid_t load, pid_t watcher, struct sample *s, struct error *why)
{
	pid_t less[] = { measure_backend(r->m), watcher };
	int64_t watching = watcher ? sample_cpu(watcher) : 0;

	memset(s, 0, sizeof *s);
	if (r->node && read_groups(r, s, why) != 0)
		return -1;
	if (measure_sample(r->m, &s->database, why) != 0)
		return -1;
	s->at = clock_monotonic();
	s->answered = atomic_load(&r->ring->others);
	s->node = r->node ? sample_cpu(r->node) : 0;
	if (r->postmaster)
		s->postgresql = sample_cpu_family(r->postmaster, less, sizeof less / sizeof *less);
	sample_machine(&s->busy, &s->stolen);
	s->others = s->busy - s->node - s->postgresql - watching - sample_cpu(getpid()) - sample_cpu(r->stub) -
	    (load ? sample_cpu(load) : 0) - sample_cpu(less[0]);
	return 0;
}

/* Cores that neither we nor ours used between two samples: other programs, and the host. */
static double
others_between(const struct run *r, const struct sample *a, const struct sample *b)
{
	double cores = (double)(b->others - a->others + b->stolen - a->stolen) / (double)(b->at - a->at);

	return cores < 0 || !r->postmaster ? 0 : cores;
}

/* --- the limit --- */

int
run_limit(const struct run *r, const char *owner, struct limit_row *out, struct error *why)
{
	struct run alone = *r;
	struct sample a, b;
	struct limit *l;
	int64_t first, n = 0;
	int done = -1;

	alone.node = 0;
	*out = (struct limit_row){ .connections = LIMIT_CONNECTIONS, .batch = LIMIT_BATCH };
	l = limit_start(owner, LIMIT_CONNECTIONS, LIMIT_BATCH, why);
	if (!l)
		return -1;
	if (wait_until(clock_monotonic() + r->warm_us, why) == 0 && take_sample(&alone, 0, 0, &a, why) == 0) {
		first = limit_count(l);
		done = wait_until(a.at + r->window_us, why);
		n = limit_count(l) - first;
		if (done == 0)
			done = take_sample(&alone, 0, 0, &b, why);
	}
	if (limit_stop(l, why) != 0)
		done = -1;
	if (done != 0 || n == 0)
		return error_set(why, ERROR_BROKEN, "nothing was written");
	out->per_s = (double)n * 1e6 / (double)(b.at - a.at);
	out->cpu_postgresql = r->postmaster ? (double)(b.postgresql - a.postgresql) / 1000 / (double)n : -1;
	out->log_kb = (double)(b.database.log - a.database.log) / 1024 / (double)n;
	out->others = others_between(r, &a, &b);
	return 0;
}

/* --- a row --- */

static int
read_whole(int fd, void *into, size_t size, int ms, struct error *why)
{
	int64_t until = clock_monotonic() + (int64_t)ms * 1000;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t have = 0;

	while (have < size && clock_monotonic() < until) {
		ssize_t n;

		if (child_told_to_stop())
			return error_set(why, ERROR_TEMPORARY, "stopped");
		if (poll(&p, 1, 100) <= 0)
			continue;
		n = read(fd, (char *)into + have, size - have);
		if (n <= 0 && !(n < 0 && errno == EINTR))
			return error_set(why, ERROR_BROKEN, "the load generator has ended");
		have += n > 0 ? (size_t)n : 0;
	}
	return have == size ? 0 : error_set(why, ERROR_BROKEN, "the load generator does not answer");
}

static pid_t
start_load(const struct run *r, int in_flight, double rate, int *from, struct error *why)
{
	struct load_plan plan = { .port = r->port, .token = r->token, .nonce = r->nonce, .body = r->body,
		.length = r->length, .serial = r->serial, .first = r->numbers, .in_flight = in_flight,
		.rate = rate, .warm_us = r->warm_us, .window_us = r->window_us, .database = r->database,
		.ring = r->ring, .leave = r->leave };
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_set(why, ERROR_TEMPORARY, "no pipe: %s", strerror(errno));
	pid = child_fork("yijianshi load", why);
	if (pid == 0)
		_exit(load_run(&plan, ends[1]));
	close(ends[1]);
	if (pid < 0)
		close(ends[0]);
	else
		*from = ends[0];
	return pid;
}

static void
fill_row(const struct run *r, const struct sample *a, const struct sample *b, struct row *out)
{
	double n = out->load.finished > 0 ? (double)out->load.finished : 1;
	double us = (double)(b->at - a->at);
	/* figures were taken a moment beside the window's ends: bring them to its length */
	double scale = (double)r->window_us / us / n;

	out->per_s = (double)out->load.finished * 1e6 / (double)r->window_us;
	out->cpu_ours = (double)(b->node - a->node) / 1000 * scale;
	out->cpu_postgresql = r->postmaster ? (double)(b->postgresql - a->postgresql) / 1000 * scale : -1;
	out->commits = (double)(b->database.commits - a->database.commits) * scale;
	out->log_kb = (double)(b->database.log - a->database.log) / 1024 * scale;
	out->images_kb = (double)(b->database.images - a->database.images) * PAGE_KB * scale;
	out->mean_group = b->groups > a->groups ? (double)(b->steps - a->steps) / (double)(b->groups - a->groups) : 0;
	out->memory_mb = (double)sample_memory(r->node) / 1024;
	out->others = others_between(r, a, b);
	out->others_per_s = (double)(b->answered - a->answered) * 1e6 / us;
	out->idle = (double)sysconf(_SC_NPROCESSORS_ONLN) - (double)(b->busy - a->busy + b->stolen - a->stolen) / us;
	if (out->idle < 0)
		out->idle = 0;
}

static int
measure_window(struct run *r, pid_t load, int from, struct row *out, struct error *why)
{
	struct load_ready ready;
	struct sample a, b;

	if (read_whole(from, &ready, sizeof ready, RESULT_MS, why) != 0 ||
	    wait_until(ready.begin, why) != 0)
		return -1;
	if (take_sample(r, load, ready.backend, &a, why) != 0)
		return -1;
	if (r->checkpoint && r->may && measure_checkpoint(r->may, why) != 0)
		return -1;
	if (wait_until(ready.end, why) != 0 || take_sample(r, load, ready.backend, &b, why) != 0 ||
	    read_whole(from, &out->load, sizeof out->load, RESULT_MS, why) != 0)
		return -1;
	r->numbers += out->load.numbers;
	fill_row(r, &a, &b, out);
	return 0;
}

int
run_row(struct run *r, int in_flight, double rate, struct row *out, struct error *why)
{
	int from = -1, status, done;
	pid_t load;

	memset(out, 0, sizeof *out);
	out->in_flight = rate > 0 ? 0 : in_flight;
	out->rate = rate;
	load = start_load(r, in_flight, rate, &from, why);
	if (load < 0)
		return -1;
	done = measure_window(r, load, from, out, why);
	close(from);
	if (!child_ended(load, &status))
		child_stop(load, STOP_MS);
	return done;
}
