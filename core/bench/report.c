#include "bench/report.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define DOUBTFUL_CORES 0.3

int
report_durability(struct measure *m, struct durability *out, struct error *why)
{
	const struct { const char *name; char *into; size_t room; } all[] = {
		{ "server_version", out->version, sizeof out->version },
		{ "fsync", out->fsync, sizeof out->fsync },
		{ "synchronous_commit", out->commit, sizeof out->commit },
		{ "full_page_writes", out->pages, sizeof out->pages },
		{ "wal_sync_method", out->method, sizeof out->method },
		{ "shared_buffers", out->buffers, sizeof out->buffers },
		{ "max_wal_size", out->log_most, sizeof out->log_most },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (measure_setting(m, all[i].name, all[i].into, all[i].room, why) != 0)
			return -1;
	return 0;
}

bool
report_is_durable(const struct durability *d)
{
	return strcmp(d->fsync, "on") == 0 && strcmp(d->commit, "off") != 0 && strcmp(d->pages, "on") == 0;
}

void
report_head(FILE *to, const struct durability *d, const struct limit_row *limit, const struct run *r,
    bool private, bool in_memory)
{
	fprintf(to, "yijianshi bench: nine items an application, %.3g s each after %.3g s of warm-up%s\n",
	    (double)r->window_us / 1e6, (double)r->warm_us / 1e6,
	    r->checkpoint ? ", a checkpoint in each" : "");
	fprintf(to, "PostgreSQL %s (%s): fsync %s, synchronous_commit %s, full_page_writes %s, wal_sync_method %s, "
	    "shared_buffers %s, max_wal_size %s\n", d->version, private ? "private" : "existing", d->fsync,
	    d->commit, d->pages, d->method, d->buffers, d->log_most);
	if (r->log_files > 0)
		fprintf(to, "%d files of its log lie ready, as after some days of service\n", r->log_files);
	if (!report_is_durable(d))
		fprintf(to, "THIS IS NOT DURABLE: what was confirmed may be lost when the power fails\n");
	if (in_memory)
		fprintf(to, "THIS IS NOT DURABLE: the folder is kept in memory; give another with --dir\n");
	if (limit)
		fprintf(to, "limit, libpq alone (%d connections, batches of %d): %.0f/s, PostgreSQL's CPU %.2f ms, "
		    "log %.1f kB an application\n", limit->connections, limit->batch, limit->per_s,
		    limit->cpu_postgresql, limit->log_kb);
	if (limit && limit->others > DOUBTFUL_CORES)
		fprintf(to, "other programs used %.1f cores while the limit was measured: it is too low\n", limit->others);
}

void
report_columns(FILE *to)
{
	fprintf(to, "\n%9s %8s %6s  %-17s %-17s %-15s %8s %8s %7s %7s\n", "in flight", "/s", "limit",
	    "intake ms", "finish ms", "CPU ms", "commits", "log", "memory", "mean");
	fprintf(to, "%9s %8s %6s  %8s %8s %8s %8s %7s %7s %8s %8s %7s %7s\n", "", "", "%", "p50", "p99", "p50",
	    "p99", "ours", "pg", "", "kB", "MB", "group");
	fflush(to);
}

static double
ms(int64_t us)
{
	return (double)us / 1000;
}

void
report_row(FILE *to, const struct row *row, const struct limit_row *limit)
{
	const struct load_result *l = &row->load;
	char in_flight[24];

	if (row->rate > 0)
		snprintf(in_flight, sizeof in_flight, "%.0f/s", row->rate);
	else
		snprintf(in_flight, sizeof in_flight, "%d", row->in_flight);
	fprintf(to, "%9s %8.1f %6.1f  %8.2f %8.2f %8.2f %8.2f %7.3f %7.3f %8.3f %8.2f %7.1f %7.2f\n", in_flight,
	    row->per_s, limit ? row->per_s * 100 / limit->per_s : 0, ms(l->intake.p50), ms(l->intake.p99),
	    ms(l->finish.p50), ms(l->finish.p99), row->cpu_ours, row->cpu_postgresql, row->commits, row->log_kb,
	    row->memory_mb, row->mean_group);
	fflush(to);
}

/* Three digits behind the point are more than the machine is good for. */
static json_t *
number(double value)
{
	return value < 0 ? json_null() : json_real(round(value * 1000) / 1000);
}

static json_t *
latency(const struct tally_figures *f)
{
	return json_pack("{s:o, s:o, s:o}", "p50", number(ms(f->p50)), "p99", number(ms(f->p99)), "max",
	    number(ms(f->most)));
}

int
report_json(FILE *to, const struct row *row, const struct limit_row *limit, const struct durability *d,
    const struct run *r)
{
	const struct load_result *l = &row->load;
	json_t *o = json_object();
	int done;

	if (row->rate > 0) {
		json_object_set_new(o, "in_flight", number(l->in_flight));
		json_object_set_new(o, "rate", number(row->rate));
	} else {
		json_object_set_new(o, "in_flight", json_integer(row->in_flight));
	}
	json_object_set_new(o, "applications_per_s", number(row->per_s));
	json_object_set_new(o, "limit_per_s", limit ? number(limit->per_s) : json_null());
	json_object_set_new(o, "intake_ms", latency(&l->intake));
	json_object_set_new(o, "finish_ms", latency(&l->finish));
	json_object_set_new(o, "seen_ms", latency(&l->seen));
	json_object_set_new(o, "cpu_ms", json_pack("{s:o, s:o}", "ours", number(row->cpu_ours), "postgresql",
	    number(row->cpu_postgresql)));
	json_object_set_new(o, "commits", number(row->commits));
	json_object_set_new(o, "wal_kb", number(row->log_kb));
	json_object_set_new(o, "wal_images_kb", number(row->images_kb));
	json_object_set_new(o, "rss_mb", number(row->memory_mb));
	json_object_set_new(o, "mean_group", number(row->mean_group));
	json_object_set_new(o, "seconds", number((double)r->window_us / 1e6));
	json_object_set_new(o, "filed", json_integer(l->filed));
	json_object_set_new(o, "finished", json_integer(l->finished));
	json_object_set_new(o, "failed", json_integer(l->failed + l->lost));
	json_object_set_new(o, "other_cores", number(row->others));
	json_object_set_new(o, "idle_cores", number(row->idle));
	if (limit)
		json_object_set_new(o, "limit", json_pack("{s:o, s:o, s:o}", "cpu_ms", number(limit->cpu_postgresql),
		    "wal_kb", number(limit->log_kb), "other_cores", number(limit->others)));
	json_object_set_new(o, "durability", json_pack("{s:b, s:s, s:s, s:s, s:s, s:s}", "durable",
	    report_is_durable(d), "fsync", d->fsync, "synchronous_commit", d->commit, "full_page_writes", d->pages,
	    "wal_sync_method", d->method, "server_version", d->version));
	done = json_dumpf(o, to, JSON_COMPACT | JSON_REAL_PRECISION(10));
	fputc('\n', to);
	fflush(to);
	json_decref(o);
	return done;
}

void
report_doubts(const struct row *row)
{
	const struct load_result *l = &row->load;

	if (l->failed > 0)
		fprintf(stderr, "%lld were not accepted, the first with: %.300s\n", (long long)l->failed, l->problem);
	if (l->lost > 0)
		fprintf(stderr, "%lld were accepted and not seen to finish\n", (long long)l->lost);
	if (row->others > DOUBTFUL_CORES)
		fprintf(stderr, "other programs used %.1f cores of this machine meanwhile: these figures are no good\n",
		    row->others);
}
