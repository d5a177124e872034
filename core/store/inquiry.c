/* What departments ask one another within a case, and their conferences (desk.h). */
#include <string.h>

#include "store/clerk.h"
#include "store/people.h"
#include "store/result.h"
#include "store/rows.h"

static struct bytes
lent(const PGresult *r, int i, int column)
{
	return (struct bytes){ PQgetisnull(r, i, column) ? NULL : PQgetvalue(r, i, column),
		(size_t)PQgetlength(r, i, column) };
}

static void
place_params(struct params *p, int32_t division, int64_t id)
{
	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), id);
}

static void
bytes_param(struct params *p, const struct bytes *b)
{
	params_bytes(p, params_one(p, PARAM_BYTEA), b->data, b->length);
}

/* A statement that touches a row or none: 1, 0, -1. */
static int
touch(struct store *s, enum query q, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int n;

	if (!r)
		return -1;
	n = PQntuples(r);
	PQclear(r);
	return n > 0;
}

/* Who answered or decided, when, what ($3 .. $5). */
static int
settle(struct store *s, enum query q, int32_t division, int64_t id, const struct bytes *what,
    const struct store_by *by, struct error *why)
{
	struct params *p;

	if (store_held_begin(s, by->token, why) != 0)
		return -1;
	p = connection_params(s);
	place_params(p, division, id);
	params_int(p, params_one(p, PARAM_INT8), by->account);
	params_time(p, params_one(p, PARAM_TIME), by->at);
	bytes_param(p, what);
	return store_held_end(s, touch(s, q, why), why);
}

/* --- inquiries --- */

int
store_inquiry_put(struct store *s, int64_t token, const struct store_inquiry *q, struct error *why)
{
	struct params *p;

	if (store_held_begin(s, token, why) != 0)
		return -1;
	p = connection_params(s);
	place_params(p, q->division, q->id);
	params_int(p, params_one(p, PARAM_INT8), q->application);
	params_int(p, params_one(p, PARAM_INT2), q->item);
	params_text(p, params_one(p, PARAM_TEXT), q->from);
	params_text(p, params_one(p, PARAM_TEXT), q->to);
	params_int(p, params_one(p, PARAM_INT8), q->asked_by);
	params_time(p, params_one(p, PARAM_TIME), q->asked_at);
	params_int(p, params_one(p, PARAM_INT4), q->due);
	bytes_param(p, &q->question);
	return store_held_end(s, connection_do(s, QUERY_INQUIRY_PUT, why), why);
}

int
store_inquiry_answer(struct store *s, const struct store_inquiry *q, const struct store_by *by, struct error *why)
{
	return settle(s, QUERY_INQUIRY_ANSWER, q->division, q->id, &q->answer, by, why);
}

static int
tell_inquiries(PGresult *r, void (*each)(void *cookie, const struct store_inquiry *q), void *cookie)
{
	int n;

	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++) {
		struct store_inquiry q = { .division = (int32_t)result_int(r, i, 0), .id = result_int(r, i, 1),
			.application = result_int(r, i, 2), .item = (int16_t)result_int(r, i, 3),
			.asked_at = result_time(r, i, 6), .answered_at = result_time(r, i, 7),
			.due = (int32_t)result_int(r, i, 8), .question = lent(r, i, 9), .answer = lent(r, i, 10) };

		result_text(r, i, 4, q.from, sizeof q.from);
		result_text(r, i, 5, q.to, sizeof q.to);
		result_text(r, i, 11, q.number, sizeof q.number);
		each(cookie, &q);
	}
	PQclear(r);
	return n;
}

int
store_inquiries_open(struct store *s, const struct store_clerk *clerk, const struct store_inquiry *after,
    int limit, void (*each)(void *cookie, const struct store_inquiry *q), void *cookie, struct error *why)
{
	struct params *p;

	if (clerk_params(s, clerk, &p, why) != 0)
		return -1;
	params_int(p, params_one(p, PARAM_INT4), after ? after->due : INT32_MIN);
	params_int(p, params_one(p, PARAM_INT8), after ? after->id : 0);
	params_int(p, params_one(p, PARAM_INT4), limit < DESK_PAGE ? limit : DESK_PAGE);
	return tell_inquiries(connection_run(s, QUERY_INQUIRIES_OPEN, why), each, cookie);
}

int
store_inquiries_of(struct store *s, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_inquiry *q), void *cookie, struct error *why)
{
	place_params(connection_params(s), division, application);
	return tell_inquiries(connection_run(s, QUERY_INQUIRIES_OF, why), each, cookie);
}

int
store_inquiry_get(struct store *s, int32_t division, int64_t id,
    void (*each)(void *cookie, const struct store_inquiry *q), void *cookie, struct error *why)
{
	place_params(connection_params(s), division, id);
	return tell_inquiries(connection_run(s, QUERY_INQUIRY_GET, why), each, cookie);
}

/* --- conferences --- */

static void
conference_row(struct store *s, const struct store_conference *c)
{
	struct params *p = pipeline_add(s, QUERY_CONFERENCE_PUT);

	place_params(p, c->division, c->id);
	params_int(p, params_one(p, PARAM_INT8), c->application);
	params_int(p, params_one(p, PARAM_INT8), c->called_by);
	params_time(p, params_one(p, PARAM_TIME), c->called_at);
	params_int(p, params_one(p, PARAM_INT4), c->held_on);
	params_text(p, params_one(p, PARAM_TEXT), c->department);
	bytes_param(p, &c->question);
}

static void
guest_rows(struct store *s, const struct store_conference *c)
{
	struct params *p = pipeline_add(s, QUERY_CONFERENCE_INVITE);
	const char *name = c->guests;
	int column;

	params_int(p, params_one(p, PARAM_INT8), c->id);
	params_int(p, params_one(p, PARAM_INT4), c->division);
	column = params_array(p, PARAM_TEXT);
	while (*name) {
		size_t length = strcspn(name, " ");

		params_bytes(p, column, name, length);
		name += length + strspn(name + length, " ");
	}
}

/* In force until the commit. */
static void
hold_token(struct store *s, int64_t token)
{
	struct params *p = pipeline_add(s, QUERY_LOCK_TOKENS);

	params_int(p, params_array(p, PARAM_INT8), token);
	p = pipeline_add(s, QUERY_TOKEN_CHECK);
	params_int(p, params_array(p, PARAM_INT8), token);
	params_int(p, params_one(p, PARAM_INT4), 1);
}

int
store_conference_put(struct store *s, int64_t token, const struct store_conference *c, struct error *why)
{
	enum { ANSWER_MS = 15000 };

	if (pipeline_begin(s, why) != 0)
		return -1;
	hold_token(s, token);
	conference_row(s, c);
	guest_rows(s, c);
	return pipeline_send(s, why) != 0 ? -1 : pipeline_wait(s, ANSWER_MS, why);
}

int
store_conference_decide(struct store *s, const struct store_conference *c, const struct store_by *by,
    struct error *why)
{
	return settle(s, QUERY_CONFERENCE_DECIDE, c->division, c->id, &c->minutes, by, why);
}

static int
tell_conferences(PGresult *r, void (*each)(void *cookie, const struct store_conference *c), void *cookie)
{
	int n;

	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n; i++) {
		struct store_conference c = { .division = (int32_t)result_int(r, i, 0), .id = result_int(r, i, 1),
			.application = result_int(r, i, 2), .called_at = result_time(r, i, 3),
			.decided_at = result_time(r, i, 4), .held_on = (int32_t)result_int(r, i, 5),
			.guests = PQgetvalue(r, i, 10), .question = lent(r, i, 7), .minutes = lent(r, i, 8) };

		result_text(r, i, 6, c.department, sizeof c.department);
		result_text(r, i, 9, c.number, sizeof c.number);
		each(cookie, &c);
	}
	PQclear(r);
	return n;
}

int
store_conferences_of(struct store *s, const struct store_clerk *clerk, int64_t before, int limit,
    void (*each)(void *cookie, const struct store_conference *c), void *cookie, struct error *why)
{
	struct params *p;

	if (clerk_params(s, clerk, &p, why) != 0)
		return -1;
	params_int(p, params_one(p, PARAM_INT8), before ? before : INT64_MAX);
	params_int(p, params_one(p, PARAM_INT4), limit < DESK_PAGE ? limit : DESK_PAGE);
	return tell_conferences(connection_run(s, QUERY_CONFERENCES_OF, why), each, cookie);
}

int
store_conference_get(struct store *s, int32_t division, const char *department, int64_t id,
    void (*each)(void *cookie, const struct store_conference *c), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), division);
	params_text(p, params_one(p, PARAM_TEXT), department);
	params_int(p, params_one(p, PARAM_INT8), id);
	return tell_conferences(connection_run(s, QUERY_CONFERENCE_GET, why), each, cookie);
}
