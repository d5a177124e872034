#include "store/upload.h"

#include "store/connection.h"
#include "store/file_rows.h"
#include "store/people.h"
#include "store/result.h"

/* ---- one of them ---- */

static struct params *
name_it(struct store *s, const struct store_upload *u)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), u->division);
	params_int(p, params_one(p, PARAM_INT8), u->id);
	params_int(p, params_one(p, PARAM_INT8), u->account);
	return p;
}

/* 1 and *u filled, 0, -1. */
static int
read_one(struct store *s, enum query q, struct store_upload *u, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int found = r ? PQntuples(r) > 0 : -1;

	if (found == 1) {
		u->division = (int32_t)result_int(r, 0, 0);
		u->id = result_int(r, 0, 1);
		u->size = result_int(r, 0, 2);
		u->had = result_int(r, 0, 3);
	}
	PQclear(r);
	return found;
}

int
store_upload_begin(struct store *s, struct store_upload *u, const uint8_t mark[16], int64_t now, int most,
    struct error *why)
{
	struct params *p = name_it(s, u);

	params_time(p, params_one(p, PARAM_TIME), now);
	params_int(p, params_one(p, PARAM_INT4), u->size);
	params_bytes(p, params_one(p, PARAM_UUID), mark, 16);
	params_int(p, params_one(p, PARAM_INT4), most);
	return read_one(s, QUERY_UPLOAD_BEGIN, u, why);
}

int
store_upload(struct store *s, struct store_upload *u, struct error *why)
{
	name_it(s, u);
	return read_one(s, QUERY_UPLOAD, u, why);
}

/* ---- it grows, it is whole ---- */

static int
move_end(struct store *s, const struct store_upload *u, int64_t had, struct error *why)
{
	struct params *p = name_it(s, u);

	params_int(p, params_one(p, PARAM_INT4), u->had);
	params_int(p, params_one(p, PARAM_INT4), had);
	return connection_rows(s, QUERY_UPLOAD_ADD, why);
}

int
store_upload_add(struct store *s, struct store_upload *u, int64_t token, int32_t number,
    const struct bytes *sealed, int64_t had, struct error *why)
{
	struct store_file f = { .division = u->division, .id = u->id };
	int done;

	if (store_held_begin(s, token, why) != 0)
		return -1;
	done = move_end(s, u, had, why);
	if (done == 1 && file_piece_put(s, &f, number, sealed, why) != 0)
		done = -1;
	done = store_held_end(s, done, why);
	if (done == 1)
		u->had = had;
	return done;
}

int
store_upload_end(struct store *s, const struct store_file *f, int64_t token, struct error *why)
{
	struct store_upload u = { .division = f->division, .id = f->id, .account = f->account };
	int done;

	if (store_held_begin(s, token, why) != 0)
		return -1;
	name_it(s, &u);
	done = connection_rows(s, QUERY_UPLOAD_END, why);
	if (done == 1 && file_row_put(s, f, why) != 0)
		done = -1;
	return store_held_end(s, done, why);
}

/* ---- it is no paper, or was left ---- */

/* What `gone` names has been deleted: its pieces too. The number, or -1; takes `gone`. */
static int64_t
delete_pieces(struct store *s, PGresult *gone, struct error *why)
{
	int64_t n = gone ? PQntuples(gone) : -1;

	if (n > 0 && file_pieces_delete(s, gone, why) != 0)
		n = -1;
	PQclear(gone);
	return n;
}

int
store_upload_drop(struct store *s, const struct store_upload *u, struct error *why)
{
	int64_t n;

	if (connection_begin(s, why) != 0)
		return -1;
	name_it(s, u);
	n = delete_pieces(s, connection_run(s, QUERY_UPLOAD_END, why), why);
	return store_held_end(s, (int)n, why) < 0 ? -1 : 0;
}

static int64_t
delete_old(struct store *s, int64_t now, int limit, struct error *why)
{
	struct params *p = connection_params(s);

	params_time(p, params_one(p, PARAM_TIME), now - STORE_UPLOAD_US);
	params_int(p, params_one(p, PARAM_INT4), limit);
	return delete_pieces(s, connection_run(s, QUERY_UPLOADS_OLD, why), why);
}

int64_t
store_uploads_sweep(struct store *s, int64_t now, int limit, struct error *why)
{
	int64_t n;

	if (connection_begin(s, why) != 0)
		return -1;
	n = delete_old(s, now, limit, why);
	return store_held_end(s, (int)n, why);
}
