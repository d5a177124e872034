/* A history leads to the states that are stored, whatever has happened: after every move of many
 * thousand random lives the entries so far are replayed and compared. And what cannot be is named. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "rules/moved.h"
#include "rules/replay.h"
#include "rules/saving.h"

enum { LIVES = 12000, MOVES = 28 };

static uint64_t seed;
static char difference[400];
static int differences, endings[STATUS_COUNT], undone;

static unsigned
dice(unsigned sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % sides;
}

static void
differs(void *cookie, const char *what, const char *stored, const char *told)
{
	(void)cookie;
	differences++;
	snprintf(difference, sizeof difference, "%s: stored %s, told %s", what, stored, told);
}

/* --- one random move --- */

static void
answer_something(struct running *r, struct effects *x)
{
	static const int nodes[] = { ALPHA, BETA, GAMMA, DELTA, REGISTER };
	static const enum ending_kind kinds[] = { ENDING_APPROVED, ENDING_APPROVED, ENDING_APPROVED,
		ENDING_REJECTED, ENDING_CORRECTION, ENDING_CORRECTION, ENDING_PENDING, ENDING_RETRY,
		ENDING_ATTENTION };
	static const enum ending_kind looked_up[] = { ENDING_FOUND, ENDING_FOUND, ENDING_NONE_FOUND,
		ENDING_RETRY };
	int node = nodes[dice(5)], round = running_node(r, node)->round - (dice(8) == 0);
	enum ending_kind kind = node == REGISTER ? looked_up[dice(4)] : kinds[dice(9)];

	if (running_node(r, node)->sent_at)
		moved_answer(r, node, round, kind, node == REGISTER ? dice(5) ? "yes" : "no" : NULL, x->now, x);
}

static void
answer_undo(struct running *r, struct effects *x)
{
	static const enum ending_kind kinds[] = { ENDING_CANCELLED, ENDING_CANCELLED, ENDING_REJECTED,
		ENDING_PENDING, ENDING_RETRY, ENDING_ATTENTION };
	int node = dice(2) ? ALPHA : BETA;
	struct ending e = moved_ending(kinds[dice(6)], NULL, NULL);

	if (running_node(r, node)->undo != UNDO_NONE) {
		running_settle_undo(r, node, running_node(r, node)->round, &e, 7, x);
		moved_send(r, x);
	}
	ending_free(&e);
}

static void
correct(struct running *r, struct effects *x)
{
	json_t *form = json_object(), *materials = json_object(), *errors = NULL;

	if (dice(2))
		json_object_set_new(form, "name", json_string(dice(2) ? "new" : "newer"));
	if (dice(2))
		json_object_set_new(form, "address", json_string(dice(2) ? "new" : "old"));
	if (dice(2))
		json_object_set_new(materials, "paper", a_file());
	running_correct(r, form, materials, "en", &errors, x);
	moved_send(r, x);
	json_decref(form);
	json_decref(materials);
	json_decref(errors);
}

static void
say_something(struct running *r, struct effects *x)
{
	static const char *const words[] = { "inquired", "answered", "conferred", "concluded", "rated", "complained",
		"replied" };
	const struct running_note note = { .what = words[dice(7)], .item = (int)dice(5) - 1, .department = "tax",
		.by = "department" };

	assert_int_equal(running_note(r, &note, x), 0);
}

static void
move(struct running *r, struct effects *x)
{
	unsigned what = dice(20);

	effects_begin(x, x->now + (dice(6) ? US_PER_SECOND : (int64_t)dice(4) * 86400 * US_PER_SECOND));
	if (what < 11) {
		answer_something(r, x);
	} else if (what < 14) {
		answer_undo(r, x);
	} else if (what < 16) {
		correct(r, x);
	} else if (what < 17) {
		say_something(r, x);
	} else if (what < 18 && dice(3) == 0) {
		running_withdraw(r, NULL, x);
		moved_send(r, x);
	} else if (what < 19) {
		running_sign(r, 0, dice(4) != 0, x);
		moved_send(r, x);
	} else {
		running_clock(r, x);
		moved_send(r, x);
	}
}

/* --- its history --- */

static const char *
read_on(struct replay *p, const struct effects *x)
{
	const char *at = x->history.data, *end = at + x->history.length;
	const char *wrong = NULL;

	while (at && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct replay_entry e;
		const char *said;

		assert_non_null(stop);
		assert_true(replay_read(at, (size_t)(stop - at), &e));
		said = replay_entry(p, &e);
		if (said && !wrong)
			wrong = said;
		at = stop + 1;
	}
	return wrong;
}

static void
check(struct replay *p, const struct running *r, const struct effects *x, int life, int moves)
{
	const char *wrong = read_on(p, x);

	differences = 0;
	replay_compare(p, r, differs, NULL);
	if (wrong || differences)
		print_error("life %d, move %d: %s\n%s\n", life, moves, wrong ? wrong : difference,
		    x->history.length ? x->history.data : "");
	assert_null(wrong);
	assert_int_equal(differences, 0);
	assert_int_equal(p->entries, r->history_count);
}

/* What it spared comes to the same from the history alone. */
static void
check_saving(const struct replay *p, const struct running *r)
{
	json_t *told = saving_measured(p->r), *stored = saving_measured(r);

	if (!json_equal(told, stored)) {
		json_dumpf(stored, stderr, 0);
		json_dumpf(told, stderr, 0);
	}
	assert_true(json_equal(told, stored));
	json_decref(told);
	json_decref(stored);
}

static void
live(struct replay *p, int life)
{
	struct effects *x = calloc(1, sizeof *x);
	struct running *r = moved_begin(x);

	assert_int_equal(replay_begin(p, &moved, &r->plan), 0);
	check(p, r, x, life, 0);
	for (int i = 1; i <= MOVES; i++) {
		move(r, x);
		check(p, r, x, life, i);
	}
	check_saving(p, r);
	endings[r->status]++;
	undone += r->nodes[ALPHA].undo == UNDO_DONE;
	moved_end(r, x);
	free(x);
}

static void
every_history_leads_to_what_is_stored(void **state)
{
	struct replay *p = calloc(1, sizeof *p);

	(void)state;
	seed = 20261123;
	for (int i = 0; i < LIVES; i++)
		live(p, i);
	print_message("%d lives: %d finished, %d withdrawn, %d undone\n", LIVES, endings[STATUS_FINISHED],
	    endings[STATUS_WITHDRAWN], undone);
	assert_true(endings[STATUS_FINISHED] > LIVES / 20 && endings[STATUS_WITHDRAWN] > LIVES / 20);
	assert_true(undone > LIVES / 40);
	replay_free(p);
	free(p);
}

/* --- what cannot be --- */

static const char *
said_of(struct replay *p, const char *line)
{
	struct replay_entry e;
	char text[300], *at;

	snprintf(text, sizeof text, "%s", line);
	for (at = text; *at; at++)
		if (*at == '\'')
			*at = '"';
	if (!replay_read(text, strlen(text), &e))
		return "does not read";
	return replay_entry(p, &e);
}

#define AT "{'at':'2026-11-20T09:30:00.123+08:00',"

static void
what_cannot_be_is_named(void **state)
{
	static const char *const lines[] = {
		AT "'seq':1,'what':'finished'}", AT "'item':'alpha','round':1,'seq':3,'what':'sent'}",
		AT "'item':'omega','round':1,'seq':3,'what':'sent'}", AT "'item':'alpha','seq':4,'what':'eaten'}",
		AT "'item':'beta','round':1,'seq':5,'what':'approved'}", AT "'item':'alpha','round':1,'seq':6,'what':'sent'}",
		AT "'item':'alpha','round':1,'seq':7,'what':'sent'}", AT "'item':'gamma','round':1,'seq':8,'what':'sent'}",
		AT "'item':'material:paper','seq':9,'what':'approved'}", AT "'item':'sign:consent','seq':10,'what':'fetched'}",
		AT "'seq':11,'what':'approved'}", AT "'seq':12,'what':'accepted'}" };
	static const char *const said[] = { "before it was accepted", "missing", "its event has not",
		"no word", "never sent", NULL, "twice", "does not run", "of an item", "record or consent", "no item",
		"more than once" };
	struct replay *p = calloc(1, sizeof *p);
	struct plan plan = { .n_items = MOVED_ITEMS, .n_materials = 1, .runs = 1 << ALPHA | 1 << BETA };

	(void)state;
	assert_int_equal(replay_begin(p, &moved, &plan), 0);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *wrong = said_of(p, lines[i]);

		if (said[i] ? !wrong || !strstr(wrong, said[i]) : wrong != NULL)
			fail_msg("%s: %s", lines[i], wrong ? wrong : "nothing");
		if (i == 1)
			p->entries = 2;
	}
	replay_free(p);
	free(p);
}

static void
lines_are_read_strictly(void **state)
{
	static const char *const bad[] = { "", "{", "{}", AT "'seq':1}", AT "'seq':1,'what':'sent'",
		AT "'seq':1,'what':'sent'}}", AT "'seq':-1,'what':'sent'}", AT "'seq':1.5,'what':'sent'}",
		AT "'seq':1,'what':'se\\\\nt'}", "{'at':'2026-11-20','seq':1,'what':'sent'}",
		AT " 'seq':1,'what':'sent'}", AT "'seq':99999999999,'what':'sent'}" };
	struct replay *p = calloc(1, sizeof *p);
	struct plan plan = { .n_items = MOVED_ITEMS, .n_materials = 1, .runs = 1 };

	(void)state;
	assert_int_equal(replay_begin(p, &moved, &plan), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_string_equal(said_of(p, bad[i]) ? "does not read" : "read", "does not read");
	assert_int_equal(p->entries, 0);
	replay_free(p);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_history_leads_to_what_is_stored, moved_set_up),
		cmocka_unit_test_setup(what_cannot_be_is_named, moved_set_up),
		cmocka_unit_test_setup(lines_are_read_strictly, moved_set_up),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	json_decref(moved_yes.value);
	return failed;
}
