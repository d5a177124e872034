#include "store/past.h"

#include <stdlib.h>

#include "store/pipeline.h"
#include "store/rows.h"

enum { ANSWER_MS = 600000 };

int
store_past_begin(struct store *s, struct error *why)
{
	return connection_command(s, "SET synchronous_commit = off", why);
}

static void
account_rows(struct store *s, const struct store_past_account *rows, size_t n)
{
	static const enum param_type types[] = { PARAM_INT8, PARAM_TEXT, PARAM_TEXT, PARAM_UUID, PARAM_BYTEA };
	struct params *p;

	if (n == 0)
		return;
	p = pipeline_add(s, QUERY_PAST_ACCOUNT);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++) {
		const struct store_account *a = &rows[i].account;

		params_int(p, 0, a->id);
		params_text(p, 1, a->name);
		params_text(p, 2, a->role);
		params_bytes(p, 3, rows[i].person, sizeof rows[i].person);
		params_bytes(p, 4, a->sealed.data, a->sealed.length);
	}
}

static void
progress_rows(struct store *s, int32_t incarnation, const struct store_past *rows, size_t n)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_INT4,
		PARAM_BYTEA, PARAM_BYTEA, PARAM_TIME };
	struct params *p = pipeline_add(s, QUERY_PAST_PROGRESS);

	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++) {
		const struct store_application *a = &rows[i].filed;

		params_int(p, 0, a->division);
		params_int(p, 1, a->id);
		params_int(p, 2, a->status);
		params_int(p, 3, a->history_count);
		params_bytes(p, 4, a->history_hash, sizeof a->history_hash);
		params_bytes(p, 5, a->items.data, a->items.length);
		params_time(p, 6, rows[i].finished_at);
	}
	params_int(p, params_one(p, PARAM_INT4), incarnation);
}

static int
operation_rows(struct store *s, const struct store_past *rows, size_t n, struct error *why)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_INT2,
		PARAM_BOOL, PARAM_INT4, PARAM_TIME, PARAM_BYTEA, PARAM_INT2, PARAM_INT4, PARAM_TIME, PARAM_TIME,
		PARAM_BYTEA };
	struct params *p = pipeline_add(s, QUERY_PAST_OPERATION);

	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < rows[i].filed.n_operations; k++) {
			const struct store_outcome *o = &rows[i].outcomes[k];

			if (rows_operation(s, p, &rows[i].filed.operations[k], why) != 0)
				return -1;
			params_int(p, 8, o->state);
			params_int(p, 9, o->attempts);
			params_time(p, 10, o->acknowledged_at);
			params_time(p, 11, o->decided_at);
			params_bytes(p, 12, o->outcome.data, o->outcome.length);
		}
	}
	return 0;
}

static int
count_rows(struct store *s, const struct store_past *rows, size_t n, struct error *why)
{
	size_t total = 0, at = 0;
	struct store_count *all;
	int result;

	for (size_t i = 0; i < n; i++)
		total += rows[i].filed.n_counts;
	all = malloc((total + 1) * sizeof *all);
	if (!all)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].filed.n_counts; k++)
			all[at++] = rows[i].filed.counts[k];
	result = rows_counts(s, all, total, why);
	free(all);
	return result;
}

static int
revision_rows(struct store *s, const struct store_past *rows, size_t n, struct error *why)
{
	struct store_revision *all;
	size_t total = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		total += rows[i].n_revisions;
	all = malloc((total + 1) * sizeof *all);
	if (!all)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].n_revisions; k++)
			all[at++] = rows[i].revisions[k];
	rows_revisions(s, all, total);
	free(all);
	return 0;
}

static int
queue(struct store *s, int32_t incarnation, const struct store_past *rows, size_t n, struct error *why)
{
	const struct store_application **filed = malloc((n + 1) * sizeof *filed);
	struct params *p;

	if (!filed)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < n; i++)
		filed[i] = &rows[i].filed;
	rows_once(s, filed, n);
	rows_applications(s, filed, n);
	free(filed);
	progress_rows(s, incarnation, rows, n);
	if (operation_rows(s, rows, n, why) != 0 || revision_rows(s, rows, n, why) != 0)
		return -1;
	p = rows_history_begin(s);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].n_lines; k++)
			rows_history(p, rows[i].filed.division, rows[i].filed.id, rows[i].lines[k].seq,
			    rows[i].lines[k].entries, rows[i].lines[k].hash);
	return count_rows(s, rows, n, why);
}

int
store_past(struct store *s, int32_t incarnation, const struct store_past *rows, size_t n,
    const struct store_past_account *accounts, size_t n_accounts, struct error *why)
{
	for (size_t i = 0; i < n; i++)
		if (rows_endpoints(s, rows[i].filed.operations, rows[i].filed.n_operations, why) != 0)
			return -1;
	if (pipeline_begin(s, why) != 0)
		return -1;
	account_rows(s, accounts, n_accounts);
	if (queue(s, incarnation, rows, n, why) != 0 || pipeline_send(s, why) != 0)
		return -1;
	return pipeline_wait(s, ANSWER_MS, why);
}
