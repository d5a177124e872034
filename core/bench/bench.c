#include "bench/bench.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include "bench/child.h"
#include "bench/place.h"
#include "bench/report.h"
#include "bench/sample.h"
#include "bench/stub.h"
#include "bench/wire.h"
#include "store/store.h"

enum { ROWS = 16, READY_MS = 60000, STOP_MS = 30000, IN_FLIGHT_MOST = 512, SECONDS_MOST = 3600 };

struct options {
	int in_flight[ROWS], n;
	double seconds, warm_up, rate;
	bool percent;               /* the rate is one of what the closed loop reached */
	bool checkpoint, limit, help;
	const char *database, *dir;
};

struct sitting { /* all that one run starts */
	const struct conf *conf;
	const struct options *o;
	bool json;
	struct place place;
	struct store_private *private;
	char *service, *owner;      /* libpq strings; owner NULL: not known */
	int stub_socket, stub_port;
	struct run run;
	struct durability durability;
	struct limit_row limit_figures;
	const struct limit_row *limit;
	char token[128], nonce[24], last[128];
	char *body;
};

static int
help(FILE *to)
{
	fputs("usage: yijianshi bench [--in-flight N,N...] [--seconds S] [--warm-up S] [--rate R|P%]\n"
	    "                       [--database CONNINFO] [--dir DIR] [--checkpoint] [--no-limit] [--json]\n\n"
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
	    "  --no-limit       do not measure what PostgreSQL alone takes\n\n"
	    "PostgreSQL does not run as root: with its private one run this as an ordinary user,\n"
	    "    runuser -u yijianshi -- ./yijianshi bench\n", to);
	return to == stdout ? 0 : 2;
}

/* --- options --- */

static int
read_list(const char *text, struct options *o)
{
	for (o->n = 0; *text;) {
		char *end;
		long n = strtol(text, &end, 10);

		if (end == text || n < 1 || n > IN_FLIGHT_MOST || o->n == ROWS || (*end && *end != ','))
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
	if (strcmp(name, "--database") == 0)
		o->database = value;
	else if (strcmp(name, "--dir") == 0)
		o->dir = value;
	else
		return -1;
	return 0;
}

static int
read_options(struct options *o, int argc, char **argv)
{
	*o = (struct options){ .in_flight = { 1, 64, 256 }, .n = 3, .seconds = 10, .warm_up = 3, .limit = true,
		.database = "" };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			o->help = true;
		else if (strcmp(argv[i], "--checkpoint") == 0)
			o->checkpoint = true;
		else if (strcmp(argv[i], "--no-limit") == 0)
			o->limit = false;
		else if (i + 1 < argc && read_option(o, argv[i], argv[i + 1]) == 0)
			i++;
		else
			return -1;
	}
	return 0;
}

/* --- the database --- */

/* Settings from the environment are for real nodes, not for the one that is measured. */
static void
forget_environment(void)
{
	extern char **environ;
	char name[128];

	for (char **e = environ; *e;) {
		size_t n = strcspn(*e, "=");

		if (strncmp(*e, "YIJIANSHI_", 10) == 0 && n < sizeof name) {
			memcpy(name, *e, n);
			name[n] = '\0';
			unsetenv(name);
			e = environ;
		} else {
			e++;
		}
	}
}

static int
open_database(struct sitting *s, struct error *why)
{
	const char *owner = conf_text(s->conf, "database_owner");

	if (*s->o->database) {
		s->service = strdup(s->o->database);
		s->owner = *owner ? strdup(owner) : NULL;
	} else {
		s->private = store_private_start(s->place.dir, &s->service, &s->owner, why);
		if (!s->private)
			return -1;
	}
	if (!s->service)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	s->run.database = s->service;
	s->run.m = measure_open(s->service, NULL, why);
	if (!s->run.m || report_durability(s->run.m, &s->durability, why) != 0)
		return -1;
	if (measure_local(s->run.m))
		s->run.postmaster = sample_parent(measure_backend(s->run.m), "postgres");
	if (s->o->checkpoint)
		s->run.may = measure_open(s->service, s->private ? "postgres" : NULL, why);
	return s->o->checkpoint && !s->run.may ? -1 : 0;
}

/* A database of others may not let us make tables: then there is no limit to compare with. */
static int
measure_limit(struct sitting *s, struct error *why)
{
	struct error told = { 0 };

	if (!s->o->limit)
		return 0;
	if (run_limit(&s->run, s->owner ? s->owner : s->service, &s->limit_figures, &told) == 0)
		s->limit = &s->limit_figures;
	else if (s->private || child_told_to_stop())
		return error_set(why, told.kind, "the limit: %s", told.text);
	else
		fprintf(stderr, "the limit was not measured: %s\n", told.text);
	return 0;
}

/* --- the node --- */

static int
command(struct sitting *s, char *const argv[], struct text *out, struct error *why)
{
	int code = child_run(argv, s->place.log, out, why);

	if (code == 0)
		return 0;
	return code < 0 ? -1 : error_set(why, ERROR_BROKEN, "yijianshi %s failed, see %s", argv[0], s->place.log);
}

/* The person whose forms are filed; ours again when the folder is used again. */
static int
make_account(struct sitting *s, struct error *why)
{
	char settings[sizeof s->place.settings];
	char *add[] = { "account", "add", "bench", "--role", "citizen", "--id-number", "330111199503120023",
		"--full-name", "李秀兰", "--config", settings, NULL };
	char *token[] = { "account", "token", "bench", "--config", settings, NULL };
	struct text out;
	int done;

	memcpy(settings, s->place.settings, sizeof settings);
	text_init(&out, 1 << 16);
	done = command(s, add, &out, why);
	text_clear(&out);
	if (done == 0)
		done = command(s, token, &out, why);
	if (done == 0 && out.data && out.length < sizeof s->token) {
		memcpy(s->token, out.data, out.length + 1);
		s->token[strcspn(s->token, "\n")] = '\0';
		s->run.token = s->token;
	} else if (done == 0) {
		done = error_set(why, ERROR_BROKEN, "yijianshi account token gave no token");
	}
	text_free(&out);
	return done;
}

static int
await_node(struct sitting *s, struct error *why)
{
	int64_t until = clock_monotonic() + READY_MS * INT64_C(1000);
	struct text out;
	int status;

	text_init(&out, 4096);
	while (clock_monotonic() < until && !child_told_to_stop()) {
		struct error ignored = { 0 };

		if (wire_get(s->run.port, "/readyz", &out, &ignored) == 0) {
			text_free(&out);
			return 0;
		}
		if (child_ended(s->run.node, &status)) {
			s->run.node = 0;
			break;
		}
		poll(NULL, 0, 10);
	}
	text_free(&out);
	return error_set(why, ERROR_BROKEN, "the node did not get ready, see %s", s->place.log);
}

static int
start_node(struct sitting *s, struct error *why)
{
	char settings[sizeof s->place.settings];
	char *serve[] = { "serve", "--config", settings, NULL };
	char key[PATH_MAX + 8];
	const char *theirs = conf_text(s->conf, "key_file");
	struct place_settings p = { .stub_port = s->stub_port, .database = s->o->database,
		.owner = s->owner ? s->owner : "", .key_file = key, .scripts = conf_text(s->conf, "scripts_dir") };

	snprintf(key, sizeof key, "%s/key", s->place.dir);
	if (*s->o->database && access(theirs, R_OK) == 0)
		p.key_file = theirs;
	memcpy(settings, s->place.settings, sizeof settings);
	p.port = s->run.port = wire_free_port(why);
	if (p.port < 0 || place_write(&s->place, &p, why) != 0 || make_account(s, why) != 0)
		return -1;
	s->run.node = child_start(serve, s->place.log, why);
	if (s->run.node < 0) {
		s->run.node = 0;
		return -1;
	}
	return await_node(s, why);
}

/* --- what is filed, as the node's own guide shows it --- */

static bool
is_needed(const json_t *items, const char *id)
{
	const json_t *item, *need;
	size_t i, k;

	json_array_foreach(items, i, item)
		json_array_foreach(json_object_get(item, "needs"), k, need)
			if (json_string_value(need) && strcmp(json_string_value(need), id) == 0)
				return true;
	return false;
}

/* The item that no other waits for is the last of each application. */
static int
find_last(struct sitting *s, const json_t *guide, struct error *why)
{
	const json_t *items = json_object_get(guide, "items"), *item;
	size_t i;

	json_array_foreach(items, i, item) {
		const char *id = json_text(item, "id"), *department = json_text(item, "department");
		const char *call = json_text(item, "call"), *dot = call ? strchr(call, '.') : NULL;

		if (!id || !department || !call || is_needed(items, id))
			continue;
		snprintf(s->last, sizeof s->last, "/%s/%s", department, dot ? dot + 1 : call);
	}
	return s->last[0] ? 0 : error_set(why, ERROR_BROKEN, "the guide of nine tells no last item");
}

/* The example form of the guide; each application gets a record number of its own, for an event is
 * handled once for it. */
static int
make_body(struct sitting *s, const json_t *guide, struct error *why)
{
	json_t *form = json_deep_copy(json_array_get(json_object_get(json_object_get(guide, "form"), "examples"), 0));
	char record[160], *at;
	json_t *body;

	snprintf(s->nonce, sizeof s->nonce, "%llx", (unsigned long long)clock_now());
	snprintf(record, sizeof record, "FM%s-@@@@@@@@@@-330111-OBS2-NATURAL-SINGLE-LIVE-新生儿疾病筛查已采血", s->nonce);
	if (form && json_object_get(form, "form")) {
		json_t *inner = json_incref(json_object_get(form, "form"));

		json_decref(form);
		form = inner;
	}
	json_object_set_new(form, "record_no", json_string(record));
	body = form ? json_pack("{s:s, s:o}", "event", "nine", "form", form) : NULL;
	s->body = body ? json_canonical_string(body) : NULL;
	json_decref(body);
	at = s->body ? strstr(s->body, "@@@@@@@@@@") : NULL;
	if (!at)
		return error_set(why, ERROR_BROKEN, "the guide of nine has no example form");
	s->run.nonce = s->nonce;
	s->run.body = s->body;
	s->run.length = strlen(s->body);
	s->run.serial = (size_t)(at - s->body);
	return 0;
}

static int
read_guide(struct sitting *s, struct error *why)
{
	struct text t;
	json_t *guide = NULL;
	int done;

	text_init(&t, 8 << 20);
	done = wire_get(s->run.port, "/api/v1/events/nine", &t, why);
	if (done == 0)
		guide = json_read(t.data, t.length, 8 << 20, why);
	text_free(&t);
	if (!guide)
		return -1;
	done = find_last(s, guide, why);
	if (done == 0)
		done = make_body(s, guide, why);
	json_decref(guide);
	return done;
}

static int
start_stub(struct sitting *s, struct error *why)
{
	pid_t pid = child_fork("yijianshi stub", why);

	if (pid == 0)
		_exit(stub_run(s->stub_socket, s->last, s->run.ring));
	s->run.stub = pid > 0 ? pid : 0;
	return pid > 0 ? 0 : -1;
}

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

/* --- all of it --- */

static int
prepare(struct sitting *s, struct error *why)
{
	s->run.ring = ring_new();
	if (!s->run.ring)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	s->run.warm_us = (int64_t)(s->o->warm_up * 1e6);
	s->run.window_us = (int64_t)(s->o->seconds * 1e6);
	s->run.checkpoint = s->o->checkpoint;
	if (place_open(&s->place, s->o->dir, s->conf, why) != 0)
		return -1;
	s->stub_socket = wire_listen(&s->stub_port, why);
	if (s->stub_socket < 0 || open_database(s, why) != 0 || measure_limit(s, why) != 0)
		return -1;
	return start_node(s, why) != 0 || read_guide(s, why) != 0 ? -1 : start_stub(s, why);
}

static int
stop_node(struct sitting *s, struct error *why)
{
	pid_t node = s->run.node;

	s->run.node = 0;
	if (node && child_stop(node, STOP_MS) != 0)
		return error_set(why, ERROR_BROKEN, "the node did not end as it should, see %s", s->place.log);
	return 0;
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

static void
finish(struct sitting *s)
{
	struct error ignored = { 0 };

	if (stop_node(s, &ignored) != 0)
		fprintf(stderr, "yijianshi: %s\n", ignored.text);
	child_stop(s->run.stub, STOP_MS);
	measure_close(s->run.m);
	measure_close(s->run.may);
	store_private_stop(s->private);
	if (s->stub_socket >= 0)
		close(s->stub_socket);
	ring_free(s->run.ring);
	place_close(&s->place);
	free(s->service);
	free(s->owner);
	free(s->body);
}

static int
measure_all(struct sitting *s)
{
	struct error why = { 0 };
	int rows = -1, verified = -1;

	if (prepare(s, &why) == 0)
		rows = all_rows(s, &why);
	if (rows >= 0 && stop_node(s, &why) == 0)
		verified = verify(s, &why);
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

	if (read_options(&o, argc, argv) != 0)
		return help(stderr);
	if (o.help)
		return help(stdout);
	if (geteuid() == 0 && !*o.database) {
		fprintf(stderr, "yijianshi: PostgreSQL does not run as root: run this as an ordinary user "
		    "(runuser -u yijianshi -- ./yijianshi bench), or give --database\n");
		return 2;
	}
	log_set_level("warning");
	forget_environment();
	child_mind_signals();
	code = measure_all(&s);
	finish(&s);
	return code;
}
