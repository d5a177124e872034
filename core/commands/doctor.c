/* `yijianshi doctor`: what is configured and whether it answers. */
#include "commands/command.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "flows/base.h"
#include "flows/catalog.h"
#include "flows/connectors.h"
#include "flows/department.h"
#include "flows/heads.h"
#include "flows/removal.h"
#include "flows/strangers.h"
#include "print/sheet.h"
#include "rules/calendar.h"
#include "store/approval.h"

enum { EVENTS = 256, CLOCK_APART_S = 5, ANSWER_MS = 3000 };

static int
say(bool good, const char *name, const char *text)
{
	printf("%-5s %-24s %s\n", good ? "ok" : "BAD", name, text);
	return good ? 0 : 1;
}

static int
check_clock(struct store *s)
{
	struct error why = { 0 };
	char text[160];
	int64_t now, apart;

	if (store_now(s, &now, &why) != 0)
		return say(false, "clock", why.text);
	apart = (now - clock_now()) / US_PER_SECOND;
	snprintf(text, sizeof text, "%lld s apart from the database's clock", (long long)apart);
	return say(apart <= CLOCK_APART_S && apart >= -CLOCK_APART_S, "clock", text);
}

static int
check_calendar(void)
{
	int year, month, day;
	char text[160];

	clock_split(clock_day(clock_now()), &year, &month, &day);
	snprintf(text, sizeof text, "working days of %d are %s; of %d %s", year,
	    calendar_knows(year) ? "known" : "NOT known: no dates can be promised", year + 1,
	    calendar_knows(year + 1) ? "known" : "not yet known");
	return say(calendar_knows(year), "calendar", text);
}

static int
check_strangers(const struct base *base)
{
	struct error why = { 0 };
	char text[200];

	if (strangers_tell(base->store, base->seal, text, sizeof text, &why) != 0)
		return say(false, "strangers", why.text);
	return say(true, "strangers", text);
}

static int
check_heads(const struct conf *conf)
{
	char text[320];
	bool good = heads_tell(conf, text, sizeof text);

	return say(good, "heads", text);
}

/* How many of them are not in force yet? -1: who knows. */
static int
events_waiting(const struct event *const *events, size_t n, struct store *s, struct error *why)
{
	struct store_standing standing;
	int waiting = 0;

	for (size_t i = 0; i < n; i++) {
		if (store_approval_standing(s, events[i]->version, events[i]->id, &standing, why) != 0)
			return -1;
		waiting += !standing.published || memcmp(standing.in_force, events[i]->version, sizeof standing.in_force) != 0;
	}
	return waiting;
}

/* How many files say what is not in force yet, or are gone while it is? -1: who knows. */
static int
count_waiting(struct catalog *files, const json_t *connectors, struct store *s, struct error *why)
{
	const struct event *events[EVENTS];
	size_t n = catalog_list(files, events, EVENTS);
	int changed = connectors_waiting(s, connectors, why), edited = changed < 0 ? -1 : events_waiting(events, n, s, why);
	int gone = edited < 0 ? -1 : removals_count(s, events, n, connectors, why);

	return gone < 0 ? -1 : changed + edited + gone;
}

static int
check_four_eyes(const struct conf *conf, struct store *s)
{
	struct catalog_places places = catalog_places(conf);
	struct error why = { 0 };
	json_t *connectors = NULL;
	struct catalog *files;
	char text[160];
	int waiting = -1;

	if (!places.four_eyes)
		return say(true, "four eyes", "not asked for: what files say is in force when it is read");
	files = catalog_open(&places, NULL, &connectors, &why);
	if (files)
		waiting = count_waiting(files, connectors, s, &why);
	json_decref(connectors);
	catalog_close(files);
	snprintf(text, sizeof text, "%d files wait for approval at /versions; what was in force stays", waiting);
	return say(waiting >= 0, "four eyes", waiting < 0 ? why.text : waiting ? text : "what the files say is in force");
}

static int
check_database(const struct conf *conf)
{
	struct error why = { 0 };
	struct base base;
	int bad = 0;

	if (base_open(&base, conf, 0, &why) != 0) {
		bad = say(false, "database", why.text);
	} else {
		bad += say(true, "database", "answers, its schema is this program's");
		base.seal = seal_open(conf_text(conf, "key_file"), &why);
		if (base.seal) {
			bool fresh;
			bool fits = store_fingerprint(base.store, seal_fingerprint(base.seal), &fresh, &why) == 0;

			bad += say(fits, "key", fits ? "opens this database's data" : why.text);
			bad += fits ? check_strangers(&base) : 0;
			bad += check_heads(conf);
		} else {
			bad += say(false, "key", why.text);
		}
		bad += check_clock(base.store);
		bad += check_four_eyes(conf, base.store);
	}
	base_close(&base);
	return bad;
}

/* Any HTTP answer will do: it shows that somebody listens there. */
static int
check_department(struct outcall *out, const struct department *d)
{
	struct outcall_request q = { .method = "GET", .url = d->url, .body = "", .allow = &d->allow,
		.timeout_ms = ANSWER_MS };
	struct outcall_done done;
	struct error why = { 0 };
	char text[160];
	int bad;

	if (d->connector.desk)
		return say(true, d->id, "a desk: its clerks answer in our own pages");
	if (!d->url)
		return say(false, d->id, "not configured: set department.<id>.url and .secret_file");
	if (outcall_start(out, &q, &why) != 0)
		return say(false, d->id, why.text);
	while (!outcall_next(out, &done))
		outcall_wait(out, NULL, 0, ANSWER_MS);
	if (done.answer.status)
		snprintf(text, sizeof text, "answers after %lld ms", (long long)(done.took_us / 1000));
	else
		snprintf(text, sizeof text, "no answer: %s", done.problem ? done.problem : "unknown");
	bad = say(done.answer.status != 0, d->id, text);
	outcall_release(out, done.call);
	return bad;
}

static int
check_files(const struct conf *conf)
{
	struct catalog_places places = catalog_places(conf);
	struct outcall_limits limits = { .in_flight = 1, .endpoints = 1 };
	struct departments departments = { 0 };
	struct error why = { 0 };
	json_t *connectors = NULL;
	struct catalog *catalog = catalog_open(&places, NULL, &connectors, &why);
	struct outcall *out;
	int bad;

	if (!catalog)
		return say(false, "files", why.text);
	bad = say(true, "files", "events and connectors pass");
	out = outcall_new(&limits, &why);
	if (!out || departments_open(&departments, connectors, conf, &why) != 0)
		bad += say(false, "departments", why.text);
	for (size_t i = 0; out && why.kind == ERROR_NONE && i < departments.n; i++)
		bad += check_department(out, &departments.list[i]);
	outcall_free(out);
	departments_close(&departments);
	json_decref(connectors);
	catalog_close(catalog);
	return bad;
}

/* Receipts are printed with the fonts of this machine. */
static int
check_fonts(void)
{
	struct error why = { 0 };
	bool good = sheet_has_fonts(sheet_probe, &why) == 0;

	return say(good, "fonts", good ? "print Chinese, rare characters of names too" : why.text);
}

int
command_doctor(const struct command_context *c, int argc, char **argv)
{
	int bad;

	(void)argv;
	if (argc != 1)
		return command_usage(COMMAND_DOCTOR);
	bad = check_database(c->conf);
	bad += check_calendar();
	bad += check_fonts();
	bad += check_files(c->conf);
	return bad > 0;
}
