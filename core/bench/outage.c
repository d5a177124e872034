#include "bench/outage.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "bench/child.h"
#include "bench/sample.h"

enum { LOOK_MS = 5 };
static const int64_t drain_most = 120 * US_PER_SECOND;

struct phase { /* one window, and what the node held at its end */
	struct row row;
	int threads, descriptors;
	double memory_mb;
};

struct drain { long backlog, left; double seconds; };

static int
measure(struct sitting *s, int fault, struct phase *p, struct error *why)
{
	atomic_store(&s->run.ring->fault, fault);
	s->run.leave = fault != RING_WELL;
	if (run_row(&s->run, 0, s->o->rate, &p->row, why) != 0)
		return -1;
	p->threads = sample_entries(s->run.node, "task");
	p->descriptors = sample_entries(s->run.node, "fd");
	p->memory_mb = (double)sample_memory(s->run.node) / 1024;
	return 0;
}

static int
running(struct sitting *s, long *n, struct error *why)
{
	if (child_told_to_stop())
		return error_set(why, ERROR_TEMPORARY, "stopped");
	poll(NULL, 0, LOOK_MS);
	return run_figure(&s->run, "yijianshi_applications_running", n, why);
}

/* It is back; from its first answer on until nothing is left. */
static int
drain(struct sitting *s, struct drain *d, struct error *why)
{
	struct ring *ring = s->run.ring;
	uint64_t before = atomic_load(&ring->faulty);
	int64_t until = clock_monotonic() + drain_most, first = 0;

	if (running(s, &d->backlog, why) != 0)
		return -1;
	atomic_store(&ring->fault, RING_WELL);
	do {
		if (running(s, &d->left, why) != 0)
			return -1;
		if (!first && (atomic_load(&ring->faulty) > before || d->left == 0))
			first = clock_monotonic();
	} while (d->left > 0 && clock_monotonic() < until);
	d->seconds = first ? (double)(clock_monotonic() - first) / 1e6 : 0;
	return 0;
}

static json_t *
phase_json(const struct phase *p)
{
	return json_pack("{s:f, s:f, s:i, s:i, s:i, s:f, s:f}", "intake_p99_ms", (double)p->row.load.intake.p99 / 1000,
	    "others_calls_per_s", p->row.others_per_s, "filed", (int)p->row.load.filed, "threads", p->threads,
	    "descriptors", p->descriptors, "rss_mb", p->memory_mb, "other_cores", p->row.others);
}

static void
tell(const struct sitting *s, const struct phase *well, const struct phase *ill, const struct drain *d, double times)
{
	json_t *o;

	if (!s->json) {
		printf("\n%s away: intake p99 %.2f -> %.2f ms, calls of the others %.0f -> %.0f /s; threads %d -> %d, "
		    "descriptors %d -> %d, memory %.1f -> %.1f MB\nback: %ld applications finished in %.2f s, %.1f times as "
		    "fast as they had come; %ld left\n", s->o->ailing, (double)well->row.load.intake.p99 / 1000,
		    (double)ill->row.load.intake.p99 / 1000, well->row.others_per_s, ill->row.others_per_s, well->threads,
		    ill->threads, well->descriptors, ill->descriptors, well->memory_mb, ill->memory_mb, d->backlog - d->left,
		    d->seconds, times, d->left);
		return;
	}
	o = json_pack("{s:s, s:f, s:o, s:o, s:i, s:i, s:f, s:f}", "away", s->o->ailing, "rate", s->o->rate, "well",
	    phase_json(well), "ill", phase_json(ill), "backlog", (int)d->backlog, "left", (int)d->left, "drain_s",
	    d->seconds, "drain_times", times);
	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(o);
}

int
outage_run(struct sitting *s, struct error *why)
{
	struct phase well, ill;
	struct drain d = { 0 };
	double times;

	if (measure(s, RING_WELL, &well, why) != 0 || measure(s, s->o->fault, &ill, why) != 0 || drain(s, &d, why) != 0)
		return -1;
	report_doubts(&well.row);
	report_doubts(&ill.row);
	times = d.seconds > 0 ? (double)(d.backlog - d.left) / d.seconds / s->o->rate : 0;
	tell(s, &well, &ill, &d, times);
	return well.row.load.failed + ill.row.load.failed + well.row.load.lost + d.left > 0;
}
