/* store.h: every SQL statement leaves from here.
 *
 * One struct store is one connection of one thread. Statements live in core/store/sql/queries.sql by
 * name and are prepared when first used. Sessions run with jit=off, enable_seqscan/hashjoin/mergejoin=off
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

#include "store/access.h"
#include "store/account.h"
#include "store/bytes.h"
#include "store/case.h"
#include "store/desk.h"
#include "store/petition.h"
#include "store/draft.h"
#include "store/feedback.h"
#include "store/figures.h"
#include "store/file.h"
#include "store/group.h"
#include "store/id.h"
#include "store/intake.h"
#include "store/login.h"
#include "store/mandate.h"
#include "store/node.h"
#include "store/notice.h"
#include "store/session.h"
#include "store/upload.h"
#include "store/vouched.h"

/* Open as the service (or, for migrate, as the owner). Several hosts allowed. */
struct store *store_open(const char *conninfo, const char *application_name, struct error *why) MUST_CHECK;
void store_close(struct store *s);
/* True when the connection is usable; tries to reconnect (bounded time) when it is not. */
bool store_alive(struct store *s);
/* The same without waiting for the server to take the connection: false while it comes, ask again soon. */
bool store_alive_at_once(struct store *s);
/* The socket, for poll; -1 when down. */
int store_socket(const struct store *s);
/* Bytes of a group are still waiting to leave: ask poll() for POLLOUT too. */
bool store_unsent(const struct store *s);
/* While a group is in flight: in how many ms to poll again though nothing came, since nothing that arrives tells that
 * another host leads by now, and what has arrived may have found no memory. */
int store_look_ms(void);
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
 * (mode 0700), no TCP. Refuses root. Dies with the thread that started it: call from main. A second
 * program joins the running one. Gives libpq strings of both roles, yours to free. */
struct store_private;
struct store_private *store_private_start(const char *data_dir, char **service, char **owner,
    struct error *why) MUST_CHECK;
void store_private_stop(struct store_private *p);
/* When store_private_keep() wants to look again, ms; -1: when SIGCHLD tells (we run the server). */
int store_private_patience(const struct store_private *p);
/* Start the server again if it has ended, or take it over if the program that ran it has. From the
 * thread that started it. 0: it runs or will be tried again soon, -1. */
int store_private_keep(struct store_private *p, struct error *why) MUST_CHECK;

/* --- versions of events (reference data) --- */
/* Keep it, so that any node can load it; `in_force`: it is so from now on (approval.h tells what is). */
int store_version_put(struct store *s, const uint8_t hash[32], const char *event, const char *declared,
    bool in_force, struct error *why) MUST_CHECK;
/* Was a version of such an event ever stored? 1, 0, -1. */
int store_event_known(struct store *s, const char *event, struct error *why) MUST_CHECK;
/* malloc()ed JSON text, NULL when unknown (no error set) or on error. */
char *store_version_get(struct store *s, const uint8_t hash[32], struct error *why) MUST_CHECK;

#endif
