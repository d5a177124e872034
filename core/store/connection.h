/* connection.h: one connection to PostgreSQL, its prepared statements and its errors.
 *
 * Private to the room: the only place that knows libpq's states. One struct store belongs to one
 * thread. Statements are prepared when first used; after a reconnect they are prepared anew.
 * Results come in binary.
 */
#ifndef YJS_STORE_CONNECTION_H
#define YJS_STORE_CONNECTION_H

#include <libpq-fe.h>
#include <stdint.h>

#include "store/host.h"
#include "store/param.h"
#include "store/query.h"
#include "store/store.h"

enum { PIPELINE_MOST = 24, ENDPOINTS_MOST = 4096, MONTHS_KEPT = 16 };

struct endpoint { char *department, *call, *url; int32_t id; };

/* The writer's chain of access rows. */
struct chain {
	struct seal *seal;     /* NULL: this connection notes nothing */
	int32_t number;
	bool known;            /* where it ends: `last` and `hash` */
	int64_t last;
	uint8_t hash[32];
};

struct month { /* month.h */
	int number;
	bool apart;       /* its tables are there, and ours to write */
	bool prepared[2]; /* operation_settle, progress_step */
};

struct pipeline { /* statements of one transaction, see pipeline.c */
	enum query query[PIPELINE_MOST];
	int month[PIPELINE_MOST]; /* whose tables; 0: the whole */
	struct params params[PIPELINE_MOST];
	int n;           /* statements queued */
	int answered;    /* results read */
	int64_t sent_at; /* monotonic */
	bool active;     /* sent, sync not yet seen */
	bool flushed;    /* every byte has left: from here on a lost connection means unknown */
	size_t said;     /* how much libpq had complained when it last gave a result */
	bool refused;    /* the server refused a statement: nothing is committed, whatever happens */
	struct error why;
};

struct store {
	PGconn *c;
	char *conninfo, *name;
	bool prepared[QUERY_COUNT];
	struct month months[MONTHS_KEPT];
	int n_months;
	bool warned;           /* the server warned (replication wait cancelled): COMMIT is unknown */
	bool stale;            /* the server turned read-only: reconnect */
	bool unclear;          /* the last statement failed, and yet it may have been done */
	bool patient;          /* verify: statements may take any time */
	const char *listen;    /* the command that does so, again after each reconnect; or NULL */
	int32_t hears_for;     /* of the changes told, whose are ours */
	void (*wanted)(void *cookie, const struct store_change *c); /* store_on_want() */
	void *wanted_cookie;
	void (*approved)(void *cookie); /* store_on_approved() */
	void *approved_cookie;
	bool ended;            /* this node's life was ended by another */
	int32_t incarnation;   /* whose life this session shows; 0 none */
	int writer;            /* of counters */
	int64_t retry_at;      /* monotonic: no reconnect before */
	int32_t timeline;      /* the server's, where the string names several; else 0 */
	PGconn *coming;        /* store_alive_at_once(): being connected, or NULL */
	struct host coming_to; /* where the string names several */
	int turns;             /* hosts tried in vain since one answered */
	PostgresPollingStatusType coming_how;
	int64_t coming_until;
	int64_t planned_at;    /* monotonic: when plans were last made anew */
	struct pipeline pipe;
	struct chain chain;
	struct params one;     /* of single statements */
	struct endpoint *endpoints;
	size_t n_endpoints;
};

/* Run one prepared statement with s->one; NULL and *why on failure. The caller clears the result. */
PGresult *connection_run(struct store *s, enum query q, struct error *why) MUST_CHECK;
/* The same where only their number matters: how many rows it gave (RETURNING) or found; -1. */
int connection_rows(struct store *s, enum query q, struct error *why) MUST_CHECK;
/* The same where rows do not matter. */
int connection_do(struct store *s, enum query q, struct error *why) MUST_CHECK;
/* Prepare when not yet done. */
int connection_prepare(struct store *s, enum query q, struct error *why) MUST_CHECK;
int connection_prepare_text(struct store *s, const char *name, const char *sql, struct error *why) MUST_CHECK;
/* Run a command without parameters. */
int connection_command(struct store *s, const char *sql, struct error *why) MUST_CHECK;
/* BEGIN; COMMIT with its pitfalls (a warning, a lost connection, no memory for the answer: ERROR_UNKNOWN); ROLLBACK. */
int connection_begin(struct store *s, struct error *why) MUST_CHECK;
int connection_commit(struct store *s, struct error *why) MUST_CHECK;
void connection_rollback(struct store *s);

/* Does another host lead by now? Then what this one still says is worth nothing. Who has waited for an answer
 * since `since` (monotonic) and long asks the hosts, one thread for all. */
bool connection_left_behind(struct store *s, int64_t since);
/* Is the server still there? Reads what has come, without waiting. */
bool connection_there(struct store *s);
/* Forget cached plans now and then, so that none outlives the sizes of tables it was made for. Only
 * between transactions. */
void connection_replan(struct store *s);
/* Tell what a failed result means. `what` names the statement. Always -1. */
int connection_error(struct store *s, const PGresult *r, const char *what, struct error *why);
/* Is that error the server's own word, and so certain? */
bool connection_told(const PGresult *r);
/* End the session, and with it what it has not committed. */
void connection_give_up(struct store *s);
/* The first line of what the library says. */
void connection_line(char *out, size_t room, const char *text);
/* The kind of an SQLSTATE. */
enum error_kind connection_kind(const char *sqlstate);
/* s->one, emptied. */
struct params *connection_params(struct store *s);

/* --- single connections of set-up code --- */
/* Connect within `ms` (each host), to the one that leads; NULL and *why on failure. */
PGconn *connection_open(const char *conninfo, const char *application_name, int ms,
    struct error *why) MUST_CHECK;
/* The role that a libpq string or URI names; NULL when it names none. Free it. */
char *connection_role(const char *conninfo);
/* Run SQL text (many statements allowed) on a plain connection. */
int connection_text(PGconn *c, const char *sql, struct error *why) MUST_CHECK;
/* The same of a text that ends with COMMIT: ERROR_UNKNOWN where nobody can tell whether it was done, or where only this
 * server has it and not its standby. */
int connection_text_commit(PGconn *c, const char *sql, struct error *why) MUST_CHECK;

/* Tell what went wrong on a plain connection. Always -1. */
int connection_plain_error(PGconn *c, const PGresult *r, struct error *why);

#endif
