#include "past/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "flows/base.h"
#include "past/writer.h"
#include "store/past.h"

enum { PROCESSES = 16, SETTLED_DAYS = 120 /* after that long every promise has been kept */, YEAR = 365,
	TELL_SECONDS = 5 };
static const long applications_most = 100000000;

static int
help(FILE *to)
{
	fputs("usage: yijianshi past N --event E [--from D] [--to D] [--each K] [--like FILE.json]\n"
	    "                      [--processes P] [--config FILE]\n\n"
	    "Makes N finished applications of months gone by in the configured database, by the very rules\n"
	    "that serve people: to measure with a past behind one, and to see what a year comes to in `stats`.\n"
	    "Any of them opens through the API; `verify` finds no difference. Never in a database that serves.\n\n"
	    "  --event E      of which event\n"
	    "  --from D       filed evenly from this day on (YYYY-MM-DD); a year before --to, or when the\n"
	    "                 event came into force\n"
	    "  --to D         up to this day; 120 days ago, so that all of them have ended\n"
	    "  --each K       so many are filed by one person; 1\n"
	    "  --like FILE    {\"form\", \"choices\"} to be like, instead of the event's own example; dates may\n"
	    "                 stand as \"today - 3日\"\n"
	    "  --processes P  at a time; 2\n", to);
	return to == stdout ? 0 : 2;
}

static int
wrong(const char *name, const char *value, const char *cure)
{
	fprintf(stderr, "yijianshi: past: %s %s: %s\n", name, value, cure);
	return -1;
}

/* --- what is asked for --- */

static int
read_number(const char *name, const char *value, long most, long *out)
{
	char *end;

	*out = strtol(value, &end, 10);
	return *value && !*end && *out >= 1 && *out <= most ? 0 : wrong(name, value, "give a whole number from 1 on");
}

static int
read_day(const char *name, const char *value, int32_t *day)
{
	return clock_parse_day(value, day) ? 0 : wrong(name, value, "give a day as YYYY-MM-DD");
}

static int
read_like(const char *file, json_t **like)
{
	json_error_t told;

	json_decref(*like);
	*like = json_load_file(file, JSON_REJECT_DUPLICATES, &told);
	return json_is_object(json_object_get(*like, "form")) ? 0
	    : wrong("--like", file, *like ? "it has no member \"form\"" : told.text);
}

static int
read_option(struct past_order *o, const char *name, const char *value)
{
	long n;

	if (strcmp(name, "--event") == 0) {
		o->event = value;
		return 0;
	}
	if (strcmp(name, "--from") == 0)
		return read_day(name, value, &o->from) == 0 ? (o->from_given = true, 0) : -1;
	if (strcmp(name, "--to") == 0)
		return read_day(name, value, &o->to);
	if (strcmp(name, "--each") == 0)
		return read_number(name, value, applications_most, &o->each);
	if (strcmp(name, "--like") == 0)
		return read_like(value, &o->like);
	if (strcmp(name, "--processes") == 0) {
		if (read_number(name, value, PROCESSES, &n) != 0)
			return -1;
		o->processes = (int)n;
		return 0;
	}
	return wrong(name, value, "there is no such option");
}

static int
read_order(struct past_order *o, int argc, char **argv)
{
	*o = (struct past_order){ .each = 1, .processes = 2,
		.to = clock_day(clock_now()) - SETTLED_DAYS };
	if (argc < 2 || read_number("N", argv[1], applications_most, &o->n) != 0)
		return -1;
	for (int i = 2; i < argc; i += 2) {
		if (i + 1 == argc)
			return wrong(argv[i], "", "its value is missing");
		if (read_option(o, argv[i], argv[i + 1]) != 0)
			return -1;
	}
	if (!o->event)
		return wrong("--event", "", "say of which event");
	if (!o->from_given)
		o->from = o->to - YEAR + 1;
	return o->from <= o->to ? 0 : wrong("--from", "", "lies after --to: exchange them");
}

/* --- the processes --- */

static pid_t
start(const struct conf *conf, const struct past_order *order, int process, long *done)
{
	struct error why = { 0 };
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (writer_run(conf, order, process, done, &why) == 0)
		_exit(0);
	fprintf(stderr, "yijianshi: past: %s\n", why.text);
	_exit(1);
}

/* Wait for all; how far they are is told now and then. Whether all went well. */
static bool
wait_for(const struct past_order *o, pid_t *pids, const long *done)
{
	int64_t begun = clock_monotonic(), told = begun;
	int left = o->processes, status;
	bool well = true;

	while (left > 0) {
		const struct timespec nap = { 0, 100000000 };
		int64_t now = clock_monotonic();

		for (int i = 0; i < o->processes; i++) {
			if (pids[i] <= 0 || waitpid(pids[i], &status, WNOHANG) != pids[i])
				continue;
			pids[i] = 0;
			left--;
			well = well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
		}
		if (now - told > TELL_SECONDS * US_PER_SECOND) {
			fprintf(stderr, "%ld of %ld, %.0f/s\n", *done, o->n,
			    (double)*done * 1e6 / (double)(now - begun));
			told = now;
		}
		nanosleep(&nap, NULL);
	}
	printf("%ld applications in %.1f s\n", *done, (double)(clock_monotonic() - begun) / 1e6);
	return well;
}

static int
make(const struct conf *conf, const struct past_order *o)
{
	long *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[PROCESSES] = { 0 };
	bool started = true;

	if (done == MAP_FAILED)
		return -1;
	for (int i = 0; i < o->processes; i++) {
		pids[i] = start(conf, o, i, done);
		started = started && pids[i] > 0;
	}
	return started && wait_for(o, pids, done) ? 0 : -1;
}

/* The months must be there before rows come, and the schema as well; only its owner can make them. */
static int
prepare(struct base *base, const struct conf *conf, const struct past_order *o, struct error *why)
{
	if (base_open(base, conf, BASE_MIGRATE | BASE_KEY, why) != 0)
		return -1;
	if (!base->owner)
		return error_set(why, ERROR_INPUT, "set database_owner: the months of the past get partitions of their own");
	return store_past_partitions(base->owner, o->from, clock_day(clock_now()), why);
}

int
past_main(const struct conf *conf, int argc, char **argv)
{
	struct past_order o;
	struct error why = { 0 };
	struct base base = { 0 };
	int code = 1;

	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		return help(stdout);
	if (read_order(&o, argc, argv) != 0)
		return help(stderr);
	log_set_level("error");
	if (prepare(&base, conf, &o, &why) == 0)
		code = make(conf, &o) == 0 && store_past_settle(base.owner, &why) == 0 ? 0 : 1;
	if (why.kind != ERROR_NONE)
		fprintf(stderr, "yijianshi: past: %s\n", why.text);
	base_close(&base);
	json_decref(o.like);
	return code;
}
