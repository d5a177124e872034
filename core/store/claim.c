#include <stdlib.h>

#include "base/faults.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/result.h"

/* Candidates become the parameters of claim_take. */
static int
find(struct store *s, enum query q, int limit, struct params *take, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int n;

	params_int(p, params_one(p, PARAM_INT4), limit);
	r = connection_run(s, q, why);
	if (!r)
		return -1;
	params_begin(take);
	params_array(take, PARAM_INT4);
	params_array(take, PARAM_INT8);
	params_array(take, PARAM_INT4);
	n = PQntuples(r);
	for (int i = 0; i < n; i++)
		for (int c = 0; c < 3; c++)
			params_int(take, c, result_int(r, i, c));
	PQclear(r);
	return n;
}

static int
take(struct store *s, int32_t incarnation, struct cases *all, struct error *why)
{
	struct params *p = &s->one;
	struct store_place *places;
	PGresult *r;
	size_t n;
	int result;

	CRASH_POINT("claim/found");
	params_int(p, params_one(p, PARAM_INT4), incarnation);
	r = connection_run(s, QUERY_CLAIM_TAKE, why);
	if (!r)
		return -1;
	CRASH_POINT("claim/taken");
	n = (size_t)PQntuples(r);
	places = calloc(n + 1, sizeof *places);
	for (size_t i = 0; places && i < n; i++)
		places[i] = (struct store_place){ (int32_t)result_int(r, (int)i, 0), result_int(r, (int)i, 1) };
	PQclear(r);
	if (!places)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	result = n == 0 ? 0 : cases_load(s, places, n, all, why);
	free(places);
	if (result == 0 && all->n != n) /* else the rest would be ours and in nobody's memory */
		return error_set(why, ERROR_BROKEN, "an application has progress but no row of its own");
	return result == 0 && n > 0 ? cases_operations(s, all, true, why) : result;
}

static int
claim(struct store *s, enum query q, int32_t incarnation, int limit, struct cases *all,
    struct error *why)
{
	int n = find(s, q, limit, &s->one, why);

	return n <= 0 ? n : take(s, incarnation, all, why);
}

/* In one transaction with the reading: what is claimed is also in memory, or stays as it was; ERROR_UNKNOWN: or
 * neither. */
static int
claim_and_load(struct store *s, int32_t incarnation, int limit, struct cases *all, struct error *why)
{
	if (connection_begin(s, why) != 0)
		return -1;
	if (claim(s, QUERY_CLAIM_FIND, incarnation, limit, all, why) != 0 ||
	    (all->n == 0 && claim(s, QUERY_CLAIM_FIND_INBOX, incarnation, limit, all, why) != 0) ||
	    connection_commit(s, why) != 0) {
		connection_rollback(s);
		cases_free(all);
		return -1;
	}
	return 0;
}

int
store_claim(struct store *s, int32_t incarnation, int limit,
    void (*each)(void *cookie, struct store_case *c_take), void *cookie, struct error *why)
{
	struct cases all = { NULL, 0 };
	int n;

	if (store_nodes_watch(s, NULL, why) < 0 || claim_and_load(s, incarnation, limit, &all, why) != 0)
		return -1;
	CRASH_POINT("claim/loaded");
	n = (int)all.n;
	for (size_t i = 0; i < all.n; i++)
		each(cookie, &all.list[i]);
	free(all.list);
	return n;
}

int
store_owned(struct store *s, int32_t incarnation, int64_t after, struct store_place *places, int room,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int n;

	params_int(p, params_one(p, PARAM_INT4), incarnation);
	params_int(p, params_one(p, PARAM_INT8), after);
	params_int(p, params_one(p, PARAM_INT4), room);
	r = connection_run(s, QUERY_OWNED, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++)
		places[i] = (struct store_place){ (int32_t)result_int(r, i, 0), result_int(r, i, 1) };
	PQclear(r);
	return n;
}

static int
read_inbox(const PGresult *r, void (*each)(void *cookie, const struct store_inbox *row), void *cookie)
{
	for (int i = 0; i < PQntuples(r); i++) {
		char *key = result_string(r, i, 3), *department = result_string(r, i, 4);
		struct store_inbox row = { .division = (int32_t)result_int(r, i, 0),
			.id = result_int(r, i, 1), .application = result_int(r, i, 2), .key = key,
			.department = department,
			.body = { PQgetvalue(r, i, 5), (size_t)PQgetlength(r, i, 5) },
			.arrived_at = result_time(r, i, 6), .verdict = STORE_STORED };

		if (key && department)
			each(cookie, &row);
		free(key);
		free(department);
		if (!key || !department)
			return -1;
	}
	return 0;
}

int
store_inbox_open(struct store *s, int32_t incarnation, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_inbox *row), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int result;

	if (application) {
		params_int(p, params_one(p, PARAM_INT4), division);
		params_int(p, params_one(p, PARAM_INT8), application);
	} else {
		params_int(p, params_one(p, PARAM_INT4), incarnation);
	}
	r = connection_run(s, application ? QUERY_INBOX_OF : QUERY_INBOX_OWNED, why);
	if (!r)
		return -1;
	result = read_inbox(r, each, cookie);
	PQclear(r);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}
