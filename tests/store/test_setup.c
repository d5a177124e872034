/* Migrations, roles, the catalogue's rules, the key's fingerprint. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>

#include "pg.h"
#include "store/query.h"

static void
answers(const char *conninfo, const char *sql, const char *expected)
{
	char *text = pg_ask(conninfo, sql);

	if (strcmp(text, expected) != 0)
		fail_msg("%s: %s, not %s", sql, text, expected);
	free(text);
}

static int
n_migrations(void)
{
	int n = 0;

	while (migrations[n].number)
		n++;
	return n;
}

static int
migrate(void)
{
	struct error why = { 0 };

	return store_migrate(pg.owner, "yijianshi", &why);
}

static void
migrating_again_changes_nothing(void **state)
{
	struct error why = { 0 };
	struct store *s = pg_open("test");
	long tables = pg_number("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace");

	(void)state;
	assert_int_equal(migrate(), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM schema_migration"), n_migrations());
	assert_int_equal(pg_number("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"), tables);
	assert_int_equal(store_check_schema(s, &why), 0);
	store_close(s);
}

/* An empty database, several processes at once. */
static void
many_migrate_at_once(void **state)
{
	char owner[PATH_MAX], super[PATH_MAX], sql[100];
	pid_t children[4];
	char *end;
	int status, count;

	(void)state;
	answers(pg.super, "CREATE DATABASE second OWNER yijianshi_owner", "");
	snprintf(owner, sizeof owner, "%s", pg.owner);
	end = strstr(owner, "dbname=");
	snprintf(end, 20, "dbname=second");
	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			struct error why = { 0 };
			int result = store_migrate(owner, "yijianshi", &why);

			if (result != 0)
				fprintf(stderr, "%s\n", why.text);
			_exit(result != 0);
		}
	}
	for (int i = 0; i < 4; i++) {
		waitpid(children[i], &status, 0);
		assert_int_equal(status, 0);
	}
	snprintf(super, sizeof super, "%s", pg.super);
	snprintf(strstr(super, "dbname="), 20, "dbname=second");
	for (count = 0; migrations[count].number; count++)
		;
	snprintf(sql, sizeof sql, "SELECT count(*) = %d FROM schema_migration", count);
	answers(super, sql, "t");
	answers(pg.super, "DROP DATABASE second", "");
}

static void
an_edited_migration_is_refused(void **state)
{
	struct error why = { 0 };

	(void)state;
	answers(pg.super, "UPDATE schema_migration SET hash = sha256('x') WHERE number = 1", "1");
	assert_int_equal(store_migrate(pg.owner, "yijianshi", &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	assert_non_null(strstr(why.text, "changed after it was applied"));
	answers(pg.super, "WITH d AS (DELETE FROM schema_migration RETURNING 1) SELECT count(*) > 0 FROM d", "t");
	error_clear(&why);
	assert_int_equal(store_migrate(pg.owner, "yijianshi", &why), -1); /* tables are there: rolled back */
	answers(pg.super, "SELECT count(*) FROM schema_migration", "0");
	struct store *s = pg_open("test");
	error_clear(&why);
	assert_int_equal(store_check_schema(s, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	store_close(s);
	/* put it back as it was */
	PGconn *c = PQconnectdb(pg.super);

	for (const struct migration *m = migrations; m->number; m++) {
		const char *values[] = { m->name, m->sql };
		PGresult *r = PQexecParams(c, "INSERT INTO schema_migration (number, name, hash) "
		    "VALUES (left($1, 4)::int, $1, sha256(convert_to($2, 'UTF8')))", 2, NULL, values, NULL, NULL, 0);

		assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
		PQclear(r);
	}
	PQfinish(c);
	assert_int_equal(migrate(), 0);
}

/* Ended between a migration and its rights: the next one gives them, whatever the role could do before. */
static void
rights_that_were_not_given_are(void **state)
{
	(void)state;
	answers(pg.super, "REVOKE ALL ON archived FROM yijianshi", "");
	assert_int_equal(migrate(), 0); /* all were given for this state: nothing is looked at but one */
	answers(pg.super, "SELECT has_table_privilege('yijianshi', 'archived', 'SELECT')", "f");
	answers(pg.super, "COMMENT ON TABLE schema_migration IS 'rights of the state before'", "");
	assert_int_equal(migrate(), 0);
	answers(pg.super, "SELECT has_table_privilege('yijianshi', 'archived', 'SELECT')", "t");
}

static void
one_role_for_both_is_refused(void **state)
{
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_migrate(pg.owner, "yijianshi_owner", &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
}

/* The service's role can neither change nor delete what is told for good, nor become another role. */
static void
the_service_cannot_rewrite_history(void **state)
{
	static const char *const forbidden[] = { "history", "access", "application", "request_key",
		"once", "history_default", "version", "publication", "approval", "schema_migration" };
	static const char *const forms[] = { "UPDATE %s SET hash = hash", "DELETE FROM %s", "TRUNCATE %s",
		"DROP TABLE %s", "ALTER TABLE %s ADD x int", "CREATE TRIGGER t BEFORE INSERT ON %s "
		"FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", "CREATE RULE r AS ON INSERT TO %s "
		"DO INSTEAD NOTHING", "REINDEX TABLE %s" };
	char sql[300];

	(void)state;
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
		for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
			/* no literal: the format comes from the table above */
			char *place = strstr(forms[k], "%s");

			snprintf(sql, sizeof sql, "%.*s%s%s", (int)(place - forms[k]), forms[k], forbidden[i], place + 2);
			char *text = pg_ask(pg.service, sql);

			if (strcmp(text, "!42501") != 0 && strcmp(text, "!42703") != 0) /* not allowed; no such column */
				fail_msg("%s: %s", sql, text);
			free(text);
		}
	}
	answers(pg.service, "UPDATE history SET entries = ''", "!42501");
	answers(pg.service, "UPDATE history SET hash = hash", "!42501");
	answers(pg.service, "UPDATE access SET why = ''", "!42501");
	answers(pg.service, "UPDATE operation SET body = ''", "!42501");
	answers(pg.service, "UPDATE progress SET id = 1", "!42501");
	answers(pg.service, "UPDATE file SET account = 1", "!42501");
	answers(pg.service, "UPDATE file_piece SET bytes = ''", "!42501");
	answers(pg.service, "DELETE FROM file_use", "!42501");
	answers(pg.service, "SET ROLE yijianshi_owner", "!42501");
	answers(pg.service, "SET ROLE postgres", "!42501");
	answers(pg.service, "SET SESSION AUTHORIZATION yijianshi_owner", "!42501");
	answers(pg.service, "CREATE TABLE mine (x int)", "!42501");
	answers(pg.service, "SELECT count(*) FROM history", "0");
	assert_int_equal(pg_number("SELECT count(*) FROM pg_class WHERE relowner = 'yijianshi'::regrole"), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM pg_auth_members m WHERE m.member = 'yijianshi'::regrole"), 0);
}

/* Every primary, unique and foreign key of an application's tables begins with the division. */
static void
the_division_leads_every_key(void **state)
{
	static const char tables[] = "('application', 'progress', 'operation', 'history', 'request_key', "
	    "'once', 'inbox', 'counter', 'access', 'revision', 'petition', 'consent', 'attention', 'file', 'file_piece', "
	    "'file_use', 'desk', 'inquiry', 'conference', 'conference_guest', 'feedback', 'feedback_answer', "
	    "'overdue')";
	char sql[1400];

	(void)state;
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_class WHERE relname IN %s", tables);
	assert_int_equal(pg_number(sql), 23);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
	    "WHERE t.relname IN %s AND i.indisunique", tables);
	assert_true(pg_number(sql) >= 23);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
	    "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] "
	    "WHERE t.relname IN %s AND i.indisunique AND (a.attname <> 'division' OR a.atttypid <> 23)", tables);
	assert_int_equal(pg_number(sql), 0);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid "
	    "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] "
	    "WHERE t.relname IN %s AND k.contype IN ('p', 'u', 'f') AND a.attname <> 'division'", tables);
	assert_int_equal(pg_number(sql), 0);
	/* other tables of the schema belong to accounts or are reference data, each named here; no triggers, no
	 * sequences */
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
	    "AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN %s AND relname NOT IN ('setting', "
	    "'version', 'node', 'account', 'token', 'password', 'totp', 'session', 'login_attempt', "
	    "'access_head', 'identity', 'handshake', 'mandate', 'mandate_code', 'draft', 'draft_file', 'endpoint', "
	    "'refusal', 'bulk_reading', 'schema_migration', 'publication', 'approval', 'upload', 'archived', "
	    "'archived_counter')", tables);
	assert_int_equal(pg_number(sql), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM pg_class WHERE relkind = 'S' "
	    "AND relnamespace = 'public'::regnamespace"), 0);
}

static void
months_ahead_have_partitions(void **state)
{
	struct error why = { 0 };
	struct store *s = pg_open("test");
	long before = pg_number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'history'::regclass");

	(void)state;
	assert_int_equal(before, 1 + 1 + 3 + 1); /* last month, this, three ahead, default */
	assert_int_equal(store_partitions(pg.owner, 6, &why), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'history'::regclass"), before + 3);
	assert_int_equal(store_partitions(pg.owner, 6, &why), 0);
	assert_int_equal(store_strays(s, &why), 0);
	pg_number("INSERT INTO inbox VALUES (9223372036854775807, 1, now(), false, 330106, 'd', 'k', 'b')");
	assert_int_equal(store_strays(s, &why), 1);
	pg_number("DELETE FROM inbox");
	store_close(s);
}

static void
one_key_for_one_database(void **state)
{
	struct store *s = pg_open("test");
	struct error why = { 0 };
	bool fresh;

	(void)state;
	assert_int_equal(store_has_fingerprint(s, &why), 0);
	assert_int_equal(store_fingerprint(s, "0123456789abcdef", &fresh, &why), 0);
	assert_true(fresh);
	assert_int_equal(store_has_fingerprint(s, &why), 1);
	assert_int_equal(store_fingerprint(s, "0123456789abcdef", &fresh, &why), 0);
	assert_false(fresh);
	assert_int_equal(store_fingerprint(s, "fedcba9876543210", &fresh, &why), -1);
	assert_int_equal(why.kind, ERROR_REFUSED);
	store_close(s);
}

/* Default durability, read from the server itself. */
static void
durability_is_the_default(void **state)
{
	(void)state;
	answers(pg.service, "SHOW fsync", "on");
	answers(pg.service, "SHOW synchronous_commit", "on");
	answers(pg.service, "SHOW full_page_writes", "on");
	answers(pg.service, "SHOW listen_addresses", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrating_again_changes_nothing),
		cmocka_unit_test(many_migrate_at_once),
		cmocka_unit_test(an_edited_migration_is_refused),
		cmocka_unit_test(rights_that_were_not_given_are),
		cmocka_unit_test(one_role_for_both_is_refused),
		cmocka_unit_test(the_service_cannot_rewrite_history),
		cmocka_unit_test(the_division_leads_every_key),
		cmocka_unit_test(months_ahead_have_partitions),
		cmocka_unit_test(one_key_for_one_database),
		cmocka_unit_test(durability_is_the_default),
	};
	int failed;

	unsetenv("YJS_BEGINNING"); /* how it begins is what is tested here */
	pg_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_stop();
	return failed;
}
