/* Who reads whose data. */
#include "store/connection.h"
#include "store/result.h"

static void
access_row(struct params *p, const struct store_access *a)
{
	params_int(p, 0, a->division);
	params_int(p, 1, a->id);
	params_int(p, 2, a->account);
	params_int(p, 3, a->application);
	params_time(p, 4, a->at);
	if (a->person)
		params_bytes(p, 5, a->person, 16);
	else
		params_null(p, 5);
	params_text(p, 6, a->fields);
	params_text(p, 7, a->why);
}

int
store_access_put(struct store *s, const struct store_access *rows, size_t n, struct error *why)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT8, PARAM_INT8, PARAM_TIME,
		PARAM_UUID, PARAM_TEXT, PARAM_TEXT };
	struct params *p = connection_params(s);

	if (n == 0)
		return 0;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		params_array(p, types[i]);
	for (size_t i = 0; i < n; i++)
		access_row(p, &rows[i]);
	return connection_do(s, QUERY_ACCESS_PUT, why);
}

static int
tell_readings(PGresult *r, void (*each)(void *cookie, const struct store_reading *r), void *cookie)
{
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		struct store_reading one = { .at = result_time(r, i, 0), .account = result_int(r, i, 1) };

		result_text(r, i, 2, one.role, sizeof one.role);
		result_text(r, i, 3, one.department, sizeof one.department);
		result_text(r, i, 4, one.fields, sizeof one.fields);
		result_text(r, i, 5, one.why, sizeof one.why);
		each(cookie, &one);
	}
	PQclear(r);
	return 0;
}

int
store_readings(struct store *s, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_reading *r), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), application);
	return tell_readings(connection_run(s, QUERY_ACCESS_LIST, why), each, cookie);
}

int
store_readings_of_person(struct store *s, const uint8_t person[16],
    void (*each)(void *cookie, const struct store_reading *r), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	return tell_readings(connection_run(s, QUERY_ACCESS_OF_PERSON, why), each, cookie);
}
