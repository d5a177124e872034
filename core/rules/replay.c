#include "rules/replay.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/history.h"
#include "rules/saving.h"

/* --- nodes --- */

static size_t
n_nodes(const struct event *e)
{
	return e->n_items + e->n_materials + e->n_records + e->n_signs;
}

/* --- beginning --- */

int
replay_begin(struct replay *p, const struct event *event, const struct plan *plan)
{
	if (!p->r || p->r->event != event) {
		running_free(p->r);
		p->r = running_new(event);
	}
	if (!p->r)
		return -1;
	memset(p->r->nodes, 0, n_nodes(event) * sizeof *p->r->nodes);
	p->r->plan = *plan;
	p->r->status = STATUS_IN_PROGRESS;
	p->r->submitted_at = p->r->finished_at = p->r->withdrawn_at = p->r->stopped_since = 0;
	p->r->stopped_days = p->r->typed = 0;
	for (size_t i = 0; i < n_nodes(event); i++)
		p->r->nodes[i].round = 1;
	for (size_t i = 0; i < event->n_items; i++)
		p->r->nodes[i].state = plan->item[i].verdict == PLAN_RUNS ? ITEM_WAITING : ITEM_SKIPPED;
	for (size_t m = 0; m < event->n_materials; m++)
		if (!(plan->materials >> m & 1))
			p->r->nodes[event->n_items + m].how = HOW_NOT_NEEDED;
	memset(p->reopened, 0, sizeof p->reopened);
	p->n_sends = 0;
	p->entries = 0;
	p->plan[0] = '\0';
	return 0;
}

void
replay_free(struct replay *p)
{
	running_free(p->r);
	p->r = NULL;
}

/* --- sends --- */

static struct replay_send *
find_send(struct replay *p, int node, int round, bool undo)
{
	for (int i = p->n_sends; i-- > 0;) {
		struct replay_send *s = &p->sends[i];

		if (s->node == node && s->round == round && s->undo == undo)
			return s;
	}
	return NULL;
}

const struct replay_send *
replay_find(const struct replay *p, int node, int round, bool undo)
{
	return find_send((struct replay *)(uintptr_t)p, node, round, undo);
}

static const char *
add_send(struct replay *p, int node, bool undo, const struct replay_entry *e)
{
	if (find_send(p, node, e->round, undo))
		return "is sent twice in one round";
	if (p->n_sends == REPLAY_SENDS)
		return "is one operation more than there can be";
	p->sends[p->n_sends++] = (struct replay_send){ .node = node, .round = e->round, .undo = undo,
		.sent_at = e->at };
	return NULL;
}

static void
decided(struct replay *p, int node, int round, bool undo, int64_t at)
{
	struct replay_send *s = find_send(p, node, round, undo);

	if (s)
		s->decided_at = at;
}

/* --- what an entry says of the whole --- */

static void
resume(struct running *r, int64_t at)
{
	if (r->stopped_since)
		r->stopped_days += saving_stopped(r->stopped_since, at);
	r->stopped_since = 0;
	r->status = STATUS_IN_PROGRESS;
}

/* What was still asked for interests nobody any more. */
static void
stop_lookups(struct running *r, bool waiting_too)
{
	const struct event *e = r->event;
	size_t n = e->n_items + e->n_materials + e->n_records + (waiting_too ? e->n_signs : 0);

	for (size_t i = e->n_items; i < n; i++)
		if (r->nodes[i].state == ITEM_SENT || (waiting_too && r->nodes[i].state == ITEM_WAITING))
			r->nodes[i].state = ITEM_WITHDRAWN;
}

static void
end(struct running *r, uint8_t status, int64_t at)
{
	r->status = status;
	r->finished_at = at;
	stop_lookups(r, false);
}

/* Which of the items that were sent back it answers is not said, nor which records it asks for again:
 * each may have gone back to waiting, until a further entry says where it is. */
static void
corrected(struct replay *p, int fields)
{
	p->r->typed += fields;
	for (size_t i = 0; i < n_nodes(p->r->event); i++)
		p->reopened[i] = p->r->nodes[i].state == ITEM_CORRECTION || p->r->nodes[i].how == HOW_FETCHED;
}

static const char *
whole(struct replay *p, enum history_word what, const struct replay_entry *e)
{
	struct running *r = p->r;

	switch (what) {
	case HISTORY_ACCEPTED:
		r->submitted_at = e->at;
		r->typed = e->fields;
		memcpy(p->plan, e->plan, sizeof p->plan);
		return p->entries == 1 ? NULL : "is accepted more than once";
	case HISTORY_DISPUTED:
		return NULL;
	case HISTORY_CORRECTED:
		corrected(p, e->fields);
		return NULL;
	case HISTORY_WITHDRAWAL:
		r->withdrawn_at = e->at;
		stop_lookups(r, true);
		return NULL;
	case HISTORY_CLOCK_STOPPED:
		r->stopped_since = e->at;
		r->status = STATUS_WAITING_FOR_APPLICANT;
		return NULL;
	case HISTORY_CLOCK_RESUMED:
		resume(r, e->at);
		return NULL;
	case HISTORY_FINISHED:
		end(r, STATUS_FINISHED, e->at);
		return NULL;
	case HISTORY_WITHDRAWN:
		end(r, STATUS_WITHDRAWN, e->at);
		return NULL;
	default:
		return "names no item";
	}
}

/* --- what it says of an undo --- */

static bool
stands(const struct running_item *it)
{
	return it->state == ITEM_ACKNOWLEDGED || it->state == ITEM_APPROVED || it->state == ITEM_ATTENTION;
}

static const char *
undo(struct replay *p, int node, enum history_word what, const struct replay_entry *e)
{
	struct running_item *it = running_node(p->r, node);

	if (what == HISTORY_UNDO_SENT) {
		it->undo = UNDO_SENT;
		return add_send(p, node, true, e);
	}
	if (what == HISTORY_UNDO_IMPOSSIBLE) {
		it->undo = UNDO_IMPOSSIBLE;
		return NULL;
	}
	if (what == HISTORY_UNDONE) {
		if (it->state == ITEM_ACKNOWLEDGED)
			decided(p, node, e->round, false, e->at);
		it->undo = UNDO_DONE;
		it->state = ITEM_WITHDRAWN;
	} else {
		it->undo = stands(it) ? UNDO_FAILED : UNDO_NONE;
	}
	decided(p, node, e->round, true, e->at);
	return NULL;
}

/* --- what it says of one node --- */

static const char *
send(struct replay *p, int node, const struct replay_entry *e)
{
	struct running_item *it = running_node(p->r, node);

	if (node < MATERIAL_NODE && !(p->r->plan.runs >> node & 1))
		return "is sent, though by its plan it does not run";
	it->state = ITEM_SENT;
	it->sent_at = e->at;
	if (node >= MATERIAL_NODE && node < RECORD_NODE)
		it->how = HOW_WAITING;
	return add_send(p, node, false, e);
}

static void
uploaded(struct running_item *it)
{
	if (it->state == ITEM_SENT)
		it->round++;
	it->state = ITEM_WAITING;
	it->how = HOW_UPLOADED;
}

static const char *
paper(struct replay *p, int node, enum history_word what, const struct replay_entry *e)
{
	struct running_item *it = running_node(p->r, node);

	switch (what) {
	case HISTORY_FETCHED:
		it->how = HOW_FETCHED;
		if (it->state == ITEM_SENT)
			it->state = ITEM_APPROVED;
		decided(p, node, e->round, false, e->at);
		return NULL;
	case HISTORY_NOT_FOUND:
		decided(p, node, e->round, false, e->at);
		it->state = ITEM_WAITING;
		it->how = HOW_WAITING;
		it->round++;
		return NULL;
	case HISTORY_COMMITTED:
		it->how = HOW_COMMITTED;
		return NULL;
	case HISTORY_UPLOAD_NEEDED:
		it->how = HOW_UPLOAD_NEEDED;
		return NULL;
	case HISTORY_UPLOADED:
		uploaded(it);
		return NULL;
	default:
		return "says of a paper what can only be of an item";
	}
}

static const char *
record_or_sign(struct replay *p, int node, enum history_word what, const struct replay_entry *e)
{
	struct running_item *it = running_node(p->r, node);

	decided(p, node, e->round, false, e->at);
	it->state = what == HISTORY_FOUND || what == HISTORY_SIGNED ? ITEM_APPROVED : ITEM_REFUSED;
	return what == HISTORY_FOUND || what == HISTORY_NOT_FOUND || what == HISTORY_SIGNED ||
	    what == HISTORY_DECLINED ? NULL : "says of a record or consent what cannot be of one";
}

/* States that an entry leads an item to; the others of the enum lead to none. */
static const struct { uint8_t leads, state; bool only_sent; } moves[HISTORY_WORDS] = {
	[HISTORY_ACKNOWLEDGED] = { 1, ITEM_ACKNOWLEDGED, true },
	[HISTORY_APPROVED] = { 1, ITEM_APPROVED, true },
	[HISTORY_REFUSED] = { 1, ITEM_REFUSED, false },
	[HISTORY_BLOCKED] = { 1, ITEM_BLOCKED, false },
	[HISTORY_SKIPPED] = { 1, ITEM_SKIPPED, false },
	[HISTORY_ATTENTION] = { 1, ITEM_ATTENTION, false },
	[HISTORY_CORRECTION] = { 1, ITEM_CORRECTION, false },
	[HISTORY_WITHDRAWN] = { 1, ITEM_WITHDRAWN, false },
};

static const char *
item(struct replay *p, int node, enum history_word what, const struct replay_entry *e)
{
	struct running_item *it = running_node(p->r, node);
	struct replay_send *s = find_send(p, node, e->round, false);

	if (what == HISTORY_OVERDUE)
		it->flags |= ITEM_OVERDUE;
	else if (what == HISTORY_DEEMED_ACCEPTED)
		it->flags |= ITEM_DEEMED;
	else if (what == HISTORY_HELD)
		return NULL;
	else if (!moves[what].leads)
		return "says of an item what can only be of a paper";
	if (!moves[what].leads)
		return NULL;
	if (s && what == HISTORY_ACKNOWLEDGED)
		s->acknowledged_at = e->at;
	else if (s && (it->state == ITEM_SENT || it->state == ITEM_ACKNOWLEDGED || it->state == ITEM_ATTENTION))
		s->decided_at = what == HISTORY_ATTENTION ? s->decided_at : e->at;
	it->state = moves[what].state;
	if (what == HISTORY_REFUSED && strcmp(e->by, "department") != 0)
		it->sent_at = 0; /* by a rule or consent, before it went out (again): it has not run */
	if (what == HISTORY_REFUSED && strcmp(e->code, "offline") == 0)
		it->flags |= ITEM_OFFLINE;
	return moves[what].only_sent && !s ? "has an answer, but was never sent" : NULL;
}

/* A person has looked: it stays as it is, or what was decided stands after all. */
static const char *
settled(struct running_item *it, const struct replay_entry *e)
{
	if (strcmp(e->code, "approved") == 0)
		it->state = ITEM_APPROVED;
	return NULL;
}

static int
word_of(const char *what)
{
	for (int i = 0; i < HISTORY_WORDS; i++)
		if (strcmp(history_words[i], what) == 0)
			return i;
	return -1;
}

const char *
replay_entry(struct replay *p, const struct replay_entry *e)
{
	int what = word_of(e->what), node;

	p->entries++;
	if (e->seq != p->entries)
		return "is missing before this entry, or out of order";
	if (what < 0)
		return "is no word of a history";
	if (p->entries == 1 && what != HISTORY_ACCEPTED)
		return "comes before it was accepted";
	if (what >= HISTORY_INQUIRED)
		return *e->item && running_find(p->r->event, e->item) < 0 ? "is of an item that its event has not" : NULL;
	if (!*e->item)
		return whole(p, (enum history_word)what, e);
	node = running_find(p->r->event, e->item);
	if (node < 0)
		return "is of an item that its event has not";
	if (e->round) /* every entry tells the present one */
		running_node(p->r, node)->round = (uint8_t)e->round;
	if (what == HISTORY_SILENT || what == HISTORY_LATE || what == HISTORY_CONFLICT ||
	    what == HISTORY_RETYPED || what == HISTORY_REMINDED)
		return NULL; /* recorded, nothing moves */
	if (what == HISTORY_SETTLED)
		return settled(running_node(p->r, node), e);
	p->reopened[running_node(p->r, node) - p->r->nodes] = false;
	if (what == HISTORY_SENT)
		return send(p, node, e);
	if (what >= HISTORY_UNDO_SENT && what <= HISTORY_UNDO_IMPOSSIBLE)
		return undo(p, node, (enum history_word)what, e);
	if (node >= RECORD_NODE)
		return record_or_sign(p, node, (enum history_word)what, e);
	return node >= MATERIAL_NODE ? paper(p, node, (enum history_word)what, e)
	    : item(p, node, (enum history_word)what, e);
}
