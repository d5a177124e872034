#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "seal/digest.h"
#include "store/cases.h"
#include "store/connection.h"
#include "store/result.h"

enum { HISTORY_CEILING = 16 << 20 };

static void
operation_free(struct store_case_operation *o)
{
	free(o->department);
	free(o->call);
	free(o->url);
	free((void *)(uintptr_t)o->body.data);
	free((void *)(uintptr_t)o->outcome.data);
}

void
store_case_free(struct store_case *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_operations; i++)
		operation_free(&c->operations[i]);
	free(c->operations);
	for (size_t i = 0; c->revisions && i < c->n_revisions; i++)
		free((void *)(uintptr_t)c->revisions[i].sealed.data);
	free(c->revisions);
	free((void *)(uintptr_t)c->sealed.data);
	free((void *)(uintptr_t)c->plan.data);
	free((void *)(uintptr_t)c->items.data);
	memset(c, 0, sizeof *c);
}

void
cases_free(struct cases *all)
{
	for (size_t i = 0; i < all->n; i++)
		store_case_free(&all->list[i]);
	free(all->list);
	*all = (struct cases){ NULL, 0 };
}

/* --- reading applications and their operations --- */

static int
read_case(const PGresult *r, int row, struct store_case *c)
{
	c->division = (int32_t)result_int(r, row, 0);
	c->id = result_int(r, row, 1);
	result_text(r, row, 2, c->number, sizeof c->number);
	result_text(r, row, 3, c->event, sizeof c->event);
	result_fixed(r, row, 4, c->version, sizeof c->version);
	c->account = result_int(r, row, 5);
	c->filed_by = result_int(r, row, 6);
	c->submitted_at = result_time(r, row, 7);
	c->finished_at = result_time(r, row, 8);
	c->status = (int16_t)result_int(r, row, 12);
	c->open = result_int(r, row, 13) != 0;
	c->fence = (int32_t)result_int(r, row, 14);
	c->node = (int32_t)result_int(r, row, 15);
	c->history_count = (int32_t)result_int(r, row, 16);
	result_fixed(r, row, 17, c->history_hash, sizeof c->history_hash);
	result_fixed(r, row, 18, c->person, sizeof c->person);
	c->n_revisions = (size_t)result_int(r, row, 19); /* read with the operations */
	c->mandate = result_int(r, row, 20);
	c->agent = result_int(r, row, 21);
	return result_bytes(r, row, 9, &c->sealed) | result_bytes(r, row, 10, &c->plan) |
	    result_bytes(r, row, 11, &c->items);
}

static void
place_params(struct store *s, const struct store_place *places, size_t n)
{
	struct params *p = connection_params(s);

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, places[i].division);
		params_int(p, 1, places[i].id);
	}
}

static int
read_operation(const PGresult *r, int row, struct store_case_operation *o)
{
	o->item = (int16_t)result_int(r, row, 1);
	o->round = (int16_t)result_int(r, row, 2);
	o->undo = result_int(r, row, 3) != 0;
	o->state = (int16_t)result_int(r, row, 4);
	o->department = result_string(r, row, 5);
	o->call = result_string(r, row, 6);
	o->url = result_string(r, row, 7);
	o->attempts = (int32_t)result_int(r, row, 10);
	o->created_at = result_time(r, row, 11);
	o->next_at = result_time(r, row, 12);
	o->acknowledged_at = result_time(r, row, 13);
	o->decided_at = result_time(r, row, 14);
	return result_bytes(r, row, 8, &o->body) | result_bytes(r, row, 9, &o->outcome) |
	    (o->department && o->call && o->url ? 0 : -1);
}

/* Rows come by application; `from` .. `to` are those of one. */
static int
read_operations(const PGresult *r, int from, int to, struct store_case *c)
{
	c->operations = calloc((size_t)(to - from) + 1, sizeof *c->operations);
	if (!c->operations)
		return -1;
	for (int i = from; i < to; i++)
		if (read_operation(r, i, &c->operations[c->n_operations++]) != 0)
			return -1;
	return 0;
}

static int
place_all(struct store *s, const struct cases *all, struct error *why)
{
	struct store_place *places = calloc(all->n + 1, sizeof *places);

	if (!places)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < all->n; i++)
		places[i] = (struct store_place){ all->list[i].division, all->list[i].id };
	place_params(s, places, all->n);
	free(places);
	return 0;
}

static int
read_revisions(const PGresult *r, int *row, int64_t ordinal, struct store_case *c)
{
	size_t n = 0;

	c->revisions = calloc(c->n_revisions + 1, sizeof *c->revisions);
	if (!c->revisions)
		return -1;
	for (; *row < PQntuples(r) && result_int(r, *row, 0) == ordinal; ++*row) {
		struct store_case_revision *v = &c->revisions[n];

		if (n++ == c->n_revisions)
			return -1; /* not of the same moment */
		v->seq = (int32_t)result_int(r, *row, 1);
		v->account = result_int(r, *row, 2);
		v->at = result_time(r, *row, 3);
		if (result_bytes(r, *row, 4, &v->sealed) != 0)
			return -1;
	}
	return n == c->n_revisions ? 0 : -1;
}

/* Few applications have any: it is known which. */
static int
cases_revisions(struct store *s, struct cases *all, struct error *why)
{
	PGresult *r;
	size_t revised = 0;
	int row = 0, result = 0;

	for (size_t i = 0; i < all->n; i++)
		revised += all->list[i].n_revisions > 0;
	if (revised == 0)
		return 0;
	if (place_all(s, all, why) != 0 || !(r = connection_run(s, QUERY_CASE_REVISIONS, why)))
		return -1;
	for (size_t i = 0; i < all->n && result == 0; i++)
		result = read_revisions(r, &row, (int64_t)i + 1, &all->list[i]);
	PQclear(r);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory, or changed meanwhile");
}

int
cases_operations(struct store *s, struct cases *all, bool bodies, struct error *why)
{
	PGresult *r;
	int row = 0, result = 0;

	if (place_all(s, all, why) != 0)
		return -1;
	params_int(&s->one, params_one(&s->one, PARAM_BOOL), bodies);
	r = connection_run(s, QUERY_CASE_OPERATIONS, why);
	if (!r)
		return -1;
	for (size_t i = 0; i < all->n && result == 0; i++) {
		int from = row;

		while (row < PQntuples(r) && result_int(r, row, 0) == (int64_t)i + 1)
			row++;
		result = read_operations(r, from, row, &all->list[i]);
	}
	PQclear(r);
	return result == 0 ? cases_revisions(s, all, why) : error_set(why, ERROR_TEMPORARY, "no memory");
}

/* Those of the places that exist, in order. */
int
cases_load(struct store *s, const struct store_place *places, size_t n, struct cases *all, struct error *why)
{
	PGresult *r;
	int result = 0;

	place_params(s, places, n);
	r = connection_run(s, QUERY_CASES, why);
	if (!r)
		return -1;
	all->list = calloc((size_t)PQntuples(r) + 1, sizeof *all->list);
	if (!all->list)
		result = -1;
	for (int i = 0; i < PQntuples(r) && result == 0; i++)
		result = read_case(r, i, &all->list[all->n++]);
	PQclear(r);
	if (result == 0)
		return 0;
	cases_free(all);
	return error_set(why, ERROR_TEMPORARY, "no memory");
}

/* Both statements see the same moment: between two, a group may be committed, and the application
 * would be shown half moved. */
static int
load_at_once(struct store *s, const struct store_place *places, size_t n, bool bodies, struct cases *all,
    struct error *why)
{
	s->warned = false;
	if (connection_command(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", why) != 0)
		return -1;
	if (cases_load(s, places, n, all, why) == 0 &&
	    (all->n == 0 || cases_operations(s, all, bodies, why) == 0) && connection_commit(s, why) == 0)
		return 0;
	connection_rollback(s);
	cases_free(all);
	return -1;
}

int
store_case_by_id(struct store *s, int32_t division, int64_t id, bool bodies, struct store_case *c,
    struct error *why)
{
	struct store_place place = { division, id };
	struct cases all = { NULL, 0 };
	int found;

	memset(c, 0, sizeof *c);
	if (load_at_once(s, &place, 1, bodies, &all, why) != 0)
		return -1;
	found = all.n > 0;
	if (found)
		*c = all.list[0];
	free(all.list);
	return found;
}

int
store_cases_by_id(struct store *s, const struct store_place *places, size_t n,
    void (*each)(void *cookie, struct store_case *c_take), void *cookie, struct error *why)
{
	struct cases all = { NULL, 0 };

	if (load_at_once(s, places, n, true, &all, why) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		each(cookie, &all.list[i]);
	free(all.list);
	return 0;
}

/* The number tells division and month; the id may have been made a moment before or after. */
int
store_case_find(struct store *s, const char *number, int32_t *division, int64_t *id, struct error *why)
{
	enum { MARGIN_SHIFT = 22 };
	const int64_t margin = INT64_C(600000) << MARGIN_SHIFT; /* ten minutes */
	struct params *p = connection_params(s);
	char code[7], upper[NUMBER_SIZE + 1];
	PGresult *r;
	int month, found;
	size_t i;

	if (strlen(number) > NUMBER_SIZE || !number_parse(number, code, &month))
		return 0;
	for (i = 0; number[i]; i++)
		upper[i] = number[i] >= 'a' && number[i] <= 'z' ? (char)(number[i] - 32) : number[i];
	upper[i] = '\0';
	params_text(p, params_one(p, PARAM_TEXT), upper);
	params_int(p, params_one(p, PARAM_INT4), atoi(code));
	params_int(p, params_one(p, PARAM_INT8), store_id_month(month) - margin);
	params_int(p, params_one(p, PARAM_INT8), store_id_month(month + 1) + margin);
	r = connection_run(s, QUERY_NUMBER_FIND, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	if (found) {
		*division = (int32_t)result_int(r, 0, 0);
		*id = result_int(r, 0, 1);
	}
	PQclear(r);
	return found;
}

int
store_case_by_number(struct store *s, const char *number, bool bodies, struct store_case *c,
    struct error *why)
{
	int32_t division;
	int64_t id;
	int found = store_case_find(s, number, &division, &id, why);

	memset(c, 0, sizeof *c);
	return found == 1 ? store_case_by_id(s, division, id, bodies, c, why) : found;
}

char *
store_history(struct store *s, int32_t division, int64_t id, struct error *why)
{
	struct params *p = connection_params(s);
	struct text lines;
	PGresult *r;
	char *result;

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), id);
	r = connection_run(s, QUERY_HISTORY, why);
	if (!r)
		return NULL;
	text_init(&lines, HISTORY_CEILING);
	for (int i = 0; i < PQntuples(r); i++)
		text_put(&lines, PQgetvalue(r, i, 0), (size_t)PQgetlength(r, i, 0));
	PQclear(r);
	result = text_take(&lines, NULL);
	if (!result)
		error_set(why, ERROR_TEMPORARY, "a history over %d bytes, or no memory", HISTORY_CEILING);
	return result;
}
