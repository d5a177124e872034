#include "store/mandate.h"

#include <stdlib.h>
#include <string.h>

#include "seal/digest.h"
#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

/* $1 agent, $2 person. */
static struct params *
pair(struct store *s, int64_t agent, const uint8_t person[16])
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), agent);
	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	return p;
}

/* $1. */
static struct params *
token(struct store *s, int64_t id)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), id);
	return p;
}

/* --- reading --- */

/* m->sealed is lent. */
static void
read_mandate(const PGresult *r, int row, struct store_mandate *m)
{
	memset(m, 0, sizeof *m);
	m->token = result_int(r, row, 0);
	m->agent = result_int(r, row, 1);
	result_text(r, row, 2, m->agent_name, sizeof m->agent_name);
	m->given_at = result_time(r, row, 3);
	m->ended_at = result_time(r, row, 4);
	m->withdrawn = result_int(r, row, 5) != 0;
	result_fixed(r, row, 6, m->handle, sizeof m->handle);
	result_fixed(r, row, 7, m->person, sizeof m->person);
	m->village = result_int(r, row, 8);
	m->basis = (enum store_mandate_basis)result_int(r, row, 9);
	m->slip_division = (int32_t)result_int(r, row, 10);
	m->slip = result_int(r, row, 11);
	m->sealed = (struct bytes){ PQgetvalue(r, row, 12), (size_t)PQgetlength(r, row, 12) };
}

static int
find(struct store *s, enum query q, struct store_mandate *m, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int found = r ? PQntuples(r) : -1;

	memset(m, 0, sizeof *m);
	if (found == 1) {
		read_mandate(r, 0, m);
		if (result_bytes(r, 0, 12, &m->sealed) != 0)
			found = error_set(why, ERROR_TEMPORARY, "no memory");
	}
	PQclear(r);
	return found;
}

void
store_mandate_free(struct store_mandate *m)
{
	free((void *)(uintptr_t)m->sealed.data);
	m->sealed = (struct bytes){ NULL, 0 };
}

int
store_mandate(struct store *s, int64_t agent, const uint8_t person[16], struct store_mandate *m, struct error *why)
{
	pair(s, agent, person);
	return find(s, QUERY_MANDATE_FIND, m, why);
}

int
store_mandate_by_handle(struct store *s, const uint8_t handle[16], int64_t agent, const uint8_t person[16],
    struct store_mandate *m, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), handle, 16);
	params_int(p, params_one(p, PARAM_INT8), agent);
	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	return find(s, QUERY_MANDATE_BY_HANDLE, m, why);
}

int64_t
store_mandate_holds(struct store *s, int64_t agent, const uint8_t person[16], struct error *why)
{
	struct store_mandate m;
	int found = store_mandate(s, agent, person, &m, why);

	store_mandate_free(&m);
	return found == 1 ? m.ended_at ? 0 : m.token : found;
}

static int
tell_each(struct store *s, enum query q, store_mandate_each *each, void *cookie, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	struct store_mandate m;
	int done = r ? 0 : -1;

	for (int i = 0; r && i < PQntuples(r) && done == 0; i++) {
		read_mandate(r, i, &m);
		done = each(cookie, &m, why);
	}
	PQclear(r);
	return done;
}

int
store_mandates(struct store *s, const uint8_t person[16], store_mandate_each *each, void *cookie, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	params_int(p, params_one(p, PARAM_INT4), STORE_MANDATES_MOST);
	return tell_each(s, QUERY_MANDATES_OF, each, cookie, why);
}

int
store_roster(struct store *s, int64_t agent, int64_t place, int64_t after, int limit, store_mandate_each *each,
    void *cookie, struct error *why)
{
	struct params *p = token(s, agent);

	params_int(p, params_one(p, PARAM_INT8), place);
	params_int(p, params_one(p, PARAM_INT8), after ? after : INT64_MAX);
	params_int(p, params_one(p, PARAM_INT4), limit);
	return tell_each(s, QUERY_MANDATES_HELD, each, cookie, why);
}

/* --- giving --- */

/* Two requests of one agent for one person wait for each other. */
static int
lock_and_find(struct store *s, int64_t agent, const uint8_t person[16], struct store_mandate *m, struct error *why)
{
	int found;

	pair(s, agent, person);
	if (connection_do(s, QUERY_MANDATE_LOCK, why) != 0)
		return -1;
	found = store_mandate(s, agent, person, m, why);
	store_mandate_free(m);
	return found;
}

static int
put(struct store *s, const struct store_mandate *m, struct error *why)
{
	uint8_t nothing[32];
	struct params *p;

	digest_random(nothing, sizeof nothing); /* of no secret */
	if (store_token_put(s, m->agent, m->token, nothing, false, why) != 0)
		return -1;
	p = pair(s, m->agent, m->person);
	params_int(p, params_one(p, PARAM_INT8), m->token);
	params_int(p, params_one(p, PARAM_INT8), m->village);
	params_int(p, params_one(p, PARAM_INT2), m->basis);
	params_int(p, params_one(p, PARAM_INT4), m->slip_division);
	params_int(p, params_one(p, PARAM_INT8), m->slip);
	params_bytes(p, params_one(p, PARAM_BYTEA), m->sealed.data, m->sealed.length);
	return connection_do(s, QUERY_MANDATE_PUT, why);
}

/* Who acted for him until now has drafts of his: they are the new one's. */
static int
inherit(struct store *s, const struct store_mandate *m, struct error *why)
{
	struct params *p = pair(s, m->agent, m->person);

	params_int(p, params_one(p, PARAM_INT8), m->village);
	return connection_do(s, QUERY_DRAFTS_INHERIT, why);
}

/* 1, 0 it is not the code (and that counts), -1. */
static int
use_code(struct store *s, const struct store_mandate *m, const uint8_t hash[16], struct error *why)
{
	struct params *p = connection_params(s);
	int used;

	params_bytes(p, params_one(p, PARAM_UUID), m->person, 16);
	params_bytes(p, params_one(p, PARAM_UUID), hash, 16);
	used = connection_rows(s, QUERY_MANDATE_CODE_USE, why);
	if (used != 0)
		return used;
	p = connection_params(s);
	params_bytes(p, params_one(p, PARAM_UUID), m->person, 16);
	return connection_do(s, QUERY_MANDATE_CODE_MISSED, why);
}

static int
keep_slip(struct store *s, const struct store_mandate *m, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), m->slip_division);
	params_int(p, params_one(p, PARAM_INT8), m->slip);
	params_int(p, params_one(p, PARAM_INT8), m->agent);
	return connection_rows(s, QUERY_MANDATE_SLIP, why);
}

static enum store_mandate_done
take(struct store *s, const struct store_mandate *m, const uint8_t code_hash[16], struct error *why)
{
	struct store_mandate old;
	int found = lock_and_find(s, m->agent, m->person, &old, why), good = 1;

	if (found < 0)
		return MANDATE_FAILED;
	if (m->basis == MANDATE_BY_CODE && (good = use_code(s, m, code_hash, why)) == 0)
		return MANDATE_WRONG_CODE;
	if (found && old.ended_at == 0)
		return good < 0 || inherit(s, m, why) != 0 ? MANDATE_FAILED : MANDATE_IN_FORCE;
	if (found && old.withdrawn && m->basis == MANDATE_BY_SLIP)
		return MANDATE_WITHDRAWN;
	if (m->basis == MANDATE_BY_SLIP && (good = keep_slip(s, m, why)) == 0)
		return MANDATE_WRONG_SLIP;
	return good < 0 || put(s, m, why) != 0 || inherit(s, m, why) != 0 ? MANDATE_FAILED : MANDATE_IN_FORCE;
}

enum store_mandate_done
store_mandate_take(struct store *s, const struct store_mandate *m, const uint8_t code_hash[16], int64_t caller,
    struct error *why)
{
	if (store_held_begin(s, caller, why) != 0)
		return MANDATE_FAILED;
	return (enum store_mandate_done)store_held_end(s, take(s, m, code_hash, why), why);
}

int
store_mandate_code(struct store *s, const uint8_t person[16], const uint8_t hash[16], int64_t caller,
    struct error *why)
{
	struct params *p;

	if (store_held_begin(s, caller, why) != 0)
		return -1;
	p = connection_params(s);
	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	params_bytes(p, params_one(p, PARAM_UUID), hash, 16);
	return store_held_end(s, connection_do(s, QUERY_MANDATE_CODE_PUT, why), why);
}

/* --- ending --- */

/* Those who have checked it commit first; who comes later sees it ended. 1, 0 it has ended, -1. */
static int
end(struct store *s, int64_t id, bool by_person, struct error *why)
{
	struct params *p;

	token(s, id);
	if (connection_do(s, QUERY_SESSION_LOCK, why) != 0)
		return -1;
	p = token(s, id);
	params_int(p, params_one(p, PARAM_BOOL), by_person);
	return connection_rows(s, QUERY_MANDATE_END, why);
}

int
store_mandate_end(struct store *s, int64_t id, bool by_person, int64_t caller, struct error *why)
{
	if (store_held_begin(s, caller, why) != 0)
		return -1;
	return store_held_end(s, end(s, id, by_person, why), why);
}

/* --- handing over --- */

static int
hand(struct store *s, const struct store_mandate *old, const struct store_mandate *new, struct error *why)
{
	struct store_mandate there;
	struct params *p;
	int found = lock_and_find(s, new->agent, new->person, &there, why), ended;

	if (found < 0 || (found && there.withdrawn))
		return found < 0 ? -1 : 0;
	ended = end(s, old->token, false, why);
	if (ended != 1)
		return ended;
	if (((!found || there.ended_at) && put(s, new, why) != 0) || inherit(s, new, why) != 0)
		return -1;
	p = pair(s, old->agent, old->person);
	params_int(p, params_one(p, PARAM_INT8), new->agent);
	return connection_do(s, QUERY_MANDATE_HAND, why) != 0 ? -1 : 1;
}

int
store_mandate_hand(struct store *s, const struct store_mandate *old, const struct store_mandate *new, int64_t caller,
    struct error *why)
{
	if (store_held_begin(s, caller, why) != 0)
		return -1;
	return store_held_end(s, hand(s, old, new, why), why);
}
