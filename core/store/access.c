/* Who reads whose data. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "seal/digest.h"
#include "seal/seal.h"
#include "store/connection.h"
#include "store/result.h"

enum { COLUMNS = 8, LINK_CEILING = 4096 };

/* --- a link --- */

/* What a row's hash is made over: all of it, and its place. */
static int
link_make(struct seal *seal, int32_t chain, int64_t seq, const struct store_access *a, const uint8_t previous[32],
    uint8_t hash[32], struct error *why)
{
	char person[33] = "";
	struct text row;
	bool failed;

	if (a->person)
		digest_hex(a->person, 16, person);
	text_init(&row, LINK_CEILING);
	text_putf(&row, "%" PRId32 " %" PRId64 " %" PRId32 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	    " %s %zu %s %s", chain, seq, a->division, a->id, a->account, a->application, a->at, person,
	    strlen(a->fields), a->fields, a->why);
	failed = row.failed;
	if (!failed)
		seal_chain(seal, "access", previous, row.data, row.length, hash);
	text_free(&row);
	return failed ? error_set(why, ERROR_BROKEN, "a row of access is too long") : 0;
}

/* --- writing --- */

void
store_access_chain(struct store *s, struct seal *seal, int32_t number)
{
	s->chain = (struct chain){ .seal = seal, .number = number };
}

/* Show that we have written this end: nobody without the key can make up another. */
static void
mark_of(const struct chain *c, uint8_t mark[32])
{
	char place[48];
	int n = snprintf(place, sizeof place, "%" PRId32 " %" PRId64, c->number, c->last);

	seal_chain(c->seal, "access_end", c->hash, place, (size_t)n, mark);
}

/* Fill the chain's end from a row that begins with seq, hash, mark; false: it is not as it was written. */
static bool
read_end(struct chain *c, const PGresult *r, int row)
{
	uint8_t mark[32], stored[32];

	c->last = result_int(r, row, 0);
	result_fixed(r, row, 1, c->hash, sizeof c->hash);
	result_fixed(r, row, 2, stored, sizeof stored);
	mark_of(c, mark);
	return digest_equal(mark, stored, sizeof mark);
}

static int
make_chain(struct store *s, struct error *why)
{
	struct params *p = connection_params(s);
	uint8_t mark[32];

	s->chain.last = 0;
	memset(s->chain.hash, 0, sizeof s->chain.hash);
	mark_of(&s->chain, mark);
	params_int(p, params_one(p, PARAM_INT4), s->chain.number);
	params_bytes(p, params_one(p, PARAM_BYTEA), mark, sizeof mark);
	return connection_do(s, QUERY_ACCESS_HEAD_MAKE, why);
}

/* Where the chain ends; it begins with its writer's first row. 1, 0: moved by somebody else, -1. */
static int
look_at_end(struct store *s, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int n;

	params_int(p, params_one(p, PARAM_INT4), s->chain.number);
	r = connection_run(s, QUERY_ACCESS_HEAD_GET, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	s->chain.known = n == 1 && read_end(&s->chain, r, 0);
	PQclear(r);
	return n == 1 ? s->chain.known : error_set(why, ERROR_BROKEN, "a chain of accesses has no end");
}

static int
find_end(struct store *s, struct error *why)
{
	int found = 0;

	while (found == 0) {
		if (make_chain(s, why) != 0)
			return -1;
		found = look_at_end(s, why);
		if (found == 0) {
			log_error("somebody has changed the end of chain %d of accesses: see `yijianshi verify`",
			    (int)s->chain.number);
			s->chain.number += ACCESS_CHAINS;
		}
	}
	return found < 0 ? -1 : 0;
}

static void
put_row(struct params *p, const struct store_access *a)
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

static int
put_rows(struct store *s, const struct store_access *rows, size_t n, struct error *why)
{
	static const enum param_type types[] = { PARAM_INT4, PARAM_INT8, PARAM_INT8, PARAM_INT8, PARAM_TIME,
		PARAM_UUID, PARAM_TEXT, PARAM_TEXT, PARAM_INT8, PARAM_BYTEA };
	struct params *p = connection_params(s);
	struct chain next = s->chain;
	uint8_t mark[32];

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		params_array(p, types[i]);
	for (size_t i = 0; i < n; i++) {
		if (link_make(next.seal, next.number, ++next.last, &rows[i], next.hash, next.hash, why) != 0)
			return -1;
		put_row(p, &rows[i]);
		params_int(p, COLUMNS, next.last);
		params_bytes(p, COLUMNS + 1, next.hash, sizeof next.hash);
	}
	params_int(p, params_one(p, PARAM_INT4), next.number);
	params_int(p, params_one(p, PARAM_INT8), s->chain.last);
	params_int(p, params_one(p, PARAM_INT8), next.last);
	params_bytes(p, params_one(p, PARAM_BYTEA), next.hash, sizeof next.hash);
	mark_of(&next, mark);
	params_bytes(p, params_one(p, PARAM_BYTEA), mark, sizeof mark);
	s->chain.known = false; /* until it is known to be committed */
	if (connection_do(s, QUERY_ACCESS_PUT, why) != 0)
		return -1;
	s->chain = next;
	return 0;
}

int
store_access_put(struct store *s, const struct store_access *rows, size_t n, struct error *why)
{
	int done = -1;

	if (n == 0)
		return 0;
	if (!s->chain.seal)
		return error_set(why, ERROR_BROKEN, "this connection has no chain of accesses");
	/* once more where another connection, of a life that ended, has added to our chain */
	for (int i = 0; i < 2 && done != 0 && (i == 0 || why->kind == ERROR_CONFLICT); i++) {
		error_clear(why);
		if (s->chain.known || find_end(s, why) == 0)
			done = put_rows(s, rows, n, why);
	}
	return done;
}

void
store_access_end(const struct store *s, int32_t *chain, int64_t *seq, uint8_t hash[32])
{
	*chain = s->chain.number;
	*seq = s->chain.last;
	memcpy(hash, s->chain.hash, sizeof s->chain.hash);
}

/* --- reading --- */

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
		one.bulk = result_int(r, i, 6) != 0;
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

/* --- walking the chains --- */

struct walking {
	struct store *s;
	struct store_access_walk *w;
	int32_t chain;
	int64_t last, id;   /* the row before */
	uint8_t hash[32];   /* as it stands there */
};

static void
wrong(const struct walking *k, int64_t seq, int64_t id, const char *what)
{
	k->w->wrong(k->w->cookie, k->chain, seq, id, what);
}

static void
gone(const struct walking *k, int64_t from, int64_t to)
{
	char what[64];

	if (from + 1 < to) {
		snprintf(what, sizeof what, "is gone, and all after it up to %" PRId64, to - 1);
		wrong(k, from, 0, what);
	} else if (from < to) {
		wrong(k, from, 0, "is gone");
	}
}

static int
see_row(struct walking *k, const PGresult *r, int row, struct error *why)
{
	uint8_t person[16], hash[32], stored[32];
	struct store_access a = { .division = (int32_t)result_int(r, row, 2), .id = result_int(r, row, 3),
		.account = result_int(r, row, 4), .application = result_int(r, row, 5), .at = result_time(r, row, 6),
		.person = PQgetisnull(r, row, 7) ? NULL : person, .fields = PQgetvalue(r, row, 8),
		.why = PQgetvalue(r, row, 9) };
	int64_t seq = result_int(r, row, 0);

	result_fixed(r, row, 7, person, sizeof person);
	result_fixed(r, row, 1, stored, sizeof stored);
	k->w->rows++;
	k->id = a.id;
	if (seq <= k->last) {
		wrong(k, seq, a.id, "was put in");
		return 0;
	}
	/* after a gap there is nothing to hold it against but itself */
	if (seq == k->last + 1) {
		if (link_make(k->w->seal, k->chain, seq, &a, k->hash, hash, why) != 0)
			return -1;
		if (memcmp(hash, stored, sizeof hash) != 0)
			wrong(k, seq, a.id, "is not what was written");
	}
	gone(k, k->last + 1, seq);
	if (k->w->passed)
		k->w->passed(k->w->cookie, k->chain, seq, stored);
	k->last = seq;
	memcpy(k->hash, stored, sizeof stored);
	return 0;
}

/* One piece of the chain: the number of its rows, -1. */
static int
see_piece(struct walking *k, struct error *why)
{
	struct params *p = connection_params(k->s);
	PGresult *r;
	int n, done = 0;

	params_int(p, params_one(p, PARAM_INT4), k->chain);
	params_int(p, params_one(p, PARAM_INT8), k->last);
	params_int(p, params_one(p, PARAM_INT8), k->id);
	r = connection_run(k->s, QUERY_ACCESS_LINKS, why);
	if (!r)
		return -1;
	n = PQntuples(r);
	for (int i = 0; i < n && done == 0; i++)
		done = see_row(k, r, i, why);
	PQclear(r);
	return done == 0 ? n : -1;
}

static int
see_chain(struct store *s, struct store_access_walk *w, const PGresult *heads, int row, struct error *why)
{
	struct chain end = { .seal = w->seal, .number = (int32_t)result_int(heads, row, 3) };
	struct walking k = { .s = s, .w = w, .chain = end.number, .last = 0, .id = INT64_MIN };
	bool ours = read_end(&end, heads, row);
	int n;

	do {
		n = see_piece(&k, why);
	} while (n > 0);
	if (n < 0)
		return -1;
	gone(&k, k.last + 1, end.last + 1);
	if (!ours || k.last > end.last || (k.last == end.last && memcmp(k.hash, end.hash, sizeof k.hash) != 0))
		wrong(&k, end.last, k.last ? k.id : 0, "is not the end that was written");
	return 0;
}

static int
see_loose(struct store *s, struct store_access_walk *w, struct error *why)
{
	PGresult *r;

	connection_params(s);
	r = connection_run(s, QUERY_ACCESS_LOOSE, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++)
		w->wrong(w->cookie, -1, 0, result_int(r, i, 0), "stands in no chain");
	PQclear(r);
	return 0;
}

int
store_access_check(struct store *s, struct store_access_walk *w, struct error *why)
{
	PGresult *heads;
	int done = 0;

	connection_params(s);
	heads = connection_run(s, QUERY_ACCESS_HEADS, why);
	if (!heads)
		return -1;
	for (int i = 0; i < PQntuples(heads) && done == 0; i++)
		done = see_chain(s, w, heads, i, why);
	PQclear(heads);
	return done == 0 ? see_loose(s, w, why) : -1;
}
