/* What moves an application: an answer, a petition, the clock (group_own.h). */
#include "flows/group_own.h"

#include <string.h>

#include "base/faults.h"
#include "base/log.h"
#include "base/memory.h"

static int
send_node(struct group *g, struct engaged *e, int send, struct error *why)
{
	struct case_operation made;
	bool is_made;
	int done;

	if (case_operation_make(g->node, e->r, send, &g->effects, &made, &is_made, why) != 0)
		return -1;
	if (!is_made)
		return 0;
	CRASH_POINT("join/dependent_made");
	if (send & SEND_UNDO)
		CRASH_POINT("undo/made");
	done = group_rows_operation(g, e, &made, why);
	case_operation_free(&made);
	return done;
}

/* The items that a person must look at. */
static uint64_t
in_attention(const struct running *r)
{
	uint64_t set = 0;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_ATTENTION || r->nodes[i].undo == UNDO_FAILED)
			set |= UINT64_C(1) << i;
	return set;
}

/* The items whose promise has passed and whose department still has not answered. */
static uint64_t
in_overdue(const struct running *r)
{
	uint64_t set = 0;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].flags & ITEM_OVERDUE && running_is_open(r, (int)i))
			set |= UINT64_C(1) << i;
	return set;
}

struct stood { /* how an application stood before a move, for what follows from the change */
	uint64_t attention, overdue;
	struct group_desk desk;
};

static struct stood
look(struct group *g, const struct running *r)
{
	return (struct stood){ in_attention(r), in_overdue(r), group_desk_of(g->node, r) };
}

static int
note_attention(struct group *g, const struct running *r, uint64_t before, struct error *why)
{
	uint64_t now = in_attention(r);

	for (size_t i = 0; (before ^ now) >> i && i < r->event->n_items; i++) {
		bool settled = before >> i & 1;

		if (!((before ^ now) >> i & 1))
			continue;
		if (!settled)
			log_warning("application %s: item %s of department %s needs a person", r->number,
			    r->event->items[i].id, r->event->items[i].department);
		if (group_rows_attention(g, r, (int)i, settled, why) != 0)
			return -1;
	}
	return 0;
}

static int
note_overdue(struct group *g, const struct running *r, uint64_t before, struct error *why)
{
	uint64_t changed = in_overdue(r) ^ before;

	for (size_t i = 0; changed >> i && i < r->event->n_items; i++)
		if (changed >> i & 1 && group_rows_overdue(g, r, (int)i, before >> i & 1, why) != 0)
			return -1;
	return 0;
}

/* A later word that contradicts a final one changes nothing: somebody must ask the department. */
static int
note_conflict(struct group *g, const struct running *r, int node, struct error *why)
{
	for (int i = 0; i < g->effects.n_counts; i++)
		if (strcmp(g->effects.counts[i].measure, "conflict") == 0) {
			log_warning("application %s: a second answer contradicts the first at department %s",
			    r->number, g->effects.counts[i].department);
			return group_rows_attention(g, r, node, false, why);
		}
	return 0;
}

/* What the move brought about becomes rows. */
static int
gather(struct group *g, struct settlement *s, const struct stood *before, struct error *why)
{
	struct engaged *e = s->owner;
	struct effects *x = &g->effects;
	struct group_row *row = group_rows_of(g, e);

	if (!row)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (int i = 0; i < x->n_send; i++) /* may send one to a person instead, which is noted too */
		if (send_node(g, e, x->send[i], why) != 0)
			return -1;
	if (x->history.length && !row->history_first)
		row->history_first = x->history_first;
	if (x->history.length && text_put(&row->history, x->history.data, x->history.length) != 0)
		x->failed = true;
	if (effects_failed(x))
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (note_attention(g, e->r, before->attention, why) != 0 ||
	    note_overdue(g, e->r, before->overdue, why) != 0 ||
	    group_desk_note(g, e->r, &before->desk, why) != 0 ||
	    (s->kind == SETTLEMENT_ANSWER && note_conflict(g, e->r, s->node, why) != 0) ||
	    (x->released_once && group_rows_released(g, e->r, why) != 0))
		return -1;
	CRASH_POINT("join/gathered");
	return group_rows_counts(g, e->r, why);
}

/* --- the three that move --- */

/* A callback may speak of a round that there was not, or of what was never sent: no row is there to
 * take it. What it says of an earlier round must not stand over what that round ended with. */
static bool
has_operation(const struct engaged *e, const struct settlement *s)
{
	const struct running_item *it = running_node(e->r, s->node);

	return (s->undo ? it->undoing.sent_at : it->sent_at) != 0 && it->round == s->round;
}

/* What its department had only acknowledged is decided with its undo. */
static int
close_forward(struct group *g, struct engaged *e, const struct settlement *s, struct error *why)
{
	struct settlement forward = { .owner = e, .node = s->node, .round = s->round };

	CRASH_POINT("undo/of_acknowledged");
	return group_rows_outcome(g, e, &forward, why);
}

/* What is now known of the operation that was answered. */
static int
outcomes(struct group *g, struct engaged *e, const struct settlement *s, bool was_open, struct error *why)
{
	if (s->undo && was_open && !running_is_open(e->r, s->node) && close_forward(g, e, s, why) != 0)
		return -1;
	return group_rows_outcome(g, e, s, why);
}

/* Bits that differ from call to call, so that what fails together is not tried again together. */
static uint32_t
spread(const struct group *g, const struct running *r, int node)
{
	uint64_t seed = (uint64_t)r->id ^ (uint64_t)g->now << 20 ^ (uint64_t)node;

	return (uint32_t)(seed * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static int
answer(struct group *g, struct settlement *s, struct error *why)
{
	struct engaged *e = s->owner;
	bool known = has_operation(e, s), moved, was_open = running_is_open(e->r, s->node);
	struct stood before = look(g, e->r);
	uint32_t random = spread(g, e->r, s->node);

	if (s->inbox) {
		CRASH_POINT("callback/applied");
		g->inbox[g->n_inbox * 2] = s->inbox_division;
		g->inbox[g->n_inbox * 2 + 1] = s->inbox;
		g->n_inbox++;
	}
	moved = s->undo ? running_settle_undo(e->r, s->node, s->round, &s->ending, random, &g->effects)
	    : running_settle(e->r, s->node, s->round, &s->ending, random, &g->effects);
	CRASH_POINT("join/moved");
	if (!moved && !s->inbox && e->r->status < STATUS_FINISHED)
		return 0; /* one that has ended gets a row: after it, it is let go */
	if (gather(g, s, &before, why) != 0)
		return -1;
	return known ? outcomes(g, e, s, was_open, why) : 0;
}

/* A clerk has answered the operation, or has seen to what a person had to look at. */
static int
settle_operation(struct group *g, struct settlement *s, bool was_open, struct error *why)
{
	if (s->petition->kind == PETITION_CLOSING && group_rows_attention(g, s->owner->r, s->node, true, why) != 0)
		return -1;
	return has_operation(s->owner, s) ? outcomes(g, s->owner, s, was_open, why) : 0;
}

/* Decided is decided, refused or not: who asked through another node reads it from the row. */
static int
petition(struct group *g, struct settlement *s, struct error *why)
{
	struct running *r = s->owner->r;
	struct stood before = look(g, r);
	bool of_operation = petition_operation(s->petition, r->event, &s->node, &s->undo);
	bool was_open = of_operation && running_is_open(r, s->node);

	s->round = of_operation ? running_node(r, s->node)->round : 0;
	if (petition_decide(s->petition, r, &g->effects) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	CRASH_POINT("petition/decided");
	if (gather(g, s, &before, why) != 0 ||
	    group_rows_revision(g, r, s->petition->account, why) != 0 ||
	    (s->petition->status == 200 && group_rows_consents(g, r, why) != 0))
		return -1;
	if (of_operation && s->petition->status == 200 && settle_operation(g, s, was_open, why) != 0)
		return -1;
	if (petition_tell(s->petition, r) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	CRASH_POINT("petition/told");
	return group_rows_petition(g, s->petition, why);
}

static int
clock_struck(struct group *g, struct settlement *s, struct error *why)
{
	struct stood before = look(g, s->owner->r);

	running_clock(s->owner->r, &g->effects);
	if (!g->effects.changed && g->effects.n_send == 0)
		return 0;
	if (gather(g, s, &before, why) != 0)
		return -1;
	CRASH_POINT("timer/clock_moved");
	return group_rows_revision(g, s->owner->r, 0, why);
}

int
group_moves_one(struct group *g, struct settlement *s, struct error *why)
{
	memory_restock();
	effects_begin(&g->effects, g->now);
	switch (s->kind) {
	case SETTLEMENT_PETITION:
		return petition(g, s, why);
	case SETTLEMENT_CLOCK:
		return clock_struck(g, s, why);
	default:
		return answer(g, s, why);
	}
}
