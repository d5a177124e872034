/* figures.h: statistics, and what verify reads.
 */
#ifndef YJS_STORE_FIGURES_H
#define YJS_STORE_FIGURES_H

#include "store/access.h"

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

/* What `verify` reads of one application, all lent; of one whose parts are not all there what is left. */
struct store_checked {
	int32_t division;
	int64_t id;
	bool has_application, has_progress;
	char number[40], event[64];  /* "" without application */
	uint8_t version[32];
	int64_t submitted_at;
	struct bytes plan;
	int16_t status;
	bool open;
	int64_t finished_at;         /* 0 none */
	int32_t history_count;
	uint8_t history_hash[32];
	struct bytes items;
	struct store_lines { int32_t seq; struct bytes entries; uint8_t hash[32]; } *history; /* in order */
	size_t n_history;
	struct store_sent { /* an operation's row */
		int16_t item, round, state;
		bool undo;
		char department[48];
		int64_t created_at, acknowledged_at, decided_at;
	} *operations;
	size_t n_operations;
};

/* In one snapshot (REPEATABLE READ), page by page: each application, then each counter summed over
 * writers, then the ids of applications that rows of further tables name and that are not there, then the
 * chains of accesses. What nobody is told of (NULL) is not read. */
struct store_verify_told {
	void (*application)(void *cookie, const struct store_checked *c);
	void (*total)(void *cookie, const struct store_total *t);
	void (*stray)(void *cookie, const char *table, int64_t id);
	void *cookie;
	struct store_access_walk *accesses; /* NULL: not walked */
};
int store_verify(struct store *s, const struct store_verify_told *told, struct error *why) MUST_CHECK;

#endif
