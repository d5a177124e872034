/* step.c: how one move of a running application leads to the next: what becomes possible, and where the
 * whole stands. What the moves themselves do stands in the files step_*.c. */
#include "rules/running.h"

#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "rules/saving.h"
#include "rules/step_own.h"
#include "seal/digest.h"

/* --- what becomes possible --- */

bool
step_is_over(uint8_t state)
{
	return state == ITEM_REFUSED || state == ITEM_BLOCKED || state == ITEM_SKIPPED ||
	    state == ITEM_WITHDRAWN;
}

uint64_t
step_items_in(const struct running *r, uint8_t state)
{
	uint64_t set = 0;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == state)
			set |= UINT64_C(1) << i;
	return set;
}

void
step_facts(const struct running *r, int64_t now, json_t **outputs, struct facts *facts)
{
	running_facts(r, outputs, facts);
	facts->today = clock_day(now);
}

static bool
materials_ready(const struct running *r, size_t item)
{
	for (size_t m = 0; m < r->event->n_materials; m++)
		if ((r->plan.item[item].uses >> m & 1) && !step_material_settled(r, (int)m))
			return false;
	return true;
}

static void
end_unsent(struct running *r, size_t i, uint8_t state, const char *code, struct effects *x)
{
	r->nodes[i].state = state;
	r->nodes[i].decided_at = x->now;
	step_tell(r, (int)i, state == ITEM_BLOCKED ? HISTORY_BLOCKED :
	    state == ITEM_SKIPPED ? HISTORY_SKIPPED : HISTORY_REFUSED, NULL, code, x);
}

void
step_end_unsent(struct running *r, uint64_t items, uint8_t state, enum item_cause cause, int index,
    const char *code, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		struct running_item *it = &r->nodes[i];
		bool unsent = it->state == ITEM_WAITING || (it->state == ITEM_CORRECTION && !it->sent_at);

		if (!(items >> i & 1) || !unsent)
			continue;
		it->how = (uint8_t)cause;
		it->way = (uint8_t)index;
		it->flags &= (uint8_t)~ITEM_HELD;
		if (state == ITEM_REFUSED && strcmp(code, "offline") == 0)
			it->flags |= ITEM_OFFLINE;
		end_unsent(r, i, state, code, x);
	}
}

/* Does its call insist on a result of one that was left out after all? */
static bool
lacks_result(const struct running *r, size_t item, uint64_t skipped)
{
	const struct item *it = &r->event->items[item];
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;

	if (!(it->feeds_from & skipped))
		return false;
	running_facts(r, outputs, &facts);
	for (size_t p = 0; p < it->n_request; p++)
		if (!it->request[p].optional && expr_lacks(it->request[p].value, &facts, ~skipped) >= 0)
			return true;
	return false;
}

/* What needs a refused one is blocked, what lacks a result is skipped, on through the graph. */
static void
close_off(struct running *r, struct effects *x)
{
	bool again;

	do {
		uint64_t over = step_items_in(r, ITEM_REFUSED) | step_items_in(r, ITEM_BLOCKED);
		uint64_t skipped = step_items_in(r, ITEM_SKIPPED);

		again = false;
		for (size_t i = 0; i < r->event->n_items; i++) {
			uint64_t needs = r->plan.item[i].needs;

			if (r->nodes[i].state != ITEM_WAITING || !(needs & (over | skipped)))
				continue;
			if (needs & over)
				end_unsent(r, i, ITEM_BLOCKED, NULL, x);
			else if (lacks_result(r, i, skipped))
				end_unsent(r, i, ITEM_SKIPPED, NULL, x);
			else
				continue;
			again = true;
		}
	} while (again);
}

/* What was to be sent on later is in the call itself already. */
static void
skip_later(struct running *r, size_t item, uint64_t approved, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->event->items[i].tell && r->event->items[i].later_of == (int)item &&
		    r->nodes[i].state == ITEM_WAITING &&
		    !(r->plan.item[i].needs & ~approved & ~(UINT64_C(1) << item)))
			end_unsent(r, i, ITEM_SKIPPED, "sent_along", x);
}

static bool
may_go(const struct running *r, size_t i, uint64_t done)
{
	return r->nodes[i].state == ITEM_WAITING &&
	    (!(r->plan.item[i].needs & ~done) || PLANTED("dependent_not_held_back")) &&
	    !(r->nodes[i].flags & ITEM_HELD) && materials_ready(r, i) &&
	    (!r->event->n_records || !step_record_awaited(r, i)) &&
	    (!r->plan.item[i].signs || !step_sign_awaited(r, i));
}

static void
release(struct running *r, struct effects *x)
{
	uint64_t approved;

	step_record_waits(r, x);
	step_material_look(r, x);
	close_off(r, x);
	step_material_look(r, x);
	approved = step_items_in(r, ITEM_APPROVED);
	for (size_t i = 0; i < r->event->n_items; i++) {
		if (!may_go(r, i, approved | step_items_in(r, ITEM_SKIPPED)))
			continue;
		step_send(r, (int)i, x);
		skip_later(r, i, approved, x);
	}
}

/* --- where the whole stands --- */

bool
running_is_finished(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		uint8_t s = r->nodes[i].state;

		if (s != ITEM_APPROVED && s != ITEM_REFUSED && s != ITEM_BLOCKED && s != ITEM_SKIPPED &&
		    !r->event->items[i].tell)
			return false;
	}
	return true;
}

bool
running_is_open(const struct running *r, int node)
{
	uint8_t s = running_node(r, node)->state;

	return node < SIGN_NODE && (s == ITEM_SENT || s == ITEM_ACKNOWLEDGED);
}

bool
running_is_busy(const struct running *r)
{
	size_t n = r->event->n_items + r->event->n_materials + r->event->n_records;

	for (size_t i = 0; i < n; i++)
		if (r->nodes[i].state == ITEM_SENT || r->nodes[i].state == ITEM_ACKNOWLEDGED ||
		    r->nodes[i].undo == UNDO_WANTED || r->nodes[i].undo == UNDO_SENT)
			return true;
	return false;
}

/* The clock of the whole stands while it is the applicant's turn, and each stop counts once. */
static void
turn(struct running *r, uint8_t status, struct effects *x)
{
	if (status == r->status)
		return;
	if (status == STATUS_WAITING_FOR_APPLICANT) {
		r->stopped_since = x->now;
		step_tell(r, -1, HISTORY_CLOCK_STOPPED, NULL, NULL, x);
	} else if (r->stopped_since) {
		r->stopped_us += x->now - r->stopped_since;
		r->stopped_days += saving_stopped(r->stopped_since, x->now);
		r->stopped_since = 0;
		step_tell(r, -1, HISTORY_CLOCK_RESUMED, NULL, NULL, x);
	}
	r->status = status;
	x->changed = true;
}

/* What papers and records were still asked for interests nobody any more. */
static void
stop_lookups(struct running *r)
{
	for (size_t m = 0; m < r->event->n_materials + r->event->n_records; m++) {
		struct running_item *it = &r->nodes[r->event->n_items + m];

		if (it->state == ITEM_SENT)
			it->state = ITEM_WITHDRAWN;
	}
}

static bool
any_approved(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_APPROVED && !r->event->items[i].tell)
			return true;
	return false;
}

static void
end_as(struct running *r, uint8_t status, struct effects *x)
{
	turn(r, status, x);
	r->finished_at = x->now;
	step_tell(r, -1, status == STATUS_FINISHED ? HISTORY_FINISHED : HISTORY_WITHDRAWN, NULL, NULL, x);
	stop_lookups(r);
	x->released_once = status == STATUS_WITHDRAWN || !any_approved(r);
	if (status == STATUS_FINISHED)
		saving_finish(r, x);
}

static void
conclude(struct running *r, struct effects *x)
{
	if (r->status >= STATUS_FINISHED)
		return;
	if (r->withdrawn_at) {
		turn(r, STATUS_IN_PROGRESS, x);
		if (step_undo_ended(r))
			end_as(r, STATUS_WITHDRAWN, x);
	} else if (running_is_finished(r)) {
		end_as(r, STATUS_FINISHED, x);
	} else {
		turn(r, step_waits_for_applicant(r) ? STATUS_WAITING_FOR_APPLICANT : STATUS_IN_PROGRESS, x);
	}
}

void
step_go_on(struct running *r, struct effects *x)
{
	if (r->withdrawn_at && !PLANTED("goes_on_after_the_withdrawal"))
		step_undo_look(r, x);
	else
		release(r, x);
	conclude(r, x);
}

void
running_begin(struct running *r, const uint8_t form_hash[32], struct effects *x)
{
	char hex[65], plan[33];
	struct history_entry e = { .by = r->filed_by ? "agent" : "applicant", .body = hex, .plan = plan };

	digest_hex(form_hash, 16, hex);
	plan_hash(&r->plan, plan);
	r->typed = saving_typed(r);
	e.fields = r->typed;
	step_tell_entry(r, -1, HISTORY_ACCEPTED, &e, x);
	dispute_begin(r, x);
	for (size_t i = 0; i < r->event->n_items; i++)
		r->nodes[i].state =
		    r->plan.item[i].verdict == PLAN_RUNS ? ITEM_WAITING : ITEM_SKIPPED;
	step_record_begin(r, x);
	step_sign_begin(r, x);
	for (size_t m = 0; m < r->event->n_materials; m++) {
		struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);

		it->state = ITEM_WAITING;
		it->how = HOW_NOT_NEEDED;
		if (r->plan.materials >> m & 1)
			step_material_next(r, (int)m, x);
	}
	step_go_on(r, x);
}
