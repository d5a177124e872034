#include "bench/bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "bench/child.h"
#include "bench/outage.h"
#include "bench/sitting.h"

/* --- rows --- */

static int
one_row(struct sitting *s, int in_flight, double rate, struct row *row, struct error *why)
{
	if (run_row(&s->run, in_flight, rate, row, why) != 0)
		return -1;
	report_doubts(row);
	if (s->json)
		return report_json(stdout, row, s->limit, &s->durability, &s->run) == 0 ? 0
		    : error_set(why, ERROR_BROKEN, "stdout takes nothing");
	report_row(stdout, row, s->limit);
	return 0;
}

/* 1 when a row went wrong, which has been told; -1 and *why when there is none. */
static int
all_rows(struct sitting *s, struct error *why)
{
	const struct options *o = s->o;
	struct row row;
	bool bad = false;

	report_head(s->json ? stderr : stdout, &s->durability, s->limit, &s->run, s->private != NULL,
	    s->private && place_in_memory(&s->place));
	if (!s->json)
		report_columns(stdout);
	if (o->fault)
		return outage_run(s, why);
	if (o->rate > 0 && !o->percent) {
		if (one_row(s, 0, o->rate, &row, why) != 0)
			return -1;
		return row.load.failed + row.load.lost > 0;
	}
	for (int i = 0; i < o->n; i++) {
		if (one_row(s, o->in_flight[i], 0, &row, why) != 0)
			return -1;
		bad = bad || row.load.failed + row.load.lost > 0;
		if (!o->percent || row.per_s <= 0)
			continue;
		if (one_row(s, 0, row.per_s * o->rate / 100, &row, why) != 0)
			return -1;
		bad = bad || row.load.failed + row.load.lost > 0;
	}
	return bad;
}

/* Everything was counted and chained as it should: else the figures are worth nothing. */
static int
verify(struct sitting *s, struct error *why)
{
	char settings[sizeof s->place.settings];
	char *verify_it[] = { "verify", "--config", settings, NULL };
	struct text out;
	int code;

	memcpy(settings, s->place.settings, sizeof settings);
	text_init(&out, 1 << 16);
	code = child_run(verify_it, s->place.log, &out, why);
	if (code >= 0)
		fprintf(s->json ? stderr : stdout, "%sverify: %s", s->json ? "" : "\n", out.data ? out.data : "no answer\n");
	text_free(&out);
	return code;
}

static void
show_log(const struct sitting *s)
{
	FILE *f = fopen(s->place.log, "re");
	char line[400];

	if (!f)
		return;
	if (fseek(f, -2000, SEEK_END) == 0 && !fgets(line, sizeof line, f))
		line[0] = '\0';
	while (fgets(line, sizeof line, f))
		fprintf(stderr, "| %s", line);
	fclose(f);
}

static int
measure_all(struct sitting *s)
{
	struct error why = { 0 };
	int rows = -1, verified = -1;

	if (sitting_open(s, &why) == 0)
		rows = all_rows(s, &why);
	if (rows >= 0 && sitting_stop_node(s, &why) == 0)
		verified = s->o->verify ? verify(s, &why) : 0;
	if (why.kind != ERROR_NONE && !child_told_to_stop()) {
		fprintf(stderr, "yijianshi: %s\n", why.text);
		show_log(s);
	}
	return rows == 0 && verified == 0 ? 0 : 1;
}

int
bench_main(const struct conf *conf, bool json, int argc, char **argv)
{
	struct options o;
	struct sitting s = { .conf = conf, .o = &o, .json = json, .stub_socket = -1 };
	int code;

	if (options_read(&o, argc, argv) != 0)
		return options_help(stderr);
	if (o.help)
		return options_help(stdout);
	if (geteuid() == 0 && !*o.database) {
		fprintf(stderr, "yijianshi: PostgreSQL does not run as root: run this as an ordinary user "
		    "(runuser -u yijianshi -- ./yijianshi bench), or give --database\n");
		return 2;
	}
	log_set_level("warning");
	child_mind_signals();
	code = measure_all(&s);
	sitting_close(&s);
	return code;
}
