/* statistics.h: the counters of all nodes, summed by what is asked for.
 *
 * Counters change in the transaction of the application, so their sum equals a recount of the
 * histories at any time. What was measured and what had been expected of the same applications stand
 * side by side, never in one figure, each average with the number n that it is of; a saving that was
 * none is negative and shown so.
 */
#ifndef YJS_FLOWS_STATISTICS_H
#define YJS_FLOWS_STATISTICS_H

#include <jansson.h>
#include <stdio.h>

#include "store/store.h"

enum statistics_by { BY_ALL, BY_DAY, BY_MONTH, BY_EVENT, BY_DIVISION, BY_DEPARTMENT };

struct statistics_query {
	const char *event; /* or NULL */
	int32_t from, to, today; /* days, from and to included */
	int32_t division;  /* 0 any */
	enum statistics_by by;
};

/* "day", "month", … or NULL (all together). -1: no such word. */
int statistics_by(const char *word, enum statistics_by *by);
/* {"by","from","to","rows":[{"group", entry of the history: how many …, "measured", "expected",
 * "took", "served"}]}.
 *  measured  {"n", "materials": {"before","given","saved","average"}, "visits": {"before","made",..},
 *            "working_days": {"n","before","waited",..}, "fields": {"before","typed",..}}; of a
 *            department {"n", "materials": {"before","average"}, "visits": ..}: uploads, waiting and
 *            typing belong to no single one. average: saved (or before) by n; null when n is 0
 *  expected  {"n", "materials": {"saved","average"}, "visits", "working_days": {"n", ..}}
 *  took      {"n", "nine_of_ten"}: items decided by departments, the working days within which nine of ten
 *            were; null when there are none, or they took longer than is told apart
 *  served    {"n","average","poor"} of the grades, {"complaints","answer_owed","answer_given","answer_late"}
 * New reference, NULL on error. */
json_t *statistics_table(struct store *s, const struct statistics_query *q, struct error *why) MUST_CHECK;

#endif
