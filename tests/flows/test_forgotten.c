/* What the engine forgets for want of memory it finds again by itself: each allocation, ours and libpq's, in turn finds none,
 * once or from then on for a while, as an application is handed over, found in the store, claimed from a life that has
 * ended, told an answer, or asked for something. When there is memory again, and time has passed, it is whole: in memory,
 * with each of its open calls and its clock; the answer is applied, the petition decided. Of the allocations SHARE of each
 * are met; YJS_EACH=1 meets every one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "declared/reader.h"
#include "flows/scene.h"
#include "memory/library.h"
#include "memory/scarce.h"

enum { SHARE = 15 };
#define LASTING_US (US_PER_SECOND / 20)
#define PATIENCE_US (60 * US_PER_SECOND)

struct deed {
	const char *name;
	bool handed;                      /* it is in memory before, with its calls */
	void (*prepare)(struct filed *f); /* what is committed before memory runs out */
	void (*attempt)(struct filed *f); /* while it does */
	bool (*is_done)(const struct filed *f);
};

static char body[] = "{\"state\":\"approved\",\"result_id\":\"R-1\",\"outputs\":{}}";
static char key[OPERATION_KEY_SIZE];
static struct store_inbox told;
static struct petition *asked, *handed;

/* --- what is looked for in the end --- */

static bool
has_its_calls(const struct engaged *owner)
{
	for (int node = 0; node < SIGN_NODE; node++)
		if (running_has(owner->r->event, node) && running_is_open(owner->r, node) &&
		    !*engaged_slot((struct engaged *)(uintptr_t)owner, node, false))
			return false;
	return true;
}

static bool
is_whole(const struct filed *f)
{
	const struct engaged *owner = engagements_find(&scene.e->running, f->id);

	return owner && has_its_calls(owner) && (owner->clock.place >= 0) == (running_next_clock(owner->r) != 0);
}

static long
number_of(const char *what, int64_t id)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s AND id = %lld", what, (long long)id);
	return pg_number(sql);
}

static bool
is_applied(const struct filed *f)
{
	return is_whole(f) && number_of("inbox WHERE applied", told.id) == 1;
}

/* A withdrawn one has ended and is let go, or waits for its undos. */
static bool
is_decided(const struct filed *f)
{
	(void)f;
	return number_of("petition WHERE status = 200", asked->id) == 1;
}

/* --- what is done --- */

static void
hand_over(struct filed *f)
{
	scene_adopt(f);
}

static void
forget(struct filed *f)
{
	(void)f;
	engine_forgot(scene.e);
}

/* No place is left among the timers, none for what is to be loaded again. */
static void
fill_places(struct filed *f)
{
	struct engine *e = scene.e;

	(void)f;
	e->timers.room = e->timers.n;
	assert_int_equal(e->n_lost, 0);
	free(e->lost);
	e->lost = NULL;
	e->room_lost = 0;
}

/* It is of a life that has ended. */
static void
leave_behind(struct filed *f)
{
	char sql[300];

	fill_places(f);
	snprintf(sql, sizeof sql, "INSERT INTO node (incarnation, name, slot, ended_at) VALUES (0, 'gone', 9, now()) ON CONFLICT DO NOTHING; "
	    "UPDATE progress SET node = 0 WHERE division = %d AND id = %lld RETURNING 1", (int)f->division, (long long)f->id);
	assert_int_equal(pg_number(sql), 1);
}

static void
look(struct filed *f)
{
	(void)f;
	engine_look(scene.e);
}

static void
store_answer(struct filed *f)
{
	struct store_inbox *row = &told;
	struct error why = { 0 };

	case_key(f->r, f->ops[0].node, 1, false, key);
	told = (struct store_inbox){ .division = f->division, .id = store_id(scene.n.slot, node_now(&scene.n)), .application = f->id,
		.key = key, .department = f->ops[0].department_id, .arrived_at = node_now(&scene.n) };
	told.body = scene_seal("inbox", "body", told.id, 0, body, strlen(body));
	assert_int_equal(store_intake(scene.s, scene.n.incarnation, NULL, 0, &row, 1, &why), 0);
	free((void *)(uintptr_t)told.body.data);
}

static void
tell_answer(struct filed *f)
{
	engine_callback(scene.e, f->division, told.id, key, body, strlen(body));
}

/* As if it had been asked of another node: of ours it is looked for only when it is a second old. */
static void
store_petition(struct filed *f)
{
	struct store_case c = { .division = f->division, .id = f->id };
	struct store_petition row = { .division = f->division, .application = f->id, .account = 1, .account_division = f->division };
	struct error why = { 0 };
	struct text sealed;

	text_init(&sealed, 1 << 16);
	petition_free(asked);
	asked = petition_new(&scene.n, &c, 1, PETITION_WITHDRAWAL, json_pack("{s:s, s:s}", "language", "zh-CN", "reason", "r"));
	handed = calloc(1, sizeof *handed);
	*handed = *asked;
	handed->body = json_deep_copy(asked->body);
	assert_int_equal(petition_seal(&scene.n, asked, &sealed, &why), 0);
	row.id = asked->id;
	row.body = (struct bytes){ sealed.data, sealed.length };
	memcpy(row.key_hash, &asked->id, sizeof asked->id);
	assert_int_equal(store_petition_put(scene.s, scene.n.incarnation + 1, &row, &why), 0);
	assert_int_equal(row.verdict, STORE_STORED);
	text_free(&sealed);
}

static void
hand_petition(struct filed *f)
{
	(void)f;
	engine_petition_take(scene.e, handed, NULL);
}

static const struct deed deeds[] = {
	{ "it is handed over", false, fill_places, hand_over, is_whole },
	{ "it is found", false, fill_places, forget, is_whole },
	{ "it is claimed", false, leave_behind, look, is_whole },
	{ "a department answers it", true, store_answer, tell_answer, is_applied },
	{ "a department answers one that is not in memory", false, store_answer, tell_answer, is_applied },
	{ "it is withdrawn", true, store_petition, hand_petition, is_decided },
	{ "one that is not in memory is withdrawn", false, store_petition, hand_petition, is_decided },
};

/* --- each allocation in turn --- */

static void
turn_some(int n)
{
	for (int i = 0; i < n; i++)
		scene_turn();
}

/* From here on only time passes; a connection that was lost may take some of it to come again. */
static void
settle(const struct deed *d, const struct filed *f, long fail_at, bool lasting)
{
	int64_t until = clock_monotonic() + PATIENCE_US;

	while ((!d->is_done(f) || lanes_lost(scene.e)) && clock_monotonic() < until)
		scene_turn();
	if (!d->is_done(f))
		fail_msg("%s: allocation %ld failed%s: it was forgotten for good", d->name, fail_at, lasting ? ", and all after it" : "");
}

/* How many allocations there were. */
static long
without(const struct deed *d, long fail_at, bool lasting)
{
	struct filed f = scene_file();
	long asked_for;

	assert_true(running_next_clock(f.r) != 0);
	d->prepare(&f);
	if (d->handed) {
		scene_adopt(&f);
		turn_some(2);
	}
	scarce_lasts_us = lasting ? LASTING_US : 0;
	scarce_begin(fail_at);
	d->attempt(&f);
	turn_some(4);
	asked_for = scarce_end();
	settle(d, &f, fail_at, lasting);
	scene_unfile(&f);
	return asked_for;
}

static void
try_each(const struct deed *d)
{
	long n = without(d, 0, false), step = getenv("YJS_EACH") ? 1 : n / SHARE + 1;

	assert_true(n > 2);
	for (int lasting = 0; lasting < 2; lasting++)
		for (long at = 1; at <= n + step; at += step)
			without(d, at, lasting);
	print_message("%s: %ld allocations\n", d->name, n);
}

static void
what_is_forgotten_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
		try_each(&deeds[i]);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_forgotten_is_found) };
	char sources[PATH_MAX];
	int failed;

	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	scarce_shows = getenv("YJS_SHOW") != NULL;
	memory_watch_json();
	if (!getcwd(sources, sizeof sources))
		return 99;
	scene_start(sources, "marriage");
	if (library_scarce("libpq.so.5") < 4)
		pg_fail("library_scarce", "libpq's calls for memory are not found");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	petition_free(asked);
	scene_stop();
	return failed;
}
