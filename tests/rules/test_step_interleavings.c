/* Every order in which six things can happen to an application: answers of every kind to every call,
 * late ones too, clerks who decide and close, corrections, withdrawal, undos, a consent, a record, time.
 * After each move everything that must hold is checked (moved_check.h); what is alike is gone on with once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved_moves.h"
#include "seal/digest.h"

enum { DEPTH = 6, BUCKETS = 1 << 20, LIMIT = 1 << 19 };

static const struct move moves[] = {
	{ ANSWER, ENDING_APPROVED, ALPHA, 0, NULL }, { ANSWER, ENDING_REJECTED, ALPHA, 0, NULL },
	{ ANSWER, ENDING_CORRECTION, ALPHA, 0, NULL }, { ANSWER, ENDING_PENDING, ALPHA, 0, NULL },
	{ ANSWER, ENDING_NOT_RECEIVED, ALPHA, 0, NULL }, { ANSWER, ENDING_RETRY, ALPHA, 0, NULL }, { ANSWER, ENDING_ATTENTION, ALPHA, 0, NULL },
	{ LATE_ANSWER, ENDING_APPROVED, ALPHA, -1, NULL }, { LATE_ANSWER, ENDING_REJECTED, ALPHA, -1, NULL },
	{ ANSWER, ENDING_APPROVED, BETA, 0, NULL }, { ANSWER, ENDING_REJECTED, BETA, 0, NULL },
	{ ANSWER, ENDING_CORRECTION, BETA, 0, NULL }, { ANSWER, ENDING_PENDING, BETA, 0, NULL },
	{ ANSWER, ENDING_APPROVED, GAMMA, 0, NULL }, { ANSWER, ENDING_REJECTED, GAMMA, 0, NULL },
	{ ANSWER, ENDING_CORRECTION, GAMMA, 0, NULL }, { ANSWER, ENDING_PENDING, GAMMA, 0, NULL },
	{ ANSWER, ENDING_RETRY, GAMMA, 0, NULL }, { LATE_ANSWER, ENDING_APPROVED, GAMMA, -1, NULL },
	{ ANSWER, ENDING_PENDING, DELTA, 0, NULL }, { ANSWER, ENDING_REJECTED, DELTA, 0, NULL },
	{ ANSWER, ENDING_FOUND, REGISTER, 0, "yes" }, { ANSWER, ENDING_FOUND, REGISTER, 0, "no" },
	{ ANSWER, ENDING_NONE_FOUND, REGISTER, 0, NULL }, { ANSWER, ENDING_RETRY, REGISTER, 0, NULL },
	{ LATE_ANSWER, ENDING_FOUND, REGISTER, -1, "no" },
	{ UNDO_ANSWER, ENDING_CANCELLED, ALPHA, 0, NULL }, { UNDO_ANSWER, ENDING_REJECTED, ALPHA, 0, NULL },
	{ UNDO_ANSWER, ENDING_PENDING, ALPHA, 0, NULL }, { UNDO_ANSWER, ENDING_RETRY, ALPHA, 0, NULL },
	{ UNDO_ANSWER, ENDING_CANCELLED, BETA, 0, NULL }, { UNDO_ANSWER, ENDING_REJECTED, BETA, 0, NULL },
	{ UNDO_ANSWER, ENDING_ATTENTION, BETA, 0, NULL },
	{ DECIDE, ENDING_APPROVED, ALPHA, 0, NULL }, { DECIDE, ENDING_REJECTED, ALPHA, 0, NULL },
	{ DECIDE, ENDING_APPROVED, GAMMA, 0, NULL }, { DECIDE, ENDING_REJECTED, GAMMA, 0, NULL },
	{ DECIDE, ENDING_CORRECTION, GAMMA, 0, NULL }, { DECIDE, ENDING_APPROVED, GAMMA, -1, NULL },
	{ DECIDE_UNDO, ENDING_CANCELLED, ALPHA, 0, NULL }, { DECIDE_UNDO, ENDING_REJECTED, ALPHA, 0, NULL },
	{ DECIDE_UNDO, ENDING_CANCELLED, BETA, 0, NULL }, { DECIDE_UNDO, ENDING_REJECTED, BETA, 0, NULL },
	{ CLOSE, 0, ALPHA, 0, NULL }, { CLOSE, 0, BETA, 0, NULL }, { CLOSE, 0, GAMMA, 0, NULL },
	{ CORRECT, 0, 0, 0, NULL }, { PAPERS, 0, 0, 0, NULL }, { WITHDRAW, 0, 0, 0, NULL },
	{ AGREE, 0, 0, 0, NULL }, { DECLINE, 0, 0, 0, NULL }, { CLOCK, 0, 0, 0, NULL },
};

/* --- worlds that are alike --- */

/* Two worlds of one key go on alike. */
static void
key_of(const struct world *w, uint8_t key[32])
{
	struct text t;
	char *form = json_canonical_string(w->r->form), *records = json_object_size(w->r->records)
	    ? json_canonical_string(w->r->records) : NULL;

	text_init(&t, 1 << 16);
	assert_int_equal(running_pack(w->r, &t), 0);
	text_put(&t, &w->now, sizeof w->now);
	text_put(&t, w->undo_sends, sizeof w->undo_sends);
	text_put(&t, w->sent_round, sizeof w->sent_round);
	text_put(&t, w->sent_with, sizeof w->sent_with);
	for (int i = 0; i < MOVED_ITEMS + 3; i++) {
		const struct running_item *it = &w->r->nodes[i];
		int64_t rest[] = { it->attempts > 1, it->sent_at, it->acknowledged_at, it->decided_at,
			it->silent_since, it->undoing.silent_since, it->undoing.attempts > 0,
			it->undo_reason != NULL };

		text_put(&t, rest, sizeof rest);
	}
	text_puts(&t, form);
	text_puts(&t, records ? records : "-");
	assert_false(t.failed);
	digest_sha256(t.data, t.length, key);
	text_free(&t);
	free(form);
	free(records);
}

/* A department speaks only of what it was sent. */
static bool
was_sent(const struct world *w, const struct move *m)
{
	int round = running_node(w->r, m->node)->round + m->round;

	return round > 0 && w->sent_round[m->node] >= round;
}

static bool
may_happen(const struct world *w, const struct move *m)
{
	return m->what == ANSWER || m->what == LATE_ANSWER ? was_sent(w, m) : m->what == UNDO_ANSWER ? w->undo_sends[m->node] > 0 :
	    m->what != CLOCK || running_next_clock(w->r) != 0;
}

/* Stored and loaded again it is the same: nothing is only in memory. */
static void
check_reload(const struct world *w)
{
	struct world again = *w;
	struct text packed;
	struct error why = { 0 };
	uint8_t before[32], after[32];

	again.r = running_new(&moved);
	again.r->plan = w->r->plan;
	again.r->submitted_at = w->r->submitted_at;
	text_init(&packed, 4096);
	assert_int_equal(running_pack(w->r, &packed), 0);
	assert_int_equal(running_unpack(again.r, packed.data, packed.length, &why), 0);
	text_free(&packed);
	again.r->form = json_incref(w->r->form);
	for (int n = 0; n < NODES_END; n++) {
		struct running_item *it, *was;
		json_t *outcome;

		if (!running_has(&moved, n) || n >= SIGN_NODE)
			continue;
		it = running_node(again.r, n);
		was = running_node(w->r, n);
		if (!was->sent_at) { /* no operation of this round: nothing is stored of it */
			assert_true(!was->reason && !was->receipt && !was->fields);
			it->decided_at = was->decided_at;
			continue;
		}
		it->attempts = was->attempts;
		it->sent_at = was->sent_at;
		it->acknowledged_at = was->acknowledged_at;
		it->decided_at = was->decided_at;
		it->undoing.attempts = was->undoing.attempts;
		for (int undo = 0; undo <= SEND_UNDO; undo += SEND_UNDO) {
			outcome = running_outcome(w->r, n | undo);
			assert_int_equal(running_outcome_load(again.r, n | undo, outcome), 0);
			json_decref(outcome);
		}
	}
	running_node(again.r, CONSENT)->decided_at = running_node(w->r, CONSENT)->decided_at;
	key_of(w, before);
	key_of(&again, after);
	assert_memory_equal(before, after, 32);
	running_free(again.r);
}

/* --- all of them --- */

struct seen { uint8_t (*keys)[32]; uint32_t *bucket; struct world *worlds; size_t n; };

/* True when it was not there. */
static bool
see(struct seen *seen, const struct world *w, size_t n)
{
	uint8_t key[32];
	uint32_t at;

	key_of(w, key);
	memcpy(&at, key, sizeof at);
	for (at %= BUCKETS; seen->bucket[at]; at = (at + 1) % BUCKETS)
		if (memcmp(seen->keys[seen->bucket[at] - 1], key, 32) == 0)
			return false;
	assert_true(n < LIMIT);
	memcpy(seen->keys[n], key, 32);
	seen->bucket[at] = (uint32_t)n + 1;
	return true;
}

static void
tell_failure(const struct world *before, const struct world *after, const struct move *m, const char *wrong)
{
	fprintf(stderr, "%s: after what %d kind %d node %d round %d\n", wrong, m->what, m->kind, m->node,
	    m->round);
	for (int i = 0; i < MOVED_ITEMS; i++)
		fprintf(stderr, "  %s: %s undo %d -> %s undo %d\n", moved_items[i].id,
		    item_state_names[before->r->nodes[i].state], before->r->nodes[i].undo,
		    item_state_names[after->r->nodes[i].state], after->r->nodes[i].undo);
	fprintf(stderr, "  %s -> %s\n", application_status_names[before->r->status],
	    application_status_names[after->r->status]);
}

/* Every move from one world; the new worlds are kept. False: no move leads out of it. */
static bool
go_on(struct seen *seen, size_t from, bool keep, struct effects *x, size_t *made)
{
	bool left = false;

	for (size_t k = 0; k < sizeof moves / sizeof *moves; k++) {
		const char *wrong;
		struct world w;

		if (!may_happen(&seen->worlds[from], &moves[k]))
			continue;
		w = copy(&seen->worlds[from]);
		effects_begin(x, w.now);
		if (make(&w, &moves[k], x)) {
			note_sends(&w, x);
			++*made;
			left = true;
			wrong = broken(&seen->worlds[from], &w, &moves[k], x);
			if (wrong)
				tell_failure(&seen->worlds[from], &w, &moves[k], wrong);
			assert_null(wrong);
			if (keep && see(seen, &w, seen->n)) {
				check_reload(&w);
				seen->worlds[seen->n++] = w;
				continue;
			}
		} else {
			assert_int_equal(x->history.length, 0);
			assert_int_equal(x->n_send, 0);
			assert_true(stands_as_before(&seen->worlds[from], &w));
			assert_null(broken_move(&seen->worlds[from], &w, &moves[k], x));
		}
		running_free(w.r);
	}
	return left;
}

static void
every_interleaving_of_six_moves_ends_in_a_listed_state(void **state)
{
	struct seen seen = { malloc(LIMIT * 32), calloc(BUCKETS, 4), malloc(LIMIT * sizeof(struct world)), 1 };
	struct effects x;
	size_t made = 0, begin = 0;

	(void)state;
	seen.worlds[0] = first(&x);
	assert_true(see(&seen, &seen.worlds[0], 0));
	for (int depth = 1; depth <= DEPTH; depth++) {
		size_t end = seen.n;

		for (size_t i = begin; i < end; i++) {
			bool left = go_on(&seen, i, depth < DEPTH, &x, &made);

			assert_true(left || seen.worlds[i].r->status >= STATUS_FINISHED);
		}
		begin = end;
	}
	print_message("%zu states, %zu moves\n", seen.n, made);
	for (size_t i = 0; i < seen.n; i++)
		running_free(seen.worlds[i].r);
	free(seen.keys);
	free(seen.bucket);
	free(seen.worlds);
	effects_free(&x);
}

/* Longer lives than six moves, drawn by seed. */
static void
long_lives_hold_as_well(void **state)
{
	enum { LIVES = 400, MOVES = 60 };
	uint32_t drawn = 20261118;
	struct effects x;

	(void)state;
	for (int life = 0; life < LIVES; life++) {
		struct world w = first(&x);

		for (int i = 0; i < MOVES; i++) {
			const struct move *m;
			struct world before;
			const char *wrong = NULL;

			drawn = drawn * 1664525 + 1013904223;
			m = &moves[(drawn >> 16) % (sizeof moves / sizeof *moves)];
			if (!may_happen(&w, m) || (m->what == WITHDRAW && i < MOVES / 3))
				continue;
			before = copy(&w);
			effects_begin(&x, w.now);
			if (make(&w, m, &x)) {
				note_sends(&w, &x);
				wrong = broken(&before, &w, m, &x);
				check_reload(&w);
			}
			if (wrong)
				tell_failure(&before, &w, m, wrong);
			assert_null(wrong);
			running_free(before.r);
		}
		moved_end(w.r, &x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_interleaving_of_six_moves_ends_in_a_listed_state, moved_set_up),
		cmocka_unit_test_setup(long_lives_hold_as_well, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
