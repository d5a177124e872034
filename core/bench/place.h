/* place.h: the folder of one run, and where the event is that is measured.
 */
#ifndef YJS_BENCH_PLACE_H
#define YJS_BENCH_PLACE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct conf;

enum { PLACE_DEPARTMENTS = 16, PLACE_ID = 41 };

struct place {
	char dir[PATH_MAX];        /* data, settings, secrets, logs */
	bool temporary;            /* removed by place_close() */
	char settings[PATH_MAX + 32], log[PATH_MAX + 32]; /* files */
	char event[PATH_MAX];      /* the folder with nine.lua and connectors/ */
	char departments[PLACE_DEPARTMENTS][PLACE_ID]; /* those of connectors/ */
	size_t n_departments;
};

/* Find the event (its file below tests/bench without .lua: "nine"); make the folder `dir`, or with NULL one of
 * our own under TMPDIR or /var/tmp (which, unlike /tmp, is a disk everywhere). */
int place_open(struct place *p, const char *event, const char *dir, const struct conf *conf,
    struct error *why) MUST_CHECK;
/* Remove what is temporary. */
void place_close(struct place *p);
/* Is the folder kept in memory alone? Then nothing in it is durable. */
bool place_in_memory(const struct place *p);

/* Write the settings of a node on `port`, every department at `departments` + its id with a secret of its
 * own. `database` "" means the private PostgreSQL of the folder. */
struct place_settings { int port; const char *departments, *database, *owner, *key_file, *scripts; };
int place_write(const struct place *p, const struct place_settings *s, struct error *why) MUST_CHECK;

#endif
