/* Coming to a server, and noticing that it went away. */
#include "store/connection.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/log.h"
#include "store/link.h"
#include "store/month.h"

enum { OPEN_MS = 10000, ALIVE_MS = 2000, HOST_MS = 1000, RETRY_US = 200000, SUSPICIOUS_US = 500000 };

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
	connection_line(line, sizeof line, PQerrorMessage(c));
	return error_set(why, ERROR_TEMPORARY, "database: %s", line);
}

/* `at`: of several hosts this one. */
static PGconn *
start(const char *conninfo, const char *application_name, const struct host *at)
{
	/* what stands before dbname gives way to the string, what follows does not */
	const char *keys[] = { "tcp_user_timeout", "keepalives_idle", "connect_timeout",
		"target_session_attrs", "dbname", "host", "hostaddr", "port", "application_name", "client_encoding", NULL };
	const char *values[] = { "5000", "10", "2", at ? "read-write" : "any", conninfo, at ? at->name : NULL,
		at ? at->address : NULL, at ? at->port : NULL, application_name, "UTF8", NULL };

	return PQconnectStartParams(keys, values, 1);
}

static PGconn *
open_at(const char *conninfo, const char *application_name, const struct host *at, int ms, struct error *why)
{
	PGconn *c = start(conninfo, application_name, at);

	if (!c) {
		error_set(why, ERROR_TEMPORARY, "database: no memory");
		return NULL;
	}
	if (connect_wait(c, PQconnectPoll, ms, why) != 0 || link_check(c, why) != 0) {
		PQfinish(c);
		return NULL;
	}
	return c;
}

/* The host in that place, if it leads as far as is known. */
static PGconn *
open_place(const char *conninfo, const char *application_name, int place, int ms, int32_t *timeline,
    struct error *why)
{
	struct host h;
	PGconn *c;

	if (hosts_pick(conninfo, place, &h) != 0) {
		error_set(why, ERROR_BROKEN, "database: the string cannot be read");
		return NULL;
	}
	c = open_at(conninfo, application_name, &h, ms < HOST_MS ? ms : HOST_MS, why);
	if (!c || hosts_admit(c, &h, timeline, why) == 0)
		return c;
	PQfinish(c);
	return NULL;
}

/* Ask the hosts which timeline they write, for two of them may take writes: last the one that answered last, until
 * a newer one than `known` has been seen. */
static void
ask_hosts(const char *conninfo, const char *application_name, int32_t known)
{
	int n = hosts_count(conninfo), last = hosts_first();

	for (int i = 1; i <= n && hosts_timeline() <= known; i++) {
		struct error ignored = { 0 };
		int32_t timeline;
		PGconn *c = open_place(conninfo, application_name, last + i, HOST_MS, &timeline, &ignored);

		if (c)
			PQfinish(c);
	}
}

/* *timeline: of the server, where the string names several hosts; else 0. */
static PGconn *
open_leading(const char *conninfo, const char *application_name, int ms, int32_t *timeline, struct error *why)
{
	int n = hosts_count(conninfo), first;
	PGconn *c = NULL;

	*timeline = 0;
	if (n == 1)
		return open_at(conninfo, application_name, NULL, ms, why);
	if (hosts_timeline() == 0)
		ask_hosts(conninfo, application_name, INT32_MAX);
	first = hosts_first();
	for (int i = 0; i < n && !c; i++)
		c = open_place(conninfo, application_name, first + i, ms, timeline, why);
	return c;
}

PGconn *
connection_open(const char *conninfo, const char *application_name, int ms, struct error *why)
{
	int32_t timeline;

	return open_leading(conninfo, application_name, ms, &timeline, why);
}

bool
connection_left_behind(struct store *s, int64_t since)
{
	if (s->timeline == 0)
		return false;
	if (clock_monotonic() - since > SUSPICIOUS_US && hosts_may_ask(SUSPICIOUS_US))
		ask_hosts(s->conninfo, s->name, s->timeline);
	return s->timeline < hosts_timeline();
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
	month_forget(s);
	s->pipe.active = s->stale = false;
	s->planned_at = clock_monotonic();
	if (PLANTED("commit_not_flushed") && connection_text(s->c, "SET synchronous_commit = off", why) != 0)
		return -1;
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
	if (s->listen && connection_text(s->c, s->listen, why) != 0)
		return -1;
	if (s->approved) /* nobody heard what was told meanwhile */
		s->approved(s->approved_cookie);
	return 0;
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
		s->c = open_leading(s->conninfo, s->name, OPEN_MS, &s->timeline, why);
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
	if (s->stale || connection_left_behind(s, INT64_MAX))
		return false;
	for (int i = 0; i < 4; i++) { /* a farewell comes before the end itself */
		struct pollfd p = { .fd = PQsocket(s->c), .events = POLLIN };

		if (poll(&p, 1, 0) == 0)
			return true;
		if ((p.revents & (POLLHUP | POLLERR)) || PQconsumeInput(s->c) != 1 ||
		    PQstatus(s->c) != CONNECTION_OK) {
			s->stale = true; /* libpq may call a hung-up socket good: nobody waits for it */
			return false;
		}
	}
	return true;
}

/* The session begins on the connection that has come; else all is as before. */
static bool
take_over(struct store *s, PGconn *fresh, int32_t timeline, struct error *why)
{
	PQfinish(s->c);
	s->c = fresh;
	s->timeline = timeline;
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
	int32_t timeline;
	int64_t began;
	PGconn *fresh;

	if (connection_there(s))
		return !s->ended;
	if (s->ended || clock_monotonic() < s->retry_at)
		return false;
	began = clock_monotonic();
	fresh = open_leading(s->conninfo, s->name, ALIVE_MS, &timeline, &why);
	/* after a long wait a long pause: a server that hangs takes at most half of the thread's time */
	s->retry_at = 2 * clock_monotonic() - began + RETRY_US;
	if (fresh && take_over(s, fresh, timeline, &why))
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

/* To the host whose turn it is; the next one has it when this one does not answer. */
static void
begin_coming(struct store *s)
{
	bool several = hosts_count(s->conninfo) > 1 &&
	    hosts_pick(s->conninfo, hosts_first() + s->turns, &s->coming_to) == 0;

	s->coming = start(s->conninfo, s->name, several ? &s->coming_to : NULL);
	s->coming_how = PGRES_POLLING_WRITING;
	s->coming_until = clock_monotonic() + (several ? HOST_MS : ALIVE_MS) * INT64_C(1000);
}

/* The connection that was coming has come, or has not. */
static bool
end_coming(struct store *s, PostgresPollingStatusType how, struct error *why)
{
	int n = hosts_count(s->conninfo);
	PGconn *fresh = s->coming;
	int32_t timeline = 0;
	char line[400];

	s->coming = NULL;
	if (++s->turns % n == 0)
		s->retry_at = clock_monotonic() + RETRY_US;
	if (how != PGRES_POLLING_OK) {
		connection_line(line, sizeof line, PQerrorMessage(fresh));
		error_set(why, ERROR_TEMPORARY, "database: %s", *line ? line : "no answer in time");
	} else if (link_check(fresh, why) == 0 && (n == 1 || hosts_admit(fresh, &s->coming_to, &timeline, why) == 0)) {
		s->turns = 0;
		return take_over(s, fresh, timeline, why);
	}
	PQfinish(fresh);
	return false;
}

bool
store_alive_at_once(struct store *s)
{
	struct error why = { 0 };
	PostgresPollingStatusType how;

	if (!s->coming && connection_there(s))
		return !s->ended;
	if (s->ended || (!s->coming && clock_monotonic() < s->retry_at))
		return false;
	if (!s->coming)
		begin_coming(s);
	how = s->coming ? connect_step(s) : PGRES_POLLING_FAILED;
	if (how != PGRES_POLLING_OK && how != PGRES_POLLING_FAILED && clock_monotonic() < s->coming_until)
		return false;
	if (end_coming(s, how, &why))
		return true;
	log_warning("%s: %s", s->name, why.text);
	return false;
}

int
store_socket(const struct store *s)
{
	bool good = s->c && PQstatus(s->c) == CONNECTION_OK && (s->pipe.active || !s->stale);

	return good ? PQsocket(s->c) : -1;
}
