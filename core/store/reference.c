#include <string.h>

#include "store/connection.h"
#include "store/result.h"

int
store_now(struct store *s, int64_t *us, struct error *why)
{
	PGresult *r;

	connection_params(s);
	r = connection_run(s, QUERY_NOW, why);
	if (!r)
		return -1;
	*us = result_time(r, 0, 0);
	PQclear(r);
	return 0;
}

int
store_version_put(struct store *s, const uint8_t hash[32], const char *event, const char *declared,
    bool in_force, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_BYTEA), hash, 32);
	params_text(p, params_one(p, PARAM_TEXT), event);
	params_text(p, params_one(p, PARAM_TEXT), declared);
	params_int(p, params_one(p, PARAM_BOOL), in_force);
	return connection_do(s, QUERY_VERSION_PUT, why);
}

char *
store_version_get(struct store *s, const uint8_t hash[32], struct error *why)
{
	struct params *p = connection_params(s);
	char *text = NULL;
	PGresult *r;

	params_bytes(p, params_one(p, PARAM_BYTEA), hash, 32);
	r = connection_run(s, QUERY_VERSION_GET, why);
	if (!r)
		return NULL;
	if (PQntuples(r) > 0 && !(text = result_string(r, 0, 0)))
		error_set(why, ERROR_TEMPORARY, "no memory");
	PQclear(r);
	return text;
}

/* --- the key's fingerprint --- */

static const char fingerprint_name[] = "key_fingerprint";

/* 1 and the recorded value, 0 none, -1. */
static int
recorded(struct store *s, char *out, size_t room, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int found;

	params_text(p, params_one(p, PARAM_TEXT), fingerprint_name);
	r = connection_run(s, QUERY_SETTING_GET, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	if (found)
		result_text(r, 0, 0, out, room);
	PQclear(r);
	return found;
}

int
store_has_fingerprint(struct store *s, struct error *why)
{
	char value[80];

	return recorded(s, value, sizeof value, why);
}

int
store_fingerprint(struct store *s, const char *fingerprint, bool *fresh, struct error *why)
{
	char value[80];
	struct params *p;
	int found = recorded(s, value, sizeof value, why);

	if (found < 0)
		return -1;
	*fresh = !found;
	if (!found) {
		p = connection_params(s);
		params_text(p, params_one(p, PARAM_TEXT), fingerprint_name);
		params_text(p, params_one(p, PARAM_TEXT), fingerprint);
		if (connection_do(s, QUERY_SETTING_PUT, why) != 0 || recorded(s, value, sizeof value, why) != 1)
			return error_set(why, ERROR_TEMPORARY, "the key's fingerprint could not be recorded");
	}
	if (strcmp(value, fingerprint) != 0)
		return error_set(why, ERROR_REFUSED, "this database is sealed with another key (fingerprint %s, "
		    "ours is %s): set key_file to that key", value, fingerprint);
	return 0;
}

int
store_event_known(struct store *s, const char *event, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int known;

	params_text(p, params_one(p, PARAM_TEXT), event);
	r = connection_run(s, QUERY_EVENT_KNOWN, why);
	if (!r)
		return -1;
	known = PQntuples(r) > 0;
	PQclear(r);
	return known;
}

/* --- statistics --- */

static void
counts_params(struct params *p, const struct store_counts_query *q)
{
	int c;

	params_int(p, params_one(p, PARAM_INT4), q->from);
	params_int(p, params_one(p, PARAM_INT4), q->to);
	c = params_one(p, PARAM_TEXT);
	if (q->event)
		params_text(p, c, q->event);
	else
		params_null(p, c);
	params_int(p, params_one(p, PARAM_INT4), q->division);
	for (unsigned bit = COUNTS_BY_DIVISION; bit <= COUNTS_BY_DEPARTMENT; bit <<= 1)
		params_int(p, params_one(p, PARAM_BOOL), (q->by & bit) != 0);
}

int
store_counts(struct store *s, const struct store_counts_query *q,
    void (*each)(void *cookie, const struct store_total *t), void *cookie, struct error *why)
{
	PGresult *r;

	/* the planner takes the groups for few and sorts a year of rows for them: hashing is five times faster */
	if (connection_command(s, "SET enable_sort = off", why) != 0)
		return -1;
	counts_params(connection_params(s), q);
	r = connection_run(s, QUERY_COUNTS, why);
	if (!r)
		return -1;
	if (connection_command(s, "SET enable_sort = on", why) != 0) {
		PQclear(r);
		return -1;
	}
	result_totals(r, each, cookie);
	PQclear(r);
	return 0;
}
