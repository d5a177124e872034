/* `yijianshi stats`. */
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "commands/statistics_print.h"
#include "flows/base.h"
#include "flows/statistics.h"

static int
wrong(const char *name, const char *value, const char *cure)
{
	fprintf(stderr, "yijianshi: stats: %s %s: %s\n", name, value, cure);
	return -1;
}

static int
read_day(const char *name, const char *value, int32_t *day)
{
	return clock_parse_day(value, day) ? 0 : wrong(name, value, "give a day as YYYY-MM-DD");
}

static int
read_option(struct statistics_query *q, const char *name, const char *value)
{
	if (strcmp(name, "--event") == 0) {
		q->event = value;
		return 0;
	}
	if (strcmp(name, "--from") == 0)
		return read_day(name, value, &q->from);
	if (strcmp(name, "--to") == 0)
		return read_day(name, value, &q->to);
	if (strcmp(name, "--division") == 0) {
		q->division = (int32_t)atoi(value);
		return strlen(value) == 6 && strspn(value, "0123456789") == 6 ? 0
		    : wrong(name, value, "give the six digits of a division, as 330111");
	}
	if (strcmp(name, "--by") == 0)
		return statistics_by(value, &q->by) == 0 ? 0
		    : wrong(name, value, "give one of day month event division department");
	return wrong(name, value, "there is no such option");
}

static int
read_query(struct statistics_query *q, int argc, char **argv)
{
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			return wrong(argv[i], "", "its value is missing");
		if (read_option(q, argv[i], argv[i + 1]) != 0)
			return -1;
	}
	if (q->from > q->to)
		return wrong("--from", "", "lies after --to: exchange them");
	return 0;
}

/* An event that nobody has ever filed gives an empty table; one that there never was is a mistake. */
static int
check_event(struct store *s, const char *event, struct error *why)
{
	int known = event ? store_event_known(s, event, why) : 1;

	if (known == 0)
		wrong("--event", event, "this database has never known such an event: see `yijianshi check`");
	return known;
}

int
command_stats(const struct command_context *c, int argc, char **argv)
{
	int32_t today = clock_day(clock_now());
	struct statistics_query q = { .from = today - 365, .to = today, .today = today };
	struct error why = { 0 };
	json_t *table = NULL;
	struct base base;
	int known = -1;

	if (read_query(&q, argc, argv) != 0)
		return command_usage(COMMAND_STATS);
	if (base_open(&base, c->conf, 0, &why) == 0)
		known = check_event(base.store, q.event, &why);
	if (known > 0)
		table = statistics_table(base.store, &q, &why);
	base_close(&base);
	if (known == 0)
		return 2;
	if (!table) {
		fprintf(stderr, "yijianshi: %s\n", why.text);
		return 1;
	}
	if (c->json) {
		json_dumpf(table, stdout, JSON_SORT_KEYS | JSON_INDENT(2));
		putchar('\n');
	} else {
		statistics_print(stdout, table);
	}
	json_decref(table);
	return 0;
}
