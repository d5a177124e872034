#include "store/vouched.h"

#include <string.h>

#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

/* One row or none comes back: 1, 0, -1. */
static int
row_of(struct store *s, enum query q, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int rows = r ? PQntuples(r) : -1;

	PQclear(r);
	return rows;
}

int
store_handshake_use(struct store *s, const uint8_t mark[16], struct error *why)
{
	struct params *p = connection_params(s);
	int first;

	params_bytes(p, params_one(p, PARAM_UUID), mark, 16);
	first = row_of(s, QUERY_HANDSHAKE_USE, why);
	if (first != 1)
		return first;
	connection_params(s);
	return connection_do(s, QUERY_HANDSHAKE_FORGET, why) == 0 ? 1 : -1;
}

/* --- whose account --- */

struct found {
	struct store_account account;
	uint8_t person[16];
	bool closed, linked; /* linked: the provider's person is known to be its owner */
};

/* Two logins of one person wait for each other. */
static int
lock(struct store *s, const struct store_vouched *v, struct error *why)
{
	struct params *p = connection_params(s);
	int c = params_array(p, PARAM_UUID);

	params_bytes(p, c, v->subject, 16);
	if (v->person)
		params_bytes(p, c, v->person, 16);
	return row_of(s, QUERY_VOUCHED_LOCK, why) < 0 ? -1 : 0;
}

/* The rows that came; the first one in *f. */
static int
read_found(struct store *s, enum query q, struct found *f, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int rows = r ? PQntuples(r) : -1;

	if (rows > 0 && store_account_read(r, &f->account, why) != 1)
		rows = -1;
	if (rows > 0) {
		f->closed = result_int(r, 0, 8) != 0;
		result_fixed(r, 0, 9, f->person, sizeof f->person);
	}
	PQclear(r);
	return rows;
}

static int
by_subject(struct store *s, const struct store_vouched *v, struct found *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), v->subject, 16);
	return read_found(s, QUERY_ACCOUNT_BY_SUBJECT, f, why);
}

static int
by_person(struct store *s, const struct store_vouched *v, struct found *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), v->person, 16);
	params_int(p, params_one(p, PARAM_BOOL), v->staff);
	return read_found(s, QUERY_ACCOUNT_VOUCHED, f, why);
}

static bool
is_staff(const struct store_account *a)
{
	return strcmp(a->role, "citizen") != 0;
}

/* May the provider's person come in by this account? */
static enum store_vouched_result
judge(const struct store_vouched *v, const struct found *f)
{
	if (is_staff(&f->account) != v->staff)
		return VOUCHED_NOBODY;
	if (v->person && memcmp(f->person, v->nameless, 16) != 0 && memcmp(f->person, v->person, 16) != 0)
		return VOUCHED_OTHER;
	if (v->same && (!v->login->old || f->account.id != v->login->old_account))
		return VOUCHED_OTHER;
	return f->closed ? VOUCHED_CLOSED : VOUCHED_IN;
}

static int
make(struct store *s, const struct store_vouched *v, struct found *f, struct error *why)
{
	const uint8_t *person = v->person ? v->person : v->nameless;

	f->account = *v->give;
	f->account.sealed = (struct bytes){ NULL, 0 }; /* lent */
	memcpy(f->person, person, 16);
	return store_account_put_within(s, v->give, person, why);
}

/* VOUCHED_IN: in *f. Staff with several accounts must be told apart by linking. */
static enum store_vouched_result
find_account(struct store *s, const struct store_vouched *v, struct found *f, struct error *why)
{
	int found = by_subject(s, v, f, why);

	f->linked = found > 0;
	if (found == 0 && v->person)
		found = by_person(s, v, f, why);
	if (found < 0)
		return VOUCHED_FAILED;
	if (found > 1 && v->staff)
		return VOUCHED_NOBODY;
	if (found > 0)
		return judge(v, f);
	if (!v->give || v->same)
		return VOUCHED_NOBODY;
	return make(s, v, f, why) == 0 ? VOUCHED_IN : VOUCHED_FAILED;
}

/* --- what follows --- */

static bool
is_as_told(const struct store_account *a, const struct store_account *told)
{
	return strcmp(a->role, told->role) == 0 && strcmp(a->department, told->department) == 0 &&
	    a->n_divisions == told->n_divisions && a->n_villages == told->n_villages &&
	    memcmp(a->divisions, told->divisions, (size_t)a->n_divisions * sizeof *a->divisions) == 0 &&
	    memcmp(a->villages, told->villages, (size_t)a->n_villages * sizeof *a->villages) == 0;
}

/* A provider that gives roles has changed them: what was given for the old ones ends. */
static int
change(struct store *s, const struct store_vouched *v, struct found *f, struct error *why)
{
	struct store_account new = f->account;

	if (!v->staff || !v->give || is_as_told(&f->account, v->give))
		return 0;
	memcpy(new.role, v->give->role, sizeof new.role);
	memcpy(new.department, v->give->department, sizeof new.department);
	memcpy(new.divisions, v->give->divisions, sizeof new.divisions);
	new.n_divisions = v->give->n_divisions;
	memcpy(new.villages, v->give->villages, sizeof new.villages);
	new.n_villages = v->give->n_villages;
	return store_account_put_within(s, &new, f->person, why);
}

static int
link_identity(struct store *s, const struct store_vouched *v, const struct found *f, struct error *why)
{
	struct params *p = connection_params(s);

	if (f->linked)
		return 0;
	params_bytes(p, params_one(p, PARAM_UUID), v->subject, 16);
	params_int(p, params_one(p, PARAM_INT8), f->account.id);
	params_text(p, params_one(p, PARAM_TEXT), v->provider);
	return connection_do(s, QUERY_IDENTITY_PUT, why);
}

static int
begin_session(struct store *s, const struct store_vouched *v, const struct found *f, struct error *why)
{
	struct store_login l = *v->login;

	l.account = f->account.id;
	l.demo = f->account.demo;
	l.provider = v->provider;
	l.strong = v->strong;
	l.proved_ago = v->proved_ago;
	return store_session_begin(s, &l, why);
}

static enum store_vouched_result
login(struct store *s, const struct store_vouched *v, struct found *f, struct error *why)
{
	enum store_vouched_result result;

	if (lock(s, v, why) != 0)
		return VOUCHED_FAILED;
	result = find_account(s, v, f, why);
	if (result != VOUCHED_IN)
		return result;
	if (change(s, v, f, why) != 0 || link_identity(s, v, f, why) != 0 || begin_session(s, v, f, why) != 0)
		return VOUCHED_FAILED;
	return connection_commit(s, why) == 0 ? VOUCHED_IN : VOUCHED_FAILED;
}

enum store_vouched_result
store_vouched_login(struct store *s, const struct store_vouched *v, struct error *why)
{
	struct found f = { 0 };
	enum store_vouched_result result;

	if (connection_begin(s, why) != 0)
		return VOUCHED_FAILED;
	result = login(s, v, &f, why);
	if (result != VOUCHED_IN)
		connection_rollback(s);
	store_account_free(&f.account);
	return result;
}
