#include "flows/engine_own.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { REFUSALS = 5 };
#define IDLE_US (3600 * US_PER_SECOND) /* nothing to wait for: every wake-up comes from elsewhere */

/* --- groups --- */

static void
give_back_later(struct engine *e, struct engaged *owner)
{
	struct settlement *s;

	while ((s = owner->later.first)) {
		owner->later.first = s->next;
		if (!owner->later.first)
			owner->later.last = NULL;
		settlements_add(&e->settled, s);
	}
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

static void
committed(struct engine *e)
{
	struct group *g = &e->group;

	e->groups++;
	e->steps += (long)g->rows.n;
	g->limit = g->limit < GROUP_SETTLEMENTS / 2 ? g->limit * 2 : GROUP_SETTLEMENTS;
	for (size_t i = 0; i < g->n_settled; i++)
		follow(e, g->settled[i]);
	for (size_t i = 0; i < g->fresh.n; i++)
		send_fresh(e, g->fresh.list[i]);
	for (size_t i = 0; i < g->rows.n; i++) {
		struct engaged *owner = g->rows.list[i]->owner;

		g->rows.list[i]->owner = NULL;
		go_on(e, owner);
	}
	group_end(g, true);
}

/* Load the applications of a group again that was not committed, or of which that is not known.
 * Answers not yet written are forgotten: their keys are asked again. `abandon`: do not load. */
static void
forget_group(struct engine *e, bool abandon)
{
	struct group *g = &e->group;

	for (size_t i = 0; i < g->n_settled; i++) {
		struct engaged *owner = g->settled[i]->owner;
		struct settlement **p = &e->settled.first, *s;
		size_t k;

		for (k = i + 1; k < g->n_settled && g->settled[k]->owner != owner; k++)
			;
		if (k < g->n_settled)
			continue; /* its last settlement deals with it */
		while ((s = *p)) { /* and what stands in line for it */
			if (s->owner != owner) {
				p = &s->next;
				continue;
			}
			*p = s->next;
			settlement_free(s);
		}
		if (!abandon)
			takeup_lose(e, owner->r->division, owner->r->id);
		if (owner->row)
			owner->row->owner = NULL;
		engagements_drop(&e->running, &e->timers, owner);
	}
	e->settled.last = NULL;
	for (struct settlement *s = e->settled.first; s; s = s->next)
		e->settled.last = s;
	group_end(g, false);
	e->reloads++;
}

/* A group that the database refuses comes again in halves, so that it is one application in the end
 * that does not go on, not the node. True when that one has been tried often enough. */
static bool
is_hopeless(struct engine *e, const struct error *why)
{
	struct group *g = &e->group;
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
group_failed(struct engine *e, struct error *why)
{
	log_warning("a group of %zu applications was not committed: %s", e->group.rows.n, why->text);
	forget_group(e, is_hopeless(e, why));
	e->claim_at = clock_monotonic() + ENGINE_CLAIM_US / 10;
}

static void
advance_group(struct engine *e)
{
	struct error why = { 0 };

	if (e->group.in_flight) {
		int done = store_group_poll(e->store, &why);

		if (done == 0)
			return;
		if (done < 0)
			group_failed(e, &why);
		else
			committed(e);
	}
	error_clear(&why);
	arrivals_take_deferred(e);
	if (e->n_lost > 0 || !e->settled.first)
		return;
	if (group_build(&e->group, &e->settled, node_now(e->node), &why) != 0)
		group_failed(e, &why);
}

/* --- the loop --- */

static bool
is_stopping(struct engine *e)
{
	bool stopping;

	pthread_mutex_lock(&e->lock);
	stopping = e->stopping;
	pthread_mutex_unlock(&e->lock);
	return stopping;
}

static int
sleep_ms(struct engine *e)
{
	int64_t now = clock_monotonic(), until = now + IDLE_US;

	if (e->settled.first && !e->group.in_flight && e->n_lost == 0)
		return 0;
	if (is_stopping(e))
		until = now + US_PER_SECOND / 10;
	if (!e->group.in_flight && e->claim_at && e->claim_at < until)
		until = e->claim_at;
	if (!e->group.in_flight && e->watch_at < until)
		until = e->watch_at;
	if (e->hearings && e->hearings->until < until)
		until = e->hearings->until;
	until = calls_next(e, until);
	return until <= now ? 0 : (int)((until - now + 999) / 1000);
}

/* At the end what is in flight is waited for and committed, but not for ever: a department may hang,
 * the database may be away. Nothing is lost by leaving: all of it is asked again after the start. */
static bool
keeps_running(struct engine *e)
{
	if (!is_stopping(e))
		return true;
	return (e->group.in_flight || e->settled.first || outcall_busy(e->out) > 0) &&
	    clock_monotonic() < e->stop_by;
}

static void
show_figures(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	e->figures = (struct engine_figures){ (long)e->running.n, outcall_busy(e->out), e->groups,
		e->steps, e->n_settled, e->reloads };
	pthread_mutex_unlock(&e->lock);
}

/* Answers that came to other nodes, and what dead nodes left; while no group is out. */
static void
look_around(struct engine *e)
{
	int64_t now = clock_monotonic();

	if (e->group.in_flight)
		return;
	if (e->hearings && !e->claim_at) /* a notice may be lost, a petition's node may be dying */
		e->claim_at = now + US_PER_SECOND;
	if (store_notified(e->store) || (store_socket(e->store) < 0 && !e->claim_at))
		e->claim_at = now;
	if (e->claim_at && now >= e->claim_at)
		takeup_all(e);
	else if (now >= e->watch_at)
		takeup_watch(e);
}

static void *
engine_run(void *cookie)
{
	struct engine *e = cookie;
	struct outcall_done done;

	takeup_all(e);
	while (keeps_running(e)) {
		hearings_expire(e, false);
		arrivals_take(e);
		calls_fire_timers(e);
		advance_group(e);
		if (!is_stopping(e))
			calls_start(e); /* last before sleeping: all of the above may have queued calls */
		if (!keeps_running(e)) /* the wake-up may have been spent while the last group was out */
			break;
		show_figures(e);
		outcall_wait(e->out, store_socket(e->store),
		    store_unsent(e->store) ? POLLIN | POLLOUT : POLLIN, sleep_ms(e));
		while (outcall_next(e->out, &done)) {
			calls_answered(e, &done);
			outcall_release(e->out, done.call);
		}
		look_around(e);
	}
	return NULL;
}

struct engine *
engine_start(struct node *n, struct error *why)
{
	struct outcall_limits limits = { .in_flight = ENGINE_IN_FLIGHT, .endpoints = 64 };
	struct engine *e = calloc(1, sizeof *e);

	if (!e) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	e->node = n;
	e->hearings_end = &e->hearings;
	pthread_mutex_init(&e->lock, NULL);
	e->store = store_open(n->database, "yijianshi engine", why);
	if (e->store && (store_node_join(e->store, n->incarnation, n->slot + 1024, why) != 0 ||
	    store_listen(e->store, why) != 0)) {
		store_close(e->store);
		e->store = NULL;
	}
	e->out = e->store ? outcall_new(&limits, why) : NULL;
	if (!e->out || group_open(&e->group, n, e->store) != 0) {
		outcall_free(e->out);
		store_close(e->store);
		free(e);
		return NULL;
	}
	for (size_t i = 0; i < n->departments.n; i++) {
		n->departments.list[i].tokens = n->departments.list[i].connector.per_minute;
		n->departments.list[i].tokens_at = clock_monotonic();
	}
	return e;
}

int
engine_go(struct engine *e, struct error *why)
{
	if (pthread_create(&e->thread, NULL, engine_run, e) != 0)
		return error_set(why, ERROR_TEMPORARY, "no thread");
	e->going = true;
	return 0;
}

void
engine_stop(struct engine *e)
{
	if (!e)
		return;
	pthread_mutex_lock(&e->lock);
	e->stopping = true;
	e->stop_by = clock_monotonic() + ENGINE_STOP_US;
	pthread_mutex_unlock(&e->lock);
	outcall_wakeup(e->out);
	if (e->going)
		pthread_join(e->thread, NULL);
	arrivals_free(e);
	hearings_expire(e, true);
	for (size_t i = 0; i < e->node->departments.n; i++) {
		struct operation *op;

		while ((op = operation_unqueue(&e->node->departments.list[i])))
			if (!op->owner)
				operation_free(op);
	}
	group_close(&e->group);
	engagements_free(&e->running, &e->timers);
	outcall_free(e->out);
	store_close(e->store);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

void
engine_figures(struct engine *e, struct engine_figures *out)
{
	pthread_mutex_lock(&e->lock);
	*out = e->figures;
	pthread_mutex_unlock(&e->lock);
}

void
engine_department(struct engine *e, const char *department, int *in_flight, int *waiting, bool *stopped)
{
	const struct department *d = departments_find(&e->node->departments, department);

	/* read without the engine's thread: figures for people, a moment old is good enough */
	*in_flight = d ? __atomic_load_n(&d->in_flight, __ATOMIC_RELAXED) : 0;
	*waiting = d ? __atomic_load_n(&d->waiting, __ATOMIC_RELAXED) : 0;
	*stopped = d && __atomic_load_n(&d->stopped_until, __ATOMIC_RELAXED) > clock_monotonic();
}
