#include "base/faults.h"
#include "base/log.h"
#include "store/result.h"
#include "store/connection.h"

static int
with_name(struct store *s, enum query q, const char *name, struct error *why)
{
	struct params *p = connection_params(s);

	params_text(p, params_one(p, PARAM_TEXT), name);
	return connection_do(s, q, why);
}

/* Does the query give a row? 1, 0, -1. */
static int
finds(struct store *s, enum query q, struct error *why)
{
	PGresult *r = connection_run(s, q, why);
	int rows;

	if (!r)
		return -1;
	rows = PQntuples(r);
	PQclear(r);
	return rows > 0;
}

/* 1 somebody lives under the name, 0 nobody does. */
static int
is_taken(struct store *s, const char *name, struct error *why)
{
	struct params *p = connection_params(s);

	params_text(p, params_one(p, PARAM_TEXT), name);
	return finds(s, QUERY_NODE_LIVES, why);
}

static int
make_room(struct store *s, const char *name, bool politely, struct error *why)
{
	int taken = politely ? is_taken(s, name, why) : 0;

	if (taken > 0)
		return error_set(why, ERROR_REFUSED, "another process has taken the name of this node, %s", name);
	if (taken < 0 || politely)
		return taken;
	return with_name(s, QUERY_NODE_TERMINATE, name, why) != 0 ? -1 : with_name(s, QUERY_NODE_END, name, why);
}

static int
begin_locked(struct store *s, const char *name, bool politely, int32_t *incarnation, int *slot,
    struct error *why)
{
	struct params *p;
	PGresult *r;
	bool made;

	connection_params(s);
	if (connection_do(s, QUERY_NODES_LOCK, why) != 0 || make_room(s, name, politely, why) != 0)
		return -1;
	CRASH_POINT("start/life_locked");
	connection_params(s);
	if (connection_do(s, QUERY_NODE_ANNOUNCE, why) != 0)
		return -1;
	p = connection_params(s);
	params_text(p, params_one(p, PARAM_TEXT), name);
	r = connection_run(s, QUERY_NODE_BEGIN, why);
	if (!r)
		return -1;
	made = PQntuples(r) == 1;
	if (made) {
		*incarnation = (int32_t)result_int(r, 0, 0);
		*slot = (int)result_int(r, 0, 1);
	}
	PQclear(r);
	return made ? 0 : error_set(why, ERROR_BROKEN, "all 1024 slots for nodes are taken");
}

int
store_node_join(struct store *s, int32_t incarnation, int writer, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	bool held;

	params_int(p, params_one(p, PARAM_INT4), incarnation);
	r = connection_run(s, QUERY_NODE_HOLD, why);
	if (!r)
		return -1;
	held = PQntuples(r) > 0;
	PQclear(r);
	if (!held)
		return error_set(why, ERROR_REFUSED, "this node's life was ended by another node");
	s->incarnation = incarnation;
	s->writer = writer;
	return 0;
}

int
store_node_begin(struct store *s, const char *name, bool politely, int32_t *incarnation, int *slot,
    struct error *why)
{
	if (connection_begin(s, why) != 0)
		return -1;
	/* the lock that shows the life is held before the row is seen by others */
	if (begin_locked(s, name, politely, incarnation, slot, why) != 0 ||
	    store_node_join(s, *incarnation, *slot, why) != 0 || connection_commit(s, why) != 0) {
		connection_rollback(s);
		s->incarnation = 0;
		return -1;
	}
	return 0;
}

int
store_node_check(struct store *s, struct error *why)
{
	struct params *p = connection_params(s);

	if (s->ended)
		return 0;
	params_int(p, params_one(p, PARAM_INT4), s->incarnation);
	return finds(s, QUERY_NODE_CHECK, why);
}

int
store_node_beat(struct store *s, int silence_ms, struct store_lives *lives, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;
	int rows;

	if (s->ended)
		return 0;
	params_int(p, params_one(p, PARAM_INT4), s->incarnation);
	params_int(p, params_one(p, PARAM_INT4), silence_ms);
	r = connection_run(s, QUERY_NODE_BEAT, why);
	if (!r)
		return -1;
	rows = PQntuples(r);
	if (rows > 0)
		*lives = (struct store_lives){ (int)result_int(r, 0, 0), (int)result_int(r, 0, 1), result_int(r, 0, 2) != 0,
			result_time(r, 0, 3) };
	PQclear(r);
	return rows > 0;
}

static int
plain(struct store *s, enum query q, struct error *why)
{
	connection_params(s);
	return connection_do(s, q, why);
}

/* The one number that a query gives; -1. */
static int
number(struct store *s, enum query q, struct error *why)
{
	PGresult *r;
	int n;

	connection_params(s);
	r = connection_run(s, q, why);
	if (!r)
		return -1;
	n = (int)result_int(r, 0, 0);
	PQclear(r);
	return n;
}

int
store_nodes_watch(struct store *s, int *buried, struct error *why)
{
	struct params *p = connection_params(s);
	int n;

	params_int(p, params_one(p, PARAM_INT4), s->incarnation);
	if (connection_do(s, QUERY_NODES_SEEN, why) != 0 || (n = number(s, QUERY_NODES_BURY, why)) < 0 ||
	    plain(s, QUERY_NODES_FORGET, why) != 0)
		return -1;
	if (buried)
		*buried = n;
	return number(s, QUERY_NODES_MISSING, why);
}
