#include "store/refusal.h"

#include <string.h>

#include "store/connection.h"
#include "store/result.h"

int
store_refusals_put(struct store *s, const struct store_refusal *rows, size_t n, struct error *why)
{
	struct params *p = connection_params(s);

	params_array(p, PARAM_TIME);
	params_array(p, PARAM_UUID);
	params_array(p, PARAM_INT8);
	params_array(p, PARAM_BYTEA);
	for (size_t i = 0; i < n; i++) {
		params_time(p, 0, rows[i].minute);
		params_bytes(p, 1, rows[i].who, sizeof rows[i].who);
		params_int(p, 2, rows[i].refused);
		params_bytes(p, 3, rows[i].address.data, rows[i].address.length);
	}
	return connection_do(s, QUERY_REFUSAL_PUT, why);
}

int
store_refusals_read(struct store *s, struct store_refused *out, struct error *why)
{
	PGresult *r;
	int done = 0;

	memset(out, 0, sizeof *out);
	connection_params(s);
	r = connection_run(s, QUERY_REFUSALS, why);
	if (!r)
		return -1;
	if (PQntuples(r) > 0) {
		out->refused = result_int(r, 0, 0);
		out->addresses = result_int(r, 0, 1);
		out->most.minute = result_time(r, 0, 2);
		out->most.refused = result_int(r, 0, 3);
		done = result_bytes(r, 0, 4, &out->most.address);
	}
	PQclear(r);
	return done == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}
