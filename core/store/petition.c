#include "store/petition.h"

#include <stdlib.h>
#include <string.h>

#include "store/result.h"
#include "store/rows.h"
#include "store/store.h"

enum { ANSWER_MS = 15000, TRIES = 5 };

void
store_petition_free(struct store_petition *c)
{
	free((void *)(uintptr_t)c->same.answer.data);
	c->same.answer = (struct bytes){ NULL, 0 };
}

/* The tokens that must be in force: how many. */
static int
token_rows(struct params *p, const struct store_petition *c)
{
	int column = params_array(p, PARAM_INT8), n = 0;
	const int64_t tokens[] = { c->token, c->mandate };

	for (int i = 0; i < 2; i++)
		if (tokens[i]) {
			params_int(p, column, tokens[i]);
			n++;
		}
	return n;
}

static void
one_int8(struct params *p, int64_t value)
{
	int c = params_array(p, PARAM_INT8);

	params_int(p, c, value);
}

/* The same locks as intake takes: of two requests with one key the second waits for the first. */
static void
lock_rows(struct store *s, const struct store_petition *c)
{
	struct params *p;
	int64_t key;
	int n;

	memcpy(&key, c->key_hash, sizeof key);
	one_int8(pipeline_add(s, QUERY_LOCK_KEYS), key ^ c->account);
	if (!c->token)
		return;
	token_rows(pipeline_add(s, QUERY_LOCK_TOKENS), c);
	p = pipeline_add(s, QUERY_TOKEN_CHECK);
	n = token_rows(p, c);
	params_int(p, params_one(p, PARAM_INT4), n);
}

static void
petition_row(struct store *s, int32_t incarnation, const struct store_petition *c)
{
	struct params *p = pipeline_add(s, QUERY_PETITION_PUT);

	params_int(p, params_one(p, PARAM_INT4), c->division);
	params_int(p, params_one(p, PARAM_INT8), c->id);
	params_int(p, params_one(p, PARAM_INT8), c->application);
	params_int(p, params_one(p, PARAM_INT8), c->account);
	params_int(p, params_one(p, PARAM_INT4), incarnation);
	params_bytes(p, params_one(p, PARAM_UUID), c->key_hash, sizeof c->key_hash);
	params_bytes(p, params_one(p, PARAM_BYTEA), c->body_hash, sizeof c->body_hash);
	params_bytes(p, params_one(p, PARAM_BYTEA), c->body.data, c->body.length);
	params_int(p, params_one(p, PARAM_INT4), c->account_division);
	p = pipeline_add(s, QUERY_INBOX_NOTIFY);
	params_int(p, params_array(p, PARAM_INT4), c->division);
	params_int(p, params_array(p, PARAM_INT8), c->application);
	params_int(p, params_one(p, PARAM_INT4), incarnation);
}

static int
attempt(struct store *s, int32_t incarnation, const struct store_petition *c, struct error *why)
{
	if (pipeline_begin(s, why) != 0)
		return -1;
	lock_rows(s, c);
	if (rows_file_uses(s, c->files, c->n_files, why) != 0)
		return -1;
	if (c->beside.add)
		c->beside.add(s, c->beside.what);
	petition_row(s, incarnation, c);
	return pipeline_send(s, why) != 0 ? -1 : pipeline_wait(s, ANSWER_MS, why);
}

/* --- refused: why? --- */

static int
token_in_force(struct store *s, int64_t token, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int found;

	if (!token)
		return 1;
	one_int8(p, token);
	r = connection_run(s, QUERY_TOKENS_IN_FORCE, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	PQclear(r);
	return found;
}

/* 1 and c->same filled, 0 no such petition, -1. */
static int
find_same(struct store *s, struct store_petition *c, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int found;

	params_int(p, params_one(p, PARAM_INT8), c->account);
	params_bytes(p, params_one(p, PARAM_UUID), c->key_hash, sizeof c->key_hash);
	r = connection_run(s, QUERY_PETITION_FIND, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	if (found) {
		c->same.division = (int32_t)result_int(r, 0, 0);
		c->same.id = result_int(r, 0, 1);
		result_fixed(r, 0, 2, c->same.body_hash, sizeof c->same.body_hash);
		c->same.status = (int16_t)result_int(r, 0, 3);
		if (result_bytes(r, 0, 4, &c->same.answer) != 0)
			found = error_set(why, ERROR_TEMPORARY, "no memory");
	}
	PQclear(r);
	return found;
}

static int
used_for_filing(struct store *s, struct store_petition *c, struct error *why)
{
	struct store_application row = { .account = c->account, .account_division = c->account_division };
	int done;

	memcpy(row.key_hash, c->key_hash, sizeof row.key_hash);
	done = store_request_key(s, &row, why);
	free((void *)(uintptr_t)row.same_answer.data);
	return done != 0 ? -1 : row.verdict == STORE_SAME_KEY;
}

/* Gives the verdict that refused it; STORE_PENDING: it was in the way and is no more. */
static int
find_cause(struct store *s, struct store_petition *c, struct error *why)
{
	int found = token_in_force(s, c->token, why);

	if (found == 0)
		c->verdict = STORE_REVOKED;
	if (found == 1 && (found = token_in_force(s, c->mandate, why)) == 0)
		c->verdict = STORE_NO_MANDATE;
	if (found <= 0)
		return found;
	found = find_same(s, c, why);
	if (found == 0)
		found = used_for_filing(s, c, why);
	if (found == 1)
		c->verdict = STORE_SAME_KEY;
	return found < 0 ? -1 : 0;
}

int
store_petition_find(struct store *s, struct store_petition *c, struct error *why)
{
	int found = find_same(s, c, why);

	c->verdict = found == 1 ? STORE_SAME_KEY : STORE_PENDING;
	return found < 0 ? -1 : 0;
}

int
store_petition_put(struct store *s, int32_t incarnation, struct store_petition *c, struct error *why)
{
	struct error told = { 0 };

	c->verdict = STORE_PENDING;
	for (int tries = 0; tries < TRIES && c->verdict == STORE_PENDING; tries++) {
		error_clear(&told);
		if (attempt(s, incarnation, c, &told) == 0) {
			c->verdict = STORE_STORED;
			return 0;
		}
		if (told.kind == ERROR_UNKNOWN)
			c->verdict = STORE_LOST;
		else if (told.kind != ERROR_CONFLICT)
			c->verdict = STORE_FAILED;
		else if (error_clear(&told), find_cause(s, c, &told) != 0)
			c->verdict = STORE_FAILED;
	}
	if (c->verdict == STORE_SAME_KEY || c->verdict == STORE_REVOKED || c->verdict == STORE_NO_MANDATE)
		return 0;
	if (c->verdict == STORE_PENDING && c->beside.add) { /* neither key nor token: what is beside it */
		c->verdict = STORE_ONCE;
		return 0;
	}
	if (c->verdict == STORE_PENDING)
		c->verdict = STORE_FAILED;
	return error_set(why, told.kind, "%s", told.text);
}

/* --- reading --- */

int
store_petitions_open(struct store *s, int32_t incarnation,
    void (*each)(void *cookie, const struct store_petition *c), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT4), incarnation);
	r = connection_run(s, QUERY_PETITIONS_OWNED, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		struct store_petition c = { .division = (int32_t)result_int(r, i, 0), .id = result_int(r, i, 1),
			.application = result_int(r, i, 2), .account = result_int(r, i, 3),
			.body = { PQgetvalue(r, i, 4), (size_t)PQgetlength(r, i, 4) } };

		each(cookie, &c);
	}
	PQclear(r);
	return 0;
}

int
store_petition_answers(struct store *s, const int64_t *divisions_ids, size_t n,
    void (*each)(void *cookie, size_t place, int16_t status, const struct bytes *answer), void *cookie,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, divisions_ids[2 * i]);
		params_int(p, 1, divisions_ids[2 * i + 1]);
	}
	r = connection_run(s, QUERY_PETITION_ANSWERS, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		struct bytes answer = { PQgetvalue(r, i, 2), (size_t)PQgetlength(r, i, 2) };

		each(cookie, (size_t)result_int(r, i, 0) - 1, (int16_t)result_int(r, i, 1), &answer);
	}
	PQclear(r);
	return 0;
}

int
store_consent_asked(struct store *s, int32_t division, int64_t application, const uint8_t person[16],
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int found;

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), application);
	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	r = connection_run(s, QUERY_CONSENT_ASKED, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	PQclear(r);
	return found;
}

int
store_consents_open(struct store *s, const uint8_t person[16], struct store_place *places, int room,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int n;

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	params_int(p, params_one(p, PARAM_INT4), room);
	r = connection_run(s, QUERY_CONSENTS_OPEN, why);
	if (!r)
		return -1;
	n = PQntuples(r) < room ? PQntuples(r) : room;
	for (int i = 0; i < n; i++)
		places[i] = (struct store_place){ (int32_t)result_int(r, i, 0), result_int(r, i, 1) };
	PQclear(r);
	return n;
}
