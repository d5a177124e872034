#include "store/verdict.h"

#include "rules/running.h"
#include "store/connection.h"
#include "store/result.h"

int64_t
verdict_caller(const struct store_application *a)
{
	return a->filed_by ? a->filed_by : a->account;
}

/* 0 stands for none, which is in force. */
static bool
is_in_force(const PGresult *r, int64_t token)
{
	bool found = token == 0;

	for (int k = 0; k < PQntuples(r) && !found; k++)
		found = result_int(r, k, 0) == token;
	return found;
}

static int
find_revoked(struct store *s, struct store_application *const *rows, size_t n, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, rows[i]->token);
		params_int(p, 0, rows[i]->mandate);
	}
	r = connection_run(s, QUERY_TOKENS_IN_FORCE, why);
	if (!r)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!is_in_force(r, rows[i]->token))
			rows[i]->verdict = STORE_REVOKED;
		else if (!is_in_force(r, rows[i]->mandate))
			rows[i]->verdict = STORE_NO_MANDATE;
	PQclear(r);
	return 0;
}

static int
same_key(struct store_application *a, const PGresult *r, int row, struct error *why)
{
	if (a->verdict != STORE_PENDING)
		return 0;
	a->same_id = result_int(r, row, 1);
	result_fixed(r, row, 2, a->same_body_hash, sizeof a->same_body_hash);
	if (result_bytes(r, row, 3, &a->same_answer) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	a->verdict = STORE_SAME_KEY;
	return 0;
}

int
verdict_same_keys(struct store *s, struct store_application *const *rows, size_t n, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int result = 0;

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	params_array(p, PARAM_UUID);
	for (size_t i = 0; i < n; i++) {
		const struct store_application *a = rows[i];

		params_int(p, 0, a->account_division);
		params_int(p, 1, verdict_caller(a));
		params_bytes(p, 2, a->key_hash, sizeof a->key_hash);
	}
	r = connection_run(s, QUERY_REQUEST_KEY_FIND, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r) && result == 0; i++)
		result = same_key(rows[result_int(r, i, 0) - 1], r, i, why);
	PQclear(r);
	return result;
}

static int
find_held(struct store *s, struct store_application *const *rows, size_t n, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_UUID);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, rows[i]->division);
		if (rows[i]->has_once)
			params_bytes(p, 1, rows[i]->once, sizeof rows[i]->once);
		else
			params_null(p, 1);
	}
	params_int(p, params_one(p, PARAM_INT2), STATUS_WITHDRAWN);
	r = connection_run(s, QUERY_ONCE_FIND, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		struct store_application *a = rows[result_int(r, i, 0) - 1];

		if (a->verdict == STORE_PENDING) {
			a->verdict = STORE_ONCE;
			a->same_id = result_int(r, i, 1);
		}
	}
	PQclear(r);
	return 0;
}

static int
count_file(void *cookie, const struct store_file *f, struct error *why)
{
	(void)f;
	(void)why;
	++*(size_t *)cookie;
	return 0;
}

/* Whose files are not all there (any more)? */
static int
find_gone(struct store *s, struct store_application *const *rows, size_t n, struct error *why)
{
	for (size_t i = 0; i < n; i++) {
		struct store_application *a = rows[i];
		size_t there = 0;

		for (size_t k = 0; k < a->n_files; k++) {
			const struct store_file place = { .division = a->files[k].division, .id = a->files[k].file };

			if (store_files(s, &place, 1, count_file, &there, why) != 0)
				return -1;
		}
		if (a->verdict == STORE_PENDING && there < a->n_files)
			a->verdict = STORE_NO_FILE;
	}
	return 0;
}

int
verdict_sort_out(struct store *s, struct store_application **rows, size_t *n, struct error *why)
{
	size_t kept = 0;

	if (find_revoked(s, rows, *n, why) != 0 || verdict_same_keys(s, rows, *n, why) != 0 ||
	    find_held(s, rows, *n, why) != 0 || find_gone(s, rows, *n, why) != 0)
		return -1;
	for (size_t i = 0; i < *n; i++)
		if (rows[i]->verdict == STORE_PENDING)
			rows[kept++] = rows[i];
	*n = kept;
	return 0;
}
