#include "flows/pulse.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "flows/engine.h"
#include "store/store.h"

enum { BEATS = 4 /* within the silence that is allowed */, ALONE_MS = 10000 };

struct pulse {
	struct node *node;
	struct store *store;
	pthread_t thread;
	int wake;                 /* eventfd: stop */
	atomic_bool stopping;
	int silence_ms;
	bool alone;               /* nobody else lives, as far as is known */
};

static void
look_for_the_dead(struct pulse *p, struct error *why)
{
	int buried = 0;

	if (store_nodes_watch(p->store, &buried, why) >= 0 && buried > 0)
		engine_look(p->node->engine);
}

/* The others look at what they left behind when one more lives or one less. */
static void
note_share(struct node *n, const struct store_lives *lives)
{
	struct share now = { (uint16_t)lives->nodes, (uint16_t)lives->place }, before = atomic_exchange(&n->share, now);

	if (before.nodes != now.nodes || before.place != now.place)
		engine_look(n->engine);
}

static void
beat(struct pulse *p)
{
	struct error why = { 0 };
	struct store_lives lives = { 0 };
	int64_t asked_at = clock_monotonic();
	int goes_on = store_alive(p->store) ? store_node_beat(p->store, p->silence_ms, &lives, &why) : -1;

	if (goes_on > 0) {
		atomic_store(&p->node->follows, lives.follows);
		note_share(p->node, &lives);
		if (node_follow_clock(p->node, asked_at, lives.now))
			engine_look(p->node->engine); /* what is due by it */
		if (lives.nodes > 1)
			look_for_the_dead(p, &why);
	}
	if (why.kind != ERROR_NONE)
		log_warning("showing that this node lives: %s", why.text);
	else if (goes_on <= 0 && store_node_check(p->store, &why) == 0)
		node_leave(p->node);
	p->alone = lives.nodes == 1;
}

static void
wait_for_next(struct pulse *p)
{
	struct pollfd fds[2] = { { .fd = p->wake, .events = POLLIN },
		{ .fd = store_socket(p->store), .events = POLLIN } };

	poll(fds, 2, p->alone ? ALONE_MS : p->silence_ms / BEATS);
	store_hear_lives(p->store);
}

static void *
pulse_run(void *cookie)
{
	struct pulse *p = cookie;

	for (wait_for_next(p); !atomic_load(&p->stopping); wait_for_next(p))
		beat(p);
	return NULL;
}

static int
open_store(struct pulse *p, struct error *why)
{
	const struct node *n = p->node;

	p->store = store_open(n->database, "yijianshi pulse", why);
	if (!p->store || store_node_join(p->store, n->incarnation, n->slot, why) != 0 ||
	    store_listen_lives(p->store, why) != 0)
		return -1;
	beat(p);
	return 0;
}

struct pulse *
pulse_start(struct node *n, struct error *why)
{
	struct pulse *p = calloc(1, sizeof *p);

	if (!p) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	p->node = n;
	p->silence_ms = (int)conf_number(n->conf, "node_silence");
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->wake >= 0 && open_store(p, why) == 0 && pthread_create(&p->thread, NULL, pulse_run, p) == 0)
		return p;
	if (why->kind == ERROR_NONE)
		error_set(why, ERROR_TEMPORARY, "no thread or descriptor");
	store_close(p->store);
	if (p->wake >= 0)
		close(p->wake);
	free(p);
	return NULL;
}

void
pulse_stop(struct pulse *p)
{
	if (!p)
		return;
	atomic_store(&p->stopping, true);
	eventfd_write(p->wake, 1);
	pthread_join(p->thread, NULL);
	store_close(p->store);
	close(p->wake);
	free(p);
}
