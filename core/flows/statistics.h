/* statistics.h: the counters of all nodes, summed by what is asked for.
 *
 * Counters change in the transaction of the application, so their sum equals a recount of the
 * histories at any time.
 */
#ifndef YJS_FLOWS_STATISTICS_H
#define YJS_FLOWS_STATISTICS_H

#include <jansson.h>

#include "store/store.h"

enum statistics_by { BY_ALL, BY_DAY, BY_MONTH, BY_EVENT, BY_DIVISION, BY_DEPARTMENT };

struct statistics_query {
	const char *event; /* or NULL */
	int32_t from, to;  /* days, both included */
	int32_t division;  /* 0 any */
	enum statistics_by by;
};

/* "day", "month", … or NULL (all together). -1: no such word. */
int statistics_by(const char *word, enum statistics_by *by);
/* {"by","from","to","rows":[{"group", measure: value …}]}. New reference, NULL on error. */
json_t *statistics_table(struct store *s, const struct statistics_query *q, struct error *why) MUST_CHECK;

#endif
