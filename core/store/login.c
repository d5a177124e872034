#include "store/login.h"

#include <stdlib.h>
#include <string.h>

#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

void
store_credentials_free(struct store_credentials *c)
{
	store_account_free(&c->account);
	free((void *)(uintptr_t)c->totp.data);
	c->totp = (struct bytes){ NULL, 0 };
}

static int
read_credentials(const PGresult *r, struct store_credentials *c, struct error *why)
{
	if (store_account_read(r, &c->account, why) != 1)
		return -1;
	c->found = true;
	result_text(r, 0, 8, c->hash, sizeof c->hash);
	c->last_step = result_int(r, 0, 10);
	return result_bytes(r, 0, 9, &c->totp) == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

int
store_credentials(struct store *s, const char *name, struct store_credentials *c, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int done;

	memset(c, 0, sizeof *c);
	params_text(p, params_one(p, PARAM_TEXT), name);
	r = connection_run(s, QUERY_CREDENTIALS, why);
	if (!r)
		return -1;
	done = PQntuples(r) == 0 ? 0 : read_credentials(r, c, why);
	PQclear(r);
	return done;
}

/* --- tries --- */

/* The rows that came, -1; the first one's number in *first. */
static int
ask_tries(struct store *s, enum query q, const struct store_tries *t, int64_t *first, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int rows;

	params_bytes(p, params_one(p, PARAM_UUID), t->who, sizeof t->who);
	params_int(p, params_one(p, PARAM_INT8), t->cost_us);
	if (q != QUERY_LOGIN_FORGIVE)
		params_int(p, params_one(p, PARAM_INT8), t->room_us);
	r = connection_run(s, q, why);
	rows = r ? PQntuples(r) : -1;
	*first = rows > 0 ? result_int(r, 0, 0) : 0;
	PQclear(r);
	return rows;
}

int
store_login_try(struct store *s, const struct store_tries *t, int64_t *wait_us, struct error *why)
{
	int64_t ignored;
	int taken = ask_tries(s, QUERY_LOGIN_TRY, t, &ignored, why);

	*wait_us = 0;
	if (taken == 0 && ask_tries(s, QUERY_LOGIN_WAIT, t, wait_us, why) < 0)
		return -1;
	return taken;
}

int
store_login_forgive(struct store *s, const struct store_tries *t, size_t n, struct error *why)
{
	int64_t ignored;

	for (size_t i = 0; i < n; i++)
		if (ask_tries(s, QUERY_LOGIN_FORGIVE, &t[i], &ignored, why) < 0)
			return -1;
	connection_params(s);
	return connection_do(s, QUERY_LOGIN_FORGET, why);
}

/* --- the login --- */

static int
with_account(struct store *s, enum query q, int64_t account, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), account);
	return connection_do(s, q, why);
}

static int
password_check(struct store *s, const struct store_login *l, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), l->account);
	params_text(p, params_one(p, PARAM_TEXT), l->password_hash);
	return connection_do(s, QUERY_PASSWORD_CHECK, why);
}

/* Takes the step: nobody else has it. 1, 0, -1. */
static int
totp_use(struct store *s, const struct store_login *l, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int used;

	params_int(p, params_one(p, PARAM_INT8), l->account);
	params_int(p, params_one(p, PARAM_INT8), l->totp_step);
	r = connection_run(s, QUERY_TOTP_USE, why);
	used = r ? PQntuples(r) : -1;
	PQclear(r);
	return used;
}

static int
session_put(struct store *s, const struct store_login *l, struct error *why)
{
	struct params *p = connection_params(s);
	int c;

	params_int(p, params_one(p, PARAM_INT8), l->token);
	params_bytes(p, params_one(p, PARAM_BYTEA), l->token_hash, 32);
	params_int(p, params_one(p, PARAM_INT8), l->account);
	params_int(p, params_one(p, PARAM_BOOL), l->demo);
	params_int(p, params_one(p, PARAM_BOOL), l->strong);
	c = params_one(p, PARAM_TEXT);
	if (l->provider)
		params_text(p, c, l->provider);
	else
		params_null(p, c);
	params_int(p, params_one(p, PARAM_INT8), l->proved_ago);
	return connection_do(s, QUERY_SESSION_PUT, why);
}

int
store_session_begin(struct store *s, const struct store_login *l, struct error *why)
{
	if ((l->old && store_session_revoke_within(s, l->old_account, l->old, why) < 0) ||
	    session_put(s, l, why) != 0 || store_login_forgive(s, l->tries, l->n_tries, why) != 0)
		return -1;
	return with_account(s, QUERY_SESSIONS_FORGET, l->account, why);
}

/* 1, 0, -1. */
static int
login(struct store *s, const struct store_login *l, struct error *why)
{
	int used;

	if (password_check(s, l, why) != 0)
		return why->kind == ERROR_CONFLICT ? 0 : -1;
	used = l->totp_step ? totp_use(s, l, why) : 1;
	if (used != 1)
		return used;
	if (store_session_begin(s, l, why) != 0)
		return -1;
	return connection_commit(s, why) == 0 ? 1 : -1;
}

int
store_login(struct store *s, const struct store_login *l, struct error *why)
{
	int done;

	if (connection_begin(s, why) != 0)
		return -1;
	done = login(s, l, why);
	if (done != 1)
		connection_rollback(s);
	return done;
}

/* --- changes --- */

/* In one transaction: what `change` does. */
static int
within(struct store *s, int (*change)(struct store *s, void *what, struct error *why), void *what,
    struct error *why)
{
	if (connection_begin(s, why) != 0)
		return -1;
	if (change(s, what, why) == 0 && connection_commit(s, why) == 0)
		return 0;
	connection_rollback(s);
	return -1;
}

struct password { int64_t account; const char *hash; bool demo; };

static int
put_password(struct store *s, void *what, struct error *why)
{
	const struct password *new = what;
	struct params *p = connection_params(s);
	PGresult *r;
	bool change;

	params_int(p, params_one(p, PARAM_INT8), new->account);
	r = connection_run(s, QUERY_PASSWORD_KNOWN, why);
	if (!r)
		return -1;
	change = PQntuples(r) > 0;
	PQclear(r);
	p = connection_params(s);
	params_int(p, params_one(p, PARAM_INT8), new->account);
	params_text(p, params_one(p, PARAM_TEXT), new->hash);
	params_int(p, params_one(p, PARAM_BOOL), new->demo);
	if (connection_do(s, QUERY_PASSWORD_PUT, why) != 0 ||
	    with_account(s, QUERY_ACCOUNT_OPEN, new->account, why) != 0)
		return -1;
	return change ? store_token_revoke_within(s, new->account, why) : 0;
}

int
store_password_put(struct store *s, int64_t account, const char *hash, bool demo, struct error *why)
{
	struct password new = { account, hash, demo };

	return within(s, put_password, &new, why);
}

struct change { int64_t account; const char *old, *hash; bool done; };

static int
change_password(struct store *s, void *what, struct error *why)
{
	struct change *new = what;
	struct params *p = connection_params(s);
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT8), new->account);
	params_text(p, params_one(p, PARAM_TEXT), new->old);
	params_text(p, params_one(p, PARAM_TEXT), new->hash);
	r = connection_run(s, QUERY_PASSWORD_CHANGE, why);
	if (!r)
		return -1;
	new->done = PQntuples(r) == 1;
	PQclear(r);
	return new->done ? store_token_revoke_within(s, new->account, why) : 0;
}

int
store_password_change(struct store *s, int64_t account, const char *old, const char *hash, struct error *why)
{
	struct change new = { account, old, hash, false };

	return within(s, change_password, &new, why) != 0 ? -1 : new.done;
}

struct totp { int64_t account; const struct bytes *sealed; };

static int
put_totp(struct store *s, void *what, struct error *why)
{
	const struct totp *new = what;
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), new->account);
	params_bytes(p, params_one(p, PARAM_BYTEA), new->sealed->data, new->sealed->length);
	if (connection_do(s, QUERY_TOTP_PUT, why) != 0 ||
	    with_account(s, QUERY_TOKEN_LOCK, new->account, why) != 0)
		return -1;
	return with_account(s, QUERY_SESSIONS_REVOKE, new->account, why);
}

int
store_totp_put(struct store *s, int64_t account, const struct bytes *sealed, struct error *why)
{
	struct totp new = { account, sealed };

	return within(s, put_totp, &new, why);
}

static int
close_account(struct store *s, void *what, struct error *why)
{
	const int64_t *account = what;

	if (with_account(s, QUERY_PASSWORD_DELETE, *account, why) != 0 ||
	    with_account(s, QUERY_ACCOUNT_CLOSE, *account, why) != 0)
		return -1;
	return store_token_revoke_within(s, *account, why);
}

int
store_account_close(struct store *s, int64_t account, struct error *why)
{
	return within(s, close_account, &account, why);
}
