/* Every hot statement goes by an index, planned on empty tables and on full ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/clock.h"
#include "pg.h"
#include "store/id.h"
#include "store/month.h"

/* Statements over a table of a few rows, or over all of it by their meaning. */
static const char *const exempt[] = { "node_terminate", "node_end", "node_begin", "nodes_seen",
	"nodes_bury", "nodes_missing", "nodes_forget", "schema_stands", "strays", "divisions", "endpoint_put",
	"verify_strays", "access_heads", "access_loose", "session_end", "event_known", "attention_count",
	"archived", "archived_counts", "bulk_list", "published_list",
	"feedback_open", "feedback_counts" /* division by division, like `divisions` */ };

static int faults, scans;
static bool loud;

static bool
is_exempt(const char *name)
{
	for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
		if (strcmp(exempt[i], name) == 0)
			return true;
	return false;
}

static void
judge(const char *query, const json_t *node, bool skips)
{
	const char *type = json_string_value(json_object_get(node, "Node Type"));
	const char *table = json_string_value(json_object_get(node, "Relation Name"));
	const char *cond = json_string_value(json_object_get(node, "Index Cond"));
	const json_t *child;
	size_t i;

	if (table && (strcmp(type, "Seq Scan") == 0 || strstr(type, "Index")) && !skips) {
		/* nodes are few; what is not applied of the inbox, not decided of the petitions, has an index of
		 * its own, read whole */
		bool whole = strcmp(table, "node") == 0 || (strcmp(type, "Seq Scan") != 0 &&
		    ((strncmp(table, "inbox", 5) == 0 && strstr(query, "inbox")) ||
		    (strncmp(table, "petition", 8) == 0 &&
		    (strcmp(query, "petitions_owned") == 0 || strcmp(query, "claim_find_inbox") == 0))));

		scans++;
		if (!whole && (strcmp(type, "Seq Scan") == 0 || !cond)) {
			faults++;
			if (loud)
				print_message("%s: %s on %s without a condition\n", query, type, table);
		}
	}
	json_array_foreach(json_object_get(node, "Plans"), i, child)
		judge(query, child, skips);
}

static const char *
value_of(Oid type)
{
	switch (type) {
	case 16: return "true";
	case 1000: return "'{true}'";
	case 2950: return "'00000000-0000-0000-0000-000000000001'";
	case 2951: return "'{00000000-0000-0000-0000-000000000001}'";
	case 1184: return "now()";
	case 1185: return "'{2026-11-01}'";
	case 1001: return "'{\\\\x00}'";
	case 17: return "'\\x00'";
	case 25: return "'x'";
	case 1009: return "'{x}'";
	case 1005: case 1007: case 1016: return "'{1}'";
	default: return "1";
	}
}

static void
explain(struct store *s, enum query q, int month)
{
	struct error why = { 0 };
	char sql[2000], room[MONTH_NAME];
	const char *name = month_name(q, month, room);
	PGresult *r;
	json_t *plan;
	size_t n;

	if (month_prepare(s, q, month, &why) != 0)
		fail_msg("%s", why.text);
	r = PQdescribePrepared(s->c, name);
	n = (size_t)snprintf(sql, sizeof sql, "EXPLAIN (FORMAT JSON) EXECUTE %s", name);
	for (int i = 0; i < PQnparams(r); i++)
		n += (size_t)snprintf(sql + n, sizeof sql - n, "%c%s", i ? ',' : '(', value_of(PQparamtype(r, i)));
	if (PQnparams(r) > 0)
		snprintf(sql + n, sizeof sql - n, ")");
	PQclear(r);
	r = PQexec(s->c, sql);
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", name, PQerrorMessage(s->c));
	plan = json_loads(PQgetvalue(r, 0, 0), 0, NULL);
	PQclear(r);
	assert_non_null(plan);
	judge(name, json_object_get(json_array_get(plan, 0), "Plan"), is_exempt(query_texts[q].name));
	json_decref(plan);
}

static void
explain_some(struct store *s)
{
	int month = store_id_month_of(store_id(1, clock_now()));
	struct error why = { 0 };

	faults = scans = 0;
	/* else partitions that the made-up values rule out would not be shown */
	assert_int_equal(connection_command(s, "SET enable_partition_pruning = off", &why), 0);
	for (int q = 0; q < QUERY_COUNT; q++)
		explain(s, (enum query)q, 0);
	assert_int_equal(month_look(s, month, &why), 0);
	assert_true(month_apart(s, month));
	explain(s, QUERY_PROGRESS_STEP, month);
	explain(s, QUERY_OPERATION_SETTLE, month);
}

static void
explain_all(struct store *s)
{
	loud = true;
	explain_some(s);
	loud = false;
	print_message("%d scans of tables read\n", scans);
	assert_true(scans > 100);
	assert_int_equal(faults, 0);
}

static void
plans_on_empty_and_full_tables(void **state)
{
	struct store *early = pg_open("early"), *middle, *late;

	(void)state;
	explain_all(early);
	/* the worst: statistics that say empty, as an ANALYZE of all leaves them for the months to come */
	pg_number("ANALYZE");
	middle = pg_open("middle");
	explain_some(middle);
	pg_number("INSERT INTO application SELECT id, id % 500, NULL, now(), "
	    "md5(id::text)::uuid, 330100 + id % 9, 'n' || id, 'birth', repeat('x', 32)::bytea, '{}', 'sealed' "
	    "FROM generate_series((SELECT count(*) * 0 + ((extract(epoch FROM now()) - 1577836800)::int8 * 1000 << 22) "
	    "FROM application), (SELECT ((extract(epoch FROM now()) - 1577836800)::int8 * 1000 << 22) + 3000)) id");
	pg_number("INSERT INTO progress SELECT id, NULL, division, 1, id % 3, 1, id % 3, id % 50 = 0, repeat('x', 32)::bytea, "
	    "'i' FROM application");
	pg_number("INSERT INTO endpoint SELECT g, 'd' || g, 'c', 'u' FROM generate_series(1, 9) g");
	pg_number("INSERT INTO operation SELECT id, now(), NULL, NULL, NULL, division, i, 0, i, 1, 0, false, NULL, 'b' "
	    "FROM application, generate_series(1, 9) i");
	pg_number("INSERT INTO history SELECT id, division, 1, repeat('x', 32)::bytea, '{}' FROM application");
	pg_number("INSERT INTO once SELECT id, division, person FROM application");
	pg_number("INSERT INTO request_key SELECT id, account, division, person, repeat('x', 32)::bytea, 'a' FROM application");
	pg_number("INSERT INTO inbox SELECT id, id, now(), id % 10 > 0, division, 'd', 'k', 'b' FROM application");
	pg_number("INSERT INTO revision SELECT id, account, now(), division, 1, 's' FROM application WHERE id % 9 = 0");
	pg_number("INSERT INTO petition SELECT id, id, account, now(), division, 1, CASE WHEN id % 50 > 0 THEN 200 END, person, "
	    "repeat('x', 32)::bytea, 'b', 'a' FROM application");
	pg_number("INSERT INTO consent SELECT id, person, division, 0 FROM application");
	pg_number("INSERT INTO attention SELECT id, now(), CASE WHEN id % 50 > 0 THEN now() END, division, 0, 'd' || id % 9 "
	    "FROM application");
	pg_number("INSERT INTO overdue SELECT id, now(), CASE WHEN id % 50 > 0 THEN now() END, division, 0, 'd' || id % 9 "
	    "FROM application");
	pg_number("INSERT INTO desk SELECT id, now(), CASE WHEN id % 50 > 0 THEN now() END, division, 20000 + id % 90, 0, 1, false, "
	    "false, 'd' || id % 9 FROM application");
	pg_number("INSERT INTO inquiry SELECT id, id, 1, now(), 2, CASE WHEN id % 50 > 0 THEN now() END, division, 20000, 0, "
	    "'d' || id % 9, 'd' || id % 8, 'q', 'a' FROM application");
	pg_number("INSERT INTO conference SELECT id, id, 1, now(), 2, now(), division, 20000, 'd', 'q', 'm' FROM application");
	pg_number("INSERT INTO conference_guest SELECT id, division, 'd' || id % 9 FROM conference");
	pg_number("INSERT INTO feedback SELECT id, id, account, now(), division, 20000 + id % 90, 20000 + id % 90, 0, 1, "
	    "1 + id % 5, id % 50 = 0, '', 'birth', 'd' || id % 9, 't' FROM application");
	pg_number("INSERT INTO feedback_answer SELECT id, application, account, now(), division, 'explained', 'a' "
	    "FROM feedback WHERE id % 5 = 0");
	pg_number("INSERT INTO access (id, application, account, at, division, fields, why) "
	    "SELECT id, id, 1 + id % 500, now(), division, 'status', 'shown' FROM application");
	pg_number("INSERT INTO file SELECT id, account, now(), division, 1, id % 50 > 0, 'a' FROM application");
	pg_number("INSERT INTO file_piece SELECT id, division, 0, 'b' FROM application");
	pg_number("INSERT INTO file_use SELECT id, id, division, division FROM application");
	pg_number("INSERT INTO account SELECT g, 'n' || g, 'citizen', '', '{}', NULL, 's', false FROM generate_series(1, 500) g");
	pg_number("INSERT INTO upload SELECT id, 1 + id % 500, now() - id % 30 * interval '1 hour', division, 9, 0, person FROM application");
	pg_number("INSERT INTO draft SELECT id, 1 + id % 500, now() - id % 30 * interval '1 day', 1, 'birth', person, person, 's' "
	    "FROM application");
	pg_number("INSERT INTO draft_file SELECT id, id, division FROM application");
	pg_number("INSERT INTO token SELECT g, sha256(g::text::bytea), g FROM generate_series(1, 500) g");
	pg_number("INSERT INTO password SELECT id, now(), false, 'h' FROM account");
	pg_number("INSERT INTO totp SELECT id, now(), 1, 's' FROM account WHERE id % 9 = 0");
	pg_number("INSERT INTO session SELECT id, account, now(), now(), false FROM token");
	pg_number("INSERT INTO mandate (token, agent, person, village, basis) "
	    "SELECT id, account, md5(id::text)::uuid, 330111001001, 0 FROM token");
	pg_number("INSERT INTO handshake SELECT md5(g::text)::uuid, now() - g * interval '1 minute' FROM generate_series(1, 3000) g");
	pg_number("INSERT INTO login_attempt SELECT md5(g::text)::uuid, now() - g * interval '1 minute' FROM generate_series(1, 3000) g");
	pg_number("INSERT INTO counter SELECT 1, 330100 + g % 9, g, 0, 'birth', 'd', 'm' FROM generate_series(1, 3000) g");
	middle->planned_at = 0;
	connection_replan(middle); /* what every connection does by itself after ten seconds */
	explain_all(middle);
	pg_number("ANALYZE");
	assert_true(pg_number("SELECT count(*) FROM operation") > 20000);
	late = pg_open("late");
	explain_all(late);
	explain_all(early);
	store_close(early);
	store_close(middle);
	store_close(late);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(plans_on_empty_and_full_tables) };
	int failed;

	pg_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_stop();
	return failed;
}
