#include "store/pipeline.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "store/month.h"

/* While an answer is awaited: whether another host leads; and for what has come, but found no memory (connection.c). */
enum { LOOK_MS = 200 };

int
pipeline_begin(struct store *s, struct error *why)
{
	if (!connection_there(s))
		return error_set(why, ERROR_TEMPORARY, "database: not connected");
	if (s->pipe.active)
		return error_set(why, ERROR_BROKEN, "store: a group is in flight on this connection");
	connection_replan(s);
	s->pipe.n = s->pipe.answered = 0;
	s->pipe.flushed = s->pipe.refused = false;
	error_clear(&s->pipe.why);
	return 0;
}

struct params *
pipeline_add_in(struct store *s, enum query q, int month)
{
	struct params *p = &s->pipe.params[s->pipe.n];

	s->pipe.month[s->pipe.n] = month;
	s->pipe.query[s->pipe.n++] = q;
	params_begin(p);
	return p;
}

struct params *
pipeline_add(struct store *s, enum query q)
{
	return pipeline_add_in(s, q, 0);
}

/* Leave pipeline mode, whatever happened. */
static void
leave(struct store *s)
{
	s->pipe.active = false;
	if (PQstatus(s->c) == CONNECTION_OK && PQexitPipelineMode(s->c) == 1 &&
	    PQsetnonblocking(s->c, 0) == 0)
		return;
	connection_give_up(s);
}

static int
queue_all(struct store *s, struct error *why)
{
	struct pipeline *p = &s->pipe;

	for (int i = 0; i < p->n; i++) {
		struct params *a = &p->params[i];
		char name[MONTH_NAME];

		if (!PQsendQueryPrepared(s->c, month_name(p->query[i], p->month[i], name), a->n, a->values, a->lengths,
			a->formats, 1))
			return connection_error(s, NULL, query_texts[p->query[i]].name, why);
	}
	if (!PQpipelineSync(s->c))
		return connection_error(s, NULL, "sync", why);
	return 0;
}

int
pipeline_send(struct store *s, struct error *why)
{
	struct pipeline *p = &s->pipe;
	int left;

	for (int i = 0; i < p->n; i++)
		if (month_prepare(s, p->query[i], p->month[i], why) != 0 || params_done(&p->params[i], why) != 0)
			return -1;
	s->warned = false;
	p->sent_at = clock_monotonic();
	if (PQsetnonblocking(s->c, 1) != 0 || !PQenterPipelineMode(s->c))
		return connection_error(s, NULL, "pipeline", why);
	p->active = true;
	if (queue_all(s, why) != 0) {
		connection_give_up(s); /* the Sync did not leave: nothing is committed */
		p->active = false;
		return -1;
	}
	p->said = strlen(PQerrorMessage(s->c));
	left = PQflush(s->c);
	p->flushed = left == 0; /* an error shows when the results are read */
	return 0;
}

static void
push(struct store *s)
{
	if (!s->pipe.flushed && PQflush(s->c) == 0)
		s->pipe.flushed = true;
}

/* The connection is lost in the middle of a group, or was never told how it ended. */
static int
lost(struct store *s, struct error *why)
{
	struct pipeline *p = &s->pipe;

	push(s); /* reading may have written before */
	if (p->why.kind == ERROR_NONE)
		connection_error(s, NULL, "group", &p->why);
	if (p->flushed && !p->refused)
		p->why.kind = ERROR_UNKNOWN;
	p->active = false;
	connection_give_up(s);
	return error_set(why, p->why.kind, "%s", p->why.text);
}

static int
ended(struct store *s, struct error *why)
{
	struct pipeline *p = &s->pipe;
	bool warned = s->warned;

	leave(s);
	if (p->why.kind != ERROR_NONE)
		return error_set(why, p->why.kind, "%s", p->why.text);
	if (warned)
		return error_set(why, ERROR_UNKNOWN, "database: committed here, not confirmed by the standby");
	return 1;
}

/* A month's tables have left for the archive since they were looked at: it comes again, to the whole. */
static void
look_for_moved(struct store *s, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	if (state && strcmp(state, "42P01") == 0 && s->n_months > 0) {
		month_moved(s);
		s->pipe.why.kind = ERROR_TEMPORARY;
	}
}

enum taken { TAKEN, TAKEN_LAST, TAKEN_UNCLEAR };

/* One result at a time; the last is the Sync's own. One that found no memory may have been that, so none is awaited. */
static enum taken
take(struct store *s, const PGresult *r)
{
	struct pipeline *p = &s->pipe;

	switch (PQresultStatus(r)) {
	case PGRES_PIPELINE_SYNC:
		return TAKEN_LAST;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		p->answered++;
		return TAKEN;
	case PGRES_PIPELINE_ABORTED:
		return TAKEN;
	default: /* the first error is the cause; told by the server of a statement, it is certain */
		if (p->why.kind == ERROR_NONE) {
			p->refused = p->answered < p->n && connection_told(r);
			connection_error(s, r, p->answered < p->n ? query_texts[p->query[p->answered]].name : "commit",
			    &p->why);
			look_for_moved(s, r);
		}
		return connection_told(r) ? TAKEN : TAKEN_UNCLEAR;
	}
}

/* The library gives no result for a Sync for which it found no memory: it only complains, and would wait for ever. */
static bool
complains(const struct store *s)
{
	return strlen(PQerrorMessage(s->c)) > s->pipe.said;
}

int
pipeline_poll(struct store *s, struct error *why)
{
	int nulls = 0;

	if (!s->pipe.active)
		return error_set(why, ERROR_BROKEN, "store: no group is in flight");
	push(s);
	if (PQconsumeInput(s->c) != 1)
		return lost(s, why);
	if (connection_left_behind(s, s->pipe.sent_at)) {
		error_set(&s->pipe.why, ERROR_UNKNOWN, "database: another host leads by now");
		return lost(s, why);
	}
	push(s);
	while (!PQisBusy(s->c)) {
		PGresult *r = PQgetResult(s->c);
		enum taken taken;

		if (!r) { /* between two statements; for ever when the connection is gone */
			if (PQstatus(s->c) != CONNECTION_OK || ++nulls > 2 * PIPELINE_MOST)
				return lost(s, why);
			continue;
		}
		taken = take(s, r);
		PQclear(r);
		s->pipe.said = strlen(PQerrorMessage(s->c));
		if (PQstatus(s->c) != CONNECTION_OK || taken == TAKEN_UNCLEAR)
			return lost(s, why);
		if (taken == TAKEN_LAST)
			return ended(s, why);
	}
	return complains(s) ? lost(s, why) : 0;
}

int
pipeline_wait(struct store *s, int ms, struct error *why)
{
	int64_t until = clock_monotonic() + (int64_t)ms * 1000;

	for (;;) {
		int done = pipeline_poll(s, why);
		struct pollfd p;
		int64_t left = (until - clock_monotonic()) / 1000;

		if (done != 0)
			return done > 0 ? 0 : -1;
		if (left <= 0) {
			error_set(&s->pipe.why, ERROR_UNKNOWN, "database: no answer in time");
			return lost(s, why);
		}
		p = (struct pollfd){ .fd = PQsocket(s->c), .events = POLLIN };
		if (!s->pipe.flushed)
			p.events |= POLLOUT;
		if (poll(&p, 1, left < LOOK_MS ? (int)left + 1 : LOOK_MS) < 0 && errno != EINTR)
			return lost(s, why);
	}
}

bool
store_unsent(const struct store *s)
{
	return s->pipe.active && !s->pipe.flushed;
}

int
store_look_ms(void)
{
	return LOOK_MS;
}
