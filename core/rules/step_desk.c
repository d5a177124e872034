/* step_desk.c: what clerks do in our own pages: they answer for a department that has no interface, or
 * settle what a person had to look at. A department's answer and theirs move an item by the same code. */
#include "rules/step_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* Of a desk what lies there; of any department what a person must look at. */
static bool
may_decide(const struct running *r, const struct running_decision *d)
{
	const struct running_item *it = running_node(r, d->item);
	const char *state = json_text(d->result, "state");

	if (!state || d->round != it->round)
		return false;
	if (d->undo)
		return (d->desk && it->undo == UNDO_SENT) ||
		    (it->undo == UNDO_FAILED && strcmp(state, "cancelled") == 0);
	if (it->state == ITEM_ATTENTION)
		return it->sent_at && it->how != CAUSE_CHANGED && strcmp(state, "correction") != 0;
	return d->desk && it->state == ITEM_ACKNOWLEDGED && it->undo != UNDO_WANTED && it->undo != UNDO_SENT;
}

static bool
is_final(const struct ending *ending)
{
	return ending->kind == ENDING_APPROVED || ending->kind == ENDING_REJECTED ||
	    ending->kind == ENDING_CORRECTION || ending->kind == ENDING_CANCELLED;
}

static int
judge(const struct running *r, const struct running_decision *d, struct ending *ending)
{
	const struct item *item = &r->event->items[d->item];
	char *body = json_canonical_string(d->result);
	struct answer answer = { .sent = true, .complete = true, .status = 200, .type = "application/json",
		.body = body, .length = body ? strlen(body) : 0 };

	if (!body)
		return -1;
	ending_judge(d->undo ? ENDING_OF_UNDO_CALLBACK : ENDING_OF_CALLBACK, &answer, item->outputs,
	    item->n_outputs, ending);
	free(body);
	return 0;
}

int
running_decide(struct running *r, const struct running_decision *d, struct effects *x)
{
	struct ending ending;
	int done = 2;

	if (!may_decide(r, d))
		return 2;
	if (judge(r, d, &ending) != 0)
		return -1;
	if (is_final(&ending)) {
		if (d->retyped)
			step_tell(r, d->item, HISTORY_RETYPED, "department", NULL, x);
		if (d->undo)
			running_settle_undo(r, d->item, d->round, &ending, 0, x);
		else
			running_settle(r, d->item, d->round, &ending, 0, x);
		done = 0;
	}
	ending_free(&ending);
	return done;
}

/* --- what waits for a person --- */

static void
approve_changed(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_APPROVED;
	it->how = CAUSE_NONE;
	it->flags &= (uint8_t)~ITEM_STALE;
	step_tell(r, node, HISTORY_SETTLED, "department", "approved", x);
}

/* It was never sent, for nobody could complete it: a person has found that it cannot be done. */
static void
refuse_unsent(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_REFUSED;
	it->decided_at = x->now;
	step_tell(r, node, HISTORY_REFUSED, NULL, "settled", x);
}

static bool
undo_waits(const struct running_item *it)
{
	return it->undo == UNDO_FAILED && !(it->flags & ITEM_KEPT);
}

const char *
running_attention_kind(const struct running *r, int node)
{
	const struct running_item *it = running_node(r, node);

	if (it->state == ITEM_ATTENTION && node < MATERIAL_NODE)
		return it->how == CAUSE_CHANGED ? "changed" : it->sent_at ? "unknown" : "incomplete";
	return undo_waits(it) ? "undo" : it->flags & ITEM_CONFLICT ? "conflict" : "";
}

uint8_t
running_closing(const struct running *r, int node)
{
	const struct running_item *it = running_node(r, node);

	if (it->state == ITEM_ATTENTION && node < MATERIAL_NODE)
		return it->how == CAUSE_CHANGED ? CLOSING_APPROVE : it->sent_at ? CLOSING_NONE : CLOSING_REFUSE;
	return it->flags & ITEM_CONFLICT || undo_waits(it) ? CLOSING_KEEP : CLOSING_NONE;
}

int
running_close(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	switch (running_closing(r, node)) {
	case CLOSING_APPROVE:
		approve_changed(r, node, x);
		break;
	case CLOSING_REFUSE:
		refuse_unsent(r, node, x);
		break;
	case CLOSING_KEEP:
		step_tell(r, node, HISTORY_SETTLED, "department", "kept", x);
		break;
	default:
		return 2;
	}
	it->flags &= (uint8_t)~ITEM_CONFLICT; /* whoever looked has seen all of it */
	if (it->undo == UNDO_FAILED)
		it->flags |= ITEM_KEPT;
	step_go_on(r, x);
	return 0;
}
