/* Drafts: one a place, revision after revision, ended by filing or by the clock, with their papers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg.h"
#include "rows.h"

#define DAY_US (86400 * US_PER_SECOND)

enum { WRITER = 4712, OTHER = 4713 };

static const uint8_t himself[16];
static struct store *s;

static struct store_draft
draft(int64_t account, const char *event, int64_t at)
{
	struct store_draft d = { .id = store_id(7, at), .account = account, .revision = 1, .changed_at = at,
		.sealed = { "sealed", 6 } };

	snprintf(d.event, sizeof d.event, "%s", event);
	digest_random(d.key_hash, sizeof d.key_hash);
	return d;
}

static int
put(const struct store_draft *d, const int64_t *files, size_t n)
{
	struct store_file named[4] = { { .division = 0 } };
	struct error why = { 0 };

	for (size_t i = 0; i < n; i++)
		named[i] = (struct store_file){ .division = DIVISION, .id = files[i] };
	return store_draft_put(s, d, named, n, 0, &why);
}

static int
there(int64_t account, const char *event, struct store_draft *d)
{
	struct error why = { 0 };
	int found;

	memset(d, 0, sizeof *d);
	found = store_draft(s, account, event, himself, d, &why);

	free((void *)(uintptr_t)d->sealed.data);
	d->sealed.data = NULL;
	return found;
}

static int
no_piece(void *cookie, int32_t number, struct bytes *sealed, struct error *why)
{
	(void)cookie;
	(void)number;
	(void)why;
	*sealed = (struct bytes){ "piece", 5 };
	return 0;
}

static int64_t
file(int64_t account, int64_t at)
{
	struct store_file f = { .division = DIVISION, .id = store_id(7, at), .account = account, .stored_at = at,
		.pieces = 1, .about = { "about", 5 } };
	struct error why = { 0 };

	assert_int_equal(store_file_put(s, &f, 0, no_piece, NULL, &why), 0);
	return f.id;
}

static void
one_place_has_one_draft_and_one_next_revision(void **state)
{
	int64_t now = clock_now();
	struct store_draft first = draft(WRITER, "birth", now), second = draft(WRITER, "birth", now), found;

	(void)state;
	assert_int_equal(put(&first, NULL, 0), 1);
	assert_int_equal(put(&second, NULL, 0), 0); /* there is one */
	first.revision = 3;
	assert_int_equal(put(&first, NULL, 0), 0); /* 2 was never made */
	first.revision = 2;
	first.changed_at = now + 5;
	assert_int_equal(put(&first, NULL, 0), 1);
	assert_int_equal(put(&first, NULL, 0), 0);
	assert_int_equal(there(WRITER, "birth", &found), 1);
	assert_int_equal(found.revision, 2);
	assert_int_equal(found.changed_at, now + 5);
	assert_int_equal(found.id, first.id);
	assert_int_equal(there(OTHER, "birth", &found), 0);
	assert_int_equal(there(WRITER, "marriage", &found), 0);
}

static void
filing_under_its_key_ends_it_if_it_is_the_same_persons(void **state)
{
	static struct sample x;
	struct store_application *rows[] = { &x.a };
	struct store_draft d = draft(WRITER, "marriage", clock_now()), found;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(put(&d, NULL, 0), 1);
	for (int i = 0; i < 3; i++) { /* another's; not said to be a draft's key; the writer's */
		sample_make(&x, 3, i == 0 ? OTHER : WRITER);
		x.a.drafted = i != 1;
		if (i != 1)
			memcpy(x.a.key_hash, d.key_hash, sizeof d.key_hash);
		assert_int_equal(store_intake(s, 1, rows, 1, NULL, 0, &why), 0);
		assert_int_equal(x.a.verdict, STORE_STORED);
		assert_int_equal(there(WRITER, "marriage", &found), i < 2);
	}
}

static void
its_papers_stay_as_long_as_it_does(void **state)
{
	int64_t now = clock_now(), week = now + 7 * DAY_US + 2 * 3600 * US_PER_SECOND;
	int64_t files[] = { file(WRITER, now), file(WRITER, now), file(OTHER, now) };
	struct store_draft d = draft(WRITER, "birth2", now);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(put(&d, files, 3), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM draft_file"), 2); /* another's is not its own */
	d.revision = 2;
	assert_int_equal(put(&d, files, 1), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM draft_file"), 1);
	d.revision = 3;
	d.changed_at = week; /* what it no longer named is too old to be named again: the sweeper may be at it */
	assert_int_equal(put(&d, files, 2), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM draft_file"), 1);
	assert_int_equal(store_files_sweep(s, week, 100, &why), 2);
	assert_int_equal(store_files_sweep(s, week, 100, &why), 0);
	assert_int_equal(pg_number("SELECT count(*) FROM file"), 1);
	assert_int_equal(store_draft_delete(s, WRITER, "birth2", himself, 0, &why), 1);
	assert_int_equal(store_draft_delete(s, WRITER, "birth2", himself, 0, &why), 0);
	assert_int_equal(store_files_sweep(s, week, 100, &why), 1);
}

static void
thirty_days_without_a_change_end_it(void **state)
{
	int64_t now = clock_now() + 100 * DAY_US;
	struct store_draft old = draft(WRITER, "old", now - 30 * DAY_US - 1), young = draft(WRITER, "young", now - 30 * DAY_US), d;
	struct error why = { 0 };

	(void)state;
	while (store_drafts_sweep(s, now - 31 * DAY_US, 100, &why) > 0)
		;
	assert_int_equal(put(&old, NULL, 0), 1);
	assert_int_equal(put(&young, NULL, 0), 1);
	assert_int_equal(store_drafts_sweep(s, now, 1, &why), 1);
	assert_int_equal(store_drafts_sweep(s, now, 1, &why), 0);
	assert_int_equal(there(WRITER, "old", &d), 0);
	assert_int_equal(there(WRITER, "young", &d), 1);
	assert_int_equal(store_drafts_sweep(s, now + 1, 100, &why), 1);
}

static void
without_a_token_in_force_nothing_happens(void **state)
{
	struct store_draft d = draft(WRITER, "stranger", clock_now());
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_draft_put(s, &d, NULL, 0, 99, &why), -1);
	assert_int_equal(why.kind, ERROR_CONFLICT);
	assert_int_equal(put(&d, NULL, 0), 1);
	error_clear(&why);
	assert_int_equal(store_draft_delete(s, WRITER, "stranger", himself, 99, &why), -1);
	assert_int_equal(why.kind, ERROR_CONFLICT);
	assert_int_equal(store_draft_delete(s, WRITER, "stranger", himself, 0, &why), 1);
}

static void
person(int64_t id, const char *name)
{
	struct store_account a = { .id = id, .role = "citizen", .sealed = { "s", 1 } };
	struct error why = { 0 };

	snprintf(a.name, sizeof a.name, "%s", name);
	assert_int_equal(store_account_put(s, &a, NULL, &why), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_place_has_one_draft_and_one_next_revision),
		cmocka_unit_test(filing_under_its_key_ends_it_if_it_is_the_same_persons),
		cmocka_unit_test(its_papers_stay_as_long_as_it_does),
		cmocka_unit_test(thirty_days_without_a_change_end_it),
		cmocka_unit_test(without_a_token_in_force_nothing_happens),
	};
	int failed;

	pg_start();
	s = pg_open("test");
	person(WRITER, "writer");
	person(OTHER, "other");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
