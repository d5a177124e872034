/* archive.h: a month's applications leave for a schema of their own, and are read there.
 *
 * The partitions of one month are detached and moved into the schema archive_YYYY_MM under the names of
 * the tables they were parts of; nothing is copied. What is shared by months stays: papers, accesses,
 * the values that may be used once, what people said of how they were served, statistics.
 */
#ifndef YJS_STORE_ARCHIVE_H
#define YJS_STORE_ARCHIVE_H

#include "store/figures.h"
#include "store/store.h"

enum { STORE_ARCHIVE_SCHEMA = 24 };

struct store_archived {
	int month;                  /* year * 12 + month - 1 */
	int64_t first_id, end_id;   /* of its applications, the second not among them */
	int64_t applications;       /* -1: they have left, and were not read through there */
	uint8_t heads[32];
};

void store_archive_schema(int month, char name[STORE_ARCHIVE_SCHEMA]);
/* The month's partitions leave, at once or not at all; a month that has left stays as it is. Nothing waits
 * for it longer than a twentieth of a second. ERROR_INPUT: why it may not leave, ERROR_TEMPORARY: the
 * tables were never free, ERROR_UNKNOWN: perhaps it has left, which the next one finds. `owner`, `service`: libpq
 * strings. */
int store_archive_leave(const char *owner, const char *service, int month, struct error *why) MUST_CHECK;
/* From here on this connection reads the archive: its tables hide those of the same name. */
int store_archive_enter(struct store *s, int month, struct error *why) MUST_CHECK;
/* They were read through there, and this is what their histories count; what was put before gives way, so it may be put
 * again, as after ERROR_UNKNOWN. */
int store_archive_put(const char *owner, const struct store_archived *a, const struct store_total *totals,
    size_t n, struct error *why) MUST_CHECK;

/* The months that have left, in order (free *list), and what their histories count. */
int store_archived(struct store *s, struct store_archived **list, size_t *n, struct error *why) MUST_CHECK;
int store_archived_counts(struct store *s, void (*each)(void *cookie, const struct store_total *t),
    void *cookie, struct error *why) MUST_CHECK;

#endif
