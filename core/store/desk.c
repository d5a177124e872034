#include "store/desk.h"

#include "store/clerk.h"
#include "store/people.h"
#include "store/result.h"

static struct store_desk_place
place_of(const PGresult *r, int i)
{
	struct store_desk_place row = { .division = (int32_t)result_int(r, i, 0),
		.application = result_int(r, i, 1), .item = (int16_t)result_int(r, i, 2) };

	return row;
}

static void
read_case(const PGresult *r, int i, int first, struct store_desk_place *row)
{
	result_text(r, i, first, row->number, sizeof row->number);
	result_text(r, i, first + 1, row->event, sizeof row->event);
	result_fixed(r, i, first + 2, row->version, sizeof row->version);
}

int
store_desk_queue(struct store *s, const struct store_clerk *clerk, const struct store_desk_place *after,
    int limit, void (*each)(void *cookie, const struct store_desk_place *row), void *cookie,
    struct error *why)
{
	const struct store_desk_place first = { .due = INT32_MIN, .item = -1 };
	struct params *p;
	PGresult *r;
	int n;

	if (clerk_params(s, clerk, &p, why) != 0)
		return -1;
	if (!after)
		after = &first;
	params_int(p, params_one(p, PARAM_INT4), after->due);
	params_int(p, params_one(p, PARAM_INT8), after->application);
	params_int(p, params_one(p, PARAM_INT2), after->item);
	params_int(p, params_one(p, PARAM_BOOL), after->undo);
	params_int(p, params_one(p, PARAM_INT4), limit < DESK_PAGE ? limit : DESK_PAGE);
	r = connection_run(s, QUERY_DESK_QUEUE, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++) {
		struct store_desk_place row = place_of(r, i);

		row.undo = result_int(r, i, 3);
		row.round = (int16_t)result_int(r, i, 4);
		row.notice = result_int(r, i, 5);
		row.due = (int32_t)result_int(r, i, 6);
		row.at = result_time(r, i, 7);
		read_case(r, i, 8, &row);
		each(cookie, &row);
	}
	PQclear(r);
	return n;
}

int
store_desk_lights(struct store *s, const struct store_clerk *clerk, int32_t red, int32_t yellow,
    int64_t counts[DESK_LIGHTS], struct error *why)
{
	struct params *p;
	PGresult *r;

	if (clerk_params(s, clerk, &p, why) != 0)
		return -1;
	params_int(p, params_one(p, PARAM_INT4), red);
	params_int(p, params_one(p, PARAM_INT4), yellow);
	params_int(p, params_one(p, PARAM_INT4), DESK_COUNTED);
	r = connection_run(s, QUERY_DESK_LIGHTS, why);
	if (!r)
		return -1;
	for (int i = 0; i < DESK_LIGHTS; i++)
		counts[i] = 0;
	for (int i = 0; i < PQntuples(r); i++)
		counts[result_int(r, i, 0)] = result_int(r, i, 1);
	PQclear(r);
	return 0;
}

int
store_attention_queue(struct store *s, const struct store_clerk *clerk, const struct store_desk_place *after,
    int limit, void (*each)(void *cookie, const struct store_desk_place *row), void *cookie,
    struct error *why)
{
	struct params *p;
	PGresult *r;
	int n;

	if (clerk_params(s, clerk, &p, why) != 0)
		return -1;
	params_int(p, params_one(p, PARAM_INT8), after ? after->application : 0);
	params_int(p, params_one(p, PARAM_INT2), after ? after->item : -1);
	params_int(p, params_one(p, PARAM_INT4), limit < DESK_PAGE ? limit : DESK_PAGE);
	r = connection_run(s, QUERY_ATTENTION_QUEUE, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++) {
		struct store_desk_place row = place_of(r, i);

		row.at = result_time(r, i, 3);
		read_case(r, i, 4, &row);
		each(cookie, &row);
	}
	PQclear(r);
	return n;
}

int
store_overdue_list(struct store *s, const struct store_clerk *watcher, const struct store_desk_place *after, int limit,
    void (*each)(void *cookie, const struct store_desk_place *row), void *cookie, struct error *why)
{
	struct params *p;
	PGresult *r;
	int n;

	if (clerk_divisions(s, watcher, &p, why) != 0)
		return -1;
	params_time(p, params_one(p, PARAM_TIME), after ? after->at : 1);
	params_int(p, params_one(p, PARAM_INT8), after ? after->application : 0);
	params_int(p, params_one(p, PARAM_INT2), after ? after->item : -1);
	params_int(p, params_one(p, PARAM_INT4), limit < DESK_PAGE ? limit : DESK_PAGE);
	r = connection_run(s, QUERY_OVERDUE_LIST, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++) {
		struct store_desk_place row = place_of(r, i);

		row.at = result_time(r, i, 3);
		read_case(r, i, 4, &row);
		result_text(r, i, 7, row.department, sizeof row.department);
		each(cookie, &row);
	}
	PQclear(r);
	return n;
}

/* --- one item --- */

static PGresult *
of_item(struct store *s, enum query q, int32_t division, int64_t application, int16_t item, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), application);
	params_int(p, params_one(p, PARAM_INT2), item);
	return connection_run(s, q, why);
}

int
store_desk_of(struct store *s, int32_t division, int64_t application, int16_t item,
    struct store_desk_place *row, struct error *why)
{
	PGresult *r = of_item(s, QUERY_DESK_OF, division, application, item, why);
	int n, last;

	if (!r)
		return -1;
	n = PQntuples(r);
	last = n - 1;
	*row = (struct store_desk_place){ .division = division, .application = application, .item = item };
	if (n > 0) {
		row->undo = result_int(r, last, 0);
		row->round = (int16_t)result_int(r, last, 1);
		row->notice = result_int(r, last, 2);
		row->due = (int32_t)result_int(r, last, 3);
		row->at = result_time(r, last, 4);
	}
	PQclear(r);
	return n > 0;
}

int
store_attention_of(struct store *s, int32_t division, int64_t application, int16_t item, int64_t *since,
    struct error *why)
{
	PGresult *r = of_item(s, QUERY_ATTENTION_OF, division, application, item, why);
	int n;

	if (!r)
		return -1;
	n = PQntuples(r);
	*since = n > 0 ? result_time(r, 0, 0) : 0;
	PQclear(r);
	return n > 0;
}

int
store_desk_note(struct store *s, int64_t token, int32_t division, int64_t application, int16_t item,
    struct error *why)
{
	PGresult *r;
	int n;

	if (store_held_begin(s, token, why) != 0)
		return -1;
	r = of_item(s, QUERY_DESK_NOTE, division, application, item, why);
	n = r ? PQntuples(r) > 0 : -1;
	PQclear(r);
	return store_held_end(s, n, why);
}
