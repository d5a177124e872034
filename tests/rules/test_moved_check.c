/* The checker of moved_check.h checked: faults planted in a sound move, each found by its name. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved_moves.h"

static void
forward_after_withdrawal(struct world *w, struct effects *x)
{
	w->r->withdrawn_at = w->now;
	w->r->nodes[BETA].undo = UNDO_NONE;
	x->send[x->n_send++] = BETA;
}

static void
undo_twice(struct world *w, struct effects *x)
{
	w->r->withdrawn_at = w->now;
	w->undo_sends[ALPHA] = 2;
	x->send[x->n_send++] = ALPHA | SEND_UNDO;
}

static void
undo_under_its_dependent(struct world *w, struct effects *x)
{
	w->r->withdrawn_at = w->now;
	w->r->nodes[BETA].state = ITEM_SENT;
	x->send[x->n_send++] = ALPHA | SEND_UNDO;
}

static void
undo_undeclared(struct world *w, struct effects *x)
{
	w->r->withdrawn_at = w->now;
	x->send[x->n_send++] = GAMMA | SEND_UNDO;
}

static void
undo_unasked(struct world *w, struct effects *x)
{
	(void)x;
	w->r->nodes[ALPHA].undo = UNDO_SENT;
}

static void
round_by_itself(struct world *w, struct effects *x)
{
	(void)x;
	w->r->nodes[ALPHA].round++;
}

static void
sent_again(struct world *w, struct effects *x)
{
	(void)w;
	x->send[x->n_send++] = ALPHA;
}

static void
sent_too_early(struct world *w, struct effects *x)
{
	w->r->nodes[BETA].state = ITEM_SENT;
	w->r->nodes[BETA].round = 1;
	x->send[x->n_send++] = BETA;
}

static void
approved_on_the_old(struct world *w, struct effects *x)
{
	(void)x;
	w->r->nodes[ALPHA].state = ITEM_APPROVED;
	w->sent_with[ALPHA] = 'n';
}

static void
sent_unasked(struct world *w, struct effects *x)
{
	w->r->nodes[GAMMA].state = ITEM_SENT;
	x->send[x->n_send++] = GAMMA;
}

static void
line_lost(struct world *w, struct effects *x)
{
	(void)w;
	text_clear(&x->history);
}

static void
number_skipped(struct world *w, struct effects *x)
{
	(void)x;
	w->r->history_count++;
}

static void
line_uncounted(struct world *w, struct effects *x)
{
	(void)w;
	x->n_counts--;
}

static void
counted_twice(struct world *w, struct effects *x)
{
	(void)w;
	effects_count(x, "health", history_words[HISTORY_APPROVED], 1);
}

static void
finished_too_early(struct world *w, struct effects *x)
{
	(void)x;
	w->r->status = STATUS_FINISHED;
}

static void
withdrawn_too_early(struct world *w, struct effects *x)
{
	(void)x;
	w->r->withdrawn_at = w->now;
	w->r->nodes[ALPHA].undo = UNDO_WANTED;
	w->r->status = STATUS_WITHDRAWN;
	w->r->stopped_since = 0;
}

static void
clock_runs_on(struct world *w, struct effects *x)
{
	(void)x;
	w->r->stopped_since = 0;
}

static void
state_unheard_of(struct world *w, struct effects *x)
{
	(void)x;
	w->r->nodes[GAMMA].state = ITEM_READY;
}

static void
decision_taken_back(struct world *w, struct effects *x)
{
	(void)x;
	w->r->nodes[DELTA].state = ITEM_CORRECTION;
}

static void
everybody_forgets(struct world *w, struct effects *x)
{
	(void)x;
	w->r->nodes[ALPHA].state = ITEM_REFUSED;
	w->r->nodes[BETA].state = ITEM_BLOCKED;
	running_node(w->r, REGISTER)->state = ITEM_REFUSED;
	running_node(w->r, CONSENT)->state = ITEM_APPROVED;
	w->r->status = STATUS_IN_PROGRESS;
	w->r->stopped_since = 0;
}

static const struct { const char *name; void (*plant)(struct world *w, struct effects *x); } faults[] = {
	{ "a forward send after the withdrawal", forward_after_withdrawal },
	{ "an effect undone twice", undo_twice },
	{ "undone before what needs it", undo_under_its_dependent },
	{ "an undo that was not declared", undo_undeclared },
	{ "an undo without a withdrawal", undo_unasked },
	{ "a round without a correction", round_by_itself },
	{ "a round sent twice", sent_again },
	{ "sent before what it needs", sent_too_early },
	{ "sent before its consent and record", sent_unasked },
	{ "approved on an answer that was corrected", approved_on_the_old },
	{ "a history that is no chain", line_lost },
	{ "a gap in the history", number_skipped },
	{ "a counter that is not the history", line_uncounted },
	{ "a counter that is not the history", counted_twice },
	{ "finished before its items", finished_too_early },
	{ "withdrawn before every undo has ended", withdrawn_too_early },
	{ "a clock that runs while the applicant must act", clock_runs_on },
	{ "a state that is not listed", state_unheard_of },
	{ "a move that no item makes", decision_taken_back },
	{ "a state that nobody is to leave", everybody_forgets },
};

static void
each_planted_fault_is_found_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		static const struct move acknowledged = { ANSWER, ENDING_PENDING, ALPHA, 0, NULL };
		struct effects x;
		struct world before = first(&x), after = copy(&before);
		const char *found;

		effects_begin(&x, before.now);
		assert_true(make(&after, &acknowledged, &x));
		assert_null(broken(&before, &after, &acknowledged, &x));
		faults[i].plant(&after, &x);
		found = broken(&before, &after, &acknowledged, &x);
		assert_non_null(found);
		assert_string_equal(found, faults[i].name);
		running_free(before.r);
		moved_end(after.r, &x);
	}
}

/* A department takes its decision back: so it must be found written down, and found when it is not. */
static void
a_second_word_is_checked(void **state)
{
	static const struct move approves = { ANSWER, ENDING_APPROVED, ALPHA, 0, NULL },
		refuses = { ANSWER, ENDING_REJECTED, ALPHA, 0, NULL };
	struct effects x;
	struct world before = first(&x), after;
	struct running_item *it;

	(void)state;
	effects_begin(&x, before.now);
	assert_true(make(&before, &approves, &x));
	note_sends(&before, &x);
	after = copy(&before);
	it = running_node(after.r, ALPHA);
	effects_begin(&x, before.now);
	assert_true(make(&after, &refuses, &x));
	assert_null(broken(&before, &after, &refuses, &x));
	it->flags &= (uint8_t)~ITEM_CONFLICT;
	assert_string_equal(broken(&before, &after, &refuses, &x), "a contradiction that is not recorded");
	it->decided_at++;
	assert_string_equal(broken(&before, &after, &refuses, &x), "a second word applied");
	running_free(before.r);
	moved_end(after.r, &x);
}

/* Approved on an answer that was corrected since, then contradicted: closed once, it is closed altogether. */
static void
what_is_closed_once_is_closed(void **state)
{
	static const struct move life[] = {
		{ AGREE, 0, 0, 0, NULL }, { ANSWER, ENDING_FOUND, REGISTER, 0, "yes" },
		{ ANSWER, ENDING_CORRECTION, GAMMA, 0, NULL }, { CORRECT, 0, 0, 0, NULL },
		{ ANSWER, ENDING_APPROVED, ALPHA, 0, NULL }, { ANSWER, ENDING_REJECTED, ALPHA, 0, NULL },
		{ CLOSE, 0, ALPHA, 0, NULL },
	};
	struct effects x;
	struct world w = first(&x), before;

	(void)state;
	for (size_t i = 0; i < sizeof life / sizeof *life; i++) {
		before = copy(&w);
		effects_begin(&x, w.now);
		assert_true(make(&w, &life[i], &x));
		note_sends(&w, &x);
		assert_null(broken(&before, &w, &life[i], &x));
		running_free(before.r);
	}
	assert_int_equal(w.r->nodes[ALPHA].state, ITEM_APPROVED);
	assert_int_equal(running_close(w.r, ALPHA, &x), 2);
	moved_end(w.r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_planted_fault_is_found_by_its_name, moved_set_up),
		cmocka_unit_test_setup(a_second_word_is_checked, moved_set_up),
		cmocka_unit_test_setup(what_is_closed_once_is_closed, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
