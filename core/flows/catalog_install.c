#include "flows/catalog_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/json.h"
#include "base/memory.h"
#include "declared/load.h"
#include "flows/approval.h"
#include "flows/connectors.h"
#include "flows/removal.h"

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
		events[n] = catalog_keep(c, event, why);
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

int
catalog_install(struct catalog *c, const struct catalog_places *places, const json_t *files,
    json_t *connectors, struct store *s, struct error *why)
{
	struct installing in = { .c = c, .places = places, .connectors = connectors, .s = s };
	int done = s ? find_gone(s, files, &in.gone, why) : 0;

	if (done == 0)
		done = install_all(&in, files, why);
	removals_free(&in.gone);
	return done;
}
