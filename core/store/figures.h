/* figures.h: access rows, statistics, and what verify reads.
 */
#ifndef YJS_STORE_FIGURES_H
#define YJS_STORE_FIGURES_H

#include "store/bytes.h"

/* Commit that somebody reads another person's data, before it is shown. */
struct store_access { int32_t division; int64_t id, account, application, at; const char *fields, *why; };
int store_access_put(struct store *s, const struct store_access *a, struct error *why) MUST_CHECK;

/* Statistics: sums over writers, apart by what `by` says (a mask), in that order; what it does not say
 * is 0 or "" in the totals. */
enum store_counts_by { COUNTS_BY_DIVISION = 1, COUNTS_BY_DAY = 2, COUNTS_BY_EVENT = 4,
	COUNTS_BY_DEPARTMENT = 8, COUNTS_BY_ALL = 15 };
struct store_counts_query {
	int32_t from, to;  /* days, both included */
	const char *event; /* or NULL */
	int32_t division;  /* 0 any */
	unsigned by;
};
struct store_total { int32_t division, day; char event[64], department[48], measure[48]; int64_t value; };
int store_counts(struct store *s, const struct store_counts_query *q,
    void (*each)(void *cookie, const struct store_total *t), void *cookie, struct error *why) MUST_CHECK;

/* Everything that `verify` needs, in one snapshot (REPEATABLE READ): each application with its
 * history, then each counter summed over nodes. */
struct store_chain {
	int32_t division;
	int64_t id;
	const char *number, *event;
	int32_t history_count;      /* -1: its progress is missing */
	const uint8_t *history_hash;
	const char *lines;          /* all its entries, in order */
};
int store_verify(struct store *s, void (*chain)(void *cookie, const struct store_chain *c),
    void (*total)(void *cookie, const struct store_total *t), void *cookie, struct error *why) MUST_CHECK;
/* Rows of applications that are not there (0 in a sound database); -1. Reads everything. */
int64_t store_orphans(struct store *s, struct error *why) MUST_CHECK;

#endif
