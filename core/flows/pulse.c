#include "flows/pulse.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/conf.h"
#include "base/log.h"
#include "flows/engine.h"
#include "store/node.h"
#include "store/store.h"

enum { BEATS = 4 }; /* within the silence that is allowed */

struct pulse {
	struct node *node;
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	int silence_ms;
};

static void
beat(struct pulse *p)
{
	struct error why = { 0 };
	int buried = 0;

	if (store_alive(p->store) && store_node_beat(p->store, p->silence_ms, &why) > 0 &&
	    store_nodes_watch(p->store, &buried, &why) >= 0) {
		if (buried > 0)
			engine_look(p->node->engine);
		return;
	}
	if (why.kind != ERROR_NONE)
		log_warning("showing that this node lives: %s", why.text);
	else if (store_node_check(p->store, &why) == 0)
		node_leave(p->node);
}

/* False at the end. */
static bool
wait_for_next(struct pulse *p)
{
	struct timespec until;
	int64_t ns;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	ns = until.tv_nsec + INT64_C(1000000) * p->silence_ms / BEATS;
	until.tv_sec += ns / 1000000000;
	until.tv_nsec = ns % 1000000000;
	pthread_mutex_lock(&p->lock);
	while (!p->stopping && pthread_cond_timedwait(&p->stop, &p->lock, &until) == 0)
		;
	stopping = p->stopping;
	pthread_mutex_unlock(&p->lock);
	return !stopping;
}

static void *
pulse_run(void *cookie)
{
	struct pulse *p = cookie;

	do
		beat(p);
	while (wait_for_next(p));
	return NULL;
}

static int
open_store(struct pulse *p, struct error *why)
{
	const struct node *n = p->node;

	p->store = store_open(n->database, "yijianshi pulse", why);
	return p->store ? store_node_join(p->store, n->incarnation, n->slot, why) : -1;
}

struct pulse *
pulse_start(struct node *n, struct error *why)
{
	struct pulse *p = calloc(1, sizeof *p);
	pthread_condattr_t monotonic;

	if (!p) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	p->node = n;
	p->silence_ms = (int)conf_number(n->conf, "node_silence");
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&p->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (open_store(p, why) == 0 && pthread_create(&p->thread, NULL, pulse_run, p) == 0)
		return p;
	if (why->kind == ERROR_NONE)
		error_set(why, ERROR_TEMPORARY, "no thread");
	store_close(p->store);
	free(p);
	return NULL;
}

void
pulse_stop(struct pulse *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->stop);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	store_close(p->store);
	pthread_cond_destroy(&p->stop);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
