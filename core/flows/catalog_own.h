/* catalog_own.h: what the files of the catalog share: catalog.c keeps versions and what is in force, catalog_read.c
 * has files read, catalog_install.c puts in force what they say.
 */
#ifndef YJS_FLOWS_CATALOG_OWN_H
#define YJS_FLOWS_CATALOG_OWN_H

#include <pthread.h>

#include "flows/catalog.h"

struct reader_result;

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

/* Keep `event` (taken); an equal version that is there already is returned instead. Under the lock. */
const struct event *catalog_keep(struct catalog *c, struct event *event, struct error *why) MUST_CHECK;
/* What was read beside, or is read now. */
int catalog_read_take(const struct catalog_places *places, struct reader_result *result, struct error *why) MUST_CHECK;
/* Put all events of the reader's answer in force that may be, or none; connectors apart. */
int catalog_install(struct catalog *c, const struct catalog_places *places, const json_t *files,
    json_t *connectors, struct store *s, struct error *why) MUST_CHECK;

#endif
