#include <stdlib.h>
#include <string.h>

#include "rules/village.h"
#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

enum { MOST = 16 /* places of an account */, COUNTIES = 1000000 /* a county's code is below */ };

void
store_account_free(struct store_account *a)
{
	if (!a)
		return;
	free((void *)(uintptr_t)a->sealed.data);
	a->sealed = (struct bytes){ NULL, 0 };
}

static void
put_divisions(struct params *p, const struct store_account *a)
{
	int c = params_array(p, PARAM_INT8);
	bool agent = a->n_villages > 0;

	for (int i = 0; i < (agent ? a->n_villages : a->n_divisions); i++)
		params_int(p, c, agent ? a->villages[i] : a->divisions[i]);
}

static void
add_county(struct store_account *a, int32_t county)
{
	for (int i = 0; i < a->n_divisions; i++)
		if (a->divisions[i] == county)
			return;
	a->divisions[a->n_divisions++] = county;
}

bool
store_account_place(struct store_account *a, const char *code)
{
	bool agent = strcmp(a->role, "agent") == 0;
	int64_t place = village_read(code);

	if (!agent && (strlen(code) != 6 || strspn(code, "0123456789") != 6))
		return false;
	if ((agent && (place == 0 || a->n_villages == MOST)) || a->n_divisions == MOST)
		return false;
	if (agent)
		a->villages[a->n_villages++] = place;
	add_county(a, agent ? village_county(place) : (int32_t)atoi(code));
	return true;
}

/* What put_divisions() has written. */
static int
read_divisions(const PGresult *r, int row, int column, struct store_account *a)
{
	int64_t places[MOST];
	int n = result_int8s(r, row, column, places, MOST);

	for (int i = 0; i < n; i++) {
		if (places[i] >= COUNTIES)
			a->villages[a->n_villages++] = places[i];
		add_county(a, places[i] >= COUNTIES ? village_county(places[i]) : (int32_t)places[i]);
	}
	return n < 0 ? -1 : 0;
}

static int
put(struct store *s, const struct store_account *a, const uint8_t person[16], struct error *why)
{
	struct params *p = connection_params(s);
	int c;

	params_int(p, params_one(p, PARAM_INT8), a->id);
	params_text(p, params_one(p, PARAM_TEXT), a->name);
	params_text(p, params_one(p, PARAM_TEXT), a->role);
	params_text(p, params_one(p, PARAM_TEXT), a->department);
	put_divisions(p, a);
	c = params_one(p, PARAM_UUID);
	if (person)
		params_bytes(p, c, person, 16);
	else
		params_null(p, c);
	params_bytes(p, params_one(p, PARAM_BYTEA), a->sealed.data, a->sealed.length);
	params_int(p, params_one(p, PARAM_BOOL), a->demo);
	return connection_do(s, QUERY_ACCOUNT_PUT, why);
}

int
store_account_read(const PGresult *r, struct store_account *a, struct error *why)
{
	a->id = result_int(r, 0, 0);
	a->token = result_int(r, 0, 1);
	result_text(r, 0, 2, a->name, sizeof a->name);
	result_text(r, 0, 3, a->role, sizeof a->role);
	result_text(r, 0, 4, a->department, sizeof a->department);
	a->demo = result_int(r, 0, 7) != 0;
	a->n_divisions = a->n_villages = 0;
	if (read_divisions(r, 0, 5, a) != 0)
		return error_set(why, ERROR_BROKEN, "an account's divisions cannot be read");
	if (result_bytes(r, 0, 6, &a->sealed) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	return 1;
}

static int
find(struct store *s, enum query q, struct store_account *a, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int found;

	memset(a, 0, sizeof *a);
	if (!r)
		return -1;
	found = PQntuples(r) == 0 ? 0 : store_account_read(r, a, why);
	PQclear(r);
	return found;
}

int
store_account_by_name(struct store *s, const char *name, struct store_account *a, struct error *why)
{
	struct params *p = connection_params(s);

	params_text(p, params_one(p, PARAM_TEXT), name);
	return find(s, QUERY_ACCOUNT_BY_NAME, a, why);
}

int
store_account_by_person(struct store *s, const uint8_t person[16], struct store_account *a,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	return find(s, QUERY_ACCOUNT_BY_PERSON, a, why);
}

int
store_account_by_token(struct store *s, const uint8_t hash[32], struct store_account *a,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_BYTEA), hash, 32);
	return find(s, QUERY_ACCOUNT_BY_TOKEN, a, why);
}

int
store_token_put(struct store *s, int64_t account, int64_t token, const uint8_t hash[32], bool demo,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), token);
	params_bytes(p, params_one(p, PARAM_BYTEA), hash, 32);
	params_int(p, params_one(p, PARAM_INT8), account);
	params_int(p, params_one(p, PARAM_BOOL), demo);
	return connection_do(s, QUERY_TOKEN_PUT, why);
}

static int
with_account(struct store *s, enum query q, int64_t account, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), account);
	return connection_do(s, q, why);
}

/* Groups that have checked a token commit first; who checks later sees it revoked. */
int
store_token_revoke(struct store *s, int64_t account, struct error *why)
{
	if (connection_begin(s, why) != 0)
		return -1;
	if (store_token_revoke_within(s, account, why) != 0 || connection_commit(s, why) != 0) {
		connection_rollback(s);
		return -1;
	}
	return 0;
}

int
store_token_revoke_within(struct store *s, int64_t account, struct error *why)
{
	return with_account(s, QUERY_TOKEN_LOCK, account, why) != 0 ||
	    with_account(s, QUERY_TOKEN_REVOKE, account, why) != 0 ? -1 : 0;
}

static int
revoke_changed(struct store *s, const struct store_account *a, struct error *why)
{
	struct params *p;

	if (with_account(s, QUERY_TOKEN_LOCK, a->id, why) != 0)
		return -1;
	p = connection_params(s);
	params_int(p, params_one(p, PARAM_INT8), a->id);
	params_text(p, params_one(p, PARAM_TEXT), a->role);
	params_text(p, params_one(p, PARAM_TEXT), a->department);
	put_divisions(p, a);
	return connection_do(s, QUERY_TOKEN_REVOKE_CHANGED, why);
}

int
store_account_put_within(struct store *s, const struct store_account *a, const uint8_t person[16],
    struct error *why)
{
	return revoke_changed(s, a, why) != 0 ? -1 : put(s, a, person, why);
}

int
store_account_put(struct store *s, const struct store_account *a, const uint8_t person[16],
    struct error *why)
{
	if (connection_begin(s, why) != 0)
		return -1;
	if (store_account_put_within(s, a, person, why) != 0 || connection_commit(s, why) != 0) {
		connection_rollback(s);
		return -1;
	}
	return 0;
}

int
store_token_hold(struct store *s, int64_t token, struct error *why)
{
	struct params *p = connection_params(s);

	if (token == 0)
		return 0;
	params_int(p, params_array(p, PARAM_INT8), token);
	if (connection_do(s, QUERY_LOCK_TOKENS, why) != 0)
		return -1;
	p = connection_params(s);
	params_int(p, params_array(p, PARAM_INT8), token);
	params_int(p, params_one(p, PARAM_INT4), 1);
	return connection_do(s, QUERY_TOKEN_CHECK, why);
}

int
store_held_begin(struct store *s, int64_t token, struct error *why)
{
	if (connection_begin(s, why) != 0)
		return -1;
	if (store_token_hold(s, token, why) == 0)
		return 0;
	connection_rollback(s);
	return -1;
}

int
store_held_end(struct store *s, int done, struct error *why)
{
	if (done >= 0 && connection_commit(s, why) == 0)
		return done;
	connection_rollback(s);
	return -1;
}
