#include <stdlib.h>
#include <string.h>

#include "rules/running.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/result.h"

enum { LIMIT_MOST = 201 /* a page of 200, and one that tells of the next */ };

static void
text_or_null(struct params *p, const char *text)
{
	int c = params_one(p, PARAM_TEXT);

	if (text)
		params_text(p, c, text);
	else
		params_null(p, c);
}

static void
divisions_param(struct params *p, const int32_t *divisions, int n)
{
	int c = params_array(p, PARAM_INT4);

	for (int i = 0; i < n; i++)
		params_int(p, c, divisions[i]);
}

static void
divisions_or_null(struct params *p, const struct store_filter *f)
{
	if (f->n_divisions > 0)
		divisions_param(p, f->divisions, f->n_divisions);
	else
		params_null(p, params_one(p, PARAM_INT4));
}

static int
limit(const struct store_filter *f)
{
	return f->limit > 0 && f->limit < LIMIT_MOST ? f->limit : LIMIT_MOST;
}

/* $2 .. $7 of all lists. */
static void
common(struct params *p, const struct store_filter *f)
{
	params_int(p, params_one(p, PARAM_INT8), f->before ? f->before : INT64_MAX);
	params_int(p, params_one(p, PARAM_INT4), limit(f));
	text_or_null(p, f->event);
	params_int(p, params_one(p, PARAM_INT4), f->status);
	divisions_or_null(p, f);
	params_int(p, params_one(p, PARAM_INT8), f->agent);
}

static void
person_or_null(struct params *p, const uint8_t *person)
{
	int c = params_one(p, PARAM_UUID);

	if (person)
		params_bytes(p, c, person, 16);
	else
		params_null(p, c);
}

/* $8 .. $11 where the index leaves them open: account, his blind index, department, an agent's village. */
static void
residual(struct params *p, const struct store_filter *f)
{
	int c = params_one(p, PARAM_INT8);

	if (f->account)
		params_int(p, c, f->account);
	else
		params_null(p, c);
	person_or_null(p, f->own_person);
	text_or_null(p, f->department);
	params_int(p, params_one(p, PARAM_INT8), f->village);
}

static PGresult *
by_person(struct store *s, const struct store_filter *f, struct error *why)
{
	struct params *p = connection_params(s);

	person_or_null(p, f->person);
	common(p, f);
	residual(p, f);
	return connection_run(s, QUERY_LIST_PERSON, why);
}

static PGresult *
by_account(struct store *s, const struct store_filter *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), f->account);
	common(p, f);
	person_or_null(p, f->own_person);
	return connection_run(s, QUERY_LIST_ACCOUNT, why);
}

static PGresult *
by_agent(struct store *s, const struct store_filter *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), f->agent);
	common(p, f);
	params_int(p, params_one(p, PARAM_INT8), f->village);
	return connection_run(s, QUERY_LIST_AGENT, why);
}

int
cases_divisions(struct store *s, int32_t divisions[DIVISIONS_MOST], struct error *why)
{
	PGresult *r;
	int n;

	connection_params(s);
	r = connection_run(s, QUERY_DIVISIONS, why);
	if (!r)
		return -1;
	n = PQntuples(r) < DIVISIONS_MOST ? PQntuples(r) : DIVISIONS_MOST;
	for (int i = 0; i < n; i++)
		divisions[i] = (int32_t)result_int(r, i, 0);
	PQclear(r);
	return n;
}

static enum query
division_query(const struct store_filter *f)
{
	if (f->attention)
		return QUERY_LIST_ATTENTION;
	if (f->status >= 0 && f->status != STATUS_FINISHED)
		return QUERY_LIST_UNFINISHED;
	if (f->event)
		return QUERY_LIST_EVENT;
	return f->department ? QUERY_LIST_DEPARTMENT : QUERY_LIST_DIVISIONS;
}

static PGresult *
by_division(struct store *s, const struct store_filter *f, struct error *why)
{
	enum query q = division_query(f);
	int32_t *all = NULL;
	struct params *p;
	PGresult *r = NULL;
	int n = f->n_divisions;

	if (n == 0) {
		all = calloc(DIVISIONS_MOST, sizeof *all);
		n = all ? cases_divisions(s, all, why) : error_set(why, ERROR_TEMPORARY, "no memory");
	}
	if (n >= 0) {
		p = connection_params(s);
		divisions_param(p, all ? all : f->divisions, n);
		common(p, f);
		if (q != QUERY_LIST_DIVISIONS)
			text_or_null(p, f->department);
		r = connection_run(s, q, why);
	}
	free(all);
	return r;
}

/* One application, if it passes the other conditions. */
static int
by_number(struct store *s, const struct store_filter *f, struct store_place *place, struct error *why)
{
	int found = store_case_find(s, f->number, &place->division, &place->id, why);
	struct params *p;
	PGresult *r;

	if (found != 1)
		return found;
	p = connection_params(s);
	params_int(p, params_one(p, PARAM_INT8), place->id);
	common(p, f);
	residual(p, f);
	params_int(p, params_one(p, PARAM_INT4), place->division);
	person_or_null(p, f->person);
	r = connection_run(s, QUERY_CASE_ALLOWED, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	PQclear(r);
	return found;
}

/* The places that the filter gives, newest first; -1 on failure. */
static int
places_of(struct store *s, const struct store_filter *f, struct store_place *places, struct error *why)
{
	PGresult *r;
	int n;

	if (f->number)
		return by_number(s, f, places, why);
	if (f->account && f->department && !f->person) /* no index serves both: nobody asks for it */
		return error_set(why, ERROR_BROKEN, "store: a list by account and department at once");
	r = f->attention ? by_division(s, f, why) : f->person ? by_person(s, f, why)
	    : f->agent ? by_agent(s, f, why) : f->account ? by_account(s, f, why) : by_division(s, f, why);
	if (!r)
		return -1;
	n = PQntuples(r) < LIMIT_MOST ? PQntuples(r) : LIMIT_MOST;
	for (int i = 0; i < n; i++)
		places[i] = (struct store_place){ (int32_t)result_int(r, i, 0), result_int(r, i, 1) };
	PQclear(r);
	return n;
}

int
store_list(struct store *s, const struct store_filter *f,
    void (*each)(void *cookie, const struct store_case *c), void *cookie, struct error *why)
{
	struct store_place places[LIMIT_MOST];
	struct cases all = { NULL, 0 };
	int n = places_of(s, f, places, why);

	if (n < 0 || (n > 0 && cases_load(s, places, (size_t)n, &all, why) != 0))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		each(cookie, &all.list[i]);
	cases_free(&all);
	return 0;
}

int
store_attention_count(struct store *s, void (*each)(void *cookie, const char *department, long n),
    void *cookie, struct error *why)
{
	PGresult *r;

	connection_params(s);
	r = connection_run(s, QUERY_ATTENTION_COUNT, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		char department[64];

		result_text(r, i, 0, department, sizeof department);
		each(cookie, department, (long)result_int(r, i, 1));
	}
	PQclear(r);
	return 0;
}
