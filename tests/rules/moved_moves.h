/* moved_moves.h: the moves of moved_check.h made in a world of its own each.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/moved_check.h"

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

static struct world
first(struct effects *x)
{
	struct world w = { .now = MOVED_START };

	w.r = moved_begin(x);
	for (int i = 0; i < x->n_send; i++)
		note_sent(&w, x->send[i]);
	return w;
}
