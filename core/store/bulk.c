#include "store/bulk.h"

#include "base/clock.h"
#include "store/connection.h"
#include "store/id.h"
#include "store/result.h"

#define HOUR_US (3600 * US_PER_SECOND)

int
store_bulk_look(struct store *s, struct store_bulk *b, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int n;

	params_int(p, params_one(p, PARAM_INT8), b->account);
	params_int(p, params_one(p, PARAM_INT8), store_id_first(b->at - HOUR_US));
	params_int(p, params_one(p, PARAM_INT4), b->most);
	params_time(p, params_one(p, PARAM_TIME), b->at);
	r = connection_run(s, QUERY_BULK_LOOK, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	if (n > 0)
		b->count = (int)result_int(r, 0, 0);
	PQclear(r);
	return n > 0;
}

int
store_bulk_list(struct store *s, const int32_t *divisions, int n, void (*each)(void *cookie,
    const struct store_bulk *b), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);
	int at = params_array(p, PARAM_INT4);
	PGresult *r;

	for (int i = 0; i < n; i++)
		params_int(p, at, divisions[i]);
	r = connection_run(s, QUERY_BULK_LIST, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		struct store_bulk one = { .account = result_int(r, i, 0), .at = result_time(r, i, 1),
			.count = (int)result_int(r, i, 2) };

		result_text(r, i, 3, one.name, sizeof one.name);
		result_text(r, i, 4, one.role, sizeof one.role);
		result_text(r, i, 5, one.department, sizeof one.department);
		each(cookie, &one);
	}
	PQclear(r);
	return 0;
}
