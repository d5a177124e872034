#include "store/measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/connection.h"

enum { OPEN_MS = 10000, LOOKS = 20, IDS_BYTES = 1 << 20 };

struct measure {
	PGconn *c;
	struct text ids;
	bool asked, prepared;
};

static const char session_sql[] = "SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off;"
    "SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan";

/* By the primary key, one by one: `id = ANY (...)`, planned while the table was empty, read all of the division. */
static const char finished_sql[] = "SELECT p.id, p.finished FROM unnest($2::int8[]) AS asked (id) CROSS JOIN LATERAL "
    "(SELECT id, (extract(epoch FROM finished_at) * 1000000)::int8 AS finished FROM progress "
    "WHERE division = $1::int4 AND id = asked.id AND NOT open OFFSET 0) p";

/* Every transaction that writes takes one number; unlike pg_stat_database they are exact at once. */
static const char sample_sql[] = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text, "
    "(pg_current_wal_insert_lsn() - '0/0')::int8, (SELECT wal_fpi FROM pg_stat_wal)";

static PGconn *
open_as(const char *conninfo, const char *user, struct error *why)
{
	PQconninfoOption *all, *o;
	struct text t;
	PGconn *c;

	if (!user)
		return connection_open(conninfo, "yijianshi bench", OPEN_MS, why);
	all = PQconninfoParse(conninfo, NULL);
	text_init(&t, 1 << 16);
	for (o = all; o && o->keyword; o++) {
		const char *value = strcmp(o->keyword, "user") == 0 ? user : o->val;

		if (!value)
			continue;
		text_putf(&t, "%s='", o->keyword);
		for (; *value; value++) {
			if (*value == '\'' || *value == '\\')
				text_putc(&t, '\\');
			text_putc(&t, *value);
		}
		text_puts(&t, "' ");
	}
	PQconninfoFree(all);
	c = all && t.data && !t.failed ? connection_open(t.data, "yijianshi bench", OPEN_MS, why) : NULL;
	text_free(&t);
	if (!c)
		error_set(why, ERROR_BROKEN, "database: %s is no libpq string", conninfo);
	return c;
}

struct measure *
measure_open(const char *conninfo, const char *user, struct error *why)
{
	struct measure *m = calloc(1, sizeof *m);

	if (!m) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	text_init(&m->ids, IDS_BYTES);
	m->c = open_as(conninfo, user, why);
	if (!m->c || connection_text(m->c, session_sql, why) != 0) {
		measure_close(m);
		return NULL;
	}
	return m;
}

void
measure_close(struct measure *m)
{
	if (!m)
		return;
	if (m->c)
		PQfinish(m->c);
	text_free(&m->ids);
	free(m);
}

int
measure_backend(const struct measure *m)
{
	return PQbackendPID(m->c);
}

bool
measure_local(const struct measure *m)
{
	const char *host = PQhost(m->c);

	return host && (*host == '/' || *host == '@' || strncmp(host, "127.", 4) == 0 ||
	    strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0);
}

/* The first row's columns as text; NULL and *why on failure. */
static PGresult *
row(struct measure *m, const char *sql, const char *parameter, struct error *why)
{
	PGresult *r = PQexecParams(m->c, sql, parameter != NULL, NULL, &parameter, NULL, NULL, 0);

	if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1)
		return r;
	connection_plain_error(m->c, r, why);
	PQclear(r);
	return NULL;
}

int
measure_clock(struct measure *m, int64_t *offset, struct error *why)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < LOOKS; i++) {
		int64_t before = clock_monotonic(), after;
		PGresult *r = row(m, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8", NULL, why);

		after = clock_monotonic();
		if (!r)
			return -1;
		if (after - before < best) {
			best = after - before;
			*offset = strtoll(PQgetvalue(r, 0, 0), NULL, 10) - (before + after) / 2;
		}
		PQclear(r);
	}
	return 0;
}

int
measure_sample(struct measure *m, struct measure_sample *out, struct error *why)
{
	PGresult *r = row(m, sample_sql, NULL, why);

	if (!r)
		return -1;
	out->commits = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
	out->log = strtoll(PQgetvalue(r, 0, 1), NULL, 10);
	out->images = strtoll(PQgetvalue(r, 0, 2), NULL, 10);
	PQclear(r);
	return 0;
}

int
measure_setting(struct measure *m, const char *name, char *out, size_t room, struct error *why)
{
	PGresult *r = row(m, "SELECT current_setting($1)", name, why);

	if (!r)
		return -1;
	snprintf(out, room, "%s", PQgetvalue(r, 0, 0));
	PQclear(r);
	return 0;
}

int
measure_checkpoint(struct measure *m, struct error *why)
{
	return connection_text(m->c, "CHECKPOINT", why);
}

/* A file in which nothing stands is not left; one that was left is used again after a checkpoint. */
int
measure_fill_log(struct measure *m, int files, struct error *why)
{
	for (int i = 0; i < files; i++)
		if (connection_text(m->c, "SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()", why) != 0)
			return -1;
	return measure_checkpoint(m, why);
}

/* Planned once: it is asked hundreds of times a second on the machine that is measured. */
static int
prepare(struct measure *m, struct error *why)
{
	PGresult *r = PQprepare(m->c, "finished", finished_sql, 0, NULL);

	m->prepared = PQresultStatus(r) == PGRES_COMMAND_OK;
	if (!m->prepared)
		connection_plain_error(m->c, r, why);
	PQclear(r);
	return m->prepared ? 0 : -1;
}

int
measure_ask(struct measure *m, int32_t division, const int64_t *ids, size_t n, struct error *why)
{
	char place[16];
	const char *values[] = { place, NULL };

	text_clear(&m->ids);
	for (size_t i = 0; i < n; i++)
		text_putf(&m->ids, "%c%" PRId64, i ? ',' : '{', ids[i]);
	text_putc(&m->ids, '}');
	if (m->ids.failed || m->asked)
		return error_set(why, ERROR_BROKEN, "measure: too much was asked at once");
	snprintf(place, sizeof place, "%d", (int)division);
	values[1] = m->ids.data;
	if (!m->prepared && prepare(m, why) != 0)
		return -1;
	if (!PQsendQueryPrepared(m->c, "finished", 2, values, NULL, NULL, 0))
		return connection_plain_error(m->c, NULL, why);
	m->asked = true;
	return 0;
}

int
measure_socket(const struct measure *m)
{
	return PQsocket(m->c);
}

int
measure_answers(struct measure *m, void (*each)(void *cookie, int64_t id, int64_t finished_at),
    void *cookie, struct error *why)
{
	int result = 1;
	PGresult *r;

	if (PQconsumeInput(m->c) != 1)
		return connection_plain_error(m->c, NULL, why);
	if (PQisBusy(m->c))
		return 0;
	while ((r = PQgetResult(m->c))) {
		if (PQresultStatus(r) != PGRES_TUPLES_OK)
			result = connection_plain_error(m->c, r, why);
		for (int i = 0; result == 1 && i < PQntuples(r); i++)
			each(cookie, strtoll(PQgetvalue(r, i, 0), NULL, 10), strtoll(PQgetvalue(r, i, 1), NULL, 10));
		PQclear(r);
	}
	m->asked = false;
	return result;
}
