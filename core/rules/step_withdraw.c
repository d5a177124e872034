/* step_withdraw.c: withdrawing, and undoing what can be undone: dependents first.
 *
 * After a withdrawal nothing goes forward any more. What was never sent stops. What was sent is settled
 * first; what then stands is undone once, under a key of its own, or stays in force and is told so.
 */
#include "rules/step_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"

static bool
was_never_sent(const struct running_item *it)
{
	return it->state == ITEM_WAITING || it->state == ITEM_READY ||
	    (it->state == ITEM_ATTENTION && !it->sent_at);
}

static bool
stands(const struct running_item *it)
{
	return it->state == ITEM_ACKNOWLEDGED || it->state == ITEM_APPROVED || it->state == ITEM_ATTENTION;
}

enum step_withdrawal
step_withdrawal(const struct running *r, size_t item)
{
	const struct running_item *it = &r->nodes[item];

	if (step_is_over(it->state))
		return WITHDRAWAL_NOTHING;
	if (was_never_sent(it) || it->state == ITEM_CORRECTION)
		return WITHDRAWAL_STOPS;
	return r->event->items[item].undo ? WITHDRAWAL_UNDOES : WITHDRAWAL_STAYS;
}

static void
stop(struct running *r, size_t i, struct effects *x)
{
	if (r->nodes[i].state != ITEM_CORRECTION) /* its department decided then, not we now */
		r->nodes[i].decided_at = x->now;
	r->nodes[i].state = ITEM_WITHDRAWN;
	r->nodes[i].flags &= (uint8_t)~ITEM_HELD;
	step_tell(r, (int)i, HISTORY_WITHDRAWN, NULL, NULL, x);
}

/* What a withdrawal means for one item, as it stands now. Asked again after every answer. */
static void
look_at(struct running *r, size_t i, struct effects *x)
{
	const struct item *item = &r->event->items[i];
	struct running_item *it = &r->nodes[i];

	enum step_withdrawal does = step_withdrawal(r, i);

	if (does == WITHDRAWAL_STOPS) {
		if (it->undo == UNDO_WANTED)
			it->undo = UNDO_NONE;
		stop(r, i, x);
	} else if (!stands(it)) {
		if (it->undo == UNDO_WANTED) /* decided against it meanwhile: there is nothing to undo */
			it->undo = UNDO_NONE;
	} else if (it->undo == UNDO_NONE && does == WITHDRAWAL_UNDOES && !PLANTED("nothing_is_undone")) {
		it->undo = UNDO_WANTED;
		x->changed = true;
	} else if (it->undo == UNDO_NONE && !item->tell) {
		it->undo = UNDO_IMPOSSIBLE;
		step_tell(r, (int)i, HISTORY_UNDO_IMPOSSIBLE, NULL, NULL, x);
	}
}

/* Nothing more will come of it. */
static bool
is_settled(const struct running_item *it)
{
	return it->state != ITEM_SENT && it->state != ITEM_ACKNOWLEDGED && it->undo != UNDO_WANTED &&
	    it->undo != UNDO_SENT;
}

/* A notification holds nothing up. */
static bool
dependents_settled(const struct running *r, size_t i)
{
	for (size_t d = 0; d < r->event->n_items; d++)
		if (!PLANTED("undone_in_any_order") && (r->plan.item[d].needs >> i & 1) && !r->event->items[d].tell &&
		    !is_settled(&r->nodes[d]))
			return false;
	return true;
}

static void
send_undo(struct running *r, size_t i, struct effects *x)
{
	struct running_item *it = &r->nodes[i];

	if (x->n_send == NODES_END) {
		x->failed = true;
		return;
	}
	it->undo = UNDO_SENT;
	it->undoing.attempts = 1;
	it->undoing.sent_at = x->now;
	it->undoing.next_at = it->undoing.silent_since = 0;
	x->send[x->n_send++] = (int)i | SEND_UNDO;
	x->changed = true;
}

void
step_undo_look(struct running *r, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_items; i++)
		look_at(r, i, x);
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].undo == UNDO_WANTED && dependents_settled(r, i))
			send_undo(r, i, x);
}

/* An item about which nobody answers is unknown until a person has found out. */
bool
step_undo_ended(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		const struct running_item *it = &r->nodes[i];
		bool unknown = it->state == ITEM_ATTENTION && it->silent_since && it->undo != UNDO_DONE;

		if (!r->event->items[i].tell && (!is_settled(it) || unknown))
			return false;
		if (it->undo == UNDO_WANTED || it->undo == UNDO_SENT)
			return false;
	}
	return true;
}

/* --- asking for it --- */

static void
stop_lookups(struct running *r)
{
	const struct event *e = r->event;

	for (size_t i = e->n_items; i < e->n_items + e->n_materials + e->n_records + e->n_signs; i++) {
		struct running_item *it = &r->nodes[i];

		if (it->state == ITEM_SENT || it->state == ITEM_WAITING)
			it->state = ITEM_WITHDRAWN;
		it->flags &= (uint8_t)~ITEM_LATE;
	}
}

int
running_withdraw(struct running *r, const char *reason, struct effects *x)
{
	char *why = reason ? strdup(reason) : NULL;

	if (r->status >= STATUS_FINISHED || r->withdrawn_at || (reason && !why)) {
		free(why);
		return reason && !why ? -1 : 2;
	}
	x->revision = json_pack("{s:s, s:s*}", "kind", "withdrawal", "reason", reason);
	if (!x->revision) {
		free(why);
		return -1;
	}
	r->revisions++;
	r->withdrawn_at = x->now;
	r->withdrawn_why = why;
	step_tell(r, -1, HISTORY_WITHDRAWAL, x->by ? x->by : "applicant", NULL, x);
	stop_lookups(r);
	step_go_on(r, x);
	return 0;
}

/* --- what the department says --- */

static void
undone(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->undo = UNDO_DONE;
	if (it->state == ITEM_ACKNOWLEDGED) /* its own decision will not come any more: this was it */
		it->decided_at = x->now;
	it->state = ITEM_WITHDRAWN;
	it->next_at = it->undoing.next_at = it->undoing.silent_since = 0;
	step_tell(r, node, HISTORY_UNDONE, "department", NULL, x);
}

void
step_undo_failed(struct running *r, int node, const char *reason, const char *code, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	free(it->undo_reason);
	it->undo_reason = reason ? strdup(reason) : NULL;
	if (reason && !it->undo_reason)
		x->failed = true;
	it->undo = stands(it) ? UNDO_FAILED : UNDO_NONE; /* of what was refused meanwhile nothing is in force */
	it->undoing.next_at = 0;
	step_tell(r, node, HISTORY_UNDO_FAILED, reason ? "department" : NULL, code, x);
}

static void
try_again(struct running *r, int node, const struct ending *ending, uint32_t random, struct effects *x)
{
	struct running_item *it = running_node(r, node);
	bool first = !it->undoing.silent_since;

	x->changed = true;
	if (!step_try_again(ending, random, x->now, &it->undoing.attempts, &it->undoing.next_at,
	        &it->undoing.silent_since))
		step_undo_failed(r, node, NULL, "unknown", x);
	else if (first)
		step_tell(r, node, HISTORY_SILENT, NULL, ending->code, x);
}

static void
apply(struct running *r, int node, const struct ending *ending, uint32_t random, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	switch (ending->kind) {
	case ENDING_CANCELLED:
		undone(r, node, x);
		break;
	case ENDING_REJECTED:
		step_undo_failed(r, node, ending->reason, "rejected", x);
		break;
	case ENDING_PENDING:
		it->undoing.next_at = it->undoing.silent_since = 0;
		x->changed = true;
		break;
	case ENDING_NOT_RECEIVED: case ENDING_RETRY: case ENDING_STOP_QUEUE:
		try_again(r, node, ending, random, x);
		break;
	default:
		step_undo_failed(r, node, NULL, ending->code, x);
		break;
	}
}

static bool
agrees(const struct running_item *it, const struct ending *ending)
{
	if (ending->kind == ENDING_CANCELLED)
		return it->undo == UNDO_DONE;
	return ending->kind != ENDING_REJECTED || it->undo == UNDO_FAILED || it->undo == UNDO_NONE;
}

bool
running_settle_undo(struct running *r, int node, int round, struct ending *ending, uint32_t random,
    struct effects *x)
{
	struct running_item *it = running_node(r, node);
	bool after_all = it->undo == UNDO_FAILED && ending->kind == ENDING_CANCELLED;

	if (round != it->round) {
		step_tell(r, node, HISTORY_LATE, "department", ending->code, x);
		return true;
	}
	if (it->undo != UNDO_SENT && !after_all) {
		if (agrees(it, ending))
			return false;
		step_tell(r, node, HISTORY_CONFLICT, "department", ending->code, x);
		it->flags |= ITEM_CONFLICT;
		return true;
	}
	apply(r, node, ending, random, x);
	step_go_on(r, x);
	return true;
}
