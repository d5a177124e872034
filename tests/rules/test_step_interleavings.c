/* Every order in which six things can happen to an application: answers of every kind to every call,
 * late ones too, clerks who decide and close, corrections, withdrawal, undos, a consent, a record, time.
 * After each move everything that must hold is checked (moved_check.h); what is alike is gone on with once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved_check.h"
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

/* --- a world of its own for each move --- */

static char *
copied(const char *s)
{
	return s ? strdup(s) : NULL;
}

static struct world
copy(const struct world *w)
{
	struct world c = *w;
	struct running_item *nodes;

	c.r = running_new(&moved);
	nodes = c.r->nodes;
	*c.r = *w->r;
	c.r->nodes = nodes;
	for (int i = 0; i < MOVED_ITEMS + 3; i++) {
		nodes[i] = w->r->nodes[i];
		nodes[i].receipt = copied(nodes[i].receipt);
		nodes[i].reason = copied(nodes[i].reason);
		nodes[i].undo_reason = copied(nodes[i].undo_reason);
		json_incref(nodes[i].outputs);
		json_incref(nodes[i].fields);
	}
	c.r->form = json_incref(w->r->form);
	c.r->applicant = json_incref(w->r->applicant);
	c.r->files = json_incref(w->r->files);
	c.r->records = json_copy(w->r->records);
	c.r->withdrawn_why = copied(w->r->withdrawn_why);
	return c;
}

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

/* --- one move --- */

/* What is asked, answered: each answer is the other of two. Only papers, if so wanted. */
static bool
correct(struct world *w, bool papers, struct effects *x)
{
	json_t *asked = running_asked(w->r, w->now, "zh-CN"), *form = json_object(), *files = json_object();
	json_t *errors, *one;
	size_t i;
	int result;

	json_array_foreach(asked, i, one) {
		const char *pointer = json_text(one, "pointer");

		if (strncmp(pointer, "/materials/", 11) == 0)
			json_object_set_new(files, pointer + 11, a_file());
		else if (!papers)
			json_object_set_new(form, pointer + 6, json_string(
			    strcmp(json_text(w->r->form, pointer + 6), "old") == 0 ? "new" : "old"));
	}
	result = running_correct(w->r, form, files, "zh-CN", &errors, x);
	assert_in_range(result, 0, 2);
	assert_int_equal(result == 1, errors != NULL);
	assert_int_equal(result == 2, json_array_size(asked) == 0);
	assert_true(result != 0 || x->revision);
	json_decref(errors);
	json_decref(form);
	json_decref(files);
	json_decref(asked);
	return result == 0;
}

/* A department speaks only of what it was sent. */
static bool
was_sent(const struct world *w, const struct move *m)
{
	int round = running_node(w->r, m->node)->round + m->round;

	return round > 0 && w->sent_round[m->node] >= round;
}

static bool
answer(struct world *w, const struct move *m, struct effects *x)
{
	int round = running_node(w->r, m->node)->round + m->round;
	const char *marks = m->node < MATERIAL_NODE && moved_items[m->node].n_request
	    ? moved_items[m->node].request[0].name : "name";
	struct ending e = moved_ending((enum ending_kind)m->kind, marks, m->says);
	bool changed = m->what == UNDO_ANSWER ? running_settle_undo(w->r, m->node, round, &e, 7, x)
	    : running_settle(w->r, m->node, round, &e, 7, x);

	ending_free(&e);
	return changed;
}

/* Of BETA and GAMMA the department has no interface: what lies there is decided by a clerk, of ALPHA only what
 * a person must look at. */
static bool
decide(struct world *w, const struct move *m, struct effects *x)
{
	static const char *const states[] = { [ENDING_APPROVED] = "approved", [ENDING_REJECTED] = "rejected",
		[ENDING_CORRECTION] = "correction", [ENDING_CANCELLED] = "cancelled" };
	json_t *fields = m->kind == ENDING_CORRECTION ? json_pack("[{s:s, s:s}]", "field", "name", "reason",
	    "blurred") : NULL;
	json_t *result = json_pack("{s:s, s:s*, s:s*, s:o*}", "state", states[m->kind], "receipt",
	    m->kind == ENDING_APPROVED ? "D-1" : NULL, "reason", m->kind == ENDING_REJECTED ? "no" : NULL,
	    "fields", fields);
	struct running_decision d = { .item = m->node, .round = running_node(w->r, m->node)->round + m->round,
		.undo = m->what == DECIDE_UNDO, .desk = m->node != ALPHA, .result = result };
	int done = running_decide(w->r, &d, x);

	assert_true(done == 0 ? x->history.length > 0 : done == 2);
	json_decref(result);
	return done == 0;
}

/* What a person has closed stands as it is: decided on the answers of today. */
static bool
close_it(struct world *w, const struct move *m, struct effects *x)
{
	int done = running_close(w->r, m->node, x);

	assert_true(done == 0 ? x->history.length > 0 : done == 2);
	if (running_node(w->r, m->node)->state == ITEM_APPROVED)
		w->sent_with[m->node] = answer_of(w->r, m->node);
	return done == 0;
}

static bool
may_happen(const struct world *w, const struct move *m)
{
	return m->what == ANSWER || m->what == LATE_ANSWER ? was_sent(w, m) : m->what == UNDO_ANSWER ? w->undo_sends[m->node] > 0 :
	    m->what != CLOCK || running_next_clock(w->r) != 0;
}

/* False: it changes nothing. */
static bool
make(struct world *w, const struct move *m, struct effects *x)
{
	switch (m->what) {
	case ANSWER: case LATE_ANSWER: case UNDO_ANSWER:
		return answer(w, m, x);
	case DECIDE: case DECIDE_UNDO:
		return decide(w, m, x);
	case CLOSE:
		return close_it(w, m, x);
	case CORRECT: case PAPERS:
		return correct(w, m->what == PAPERS, x);
	case WITHDRAW:
		return running_withdraw(w->r, "changed my mind", x) == 0;
	case AGREE: case DECLINE:
		return running_sign(w->r, 0, m->what == AGREE, x) == 0;
	default:
		x->now = w->now = running_next_clock(w->r);
		running_clock(w->r, x);
		assert_true(running_next_clock(w->r) == 0 || running_next_clock(w->r) > w->now);
		return true;
	}
}

static void
note_sent(struct world *w, int node)
{
	w->sent_round[node] = running_node(w->r, node)->round;
	if (node < MATERIAL_NODE)
		w->sent_with[node] = answer_of(w->r, node);
}

static void
note_sends(struct world *w, struct effects *x)
{
	moved_send(w->r, x);
	for (int i = 0; i < x->n_send; i++) {
		if (x->send[i] & SEND_UNDO)
			w->undo_sends[x->send[i] & ~SEND_UNDO]++;
		else
			note_sent(w, x->send[i]);
	}
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

static struct world
first(struct effects *x)
{
	struct world w = { .now = MOVED_START };

	w.r = moved_begin(x);
	for (int i = 0; i < x->n_send; i++)
		note_sent(&w, x->send[i]);
	return w;
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

/* --- the checker checked: faults planted in a sound move, each found by its name --- */

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
		cmocka_unit_test_setup(every_interleaving_of_six_moves_ends_in_a_listed_state, moved_set_up),
		cmocka_unit_test_setup(long_lives_hold_as_well, moved_set_up),
		cmocka_unit_test_setup(each_planted_fault_is_found_by_its_name, moved_set_up),
		cmocka_unit_test_setup(a_second_word_is_checked, moved_set_up),
		cmocka_unit_test_setup(what_is_closed_once_is_closed, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
