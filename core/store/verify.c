#include "store/connection.h"
#include "store/result.h"

enum { PAGE = 500 };

static int
page(struct store *s, int32_t *division, int64_t *id, void (*chain)(void *, const struct store_chain *),
    void *cookie, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int n;

	params_int(p, params_one(p, PARAM_INT4), *division);
	params_int(p, params_one(p, PARAM_INT8), *id);
	params_int(p, params_one(p, PARAM_INT4), PAGE);
	r = connection_run(s, QUERY_VERIFY_PAGE, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++) {
		uint8_t hash[32];
		struct store_chain c = { .division = (int32_t)result_int(r, i, 0), .id = result_int(r, i, 1),
			.number = PQgetvalue(r, i, 2), .event = PQgetvalue(r, i, 3),
			.history_count = (int32_t)result_int(r, i, 4), .history_hash = hash,
			.lines = PQgetvalue(r, i, 6) };

		result_fixed(r, i, 5, hash, sizeof hash);
		chain(cookie, &c);
		*division = c.division;
		*id = c.id;
	}
	PQclear(r);
	return n;
}

static int
snapshot(struct store *s, struct error *why)
{
	s->patient = true;
	return connection_command(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
	    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0", why);
}

int
store_verify(struct store *s, void (*chain)(void *cookie, const struct store_chain *c),
    void (*total)(void *cookie, const struct store_total *t), void *cookie, struct error *why)
{
	const struct store_counts_query all = { .to = INT32_MAX, .by = COUNTS_BY_ALL };
	int32_t division = 0;
	int64_t id = 0;
	int n = PAGE, result = snapshot(s, why);

	while (result == 0 && n == PAGE) {
		n = page(s, &division, &id, chain, cookie, why);
		if (n < 0)
			result = -1;
	}
	if (result == 0)
		result = store_counts(s, &all, total, cookie, why);
	connection_rollback(s);
	s->patient = false;
	return result;
}

int64_t
store_orphans(struct store *s, struct error *why)
{
	int64_t rows = -1;
	PGresult *r;

	if (snapshot(s, why) == 0) {
		connection_params(s);
		r = connection_run(s, QUERY_VERIFY_ORPHANS, why);
		if (r)
			rows = result_int(r, 0, 0);
		PQclear(r);
	}
	connection_rollback(s);
	s->patient = false;
	return rows;
}
