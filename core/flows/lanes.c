/* Groups on their way: each is one transaction, two are under way at a time.
 *
 * While one lane's group is being committed the next is built from what has come in since and goes out
 * by the other lane. Their order does not matter, for no application is in two groups: as long as its
 * row is under way, whatever else comes for it waits with it (engaged.later).
 */
#include "flows/engine_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"
#include "flows/heads.h"
#include "flows/notices.h"

enum { REFUSALS = 5 };

/* --- after the commit --- */

static void
give_back_later(struct engine *e, struct engaged *owner)
{
	struct settlement *s;

	while ((s = settlements_take(&owner->later)))
		settlements_add(&e->settled, s);
}

/* What a committed settlement means for calls, and for who waits. */
static void
follow(struct engine *e, const struct settlement *s)
{
	if (s->petition)
		hearings_decided(e, s->petition);
	if (!s->owner->row)
		return;
	if (s->kind == SETTLEMENT_ANSWER)
		calls_after(e, s->owner, s->node, s->undo);
	else
		calls_drop_closed(e, s->owner);
}

static void
send_fresh(struct engine *e, struct operation *op)
{
	struct operation **slot = engaged_slot(op->owner, op->node, op->undo);

	if (*slot) { /* an earlier round's call that has not come back: nobody waits for it */
		timers_remove(&e->timers, &(*slot)->timer);
		(*slot)->owner = NULL;
		if (!(*slot)->queued && !(*slot)->in_flight)
			operation_free(*slot);
	}
	CRASH_POINT("call/sent_first");
	if (PLANTED("operation_forgotten") && op->node == 3) {
		operation_free(op);
		return;
	}
	*slot = op;
	operation_queue(op);
}

static void
go_on(struct engine *e, struct engaged *owner)
{
	owner->row = NULL;
	give_back_later(e, owner);
	if (owner->r->status >= STATUS_FINISHED && owner->pending == 0 && !engaged_is_calling(owner) &&
	    !running_is_busy(owner->r))
		engagements_drop(&e->running, &e->timers, owner);
	else
		calls_set_clock(e, owner);
}

/* Before the rows' owners may go. */
static void
tell_listeners(const struct engine *e, const struct group *g)
{
	if (!notices_any(e->node->notices))
		return;
	for (size_t i = 0; i < g->rows.n; i++)
		notices_changed(e->node->notices, g->rows.list[i]->owner->r->id);
}

static void
note_heads(const struct engine *e, const struct group *g)
{
	for (size_t i = 0; i < g->rows.n; i++)
		heads_note(e->node, g->rows.list[i]->owner->r);
}

static void
committed(struct engine *e, struct group *g)
{
	CRASH_POINT("group/committed");
	e->groups++;
	e->steps += (long)g->rows.n;
	g->limit = g->limit < GROUP_SETTLEMENTS / 2 ? g->limit * 2 : GROUP_SETTLEMENTS;
	tell_listeners(e, g);
	note_heads(e, g);
	for (size_t i = 0; i < g->n_settled; i++)
		follow(e, g->settled[i]);
	CRASH_POINT("group/followed");
	for (size_t i = 0; i < g->fresh.n; i++)
		send_fresh(e, g->fresh.list[i]);
	for (size_t i = 0; i < g->rows.n; i++) {
		struct engaged *owner = g->rows.list[i]->owner;

		g->rows.list[i]->owner = NULL;
		go_on(e, owner);
	}
	CRASH_POINT("group/ended");
	group_end(g, true);
}

/* What stands in line for an application that is forgotten. */
static void
forget_line(struct engine *e, const struct engaged *owner)
{
	struct settlements line = e->settled;
	struct settlement *s;

	e->settled = (struct settlements){ 0 };
	while ((s = settlements_take(&line))) {
		if (s->owner == owner)
			settlement_free(s);
		else
			settlements_add(&e->settled, s);
	}
}

/* Load the applications of a group again that was not committed, or of which that is not known.
 * Answers not yet written are forgotten: their keys are asked again. `abandon`: do not load. */
static void
forget_group(struct engine *e, struct group *g, bool abandon)
{
	for (size_t i = 0; i < g->n_settled; i++) {
		struct engaged *owner = g->settled[i]->owner;
		size_t k;

		for (k = i + 1; k < g->n_settled && g->settled[k]->owner != owner; k++)
			;
		if (k < g->n_settled)
			continue; /* its last settlement deals with it */
		forget_line(e, owner);
		if (!abandon)
			takeup_lose(e, owner->r->division, owner->r->id);
		if (owner->row)
			owner->row->owner = NULL;
		engagements_drop(&e->running, &e->timers, owner);
	}
	group_end(g, false);
	e->reloads++;
}

/* A group that the database refuses comes again in halves, so that it is one application in the end
 * that does not go on, not the node. True when that one has been tried often enough. */
static bool
is_hopeless(struct engine *e, struct group *g, const struct error *why)
{
	const struct running *r;

	if (why->kind == ERROR_TEMPORARY || why->kind == ERROR_UNKNOWN || g->n_settled == 0)
		return false;
	g->limit = g->n_settled > 1 ? g->n_settled / 2 : 1;
	if (g->rows.n != 1)
		return false;
	r = g->rows.list[0]->owner->r;
	e->refusals = e->refused == r->id ? e->refusals + 1 : 1;
	e->refused = r->id;
	if (e->refusals < REFUSALS)
		return false;
	log_error("application %s cannot be written and stands still until the next start: %s", r->number,
	    why->text);
	return true;
}

static void
group_failed(struct engine *e, struct group *g, struct error *why)
{
	log_warning("a group of %zu applications was not committed: %s", g->rows.n, why->text);
	forget_group(e, g, is_hopeless(e, g, why));
	e->claim_at = clock_monotonic() + ENGINE_CLAIM_US / 10;
}

/* --- building --- */

/* A full group may have left something in line for an application that is in it: it waits with what
 * comes now, in order. */
static void
hold_back(struct engine *e)
{
	struct settlements line = e->settled;
	struct settlement *s;

	e->settled = (struct settlements){ 0 };
	while ((s = settlements_take(&line)))
		settlements_add(s->owner->row ? &s->owner->later : &e->settled, s);
}

static void
build(struct engine *e, struct group *g)
{
	bool beside = !lanes_idle(e);
	struct error why = { 0 };

	if (group_build(g, &e->settled, node_now(e->node), &why) != 0)
		group_failed(e, g, &why);
	else if (e->settled.first)
		hold_back(e);
	e->beside += beside && g->in_flight;
}

/* What is to be read from the store waits for the end of all groups: then no new one begins. */
static bool
is_reading_due(const struct engine *e)
{
	int64_t now = clock_monotonic();

	return e->deferred || e->n_lost > 0 || (e->claim_at && now >= e->claim_at) || now >= e->watch_at;
}

/* Beside a group in flight another one is worth its commit only when it is no mere crumb of it. */
static bool
is_worth_it(const struct engine *e)
{
	size_t in_flight = 0;

	for (int i = 0; i < ENGINE_LANES; i++)
		in_flight += e->lanes[i].in_flight ? e->lanes[i].n_settled : 0;
	return e->settled.n >= in_flight;
}

static struct group *
free_lane(struct engine *e)
{
	for (int i = 0; i < ENGINE_LANES; i++)
		if (!e->lanes[i].in_flight)
			return &e->lanes[i];
	return NULL;
}

bool
lanes_ready(const struct engine *e)
{
	bool is_free = false;

	for (int i = 0; i < ENGINE_LANES; i++)
		is_free = is_free || !e->lanes[i].in_flight;
	return e->settled.first && is_free && !is_reading_due(e) && is_worth_it(e);
}

static void
take_end(struct engine *e, struct group *g)
{
	struct error why = { 0 };
	int done = store_group_poll(g->store, &why);

	if (done < 0)
		group_failed(e, g, &why);
	else if (done > 0)
		committed(e, g);
}

void
lanes_advance(struct engine *e)
{
	for (int i = 0; i < ENGINE_LANES; i++)
		if (e->lanes[i].in_flight)
			take_end(e, &e->lanes[i]);
	if (e->deferred && lanes_idle(e))
		arrivals_take_deferred(e);
	while (lanes_ready(e))
		build(e, free_lane(e));
}

/* --- the connections --- */

static void
wanted(void *notices, const struct store_change *c)
{
	notices_wanted(notices, c);
}

/* A version may come into force by it: the files are looked at again. */
static void
approved(void *node)
{
	node_reread(node);
}

/* What came to other nodes for us, and what they want to know of ours; what was approved. */
static int
hear(struct node *n, struct store *s, struct error *why)
{
	store_on_want(s, wanted, n->notices);
	if (n->places.four_eyes)
		store_on_approved(s, approved, n);
	return store_listen(s, why);
}

int
lanes_open(struct engine *e, struct error *why)
{
	static const char *const names[ENGINE_LANES] = { "yijianshi engine", "yijianshi engine 2" };
	static const int writers[ENGINE_LANES] = { 1024, 3072 }; /* the intake's is between them */
	struct node *n = e->node;

	for (int i = 0; i < ENGINE_LANES; i++) {
		struct store *s = store_open(n->database, names[i], why);

		if (s && store_node_join(s, n->incarnation, n->slot + writers[i], why) == 0 &&
		    (i > 0 || hear(n, s, why) == 0) && group_open(&e->lanes[i], n, s) == 0)
			continue;
		store_close(s);
		e->lanes[i].store = NULL;
		return -1;
	}
	e->store = e->lanes[0].store;
	return 0;
}

void
lanes_close(struct engine *e)
{
	for (int i = 0; i < ENGINE_LANES; i++)
		if (e->lanes[i].store) {
			group_close(&e->lanes[i]);
			store_close(e->lanes[i].store);
		}
}

bool
lanes_idle(const struct engine *e)
{
	for (int i = 0; i < ENGINE_LANES; i++)
		if (e->lanes[i].in_flight)
			return false;
	return true;
}

bool
lanes_alive(struct engine *e)
{
	bool all = true;

	for (int i = 0; i < ENGINE_LANES; i++)
		all = store_alive_at_once(e->lanes[i].store) && all;
	return all;
}

int
lanes_sockets(const struct engine *e, struct pollfd *sockets)
{
	for (int i = 0; i < ENGINE_LANES; i++)
		sockets[i] = (struct pollfd){ .fd = store_socket(e->lanes[i].store),
			.events = store_unsent(e->lanes[i].store) ? POLLIN | POLLOUT : POLLIN };
	return ENGINE_LANES;
}

bool
lanes_told(struct engine *e)
{
	bool told = false;

	for (int i = 0; i < ENGINE_LANES; i++)
		told = store_notified(e->lanes[i].store) || told;
	return told;
}

bool
lanes_lost(const struct engine *e)
{
	for (int i = 0; i < ENGINE_LANES; i++)
		if (store_socket(e->lanes[i].store) < 0)
			return true;
	return false;
}
