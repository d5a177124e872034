/* load.h: declared data -> the structures of rules/event.h.
 *
 * The data comes from the reader or, for versions that running applications are on, from the store.
 * It was checked when it was read; here only what memory safety rests on is checked again (indexes
 * in range, names known, sets that fit their masks), so that a stored version of an older program
 * is refused and not misread.
 */
#ifndef YJS_DECLARED_LOAD_H
#define YJS_DECLARED_LOAD_H

#include "base/error.h"
#include "rules/event.h"

/* Make an event of `declared` (lent; a copy without lines and file names is kept in
 * event->declared, and event->version is the SHA-256 of that copy's canonical JSON). NULL and
 * ERROR_BROKEN when the data does not fit. */
struct event *event_load(const json_t *declared, struct error *why) MUST_CHECK;

void event_free(struct event *event);

/* The copy without "line" and "file" that is hashed and stored. New reference or NULL. */
json_t *event_bare(const json_t *declared);

#endif
