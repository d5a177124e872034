#include <stdlib.h>
#include <string.h>

#include "store/connection.h"
#include "store/result.h"

enum { PAGE = 500 };

struct place { int32_t division; int64_t id; };

enum part { APPLICATIONS, PROGRESS, HISTORY, OPERATIONS, PARTS };

/* One page: of each table the rows between two applications, each read up to `at`. */
struct page {
	PGresult *rows[PARTS];
	int at[PARTS];
	struct store_lines *lines;
	struct store_sent *sent;
};

static const struct place last_place = { INT32_MAX, INT64_MAX };

static void
place_params(struct params *p, const struct place *place)
{
	params_int(p, params_one(p, PARAM_INT4), place->division);
	params_int(p, params_one(p, PARAM_INT8), place->id);
}

static struct place
place_of(const PGresult *r, int row)
{
	return (struct place){ (int32_t)result_int(r, row, 0), result_int(r, row, 1) };
}

static int
compare(const struct place *a, const struct place *b)
{
	if (a->division != b->division)
		return a->division < b->division ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* --- reading a page --- */

static void
page_free(struct page *page)
{
	for (int i = 0; i < PARTS; i++)
		PQclear(page->rows[i]);
	free(page->lines);
	free(page->sent);
	memset(page, 0, sizeof *page);
}

static int
read_applications(struct store *s, const struct place *after, struct page *page, struct error *why)
{
	struct params *p = connection_params(s);

	place_params(p, after);
	params_int(p, params_one(p, PARAM_INT4), PAGE);
	page->rows[APPLICATIONS] = connection_run(s, QUERY_VERIFY_APPLICATIONS, why);
	return page->rows[APPLICATIONS] ? 0 : -1;
}

static int
read_part(struct store *s, enum part part, const struct place *after, const struct place *to,
    struct page *page, struct error *why)
{
	static const enum query queries[] = { [PROGRESS] = QUERY_VERIFY_PROGRESS,
		[HISTORY] = QUERY_VERIFY_HISTORY, [OPERATIONS] = QUERY_VERIFY_OPERATIONS };
	struct params *p = connection_params(s);

	place_params(p, after);
	place_params(p, to);
	page->rows[part] = connection_run(s, queries[part], why);
	return page->rows[part] ? 0 : -1;
}

/* `*to` becomes where the page ends: the last of a full one, else beyond everything. */
static int
page_read(struct store *s, const struct place *after, struct place *to, struct page *page,
    struct error *why)
{
	int n;

	if (read_applications(s, after, page, why) != 0)
		return -1;
	n = PQntuples(page->rows[APPLICATIONS]);
	*to = n == PAGE ? place_of(page->rows[APPLICATIONS], n - 1) : last_place;
	for (enum part part = PROGRESS; part < PARTS; part++)
		if (read_part(s, part, after, to, page, why) != 0)
			return -1;
	page->lines = calloc((size_t)PQntuples(page->rows[HISTORY]) + 1, sizeof *page->lines);
	page->sent = calloc((size_t)PQntuples(page->rows[OPERATIONS]) + 1, sizeof *page->sent);
	return page->lines && page->sent ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

/* --- one application out of it --- */

static struct bytes
lent(const PGresult *r, int row, int column)
{
	return (struct bytes){ PQgetvalue(r, row, column), (size_t)PQgetlength(r, row, column) };
}

static bool
is_next(const struct page *page, enum part part, const struct place *at)
{
	struct place next;

	if (page->at[part] >= PQntuples(page->rows[part]))
		return false;
	next = place_of(page->rows[part], page->at[part]);
	return compare(&next, at) == 0;
}

/* The smallest place that any part has next; false at the end of the page. */
static bool
next_place(const struct page *page, struct place *at)
{
	bool any = false;

	for (enum part part = APPLICATIONS; part < PARTS; part++) {
		struct place next;

		if (page->at[part] >= PQntuples(page->rows[part]))
			continue;
		next = place_of(page->rows[part], page->at[part]);
		if (!any || compare(&next, at) < 0)
			*at = next;
		any = true;
	}
	return any;
}

static void
take_application(struct page *page, struct store_checked *c)
{
	const PGresult *r = page->rows[APPLICATIONS];
	int row = page->at[APPLICATIONS]++;

	c->has_application = true;
	result_text(r, row, 2, c->number, sizeof c->number);
	result_text(r, row, 3, c->event, sizeof c->event);
	result_fixed(r, row, 4, c->version, sizeof c->version);
	c->submitted_at = result_time(r, row, 5);
	c->plan = lent(r, row, 6);
}

static void
take_progress(struct page *page, struct store_checked *c)
{
	const PGresult *r = page->rows[PROGRESS];
	int row = page->at[PROGRESS]++;

	c->has_progress = true;
	c->status = (int16_t)result_int(r, row, 2);
	c->open = result_int(r, row, 3) != 0;
	c->finished_at = result_time(r, row, 4);
	c->history_count = (int32_t)result_int(r, row, 5);
	result_fixed(r, row, 6, c->history_hash, sizeof c->history_hash);
	c->items = lent(r, row, 7);
}

static void
take_lines(struct page *page, const struct place *at, struct store_checked *c)
{
	const PGresult *r = page->rows[HISTORY];

	c->history = &page->lines[page->at[HISTORY]];
	while (is_next(page, HISTORY, at)) {
		int row = page->at[HISTORY]++;
		struct store_lines *l = &c->history[c->n_history++];

		l->seq = (int32_t)result_int(r, row, 2);
		l->entries = lent(r, row, 3);
		result_fixed(r, row, 4, l->hash, sizeof l->hash);
	}
}

static void
take_operations(struct page *page, const struct place *at, struct store_checked *c)
{
	const PGresult *r = page->rows[OPERATIONS];

	c->operations = &page->sent[page->at[OPERATIONS]];
	while (is_next(page, OPERATIONS, at)) {
		int row = page->at[OPERATIONS]++;
		struct store_sent *o = &c->operations[c->n_operations++];

		o->item = (int16_t)result_int(r, row, 2);
		o->round = (int16_t)result_int(r, row, 3);
		o->state = (int16_t)result_int(r, row, 4);
		o->undo = result_int(r, row, 5) != 0;
		result_text(r, row, 6, o->department, sizeof o->department);
		o->created_at = result_time(r, row, 7);
		o->acknowledged_at = result_time(r, row, 8);
		o->decided_at = result_time(r, row, 9);
	}
}

static void
page_tell(struct page *page, const struct store_verify_told *told)
{
	struct place at;

	while (next_place(page, &at)) {
		struct store_checked c = { .division = at.division, .id = at.id };

		if (is_next(page, APPLICATIONS, &at))
			take_application(page, &c);
		if (is_next(page, PROGRESS, &at))
			take_progress(page, &c);
		take_lines(page, &at, &c);
		take_operations(page, &at, &c);
		told->application(told->cookie, &c);
	}
}

/* --- all of them --- */

static int
strays(struct store *s, const struct store_verify_told *told, struct error *why)
{
	PGresult *r;

	connection_params(s);
	r = connection_run(s, QUERY_VERIFY_STRAYS, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++)
		told->stray(told->cookie, PQgetvalue(r, i, 0), result_int(r, i, 1));
	PQclear(r);
	return 0;
}

static int
snapshot(struct store *s, struct error *why)
{
	s->patient = true;
	return connection_command(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
	    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0", why);
}

int
store_verify(struct store *s, const struct store_verify_told *told, struct error *why)
{
	const struct store_counts_query all = { .to = INT32_MAX, .by = COUNTS_BY_ALL };
	struct place after = { 0, 0 }, to = { 0, 0 };
	int result = snapshot(s, why);

	while (result == 0 && compare(&to, &last_place) != 0) {
		struct page page = { 0 };

		result = page_read(s, &after, &to, &page, why);
		if (result == 0)
			page_tell(&page, told);
		page_free(&page);
		after = to;
	}
	if (result == 0 && told->total)
		result = store_counts(s, &all, told->total, told->cookie, why);
	if (result == 0 && told->stray)
		result = strays(s, told, why);
	if (result == 0 && told->accesses)
		result = store_access_check(s, told->accesses, why);
	connection_rollback(s);
	s->patient = false;
	return result;
}
