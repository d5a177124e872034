#include "flows/catalog.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "declared/load.h"
#include "declared/reader.h"
#include "flows/approval.h"
#include "flows/connectors.h"
#include "flows/removal.h"
#include "seal/digest.h"

enum { VERSIONS = 4096, DECLARED_CEILING = 8 << 20 };

struct catalog {
	pthread_mutex_t lock;
	struct event **versions; /* all that were ever loaded, in that order */
	size_t n, room;
	struct events {
		const struct event **list; /* in the order of their ids */
		size_t n;
	} current, proposed; /* proposed: by files, not approved yet */
	json_t *told;        /* likewise: of departments, and what goes with its file (connectors.h, removal.h) */
};

static const struct event *
find(const struct catalog *c, const uint8_t hash[32])
{
	for (size_t i = 0; i < c->n; i++)
		if (memcmp(c->versions[i]->version, hash, 32) == 0)
			return c->versions[i];
	return NULL;
}

/* Keep `event` (taken); an equal version that is there already is returned instead. */
static const struct event *
keep(struct catalog *c, struct event *event, struct error *why)
{
	const struct event *same = find(c, event->version);

	if (same || c->n == VERSIONS) {
		event_free(event);
		if (!same)
			error_set(why, ERROR_BROKEN, "more than %d versions in memory: restart the node", VERSIONS);
		return same;
	}
	if (c->n == c->room) {
		size_t room = c->room ? c->room * 2 : 32;
		struct event **wider = realloc(c->versions, room * sizeof *wider);

		if (!wider) {
			event_free(event);
			error_set(why, ERROR_TEMPORARY, "no memory");
			return NULL;
		}
		c->versions = wider;
		c->room = room;
	}
	c->versions[c->n++] = event;
	return event;
}

static int
by_id(const void *a, const void *b)
{
	const struct event *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

/* The reader's answer -> versions, kept in memory; connectors apart. The number of events, or -1. */
static int
load_all(struct catalog *c, const json_t *files, json_t *connectors, const struct event **events,
    struct error *why)
{
	int n = 0;
	json_t *file;
	size_t i;

	json_array_foreach(files, i, file) {
		const char *kind = json_text(file, "kind");
		struct event *event;

		if (kind && strcmp(kind, "connector") == 0)
			json_array_append(connectors, file);
		if (!kind || strcmp(kind, "event") != 0)
			continue;
		event = event_load(file, why);
		if (!event)
			return -1;
		pthread_mutex_lock(&c->lock);
		events[n] = keep(c, event, why);
		pthread_mutex_unlock(&c->lock);
		if (!events[n++])
			return -1;
	}
	return n;
}

static int
publish(struct store *s, const struct event *event, bool in_force, struct error *why)
{
	char *declared = json_canonical_string(event->declared);
	int done = declared ? store_version_put(s, event->version, event->id, declared, in_force, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");

	free(declared);
	return done;
}

/* What files say on its way into force. */
struct installing {
	struct catalog *c;
	const struct catalog_places *places;
	json_t *connectors, *told;
	struct store *s;
	struct events current, proposed;
	struct removals gone;
};

/* It will be in force, where its departments can be reached. */
static int
take(struct installing *in, const struct event *e, struct error *why)
{
	in->current.list[in->current.n++] = e;
	return in->places->accepts ? in->places->accepts(in->places->cookie, in->connectors, e, why) : 0;
}

/* Of one event: what its file says comes into force, or what was before stays. */
static int
choose(struct installing *in, const struct event *file, struct error *why)
{
	const struct event *e = file;

	if (in->places->four_eyes && in->s && approval_choose(in->c, in->s, file, &e, why) != 0)
		return -1;
	if (e != file)
		in->proposed.list[in->proposed.n++] = file;
	return e ? take(in, e, why) : 0;
}

/* What is in force without a file goes, or stays until that is approved. */
static int
remove_events(struct installing *in, struct error *why)
{
	for (size_t i = 0; i < in->gone.n; i++) {
		const struct store_published *p = &in->gone.list[i];
		const struct event *e;
		uint8_t removal[32];
		bool stays;

		if (removal_department(p->subject))
			continue;
		if (removal_choose(in->s, in->places->four_eyes, p, &stays, removal, why) != 0)
			return -1;
		if (!stays)
			continue;
		e = catalog_version(in->c, in->s, p->version, why);
		if (!e || take(in, e, why) != 0)
			return -1;
		if (json_array_append_new(in->told, removal_tell(p, removal, e->title)) != 0)
			return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	return 0;
}

/* A version is stored before the first application can be on it, and before anybody can approve it. */
static int
publish_all(const struct installing *in, struct error *why)
{
	for (size_t i = 0; in->s && i < in->current.n; i++)
		if (publish(in->s, in->current.list[i], true, why) != 0)
			return -1;
	for (size_t i = 0; in->s && i < in->proposed.n; i++)
		if (publish(in->s, in->proposed.list[i], false, why) != 0)
			return -1;
	return 0;
}

static void
swap_json(json_t **a, json_t **b)
{
	json_t *before = *a;

	*a = *b;
	*b = before;
}

static void
swap(struct events *kept, struct events *fresh)
{
	struct events before = *kept;

	qsort(fresh->list, fresh->n, sizeof *fresh->list, by_id);
	*kept = *fresh;
	*fresh = before;
}

static int
choose_connectors(struct installing *in, struct error *why)
{
	bool four_eyes = in->places->four_eyes;

	if (connectors_choose(in->s, four_eyes, in->connectors, in->told, why) != 0)
		return -1;
	return connectors_remove(in->s, four_eyes, &in->gone, in->connectors, in->told, why);
}

/* Put all events of the reader's answer in force that may be, or none. */
static int
put_in_force(struct installing *in, const json_t *files, const struct event **events, struct error *why)
{
	unsigned losses = memory_losses();
	int n = load_all(in->c, files, in->connectors, events, why);

	CRASH_POINT("publication/read");
	if (n >= 0 && memory_losses() != losses) /* part of them may be missing */
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (n < 0 || (in->s && choose_connectors(in, why) != 0))
		return -1;
	for (int i = 0; i < n; i++)
		if (choose(in, events[i], why) != 0)
			return -1;
	if (remove_events(in, why) != 0 || publish_all(in, why) != 0)
		return -1;
	CRASH_POINT("publication/stored");
	pthread_mutex_lock(&in->c->lock);
	swap(&in->c->current, &in->current);
	swap(&in->c->proposed, &in->proposed);
	swap_json(&in->c->told, &in->told);
	pthread_mutex_unlock(&in->c->lock);
	CRASH_POINT("publication/in_force");
	return 0;
}

/* Of what is in force, what the files do not tell any more. */
static int
find_gone(struct store *s, const json_t *files, struct removals *gone, struct error *why)
{
	json_t *subjects = json_object(), *file;
	char subject[80];
	int done = 0;
	size_t i;

	json_array_foreach(files, i, file)
		if (removal_subject(json_text(file, "kind"), json_text(file, "id"), subject) &&
		    json_object_set_new(subjects, subject, json_true()) != 0)
			done = error_set(why, ERROR_TEMPORARY, "no memory");
	if (done == 0)
		done = removals_find(s, subjects, gone, why);
	json_decref(subjects);
	return done;
}

static int
install_all(struct installing *in, const json_t *files, struct error *why)
{
	size_t room = json_array_size(files) + in->gone.n + 1;
	const struct event **events = calloc(room, sizeof *events);
	int done = -1;

	in->current.list = calloc(room, sizeof *events);
	in->proposed.list = calloc(room, sizeof *events);
	in->told = json_array();
	if (events && in->current.list && in->proposed.list && in->told)
		done = put_in_force(in, files, events, why);
	else
		error_set(why, ERROR_TEMPORARY, "no memory");
	free(events);
	free(in->current.list); /* what was in force before, once it is another */
	free(in->proposed.list);
	json_decref(in->told);
	return done;
}

static int
install(struct catalog *c, const struct catalog_places *places, const json_t *files,
    json_t *connectors, struct store *s, struct error *why)
{
	struct installing in = { .c = c, .places = places, .connectors = connectors, .s = s };
	int done = s ? find_gone(s, files, &in.gone, why) : 0;

	if (done == 0)
		done = install_all(&in, files, why);
	removals_free(&in.gone);
	return done;
}

struct catalog_places
catalog_places(const struct conf *conf)
{
	return (struct catalog_places){ .events = conf_text(conf, "events_dir"),
		.connectors = conf_text(conf, "connectors_dir"), .scripts = conf_text(conf, "scripts_dir"),
		.four_eyes = strcmp(conf_text(conf, "four_eyes"), "yes") == 0 };
}

struct catalog_reading {
	pthread_t thread;
	struct catalog_places places;
	struct reader_result result;
	struct error why;
	int done; /* 0: there is a result */
};

static int
read_files(const struct catalog_places *places, struct reader_result *result, struct error *why)
{
	struct reader_config config = { .scripts = places->scripts };
	char **files = NULL;
	size_t n = 0;
	int done;

	if (reader_files(places->events, places->connectors, &files, &n, why) != 0)
		return -1;
	done = reader_read(&config, (const char *const *)files, n, result, why);
	reader_files_free(files, n);
	return done;
}

static void *
read_beside(void *cookie)
{
	struct catalog_reading *r = cookie;

	r->done = read_files(&r->places, &r->result, &r->why);
	return NULL;
}

struct catalog_reading *
catalog_read_begin(const struct catalog_places *places)
{
	struct catalog_reading *r = calloc(1, sizeof *r);

	if (r)
		r->places = *places;
	if (r && pthread_create(&r->thread, NULL, read_beside, r) == 0)
		return r;
	free(r);
	return NULL;
}

void
catalog_read_free(struct catalog_reading *r)
{
	if (!r)
		return;
	pthread_join(r->thread, NULL);
	reader_free(&r->result);
	free(r);
}

/* What was read beside, or is read now. */
static int
take_files(const struct catalog_places *places, struct reader_result *result, struct error *why)
{
	struct catalog_reading *r = places->begun;
	int done;

	if (!r)
		return read_files(places, result, why);
	pthread_join(r->thread, NULL);
	*result = r->result;
	*why = r->why;
	done = r->done;
	free(r);
	return done;
}

static int
load_files(struct catalog *c, const struct catalog_places *places, json_t *connectors, struct store *s,
    struct error *why)
{
	struct reader_result result = { 0 };
	int done = take_files(places, &result, why);

	if (done == 0 && result.n_problems > 0)
		done = error_set(why, ERROR_INPUT, "%s:%d: %s%s", result.problems[0].file,
		    result.problems[0].line, result.problems[0].text,
		    result.n_problems > 1 ? " (and more: run `yijianshi check`)" : "");
	if (done == 0)
		done = install(c, places, result.files, connectors, s, why);
	reader_free(&result);
	return done;
}

struct catalog *
catalog_of_versions(struct error *why)
{
	struct catalog *c = calloc(1, sizeof *c);

	if (c)
		pthread_mutex_init(&c->lock, NULL);
	else
		error_set(why, ERROR_TEMPORARY, "no memory");
	return c;
}

struct catalog *
catalog_open(const struct catalog_places *places, struct store *s, json_t **connectors,
    struct error *why)
{
	struct catalog *c = catalog_of_versions(why);

	*connectors = json_array();
	if (!c || !*connectors) {
		catalog_close(c);
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	if (load_files(c, places, *connectors, s, why) != 0) {
		catalog_close(c);
		json_decref(*connectors);
		*connectors = NULL;
		return NULL;
	}
	return c;
}

void
catalog_close(struct catalog *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		event_free(c->versions[i]);
	free(c->versions);
	free(c->current.list);
	free(c->proposed.list);
	json_decref(c->told);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

int
catalog_reload(struct catalog *c, const struct catalog_places *places, struct store *s,
    json_t **connectors, struct error *why)
{
	*connectors = json_array();
	if (!*connectors)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (load_files(c, places, *connectors, s, why) == 0)
		return 0;
	json_decref(*connectors);
	*connectors = NULL;
	return -1;
}

static size_t
copy_list(struct catalog *c, const struct events *events, const struct event **list, size_t room)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = events->n < room ? events->n : room;
	if (n > 0)
		memcpy(list, events->list, n * sizeof *list);
	pthread_mutex_unlock(&c->lock);
	return n;
}

size_t
catalog_list(struct catalog *c, const struct event **list, size_t room)
{
	return copy_list(c, &c->current, list, room);
}

size_t
catalog_proposed(struct catalog *c, const struct event **list, size_t room)
{
	return copy_list(c, &c->proposed, list, room);
}

json_t *
catalog_proposed_told(struct catalog *c)
{
	json_t *list;

	pthread_mutex_lock(&c->lock);
	list = c->told ? json_deep_copy(c->told) : json_array();
	pthread_mutex_unlock(&c->lock);
	return list;
}

int
catalog_waiting(struct catalog *c)
{
	int n;

	pthread_mutex_lock(&c->lock);
	n = (int)c->proposed.n + (int)json_array_size(c->told);
	pthread_mutex_unlock(&c->lock);
	return n;
}

const struct event *
catalog_current(struct catalog *c, const char *id)
{
	const struct event *found = NULL;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->current.n && !found; i++)
		if (strcmp(c->current.list[i]->id, id) == 0)
			found = c->current.list[i];
	pthread_mutex_unlock(&c->lock);
	return found;
}

json_t *
catalog_version_text(const uint8_t version[32])
{
	char hex[65];

	digest_hex(version, 32, hex);
	return json_sprintf("sha256:%s", hex);
}

const struct event *
catalog_version(struct catalog *c, struct store *s, const uint8_t hash[32], struct error *why)
{
	unsigned losses = memory_losses();
	const struct event *found;
	struct event *event;
	json_t *declared;
	char *text;

	pthread_mutex_lock(&c->lock);
	found = find(c, hash);
	pthread_mutex_unlock(&c->lock);
	if (found)
		return found;
	text = store_version_get(s, hash, why);
	declared = text ? json_read(text, strlen(text), DECLARED_CEILING, why) : NULL;
	free(text);
	event = declared ? event_load(declared, why) : NULL;
	json_decref(declared);
	if (!event)
		return NULL;
	if (memory_losses() != losses) { /* part of it may be missing */
		event_free(event);
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	if (memcmp(event->version, hash, 32) != 0) {
		event_free(event);
		error_set(why, ERROR_BROKEN, "a stored version of an event is not what its hash says");
		return NULL;
	}
	pthread_mutex_lock(&c->lock);
	found = keep(c, event, why);
	pthread_mutex_unlock(&c->lock);
	return found;
}
