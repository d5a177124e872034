/* What departments ask one another within a case, and their conferences (desk.h). */
#include <string.h>

#include "store/clerk.h"
#include "store/pipeline.h"
#include "store/result.h"

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

/* Who answered or decided, when, what ($3 .. $5). */
static void
settle(struct store *s, enum query q, int32_t division, int64_t id, const struct store_by *by,
    const struct bytes *what)
{
	struct params *p = pipeline_add(s, q);

	place_params(p, division, id);
	params_int(p, params_one(p, PARAM_INT8), by->account);
	params_time(p, params_one(p, PARAM_TIME), by->at);
	bytes_param(p, what);
}

/* --- inquiries --- */

void
store_inquiry_beside(struct store *s, const void *what)
{
	struct params *p = pipeline_add(s, QUERY_INQUIRY_PUT);
	const struct store_inquiry *q = what;

	place_params(p, q->division, q->id);
	params_int(p, params_one(p, PARAM_INT8), q->application);
	params_int(p, params_one(p, PARAM_INT2), q->item);
	params_text(p, params_one(p, PARAM_TEXT), q->from);
	params_text(p, params_one(p, PARAM_TEXT), q->to);
	params_int(p, params_one(p, PARAM_INT8), q->asked.account);
	params_time(p, params_one(p, PARAM_TIME), q->asked.at);
	params_int(p, params_one(p, PARAM_INT4), q->due);
	bytes_param(p, &q->question);
}

void
store_inquiry_answer_beside(struct store *s, const void *what)
{
	const struct store_inquiry *q = what;

	settle(s, QUERY_INQUIRY_ANSWER, q->division, q->id, &q->answered, &q->answer);
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
			.asked = { .at = result_time(r, i, 6) }, .answered = { .at = result_time(r, i, 7) },
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
	params_int(p, params_one(p, PARAM_INT8), c->called.account);
	params_time(p, params_one(p, PARAM_TIME), c->called.at);
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

void
store_conference_beside(struct store *s, const void *what)
{
	conference_row(s, what);
	guest_rows(s, what);
}

void
store_conference_decide_beside(struct store *s, const void *what)
{
	const struct store_conference *c = what;

	settle(s, QUERY_CONFERENCE_DECIDE, c->division, c->id, &c->decided, &c->minutes);
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
			.application = result_int(r, i, 2), .called = { .at = result_time(r, i, 3) },
			.decided = { .at = result_time(r, i, 4) }, .held_on = (int32_t)result_int(r, i, 5),
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
store_conferences_in(struct store *s, const struct store_clerk *watcher, int64_t before, int limit,
    void (*each)(void *cookie, const struct store_conference *c), void *cookie, struct error *why)
{
	struct params *p;

	if (clerk_divisions(s, watcher, &p, why) != 0)
		return -1;
	params_int(p, params_one(p, PARAM_INT8), before ? before : INT64_MAX);
	params_int(p, params_one(p, PARAM_INT4), limit < DESK_PAGE ? limit : DESK_PAGE);
	return tell_conferences(connection_run(s, QUERY_CONFERENCES_IN, why), each, cookie);
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
