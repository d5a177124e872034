#include "bench/options.h"

#include <stdlib.h>
#include <string.h>

#include "bench/ring.h"

enum { SECONDS_MOST = 3600 };

int
options_help(FILE *to)
{
	fputs("usage: yijianshi bench [--in-flight N,N...] [--seconds S] [--warm-up S] [--rate R|P%]\n"
	    "                       [--database CONNINFO] [--dir DIR] [--checkpoint] [--fresh-log]\n"
	    "                       [--past N] [--fault DEPARTMENT:KIND] [--no-limit] [--no-verify] [--json]\n\n"
	    "How many applications of nine items (tests/bench/nine.lua) finish each second, nothing switched off.\n\n"
	    "  --in-flight N,N  so many on their way at a time, a row each; 1,64,256\n"
	    "  --seconds S      the window of each row; 10\n"
	    "  --warm-up S      before it; 3\n"
	    "  --rate R         open loop: R applications a second come, however far behind the node is;\n"
	    "                   70%: after each row a second one at that part of what it reached\n"
	    "  --database C     an existing database (libpq string of the service's role; its owner's and the\n"
	    "                   key file as --config says) instead of a private PostgreSQL\n"
	    "  --dir DIR        keep data, settings and logs there, use again what it holds; without it all is\n"
	    "                   in a folder under TMPDIR or /var/tmp that is removed\n"
	    "  --checkpoint     each window begins with a checkpoint\n"
	    "  --fresh-log      a private database makes the files of its log while they are needed, as on its first\n"
	    "                   day; without it they lie ready, as after some days of service\n"
	    "  --no-limit       do not measure what PostgreSQL alone takes\n"
	    "  --no-verify      do not run `verify` at the end: for a --dir with millions of applications, which\n"
	    "                   `yijianshi verify --config DIR/bench.conf` walks some other time\n"
	    "  --past N         with N applications that finished in the months before (`yijianshi past`); they\n"
	    "                   stay in --dir for a further run without it\n"
	    "  --fault D:KIND   with --rate R: a window with all well, one in which the department D (west) is slow (two\n"
	    "                   seconds), hangs or is down; then it is back, and what waited for it goes\n\n"
	    "In a build configured with --enable-bench also, alone: --as-peer, a node under the harness that measures\n"
	    "other engines (core/peer/peer.h).\n\n"
	    "PostgreSQL does not run as root: with its private one run this as an ordinary user,\n"
	    "    runuser -u yijianshi -- ./yijianshi bench\n", to);
	return to == stdout ? 0 : 2;
}

static int
read_list(const char *text, struct options *o)
{
	for (o->n = 0; *text;) {
		char *end;
		long n = strtol(text, &end, 10);

		if (end == text || n < 1 || n > OPTIONS_IN_FLIGHT || o->n == OPTIONS_ROWS || (*end && *end != ','))
			return -1;
		o->in_flight[o->n++] = (int)n;
		if (*end && !end[1])
			return -1;
		text = *end ? end + 1 : end;
	}
	return o->n > 0 ? 0 : -1;
}

static int
read_seconds(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return *end || end == text || !(*out >= 0) || *out > SECONDS_MOST ? -1 : 0;
}

static int
read_rate(const char *text, struct options *o)
{
	char *end;

	o->rate = strtod(text, &end);
	o->percent = *end == '%';
	return end == text || end[o->percent] || !(o->rate > 0) || o->rate > 1e6 ? -1 : 0;
}

static int
read_fault(const char *text, struct options *o)
{
	static const char *const kinds[] = { "", "slow", "hang", "down" };
	const char *colon = strchr(text, ':');

	if (!colon || colon == text || (size_t)(colon - text) >= sizeof o->ailing)
		return -1;
	memcpy(o->ailing, text, (size_t)(colon - text));
	for (int kind = RING_SLOW; kind <= RING_DOWN; kind++)
		if (strcmp(colon + 1, kinds[kind]) == 0)
			o->fault = kind;
	return o->fault ? 0 : -1;
}

static int
read_option(struct options *o, const char *name, const char *value)
{
	if (strcmp(name, "--in-flight") == 0)
		return read_list(value, o);
	if (strcmp(name, "--seconds") == 0)
		return read_seconds(value, &o->seconds) == 0 && o->seconds > 0 ? 0 : -1;
	if (strcmp(name, "--warm-up") == 0)
		return read_seconds(value, &o->warm_up);
	if (strcmp(name, "--rate") == 0)
		return read_rate(value, o);
	if (strcmp(name, "--fault") == 0)
		return read_fault(value, o);
	if (strcmp(name, "--database") == 0)
		o->database = value;
	else if (strcmp(name, "--dir") == 0)
		o->dir = value;
	else if (strcmp(name, "--past") == 0)
		o->past = value;
	else
		return -1;
	return 0;
}

int
options_read(struct options *o, int argc, char **argv)
{
	*o = (struct options){ .in_flight = { 1, 64, 256 }, .n = 3, .seconds = 10, .warm_up = 3, .limit = true,
		.verify = true, .database = "" };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			o->help = true;
		else if (strcmp(argv[i], "--checkpoint") == 0)
			o->checkpoint = true;
		else if (strcmp(argv[i], "--fresh-log") == 0)
			o->fresh_log = true;
		else if (strcmp(argv[i], "--no-limit") == 0)
			o->limit = false;
		else if (strcmp(argv[i], "--no-verify") == 0)
			o->verify = false;
		else if (i + 1 < argc && read_option(o, argv[i], argv[i + 1]) == 0)
			i++;
		else
			return -1;
	}
	return o->fault && (o->rate <= 0 || o->percent) ? -1 : 0;
}
