#include "flows/engine_own.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"

#define IDLE_US (3600 * US_PER_SECOND) /* nothing to wait for: every wake-up comes from elsewhere */

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

	if (lanes_ready(e))
		return 0;
	if (!lanes_idle(e))
		until = now + store_look_ms() * INT64_C(1000);
	if (is_stopping(e))
		until = now + US_PER_SECOND / 10;
	if (lanes_idle(e) && e->claim_at && e->claim_at < until)
		until = e->claim_at;
	if (lanes_idle(e) && e->watch_at < until)
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
	if (atomic_load(&e->node->ended))
		return false; /* others have it all already */
	return (!lanes_idle(e) || e->settled.first || outcall_busy(e->out) > 0) &&
	    clock_monotonic() < e->stop_by;
}

static void
show_figures(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	e->figures = (struct engine_figures){ (long)e->running.n, outcall_busy(e->out), e->groups,
		e->beside, e->steps, e->n_settled, e->reloads };
	pthread_mutex_unlock(&e->lock);
}

/* A moment later, when there may be memory again; and so that a petition is old enough by then to be read from the
 * store (petitions_owned). What is forgotten meanwhile is noticed after that. */
static void
notice_forgotten(struct engine *e, int64_t now)
{
	if (!e->find_at && atomic_load(&e->forgot)) {
		atomic_store(&e->forgot, false);
		e->find_at = now + ENGINE_FIND_US;
	}
	if (e->find_at && (!e->claim_at || e->claim_at > e->find_at))
		e->claim_at = e->find_at;
}

/* Answers that came to other nodes, what dead nodes left, and what was forgotten; while no group is out. */
static void
look_around(struct engine *e)
{
	int64_t now = clock_monotonic();

	if (atomic_load(&e->look) && atomic_exchange(&e->look, false))
		e->claim_at = now;
	notice_forgotten(e, now);
	if (!lanes_idle(e))
		return;
	if (e->hearings && !e->claim_at) /* a notice may be lost, a petition's node may be dying */
		e->claim_at = now + US_PER_SECOND;
	if (lanes_told(e) || (lanes_lost(e) && !e->claim_at))
		e->claim_at = now;
	if (e->claim_at && now >= e->claim_at)
		takeup_all(e);
	else if (now >= e->watch_at)
		takeup_watch(e);
}

void
engine_turn(struct engine *e)
{
	struct pollfd sockets[ENGINE_LANES];
	struct outcall_done done;

	hearings_expire(e, false);
	arrivals_take(e);
	calls_fire_timers(e);
	lanes_advance(e);
	if (!is_stopping(e))
		calls_start(e); /* last before sleeping: all of the above may have queued calls */
	if (!keeps_running(e)) /* the wake-up may have been spent while the last group was out */
		return;
	show_figures(e);
	outcall_wait(e->out, sockets, lanes_sockets(e, sockets), sleep_ms(e));
	while (outcall_next(e->out, &done)) {
		calls_answered(e, &done);
		outcall_release(e->out, done.call);
	}
	look_around(e);
}

static void *
engine_run(void *cookie)
{
	struct engine *e = cookie;

	CRASH_POINT("start/before_recovery");
	takeup_all(e);
	CRASH_POINT("start/recovered");
	while (keeps_running(e))
		engine_turn(e);
	return NULL;
}

void
engine_forgot(struct engine *e)
{
	if (!atomic_exchange(&e->forgot, true))
		outcall_wakeup(e->out);
}

void
engine_look(struct engine *e)
{
	if (!atomic_exchange(&e->look, true))
		outcall_wakeup(e->out);
}

struct engine *
engine_start(struct node *n, struct error *why)
{
	struct outcall_limits limits = { .in_flight = n->room.calls, .endpoints = n->room.calls / 8 };
	struct engine *e = calloc(1, sizeof *e);

	if (!e) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	e->node = n;
	e->reckoned = atomic_load(&n->clock_offset);
	e->hearings_end = &e->hearings;
	pthread_mutex_init(&e->lock, NULL);
	e->out = outcall_new(&limits, why);
	if (!e->out || lanes_open(e, why) != 0) {
		lanes_close(e);
		outcall_free(e->out);
		free(e);
		return NULL;
	}
	return e;
}

int
engine_go(struct engine *e, struct error *why)
{
	struct node *n = e->node;

	for (size_t i = 0; !atomic_load(&n->follows) && i < n->departments.n; i++)
		allowance_fresh(&n->departments.list[i], atomic_load(&n->share), node_now(n));
	if (pthread_create(&e->thread, NULL, engine_run, e) != 0)
		return error_set(why, ERROR_TEMPORARY, "no thread");
	e->going = true;
	return 0;
}

/* What nobody will take any more, because the time to stop was over: departments are asked again after the start. */
static void
drop_lines(struct engine *e)
{
	struct settlement *s;

	while ((s = settlements_take(&e->settled)))
		settlement_free(s);
	for (size_t i = 0; i < e->node->departments.n; i++) {
		struct operation *op;

		while ((op = operation_unqueue(&e->node->departments.list[i])))
			if (!op->owner)
				operation_free(op);
	}
}

/* The call of it never came back; who owned it is gone. */
static void
forget_call(void *cookie)
{
	operation_free(cookie);
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
	drop_lines(e);
	lanes_close(e);
	engagements_free(&e->running, &e->timers);
	outcall_each(e->out, forget_call);
	free(e->lost);
	json_decref(e->connectors);
	outcall_free(e->out);
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
