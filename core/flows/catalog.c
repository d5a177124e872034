#include "flows/catalog.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "declared/load.h"
#include "declared/reader.h"

enum { VERSIONS = 4096, DECLARED_CEILING = 8 << 20 };

struct catalog {
	pthread_mutex_t lock;
	struct event **versions; /* all that were ever loaded, in that order */
	size_t n, room;
	const struct event **current;
	size_t n_current;
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
publish(struct store *s, const struct event *event, struct error *why)
{
	char *declared = json_canonical_string(event->declared);
	int done = declared ? store_version_put(s, event->version, event->id, declared, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");

	free(declared);
	return done;
}

/* Put all events of the reader's answer in force, or none: a version is stored before the first
 * application can be on it. */
static int
install(struct catalog *c, const struct catalog_places *places, const json_t *files,
    json_t *connectors, struct store *s, struct error *why)
{
	const struct event **events = calloc(json_array_size(files) + 1, sizeof *events);
	int n = events ? load_all(c, files, connectors, events, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");

	CRASH_POINT("publication/read");
	for (int i = 0; i < n; i++)
		if ((places->accepts && places->accepts(places->cookie, connectors, events[i], why) != 0) ||
		    (s && publish(s, events[i], why) != 0))
			n = -1;
	if (n < 0) {
		free(events);
		return -1;
	}
	CRASH_POINT("publication/stored");
	qsort(events, (size_t)n, sizeof *events, by_id);
	pthread_mutex_lock(&c->lock);
	free(c->current);
	c->current = events;
	c->n_current = (size_t)n;
	pthread_mutex_unlock(&c->lock);
	CRASH_POINT("publication/in_force");
	return 0;
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
	free(c->current);
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

size_t
catalog_list(struct catalog *c, const struct event **list, size_t room)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = c->n_current < room ? c->n_current : room;
	memcpy(list, c->current, n * sizeof *list);
	pthread_mutex_unlock(&c->lock);
	return n;
}

const struct event *
catalog_current(struct catalog *c, const char *id)
{
	const struct event *found = NULL;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n_current && !found; i++)
		if (strcmp(c->current[i]->id, id) == 0)
			found = c->current[i];
	pthread_mutex_unlock(&c->lock);
	return found;
}

const struct event *
catalog_version(struct catalog *c, struct store *s, const uint8_t hash[32], struct error *why)
{
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
