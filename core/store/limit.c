#include "store/limit.h"

#include <arpa/inet.h>
#include <endian.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "seal/digest.h"
#include "store/connection.h"

enum { CONNECTIONS_MOST = 64, FORM = 2048, OUTCOME = 120, OPEN_MS = 10000, WAVES = 5, INT8_OID = 20,
	BYTEA_OID = 17, INT8 = 8 };

static const char drop_sql[] = "SET client_min_messages = warning; DROP SCHEMA IF EXISTS yjs_limit CASCADE";

/* As good as tables can be for this: no index but the key, room for updates in place, and what does
 * not compress is not tried. */
static const char make_sql[] =
    "CREATE SCHEMA yjs_limit;"
    "CREATE TABLE yjs_limit.application (id int8 PRIMARY KEY, form bytea NOT NULL)"
    " WITH (toast_tuple_target = 8160);"
    "ALTER TABLE yjs_limit.application ALTER form SET STORAGE EXTERNAL;"
    "CREATE TABLE yjs_limit.item (application int8, decided_at timestamptz, item int2, state int2 NOT NULL,"
    " outcome bytea, PRIMARY KEY (application, item)) WITH (fillfactor = 45);"
    "ALTER TABLE yjs_limit.item ALTER outcome SET STORAGE EXTERNAL;"
    "CREATE TABLE yjs_limit.statistics (application int8 PRIMARY KEY, at timestamptz NOT NULL,"
    " items int2 NOT NULL, saved int2 NOT NULL)";

/* A plan made while tables are empty would keep a sequential scan. */
static const char session_sql[] = "SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off;"
    "SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan";

static const char file_sql[] =
    "WITH a AS (INSERT INTO yjs_limit.application SELECT * FROM unnest($1::int8[], $2::bytea[]))"
    " INSERT INTO yjs_limit.item SELECT a, NULL, i, 0, NULL FROM unnest($1::int8[]) a, generate_series(1, 9) i";
static const char settle_sql[] =
    "UPDATE yjs_limit.item s SET state = 1, decided_at = now(), outcome = $4::bytea"
    " FROM unnest($1::int8[]) a, generate_series($2::int4, $3::int4) i"
    " WHERE s.application = a AND s.item = i";
static const char finish_sql[] =
    "WITH i AS (UPDATE yjs_limit.item s SET state = 1, decided_at = now(), outcome = $2::bytea"
    " FROM unnest($1::int8[]) a WHERE s.application = a AND s.item = 9)"
    " INSERT INTO yjs_limit.statistics SELECT a, now(), 9, 27 FROM unnest($1::int8[]) a";

struct writer {
	struct limit *l;
	pthread_t thread;
	bool running;
	int number;
	PGconn *c;
	struct text ids, forms;
	struct error why;
};

struct limit {
	char *conninfo;
	int connections, batch;
	uint8_t form[FORM], outcome[OUTCOME];
	atomic_bool stop;
	atomic_llong done;
	struct writer writers[CONNECTIONS_MOST];
};

/* --- arrays in PostgreSQL's binary form: dimensions, nulls, type, length, lower bound, elements --- */

static void
put_int(struct text *t, int32_t value)
{
	uint32_t wire = htonl((uint32_t)value);

	text_put(t, &wire, sizeof wire);
}

static void
array_begin(struct text *t, int32_t type, int32_t n)
{
	text_clear(t);
	put_int(t, 1);
	put_int(t, 0);
	put_int(t, type);
	put_int(t, n);
	put_int(t, 1);
}

static void
array_put(struct text *t, const void *bytes, int32_t length)
{
	put_int(t, length);
	text_put(t, bytes, (size_t)length);
}

/* --- a writer --- */

static int
prepare(PGconn *c, const char *name, const char *sql, struct error *why)
{
	PGresult *r = PQprepare(c, name, sql, 0, NULL);
	int done = PQresultStatus(r) == PGRES_COMMAND_OK ? 0 : connection_plain_error(c, r, why);

	PQclear(r);
	return done;
}

static int
writer_open(struct writer *w, struct error *why)
{
	w->c = connection_open(w->l->conninfo, "yijianshi bench limit", OPEN_MS, why);
	if (!w->c || connection_text(w->c, session_sql, why) != 0 ||
	    prepare(w->c, "file", file_sql, why) != 0 || prepare(w->c, "settle", settle_sql, why) != 0 ||
	    prepare(w->c, "finish", finish_sql, why) != 0)
		return -1;
	text_init(&w->ids, 1 << 20);
	text_init(&w->forms, 16 << 20);
	array_begin(&w->forms, BYTEA_OID, w->l->batch);
	for (int i = 0; i < w->l->batch; i++)
		array_put(&w->forms, w->l->form, FORM);
	return w->forms.failed ? error_set(why, ERROR_TEMPORARY, "no memory") : 0;
}

static int
execute(struct writer *w, const char *name, int n, const char *const *values, const int *lengths)
{
	static const int binary[] = { 1, 1, 1, 1 };
	PGresult *r = PQexecPrepared(w->c, name, n, values, lengths, binary, 1);
	int done = PQresultStatus(r) == PGRES_COMMAND_OK ? 0 : connection_plain_error(w->c, r, &w->why);

	PQclear(r);
	return done;
}

static int
settle(struct writer *w, int from, int to)
{
	uint32_t first = htonl((uint32_t)from), last = htonl((uint32_t)to);
	const char *values[] = { w->ids.data, (const char *)&first, (const char *)&last,
		(const char *)w->l->outcome };
	int lengths[] = { (int)w->ids.length, 4, 4, OUTCOME };

	return execute(w, "settle", 4, values, lengths);
}

/* The applications of a batch from the form to the statistics. */
static int
write_batch(struct writer *w, int64_t first)
{
	const char *forms[] = { NULL, w->forms.data }, *ends[] = { NULL, (const char *)w->l->outcome };
	int forms_lengths[] = { 0, (int)w->forms.length }, ends_lengths[] = { 0, OUTCOME };

	array_begin(&w->ids, INT8_OID, w->l->batch);
	for (int i = 0; i < w->l->batch; i++) {
		uint64_t id = htobe64((uint64_t)(first + i));

		array_put(&w->ids, &id, INT8);
	}
	if (w->ids.failed)
		return error_set(&w->why, ERROR_TEMPORARY, "no memory");
	forms[0] = ends[0] = w->ids.data;
	forms_lengths[0] = ends_lengths[0] = (int)w->ids.length;
	return execute(w, "file", 2, forms, forms_lengths) != 0 || settle(w, 1, 1) != 0 ||
	    settle(w, 2, 2) != 0 || settle(w, 3, 8) != 0 ||
	    execute(w, "finish", 2, ends, ends_lengths) != 0 ? -1 : 0;
}

static void *
writer_run(void *cookie)
{
	struct writer *w = cookie;
	int64_t next = (int64_t)w->number << 40;

	while (!atomic_load(&w->l->stop) && write_batch(w, next) == 0) {
		next += w->l->batch;
		atomic_fetch_add(&w->l->done, w->l->batch);
	}
	return NULL;
}

/* --- all of them --- */

static int
run_sql(const char *conninfo, const char *sql, struct error *why)
{
	PGconn *c = connection_open(conninfo, "yijianshi bench limit", OPEN_MS, why);
	int done = c ? connection_text(c, sql, why) : -1;

	if (c)
		PQfinish(c);
	return done;
}

struct limit *
limit_start(const char *conninfo, int connections, int batch, struct error *why)
{
	struct limit *l = calloc(1, sizeof *l);
	struct error ignored = { 0 };

	if (!l || connections > CONNECTIONS_MOST || !(l->conninfo = strdup(conninfo))) {
		free(l);
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	l->connections = connections;
	l->batch = batch;
	digest_random(l->form, sizeof l->form);
	digest_random(l->outcome, sizeof l->outcome);
	if (run_sql(conninfo, drop_sql, why) != 0 || run_sql(conninfo, make_sql, why) != 0) {
		free(l->conninfo);
		free(l);
		return NULL;
	}
	for (int i = 0; i < connections; i++) {
		struct writer *w = &l->writers[i];

		w->l = l;
		w->number = i;
		if (writer_open(w, why) == 0 && pthread_create(&w->thread, NULL, writer_run, w) == 0) {
			w->running = true;
			continue;
		}
		error_set(why, ERROR_TEMPORARY, "no thread");
		if (limit_stop(l, &ignored) != 0)
			return NULL; /* the first reason is told */
		return NULL;
	}
	return l;
}

int64_t
limit_count(const struct limit *l)
{
	return atomic_load(&l->done);
}

int
limit_stop(struct limit *l, struct error *why)
{
	struct error told = { 0 };

	if (!l)
		return 0;
	atomic_store(&l->stop, true);
	for (int i = 0; i < l->connections; i++) {
		struct writer *w = &l->writers[i];

		if (w->running)
			pthread_join(w->thread, NULL);
		if (w->why.kind != ERROR_NONE)
			error_set(&told, w->why.kind, "%s", w->why.text);
		if (w->c)
			PQfinish(w->c);
		text_free(&w->ids);
		text_free(&w->forms);
	}
	if (run_sql(l->conninfo, drop_sql, &told) != 0 || told.kind != ERROR_NONE)
		error_set(why, told.kind, "%s", told.text);
	free(l->conninfo);
	free(l);
	return told.kind == ERROR_NONE ? 0 : -1;
}
