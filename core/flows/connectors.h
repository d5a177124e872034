/* connectors.h: what the departments' files say of how each is called (limits, times, signature, style), under four
 * eyes.
 *
 * Like an event it is a version: the hash of its content, put in force and approved under the name
 * "connectors/<department>". Its calls are not in it: they are in the versions of the events that name them. The
 * file of a department that is new is in force at once, for nothing names it but events that wait.
 */
#ifndef YJS_FLOWS_CONNECTORS_H
#define YJS_FLOWS_CONNECTORS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

struct removals;
struct store;

/* Of each of the `files` (declared connector objects): may what it says be in force? Where `four_eyes` want more
 * approvals, what was in force before takes its place there, and `proposed` gets an object: department, title,
 * version and replaces ("sha256:…"), changes (as differences_list() tells them). All is stored that is in force or
 * can be approved. */
int connectors_choose(struct store *s, bool four_eyes, json_t *files, json_t *proposed, struct error *why) MUST_CHECK;

/* Of the departments among those without a file: those that stay in force take their places in `files`, and `proposed`
 * gets an object each. */
int connectors_remove(struct store *s, bool four_eyes, const struct removals *gone, json_t *files, json_t *proposed,
    struct error *why) MUST_CHECK;

/* How many of the files say what is not in force? -1. */
int connectors_waiting(struct store *s, const json_t *files, struct error *why) MUST_CHECK;

#endif
