#include "flows/catalog_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "declared/load.h"
#include "declared/reader.h"
#include "seal/digest.h"

enum { VERSIONS = 4096, DECLARED_CEILING = 8 << 20 };

static const struct event *
find(const struct catalog *c, const uint8_t hash[32])
{
	for (size_t i = 0; i < c->n; i++)
		if (memcmp(c->versions[i]->version, hash, 32) == 0)
			return c->versions[i];
	return NULL;
}

const struct event *
catalog_keep(struct catalog *c, struct event *event, struct error *why)
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
load_files(struct catalog *c, const struct catalog_places *places, json_t *connectors, struct store *s,
    struct error *why)
{
	struct reader_result result = { 0 };
	int done = catalog_read_take(places, &result, why);

	if (done == 0 && result.n_problems > 0)
		done = error_set(why, ERROR_INPUT, "%s:%d: %s%s", result.problems[0].file,
		    result.problems[0].line, result.problems[0].text,
		    result.n_problems > 1 ? " (and more: run `yijianshi check`)" : "");
	if (done == 0)
		done = catalog_install(c, places, result.files, connectors, s, why);
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
	found = catalog_keep(c, event, why);
	pthread_mutex_unlock(&c->lock);
	return found;
}
