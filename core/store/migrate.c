#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/log.h"
#include "base/text.h"
#include "seal/digest.h"
#include "store/id.h"
#include "store/month.h"
#include "store/past.h"
#include "store/result.h"

enum { CONNECT_MS = 10000, MONTHS_AHEAD = 3, MONTHS_MOST = 120, SQL_CEILING = 64 << 10 };

/* Tables with a partition a month, by their column id or application; operation and progress leave
 * room on the page, so that their updates touch no index. */
static const struct {
	const char *name, *with;
} parted[] = {
	{ "application", "toast_tuple_target = 8160" },
	{ "progress", "fillfactor = 50" },
	{ "operation", "fillfactor = 40, toast_tuple_target = 8160" },
	{ "history", "toast_tuple_target = 8160" },
	{ "request_key", "toast_tuple_target = 8160" },
	{ "once", "fillfactor = 100" },
	{ "inbox", "fillfactor = 80, toast_tuple_target = 8160" },
	{ "access", "fillfactor = 100" },
	{ "revision", "toast_tuple_target = 8160" },
	{ "petition", "fillfactor = 60, toast_tuple_target = 8160" },
	{ "consent", "fillfactor = 100" },
	{ "attention", "fillfactor = 80" },
	{ "overdue", "fillfactor = 80" },
	{ "file", "fillfactor = 70" },
	{ "file_piece", "fillfactor = 100" },
	{ "file_use", "fillfactor = 100" },
	{ "desk", "fillfactor = 80" },
	{ "inquiry", "fillfactor = 80, toast_tuple_target = 8160" },
	{ "conference", "fillfactor = 80, toast_tuple_target = 8160" },
	{ "conference_guest", "fillfactor = 100" },
	{ "feedback", "fillfactor = 80, toast_tuple_target = 8160" },
	{ "feedback_answer", "toast_tuple_target = 8160" },
};

enum { PARTED = sizeof parted / sizeof *parted };

/* What the service may do beyond SELECT; nothing changes history, access, revisions,
 * application or keys. */
static const char *const rights[] = {
	"SELECT ON ALL TABLES IN SCHEMA public",
	"INSERT ON version, publication, approval, node, account, token, endpoint, setting, application, progress, "
	    "operation, history, request_key, once, inbox, counter, access, access_head, revision, petition, consent, "
	    "attention, file, file_piece, file_use, upload, desk, inquiry, conference, conference_guest, feedback, "
	    "feedback_answer, draft, draft_file, password, totp, session, login_attempt, identity, handshake, mandate, "
	    "mandate_code, refusal, bulk_reading, overdue",
	"UPDATE (status, open, items, history_count, history_hash, finished_at, node, fence) ON progress",
	"UPDATE (state, attempts, next_at, acknowledged_at, decided_at, outcome) ON operation",
	"UPDATE (value) ON counter",
	"UPDATE (seq, hash, mark) ON access_head",
	"UPDATE (applied) ON inbox",
	"UPDATE (status, answer) ON petition",
	"UPDATE (since, settled_at) ON attention",
	"UPDATE (since, settled_at) ON overdue",
	"UPDATE (released) ON once",
	"UPDATE (round, department, due, arrived_at, closed_at) ON desk",
	"UPDATE (answered_by, answered_at, answer) ON inquiry",
	"UPDATE (decided_by, decided_at, minutes) ON conference",
	"UPDATE (open) ON feedback",
	"UPDATE (used), DELETE ON file",
	"DELETE ON file_piece",
	"UPDATE (had, mark), DELETE ON upload",
	"UPDATE (account, person, changed_at, sealed, revision), DELETE ON draft",
	"DELETE ON draft_file",
	"UPDATE (missing_since, ended_at, seen_at, silence), DELETE ON node",
	"UPDATE (revoked_at), DELETE ON token",
	"UPDATE (hash, changed_at, demo), DELETE ON password",
	"UPDATE (sealed, made_at, last_step) ON totp",
	"UPDATE (seen_at, proved_at), DELETE ON session",
	"UPDATE (until), DELETE ON login_attempt",
	"UPDATE (refused) ON refusal",
	"UPDATE (used_at), DELETE ON handshake",
	"UPDATE (token, withdrawn_at, handed_to, village, basis, slip_division, slip, sealed) ON mandate",
	"UPDATE (hash, made_at, tries, used_at) ON mandate_code",
	"UPDATE (role, department, divisions, person, sealed, demo, closed_at) ON account",
};

/* A text that ends with COMMIT. */
static int
run(PGconn *c, struct text *sql, struct error *why)
{
	int result;

	if (sql->failed || !sql->data)
		result = error_set(why, ERROR_TEMPORARY, "no memory");
	else
		result = connection_text_commit(c, sql->data, why);
	text_free(sql);
	return result;
}

/* First column of the first row of a query in text; "" when there is none, NULL on failure. */
static char *
answer(PGconn *c, const char *sql, struct error *why)
{
	PGresult *r = PQexec(c, sql);
	char *value = NULL;

	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		value = strdup(PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
	if (!value)
		connection_plain_error(c, r, why);
	PQclear(r);
	return value;
}

/* --- migrations --- */

static void
hash_of(const struct migration *m, char hex[65])
{
	uint8_t hash[32];

	digest_sha256(m->sql, strlen(m->sql), hash);
	digest_hex(hash, sizeof hash, hex);
}

/* The row goes in first: of two that start at once the second finds it. */
static int
apply(PGconn *c, const struct migration *m, const char *hex, struct error *why)
{
	struct text sql;
	struct error ignored = { 0 };

	text_init(&sql, SQL_CEILING + strlen(m->sql));
	text_putf(&sql, "BEGIN; INSERT INTO schema_migration (number, name, hash) VALUES (%d, '%s', '\\x%s');\n",
	    m->number, m->name, hex);
	text_puts(&sql, m->sql);
	text_puts(&sql, ";COMMIT");
	CRASH_POINT("migration/before");
	if (run(c, &sql, why) == 0) {
		CRASH_POINT("migration/applied");
		log_info("migration %s applied", m->name);
		return 0;
	}
	if (PQtransactionStatus(c) != PQTRANS_IDLE && connection_text(c, "ROLLBACK", &ignored) != 0)
		log_warning("%s", ignored.text);
	return -1;
}

static int
apply_once(PGconn *c, const struct migration *m, struct error *why)
{
	char sql[200], hex[65], *recorded;
	int result = 0;

	hash_of(m, hex);
	snprintf(sql, sizeof sql, "SELECT encode(hash, 'hex') FROM schema_migration WHERE number = %d",
	    m->number);
	recorded = answer(c, sql, why);
	if (!recorded)
		return -1;
	if (!*recorded)
		result = apply(c, m, hex, why);
	else if (strcmp(recorded, hex) != 0)
		result = error_set(why, ERROR_BROKEN, "migration %s was changed after it was applied: put the "
		    "file back as it was and write a new one", m->name);
	free(recorded);
	return result;
}

static int
last_migration(void)
{
	int last = 0;

	for (const struct migration *m = migrations; m->number; m++)
		last = m->number;
	return last;
}

/* What is given to whom at which state of the schema, as the comment on schema_migration tells it once all of it is. */
static void
rights_name(const char *role, char hex[65])
{
	struct text all;
	uint8_t hash[32];

	text_init(&all, SQL_CEILING);
	text_putf(&all, "%d %s", last_migration(), role);
	for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
		text_putf(&all, ";%s", rights[i]);
	digest_sha256(all.data ? all.data : "", all.length, hash);
	digest_hex(hash, sizeof hash, hex);
	text_free(&all);
}

/* Rights are given once, or again when the role or the schema is new, or when it ended before they were all given: each
 * GRANT makes every session plan its statements anew. */
static int
grant(PGconn *c, const char *role, struct error *why)
{
	char *quoted = PQescapeIdentifier(c, role, strlen(role));
	char *literal = PQescapeLiteral(c, role, strlen(role));
	struct text sql;
	char name[65], *has = NULL;
	int result = -1;

	rights_name(role, name);
	text_init(&sql, SQL_CEILING);
	if (quoted && literal) {
		text_putf(&sql, "SELECT has_column_privilege(%s, 'account', 'demo', 'UPDATE') AND "
		    "obj_description('schema_migration'::regclass, 'pg_class') = 'rights %s'", literal, name);
		has = sql.failed ? NULL : answer(c, sql.data, why);
		text_clear(&sql);
	}
	if (has && strcmp(has, "t") == 0) {
		result = 0;
	} else if (has) {
		text_puts(&sql, "BEGIN;");
		for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
			text_putf(&sql, "GRANT %s TO %s;", rights[i], quoted);
		text_putf(&sql, "COMMENT ON TABLE schema_migration IS 'rights %s'; COMMIT", name);
		result = run(c, &sql, why);
	}
	text_free(&sql);
	free(has);
	PQfreemem(quoted);
	PQfreemem(literal);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

/* Whoever may change a table may change those of its months (store/month.h). Only what is missing is given. */
static const char month_rights[] =
    "DO $$ DECLARE one text; BEGIN FOR one IN "
    "SELECT format('GRANT SELECT, UPDATE (%s) ON %s TO %I', string_agg(quote_ident(a.attname), ', '), "
    "i.inhrelid::regclass, r.rolname) FROM pg_inherits i JOIN pg_attribute a ON a.attrelid = i.inhparent "
    "CROSS JOIN LATERAL aclexplode(a.attacl) x JOIN pg_roles r ON r.oid = x.grantee "
    "WHERE i.inhparent IN ('progress'::regclass, 'operation'::regclass) AND x.privilege_type = 'UPDATE' "
    "AND NOT has_any_column_privilege(x.grantee, i.inhrelid, 'UPDATE') GROUP BY i.inhrelid, r.rolname "
    "LOOP EXECUTE one; END LOOP; END $$";

/* --- partitions --- */

static int
exists(PGconn *c, const char *table, struct error *why)
{
	char sql[200], *name;
	int result;

	snprintf(sql, sizeof sql, "SELECT to_regclass('%s')", table);
	name = answer(c, sql, why);
	if (!name)
		return -1;
	result = *name != '\0';
	free(name);
	return result;
}

static int
make_partition(PGconn *c, int table, int month, struct error *why)
{
	char suffix[MONTH_SUFFIX] = "_default", name[80], sql[400];
	int there;

	if (month >= 0)
		month_suffix(month, suffix);
	snprintf(name, sizeof name, "%s%s", parted[table].name, suffix);
	there = exists(c, name, why);
	if (there != 0)
		return there < 0 ? -1 : 0;
	if (month < 0)
		snprintf(sql, sizeof sql, "CREATE TABLE %s PARTITION OF %s DEFAULT WITH (%s)", name,
		    parted[table].name, parted[table].with);
	else
		snprintf(sql, sizeof sql,
		    "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%lld) TO (%lld) WITH (%s)", name,
		    parted[table].name, (long long)store_id_month(month), (long long)store_id_month(month + 1),
		    parted[table].with);
	return connection_text(c, sql, why);
}

static int
make_months(PGconn *c, int from, int to, struct error *why)
{
	for (int table = 0; table < PARTED; table++)
		for (int m = from; m <= to; m++)
			if (make_partition(c, table, m, why) != 0)
				return -1;
	return 0;
}

static int
make_partitions(PGconn *c, int months, struct error *why)
{
	char *now = answer(c, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8", why);
	int month;

	if (!now)
		return -1;
	month = store_month_of_day(clock_day(strtoll(now, NULL, 10)));
	free(now);
	/* the month before too: ids of nodes whose clock is a little behind */
	if (make_months(c, month - 1, month + months, why) != 0)
		return -1;
	for (int table = 0; table < PARTED; table++)
		if (make_partition(c, table, -1, why) != 0)
			return -1;
	return 0;
}

static PGconn *
open_locked(const char *owner, struct error *why)
{
	PGconn *c = connection_open(owner, "yijianshi migrate", CONNECT_MS, why);

	if (c && connection_text(c, "SET client_min_messages = warning; SET timezone = 'UTC'; "
	    "SELECT pg_advisory_lock(1498172237); SET lock_timeout = '10s'", why) != 0) {
		PQfinish(c);
		c = NULL;
	}
	return c;
}

int
store_partitions(const char *owner, int months, struct error *why)
{
	PGconn *c = open_locked(owner, why);
	int result;

	if (!c)
		return -1;
	result = make_partitions(c, months > MONTHS_MOST ? MONTHS_MOST : months, why);
	if (result == 0)
		result = connection_text(c, month_rights, why);
	PQfinish(c);
	return result;
}

int
store_past_partitions(const char *owner, int32_t from, int32_t to, struct error *why)
{
	PGconn *c = open_locked(owner, why);
	int result;

	if (!c)
		return -1;
	result = make_months(c, store_month_of_day(from), store_month_of_day(to), why);
	if (result == 0)
		result = connection_text(c, month_rights, why);
	PQfinish(c);
	return result;
}

int
store_past_settle(const char *owner, struct error *why)
{
	PGconn *c = connection_open(owner, "yijianshi past", CONNECT_MS, why);
	int result = c ? connection_text(c, "SET client_min_messages = error", why) : -1;

	if (result == 0)
		result = connection_text(c, "VACUUM (ANALYZE, SKIP_LOCKED)", why);
	PQfinish(c);
	return result;
}

static int
migrate(PGconn *c, const char *role, struct error *why)
{
	if (strcmp(PQuser(c), role) == 0)
		return error_set(why, ERROR_BROKEN, "database and database_owner name the same role (%s): the "
		    "service needs one of its own, which owns nothing", role);
	if (connection_text(c, "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, "
	    "name text NOT NULL, hash bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())", why) != 0)
		return -1;
	for (const struct migration *m = migrations; m->number; m++)
		if (apply_once(c, m, why) != 0)
			return -1;
	if (make_partitions(c, MONTHS_AHEAD, why) != 0)
		return -1;
	CRASH_POINT("migration/partitions");
	return grant(c, role, why) != 0 ? -1 : connection_text(c, month_rights, why);
}

int
store_migrate_for(const char *owner, const char *service, struct error *why)
{
	char *role = connection_role(service);
	int result = role ? store_migrate(owner, role, why)
	    : error_set(why, ERROR_BROKEN, "the setting database names no user: the service needs a role of its own");

	free(role);
	return result;
}

int
store_migrate(const char *owner, const char *service_role, struct error *why)
{
	PGconn *c = open_locked(owner, why);
	int result;

	if (!c)
		return -1;
	result = migrate(c, service_role, why);
	CRASH_POINT("migration/done");
	PQfinish(c);
	return result;
}

/* --- what a node checks at start --- */

int
store_check_schema(struct store *s, struct error *why)
{
	struct error told = { 0 };
	PGresult *r;
	int64_t stands;

	connection_params(s);
	r = connection_run(s, QUERY_SCHEMA_STANDS, &told);
	if (!r && told.kind == ERROR_TEMPORARY)
		return error_set(why, told.kind, "%s", told.text);
	stands = r ? result_int(r, 0, 1) : 0;
	PQclear(r);
	/* a newer schema still serves an older program: changes come in two steps */
	if (stands < last_migration())
		return error_set(why, ERROR_BROKEN, "the database's schema stands at %lld, this program needs %d: "
		    "run `yijianshi migrate` with database_owner set", (long long)stands, last_migration());
	return 0;
}

int64_t
store_strays(struct store *s, struct error *why)
{
	PGresult *r;
	int64_t rows;

	connection_params(s);
	r = connection_run(s, QUERY_STRAYS, why);
	if (!r)
		return -1;
	rows = result_int(r, 0, 0);
	PQclear(r);
	return rows;
}
