/* Files: stored whole, found again, linked with the application that names them, swept by the clock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "pg.h"
#include "rows.h"

#define DAY_US (86400 * US_PER_SECOND)

enum { PIECE = 200000, OWNER = 4711 };

struct made { int32_t pieces; int fails_at; uint8_t bytes[PIECE]; };

static int
give_piece(void *cookie, int32_t number, struct bytes *sealed, struct error *why)
{
	struct made *m = cookie;

	if (number == m->fails_at)
		return error_set(why, ERROR_INPUT, "as asked");
	memset(m->bytes, 'a' + number, PIECE);
	*sealed = (struct bytes){ m->bytes, PIECE };
	return 0;
}

/* A file sent at `at`; its id, 0 when it was refused. */
static int64_t
put(struct store *s, int64_t at, int32_t pieces, int fails_at)
{
	static struct made m;
	struct store_file f = { .division = DIVISION, .id = store_id(7, at), .account = OWNER,
		.stored_at = at, .pieces = pieces, .about = { "about", 5 } };
	struct error why = { 0 };

	m.fails_at = fails_at;
	return store_file_put(s, &f, 0, give_piece, &m, &why) == 0 ? f.id : 0;
}

static int
note_file(void *cookie, const struct store_file *f, struct error *why)
{
	(void)why;
	*(struct store_file *)cookie = *f;
	((struct store_file *)cookie)->about.data = NULL;
	return 0;
}

/* The file as stored; id 0 when it is not there. */
static struct store_file
look(struct store *s, int64_t id)
{
	const struct store_file place = { .division = DIVISION, .id = id };
	struct store_file found = { 0 };
	struct error why = { 0 };

	assert_int_equal(store_files(s, &place, 1, note_file, &found, &why), 0);
	return found;
}

static void
a_file_is_stored_whole_or_not(void **state)
{
	struct store *s = pg_open("test");
	int64_t now = clock_now(), id = put(s, now, 3, -1);
	struct error why = { 0 };
	struct bytes piece;

	(void)state;
	assert_true(id != 0);
	assert_int_equal(look(s, id).pieces, 3);
	assert_int_equal(look(s, id).account, OWNER);
	assert_int_equal(look(s, id).stored_at, now);
	assert_false(look(s, id).used);
	assert_int_equal(store_file_piece(s, DIVISION, id, 2, &piece, &why), 1);
	assert_int_equal(piece.length, PIECE);
	assert_int_equal(((const char *)piece.data)[PIECE - 1], 'c');
	free((void *)(uintptr_t)piece.data);
	assert_int_equal(store_file_piece(s, DIVISION, id, 3, &piece, &why), 0);
	assert_int_equal(look(s, id + 1).id, 0);
	assert_int_equal(put(s, now, 3, 2), 0); /* the last piece fails: nothing of it is left */
	assert_int_equal(pg_number("SELECT count(*) FROM file"), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM file_piece"), 3);
	struct store_file late = { .division = DIVISION, .id = store_id(7, now), .account = OWNER,
		.stored_at = now, .pieces = 0, .about = { "about", 5 } };
	assert_int_equal(store_file_put(s, &late, 99, give_piece, NULL, &why), -1); /* no such token */
	assert_int_equal(why.kind, ERROR_CONFLICT);
	assert_int_equal(pg_number("SELECT count(*) FROM file"), 1);
	assert_int_equal(store_files_unused(s, OWNER, &why), 1);
	assert_int_equal(store_files_unused(s, OWNER + 1, &why), 0);
	store_close(s);
}

/* File an application that names the files; its verdict. */
static enum store_verdict
file_with(struct store *s, const int64_t *files, size_t n, int64_t *application)
{
	static struct sample x;
	struct store_file_use uses[4];
	struct store_application *rows[] = { &x.a };
	struct error why = { 0 };

	sample_make(&x, 3, OWNER);
	for (size_t i = 0; i < n; i++)
		uses[i] = (struct store_file_use){ DIVISION, files[i], x.a.division, x.a.id };
	x.a.files = uses;
	x.a.n_files = n;
	assert_int_equal(store_intake(s, 1, rows, 1, NULL, 0, &why), 0);
	*application = x.a.id;
	return x.a.verdict;
}

static int
note_use(void *cookie, const struct store_file_use *use, struct error *why)
{
	(void)why;
	assert_int_equal(use->home, DIVISION);
	*(int64_t *)cookie = use->application;
	return 0;
}

static void
who_names_a_file_keeps_it(void **state)
{
	struct store *s = pg_open("test");
	int64_t now = clock_now(), ids[] = { put(s, now, 1, -1), put(s, now, 1, -1), 12345 };
	int64_t first, second, gone, told = 0;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(file_with(s, ids, 2, &first), STORE_STORED);
	assert_true(look(s, ids[0]).used);
	assert_int_equal(store_file_uses(s, DIVISION, ids[1], note_use, &told, &why), 0);
	assert_int_equal(told, first);
	assert_int_equal(file_with(s, ids, 1, &second), STORE_STORED); /* named again by another */
	assert_int_equal(pg_number("SELECT count(*) FROM file_use"), 3);
	assert_int_equal(file_with(s, ids + 1, 2, &gone), STORE_NO_FILE); /* one is not there: nothing stands */
	assert_int_equal(pg_number("SELECT count(*) FROM file_use"), 3);
	assert_int_equal(pg_number("SELECT count(*) FROM application"), 2);
	store_close(s);
}

static void
what_nobody_names_goes_after_seven_days(void **state)
{
	struct store *s = pg_open("test");
	int64_t now = clock_now(), application;
	int64_t left = put(s, now, 2, -1), kept = put(s, now, 2, -1);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(file_with(s, &kept, 1, &application), STORE_STORED);
	assert_int_equal(store_files_sweep(s, now + 7 * DAY_US, 100, &why), 0); /* looked at just now: an hour more */
	assert_int_equal(look(s, left).id, left);
	assert_true(store_files_sweep(s, now + 7 * DAY_US + 2 * 3600 * US_PER_SECOND, 1, &why) == 1); /* some at a time */
	while (store_files_sweep(s, now + 8 * DAY_US, 100, &why) > 0)
		;
	assert_int_equal(why.kind, ERROR_NONE);
	assert_int_equal(look(s, left).id, 0);
	assert_int_equal(look(s, kept).id, kept);
	assert_int_equal(pg_number("SELECT count(*) FROM file WHERE NOT used"), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM file_piece p WHERE NOT EXISTS "
	    "(SELECT FROM file f WHERE f.division = p.division AND f.id = p.file)"), 0);
	assert_int_equal(store_files_sweep(s, now + 400 * DAY_US, 100, &why), 0);
	store_close(s);
}

/* Begun now: what there is of it. */
static struct store_upload
begun(struct store *s, uint8_t mark, int64_t at)
{
	struct store_upload u = { .division = DIVISION, .id = store_id(7, at), .account = 1, .size = 2 * PIECE };
	const uint8_t marks[16] = { mark };
	struct error why = { 0 };

	assert_int_equal(store_upload_begin(s, &u, marks, at, 2, &why), 1);
	return u;
}

static void
a_paper_grows_at_its_end_only(void **state)
{
	static uint8_t bytes[PIECE];
	const struct bytes piece = { bytes, PIECE };
	struct store *s = pg_open("test");
	int64_t now = clock_now();
	struct store_upload u, late, other = { 0 };
	struct error why = { 0 };

	(void)state;
	pg_number("INSERT INTO account (id, name, role, department, divisions, sealed) VALUES (1, 'one', 'citizen', '', '{}', 's')");
	u = begun(s, 1, now);
	late = u;
	assert_int_equal(store_upload_add(s, &u, 0, 0, &piece, PIECE, &why), 1);
	assert_int_equal(store_upload_add(s, &late, 0, 0, &piece, PIECE, &why), 0); /* it has come already */
	assert_int_equal(pg_number("SELECT count(*) FROM file_piece p JOIN upload u ON u.id = p.file"), 1);
	assert_int_equal(begun(s, 1, now + 5).had, PIECE); /* the same mark finds it again */
	assert_int_equal(begun(s, 2, now).had, 0);
	other.account = 1;
	other.division = DIVISION;
	other.size = 9;
	assert_int_equal(store_upload_begin(s, &other, (const uint8_t[16]){ 3 }, now, 2, &why), 0); /* too many */
	late.account = 2;
	assert_int_equal(store_upload(s, &late, &why), 0);
	assert_int_equal(store_upload_add(s, &late, 0, 1, &piece, 2 * PIECE, &why), 0); /* not his */
	assert_int_equal(store_upload_add(s, &u, 99, 1, &piece, 2 * PIECE, &why), -1); /* no such token */
	assert_int_equal(store_upload(s, &u, &why), 1);
	assert_int_equal(u.had, PIECE);
	store_close(s);
}

static void
what_broke_off_goes_after_a_day(void **state)
{
	struct store *s = pg_open("test");
	struct error why = { 0 };
	int64_t now = clock_now();

	(void)state;
	assert_int_equal(store_uploads_sweep(s, now + DAY_US - 60 * US_PER_SECOND, 100, &why), 0);
	assert_int_equal(store_uploads_sweep(s, now + DAY_US + 60 * US_PER_SECOND, 1, &why), 1); /* some at a time */
	assert_int_equal(store_uploads_sweep(s, now + DAY_US + 60 * US_PER_SECOND, 100, &why), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM upload"), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM file_piece p WHERE NOT EXISTS "
	    "(SELECT FROM file f WHERE f.division = p.division AND f.id = p.file)"), 0);
	store_close(s);
}

/* The application's transaction holds the file; the sweeper, at the same time, waits and leaves it. */
static void *
sweep_late(void *cookie)
{
	struct store *s = pg_open("sweeper");
	struct error why = { 0 };

	*(int64_t *)cookie = store_files_sweep(s, clock_now() + 8 * DAY_US, 100, &why);
	store_close(s);
	return NULL;
}

static void
the_sweeper_waits_for_who_names(void **state)
{
	struct store *s = pg_open("test");
	int64_t id = put(s, clock_now(), 1, -1), swept = -1;
	PGconn *c = PQconnectdb(pg.service);
	char sql[300];
	pthread_t sweeper;

	(void)state;
	snprintf(sql, sizeof sql, "BEGIN; UPDATE file SET used = true WHERE division = %d AND id = %lld",
	    DIVISION, (long long)id);
	PQclear(PQexec(c, sql));
	assert_int_equal(pthread_create(&sweeper, NULL, sweep_late, &swept), 0);
	while (pg_number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0)
		usleep(10000);
	PQclear(PQexec(c, "COMMIT"));
	pthread_join(sweeper, NULL);
	assert_int_equal(swept, 0);
	assert_int_equal(look(s, id).id, id);
	PQfinish(c);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_stored_whole_or_not),
		cmocka_unit_test(who_names_a_file_keeps_it),
		cmocka_unit_test(what_nobody_names_goes_after_seven_days),
		cmocka_unit_test(the_sweeper_waits_for_who_names),
		cmocka_unit_test(a_paper_grows_at_its_end_only),
		cmocka_unit_test(what_broke_off_goes_after_a_day),
	};
	int failed;

	pg_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_stop();
	return failed;
}
