/* catalog.h: the events in force, and every version that an application here is on.
 *
 * Thread-safe. Versions are immutable and stay in memory once loaded; reading the files again swaps
 * what is current and never touches running applications.
 */
#ifndef YJS_FLOWS_CATALOG_H
#define YJS_FLOWS_CATALOG_H

#include "rules/event.h"
#include "store/store.h"

struct catalog;
struct conf;
struct catalog_reading; /* the files being read, beside what the caller does meanwhile */

/* Where the files lie, and who else has a say before an event comes into force with these declared
 * connectors (or NULL). */
struct catalog_places {
	const char *events, *connectors, *scripts;
	int (*accepts)(void *cookie, const json_t *connectors, const struct event *event, struct error *why);
	void *cookie;
	struct catalog_reading *begun; /* what the next opening takes instead of reading by itself, or NULL */
	bool four_eyes; /* with a store: what nobody has approved stays out of force (approval.h) */
};

/* Where the settings say. */
struct catalog_places catalog_places(const struct conf *conf);

/* Begin to read these files in a thread, for places->begun; NULL: there is none, then the opening reads. */
struct catalog_reading *catalog_read_begin(const struct catalog_places *places);
/* Forget what was read. */
void catalog_read_free(struct catalog_reading *reading);

/* Read all files (reader process). NULL and the first problem when one does not pass. `connectors`
 * gets the array of declared connector objects (yours). With a store every version is stored before
 * it is in force, so that any node can go on with its applications; NULL: a dry run. */
struct catalog *catalog_open(const struct catalog_places *places, struct store *s,
    json_t **connectors, struct error *why) MUST_CHECK;
/* One in which no event is in force: for reading past applications on their versions. */
struct catalog *catalog_of_versions(struct error *why) MUST_CHECK;
void catalog_close(struct catalog *c);
/* Read again; on a problem what is in force stays. `connectors` as above. */
int catalog_reload(struct catalog *c, const struct catalog_places *places, struct store *s,
    json_t **connectors, struct error *why) MUST_CHECK;

/* The event in force, or NULL. Lent for the life of the catalog. */
const struct event *catalog_current(struct catalog *c, const char *id);
/* All events in force: fills up to `room` pointers in the order of their ids, returns the number. */
size_t catalog_list(struct catalog *c, const struct event **list, size_t room);
/* Those that files propose in place of what is in force, or for the first time; filled in like the list. */
size_t catalog_proposed(struct catalog *c, const struct event **list, size_t room);
/* The same of departments' files and of what has no file any more, as connectors.h and removal.h tell it: an array,
 * yours. NULL: no memory. */
json_t *catalog_proposed_told(struct catalog *c);
/* How many of both. */
int catalog_waiting(struct catalog *c);
/* "sha256:" and its hex, as people and programs are told a version; yours. NULL: no memory. */
json_t *catalog_version_text(const uint8_t version[32]);
/* A version by hash: from memory, else from the store. NULL when unknown. */
const struct event *catalog_version(struct catalog *c, struct store *s, const uint8_t hash[32],
    struct error *why) MUST_CHECK;

#endif
