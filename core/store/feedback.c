#include "store/feedback.h"

#include <stdlib.h>
#include <string.h>

#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

/* --- writing --- */

/* Two requests with one key wait for each other, as those of filing do. */
static int
begin(struct store *s, int64_t token, int64_t account, const uint8_t key_hash[16], struct error *why)
{
	struct params *p;
	int64_t key;

	memcpy(&key, key_hash, sizeof key);
	if (connection_begin(s, why) != 0)
		return -1;
	p = connection_params(s);
	params_int(p, params_array(p, PARAM_INT8), key ^ account);
	return connection_do(s, QUERY_LOCK_KEYS, why) != 0 ? -1 : store_token_hold(s, token, why);
}

/* The end of a transaction: committed when a verdict of STORE_STORED was found, else undone. */
static int
end(struct store *s, int result, enum store_verdict *verdict, struct error *why)
{
	if (result == 0 && *verdict == STORE_STORED) {
		result = connection_commit(s, why);
		if (result == 0)
			return 0;
	}
	connection_rollback(s);
	if (result != 0 && why->kind == ERROR_CONFLICT) { /* the token's guard */
		error_clear(why);
		*verdict = STORE_REVOKED;
		result = 0;
	}
	return result;
}

static int
find_same(struct store *s, const struct store_feedback *f, enum store_verdict *verdict,
    struct store_feedback *same, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT8), f->account);
	params_bytes(p, params_one(p, PARAM_UUID), f->key_hash, 16);
	r = connection_run(s, QUERY_FEEDBACK_FIND, why);
	if (!r)
		return -1;
	if (PQntuples(r) > 0) {
		*verdict = STORE_SAME_KEY;
		*same = (struct store_feedback){ .division = (int32_t)result_int(r, 0, 0), .id = result_int(r, 0, 1),
			.application = result_int(r, 0, 2), .at = result_time(r, 0, 3), .due = (int32_t)result_int(r, 0, 4),
			.item = (int16_t)result_int(r, 0, 5), .turn = (int16_t)result_int(r, 0, 6),
			.grade = (int16_t)result_int(r, 0, 7) };
		result_text(r, 0, 8, same->about, sizeof same->about);
		result_fixed(r, 0, 9, same->body_hash, 32);
	}
	PQclear(r);
	return 0;
}

/* 1: a row; 0: none; -1. */
static int
has_row(struct store *s, enum query q, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int found = r ? PQntuples(r) > 0 : -1;

	PQclear(r);
	return found;
}

static int
is_busy(struct store *s, const struct store_feedback *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->application);
	params_int(p, params_one(p, PARAM_INT2), f->item);
	return has_row(s, QUERY_FEEDBACK_BUSY, why);
}

static void
sealed_or_null(struct params *p, const struct bytes *sealed)
{
	int c = params_one(p, PARAM_BYTEA);

	if (sealed->data)
		params_bytes(p, c, sealed->data, sealed->length);
	else
		params_null(p, c);
}

static int
insert(struct store *s, const struct store_feedback *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->id);
	params_int(p, params_one(p, PARAM_INT8), f->application);
	params_int(p, params_one(p, PARAM_INT8), f->account);
	params_time(p, params_one(p, PARAM_TIME), f->at);
	params_int(p, params_one(p, PARAM_INT4), f->day);
	params_int(p, params_one(p, PARAM_INT4), f->due);
	params_int(p, params_one(p, PARAM_INT2), f->item);
	params_int(p, params_one(p, PARAM_INT2), f->turn);
	params_int(p, params_one(p, PARAM_INT2), f->grade);
	params_int(p, params_one(p, PARAM_BOOL), f->open);
	params_text(p, params_one(p, PARAM_TEXT), f->about);
	params_text(p, params_one(p, PARAM_TEXT), f->event);
	params_text(p, params_one(p, PARAM_TEXT), f->department);
	params_bytes(p, params_one(p, PARAM_UUID), f->key_hash, 16);
	params_bytes(p, params_one(p, PARAM_BYTEA), f->body_hash, 32);
	sealed_or_null(p, &f->text);
	return has_row(s, QUERY_FEEDBACK_PUT, why);
}

static int
put(struct store *s, const struct store_feedback *f, enum store_verdict *verdict,
    struct store_feedback *same, struct error *why)
{
	int busy = 0, made = 0;

	if (find_same(s, f, verdict, same, why) != 0)
		return -1;
	if (*verdict == STORE_SAME_KEY)
		return 0;
	if (f->turn == 0)
		busy = is_busy(s, f, why);
	if (busy == 0)
		made = insert(s, f, why);
	*verdict = made == 1 ? STORE_STORED : STORE_ONCE;
	return busy < 0 || made < 0 ? -1 : 0;
}

int
store_feedback_put(struct store *s, int64_t token, const struct store_feedback *f,
    enum store_verdict *verdict, struct store_feedback *same, struct error *why)
{
	int result = begin(s, token, f->account, f->key_hash, why);

	*verdict = STORE_PENDING;
	if (result == 0)
		result = put(s, f, verdict, same, why);
	return end(s, result, verdict, why);
}

/* --- answering --- */

static void
place_params(struct params *p, const struct store_feedback *f)
{
	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->application);
	params_int(p, params_one(p, PARAM_INT8), f->id);
}

static int
insert_answer(struct store *s, const struct store_feedback *f, struct error *why)
{
	struct params *p = connection_params(s);

	place_params(p, f);
	params_int(p, params_one(p, PARAM_INT8), f->answer.account);
	params_time(p, params_one(p, PARAM_TIME), f->answer.at);
	params_text(p, params_one(p, PARAM_TEXT), f->answer.outcome);
	params_bytes(p, params_one(p, PARAM_UUID), f->answer.key_hash, 16);
	params_bytes(p, params_one(p, PARAM_BYTEA), f->answer.body_hash, 32);
	params_bytes(p, params_one(p, PARAM_BYTEA), f->answer.text.data, f->answer.text.length);
	return connection_do(s, QUERY_FEEDBACK_ANSWER_PUT, why);
}

/* It is not open: was it he, with the same words? */
static int
find_answer(struct store *s, const struct store_feedback *f, enum store_verdict *verdict, struct error *why)
{
	struct params *p = connection_params(s);
	uint8_t key_hash[16], body_hash[32];
	PGresult *r;

	place_params(p, f);
	r = connection_run(s, QUERY_FEEDBACK_ANSWER_FIND, why);
	if (!r)
		return -1;
	*verdict = STORE_ONCE;
	if (PQntuples(r) > 0 && result_int(r, 0, 0) == f->answer.account) {
		result_fixed(r, 0, 1, key_hash, sizeof key_hash);
		result_fixed(r, 0, 2, body_hash, sizeof body_hash);
		if (memcmp(key_hash, f->answer.key_hash, 16) == 0 && memcmp(body_hash, f->answer.body_hash, 32) == 0)
			*verdict = STORE_SAME_KEY;
	}
	PQclear(r);
	return 0;
}

static int
answer(struct store *s, const struct store_feedback *f, enum store_verdict *verdict, struct error *why)
{
	int closed;

	place_params(connection_params(s), f);
	closed = has_row(s, QUERY_FEEDBACK_CLOSE, why);
	if (closed < 0)
		return -1;
	if (closed == 0)
		return find_answer(s, f, verdict, why);
	*verdict = STORE_STORED;
	return insert_answer(s, f, why);
}

int
store_feedback_answer(struct store *s, int64_t token, const struct store_feedback *f,
    enum store_verdict *verdict, struct error *why)
{
	int result = begin(s, token, f->answer.account, f->answer.key_hash, why);

	*verdict = STORE_PENDING;
	if (result == 0)
		result = answer(s, f, verdict, why);
	return end(s, result, verdict, why);
}
