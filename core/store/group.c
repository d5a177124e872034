#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "store/id.h"
#include "store/month.h"
#include "store/pipeline.h"
#include "store/result.h"
#include "store/rows.h"

/* --- which month's tables --- */

enum { MONTHS_MOST = 4 /* apart in one group; a statement of each kind for each */ };

struct apart { int n; struct { int month; int64_t first, end; } list[MONTHS_MOST]; };

/* The month whose tables a row's update names; 0: the whole table. */
static int
month_of(const struct apart *a, int64_t id)
{
	for (int i = 0; i < a->n; i++)
		if (id >= a->list[i].first && id < a->list[i].end)
			return a->list[i].month;
	return 0;
}

static int
look_at(struct store *s, struct apart *a, int64_t id, struct error *why)
{
	int month;

	if (month_of(a, id) || a->n == MONTHS_MOST)
		return 0;
	month = store_id_month_of(id);
	if (month_look(s, month, why) != 0)
		return -1;
	if (month_apart(s, month)) {
		a->list[a->n].month = month;
		a->list[a->n].first = store_id_month(month);
		a->list[a->n++].end = store_id_month(month + 1);
	}
	return 0;
}

static int
look_at_all(struct store *s, const struct store_group *g, struct apart *a, struct error *why)
{
	a->n = 0;
	for (size_t i = 0; i < g->n_steps; i++)
		if (look_at(s, a, g->steps[i].id, why) != 0)
			return -1;
	for (size_t i = 0; i < g->n_outcomes; i++)
		if (look_at(s, a, g->outcomes[i].application, why) != 0)
			return -1;
	return 0;
}

/* --- the statements --- */

static void
step_row(struct params *p, const struct store_step *row)
{
	params_int(p, 0, row->division);
	params_int(p, 1, row->id);
	params_int(p, 2, row->fence);
	params_int(p, 3, row->status);
	params_int(p, 4, row->open);
	params_bytes(p, 5, row->items.data, row->items.length);
	params_int(p, 6, row->history_count);
	params_bytes(p, 7, row->history_hash, 32);
	params_time(p, 8, row->finished_at);
}

static void
step_rows(struct store *s, const struct store_group *g, const struct apart *a, int month)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT4, PARAM_INT2,
		PARAM_BOOL, PARAM_BYTEA, PARAM_INT4, PARAM_BYTEA, PARAM_TIME };
	struct params *p = NULL;
	int rows = 0;

	for (size_t i = 0; i < g->n_steps; i++) {
		if (month_of(a, g->steps[i].id) != month)
			continue;
		if (rows++ == 0) {
			p = pipeline_add_in(s, QUERY_PROGRESS_STEP, month);
			rows_columns(p, types, sizeof types / sizeof *types);
		}
		step_row(p, &g->steps[i]);
	}
	if (rows > 0)
		params_int(p, params_one(p, PARAM_INT4), rows);
}

static int
by_operation(const struct store_outcome *x, const struct store_outcome *y)
{
	if (x->division != y->division)
		return x->division < y->division ? -1 : 1;
	if (x->application != y->application)
		return x->application < y->application ? -1 : 1;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	return x->undo - y->undo;
}

/* Of one operation the last in the list comes last. */
static int
by_place(const void *a, const void *b)
{
	const struct store_outcome *x = *(const struct store_outcome *const *)a;
	const struct store_outcome *y = *(const struct store_outcome *const *)b;
	int d = by_operation(x, y);

	return d ? d : x < y ? -1 : 1;
}

static void
outcome_row(struct params *p, const struct store_outcome *row)
{
	params_int(p, 0, row->division);
	params_int(p, 1, row->application);
	params_int(p, 2, row->item);
	params_int(p, 3, row->round);
	params_int(p, 4, row->undo);
	params_int(p, 5, row->state);
	params_int(p, 6, row->attempts);
	params_time(p, 7, row->next_at);
	params_time(p, 8, row->acknowledged_at);
	params_time(p, 9, row->decided_at);
	if (row->outcome.length)
		params_bytes(p, 10, row->outcome.data, row->outcome.length);
	else
		params_null(p, 10);
}

/* `order`: sorted. An operation may have been settled twice within the group: what was known last is written. */
static void
outcome_rows(struct store *s, const struct store_outcome *const *order, size_t n, const struct apart *a, int month)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_INT2,
		PARAM_BOOL, PARAM_INT2, PARAM_INT4, PARAM_TIME, PARAM_TIME, PARAM_TIME, PARAM_BYTEA };
	struct params *p = NULL;
	int rows = 0;

	for (size_t i = 0; i < n; i++) {
		if (month_of(a, order[i]->application) != month ||
		    (i + 1 < n && by_operation(order[i], order[i + 1]) == 0))
			continue;
		if (rows++ == 0) {
			p = pipeline_add_in(s, QUERY_OPERATION_SETTLE, month);
			rows_columns(p, types, sizeof types / sizeof *types);
		}
		outcome_row(p, order[i]);
	}
	if (rows > 0)
		params_int(p, params_one(p, PARAM_INT4), rows);
}

/* What moves rows that are there: of each month apart, then of all the others. */
static int
moved_rows(struct store *s, const struct store_group *g, const struct apart *a, struct error *why)
{
	const struct store_outcome **order = malloc((g->n_outcomes + 1) * sizeof *order);

	if (!order)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < g->n_outcomes; i++)
		order[i] = &g->outcomes[i];
	qsort(order, g->n_outcomes, sizeof *order, by_place);
	for (int i = 0; i <= a->n; i++)
		step_rows(s, g, a, i < a->n ? a->list[i].month : 0);
	CRASH_POINT("group/stepped");
	for (int i = 0; i <= a->n; i++)
		outcome_rows(s, order, g->n_outcomes, a, i < a->n ? a->list[i].month : 0);
	free(order);
	return 0;
}

static int
operation_rows(struct store *s, const struct store_group *g, struct error *why)
{
	struct params *p;

	if (g->n_operations == 0)
		return 0;
	p = rows_operations_begin(s);
	for (size_t i = 0; i < g->n_operations; i++)
		if (rows_operation(s, p, &g->operations[i], why) != 0)
			return -1;
	return 0;
}

static void
history_rows(struct store *s, const struct store_group *g)
{
	struct params *p = NULL;

	for (size_t i = 0; i < g->n_steps; i++) {
		const struct store_step *row = &g->steps[i];

		if (!row->history)
			continue;
		if (!p)
			p = rows_history_begin(s);
		rows_history(p, row->division, row->id, row->history_first, row->history, row->history_hash);
	}
}

static void
inbox_rows(struct store *s, const struct store_group *g)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8 };
	struct params *p;

	if (g->n_inbox == 0)
		return;
	p = pipeline_add(s, QUERY_INBOX_APPLIED);
	rows_columns(p, types, 2);
	for (size_t i = 0; i < g->n_inbox; i++) {
		params_int(p, 0, g->inbox_divisions_ids[2 * i]);
		params_int(p, 1, g->inbox_divisions_ids[2 * i + 1]);
	}
}

static void
petition_rows(struct store *s, const struct store_group *g)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_BYTEA };
	struct params *p;

	if (g->n_petitions == 0)
		return;
	p = pipeline_add(s, QUERY_PETITION_SETTLE);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < g->n_petitions; i++) {
		params_int(p, 0, g->petitions[i].division);
		params_int(p, 1, g->petitions[i].id);
		params_int(p, 2, g->petitions[i].status);
		params_bytes(p, 3, g->petitions[i].answer.data, g->petitions[i].answer.length);
	}
	params_int(p, params_one(p, PARAM_INT4), s->incarnation);
	params_int(p, params_one(p, PARAM_INT4), (int64_t)g->n_petitions);
}

/* Is it said again of the same item, later in the list? */
static bool
is_said_later(const struct store_watched *list, size_t n, size_t i)
{
	for (size_t k = i + 1; k < n; k++)
		if (list[k].application == list[i].application && list[k].item == list[i].item &&
		    list[k].division == list[i].division)
			return true;
	return false;
}

/* What a list of people begins to hold, or (settled) does no more; within one group what came last for an item
 * counts. */
static void
watched_rows(struct store *s, enum query q, const struct store_watched *list, size_t n, bool settled)
{
	struct params *p = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct store_watched *row = &list[i];
		int c = 0;

		if (row->settled != settled || is_said_later(list, n, i))
			continue;
		if (!p) {
			static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2 };

			p = pipeline_add(s, q);
			rows_columns(p, types, 3);
			if (!settled)
				params_array(p, PARAM_TEXT);
			params_array(p, PARAM_TIME);
		}
		params_int(p, c++, row->division);
		params_int(p, c++, row->application);
		params_int(p, c++, row->item);
		if (!settled)
			params_text(p, c++, row->department);
		params_time(p, c, row->at);
	}
}

static void
released_rows(struct store *s, const struct store_group *g)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8 };
	struct params *p;

	if (g->n_released == 0)
		return;
	p = pipeline_add(s, QUERY_ONCE_RELEASE);
	rows_columns(p, types, 2);
	for (size_t i = 0; i < g->n_released; i++) {
		params_int(p, 0, g->released[2 * i]);
		params_int(p, 1, g->released[2 * i + 1]);
	}
}

int
store_group_send(struct store *s, const struct store_group *g, struct error *why)
{
	struct apart apart;

	if (rows_endpoints(s, g->operations, g->n_operations, why) != 0 || look_at_all(s, g, &apart, why) != 0 ||
	    pipeline_begin(s, why) != 0)
		return -1;
	if (moved_rows(s, g, &apart, why) != 0 || operation_rows(s, g, why) != 0)
		return -1;
	CRASH_POINT("history/before");
	history_rows(s, g);
	CRASH_POINT("history/after");
	if (rows_counts(s, g->counts, g->n_counts, why) != 0)
		return -1;
	CRASH_POINT("statistics/counted");
	inbox_rows(s, g);
	rows_revisions(s, g->revisions, g->n_revisions);
	petition_rows(s, g);
	watched_rows(s, QUERY_ATTENTION_PUT, g->attentions, g->n_attentions, false);
	watched_rows(s, QUERY_ATTENTION_SETTLE, g->attentions, g->n_attentions, true);
	watched_rows(s, QUERY_OVERDUE_PUT, g->overdues, g->n_overdues, false);
	watched_rows(s, QUERY_OVERDUE_SETTLE, g->overdues, g->n_overdues, true);
	rows_desks(s, g->desks, g->n_desks);
	rows_consents(s, g->consents, g->n_consents);
	released_rows(s, g);
	CRASH_POINT("group/before_commit");
	return pipeline_send(s, why);
}

int
store_group_poll(struct store *s, struct error *why)
{
	return pipeline_poll(s, why);
}

int
store_group_fences(struct store *s, const struct store_step *steps, size_t n, bool *lost,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	params_array(p, PARAM_INT4);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, steps[i].division);
		params_int(p, 1, steps[i].id);
		params_int(p, 2, steps[i].fence);
		lost[i] = true;
	}
	r = connection_run(s, QUERY_FENCES, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++)
		lost[result_int(r, i, 0) - 1] = false;
	PQclear(r);
	return 0;
}
