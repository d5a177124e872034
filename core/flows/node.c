#include "flows/node.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/faults.h"
#include "base/log.h"
#include "flows/account.h"
#include "flows/base.h"
#include "flows/drafts.h"
#include "flows/engine.h"
#include "flows/files.h"
#include "flows/heads.h"
#include "flows/intake.h"
#include "flows/known.h"
#include "flows/lookups.h"
#include "flows/notices.h"
#include "flows/pulse.h"
#include "flows/strangers.h"
#include "flows/uploads.h"
#include "flows/vouch.h"

enum { MONTHS_AHEAD = 3, ATTEMPTS = 20, MINUTE_S = 60 };
#define REQUEST_US (30 * US_PER_SECOND)  /* a whole request, from its first byte */
#define IDLE_US (75 * US_PER_SECOND)     /* a kept connection without one */
#define DRAIN_US (20 * US_PER_SECOND)
#define HOUR_US (3600 * US_PER_SECOND)
#define CLOCK_APART_US US_PER_SECOND     /* more than clocks drift: the database's was set */

int64_t
node_now(const struct node *n)
{
	return clock_monotonic() + atomic_load(&n->clock_offset);
}

/* The answer that came back fastest tells the time best: how long each way took is not known. */
int
node_set_clock(struct node *n, struct store *s, struct error *why)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < 4; i++) {
		int64_t before = clock_monotonic(), now, took;

		if (store_now(s, &now, why) != 0)
			return -1;
		took = clock_monotonic() - before;
		if (took >= best)
			continue;
		best = took;
		atomic_store(&n->clock_offset, now + FAULTS_DATABASE_US - (before + took / 2));
	}
	return 0;
}

bool
node_follow_clock(struct node *n, int64_t asked_at, int64_t now)
{
	int64_t took = clock_monotonic() - asked_at, offset = now + FAULTS_DATABASE_US - (asked_at + took / 2);
	int64_t apart = offset - atomic_load(&n->clock_offset);

	if (llabs(apart) <= took / 2 + CLOCK_APART_US)
		return false;
	atomic_store(&n->clock_offset, offset);
	log_warning("the database's clock was set by %.1f s: all goes by it from now on", (double)apart / US_PER_SECOND);
	return true;
}

void
node_leave(struct node *n)
{
	if (atomic_exchange(&n->ended, true))
		return;
	log_warning("this node's life was ended by others: all that it would write is refused");
	kill(getpid(), SIGTERM);
}

void
node_reread(struct node *n)
{
	if (!atomic_load(&n->draining))
		kill(getpid(), SIGHUP);
}

void
node_write_now(void)
{
	kill(getpid(), SIGALRM);
}

void
node_write_soon(struct node *n)
{
	if (!atomic_exchange(&n->writes_soon, true))
		alarm(MINUTE_S);
}

/* --- HTTP --- */

/* A worker without a connection could answer nothing: it waits for one as long as the node runs. */
static void
worker_start(void *cookie, int worker)
{
	struct node *n = cookie;
	struct error why = { 0 };

	while (!(n->workers[worker] = store_open(n->database, "yijianshi worker", &why)) &&
	    !atomic_load(&n->draining)) {
		log_error("worker %d: %s", worker, why.text);
		error_clear(&why);
		poll(NULL, 0, 1000);
	}
	if (n->workers[worker])
		store_access_chain(n->workers[worker], n->seal, n->slot * NODE_WORKERS + worker);
}

static bool
is_loopback(const char *listen)
{
	return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]", 5) == 0 ||
	    strncmp(listen, "localhost", 9) == 0;
}

static char *
words(void *cookie, struct http_exchange *x, int status, size_t *length)
{
	struct node *n = cookie;

	return n->extension ? n->extension->words(n->more, x, status, length) : NULL;
}

/* One table of the API's routes and the extension's. */
static int
join_routes(struct node *n, struct http_settings *s, struct error *why)
{
	const struct node_routes none = { 0 }, *more = n->extension ? &n->extension->routes : &none;

	n->routes = calloc(n->api->n + more->n, sizeof *n->routes);
	if (!n->routes)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	memcpy(n->routes, n->api->routes, n->api->n * sizeof *n->routes);
	if (more->n)
		memcpy(n->routes + n->api->n, more->routes, more->n * sizeof *n->routes);
	s->routes = n->routes;
	s->n_routes = n->api->n + more->n;
	s->reserved = n->api->reserved;
	return 0;
}

/* Before the first request: how a session's cookie is called hangs on it. */
static int
set_public_url(void *cookie, int port, struct error *why)
{
	struct node *n = cookie;
	const char *url = conf_text(n->conf, "public_url");
	char made[300];
	size_t length;

	if (!*url) { /* the port that was really taken: `listen` may leave it open (0) */
		const char *listen = conf_text(n->conf, "listen"), *colon = strrchr(listen, ':');

		snprintf(made, sizeof made, "http://%.*s:%d", (int)(colon ? colon - listen : 0), listen,
		    port);
		url = made;
	}
	n->public_url = strdup(url);
	if (!n->public_url)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	length = strlen(n->public_url);
	while (length && n->public_url[length - 1] == '/')
		n->public_url[--length] = '\0';
	return 0;
}

static int
open_http(struct node *n, struct error *why)
{
	struct http_settings settings = { .listen = conf_text(n->conf, "listen"),
		.cookie = n, .workers = (int)conf_number(n->conf, "http_workers"), .io_threads = 1,
		.connections = n->room.connections, .connections_per_address = n->room.connections / 2,
		.proxy = conf_text(n->conf, "proxy"), .tls = strncmp(conf_text(n->conf, "public_url"), "https://", 8) == 0,
		.request_us = REQUEST_US, .idle_us = IDLE_US, .bound = set_public_url, .worker_start = worker_start,
		.words = words };

	if (settings.workers > NODE_WORKERS)
		settings.workers = NODE_WORKERS;
	n->n_workers = settings.workers;
	n->loopback = is_loopback(settings.listen);
	if (join_routes(n, &settings, why) != 0)
		return -1;
	n->http = http_start(&settings, why);
	return n->http ? 0 : -1;
}

/* --- start and stop --- */

struct reach { /* what an event's departments are held against */
	const struct conf *conf;
	const json_t *connectors;
	const struct event *event;
};

static int
is_configured(const struct reach *r, const char *department, struct error *why)
{
	if (!department || conf_department_url(r->conf, department) ||
	    department_is_desk(r->connectors, r->conf, department))
		return 0;
	return error_set(why, ERROR_BROKEN, "event %s calls department %s: set department.%s.url and "
	    "department.%s.secret_file, or take the event out of events_dir", r->event->id, department, department,
	    department);
}

/* A look-up wants its answer at once: a desk has only people to give one. */
static int
is_lookup_configured(const struct reach *r, const char *department, struct error *why)
{
	if (department && department_is_desk(r->connectors, r->conf, department))
		return error_set(why, ERROR_BROKEN, "event %s looks something up at department %s, which is a desk: "
		    "it can be asked only where it has an interface", r->event->id, department);
	return is_configured(r, department, why);
}

/* An event whose departments cannot be reached is not put in force: its applications would stand. */
static int
is_reachable(void *conf, const json_t *connectors, const struct event *e, struct error *why)
{
	const struct reach r = { conf, connectors, e };

	for (size_t i = 0; i < e->n_items; i++)
		if (is_configured(&r, e->items[i].department, why) != 0)
			return -1;
	for (size_t i = 0; i < e->n_records; i++)
		if (is_lookup_configured(&r, e->records[i].department, why) != 0)
			return -1;
	for (size_t m = 0; m < e->n_materials; m++)
		for (size_t g = 0; g < e->materials[m].n_get; g++)
			if (is_lookup_configured(&r, e->materials[m].get[g].department, why) != 0)
				return -1;
	return 0;
}

/* The files are read while the database starts: either takes a tenth of a second and more. */
static void
begin_definitions(struct node *n)
{
	n->places = catalog_places(n->conf);
	n->places.accepts = is_reachable;
	n->places.cookie = (void *)(uintptr_t)n->conf;
	n->places.begun = catalog_read_begin(&n->places);
}

static int
open_definitions(struct node *n, struct store *s, struct error *why)
{
	json_t *connectors = NULL;
	int done;

	n->catalog = catalog_open(&n->places, s, &connectors, why);
	n->places.begun = NULL;
	if (!n->catalog)
		return -1;
	done = departments_open(&n->departments, connectors, n->conf, why);
	json_decref(connectors);
	return done;
}

static int
node_open(struct node *n, struct base *base, bool again, struct error *why)
{
	CRASH_POINT("start/definitions");
	n->database = base->service;
	n->seal = base->seal;
	if (room_share(&n->room, why) != 0 || http_can_listen(conf_text(n->conf, "listen"), why) != 0 ||
	    open_definitions(n, base->store, why) != 0 ||
	    node_set_clock(n, base->store, why) != 0 ||
	    store_node_begin(base->store, conf_text(n->conf, "node"), again, &n->incarnation, &n->slot, why) != 0)
		return -1;
	CRASH_POINT("start/life_begun");
	if (n->extension && !(n->more = n->extension->open(n, why)))
		return -1;
	n->known = known_new(n->seal, why);
	n->lookups = n->known ? lookups_start(n, why) : NULL;
	n->vouch = n->lookups ? vouch_start(n, why) : NULL;
	n->notices = notices_new(n);
	n->strangers = strangers_new();
	n->heads = heads_new(n->conf);
	n->engine = n->vouch && n->notices && n->strangers && n->heads ? engine_start(n, why) : NULL;
	CRASH_POINT("start/engine");
	n->intake = n->engine ? intake_start(n, why) : NULL;
	n->pulse = n->intake ? pulse_start(n, why) : NULL;
	if (!n->pulse || open_http(n, why) != 0)
		return -1;
	CRASH_POINT("start/listening");
	return engine_go(n->engine, why);
}

static void
node_close(struct node *n)
{
	atomic_store(&n->draining, true);
	notices_stop(n->notices); /* who listens would be waited for */
	if (n->http) {
		http_drain(n->http, DRAIN_US);
		http_end_work(n->http); /* a worker whom the database keeps waiting hands over to those that end here */
	}
	pulse_stop(n->pulse);
	vouch_stop(n->vouch);
	n->vouch = NULL;
	intake_stop(n->intake);
	engine_stop(n->engine);
	lookups_stop(n->lookups);
	known_free(n->known);
	if (n->http)
		http_stop(n->http);
	for (int i = 0; i < NODE_WORKERS; i++)
		store_close(n->workers[i]);
	if (n->heads)
		heads_write(n);
	heads_free(n->heads);
	notices_free(n->notices);
	strangers_free(n->strangers);
	if (n->extension)
		n->extension->close(n->more);
	departments_close(&n->departments);
	catalog_read_free(n->places.begun);
	catalog_close(n->catalog);
	free(n->routes);
	free(n->public_url);
}

static void
reload(struct node *n, struct store *s)
{
	struct error why = { 0 };
	json_t *connectors = NULL;

	account_forget();
	if (n->extension)
		n->extension->reload(n->more);
	if (!store_alive(s) || catalog_reload(n->catalog, &n->places, s, &connectors, &why) != 0) {
		log_error("what was in force stays: %s", why.kind ? why.text : "no database");
		return;
	}
	CRASH_POINT("publication/handed_over");
	engine_connectors_take(n->engine, connectors);
	log_info("event and connector files read again");
}

/* Room for the coming months, made in time by the owner's role where this node knows it. */
static void
keep_house(const struct base *base)
{
	struct error why = { 0 };
	int64_t strays;

	if (base->owner && store_partitions(base->owner, MONTHS_AHEAD, &why) != 0)
		log_error("partitions for the coming months: %s; run `yijianshi migrate`", why.text);
	error_clear(&why);
	strays = store_alive(base->store) ? store_strays(base->store, &why) : 0;
	if (strays > 0)
		log_error("%lld rows lie outside their month's partition: run `yijianshi migrate`",
		    (long long)strays);
}

/* The private PostgreSQL is ours to keep alive; one that we joined ends with the program that runs it. */
static void
keep_database(const struct base *base)
{
	struct error why = { 0 };

	if (base->private && store_private_keep(base->private, &why) != 0)
		log_error("%s", why.text);
}

/* Till when to wait for a signal: the end of a server that is ours is told by SIGCHLD. */
static struct timespec
patience(const struct base *base)
{
	int ms = base->private ? store_private_patience(base->private) : -1;

	return ms < 0 ? (struct timespec){ 3600, 0 } : (struct timespec){ ms / 1000, ms % 1000 * 1000000L };
}

/* What people left lying; drafts first, their papers are free then. */
static void
sweep(struct node *n, struct store *s)
{
	drafts_sweep(n, s);
	files_sweep(n, s);
	uploads_sweep(n, s);
}

static void
write_noted(struct node *n, struct store *s)
{
	atomic_store(&n->writes_soon, false); /* what is noted from here on asks again */
	strangers_write(n, s);
	heads_write(n);
}

/* Signals are taken here and nowhere else: every thread is started with them blocked. */
static void
wait_for_end(struct node *n, const struct base *base, const sigset_t *set)
{
	int64_t due = clock_monotonic() + HOUR_US;
	int got;

	sweep(n, base->store);
	for (;;) {
		const struct timespec most = patience(base);

		got = sigtimedwait(set, NULL, &most);
		if (got == SIGCHLD || (got < 0 && errno == EAGAIN))
			keep_database(base);
		if (clock_monotonic() >= due) {
			keep_house(base);
			sweep(n, base->store);
			due = clock_monotonic() + HOUR_US;
		}
		if (got == SIGALRM)
			write_noted(n, base->store);
		if (got == SIGHUP) {
			reload(n, base->store);
		} else if (got == SIGTERM || got == SIGINT) {
			log_info("stopping: finishing what is in flight");
			atomic_store(&n->draining, true);
			return;
		}
	}
}

/* What one life needs, and how the last one ended. */
struct serving {
	const struct conf *conf;
	const struct node_routes *api;
	const struct node_extension *extension;
	sigset_t signals;
	bool own_database;
	bool again; /* others had ended the last life */
};

/* Open, serve until told to stop, close. 0 served, or the life was ended by others (s->again), -1 with *why. */
static int
serve(struct serving *s, struct error *why)
{
	struct node n = { .conf = s->conf, .api = s->api, .extension = s->extension };
	struct base base = { 0 };
	int result = -1;

	begin_definitions(&n);
	if (base_open(&base, s->conf, BASE_MIGRATE | BASE_KEY, why) == 0 && node_open(&n, &base, s->again, why) == 0) {
		log_info("ready on %s, node %s, incarnation %d", conf_text(s->conf, "listen"),
		    conf_text(s->conf, "node"), (int)n.incarnation);
		CRASH_POINT("start/ready");
		wait_for_end(&n, &base, &s->signals);
		s->again = atomic_load(&n.ended);
		strangers_write(&n, base.store);
		result = 0;
	}
	s->own_database = base.private != NULL;
	node_close(&n);
	base_close(&base);
	return result;
}

/* The database may be away while we begin: the private one, because we had joined that of a command which was
 * done; any, for a node that already had a life. */
static bool
is_passing(const struct serving *s, const struct error *why)
{
	return (s->own_database || s->again) && (why->kind == ERROR_TEMPORARY || why->kind == ERROR_UNKNOWN);
}

int
node_serve(const struct conf *conf, const struct node_routes *api, const struct node_extension *extension)
{
	struct serving s = { .conf = conf, .api = api, .extension = extension };
	struct error why = { 0 };
	int attempts = 0;

	sigemptyset(&s.signals);
	sigaddset(&s.signals, SIGTERM);
	sigaddset(&s.signals, SIGINT);
	sigaddset(&s.signals, SIGHUP);
	sigaddset(&s.signals, SIGALRM);
	sigaddset(&s.signals, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &s.signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	log_set_level(conf_text(conf, "log_level"));
	for (;;) {
		int done = serve(&s, &why);

		if (done == 0 && !s.again)
			return 0;
		if (done == 0) {
			log_info("beginning a new life");
			attempts = 0;
			continue;
		}
		if (++attempts > ATTEMPTS || !is_passing(&s, &why)) {
			log_error("%s", why.text);
			return 1;
		}
		log_warning("%s: beginning again", why.text);
		error_clear(&why);
	}
}
