#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"
#include "rules/running.h"
#include "store/pipeline.h"
#include "store/result.h"
#include "store/rows.h"
#include "store/verdict.h"

enum { ANSWER_MS = 60000, TRIES = 5 };

struct batch { /* rows of one attempt */
	struct store_application **rows;
	size_t n;
	struct store_inbox **inbox;
	size_t n_inbox;
};

static void
mark(const struct batch *b, enum store_verdict verdict)
{
	for (size_t i = 0; i < b->n; i++)
		b->rows[i]->verdict = verdict;
	for (size_t i = 0; i < b->n_inbox; i++)
		b->inbox[i]->verdict = verdict;
}

/* --- the statements --- */

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Sort and drop repetitions; gives the number left. */
static size_t
distinct(int64_t *list, size_t n)
{
	size_t kept = 0;

	qsort(list, n, sizeof *list, by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || list[kept - 1] != list[i])
			list[kept++] = list[i];
	return kept;
}

static void
int8_rows(struct params *p, const int64_t *list, size_t n)
{
	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < n; i++)
		params_int(p, 0, list[i]);
}

/* Eight bytes of a hash as a number. */
static int64_t
number_of(const uint8_t *hash)
{
	int64_t number;

	memcpy(&number, hash, sizeof number);
	return number;
}

/* Advisory locks in one order: keys and values that are handled once, then tokens; then the tokens'
 * check. */
static int
lock_rows(struct store *s, const struct batch *b, struct error *why)
{
	int64_t *list = malloc((2 * b->n + 1) * sizeof *list);
	size_t n = 0;
	struct params *p;

	if (!list)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < b->n; i++) {
		list[n++] = number_of(b->rows[i]->key_hash) ^ verdict_caller(b->rows[i]);
		if (b->rows[i]->has_once)
			list[n++] = number_of(b->rows[i]->once) ^ b->rows[i]->division;
	}
	CRASH_POINT("intake/locked");
	int8_rows(pipeline_add(s, QUERY_LOCK_KEYS), list, distinct(list, n));
	n = 0;
	for (size_t i = 0; i < b->n; i++)
		for (int k = 0; k < 2; k++) {
			int64_t token = k ? b->rows[i]->mandate : b->rows[i]->token;

			if (token)
				list[n++] = token;
		}
	n = distinct(list, n);
	if (n > 0) {
		int8_rows(pipeline_add(s, QUERY_LOCK_TOKENS), list, n);
		p = pipeline_add(s, QUERY_TOKEN_CHECK);
		int8_rows(p, list, n);
		params_int(p, params_one(p, PARAM_INT4), (int64_t)n);
	}
	free(list);
	return 0;
}

static void
key_rows(struct store *s, const struct batch *b)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_UUID, PARAM_INT8,
		PARAM_BYTEA, PARAM_BYTEA };
	struct params *p = pipeline_add(s, QUERY_REQUEST_KEY_PUT);

	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < b->n; i++) {
		const struct store_application *a = b->rows[i];

		params_int(p, 0, a->account_division);
		params_int(p, 1, verdict_caller(a));
		params_bytes(p, 2, a->key_hash, sizeof a->key_hash);
		params_int(p, 3, a->id);
		params_bytes(p, 4, a->body_hash, sizeof a->body_hash);
		params_bytes(p, 5, a->answer.data, a->answer.length);
	}
	params_int(p, params_one(p, PARAM_INT4), (int64_t)b->n);
}

static void
progress_rows(struct store *s, const struct batch *b, int32_t incarnation)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_INT4,
		PARAM_BYTEA, PARAM_BYTEA };
	struct params *p = pipeline_add(s, QUERY_PROGRESS_PUT);

	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < b->n; i++) {
		const struct store_application *a = b->rows[i];

		params_int(p, 0, a->division);
		params_int(p, 1, a->id);
		params_int(p, 2, a->status);
		params_int(p, 3, a->history_count);
		params_bytes(p, 4, a->history_hash, sizeof a->history_hash);
		params_bytes(p, 5, a->items.data, a->items.length);
	}
	params_int(p, params_one(p, PARAM_INT4), incarnation);
}

static int
operation_rows(struct store *s, const struct batch *b, struct error *why)
{
	struct params *p = NULL;

	for (size_t i = 0; i < b->n; i++) {
		for (size_t k = 0; k < b->rows[i]->n_operations; k++) {
			if (!p)
				p = rows_operations_begin(s);
			if (rows_operation(s, p, &b->rows[i]->operations[k], why) != 0)
				return -1;
		}
	}
	return 0;
}

/* Those of the whole group in one statement. */
static int
consent_rows(struct store *s, const struct batch *b, struct error *why)
{
	struct store_consent *all;
	size_t n = 0, total = 0;

	for (size_t i = 0; i < b->n; i++)
		total += b->rows[i]->n_consents;
	if (total == 0)
		return 0;
	all = malloc(total * sizeof *all);
	if (!all)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->rows[i]->n_consents; k++)
			all[n++] = b->rows[i]->consents[k];
	rows_consents(s, all, n);
	free(all);
	return 0;
}

/* The files that they name, in one statement. */
static int
file_rows(struct store *s, const struct batch *b, struct error *why)
{
	struct store_file_use *uses;
	size_t n = 0, total = 0;
	int result;

	for (size_t i = 0; i < b->n; i++)
		total += b->rows[i]->n_files;
	if (total == 0)
		return 0;
	uses = malloc(total * sizeof *uses);
	if (!uses)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->rows[i]->n_files; k++)
			uses[n++] = b->rows[i]->files[k];
	result = rows_file_uses(s, uses, n, why);
	free(uses);
	return result;
}

/* What was a draft is filed. */
static void
draft_rows(struct store *s, const struct batch *b)
{
	struct params *p = NULL;

	for (size_t i = 0; i < b->n; i++) {
		const struct store_application *a = b->rows[i];

		if (!a->drafted)
			continue;
		if (!p) {
			p = pipeline_add(s, QUERY_DRAFT_FILED);
			params_array(p, PARAM_INT8);
			params_array(p, PARAM_UUID);
		}
		params_int(p, 0, verdict_caller(a));
		params_bytes(p, 1, a->key_hash, sizeof a->key_hash);
	}
}

static int
history_and_count_rows(struct store *s, const struct batch *b, struct error *why)
{
	struct params *p = rows_history_begin(s);
	struct store_count *counts;
	size_t n = 0, total = 0;
	int result;

	for (size_t i = 0; i < b->n; i++) {
		const struct store_application *a = b->rows[i];

		rows_history(p, a->division, a->id, 1, a->history, a->history_hash);
		total += a->n_counts;
	}
	if (total == 0)
		return 0;
	counts = malloc(total * sizeof *counts);
	if (!counts)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < b->n; i++) {
		for (size_t k = 0; k < b->rows[i]->n_counts; k++)
			counts[n++] = b->rows[i]->counts[k];
	}
	result = rows_counts(s, counts, n, why);
	free(counts);
	return result;
}

static void
inbox_rows(struct store *s, const struct batch *b, int32_t incarnation)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT8, PARAM_TEXT,
		PARAM_TEXT, PARAM_BYTEA, PARAM_TIME };
	struct params *p;

	if (b->n_inbox == 0)
		return;
	p = pipeline_add(s, QUERY_INBOX_PUT);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < b->n_inbox; i++) {
		const struct store_inbox *row = b->inbox[i];

		params_int(p, 0, row->division);
		params_int(p, 1, row->id);
		params_int(p, 2, row->application);
		params_text(p, 3, row->department);
		params_text(p, 4, row->key);
		params_bytes(p, 5, row->body.data, row->body.length);
		params_time(p, 6, row->arrived_at);
	}
	CRASH_POINT("callback/put");
	p = pipeline_add(s, QUERY_INBOX_NOTIFY);
	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < b->n_inbox; i++) {
		params_int(p, 0, b->inbox[i]->division);
		params_int(p, 1, b->inbox[i]->application);
	}
	params_int(p, params_one(p, PARAM_INT4), incarnation);
}

/* One transaction for all rows of the batch. */
static int
attempt(struct store *s, int32_t incarnation, const struct batch *b, struct error *why)
{
	if (pipeline_begin(s, why) != 0)
		return -1;
	if (b->n > 0) {
		if (lock_rows(s, b, why) != 0)
			return -1;
		key_rows(s, b);
		CRASH_POINT("intake/keys_put");
		rows_once(s, (const struct store_application *const *)b->rows, b->n);
		if (file_rows(s, b, why) != 0)
			return -1;
		rows_applications(s, (const struct store_application *const *)b->rows, b->n);
		progress_rows(s, b, incarnation);
		draft_rows(s, b);
		if (operation_rows(s, b, why) != 0 || history_and_count_rows(s, b, why) != 0 ||
		    consent_rows(s, b, why) != 0)
			return -1;
	}
	inbox_rows(s, b, incarnation);
	CRASH_POINT("intake/before_commit");
	if (pipeline_send(s, why) != 0)
		return -1;
	CRASH_POINT("intake/committing");
	if (PLANTED("answer_before_commit"))
		return 0;
	return pipeline_wait(s, ANSWER_MS, why);
}

/* --- groups --- */

static void commit(struct store *s, int32_t incarnation, struct batch b, struct error *why);

/* A bad row is among them: halve until it stands alone. */
static void
halve(struct store *s, int32_t incarnation, const struct batch *b, const struct error *cause,
    struct error *why)
{
	size_t half = (b->n + b->n_inbox) / 2;
	size_t n = half < b->n ? half : b->n;
	struct batch first = { b->rows, n, b->inbox, half - n };
	struct batch second = { b->rows + n, b->n - n, b->inbox + (half - n), b->n_inbox - (half - n) };

	if (half == 0) {
		log_error("a row was refused by the database: %s", cause->text);
		mark(b, STORE_BAD);
		return;
	}
	commit(s, incarnation, first, why);
	commit(s, incarnation, second, why);
}

static void
commit(struct store *s, int32_t incarnation, struct batch b, struct error *why)
{
	struct error told = { 0 };

	for (int tries = 0; tries < TRIES && b.n + b.n_inbox > 0; tries++) {
		error_clear(&told);
		if (attempt(s, incarnation, &b, &told) == 0) {
			CRASH_POINT("intake/committed");
			mark(&b, STORE_STORED);
			return;
		}
		if (told.kind == ERROR_CONFLICT) {
			error_clear(&told);
			if (verdict_sort_out(s, b.rows, &b.n, &told) != 0)
				break;
			error_set(&told, ERROR_TEMPORARY, "keys or tokens changed again and again");
		} else if (told.kind == ERROR_INPUT) {
			halve(s, incarnation, &b, &told, why);
			return;
		} else if (told.kind != ERROR_TEMPORARY || !store_alive(s)) {
			break;
		}
	}
	if (b.n + b.n_inbox == 0)
		return;
	if (PLANTED("unknown_is_stored"))
		mark(&b, STORE_STORED);
	else
		mark(&b, told.kind == ERROR_UNKNOWN ? STORE_LOST : STORE_FAILED);
	error_set(why, told.kind, "%s", told.text);
}

/* Can at most one of them be stored? */
static bool
compete(const struct store_application *x, const struct store_application *y)
{
	if (x->has_once && y->has_once && x->division == y->division &&
	    memcmp(x->once, y->once, sizeof x->once) == 0)
		return true;
	return verdict_caller(x) == verdict_caller(y) && x->account_division == y->account_division &&
	    memcmp(x->key_hash, y->key_hash, sizeof x->key_hash) == 0;
}

/* Rows still pending, but of those that compete only the first: the others wait for its end. */
static size_t
choose(struct store_application *const *rows, size_t n, struct store_application **chosen)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		bool repeated = false;

		for (size_t k = 0; k < m && !repeated; k++)
			repeated = compete(chosen[k], rows[i]);
		if (rows[i]->verdict == STORE_PENDING && !repeated)
			chosen[m++] = rows[i];
	}
	return m;
}

static bool
settled(struct store_application *const *rows, size_t n, struct store_inbox *const *inbox, size_t n_inbox)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i]->verdict != STORE_FAILED && rows[i]->verdict != STORE_LOST)
			return true;
	for (size_t i = 0; i < n_inbox; i++)
		if (inbox[i]->verdict != STORE_FAILED && inbox[i]->verdict != STORE_LOST)
			return true;
	return n + n_inbox == 0;
}

static void
intake_passes(struct store *s, int32_t incarnation, struct store_application *const *rows, size_t n,
    struct batch all, struct error *why)
{
	struct batch b = { all.rows, choose(rows, n, all.rows), all.inbox, all.n_inbox };

	commit(s, incarnation, b, why);
	while ((b.n = choose(rows, n, b.rows)) > 0) { /* the first ones have ended */
		struct batch left;
		struct error told = { 0 };

		b.n_inbox = 0;
		left = b;
		if (verdict_sort_out(s, left.rows, &left.n, &told) != 0) {
			mark(&left, STORE_FAILED);
			error_set(why, told.kind, "%s", told.text);
		} else {
			commit(s, incarnation, left, why);
		}
	}
}

int
store_intake(struct store *s, int32_t incarnation, struct store_application *const *rows, size_t n,
    struct store_inbox *const *inbox, size_t n_inbox, struct error *why)
{
	struct batch all = { calloc(n + 1, sizeof *all.rows), n, calloc(n_inbox + 1, sizeof *all.inbox),
		n_inbox };
	struct error told = { 0 };

	if (PLANTED("answer_before_commit") && s->pipe.active && pipeline_wait(s, ANSWER_MS, &told) != 0)
		error_clear(&told);
	for (size_t i = 0; i < n; i++)
		rows[i]->verdict = STORE_PENDING;
	for (size_t i = 0; i < n_inbox; i++)
		inbox[i]->verdict = STORE_PENDING;
	if (all.rows && all.inbox) {
		for (size_t i = 0; i < n; i++)
			all.rows[i] = rows[i];
		for (size_t i = 0; i < n_inbox; i++)
			all.inbox[i] = inbox[i];
		for (size_t i = 0; i < n && told.kind == ERROR_NONE; i++)
			if (rows_endpoints(s, rows[i]->operations, rows[i]->n_operations, &told) != 0)
				break;
		if (told.kind != ERROR_NONE)
			mark(&all, STORE_FAILED);
		else
			intake_passes(s, incarnation, rows, n, all, &told);
	} else {
		error_set(&told, ERROR_TEMPORARY, "no memory");
		for (size_t i = 0; i < n; i++)
			rows[i]->verdict = STORE_FAILED;
		for (size_t i = 0; i < n_inbox; i++)
			inbox[i]->verdict = STORE_FAILED;
	}
	free(all.rows);
	free(all.inbox);
	return settled(rows, n, inbox, n_inbox) ? 0 : error_set(why, told.kind, "%s", told.text);
}

int
store_request_key(struct store *s, struct store_application *row, struct error *why)
{
	row->verdict = STORE_PENDING;
	return verdict_same_keys(s, &row, 1, why);
}
