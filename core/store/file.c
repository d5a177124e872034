#include "store/file.h"

#include "base/clock.h"
#include "base/faults.h"
#include "store/connection.h"
#include "store/file_rows.h"
#include "store/id.h"
#include "store/people.h"
#include "store/result.h"

#define GRACE_US (3600 * US_PER_SECOND)

/* --- storing --- */

int
file_row_put(struct store *s, const struct store_file *f, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->id);
	params_int(p, params_one(p, PARAM_INT8), f->account);
	params_time(p, params_one(p, PARAM_TIME), f->stored_at);
	params_int(p, params_one(p, PARAM_INT4), f->pieces);
	params_bytes(p, params_one(p, PARAM_BYTEA), f->about.data, f->about.length);
	return connection_do(s, QUERY_FILE_PUT, why);
}

int
file_piece_put(struct store *s, const struct store_file *f, int32_t number, const struct bytes *sealed,
    struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->id);
	params_int(p, params_one(p, PARAM_INT4), number);
	params_bytes(p, params_one(p, PARAM_BYTEA), sealed->data, sealed->length);
	return connection_do(s, QUERY_FILE_PIECE_PUT, why);
}

int
store_file_put(struct store *s, const struct store_file *f, int64_t token,
    int (*piece)(void *cookie, int32_t number, struct bytes *sealed, struct error *why), void *cookie,
    struct error *why)
{
	int result;

	if (connection_begin(s, why) != 0)
		return -1;
	result = store_token_hold(s, token, why) == 0 ? file_row_put(s, f, why) : -1;
	for (int32_t i = 0; result == 0 && i < f->pieces; i++) {
		struct bytes sealed;

		result = piece(cookie, i, &sealed, why);
		if (result == 0)
			result = file_piece_put(s, f, i, &sealed, why);
	}
	CRASH_POINT("file/put");
	if (result == 0)
		result = connection_commit(s, why);
	if (result != 0)
		connection_rollback(s);
	return result;
}

/* --- reading --- */

static int
tell_files(const PGresult *r, int (*each)(void *cookie, const struct store_file *f, struct error *why),
    void *cookie, struct error *why)
{
	int result = 0;

	for (int i = 0; i < PQntuples(r) && result == 0; i++) {
		struct store_file f = { (int32_t)result_int(r, i, 0), result_int(r, i, 1), result_int(r, i, 2),
			result_time(r, i, 3), (int32_t)result_int(r, i, 4), result_int(r, i, 5) != 0,
			{ PQgetvalue(r, i, 6), (size_t)PQgetlength(r, i, 6) } };

		result = each(cookie, &f, why);
	}
	return result;
}

int
store_files(struct store *s, const struct store_file *places, size_t n,
    int (*each)(void *cookie, const struct store_file *f, struct error *why), void *cookie,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int result;

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	for (size_t i = 0; i < n; i++) {
		params_int(p, 0, places[i].division);
		params_int(p, 1, places[i].id);
	}
	r = connection_run(s, QUERY_FILES, why);
	if (!r)
		return -1;
	result = tell_files(r, each, cookie, why);
	PQclear(r);
	return result;
}

int
store_file_piece(struct store *s, int32_t division, int64_t id, int32_t number, struct bytes *sealed,
    struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int found;

	*sealed = (struct bytes){ NULL, 0 };
	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), id);
	params_int(p, params_one(p, PARAM_INT4), number);
	r = connection_run(s, QUERY_FILE_PIECE, why);
	if (!r)
		return -1;
	found = PQntuples(r) > 0;
	if (found && result_bytes(r, 0, 0, sealed) != 0)
		found = error_set(why, ERROR_TEMPORARY, "no memory");
	PQclear(r);
	return found;
}

int64_t
store_files_unused(struct store *s, int64_t account, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int64_t n;

	params_int(p, params_one(p, PARAM_INT8), account);
	r = connection_run(s, QUERY_FILES_UNUSED, why);
	n = r ? result_int(r, 0, 0) : -1;
	PQclear(r);
	return n;
}

int
store_file_uses(struct store *s, int32_t division, int64_t id,
    int (*each)(void *cookie, const struct store_file_use *use, struct error *why), void *cookie,
    struct error *why)
{
	struct params *p = connection_params(s);
	int result = 0;
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), id);
	r = connection_run(s, QUERY_FILE_USES, why);
	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r) && result == 0; i++) {
		struct store_file_use use = { division, id, (int32_t)result_int(r, i, 0), result_int(r, i, 1) };

		result = each(cookie, &use, why);
	}
	PQclear(r);
	return result;
}

/* --- sweeping: found first, by a statement of its own, for the plan's sake --- */

/* The files of the first two columns of `r` as the arrays of the next statement. */
static void
places_of(struct store *s, const PGresult *r)
{
	struct params *p = connection_params(s);

	params_array(p, PARAM_INT4);
	params_array(p, PARAM_INT8);
	for (int i = 0; i < PQntuples(r); i++) {
		params_int(p, 0, result_int(r, i, 0));
		params_int(p, 1, result_int(r, i, 1));
	}
}

static PGresult *
find_old(struct store *s, int64_t now, int limit, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT8), store_id_first(now - STORE_FILE_US - GRACE_US));
	params_int(p, params_one(p, PARAM_INT4), limit);
	return connection_run(s, QUERY_FILES_OLD, why);
}

int
file_pieces_delete(struct store *s, const PGresult *r, struct error *why)
{
	places_of(s, r);
	return connection_do(s, QUERY_FILE_PIECES_DELETE, why);
}

/* In the transaction: the rows, then the pieces of those that really went. */
static int64_t
delete_places(struct store *s, const PGresult *old, struct error *why)
{
	PGresult *gone;
	int64_t n;

	places_of(s, old);
	gone = connection_run(s, QUERY_FILES_DELETE, why);
	n = gone ? PQntuples(gone) : -1;
	if (n > 0 && file_pieces_delete(s, gone, why) != 0)
		n = -1;
	PQclear(gone);
	return n;
}

int64_t
store_files_sweep(struct store *s, int64_t now, int limit, struct error *why)
{
	PGresult *old = find_old(s, now, limit, why);
	int64_t n = -1;

	if (!old || PQntuples(old) == 0) {
		PQclear(old);
		return old ? 0 : -1;
	}
	if (connection_begin(s, why) == 0) {
		n = delete_places(s, old, why);
		if (n >= 0 && connection_commit(s, why) != 0)
			n = -1;
		if (n < 0)
			connection_rollback(s);
	}
	PQclear(old);
	return n;
}
