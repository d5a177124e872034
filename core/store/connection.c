#include "store/connection.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

enum { OPEN_MS = 10000, ALIVE_MS = 2000, RETRY_US = 200000, REPLAN_US = 10000000,
	ANSWER_MS = 40000 };

/* jit and the scans: a plan made while tables are empty would keep a sequential scan for ever, and
 * switching those off makes plans look so dear that every statement would be compiled. */
static const char session_sql[] =
    "SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET plan_cache_mode = force_generic_plan; SET timezone = 'UTC'; SET lock_timeout = '5s';"
    "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";

/* Nothing is said of NOTICE and INFO; a WARNING at COMMIT means that the standby did not confirm. */
static void
notice(void *cookie, const PGresult *r)
{
	struct store *s = cookie;
	const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity && strcmp(severity, "WARNING") == 0) {
		const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

		s->warned = true;
		log_warning("database: %s", text ? text : "warning");
	}
}

/* Errors of server and network in one line, without the row's values (DETAIL may hold them). */
static void
one_line(char *out, size_t room, const char *text)
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
	one_line(line, sizeof line, text ? text : s->c ? PQerrorMessage(s->c) : "no answer in time");
	return error_set(why, connection_kind(state), "database, %s: %s%s%s%s", what, line,
	    state ? " (" : "", state ? state : "", state ? ")" : "");
}

static int
wait_for(PGconn *c, PostgresPollingStatusType how, int64_t until)
{
	struct pollfd p = { .fd = PQsocket(c) };
	int64_t left = (until - clock_monotonic()) / 1000;

	p.events = how == PGRES_POLLING_READING ? POLLIN : POLLOUT;
	return left <= 0 ? 0 : poll(&p, 1, (int)left + 1);
}

/* Finish a connect or reset within the time. */
static int
connect_wait(PGconn *c, PostgresPollingStatusType (*step)(PGconn *), int ms, struct error *why)
{
	int64_t until = clock_monotonic() + (int64_t)ms * 1000;
	PostgresPollingStatusType how = PGRES_POLLING_WRITING;
	char line[400];

	while (PQstatus(c) != CONNECTION_BAD && how != PGRES_POLLING_OK) {
		if (PQsocket(c) >= 0 && wait_for(c, how, until) == 0)
			return error_set(why, ERROR_TEMPORARY, "database: no answer within %d ms", ms);
		how = step(c);
		if (how == PGRES_POLLING_FAILED)
			break;
	}
	if (PQstatus(c) == CONNECTION_OK)
		return 0;
	one_line(line, sizeof line, PQerrorMessage(c));
	return error_set(why, ERROR_TEMPORARY, "database: %s", line);
}

static bool
several_hosts(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL), *o;
	bool several = false;

	for (o = options; o && o->keyword; o++)
		if ((strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "hostaddr") == 0) && o->val &&
		    strchr(o->val, ','))
			several = true;
	PQconninfoFree(options);
	return several;
}

static PGconn *
start(const char *conninfo, const char *application_name)
{
	/* what stands before dbname gives way to the string, what follows does not */
	const char *keys[] = { "tcp_user_timeout", "keepalives_idle", "connect_timeout",
		"target_session_attrs", "dbname", "application_name", "client_encoding", NULL };
	const char *values[] = { "5000", "10", "2", several_hosts(conninfo) ? "read-write" : "any",
		conninfo, application_name, "UTF8", NULL };

	return PQconnectStartParams(keys, values, 1);
}

PGconn *
connection_open(const char *conninfo, const char *application_name, int ms, struct error *why)
{
	PGconn *c = start(conninfo, application_name);

	if (!c) {
		error_set(why, ERROR_TEMPORARY, "database: no memory");
		return NULL;
	}
	if (connect_wait(c, PQconnectPoll, ms, why) != 0) {
		PQfinish(c);
		return NULL;
	}
	return c;
}

int
connection_plain_error(PGconn *c, const PGresult *r, struct error *why)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	char line[600];

	one_line(line, sizeof line, PQerrorMessage(c));
	return error_set(why, connection_kind(state), "database: %s", line);
}

int
connection_text(PGconn *c, const char *sql, struct error *why)
{
	PGresult *r = PQexec(c, sql);
	int result = 0;

	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		result = connection_plain_error(c, r, why);
	PQclear(r);
	return result;
}

/* Is all decided that an earlier connection of ours had under way? Before anybody looks at the rows
 * of a group whose COMMIT got no answer: such a group may still arrive. */
static int
session_end_earlier(struct store *s, struct error *why)
{
	PGresult *r;
	bool ended;

	connection_params(s);
	params_int(&s->one, params_one(&s->one, PARAM_INT4), s->incarnation);
	params_text(&s->one, params_one(&s->one, PARAM_TEXT), s->name);
	r = connection_run(s, QUERY_SESSION_END, why);
	if (!r)
		return -1;
	ended = PQntuples(r) == 1 && *PQgetvalue(r, 0, 0) != 0; /* binary */
	PQclear(r);
	return ended ? 0 : error_set(why, ERROR_TEMPORARY, "database: an earlier connection does not end");
}

/* Settings of the session, and what it stands for: the node's life, the channel. */
static int
session_begin(struct store *s, struct error *why)
{
	PGresult *r;

	PQsetNoticeReceiver(s->c, notice, s);
	memset(s->prepared, 0, sizeof s->prepared);
	s->pipe.active = s->stale = false;
	s->planned_at = clock_monotonic();
	if (connection_text(s->c, session_sql, why) != 0)
		return -1;
	if (s->incarnation) {
		connection_params(s);
		params_int(&s->one, params_one(&s->one, PARAM_INT4), s->incarnation);
		r = connection_run(s, QUERY_NODE_HOLD, why);
		if (!r)
			return -1;
		s->ended = PQntuples(r) == 0;
		PQclear(r);
		if (s->ended)
			return error_set(why, ERROR_REFUSED, "this node's life was ended by another node");
		if (session_end_earlier(s, why) != 0)
			return -1;
	}
	return s->listening ? connection_text(s->c, "LISTEN yjs_inbox", why) : 0;
}

struct store *
store_open(const char *conninfo, const char *application_name, struct error *why)
{
	struct store *s = calloc(1, sizeof *s);

	if (!s) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	params_init(&s->one);
	for (int i = 0; i < PIPELINE_MOST; i++)
		params_init(&s->pipe.params[i]);
	s->conninfo = strdup(conninfo);
	s->name = strdup(application_name ? application_name : "yijianshi");
	if (!s->conninfo || !s->name)
		error_set(why, ERROR_TEMPORARY, "no memory");
	else
		s->c = connection_open(s->conninfo, s->name, OPEN_MS, why);
	if (!s->c || session_begin(s, why) != 0) {
		store_close(s);
		return NULL;
	}
	return s;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	if (s->c)
		PQfinish(s->c);
	if (s->coming)
		PQfinish(s->coming);
	params_free(&s->one);
	for (int i = 0; i < PIPELINE_MOST; i++)
		params_free(&s->pipe.params[i]);
	for (size_t i = 0; i < s->n_endpoints; i++) {
		free(s->endpoints[i].department);
		free(s->endpoints[i].call);
		free(s->endpoints[i].url);
	}
	free(s->endpoints);
	free(s->conninfo);
	free(s->name);
	free(s);
}

/* A server that went away is noticed by reading, not by the status alone. */
bool
connection_there(struct store *s)
{
	if (!s->c || PQstatus(s->c) != CONNECTION_OK)
		return false;
	if (s->pipe.active)
		return true;
	if (s->stale)
		return false;
	for (int i = 0; i < 4; i++) { /* a farewell comes before the end itself */
		struct pollfd p = { .fd = PQsocket(s->c), .events = POLLIN };

		if (poll(&p, 1, 0) == 0)
			return true;
		if ((p.revents & (POLLHUP | POLLERR)) || PQconsumeInput(s->c) != 1 ||
		    PQstatus(s->c) != CONNECTION_OK)
			return false;
	}
	return true;
}

/* The session begins on the connection that has come; else all is as before. */
static bool
take_over(struct store *s, PGconn *fresh, struct error *why)
{
	PQfinish(s->c);
	s->c = fresh;
	if (session_begin(s, why) == 0)
		return true;
	PQfinish(s->c);
	s->c = NULL;
	return false;
}

bool
store_alive(struct store *s)
{
	struct error why = { 0 };
	int64_t began;
	PGconn *fresh;

	if (connection_there(s))
		return !s->ended;
	if (s->ended || clock_monotonic() < s->retry_at)
		return false;
	began = clock_monotonic();
	fresh = connection_open(s->conninfo, s->name, ALIVE_MS, &why);
	/* after a long wait a long pause: a server that hangs takes at most half of the thread's time */
	s->retry_at = 2 * clock_monotonic() - began + RETRY_US;
	if (fresh && take_over(s, fresh, &why))
		return true;
	log_warning("%s: %s", s->name, why.text);
	return false;
}

/* One step of connecting, as far as it goes without waiting. */
static PostgresPollingStatusType
connect_step(struct store *s)
{
	struct pollfd p = { .fd = PQsocket(s->coming) };

	p.events = s->coming_how == PGRES_POLLING_READING ? POLLIN : POLLOUT;
	while (PQstatus(s->coming) != CONNECTION_BAD && s->coming_how != PGRES_POLLING_FAILED &&
	    s->coming_how != PGRES_POLLING_OK && (p.fd < 0 || poll(&p, 1, 0) > 0)) {
		s->coming_how = PQconnectPoll(s->coming);
		p.fd = PQsocket(s->coming);
		p.events = s->coming_how == PGRES_POLLING_READING ? POLLIN : POLLOUT;
	}
	return PQstatus(s->coming) == CONNECTION_BAD ? PGRES_POLLING_FAILED : s->coming_how;
}

bool
store_alive_at_once(struct store *s)
{
	struct error why = { 0 };
	PostgresPollingStatusType how;
	PGconn *fresh;
	char line[400];

	if (!s->coming && connection_there(s))
		return !s->ended;
	if (s->ended || (!s->coming && clock_monotonic() < s->retry_at))
		return false;
	if (!s->coming) {
		s->coming = start(s->conninfo, s->name);
		s->coming_how = PGRES_POLLING_WRITING;
		s->coming_until = clock_monotonic() + ALIVE_MS * INT64_C(1000);
	}
	how = s->coming ? connect_step(s) : PGRES_POLLING_FAILED;
	if (how != PGRES_POLLING_OK && how != PGRES_POLLING_FAILED && clock_monotonic() < s->coming_until)
		return false;
	fresh = s->coming;
	s->coming = NULL;
	s->retry_at = clock_monotonic() + RETRY_US;
	if (how == PGRES_POLLING_OK && take_over(s, fresh, &why))
		return true;
	if (how != PGRES_POLLING_OK) {
		one_line(line, sizeof line, PQerrorMessage(fresh));
		error_set(&why, ERROR_TEMPORARY, "database: %s", *line ? line : "no answer in time");
		PQfinish(fresh);
	}
	log_warning("%s: %s", s->name, why.text);
	return false;
}

int
store_socket(const struct store *s)
{
	return s->c && PQstatus(s->c) == CONNECTION_OK ? PQsocket(s->c) : -1;
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
	if (connection_text(s->c, "DISCARD PLANS", &ignored) != 0)
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

int
connection_prepare(struct store *s, enum query q, struct error *why)
{
	PGresult *r;
	int result = 0;

	if (s->prepared[q])
		return 0;
	if (usable(s, why) != 0)
		return -1;
	r = PQprepare(s->c, query_texts[q].name, query_texts[q].sql, 0, NULL);
	if (PQresultStatus(r) == PGRES_COMMAND_OK)
		s->prepared[q] = true;
	else
		result = connection_error(s, r, query_texts[q].name, why);
	PQclear(r);
	return result;
}

/* The result, or NULL when none came in time (statement_timeout does not bound the wait for a standby
 * in COMMIT): then the connection is given up. */
static PGresult *
await_result(struct store *s)
{
	int64_t until = clock_monotonic() + ANSWER_MS * INT64_C(1000);
	PGresult *r = NULL, *next;

	while (PQisBusy(s->c)) {
		struct pollfd p = { .fd = PQsocket(s->c), .events = POLLIN };
		int64_t left = (until - clock_monotonic()) / 1000;

		if (left <= 0 && !s->patient) {
			PQfinish(s->c);
			s->c = NULL;
			return NULL;
		}
		poll(&p, 1, s->patient ? -1 : (int)left + 1);
		if (PQconsumeInput(s->c) != 1)
			break;
	}
	while ((next = PQgetResult(s->c))) {
		PQclear(r);
		r = next;
	}
	return r;
}

PGresult *
connection_run(struct store *s, enum query q, struct error *why)
{
	struct params *p = &s->one;
	PGresult *r = NULL;

	if (connection_prepare(s, q, why) != 0 || usable(s, why) != 0 || params_done(p, why) != 0)
		return NULL;
	connection_replan(s);
	if (PQsendQueryPrepared(s->c, query_texts[q].name, p->n, p->values, p->lengths, p->formats, 1))
		r = await_result(s);
	if (r && (PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK))
		return r;
	connection_error(s, r, query_texts[q].name, why);
	PQclear(r);
	return NULL;
}

/* A statement outside a transaction commits by itself: the same two pitfalls as at COMMIT. */
int
connection_do(struct store *s, enum query q, struct error *why)
{
	bool alone = s->c && PQtransactionStatus(s->c) == PQTRANS_IDLE;
	struct error told = { 0 };
	PGresult *r;

	s->warned = false;
	r = connection_run(s, q, &told);
	if (!r) {
		if (alone && s->prepared[q] && (!s->c || PQstatus(s->c) != CONNECTION_OK))
			told.kind = ERROR_UNKNOWN;
		return error_set(why, told.kind, "%s", told.text);
	}
	PQclear(r);
	if (alone && s->warned)
		return error_set(why, ERROR_UNKNOWN, "database, %s: committed here, not confirmed by the standby",
		    query_texts[q].name);
	return 0;
}

int
connection_command(struct store *s, const char *sql, struct error *why)
{
	if (usable(s, why) != 0)
		return -1;
	return connection_text(s->c, sql, why);
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

	if (usable(s, why) != 0)
		return -1;
	if (PQsendQuery(s->c, "COMMIT"))
		r = await_result(s);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		connection_error(s, r, "commit", &told);
		if (!s->c || PQstatus(s->c) != CONNECTION_OK)
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

	if (s->c && PQtransactionStatus(s->c) != PQTRANS_IDLE && connection_text(s->c, "ROLLBACK", &ignored))
		log_warning("%s", ignored.text);
}

/* --- wake-ups --- */

int
store_listen(struct store *s, struct error *why)
{
	s->listening = true;
	return connection_command(s, "LISTEN yjs_inbox", why);
}

bool
store_notified(struct store *s)
{
	bool ours = false;
	PGnotify *n;

	if (!s->c || PQstatus(s->c) != CONNECTION_OK || PQconsumeInput(s->c) != 1)
		return false;
	while ((n = PQnotifies(s->c))) {
		if (s->incarnation == 0 || atoi(n->extra) == s->incarnation)
			ours = true;
		PQfreemem(n);
	}
	return ours;
}
