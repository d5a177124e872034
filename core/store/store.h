/* store.h: every SQL statement leaves from here.
 *
 * One struct store is one connection of one thread. Statements live in core/store/sql/queries.sql by
 * name and are prepared at connect. Sessions run with jit=off, enable_seqscan/hashjoin/mergejoin=off
 * and forced generic plans, because a plan made while tables are empty would keep a sequential scan.
 *
 * Groups: rows go as arrays (unnest), one statement a table, one transaction and one fsync a group.
 * A row's own result in a pipeline is no commit: only the sync is. When a group fails for a row's
 * sake it is cut in halves until the bad row stands alone; when the connection fails during COMMIT
 * the outcome is ERROR_UNKNOWN.
 *
 * All bytes of personal data arrive here sealed. ids are made in C (store_id).
 */
#ifndef YJS_STORE_STORE_H
#define YJS_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

struct bytes { const void *data; size_t length; };

/* Open as the service (or, for migrate, as the owner). Several hosts allowed. */
struct store *store_open(const char *conninfo, const char *application_name, struct error *why) MUST_CHECK;
void store_close(struct store *s);
/* True when the connection is usable; tries to reconnect (bounded time) when it is not. */
bool store_alive(struct store *s);
/* The socket, for poll; -1 when down. */
int store_socket(const struct store *s);
/* Bytes of a group are still waiting to leave: ask poll() for POLLOUT too. */
bool store_unsent(const struct store *s);
/* Be woken when another node commits an answer of a department for one of ours; then, when the socket
 * is readable, true tells that one came (read it with store_inbox_open). */
int store_listen(struct store *s, struct error *why) MUST_CHECK;
bool store_notified(struct store *s);
/* The database's clock. */
int store_now(struct store *s, int64_t *us, struct error *why) MUST_CHECK;

/* --- set-up (store/migrate.c, store/private.c) --- */
/* Apply the embedded migrations under an advisory lock as the owner; each once, hash recorded, an
 * edited one refused. `service_role` gets its rights. Creates month partitions (now .. +3). */
int store_migrate(const char *owner_conninfo, const char *service_role, struct error *why) MUST_CHECK;
/* The same for the role that the libpq string `service` names. */
int store_migrate_for(const char *owner_conninfo, const char *service, struct error *why) MUST_CHECK;
/* Partitions for the months up to `months` ahead. */
int store_partitions(const char *owner_conninfo, int months, struct error *why) MUST_CHECK;
/* Rows that fell into a default partition because a month's was not made in time (0 .. 2000): an
 * alarm; -1. */
int64_t store_strays(struct store *s, struct error *why) MUST_CHECK;
/* Does the schema stand at this program's version? ERROR_BROKEN says what to do. */
int store_check_schema(struct store *s, struct error *why) MUST_CHECK;
/* Record the sealing key's fingerprint, or compare with the recorded one. `*fresh` tells that none
 * was recorded before. ERROR_REFUSED when another is recorded. */
int store_fingerprint(struct store *s, const char *fingerprint, bool *fresh, struct error *why) MUST_CHECK;
/* Is a fingerprint recorded (then a key must never be made)? 1, 0, -1. */
int store_has_fingerprint(struct store *s, struct error *why) MUST_CHECK;

/* A private PostgreSQL under data_dir/postgresql: initdb if new, start, socket dir data_dir/run
 * (mode 0700), no TCP. Refuses root. Dies with this process. Gives libpq strings of both roles. */
struct store_private;
struct store_private *store_private_start(const char *data_dir, char **service, char **owner,
    struct error *why) MUST_CHECK;
void store_private_stop(struct store_private *p);

/* --- nodes --- */
/* Take a free slot (0..1023) and a new incarnation for node `name`; earlier incarnations of the same
 * name are ended (their connections too). The session of `s` keeps the claim alive. */
int store_node_begin(struct store *s, const char *name, int32_t *incarnation, int *slot,
    struct error *why) MUST_CHECK;
/* Let another connection of this node show the same life (its session is ended with the life) and
 * count under `writer` of its own: give each writing connection another one (slot, slot + 1024, ...). */
int store_node_join(struct store *s, int32_t incarnation, int writer, struct error *why) MUST_CHECK;
/* 1 the life that `s` shows goes on, 0 another ended it (stop, or begin anew), -1 not known. */
int store_node_check(struct store *s, struct error *why) MUST_CHECK;
/* Look which nodes have died (store_claim does it too): number of lives that are missing but not yet
 * given up (three seconds), so look again soon; -1. */
int store_nodes_watch(struct store *s, struct error *why) MUST_CHECK;
/* Time-ordered id: (ms since 2020-01-01 UTC) << 22 | slot << 12 | sequence. Thread-safe. */
int64_t store_id(int slot, int64_t now_us);
int64_t store_id_time(int64_t id); /* us */
/* First id of a month (year*12+month-1, Asia/Shanghai). */
int64_t store_id_month(int month);

/* --- versions of events (reference data) --- */
int store_version_put(struct store *s, const uint8_t hash[32], const char *event, const char *declared,
    struct error *why) MUST_CHECK;
/* malloc()ed JSON text, NULL when unknown (no error set) or on error. */
char *store_version_get(struct store *s, const uint8_t hash[32], struct error *why) MUST_CHECK;

/* --- accounts --- */
struct store_account {
	int64_t id;
	int64_t token;            /* the token used, 0 none */
	char name[64];
	char role[16];            /* citizen agent clerk policy supervisor operator */
	char department[48];      /* clerk's, else "" */
	int32_t divisions[16];
	int n_divisions;
	struct bytes sealed;      /* {"id_number","full_name","phone"}; free with store_account_free */
	bool demo;                /* its tokens work on a loopback listener only */
};
void store_account_free(struct store_account *a);
/* Make or change (by name). id made in C. */
int store_account_put(struct store *s, const struct store_account *a, const uint8_t person[16],
    struct error *why) MUST_CHECK;
int store_account_by_name(struct store *s, const char *name, struct store_account *a, struct error *why) MUST_CHECK; /* 1 found, 0 not, -1 */
int store_token_put(struct store *s, int64_t account, int64_t token, const uint8_t hash[32], bool demo,
    struct error *why) MUST_CHECK;
int store_token_revoke(struct store *s, int64_t account, struct error *why) MUST_CHECK;
/* The account of the person with that blind index (a citizen's first). 1 found, 0 not, -1. */
int store_account_by_person(struct store *s, const uint8_t person[16], struct store_account *a,
    struct error *why) MUST_CHECK;
int store_account_by_token(struct store *s, const uint8_t hash[32], struct store_account *a,
    struct error *why) MUST_CHECK; /* 1 found, 0 not, -1 */

/* --- intake --- */
struct store_operation { /* the committed row is the record of sending */
	int32_t division;
	int64_t application;
	int16_t item;   /* < 64 item; 64 + m: fetch of material m */
	int16_t round;
	bool undo;
	const char *department, *call, *url;
	struct bytes body;  /* sealed; AAD operation.body.application, part = item*1000+round*2+undo */
	int64_t created_at;
};

struct store_count { int32_t division; int32_t day; const char *event, *department, *measure; int64_t delta; };

enum store_verdict { STORE_PENDING, STORE_STORED, STORE_SAME_KEY, STORE_ONCE, STORE_REVOKED, STORE_BAD, STORE_FAILED, STORE_LOST };

struct store_application {
	int32_t division;
	int64_t id;
	const char *number, *event;
	uint8_t version[32];
	int64_t account, filed_by; /* filed_by 0: the owner himself */
	uint8_t person[16];
	int64_t submitted_at;
	struct bytes sealed;   /* AAD application.sealed.id */
	struct bytes plan;     /* JSON */
	struct bytes items;    /* packed states (rules/running.h) */
	int16_t status;
	const char *history;   /* canonical JSON lines */
	int32_t history_count;
	uint8_t history_hash[32];
	int64_t token;         /* must still be valid in this transaction */
	int32_t account_division; /* the caller's, part of the request key's primary key */
	uint8_t key_hash[16], body_hash[32];
	bool has_once;         /* the event is handled once for this value: STORE_ONCE when it is taken */
	uint8_t once[16];      /* blind index of event and value; unique by division */
	struct bytes answer;   /* sealed stored 201; AAD request_key.answer.id */
	const struct store_operation *operations;
	size_t n_operations;
	const struct store_count *counts;
	size_t n_counts;
	enum store_verdict verdict;  /* out */
	/* out, with STORE_SAME_KEY: */
	int64_t same_id;
	uint8_t same_body_hash[32];
	struct bytes same_answer;    /* malloc()ed */
};

struct store_inbox { /* a department's later answer, verified, not yet applied */
	int32_t division;
	int64_t id;
	int64_t application;
	const char *key, *department;
	struct bytes body; /* sealed; AAD inbox.body.id */
	int64_t arrived_at;
	enum store_verdict verdict; /* out */
};

/* Commit a group of applications and inbox rows in one transaction; every row gets its verdict.
 * -1 only when nothing can be said of any row (verdicts STORE_FAILED, or STORE_LOST when the
 * outcome of COMMIT is unknown). */
int store_intake(struct store *s, int32_t incarnation, struct store_application *const *rows, size_t n,
    struct store_inbox *const *inbox, size_t n_inbox, struct error *why) MUST_CHECK;
/* Look one request key up: verdict STORE_SAME_KEY with same_* filled, or STORE_PENDING when absent. */
int store_request_key(struct store *s, struct store_application *row, struct error *why) MUST_CHECK;

/* --- the engine's groups --- */
enum store_operation_state { OPERATION_SENT, OPERATION_ACKNOWLEDGED, OPERATION_DECIDED, OPERATION_ATTENTION };

struct store_outcome { /* what is now known of an operation */
	int32_t division;
	int64_t application;
	int16_t item, round;
	bool undo;
	int16_t state;            /* enum store_operation_state */
	int32_t attempts;
	int64_t next_at;          /* 0 none */
	int64_t acknowledged_at;  /* 0: unchanged */
	int64_t decided_at;       /* 0 none */
	struct bytes outcome;     /* sealed {"outputs","receipt","reason","code"..}; length 0: unchanged; AAD operation.outcome.application, part as body */
};

struct store_step { /* one application's row in a group */
	int32_t division;
	int64_t id;
	int32_t fence;            /* must be the one stored; else the group is refused with ERROR_CONFLICT */
	int16_t status;
	bool open;                /* false: finished or withdrawn */
	struct bytes items;
	int32_t history_first, history_count; /* seq of the first new entry; count after */
	uint8_t history_hash[32];
	const char *history;      /* new entries, canonical JSON lines; NULL none */
	int64_t finished_at;      /* 0 none */
};

struct store_group {
	const struct store_step *steps; size_t n_steps;               /* sorted by division, id; each once */
	const struct store_outcome *outcomes; size_t n_outcomes;
	const struct store_operation *operations; size_t n_operations;
	const struct store_count *counts; size_t n_counts;            /* summed, sorted */
	const int64_t *inbox_divisions_ids; size_t n_inbox;           /* pairs division, id now applied */
};

/* Send the group without waiting; then poll with store_socket(). One group at a time a connection. */
int store_group_send(struct store *s, const struct store_group *g, struct error *why) MUST_CHECK;
/* 0 not yet, 1 committed, -1 not committed (why->kind: CONFLICT a fence was lost, INPUT a bad row,
 * TEMPORARY nothing committed, UNKNOWN perhaps). */
int store_group_poll(struct store *s, struct error *why) MUST_CHECK;
/* Which of the steps' fences are no longer ours: lost[i] set. Blocking. */
int store_group_fences(struct store *s, const struct store_step *steps, size_t n, bool *lost,
    struct error *why) MUST_CHECK;

/* --- take-over and reading --- */
struct store_case { /* one application with all that is stored of it */
	int32_t division; int64_t id;
	char number[40]; char event[64]; uint8_t version[32];
	int64_t account, filed_by, submitted_at, finished_at;
	uint8_t person[16];
	struct bytes sealed, plan, items;
	int16_t status; bool open; int32_t fence, node;
	int32_t history_count; uint8_t history_hash[32];
	struct store_case_operation {
		int16_t item, round; bool undo; int16_t state;
		char *department, *call, *url;
		struct bytes body, outcome;
		int32_t attempts;
		int64_t created_at, next_at, acknowledged_at, decided_at;
	} *operations;
	size_t n_operations;
};
void store_case_free(struct store_case *c); /* frees what it points to, not c */

/* Make this node the owner (fence + 1) of open applications whose node is dead, at most `limit` at a
 * time; calls `each` for every one, which takes the case's content. Returns the number, or -1. */
int store_claim(struct store *s, int32_t incarnation, int limit,
    void (*each)(void *cookie, struct store_case *c_take), void *cookie, struct error *why) MUST_CHECK;
/* Inbox rows of one application (or, application 0, of all that this incarnation owns) not applied. */
int store_inbox_open(struct store *s, int32_t incarnation, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_inbox *row), void *cookie, struct error *why) MUST_CHECK;

/* Where the application with that number is (any case of letters): 1 found, 0 not, -1. */
int store_case_find(struct store *s, const char *number, int32_t *division, int64_t *id,
    struct error *why) MUST_CHECK;
/* 1 found, 0 not, -1. With operations' bodies when asked, with outcomes always. */
int store_case_by_number(struct store *s, const char *number, bool bodies, struct store_case *c,
    struct error *why) MUST_CHECK;
int store_case_by_id(struct store *s, int32_t division, int64_t id, bool bodies, struct store_case *c,
    struct error *why) MUST_CHECK;
/* History entries in order: JSON lines, malloc()ed. */
char *store_history(struct store *s, int32_t division, int64_t id, struct error *why) MUST_CHECK;

struct store_filter { /* what a caller may see and asks for; newest first */
	int64_t account;              /* owner or filer; 0 any */
	const uint8_t *own_person;    /* with account: or whose person this is (an agent filed for him); NULL */
	bool filed;                   /* only those filed by an agent (filed_by <> 0) */
	const int32_t *divisions; int n_divisions; /* an agent's or clerk's; 0 any */
	const char *department;       /* a clerk's, or NULL */
	const char *event;            /* or NULL */
	int status;                   /* -1 any */
	const uint8_t *person;        /* blind index, or NULL */
	const char *number;           /* or NULL */
	int64_t before;               /* cursor: ids below; 0 from the newest */
	int limit;                    /* <= 200 */
};
int store_list(struct store *s, const struct store_filter *f,
    void (*each)(void *cookie, const struct store_case *c), void *cookie, struct error *why) MUST_CHECK;

/* Commit that somebody reads another person's data, before it is shown. */
struct store_access { int32_t division; int64_t id, account, application, at; const char *fields, *why; };
int store_access_put(struct store *s, const struct store_access *a, struct error *why) MUST_CHECK;

/* Statistics: sums over nodes. */
struct store_total { int32_t division, day; char event[64], department[48], measure[48]; int64_t value; };
int store_counts(struct store *s, int32_t from_day, int32_t to_day, const char *event, int32_t division,
    void (*each)(void *cookie, const struct store_total *t), void *cookie, struct error *why) MUST_CHECK;

/* Everything that `verify` needs, in one snapshot (REPEATABLE READ): each application with its
 * history, then each counter summed over nodes. */
struct store_chain {
	int32_t division;
	int64_t id;
	const char *number, *event;
	int32_t history_count;
	const uint8_t *history_hash;
	const char *lines;          /* all its entries, in order */
};
int store_verify(struct store *s, void (*chain)(void *cookie, const struct store_chain *c),
    void (*total)(void *cookie, const struct store_total *t), void *cookie, struct error *why) MUST_CHECK;

#endif
