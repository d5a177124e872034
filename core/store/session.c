#include "store/session.h"

#include <string.h>

#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

int
store_account_by_session(struct store *s, const uint8_t hash[32], struct store_account *a,
    struct store_session *session, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int found;

	memset(a, 0, sizeof *a);
	memset(session, 0, sizeof *session);
	params_bytes(p, params_one(p, PARAM_BYTEA), hash, 32);
	r = connection_run(s, QUERY_ACCOUNT_BY_SESSION, why);
	if (!r)
		return -1;
	found = PQntuples(r) == 0 ? 0 : store_account_read(r, a, why);
	if (found == 1) {
		session->token = a->token;
		session->strong = result_int(r, 0, 8) != 0;
		session->made_at = result_time(r, 0, 9);
		session->seen_at = result_time(r, 0, 10);
		session->proved_at = result_time(r, 0, 11);
		session->unseen = result_int(r, 0, 12) != 0;
		session->proved = result_int(r, 0, 13) != 0;
		result_text(r, 0, 14, session->provider, sizeof session->provider);
	}
	PQclear(r);
	return found;
}

static int
with_token(struct store *s, enum query q, int64_t token, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), token);
	return connection_do(s, q, why);
}

int
store_session_seen(struct store *s, int64_t token, struct error *why)
{
	return with_token(s, QUERY_SESSION_SEEN, token, why);
}

int
store_session_proved(struct store *s, int64_t token, struct error *why)
{
	return with_token(s, QUERY_SESSION_PROVED, token, why);
}

int
store_sessions(struct store *s, int64_t account, struct store_session list[STORE_SESSIONS_MOST], int *n,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT8), account);
	r = connection_run(s, QUERY_SESSIONS_OF, why);
	if (!r)
		return -1;
	*n = PQntuples(r) < STORE_SESSIONS_MOST ? PQntuples(r) : STORE_SESSIONS_MOST;
	for (int i = 0; i < *n; i++)
		list[i] = (struct store_session){ .token = result_int(r, i, 0), .strong = result_int(r, i, 1) != 0,
			.made_at = result_time(r, i, 2), .seen_at = result_time(r, i, 3),
			.proved_at = result_time(r, i, 4) };
	PQclear(r);
	return 0;
}

int
store_session_revoke_within(struct store *s, int64_t account, int64_t token, struct error *why)
{
	struct params *p;
	PGresult *r;
	int ended;

	if (with_token(s, QUERY_SESSION_LOCK, token, why) != 0)
		return -1;
	p = connection_params(s);
	params_int(p, params_one(p, PARAM_INT8), token);
	params_int(p, params_one(p, PARAM_INT8), account);
	r = connection_run(s, QUERY_SESSION_REVOKE, why);
	ended = r ? PQntuples(r) : -1;
	PQclear(r);
	return ended;
}

int
store_session_revoke(struct store *s, int64_t account, int64_t token, struct error *why)
{
	int ended;

	if (connection_begin(s, why) != 0)
		return -1;
	ended = store_session_revoke_within(s, account, token, why);
	if (ended >= 0 && connection_commit(s, why) == 0)
		return ended;
	connection_rollback(s);
	return -1;
}
