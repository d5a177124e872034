#include "flows/statistics.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/took.h"
#include "store/feedback.h"

static const char *const by_names[] = { "all", "day", "month", "event", "division", "department" };
static const unsigned apart[] = { 0, COUNTS_BY_DAY, COUNTS_BY_DAY, COUNTS_BY_EVENT,
	COUNTS_BY_DIVISION, COUNTS_BY_DEPARTMENT };

/* The counters of saving.c: they are told under `measured` and `expected`, not among the entries. */
enum figure { PAPERS_BEFORE, VISITS_BEFORE, VISITS_MADE, DAYS_BEFORE, FIELDS_BEFORE,
	PAPERS_GIVEN, FIELDS_TYPED, DAYS_WAITED, DAYS_UNKNOWN, PAPERS_EXPECTED, VISITS_EXPECTED,
	DAYS_EXPECTED, FINISHED, FIGURES };
static const char *const figure_names[FIGURES] = { "papers_before", "visits_before",
	"visits_made", "days_before", "fields_before", "papers_given", "fields_typed", "days_waited",
	"days_unknown", "papers_expected", "visits_expected", "days_expected", "finished" };

struct group {
	char name[80];
	int64_t figures[FIGURES];
	int64_t took[TOOK_STEPS];
	json_t *entries; /* what else is counted: owned */
};

struct table {
	const struct statistics_query *q;
	struct group *groups;
	size_t n, room;
	bool ordered; /* totals come in the order of their groups */
	bool failed;
};

int
statistics_by(const char *word, enum statistics_by *by)
{
	*by = BY_ALL;
	if (!word)
		return 0;
	for (int i = BY_DAY; i <= BY_DEPARTMENT; i++) {
		if (strcmp(by_names[i], word) == 0) {
			*by = (enum statistics_by)i;
			return 0;
		}
	}
	return -1;
}

/* --- gathering --- */

static void
group_name(const struct statistics_query *q, const struct store_total *t, char name[80])
{
	char day[11];

	clock_format_day(t->day, day);
	switch (q->by) {
	case BY_DAY: snprintf(name, 80, "%s", day); break;
	case BY_MONTH: snprintf(name, 80, "%.7s", day); break;
	case BY_EVENT: snprintf(name, 80, "%s", t->event); break;
	case BY_DIVISION: snprintf(name, 80, "%06d", (int)t->division); break;
	case BY_DEPARTMENT: snprintf(name, 80, "%s", t->department); break;
	case BY_ALL: snprintf(name, 80, "all"); break;
	}
}

/* In order the one wanted is the last, or new; else it is looked for among all. */
static struct group *
group_of(struct table *table, const struct store_total *t)
{
	struct group *wider;
	char name[80];

	group_name(table->q, t, name);
	for (size_t i = table->n, least = table->ordered && i ? i - 1 : 0; i-- > least;)
		if (strcmp(table->groups[i].name, name) == 0)
			return &table->groups[i];
	if (table->n == table->room) {
		table->room = table->room ? table->room * 2 : 32;
		wider = realloc(table->groups, table->room * sizeof *wider);
		if (!wider)
			return NULL;
		table->groups = wider;
	}
	wider = &table->groups[table->n];
	memset(wider, 0, sizeof *wider);
	memcpy(wider->name, name, sizeof name);
	wider->entries = json_object();
	if (!wider->entries)
		return NULL;
	table->n++;
	return wider;
}

static void
add(void *cookie, const struct store_total *t)
{
	struct table *table = cookie;
	struct group *g = group_of(table, t);
	int step = took_step(t->measure);
	json_int_t before;

	if (!g) {
		table->failed = true;
		return;
	}
	if (step >= 0) {
		g->took[step] += t->value;
		return;
	}
	for (int i = 0; i < FIGURES; i++)
		if (strcmp(figure_names[i], t->measure) == 0) {
			g->figures[i] += t->value;
			if (i != FINISHED)
				return;
		}
	before = json_integer_value(json_object_get(g->entries, t->measure));
	if (json_object_set_new(g->entries, t->measure, json_integer(before + t->value)) != 0)
		table->failed = true;
}

/* --- telling --- */

static json_t *
average(int64_t sum, int64_t n)
{
	return n > 0 ? json_real((double)sum / (double)n) : json_null();
}

/* Before, now, the difference and what it comes to for one. */
static json_t *
difference(const int64_t *f, enum figure before, const char *now_name, enum figure now, int64_t n)
{
	int64_t saved = f[before] - f[now];

	return json_pack("{s:I, s:I, s:I, s:o}", "before", (json_int_t)f[before],
	    now_name, (json_int_t)f[now], "saved", (json_int_t)saved, "average", average(saved, n));
}

static json_t *
with_n(json_t *object, int64_t n)
{
	json_object_set_new(object, "n", json_integer(n));
	return object;
}

static json_t *
measured(const int64_t *f)
{
	int64_t n = f[FINISHED], n_days = n - f[DAYS_UNKNOWN];

	return json_pack("{s:I, s:o, s:o, s:o, s:o}", "n", (json_int_t)n,
	    "materials", difference(f, PAPERS_BEFORE, "given", PAPERS_GIVEN, n),
	    "visits", difference(f, VISITS_BEFORE, "made", VISITS_MADE, n),
	    "working_days", with_n(difference(f, DAYS_BEFORE, "waited", DAYS_WAITED, n_days), n_days),
	    "fields", difference(f, FIELDS_BEFORE, "typed", FIELDS_TYPED, n));
}

static json_t *
expected(const int64_t *f)
{
	int64_t n = f[FINISHED], n_days = n - f[DAYS_UNKNOWN];

	return json_pack("{s:I, s:{s:I, s:o}, s:{s:I, s:o}, s:{s:I, s:I, s:o}}", "n", (json_int_t)n,
	    "materials", "saved", (json_int_t)f[PAPERS_EXPECTED], "average", average(f[PAPERS_EXPECTED], n),
	    "visits", "saved", (json_int_t)f[VISITS_EXPECTED], "average", average(f[VISITS_EXPECTED], n),
	    "working_days", "n", (json_int_t)n_days, "saved", (json_int_t)f[DAYS_EXPECTED],
	    "average", average(f[DAYS_EXPECTED], n_days));
}

/* n: all that have finished, whichever departments each of them needed. */
static json_t *
measured_of_department(const int64_t *f, int64_t n)
{
	return json_pack("{s:I, s:{s:I, s:o}, s:o}", "n", (json_int_t)n,
	    "materials", "before", (json_int_t)f[PAPERS_BEFORE], "average", average(f[PAPERS_BEFORE], n),
	    "visits", difference(f, VISITS_BEFORE, "made", VISITS_MADE, n));
}

/* Of the group "" beside departments: what belongs to no single one. */
static json_t *
measured_of_none(const int64_t *f)
{
	int64_t n = f[FINISHED];

	return json_pack("{s:I, s:{s:I}, s:o, s:o}", "n", (json_int_t)n,
	    "materials", "given", (json_int_t)f[PAPERS_GIVEN], "working_days",
	    with_n(difference(f, DAYS_BEFORE, "waited", DAYS_WAITED, n - f[DAYS_UNKNOWN]), n - f[DAYS_UNKNOWN]),
	    "fields", difference(f, FIELDS_BEFORE, "typed", FIELDS_TYPED, n));
}

/* How people were served: grades with their number, and whether they were answered. */
static json_t *
served(const json_t *entries)
{
	int64_t n = 0, sum = 0, poor = 0;
	char name[24];

	for (int grade = 1; grade <= 5; grade++) {
		snprintf(name, sizeof name, "rated_%d", grade);
		n += json_integer_value(json_object_get(entries, name));
		sum += grade * json_integer_value(json_object_get(entries, name));
		poor += grade <= FEEDBACK_POOR ? json_integer_value(json_object_get(entries, name)) : 0;
	}
	return json_pack("{s:I, s:o, s:I, s:I, s:I, s:I, s:I}", "n", (json_int_t)n, "average", average(sum, n),
	    "poor", (json_int_t)poor, "complaints", json_integer_value(json_object_get(entries, "complaints")),
	    "answer_owed", json_integer_value(json_object_get(entries, "answer_owed")),
	    "answer_given", json_integer_value(json_object_get(entries, "answer_given")),
	    "answer_late", json_integer_value(json_object_get(entries, "answer_late")));
}

static json_t *
row_of(const struct group *g, enum statistics_by by, int64_t finished)
{
	json_t *row = json_deep_copy(g->entries);

	json_object_set_new(row, "group", json_string(g->name));
	json_object_set_new(row, "served", served(g->entries));
	if (by == BY_DEPARTMENT && *g->name) {
		json_object_set_new(row, "measured", measured_of_department(g->figures, finished));
	} else {
		json_object_set_new(row, "measured", by == BY_DEPARTMENT ? measured_of_none(g->figures)
		    : measured(g->figures));
		json_object_set_new(row, "expected", expected(g->figures));
	}
	json_object_set_new(row, "took", took_told(g->took));
	return row;
}

static json_t *
told(const struct table *t)
{
	json_t *rows = json_array();
	char from[11], to[11];
	int64_t finished = 0;

	for (size_t i = 0; i < t->n; i++)
		finished += t->groups[i].figures[FINISHED];
	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(rows, row_of(&t->groups[i], t->q->by, finished));
	clock_format_day(t->q->from, from);
	clock_format_day(t->q->to, to);
	return json_pack("{s:s, s:s, s:s, s:o}", "by", by_names[t->q->by], "from", from, "to", to, "rows", rows);
}

json_t *
statistics_table(struct store *s, const struct statistics_query *q, struct error *why)
{
	struct store_counts_query counts = { q->from, q->to, q->event, q->division, apart[q->by] };
	struct table table = { .q = q };
	json_t *all = NULL;

	table.ordered = true;
	if (store_counts(s, &counts, add, &table, why) == 0 &&
	    (table.ordered = false, store_feedback_counts(s, &counts, q->today, add, &table, why) == 0)) {
		all = table.failed ? NULL : told(&table);
		if (!all)
			error_set(why, ERROR_TEMPORARY, "no memory");
	}
	for (size_t i = 0; i < table.n; i++)
		json_decref(table.groups[i].entries);
	free(table.groups);
	return all;
}
