#include "store/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/faults.h"
#include "base/text.h"
#include "store/id.h"
#include "store/month.h"
#include "store/result.h"

enum { CONNECT_MS = 10000, ATTEMPTS = 200, PAUSE_MS = 100, SQL_CEILING = 64 << 20 };

/* What leaves: the tables with a partition a month by the application's own id. */
static const char *const leaving[] = { "application", "progress", "operation", "history", "request_key", "revision",
	"consent", "attention", "overdue", "desk" };

enum { LEAVING = sizeof leaving / sizeof *leaving };

void
store_archive_schema(int month, char name[STORE_ARCHIVE_SCHEMA])
{
	snprintf(name, STORE_ARCHIVE_SCHEMA, "archive_%04d_%02d", month / 12 % 10000, month % 12 + 1);
}

/* A number that a query tells; -1 on failure. */
static int64_t
number(PGconn *c, const char *sql, struct error *why)
{
	PGresult *r = PQexec(c, sql);
	int64_t value = -1;

	if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1)
		value = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
	else
		connection_plain_error(c, r, why);
	PQclear(r);
	return value;
}

/* Run it with `run`: connection_text(), or the other one where it ends with COMMIT. */
static int
put_sql(PGconn *c, struct text *sql, int (*run)(PGconn *c, const char *sql, struct error *why), struct error *why)
{
	int result = sql->failed || !sql->data ? error_set(why, ERROR_TEMPORARY, "no memory") : run(c, sql->data, why);

	text_free(sql);
	return result;
}

/* --- leaving --- */

/* Nobody waits for anything of it any more. */
static int
is_over(PGconn *c, int month, struct error *why)
{
	static const struct { const char *table, *where, *what; } lasting[] = {
		{ "progress", "open", "applications are still under way" },
		{ "attention", "settled_at IS NULL", "wait for somebody to look at them" },
		{ "feedback", "open", "complaints wait for an answer" } };

	for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++) {
		char suffix[MONTH_SUFFIX], sql[160];
		int64_t n;

		month_suffix(month, suffix);
		snprintf(sql, sizeof sql, "SELECT count(*) FROM %s%s WHERE %s", lasting[i].table, suffix, lasting[i].where);
		n = number(c, sql, why);
		if (n < 0)
			return -1;
		if (n > 0)
			return error_set(why, ERROR_INPUT, "%04d-%02d stays: %lld %s", month / 12, month % 12 + 1,
			    (long long)n, lasting[i].what);
	}
	return 0;
}

/* 1 it has left, 0 it is here, -1. */
static int
has_left(PGconn *c, int month, struct error *why)
{
	char suffix[MONTH_SUFFIX], sql[120];
	int64_t left;

	month_suffix(month, suffix);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM archived WHERE month = %d", month);
	left = number(c, sql, why);
	if (left != 0)
		return left < 0 ? -1 : 1;
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('application%s')", suffix);
	left = number(c, sql, why);
	if (left == 0)
		return error_set(why, ERROR_INPUT, "%04d-%02d: there is no such month here", month / 12, month % 12 + 1);
	return left < 0 ? -1 : 0;
}

/* Who works holds the tables for milliseconds: we wait for each no longer than that, and never with others waiting
 * behind us for longer. */
static int
take_tables(PGconn *c, struct error *why)
{
	struct text sql;

	text_init(&sql, SQL_CEILING);
	text_puts(&sql, "BEGIN; SET LOCAL lock_timeout = '50ms'; LOCK TABLE ");
	for (int i = 0; i < LEAVING; i++)
		text_putf(&sql, "%s%s", i ? ", " : "", leaving[i]);
	text_puts(&sql, " IN ACCESS EXCLUSIVE MODE");
	return put_sql(c, &sql, connection_text, why);
}

static int
move(PGconn *c, const char *role, int month, struct error *why)
{
	char schema[STORE_ARCHIVE_SCHEMA], *quoted = PQescapeIdentifier(c, role, strlen(role));
	const char *whom = quoted ? quoted : "";
	struct text sql;

	store_archive_schema(month, schema);
	text_init(&sql, SQL_CEILING);
	text_putf(&sql, "CREATE SCHEMA %s;", schema);
	for (int i = 0; i < LEAVING; i++) {
		char suffix[MONTH_SUFFIX], part[48];

		month_suffix(month, suffix);
		snprintf(part, sizeof part, "%s%s", leaving[i], suffix);
		text_putf(&sql, "ALTER TABLE %s DETACH PARTITION %s; ALTER TABLE %s SET SCHEMA %s; "
		    "ALTER TABLE %s.%s RENAME TO %s; REVOKE ALL ON %s.%s FROM %s; GRANT SELECT ON %s.%s TO %s;",
		    leaving[i], part, part, schema, schema, part, leaving[i], schema, leaving[i], whom, schema, leaving[i],
		    whom);
	}
	text_putf(&sql, "GRANT USAGE ON SCHEMA %s TO %s; INSERT INTO archived (month, first_id, end_id) "
	    "VALUES (%d, %lld, %lld); COMMIT", schema, whom, month, (long long)store_id_month(month),
	    (long long)store_id_month(month + 1));
	sql.failed = sql.failed || !quoted;
	PQfreemem(quoted);
	return put_sql(c, &sql, connection_text_commit, why);
}

/* One transaction. What is open is looked for when nobody can open anything any more. */
static int
leave(PGconn *c, const char *role, int month, struct error *why)
{
	if (take_tables(c, why) != 0 || is_over(c, month, why) != 0)
		return -1;
	CRASH_POINT("archive/taken");
	return move(c, role, month, why);
}

/* It may have left all the same; who runs the command again is told. */
static int
perhaps_left(int month, struct error *why)
{
	struct error told = *why;

	error_clear(why);
	return error_set(why, told.kind, "%04d-%02d has perhaps left: run the command again (%s)", month / 12,
	    month % 12 + 1, told.text);
}

static int
leave_in_time(PGconn *c, const char *role, int month, struct error *why)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };

	for (int i = 0; i < ATTEMPTS; i++) {
		struct error ignored = { 0 };

		error_clear(why);
		if (leave(c, role, month, why) == 0)
			return 0;
		if (why->kind == ERROR_UNKNOWN)
			return perhaps_left(month, why);
		if (connection_text(c, "ROLLBACK", &ignored) != 0 || why->kind != ERROR_TEMPORARY)
			return -1;
		nanosleep(&pause, NULL);
	}
	return -1;
}

int
store_archive_leave(const char *owner, const char *service, int month, struct error *why)
{
	PGconn *c = connection_open(owner, "yijianshi archive", CONNECT_MS, why);
	char *role = c ? connection_role(service) : NULL;
	int left;

	if (!c)
		return -1;
	left = role ? connection_text(c, "SET client_min_messages = warning; SELECT pg_advisory_lock(1498172237)", why)
	    : error_set(why, ERROR_BROKEN, "the setting database names no user");
	CRASH_POINT("archive/begun");
	if (left == 0)
		left = has_left(c, month, why);
	if (left == 0)
		left = leave_in_time(c, role, month, why);
	CRASH_POINT("archive/left");
	PQfinish(c);
	free(role);
	return left < 0 ? -1 : 0;
}

/* --- there --- */

static void
put_literal(PGconn *c, struct text *sql, const char *value)
{
	char *quoted = PQescapeLiteral(c, value, strlen(value));

	text_putf(sql, ", %s", quoted ? quoted : "");
	sql->failed = sql->failed || !quoted;
	PQfreemem(quoted);
}

static void
put_total(PGconn *c, struct text *sql, int month, const struct store_total *t)
{
	text_putf(sql, "INSERT INTO archived_counter VALUES (%lld, %d, %d, %d", (long long)t->value, month,
	    (int)t->division, (int)t->day);
	put_literal(c, sql, t->event);
	put_literal(c, sql, t->department);
	put_literal(c, sql, t->measure);
	text_puts(sql, ");");
}

int
store_archive_enter(struct store *s, int month, struct error *why)
{
	char schema[STORE_ARCHIVE_SCHEMA], sql[160];
	int64_t there;

	store_archive_schema(month, schema);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_namespace WHERE nspname = '%s'", schema);
	there = number(s->c, sql, why);
	if (there == 0) /* what has these names in public is something else */
		return error_set(why, ERROR_INPUT, "the schema %s is not here: what was carried off is read where it "
		    "was put back", schema);
	snprintf(sql, sizeof sql, "SET search_path = %s, public", schema);
	return there < 0 ? -1 : connection_command(s, sql, why);
}

int
store_archive_put(const char *owner, const struct store_archived *a, const struct store_total *totals, size_t n,
    struct error *why)
{
	PGconn *c = connection_open(owner, "yijianshi archive", CONNECT_MS, why);
	struct text sql;
	int result;

	if (!c)
		return -1;
	text_init(&sql, SQL_CEILING);
	text_putf(&sql, "BEGIN; DELETE FROM archived_counter WHERE month = %d;", a->month);
	for (size_t i = 0; i < n; i++)
		put_total(c, &sql, a->month, &totals[i]);
	text_putf(&sql, "UPDATE archived SET applications = %lld, heads = '\\x", (long long)a->applications);
	text_put_hex(&sql, a->heads, sizeof a->heads);
	text_putf(&sql, "' WHERE month = %d; COMMIT", a->month);
	result = put_sql(c, &sql, connection_text_commit, why);
	PQfinish(c);
	return result;
}

/* --- what has left --- */

int
store_archived(struct store *s, struct store_archived **list, size_t *n, struct error *why)
{
	PGresult *r;

	connection_params(s);
	r = connection_run(s, QUERY_ARCHIVED, why);
	if (!r)
		return -1;
	*n = (size_t)PQntuples(r);
	*list = calloc(*n + 1, sizeof **list);
	for (size_t i = 0; *list && i < *n; i++) {
		struct store_archived *a = &(*list)[i];

		a->month = (int)result_int(r, (int)i, 0);
		a->applications = result_int(r, (int)i, 1);
		result_fixed(r, (int)i, 2, a->heads, sizeof a->heads);
		a->first_id = result_int(r, (int)i, 3);
		a->end_id = result_int(r, (int)i, 4);
	}
	PQclear(r);
	return *list ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

int
store_archived_counts(struct store *s, void (*each)(void *cookie, const struct store_total *t), void *cookie,
    struct error *why)
{
	PGresult *r;

	connection_params(s);
	r = connection_run(s, QUERY_ARCHIVED_COUNTS, why);
	if (!r)
		return -1;
	result_totals(r, each, cookie);
	PQclear(r);
	return 0;
}
