#include "flows/notices.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { BUCKETS = 1024, RETRY_MS = 1000 };
#define WANTED_US (3 * NOTICES_BEAT_US) /* of another node: it asks again at each of its beats */

struct notices {
	struct node *node;
	pthread_mutex_t lock;     /* over all but what is the thread's */
	struct notice *bucket[BUCKETS];
	atomic_int n;
	uint64_t turns;
	int wake;                 /* eventfd; -1: no thread yet */
	pthread_t thread;
	bool stopping;
	/* the thread's own */
	struct store *store;
	int64_t beat_at;          /* monotonic */
	struct notice *due[NOTICES_MOST];
	size_t n_due;
};

static struct notice **
bucket_of(struct notices *ns, int64_t id)
{
	return &ns->bucket[(uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 54];
}

/* ---- the thread ---- */

/* Under the lock. */
static void
collect(struct notices *ns, bool beat)
{
	ns->n_due = 0;
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct notice *it = ns->bucket[i]; it; it = it->next)
			if (beat || it->changed || it->fresh || it->crowded)
				ns->due[ns->n_due++] = it;
}

static void
drop(struct notices *ns, struct notice *it)
{
	struct notice **at;

	pthread_mutex_lock(&ns->lock);
	for (at = bucket_of(ns, it->id); *at && *at != it; at = &(*at)->next)
		;
	if (*at)
		*at = it->next;
	atomic_fetch_sub(&ns->n, 1);
	pthread_mutex_unlock(&ns->lock);
	it->ended(it, it->crowded);
}

/* Whose applications are other nodes' is told by them. */
static void
ask_others(struct notices *ns)
{
	struct store_change wanted[NOTICES_MOST];
	struct error why = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < ns->n_due; i++)
		if (!ns->due[i]->asker)
			wanted[n++] = (struct store_change){ ns->due[i]->division, ns->due[i]->id, 0 };
	if (n > 0 && store_want(ns->store, ns->node->incarnation, wanted, n, &why) != 0)
		log_warning("asking for changes: %s", why.text);
}

static void
look_at(struct notices *ns, bool beat)
{
	bool fresh = false;

	pthread_mutex_lock(&ns->lock);
	collect(ns, beat);
	for (size_t i = 0; i < ns->n_due; i++) {
		fresh |= ns->due[i]->fresh;
		ns->due[i]->fresh = false;
	}
	pthread_mutex_unlock(&ns->lock);
	if (fresh || beat)
		ask_others(ns);
	for (size_t i = 0; i < ns->n_due; i++) {
		struct notice *it = ns->due[i];
		bool changed = atomic_exchange(&it->changed, false);

		if (it->crowded || !it->look(it, ns->store, !changed))
			drop(ns, it);
	}
}

/* Under the lock. */
static void
mark(struct notices *ns, int64_t id)
{
	for (struct notice *it = *bucket_of(ns, id); it; it = it->next)
		if (it->id == id)
			atomic_store(&it->changed, true);
}

static void
hear(struct notices *ns)
{
	struct store_change c;

	pthread_mutex_lock(&ns->lock);
	while (store_changed(ns->store, &c))
		mark(ns, c.id);
	pthread_mutex_unlock(&ns->lock);
}

/* A connection while somebody wants to know, none else. */
static bool
has_store(struct notices *ns)
{
	struct error why = { 0 };

	if (ns->store)
		return store_alive(ns->store);
	ns->store = store_open(ns->node->database, "yijianshi notices", &why);
	if (ns->store && store_listen_changes(ns->store, ns->node->incarnation, &why) == 0)
		return true;
	log_warning("who waits for changes hears of none: %s", why.text);
	store_close(ns->store);
	ns->store = NULL;
	return false;
}

static void
work(struct notices *ns, bool *again)
{
	int64_t now = clock_monotonic();
	bool beat = now >= ns->beat_at;

	*again = false;
	if (atomic_load(&ns->n) == 0) {
		store_close(ns->store);
		ns->store = NULL;
	} else if (has_store(ns)) {
		hear(ns);
		look_at(ns, beat);
	} else {
		*again = true;
		return;
	}
	if (beat)
		ns->beat_at = now + NOTICES_BEAT_US;
}

/* How long to sleep, ms. */
static int
patience(const struct notices *ns, bool again)
{
	int64_t left = ns->beat_at - clock_monotonic();

	if (again)
		return RETRY_MS;
	if (atomic_load(&ns->n) == 0)
		return -1;
	return left <= 0 ? 0 : (int)(left / 1000) + 1;
}

static bool
is_stopping(struct notices *ns)
{
	bool stopping;

	pthread_mutex_lock(&ns->lock);
	stopping = ns->stopping;
	pthread_mutex_unlock(&ns->lock);
	return stopping;
}

static void *
run(void *cookie)
{
	struct notices *ns = cookie;
	bool again = false;

	while (!is_stopping(ns)) {
		struct pollfd fds[] = { { .fd = ns->wake, .events = POLLIN },
			{ .fd = ns->store ? store_socket(ns->store) : -1, .events = POLLIN } };
		eventfd_t n;

		if (poll(fds, 2, patience(ns, again)) > 0 && fds[0].revents)
			eventfd_read(ns->wake, &n);
		work(ns, &again);
	}
	return NULL;
}

/* ---- for others ---- */

struct notices *
notices_new(struct node *n)
{
	struct notices *ns = calloc(1, sizeof *ns);

	if (!ns)
		return NULL;
	ns->node = n;
	ns->wake = -1;
	pthread_mutex_init(&ns->lock, NULL);
	return ns;
}

void
notices_stop(struct notices *ns)
{
	if (!ns)
		return;
	pthread_mutex_lock(&ns->lock);
	ns->stopping = true;
	pthread_mutex_unlock(&ns->lock);
	if (ns->wake >= 0) {
		eventfd_write(ns->wake, 1);
		pthread_join(ns->thread, NULL);
	}
	for (size_t i = 0; i < BUCKETS; i++)
		while (ns->bucket[i])
			drop(ns, ns->bucket[i]);
	store_close(ns->store);
	ns->store = NULL;
}

void
notices_free(struct notices *ns)
{
	if (!ns)
		return;
	if (ns->wake >= 0)
		close(ns->wake);
	pthread_mutex_destroy(&ns->lock);
	free(ns);
}

/* Under the lock: the thread runs. */
static bool
is_running(struct notices *ns)
{
	int wake;

	if (ns->stopping || ns->wake >= 0)
		return !ns->stopping;
	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake < 0)
		return false;
	ns->wake = wake;
	if (pthread_create(&ns->thread, NULL, run, ns) == 0) /* it waits for the lock */
		return true;
	ns->wake = -1;
	close(wake);
	return false;
}

/* Under the lock: the account's earliest goes when it has as many as one may. */
static void
make_room(struct notices *ns, int64_t account)
{
	struct notice *earliest = NULL;
	int n = 0;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct notice *it = ns->bucket[i]; it; it = it->next) {
			if (it->account != account || it->asker || it->crowded)
				continue;
			n++;
			if (!earliest || it->turn < earliest->turn)
				earliest = it;
		}
	if (n >= NOTICES_OF_ONE)
		earliest->crowded = true;
}

/* Under the lock. */
static int
put(struct notices *ns, struct notice *it)
{
	if (atomic_load(&ns->n) >= NOTICES_MOST || !is_running(ns))
		return -1;
	it->next = *bucket_of(ns, it->id);
	*bucket_of(ns, it->id) = it;
	it->fresh = true;
	it->changed = true;
	it->turn = ++ns->turns;
	atomic_fetch_add(&ns->n, 1);
	eventfd_write(ns->wake, 1);
	return 0;
}

bool
notices_full(struct notices *ns)
{
	return atomic_load(&ns->n) >= NOTICES_MOST;
}

int
notices_add(struct notices *ns, struct notice *it)
{
	int failed;

	pthread_mutex_lock(&ns->lock);
	make_room(ns, it->account);
	failed = put(ns, it);
	pthread_mutex_unlock(&ns->lock);
	return failed;
}

bool
notices_any(const struct notices *ns)
{
	return ns && atomic_load(&ns->n) > 0;
}

void
notices_changed(struct notices *ns, int64_t id)
{
	pthread_mutex_lock(&ns->lock);
	if (*bucket_of(ns, id)) {
		mark(ns, id);
		if (ns->wake >= 0)
			eventfd_write(ns->wake, 1);
	}
	pthread_mutex_unlock(&ns->lock);
}

/* ---- other nodes ---- */

static bool
tell(struct notice *it, struct store *s, bool beat)
{
	struct store_change c = { it->division, it->id, it->asker };
	struct error why = { 0 };

	if (clock_monotonic() > atomic_load(&it->until))
		return false;
	if (!beat && store_tell(s, &c, 1, &why) != 0)
		log_warning("telling node %d of a change: %s", (int)it->asker, why.text);
	return true;
}

static void
tell_no_more(struct notice *it, bool crowded)
{
	(void)crowded;
	free(it);
}

void
notices_wanted(struct notices *ns, const struct store_change *c)
{
	int64_t until = clock_monotonic() + WANTED_US;
	struct notice *it;

	pthread_mutex_lock(&ns->lock);
	for (it = *bucket_of(ns, c->id); it && (it->id != c->id || it->asker != c->node); it = it->next)
		;
	if (it) {
		atomic_store(&it->until, until);
	} else if ((it = calloc(1, sizeof *it))) {
		*it = (struct notice){ .division = c->division, .id = c->id, .look = tell, .ended = tell_no_more,
			.asker = c->node, .until = until };
		if (put(ns, it) != 0)
			free(it);
	}
	pthread_mutex_unlock(&ns->lock);
}
