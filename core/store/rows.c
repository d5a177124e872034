#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#include "rules/running.h"
#include "store/result.h"

void
rows_columns(struct params *p, const enum param_type *types, int n)
{
	for (int i = 0; i < n; i++)
		params_array(p, types[i]);
}

/* --- endpoints: department, call and URL under a short number --- */

static int
compare_endpoint(const struct endpoint *e, const char *department, const char *call, const char *url)
{
	int d = strcmp(e->department, department);

	if (d == 0)
		d = strcmp(e->call, call);
	return d ? d : strcmp(e->url, url);
}

/* The place in the sorted cache; *found tells whether it is there. */
static size_t
endpoint_place(const struct store *s, const struct store_operation *o, bool *found)
{
	size_t low = 0, high = s->n_endpoints;

	*found = false;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int d = compare_endpoint(&s->endpoints[middle], o->department, o->call, o->url);

		if (d == 0) {
			*found = true;
			return middle;
		}
		if (d < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
endpoint_params(struct store *s, const struct store_operation *o)
{
	struct params *p = connection_params(s);

	params_text(p, params_one(p, PARAM_TEXT), o->department);
	params_text(p, params_one(p, PARAM_TEXT), o->call);
	params_text(p, params_one(p, PARAM_TEXT), o->url);
}

/* Read or make the number. Another node may take the next number first: try again. */
static int
endpoint_number(struct store *s, const struct store_operation *o, int32_t *id, struct error *why)
{
	for (int tries = 0; tries < 20; tries++) {
		PGresult *r;

		endpoint_params(s, o);
		r = connection_run(s, QUERY_ENDPOINT_FIND, why);
		if (!r)
			return -1;
		*id = PQntuples(r) > 0 ? (int32_t)result_int(r, 0, 0) : 0;
		PQclear(r);
		if (*id > 0)
			return 0;
		endpoint_params(s, o);
		if (connection_do(s, QUERY_ENDPOINT_PUT, why) != 0)
			return -1;
	}
	return error_set(why, ERROR_TEMPORARY, "database: no number for an endpoint of %s", o->department);
}

static int
endpoint_add(struct store *s, size_t place, const struct store_operation *o, struct error *why)
{
	struct endpoint e = { 0 };

	if (s->n_endpoints == ENDPOINTS_MOST)
		return error_set(why, ERROR_BROKEN, "more than %d addresses of departments", ENDPOINTS_MOST);
	if (!s->endpoints)
		s->endpoints = calloc(ENDPOINTS_MOST, sizeof *s->endpoints);
	if (!s->endpoints)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (endpoint_number(s, o, &e.id, why) != 0)
		return -1;
	e.department = strdup(o->department);
	e.call = strdup(o->call);
	e.url = strdup(o->url);
	if (!e.department || !e.call || !e.url) {
		free(e.department);
		free(e.call);
		free(e.url);
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	memmove(&s->endpoints[place + 1], &s->endpoints[place],
	    (s->n_endpoints - place) * sizeof *s->endpoints);
	s->endpoints[place] = e;
	s->n_endpoints++;
	return 0;
}

int
rows_endpoints(struct store *s, const struct store_operation *rows, size_t n, struct error *why)
{
	for (size_t i = 0; i < n; i++) {
		bool found;
		size_t place = endpoint_place(s, &rows[i], &found);

		if (!found && endpoint_add(s, place, &rows[i], why) != 0)
			return -1;
	}
	return 0;
}

/* --- what was filed --- */

void
rows_once(struct store *s, const struct store_application *const *rows, size_t n)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_UUID, PARAM_INT8 };
	struct params *p = NULL;
	int64_t held = 0;

	for (size_t i = 0; i < n; i++) {
		const struct store_application *a = rows[i];

		if (!a->has_once)
			continue;
		if (!p) {
			p = pipeline_add(s, QUERY_ONCE_PUT);
			rows_columns(p, types, sizeof types / sizeof *types);
		}
		params_int(p, 0, a->division);
		params_bytes(p, 1, a->once, sizeof a->once);
		params_int(p, 2, a->id);
		held++;
	}
	if (!p)
		return;
	params_int(p, params_one(p, PARAM_INT2), STATUS_WITHDRAWN);
	params_int(p, params_one(p, PARAM_INT4), held);
}

void
rows_applications(struct store *s, const struct store_application *const *rows, size_t n)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT8, PARAM_INT8,
		PARAM_TIME, PARAM_UUID, PARAM_TEXT, PARAM_TEXT, PARAM_BYTEA, PARAM_TEXT, PARAM_BYTEA };
	struct params *p = pipeline_add(s, QUERY_APPLICATION_PUT);

	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++) {
		const struct store_application *a = rows[i];

		params_int(p, 0, a->division);
		params_int(p, 1, a->id);
		params_int(p, 2, a->account);
		if (a->filed_by)
			params_int(p, 3, a->filed_by);
		else
			params_null(p, 3);
		params_time(p, 4, a->submitted_at);
		params_bytes(p, 5, a->person, sizeof a->person);
		params_text(p, 6, a->number);
		params_text(p, 7, a->event);
		params_bytes(p, 8, a->version, sizeof a->version);
		params_bytes(p, 9, a->plan.data, a->plan.length);
		params_bytes(p, 10, a->sealed.data, a->sealed.length);
	}
}

/* --- operations --- */

struct params *
rows_operations_begin(struct store *s)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_INT2,
		PARAM_BOOL, PARAM_INT4, PARAM_TIME, PARAM_BYTEA };
	struct params *p = pipeline_add(s, QUERY_OPERATION_PUT);

	rows_columns(p, types, sizeof types / sizeof *types);
	return p;
}

int
rows_operation(struct store *s, struct params *p, const struct store_operation *o, struct error *why)
{
	bool found;
	size_t place = endpoint_place(s, o, &found);

	if (!found)
		return error_set(why, ERROR_BROKEN, "store: an endpoint without a number");
	params_int(p, 0, o->division);
	params_int(p, 1, o->application);
	params_int(p, 2, o->item);
	params_int(p, 3, o->round);
	params_int(p, 4, o->undo);
	params_int(p, 5, s->endpoints[place].id);
	params_time(p, 6, o->created_at);
	params_bytes(p, 7, o->body.data, o->body.length);
	return 0;
}

/* --- what people changed --- */

void
rows_revisions(struct store *s, const struct store_revision *rows, size_t n)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT4, PARAM_INT8, PARAM_TIME,
		PARAM_BYTEA };
	struct params *p;

	if (n == 0)
		return;
	p = pipeline_add(s, QUERY_REVISION_PUT);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++) {
		const struct store_revision *row = &rows[i];

		params_int(p, 0, row->division);
		params_int(p, 1, row->application);
		params_int(p, 2, row->seq);
		params_int(p, 3, row->account);
		params_time(p, 4, row->at);
		params_bytes(p, 5, row->sealed.data, row->sealed.length);
	}
}

/* --- history --- */

struct params *
rows_history_begin(struct store *s)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT4, PARAM_TEXT,
		PARAM_BYTEA };
	struct params *p = pipeline_add(s, QUERY_HISTORY_PUT);

	rows_columns(p, types, sizeof types / sizeof *types);
	return p;
}

void
rows_history(struct params *p, int32_t division, int64_t application, int32_t seq,
    const char *entries, const uint8_t hash[32])
{
	params_int(p, 0, division);
	params_int(p, 1, application);
	params_int(p, 2, seq);
	params_text(p, 3, entries);
	params_bytes(p, 4, hash, 32);
}

/* --- desks --- */

static bool
same_place(const struct store_desk *a, const struct store_desk *b)
{
	return a->application == b->application && a->division == b->division && a->item == b->item &&
	    a->undo == b->undo;
}

static bool
is_last(const struct store_desk *rows, size_t n, size_t i)
{
	for (size_t k = i + 1; k < n; k++)
		if (same_place(&rows[k], &rows[i]))
			return false;
	return true;
}

static void
desk_put(struct params *p, const struct store_desk *row)
{
	params_int(p, 0, row->division);
	params_int(p, 1, row->application);
	params_int(p, 2, row->item);
	params_int(p, 3, row->undo);
	params_int(p, 4, row->round);
	params_int(p, 5, row->notice);
	params_text(p, 6, row->department);
	params_int(p, 7, row->due);
	params_time(p, 8, row->at);
}

static void
desk_close(struct params *p, const struct store_desk *row)
{
	params_int(p, 0, row->division);
	params_int(p, 1, row->application);
	params_int(p, 2, row->item);
	params_int(p, 3, row->undo);
	params_time(p, 4, row->at);
}

static void
desk_rows(struct store *s, const struct store_desk *rows, size_t n, bool closed)
{
	static const enum param_type put[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_BOOL, PARAM_INT2,
		PARAM_BOOL, PARAM_TEXT, PARAM_INT4, PARAM_TIME };
	static const enum param_type close[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_BOOL, PARAM_TIME };
	struct params *p = NULL;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].closed != closed || !is_last(rows, n, i))
			continue;
		if (!p) {
			p = pipeline_add(s, closed ? QUERY_DESK_CLOSE : QUERY_DESK_PUT);
			rows_columns(p, closed ? close : put, closed ? 5 : 9);
		}
		if (closed)
			desk_close(p, &rows[i]);
		else
			desk_put(p, &rows[i]);
	}
}

void
rows_desks(struct store *s, const struct store_desk *rows, size_t n)
{
	desk_rows(s, rows, n, false);
	desk_rows(s, rows, n, true);
}

/* --- consents --- */

static void
consent_row(struct params *p, const struct store_consent *row)
{
	params_int(p, 0, row->division);
	params_int(p, 1, row->application);
	params_int(p, 2, row->sign);
	params_bytes(p, 3, row->person, sizeof row->person);
}

void
rows_consents(struct store *s, const struct store_consent *rows, size_t n)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT2, PARAM_UUID };
	struct params *p;

	if (n == 0)
		return;
	p = pipeline_add(s, QUERY_CONSENT_PUT);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++)
		consent_row(p, &rows[i]);
}

/* --- files --- */

static int
by_file(const void *a, const void *b)
{
	const struct store_file_use *x = a, *y = b;

	if (x->division != y->division)
		return x->division < y->division ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

int
rows_file_uses(struct store *s, const struct store_file_use *rows, size_t n, struct error *why)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT4, PARAM_INT8 };
	struct store_file_use *sorted;
	struct params *p;
	int64_t files = 0;

	if (n == 0)
		return 0;
	sorted = malloc(n * sizeof *sorted);
	if (!sorted)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	memcpy(sorted, rows, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_file);
	p = pipeline_add(s, QUERY_FILE_USE_PUT);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, sorted[i].division);
		params_int(p, 1, sorted[i].file);
		params_int(p, 2, sorted[i].home);
		params_int(p, 3, sorted[i].application);
		files += i == 0 || by_file(&sorted[i - 1], &sorted[i]) != 0;
	}
	params_int(p, params_one(p, PARAM_INT4), files);
	free(sorted);
	return 0;
}

/* --- counters --- */

static int
by_figure(const void *a, const void *b)
{
	const struct store_count *x = a, *y = b;
	int d;

	if (x->division != y->division)
		return x->division < y->division ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if ((d = strcmp(x->event, y->event)) != 0 || (d = strcmp(x->department, y->department)) != 0)
		return d;
	return strcmp(x->measure, y->measure);
}

static void
count_row(struct params *p, const struct store_count *c, int64_t value)
{
	if (value == 0)
		return;
	params_int(p, 0, c->division);
	params_int(p, 1, c->day);
	params_text(p, 2, c->event);
	params_text(p, 3, c->department);
	params_text(p, 4, c->measure);
	params_int(p, 5, value);
}

int
rows_counts(struct store *s, const struct store_count *rows, size_t n, struct error *why)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT4, PARAM_TEXT, PARAM_TEXT,
		PARAM_TEXT, PARAM_INT8 };
	struct store_count *sorted;
	struct params *p;

	if (n == 0)
		return 0;
	sorted = malloc(n * sizeof *sorted);
	if (!sorted)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	memcpy(sorted, rows, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_figure);
	p = pipeline_add(s, QUERY_COUNTER_ADD);
	rows_columns(p, types, sizeof types / sizeof *types);
	for (size_t i = 0; i < n;) {
		size_t first = i;
		int64_t value = 0;

		for (; i < n && by_figure(&sorted[first], &sorted[i]) == 0; i++)
			value += sorted[i].delta;
		count_row(p, &sorted[first], value);
	}
	params_int(p, params_one(p, PARAM_INT4), s->writer);
	free(sorted);
	return 0;
}
