#include "store/draft.h"

#include <string.h>

#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

/* --- writing --- */

static void
new_row(struct store *s, const struct store_draft *d)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), d->id);
	params_int(p, params_one(p, PARAM_INT8), d->account);
	params_text(p, params_one(p, PARAM_TEXT), d->event);
	params_bytes(p, params_one(p, PARAM_UUID), d->person, sizeof d->person);
	params_bytes(p, params_one(p, PARAM_UUID), d->key_hash, sizeof d->key_hash);
	params_time(p, params_one(p, PARAM_TIME), d->changed_at);
	params_bytes(p, params_one(p, PARAM_BYTEA), d->sealed.data, d->sealed.length);
}

static void
changed_row(struct store *s, const struct store_draft *d)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), d->id);
	params_time(p, params_one(p, PARAM_TIME), d->changed_at);
	params_bytes(p, params_one(p, PARAM_BYTEA), d->sealed.data, d->sealed.length);
	params_int(p, params_one(p, PARAM_INT4), d->revision);
}

/* 1, 0 somebody else was first, -1. */
static int
put_row(struct store *s, const struct store_draft *d, struct error *why)
{
	if (d->revision > 1) {
		changed_row(s, d);
		return connection_rows(s, QUERY_DRAFT_CHANGE, why);
	}
	new_row(s, d);
	return connection_rows(s, QUERY_DRAFT_NEW, why);
}

static int
put_files(struct store *s, const struct store_draft *d, const struct store_file *files, size_t n,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), d->id);
	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 1, files[i].division);
		params_int(p, 2, files[i].id);
	}
	params_int(p, params_one(p, PARAM_INT8), d->account);
	params_time(p, params_one(p, PARAM_TIME), d->changed_at - STORE_FILE_US);
	return connection_do(s, QUERY_DRAFT_FILES, why);
}

int
store_draft_put(struct store *s, const struct store_draft *d, const struct store_file *files, size_t n,
    int64_t token, struct error *why)
{
	int stored = -1;

	if (connection_begin(s, why) != 0)
		return -1;
	if (store_token_hold(s, token, why) == 0 && store_token_hold(s, d->mandate, why) == 0)
		stored = put_row(s, d, why);
	if (stored == 1 && (put_files(s, d, files, n, why) != 0 || connection_commit(s, why) != 0))
		stored = -1;
	if (stored != 1)
		connection_rollback(s);
	return stored;
}

int
store_draft_take(struct store *s, const struct store_draft *d, int64_t token, struct error *why)
{
	struct params *p;
	int taken = -1;

	if (connection_begin(s, why) != 0)
		return -1;
	if (store_token_hold(s, token, why) == 0) {
		p = connection_params(s);
		params_int(p, params_one(p, PARAM_INT8), d->id);
		params_int(p, params_one(p, PARAM_INT8), d->account);
		params_time(p, params_one(p, PARAM_TIME), d->changed_at);
		params_bytes(p, params_one(p, PARAM_BYTEA), d->sealed.data, d->sealed.length);
		params_int(p, params_one(p, PARAM_INT4), d->revision);
		params_bytes(p, params_one(p, PARAM_UUID), d->person, sizeof d->person);
		taken = connection_rows(s, QUERY_DRAFT_TAKE, why);
	}
	if (taken == 1 && connection_commit(s, why) != 0)
		taken = -1;
	if (taken != 1)
		connection_rollback(s);
	return taken;
}

/* --- reading --- */

/* What a row tells; sealed is lent. */
static void
read_row(const PGresult *r, int row, struct store_draft *d)
{
	*d = (struct store_draft){ .id = result_int(r, row, 0), .account = result_int(r, row, 1),
		.changed_at = result_time(r, row, 2), .revision = (int32_t)result_int(r, row, 3),
		.sealed = { PQgetvalue(r, row, 6), (size_t)PQgetlength(r, row, 6) } };
	result_text(r, row, 4, d->event, sizeof d->event);
	result_fixed(r, row, 5, d->person, sizeof d->person);
	if (PQnfields(r) > 7)
		result_text(r, row, 7, d->agent, sizeof d->agent);
}

static void
place(struct store *s, int64_t account, const char *event, const uint8_t whose[16])
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), account);
	params_text(p, params_one(p, PARAM_TEXT), event);
	params_bytes(p, params_one(p, PARAM_UUID), whose, 16);
}

/* 1 and *d filled (sealed malloc()ed), 0, -1. */
static int
find(struct store *s, enum query q, struct store_draft *d, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int found;

	if (!r)
		return -1;
	found = PQntuples(r);
	if (found == 1) {
		read_row(r, 0, d);
		if (result_bytes(r, 0, 6, &d->sealed) != 0)
			found = error_set(why, ERROR_TEMPORARY, "no memory");
	}
	PQclear(r);
	return found;
}

int
store_draft(struct store *s, int64_t account, const char *event, const uint8_t whose[16],
    struct store_draft *d, struct error *why)
{
	place(s, account, event, whose);
	return find(s, QUERY_DRAFT_FIND, d, why);
}

int
store_draft_begun(struct store *s, const uint8_t person[16], const char *event, const uint8_t key_hash[16],
    struct store_draft *d, struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	params_text(p, params_one(p, PARAM_TEXT), event);
	params_bytes(p, params_one(p, PARAM_UUID), key_hash, 16);
	return find(s, QUERY_DRAFT_BEGUN, d, why);
}

static int
tell_each(struct store *s, enum query q, int (*each)(void *cookie, const struct store_draft *d, struct error *why),
    void *cookie, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int result = 0;

	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r) && result == 0; i++) {
		struct store_draft d;

		read_row(r, i, &d);
		result = each(cookie, &d, why);
	}
	PQclear(r);
	return result;
}

int
store_drafts(struct store *s, int64_t account,
    int (*each)(void *cookie, const struct store_draft *d, struct error *why), void *cookie,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), account);
	params_int(p, params_one(p, PARAM_INT4), STORE_DRAFTS_MOST);
	return tell_each(s, QUERY_DRAFTS_OF, each, cookie, why);
}

int
store_drafts_begun(struct store *s, const uint8_t person[16],
    int (*each)(void *cookie, const struct store_draft *d, struct error *why), void *cookie,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_UUID), person, 16);
	params_int(p, params_one(p, PARAM_INT4), STORE_DRAFTS_MOST);
	return tell_each(s, QUERY_DRAFTS_BEGUN, each, cookie, why);
}

enum store_draft_names
store_draft_of_file(struct store *s, int64_t account, int32_t division, int64_t file, uint8_t person[16],
    struct error *why)
{
	struct params *p = connection_params(s);
	enum store_draft_names names = DRAFT_NONE;
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), file);
	params_int(p, params_one(p, PARAM_INT8), account);
	r = connection_run(s, QUERY_DRAFT_OF_FILE, why);
	if (!r)
		return DRAFT_UNKNOWN;
	if (PQntuples(r) == 1) {
		names = result_int(r, 0, 0) ? DRAFT_HIS : DRAFT_ANOTHERS;
		result_fixed(r, 0, 1, person, 16);
	}
	PQclear(r);
	return names;
}

/* --- ending --- */

int
store_draft_delete(struct store *s, int64_t account, const char *event, const uint8_t whose[16],
    int64_t token, struct error *why)
{
	int gone = -1;

	if (connection_begin(s, why) != 0)
		return -1;
	if (store_token_hold(s, token, why) == 0) {
		place(s, account, event, whose);
		gone = connection_rows(s, QUERY_DRAFT_DELETE, why);
	}
	if (gone >= 0 && connection_commit(s, why) == 0)
		return gone;
	connection_rollback(s);
	return -1;
}

int64_t
store_drafts_sweep(struct store *s, int64_t now, int limit, struct error *why)
{
	struct params *p = connection_params(s);

	params_time(p, params_one(p, PARAM_TIME), now - STORE_DRAFT_US);
	params_int(p, params_one(p, PARAM_INT4), limit);
	return connection_rows(s, QUERY_DRAFTS_SWEEP, why);
}
