/* removal.h: what is in force and has no file any more.
 *
 * Without four eyes it goes when the files are read. With four eyes it stays until two people of the policy staff have
 * approved that it goes, as they do with an edit (approval.h): a version of its own, named "removed/<subject>",
 * says what goes and since when that was in force, so that an approval counts for this time alone.
 */
#ifndef YJS_FLOWS_REMOVAL_H
#define YJS_FLOWS_REMOVAL_H

#include <jansson.h>
#include <stdbool.h>

#include "rules/event.h"
#include "store/approval.h"

struct removals {
	struct store_published *list; /* what is in force without a file */
	size_t n;
};

/* The name under which it is published; NULL: nothing of its kind is. `kind` as the reader tells it. */
const char *removal_subject(const char *kind, const char *id, char subject[80]);
/* The department of such a name; NULL: it is an event's. */
const char *removal_department(const char *subject);

/* Of what is in force all but what `subjects` (an object with them as keys) has. Free it in both cases. */
int removals_find(struct store *s, const json_t *subjects, struct removals *found, struct error *why) MUST_CHECK;
void removals_free(struct removals *found);
/* How many of all in force are neither among these events nor these departments? -1. */
int removals_count(struct store *s, const struct event *const *events, size_t n, const json_t *connectors,
    struct error *why) MUST_CHECK;

/* *stays: until it is approved that it goes; `version` says that it goes, stored to be approved. Else it is gone. */
int removal_choose(struct store *s, bool four_eyes, const struct store_published *in_force, bool *stays,
    uint8_t version[32], struct error *why) MUST_CHECK;
/* As it is told to those who approve it: {event or department, title, version, replaces, changes}. NULL: no memory. */
json_t *removal_tell(const struct store_published *in_force, const uint8_t version[32], const char *title);

#endif
