#include "store/connection.h"
#include "store/month.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

enum { REPLAN_US = 10000000, ANSWER_MS = 40000, LOOK_MS = 200 };

/* Errors of server and network in one line, without the row's values (DETAIL may hold them). */
void
connection_line(char *out, size_t room, const char *text)
{
	size_t n = 0;

	for (; text && *text && *text != '\n' && n + 1 < room; text++)
		out[n++] = *text;
	out[n] = '\0';
}

enum error_kind
connection_kind(const char *sqlstate)
{
	if (!sqlstate)
		return ERROR_TEMPORARY; /* the connection is gone */
	if (strcmp(sqlstate, "YJ001") == 0)
		return ERROR_CONFLICT;
	if (strncmp(sqlstate, "22", 2) == 0 || strncmp(sqlstate, "23", 2) == 0)
		return ERROR_INPUT;
	if (strcmp(sqlstate, "42501") == 0)
		return ERROR_REFUSED;
	/* connection, serialization and deadlock, resources, operator, lock timeout, read-only server */
	if (strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "40", 2) == 0 ||
	    strncmp(sqlstate, "53", 2) == 0 || strncmp(sqlstate, "57", 2) == 0 ||
	    strncmp(sqlstate, "58", 2) == 0 || strcmp(sqlstate, "55P03") == 0 ||
	    strcmp(sqlstate, "25006") == 0)
		return ERROR_TEMPORARY;
	return ERROR_BROKEN;
}

int
connection_error(struct store *s, const PGresult *r, const char *what, struct error *why)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	char line[400];

	if (state && strcmp(state, "25006") == 0)
		s->stale = true; /* read-only after a fail-over: let go of it */
	connection_line(line, sizeof line, text ? text : s->c ? PQerrorMessage(s->c) : "no answer in time");
	return error_set(why, connection_kind(state), "database, %s: %s%s%s%s", what, line,
	    state ? " (" : "", state ? state : "", state ? ")" : "");
}

int
connection_plain_error(PGconn *c, const PGresult *r, struct error *why)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	char line[600];

	connection_line(line, sizeof line, PQerrorMessage(c));
	return error_set(why, connection_kind(state), "database: %s", line);
}

char *
connection_role(const char *conninfo)
{
	PQconninfoOption *all = PQconninfoParse(conninfo, NULL), *o;
	char *role = NULL;

	for (o = all; o && o->keyword; o++)
		if (strcmp(o->keyword, "user") == 0 && o->val)
			role = strdup(o->val);
	PQconninfoFree(all);
	return role;
}

/* Is that error the server's own word? Else it is the library's: the connection is gone, or there was no memory for the
 * answer, and the server may have done what it was asked. */
bool
connection_told(const PGresult *r)
{
	return PQresultErrorField(r, PG_DIAG_SQLSTATE) != NULL;
}

static int
run_text(PGconn *c, const char *sql, bool *told, struct error *why)
{
	PGresult *r = PQexec(c, sql);
	int result = 0;

	*told = connection_told(r);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		result = connection_plain_error(c, r, why);
	PQclear(r);
	return result;
}

int
connection_text(PGconn *c, const char *sql, struct error *why)
{
	bool told;

	return run_text(c, sql, &told, why);
}

/* What a server says whose standby did not confirm; other warnings are told with another state. */
static void
note_unconfirmed(void *cookie, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	bool *unconfirmed = cookie;

	if (state && (strcmp(state, "01000") == 0 || strcmp(state, "57P01") == 0))
		*unconfirmed = true;
}

int
connection_text_commit(PGconn *c, const char *sql, struct error *why)
{
	bool told, unconfirmed = false;
	PQnoticeReceiver before = PQsetNoticeReceiver(c, note_unconfirmed, &unconfirmed);
	struct error failed = { 0 };
	int result = run_text(c, sql, &told, &failed);

	PQsetNoticeReceiver(c, before, NULL);
	if (result == 0 && unconfirmed)
		result = error_set(&failed, ERROR_UNKNOWN, "database: committed here, not confirmed by the standby");
	else if (result != 0 && (!told || PQstatus(c) != CONNECTION_OK))
		failed.kind = ERROR_UNKNOWN;
	return result == 0 ? 0 : error_set(why, failed.kind, "%s", failed.text);
}

void
connection_give_up(struct store *s)
{
	PQfinish(s->c); /* store_alive() connects again */
	s->c = NULL;
}

struct params *
connection_params(struct store *s)
{
	params_begin(&s->one);
	return &s->one;
}

/* A plan made while a month's partition is known to be empty may read all of it for every row. The
 * server makes new ones when it has analysed the table, a minute later at best: we do not wait. */
void
connection_replan(struct store *s)
{
	struct error ignored = { 0 };
	int64_t now = clock_monotonic();

	if (!s->c || PQtransactionStatus(s->c) != PQTRANS_IDLE || now - s->planned_at < REPLAN_US)
		return;
	s->planned_at = now;
	if (connection_command(s, "DISCARD PLANS", &ignored) != 0)
		log_warning("%s", ignored.text);
}

static int
usable(struct store *s, struct error *why)
{
	if (!s->c || PQstatus(s->c) != CONNECTION_OK)
		return error_set(why, ERROR_TEMPORARY, "database: not connected");
	if (s->pipe.active)
		return error_set(why, ERROR_BROKEN, "store: a group is in flight on this connection");
	return 0;
}

/* What the server itself says of a statement is certain, and the session goes on. Any other error ends it: the answer
 * may still come, to be read as the next one's, and a transaction may be open. `sent`: it may have been done. */
static int
failed(struct store *s, const PGresult *r, const char *what, bool sent, struct error *why)
{
	connection_error(s, r, what, why);
	s->unclear = sent && (!connection_told(r) || !s->c || PQstatus(s->c) != CONNECTION_OK);
	if (s->c && !connection_told(r))
		connection_give_up(s);
	return -1;
}

/* Wait until the library has something to tell; false: nothing came in time, and the connection is given up.
 * It is asked again now and then though nothing more comes: all may be there, and the library may have found no memory
 * to take it apart (the notice of another session, of all things); it tries when it is asked. */
static bool
has_answer(struct store *s, int64_t began)
{
	int64_t until = began + ANSWER_MS * INT64_C(1000);

	while (PQisBusy(s->c)) {
		struct pollfd p = { .fd = PQsocket(s->c), .events = POLLIN };

		if ((clock_monotonic() >= until && !s->patient) || connection_left_behind(s, began)) {
			connection_give_up(s);
			return false;
		}
		poll(&p, 1, LOOK_MS);
		if (PQconsumeInput(s->c) != 1)
			break;
	}
	return true;
}

/* The result, or NULL when none came in time (statement_timeout does not bound the wait for a standby
 * in COMMIT). The library's own waiting has no end. */
static PGresult *
await_result(struct store *s)
{
	int64_t began = clock_monotonic();
	PGresult *r = NULL, *next;

	while (has_answer(s, began)) {
		next = PQgetResult(s->c);
		if (!next)
			return r;
		PQclear(r);
		r = next;
	}
	PQclear(r);
	return NULL;
}

int
connection_prepare_text(struct store *s, const char *name, const char *sql, struct error *why)
{
	PGresult *r = NULL;
	int result = 0;

	if (usable(s, why) != 0)
		return -1;
	if (PQsendPrepare(s->c, name, sql, 0, NULL))
		r = await_result(s);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		result = failed(s, r, name, false, why);
	PQclear(r);
	return result;
}

int
connection_prepare(struct store *s, enum query q, struct error *why)
{
	return s->prepared[q] ? 0 : month_prepare(s, q, 0, why);
}

PGresult *
connection_run(struct store *s, enum query q, struct error *why)
{
	struct params *p = &s->one;
	PGresult *r = NULL;
	bool sent;

	s->unclear = false;
	if (connection_prepare(s, q, why) != 0 || usable(s, why) != 0 || params_done(p, why) != 0)
		return NULL;
	connection_replan(s);
	sent = PQsendQueryPrepared(s->c, query_texts[q].name, p->n, p->values, p->lengths, p->formats, 1);
	if (sent)
		r = await_result(s);
	if (r && (PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK))
		return r;
	(void)failed(s, r, query_texts[q].name, sent, why);
	PQclear(r);
	return NULL;
}

/* A statement outside a transaction commits by itself: the same two pitfalls as at COMMIT. */
static PGresult *
run_and_commit(struct store *s, enum query q, struct error *why)
{
	bool alone = s->c && PQtransactionStatus(s->c) == PQTRANS_IDLE;
	struct error told = { 0 };
	PGresult *r;

	s->warned = false;
	r = connection_run(s, q, &told);
	if (r && (!alone || !s->warned))
		return r;
	if (r)
		error_set(&told, ERROR_UNKNOWN, "database, %s: committed here, not confirmed by the standby",
		    query_texts[q].name);
	else if (alone && s->unclear)
		told.kind = ERROR_UNKNOWN;
	PQclear(r);
	error_set(why, told.kind, "%s", told.text);
	return NULL;
}

int
connection_rows(struct store *s, enum query q, struct error *why)
{
	PGresult *r = run_and_commit(s, q, why);
	int n = r ? PQntuples(r) : -1;

	PQclear(r);
	return n;
}

int
connection_do(struct store *s, enum query q, struct error *why)
{
	return connection_rows(s, q, why) < 0 ? -1 : 0;
}

int
connection_command(struct store *s, const char *sql, struct error *why)
{
	PGresult *r = NULL;
	int result = 0;

	if (usable(s, why) != 0)
		return -1;
	if (PQsendQuery(s->c, sql))
		r = await_result(s);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		result = failed(s, r, "a command", false, why);
	PQclear(r);
	return result;
}

int
connection_begin(struct store *s, struct error *why)
{
	s->warned = false;
	return connection_command(s, "BEGIN", why);
}

int
connection_commit(struct store *s, struct error *why)
{
	struct error told = { 0 };
	PGresult *r = NULL;
	bool sent;

	if (usable(s, why) != 0)
		return -1;
	sent = PQsendQuery(s->c, "COMMIT");
	if (sent)
		r = await_result(s);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		if (failed(s, r, "commit", sent, &told) != 0 && s->unclear)
			told.kind = ERROR_UNKNOWN;
	} else if (strcmp(PQcmdStatus(r), "COMMIT") != 0) {
		error_set(&told, ERROR_TEMPORARY, "database: the transaction had failed");
	}
	PQclear(r);
	if (told.kind != ERROR_NONE)
		return error_set(why, told.kind, "%s", told.text);
	if (s->warned)
		return error_set(why, ERROR_UNKNOWN, "database: committed here, not confirmed by the standby");
	return 0;
}

void
connection_rollback(struct store *s)
{
	struct error ignored = { 0 };

	if (s->c && PQtransactionStatus(s->c) != PQTRANS_IDLE && connection_command(s, "ROLLBACK", &ignored) != 0)
		log_warning("%s", ignored.text);
}
