/* moved_check.h: what must hold after every move, as a checker that names the first thing that does not.
 */
#include <stdio.h>

#include "rules/moved.h"

enum what { ANSWER, LATE_ANSWER, UNDO_ANSWER, DECIDE, DECIDE_UNDO, CLOSE, CORRECT, PAPERS, WITHDRAW, AGREE, DECLINE,
	CLOCK };

/* round: 0 the present one, -1 the one before. */
struct move { uint8_t what; uint8_t kind; int16_t node; int8_t round; const char *says; };

struct world { /* an application, and what the checker remembers of its past */
	struct running *r;
	int64_t now;
	uint8_t undo_sends[MOVED_ITEMS], sent_round[NODES_END];
	char sent_with[MOVED_ITEMS]; /* first letter of the answer in its last request */
};

static char
answer_of(const struct running *r, int item)
{
	const char *s = moved_items[item].n_request
	    ? json_text(r->form, moved_items[item].request[0].name) : NULL;

	return s ? *s : '\0';
}

static const struct {
	uint8_t state;
	uint16_t undo; /* which, as bits */
} listed[] = {
	{ ITEM_WAITING, 1 << UNDO_NONE }, { ITEM_SENT, 1 << UNDO_NONE }, { ITEM_CORRECTION, 1 << UNDO_NONE },
	{ ITEM_BLOCKED, 1 << UNDO_NONE }, { ITEM_SKIPPED, 1 << UNDO_NONE },
	{ ITEM_ACKNOWLEDGED, 1 << UNDO_NONE | 1 << UNDO_WANTED | 1 << UNDO_SENT | 1 << UNDO_FAILED |
	    1 << UNDO_IMPOSSIBLE },
	{ ITEM_APPROVED, 1 << UNDO_NONE | 1 << UNDO_WANTED | 1 << UNDO_SENT | 1 << UNDO_FAILED |
	    1 << UNDO_IMPOSSIBLE },
	{ ITEM_ATTENTION, 1 << UNDO_NONE | 1 << UNDO_WANTED | 1 << UNDO_SENT | 1 << UNDO_FAILED |
	    1 << UNDO_IMPOSSIBLE },
	/* refused while its undo was on the way, or after the undo was refused or is not possible */
	{ ITEM_REFUSED, 1 << UNDO_NONE | 1 << UNDO_SENT | 1 << UNDO_FAILED | 1 << UNDO_IMPOSSIBLE },
	{ ITEM_WITHDRAWN, 1 << UNDO_NONE | 1 << UNDO_DONE | 1 << UNDO_SENT | 1 << UNDO_FAILED |
	    1 << UNDO_IMPOSSIBLE },
};

/* From -> to, as bits: what may become of an item in one move. */
static const uint16_t may_become[ITEM_STATES] = {
	[ITEM_WAITING] = 1 << ITEM_SENT | 1 << ITEM_REFUSED | 1 << ITEM_BLOCKED | 1 << ITEM_SKIPPED |
	    1 << ITEM_WITHDRAWN,
	[ITEM_SENT] = 1 << ITEM_ACKNOWLEDGED | 1 << ITEM_CORRECTION | 1 << ITEM_APPROVED |
	    1 << ITEM_REFUSED | 1 << ITEM_ATTENTION | 1 << ITEM_WITHDRAWN,
	[ITEM_ACKNOWLEDGED] = 1 << ITEM_CORRECTION | 1 << ITEM_APPROVED | 1 << ITEM_REFUSED |
	    1 << ITEM_ATTENTION | 1 << ITEM_WITHDRAWN,
	[ITEM_CORRECTION] = 1 << ITEM_SENT | 1 << ITEM_WAITING | 1 << ITEM_REFUSED | 1 << ITEM_WITHDRAWN,
	[ITEM_APPROVED] = 1 << ITEM_ATTENTION | 1 << ITEM_WITHDRAWN,
	[ITEM_ATTENTION] = 1 << ITEM_APPROVED | 1 << ITEM_REFUSED | 1 << ITEM_WITHDRAWN,
	[ITEM_REFUSED] = 1 << ITEM_WITHDRAWN, /* cancelled, when the refusal crossed its undo */
};

static bool
is_final(uint8_t s)
{
	return s == ITEM_APPROVED || s == ITEM_REFUSED || s == ITEM_BLOCKED || s == ITEM_SKIPPED;
}

static const char *
broken_item(const struct world *before, const struct world *after, enum what what, int i)
{
	const struct running_item *was = &before->r->nodes[i], *is = &after->r->nodes[i];
	bool known = false;

	for (size_t k = 0; k < sizeof listed / sizeof *listed; k++)
		known = known || (listed[k].state == is->state && listed[k].undo >> is->undo & 1);
	if (!known)
		return "a state that is not listed";
	if (is->state != was->state && !(may_become[was->state] >> is->state & 1))
		return "a move that no item makes";
	if (is->round != was->round && (is->round != was->round + 1 || what != CORRECT))
		return "a round without a correction";
	if (is->undo != UNDO_NONE && !after->r->withdrawn_at)
		return "an undo without a withdrawal";
	if (was->state == ITEM_REFUSED && is->state != was->state && is->undo != UNDO_DONE)
		return "a refusal taken back";
	if (is->state == ITEM_APPROVED && answer_of(after->r, i) != after->sent_with[i])
		return "approved on an answer that was corrected";
	if (was->undo == UNDO_DONE && is->undo != UNDO_DONE)
		return "an undo taken back";
	return NULL;
}

/* Of `after`, sends already counted in. */
static const char *
broken_send(const struct world *before, const struct world *after, int send)
{
	const struct running *r = after->r;
	int node = send & ~SEND_UNDO;

	if (!(send & SEND_UNDO)) {
		if (r->withdrawn_at)
			return "a forward send after the withdrawal";
		if (running_node(r, node)->round <= before->sent_round[node])
			return "a round sent twice";
		for (int n = 0; node < MATERIAL_NODE && n < MOVED_ITEMS; n++)
			if ((r->plan.item[node].needs >> n & 1) && r->nodes[n].state != ITEM_APPROVED)
				return "sent before what it needs";
		if (node == GAMMA && (running_node(r, CONSENT)->state != ITEM_APPROVED ||
		        (running_node(r, REGISTER)->state == ITEM_SENT &&
		         !(running_node(r, REGISTER)->flags & ITEM_LATE))))
			return "sent before its consent and record";
		if (node == BETA && running_node(r, PAPER)->how != HOW_UPLOADED)
			return "sent without its paper";
		return NULL;
	}
	if (!r->withdrawn_at)
		return "an undo without a withdrawal";
	if (after->undo_sends[node] > 1)
		return "an effect undone twice";
	if (!r->event->items[node].undo)
		return "an undo that was not declared";
	for (int d = 0; d < MOVED_ITEMS; d++) {
		const struct running_item *it = &r->nodes[d];

		if ((r->plan.item[d].needs >> node & 1) && !r->event->items[d].tell && (running_is_open(r, d) ||
		    it->undo == UNDO_WANTED || it->undo == UNDO_SENT))
			return "undone before what needs it";
	}
	return NULL;
}

/* Lines follow each other without a gap, chained on; each word was counted once, nothing else. */
static const char *
broken_history(const struct world *before, const struct world *after, const struct effects *x)
{
	uint8_t hash[32];
	json_t *entries = json_array(), *one;
	int counted = 0, words[HISTORY_WORDS] = { 0 };
	const char *wrong = NULL;
	size_t i;

	memcpy(hash, before->r->history_hash, 32);
	if (history_walk(x->history.data ? x->history.data : "", x->history.length, hash, entries) != 0 ||
	    memcmp(hash, after->r->history_hash, 32) != 0)
		wrong = "a history that is no chain";
	json_array_foreach(entries, i, one) {
		if (!wrong && json_integer_value(json_object_get(one, "seq")) !=
		    before->r->history_count + 1 + (json_int_t)i)
			wrong = "a gap in the history";
		for (int w = 0; w < HISTORY_WORDS; w++)
			words[w] += strcmp(history_words[w], json_text(one, "what")) == 0;
	}
	if (!wrong && after->r->history_count != before->r->history_count + (int32_t)json_array_size(entries))
		wrong = "a gap in the history";
	for (int c = 0; c < x->n_counts; c++)
		for (int w = 0; w < HISTORY_WORDS; w++)
			if (strcmp(history_words[w], x->counts[c].measure) == 0) {
				words[w] -= (int)x->counts[c].delta;
				counted++;
			}
	for (int w = 0; w < HISTORY_WORDS; w++)
		if (!wrong && words[w] != 0)
			wrong = "a counter that is not the history";
	if (!wrong && counted != (int)json_array_size(entries))
		wrong = "a counter that is not the history";
	json_decref(entries);
	return wrong;
}

static bool
undo_open(const struct running *r)
{
	for (int i = 0; i < MOVED_ITEMS; i++)
		if (r->nodes[i].undo == UNDO_WANTED || r->nodes[i].undo == UNDO_SENT)
			return true;
	return false;
}

/* The status says what the items say. */
static const char *
broken_status(const struct world *before, const struct world *after)
{
	const struct running *r = after->r;
	bool all_final = true, turn = false, open = false;

	for (int i = 0; i < MOVED_ITEMS; i++) {
		uint8_t s = r->nodes[i].state;

		if (r->event->items[i].tell)
			continue;
		all_final = all_final && is_final(s);
		open = open || running_is_open(r, i);
		turn = turn || s == ITEM_CORRECTION || (s == ITEM_WAITING && i == BETA &&
		    running_node(r, PAPER)->how == HOW_UPLOAD_NEEDED);
	}
	if (before->r->status >= STATUS_FINISHED && r->status != before->r->status)
		return "an end that did not last";
	if (r->status == STATUS_FINISHED && before->r->status != STATUS_FINISHED && !all_final)
		return "finished before its items";
	if (r->status == STATUS_WITHDRAWN && (undo_open(r) || open || !r->withdrawn_at))
		return "withdrawn before every undo has ended";
	if (r->status < STATUS_FINISHED && !r->withdrawn_at && all_final)
		return "not finished with all items";
	if (r->status < STATUS_FINISHED && (r->status == STATUS_WAITING_FOR_APPLICANT) !=
	    (turn && !r->withdrawn_at))
		return "a status that is not that of its items";
	if ((r->status == STATUS_WAITING_FOR_APPLICANT) != (r->stopped_since != 0))
		return "a clock that runs while the applicant must act";
	return NULL;
}

/* Somebody is named whose move it is. */
static const char *
nobody_moves(const struct running *r, int64_t now)
{
	json_t *asked = running_asked(r, now, "zh-CN");
	bool named = running_is_busy(r) || json_array_size(asked) > 0;

	json_decref(asked);
	for (int i = 0; i < MOVED_ITEMS; i++)
		named = named || (r->nodes[i].state == ITEM_ATTENTION && !r->event->items[i].tell);
	named = named || (!r->withdrawn_at && running_node(r, CONSENT)->state == ITEM_WAITING);
	return named || r->status >= STATUS_FINISHED ? NULL : "a state that nobody is to leave";
}

/* Nothing of what is stored as states has changed. */
static bool
stands_as_before(const struct world *before, const struct world *after)
{
	struct text was, is;
	bool same;

	text_init(&was, 4096);
	text_init(&is, 4096);
	assert_int_equal(running_pack(before->r, &was), 0);
	assert_int_equal(running_pack(after->r, &is), 0);
	same = was.length == is.length && memcmp(was.data, is.data, is.length) == 0;
	text_free(&was);
	text_free(&is);
	return same;
}

/* As what an item has been decided; ITEM_WAITING: it has not. */
static uint8_t
decided_as(const struct running_item *it)
{
	return it->state == ITEM_ATTENTION && it->how == CAUSE_CHANGED ? ITEM_APPROVED
	    : it->state == ITEM_APPROVED || it->state == ITEM_REFUSED ? it->state : ITEM_WAITING;
}

/* What a final word makes of an item; ITEM_WAITING: it is none. */
static uint8_t
said(const struct move *m)
{
	return m->kind == ENDING_APPROVED ? ITEM_APPROVED : m->kind == ENDING_REJECTED ? ITEM_REFUSED
	    : m->kind == ENDING_CORRECTION ? ITEM_CORRECTION : ITEM_WAITING;
}

/* The first final word counts, whoever says it. The same again is nothing, another changes nothing: a
 * department's is recorded and a person must look, a clerk is told so himself. */
static const char *
broken_word(const struct world *before, const struct world *after, const struct move *m, const struct effects *x)
{
	const struct running_item *was = running_node(before->r, m->node), *is = running_node(after->r, m->node);
	bool same = said(m) == decided_as(was), contradicted = is->flags & ITEM_CONFLICT;

	if (m->what == UNDO_ANSWER && m->kind == ENDING_REJECTED && was->undo == UNDO_DONE)
		return contradicted ? NULL : "a contradiction that is not recorded";
	if ((m->what != ANSWER && m->what != DECIDE) || m->node >= MATERIAL_NODE || m->round != 0 ||
	    decided_as(was) == ITEM_WAITING || said(m) == ITEM_WAITING)
		return NULL;
	if (is->state != was->state || is->decided_at != was->decided_at || is->undo != was->undo || x->n_send)
		return "a second word applied";
	if (m->what == DECIDE || same)
		return x->history.length == 0 ? NULL : "a second word recorded as the first";
	return contradicted && strstr(x->history.data, history_words[HISTORY_CONFLICT]) ? NULL
	    : "a contradiction that is not recorded";
}

/* What the move itself may do, before what must hold after any. */
static const char *
broken_move(const struct world *before, const struct world *after, const struct move *m, const struct effects *x)
{
	if (m->what == LATE_ANSWER || (m->what == DECIDE && m->round != 0))
		return stands_as_before(before, after) && x->n_send == 0 ? NULL : "a late answer applied";
	if (m->what == CLOSE && x->history.length && *running_attention_kind(after->r, m->node))
		return "closed, and still to be closed";
	return broken_word(before, after, m, x);
}

/* The name of what does not hold, or NULL. */
static const char *
broken(const struct world *before, const struct world *after, const struct move *m, const struct effects *x)
{
	const char *wrong = broken_move(before, after, m, x);

	for (int i = 0; i < MOVED_ITEMS && !wrong; i++)
		wrong = broken_item(before, after, (enum what)m->what, i);
	for (int i = 0; i < x->n_send && !wrong; i++)
		wrong = broken_send(before, after, x->send[i]);
	if (!wrong)
		wrong = broken_history(before, after, x);
	if (!wrong)
		wrong = broken_status(before, after);
	if (!wrong)
		wrong = nobody_moves(after->r, after->now);
	if (!wrong && x->failed)
		wrong = "memory that was not gone";
	return wrong;
}
