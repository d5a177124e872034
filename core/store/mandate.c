#include "store/mandate.h"

#include <string.h>

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

static void
read_mandate(const PGresult *r, int row, struct store_mandate *m)
{
	m->token = result_int(r, row, 0);
	m->agent = result_int(r, row, 1);
	result_text(r, row, 2, m->agent_name, sizeof m->agent_name);
	m->given_at = result_time(r, row, 3);
	m->ended_at = result_time(r, row, 4);
	m->withdrawn = result_int(r, row, 5) != 0;
}

/* 1 found, 0, -1. */
static int
find(struct store *s, int64_t agent, const uint8_t person[16], struct store_mandate *m, struct error *why)
{
	PGresult *r;
	int found;

	memset(m, 0, sizeof *m);
	pair(s, agent, person);
	r = connection_run(s, QUERY_MANDATE_FIND, why);
	found = r ? PQntuples(r) : -1;
	if (found == 1)
		read_mandate(r, 0, m);
	PQclear(r);
	return found;
}

/* Two requests of one agent for one person wait for each other. */
static int
lock_and_find(struct store *s, int64_t agent, const uint8_t person[16], struct store_mandate *m, struct error *why)
{
	pair(s, agent, person);
	return connection_do(s, QUERY_MANDATE_LOCK, why) != 0 ? -1 : find(s, agent, person, m, why);
}

int
store_mandate_holds(struct store *s, int64_t agent, const uint8_t person[16], struct error *why)
{
	struct store_mandate m;
	int found = find(s, agent, person, &m, why);

	return found == 1 ? m.ended_at == 0 : found;
}

static int
put(struct store *s, int64_t agent, const uint8_t person[16], int64_t token, const uint8_t hash[32],
    struct error *why)
{
	struct params *p;

	if (store_token_put(s, agent, token, hash, false, why) != 0)
		return -1;
	p = pair(s, agent, person);
	params_int(p, params_one(p, PARAM_INT8), token);
	return connection_do(s, QUERY_MANDATE_PUT, why);
}

static int
take(struct store *s, int64_t agent, const uint8_t person[16], int64_t token, const uint8_t hash[32],
    bool by_person, struct store_mandate *m, struct error *why)
{
	int found = lock_and_find(s, agent, person, m, why);

	if (found < 0)
		return -1;
	if (found && m->withdrawn && !by_person)
		return 0;
	if (found && m->ended_at == 0)
		return 1;
	m->token = token;
	return put(s, agent, person, token, hash, why) != 0 ? -1 : 1;
}

static int
take_within(struct store *s, int64_t agent, const uint8_t person[16], int64_t token, const uint8_t hash[32],
    bool by_person, struct store_mandate *m, struct error *why)
{
	int done;

	if (connection_begin(s, why) != 0)
		return -1;
	done = take(s, agent, person, token, hash, by_person, m, why);
	if (done >= 0 && connection_commit(s, why) == 0)
		return done;
	connection_rollback(s);
	return -1;
}

int
store_mandate_take(struct store *s, int64_t agent, const uint8_t person[16], int64_t token,
    const uint8_t hash[32], struct store_mandate *m, struct error *why)
{
	return take_within(s, agent, person, token, hash, false, m, why);
}

int
store_mandate_give(struct store *s, int64_t agent, const uint8_t person[16], int64_t token,
    const uint8_t hash[32], struct error *why)
{
	struct store_mandate m;

	return take_within(s, agent, person, token, hash, true, &m, why) == 1 ? 0 : -1;
}

static int
withdraw(struct store *s, const uint8_t person[16], int64_t token, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int ended;

	params_int(p, params_one(p, PARAM_INT8), token);
	if (connection_do(s, QUERY_SESSION_LOCK, why) != 0) /* those who have checked it commit first */
		return -1;
	p = connection_params(s);
	params_int(p, params_one(p, PARAM_INT8), token);
	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	r = connection_run(s, QUERY_MANDATE_WITHDRAW, why);
	ended = r ? PQntuples(r) : -1;
	PQclear(r);
	return ended;
}

int
store_mandate_withdraw(struct store *s, const uint8_t person[16], int64_t token, struct error *why)
{
	int ended;

	if (connection_begin(s, why) != 0)
		return -1;
	ended = withdraw(s, person, token, why);
	if (ended >= 0 && connection_commit(s, why) == 0)
		return ended;
	connection_rollback(s);
	return -1;
}

int
store_mandates(struct store *s, const uint8_t person[16], struct store_mandate list[STORE_MANDATES_MOST],
    int *n, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	r = connection_run(s, QUERY_MANDATES_OF, why);
	if (!r)
		return -1;
	*n = PQntuples(r) < STORE_MANDATES_MOST ? PQntuples(r) : STORE_MANDATES_MOST;
	for (int i = 0; i < *n; i++)
		read_mandate(r, i, &list[i]);
	PQclear(r);
	return 0;
}
