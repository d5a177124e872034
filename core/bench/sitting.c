#include "bench/sitting.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "bench/child.h"
#include "bench/filer.h"
#include "bench/sample.h"
#include "bench/stub.h"
#include "bench/wire.h"

enum { READY_MS = 60000, STOP_MS = 30000, LOG_FILES = 60 };

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

/* A private database is new, and so is its log; one of others is as it is. */
static bool
wants_log(const struct sitting *s)
{
	return s->private && !s->o->fresh_log;
}

/* Enough of the log's files for all windows: two for a second, as many at most as it keeps. */
static int
fill_log(struct sitting *s, struct error *why)
{
	int rows = s->o->n * (s->o->rate ? 2 : 1);
	double files = 4 + 2 * rows * (s->o->seconds + s->o->warm_up);

	if (!wants_log(s))
		return 0;
	s->run.log_files = files < LOG_FILES ? (int)files : LOG_FILES;
	return measure_fill_log(s->run.may, s->run.log_files, why);
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
	if (s->o->checkpoint || wants_log(s))
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

/* The months before, if they are to be measured with. */
static int
make_past(struct sitting *s, struct error *why)
{
	char settings[sizeof s->place.settings], n[32];
	char *past[] = { "past", n, "--event", "nine", "--each", "4", "--config", settings, NULL };
	struct text out;
	int done;

	if (!s->o->past)
		return 0;
	memcpy(settings, s->place.settings, sizeof settings);
	snprintf(n, sizeof n, "%s", s->o->past);
	text_init(&out, 1 << 16);
	done = child_do(past, s->place.log, &out, why);
	if (done == 0)
		fprintf(s->json ? stderr : stdout, "past: %s", out.data ? out.data : "\n");
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
	char key[PATH_MAX + 8], departments[48];
	const char *theirs = conf_text(s->conf, "key_file");
	struct place_settings p = { .departments = departments, .database = s->o->database,
		.owner = s->owner ? s->owner : "", .key_file = key, .scripts = conf_text(s->conf, "scripts_dir") };

	snprintf(key, sizeof key, "%s/key", s->place.dir);
	snprintf(departments, sizeof departments, "http://127.0.0.1:%d", s->stub_port);
	if (*s->o->database && access(theirs, R_OK) == 0)
		p.key_file = theirs;
	memcpy(settings, s->place.settings, sizeof settings);
	p.port = s->run.port = wire_free_port(why);
	if (p.port < 0 || place_write(&s->place, &p, why) != 0 || make_past(s, why) != 0 ||
	    filer_make(&s->place, s->token, sizeof s->token, why) != 0)
		return -1;
	s->run.token = s->token;
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
		_exit(stub_run(s->stub_socket, s->last, *s->o->ailing ? s->o->ailing : NULL, s->run.ring));
	s->run.stub = pid > 0 ? pid : 0;
	return pid > 0 ? 0 : -1;
}

/* --- all of it --- */

int
sitting_open(struct sitting *s, struct error *why)
{
	forget_environment();
	s->run.ring = ring_new();
	if (!s->run.ring)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	s->run.warm_us = (int64_t)(s->o->warm_up * 1e6);
	s->run.window_us = (int64_t)(s->o->seconds * 1e6);
	s->run.checkpoint = s->o->checkpoint;
	if (place_open(&s->place, "nine", s->o->dir, s->conf, why) != 0)
		return -1;
	s->stub_socket = wire_listen(&s->stub_port, why);
	if (s->stub_socket < 0 || open_database(s, why) != 0 || measure_limit(s, why) != 0 || fill_log(s, why) != 0)
		return -1;
	return start_node(s, why) != 0 || read_guide(s, why) != 0 ? -1 : start_stub(s, why);
}

int
sitting_stop_node(struct sitting *s, struct error *why)
{
	pid_t node = s->run.node;

	s->run.node = 0;
	if (node && child_stop(node, STOP_MS) != 0)
		return error_set(why, ERROR_BROKEN, "the node did not end as it should, see %s", s->place.log);
	return 0;
}

void
sitting_close(struct sitting *s)
{
	struct error ignored = { 0 };

	if (sitting_stop_node(s, &ignored) != 0)
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
