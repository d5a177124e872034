#include "http/workers.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "http/call.h"
#include "http/exchange.h"
#include "http/server.h"

enum { QUEUE_PER_WORKER = 96 };

struct worker {
	pthread_t thread;
	struct http *h;
	int number;
};

/* Whose place it takes: an address, of IPv6 the network that one has. */
static int *
places_of(struct workers *w, const struct http_exchange *x)
{
	unsigned char bytes[sizeof(struct in6_addr)] = { 0 };
	int family = strchr(x->caller, ':') ? AF_INET6 : AF_INET;
	uint32_t mixed = 2166136261u;

	inet_pton(family, x->caller, bytes);
	for (int i = 0; i < (family == AF_INET ? 4 : 8); i++)
		mixed = (mixed ^ bytes[i]) * 16777619u;
	return &w->waiting_of[(mixed ^ mixed >> 16) % WORKERS_CALLERS];
}

static struct http_exchange *
next(struct workers *w)
{
	struct http_exchange *x;

	pthread_mutex_lock(&w->lock);
	while (!w->first && !w->stopping)
		pthread_cond_wait(&w->wake, &w->lock);
	x = w->stopping ? NULL : w->first;
	if (x) {
		w->first = x->next;
		if (!w->first)
			w->last = &w->first;
		w->waiting--;
		--*places_of(w, x);
	}
	pthread_mutex_unlock(&w->lock);
	return x;
}

static void *
work(void *cookie)
{
	struct worker *me = cookie;
	const struct http_settings *s = &me->h->settings;
	struct http_exchange *x;

	if (s->worker_start)
		s->worker_start(s->cookie, me->number);
	while ((x = next(&me->h->workers))) {
		answer_watch();
		if (x->call) {
			call_go_on(x, me->number);
			continue;
		}
		x->worker = me->number;
		x->route->is->handle(s->cookie, x);
	}
	if (s->worker_end)
		s->worker_end(s->cookie, me->number);
	return NULL;
}

int
workers_start(struct workers *w, struct http *h, struct error *why)
{
	int wanted = h->settings.workers;

	memset(w, 0, sizeof *w);
	w->last = &w->first;
	w->most = h->settings.queue > 0 ? h->settings.queue : wanted * QUEUE_PER_WORKER;
	w->reserve = h->reserves ? w->most / RESERVE_SHARE : 0;
	w->of_one = w->most - w->reserve - (w->most - w->reserve) / RESERVE_SHARE;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	w->all = calloc((size_t)wanted, sizeof *w->all);
	for (; w->all && w->n < wanted; w->n++) {
		w->all[w->n].h = h;
		w->all[w->n].number = w->n;
		if (pthread_create(&w->all[w->n].thread, NULL, work, &w->all[w->n]) != 0)
			break;
	}
	if (w->n == wanted)
		return 0;
	workers_stop(w);
	workers_free(w);
	return error_set(why, ERROR_TEMPORARY, "cannot start %d HTTP workers", wanted);
}

struct http_exchange *
workers_stop(struct workers *w)
{
	struct http_exchange *left;

	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < w->n; i++)
		pthread_join(w->all[i].thread, NULL);
	pthread_mutex_lock(&w->lock);
	left = w->first;
	pthread_mutex_unlock(&w->lock);
	return left;
}

void
workers_free(struct workers *w)
{
	free(w->all);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
}

static bool
put(struct workers *w, struct http_exchange *x, int most, int of_one)
{
	int *places = places_of(w, x);
	bool room;

	x->next = NULL;
	pthread_mutex_lock(&w->lock);
	room = w->waiting < most && *places < of_one && !w->stopping;
	if (room) {
		++*places;
		*w->last = x;
		w->last = &x->next;
		w->waiting++;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->lock);
	return room;
}

bool
workers_put(struct workers *w, struct http_exchange *x)
{
	return x->route->reserved ? put(w, x, w->most, INT_MAX) : put(w, x, w->most - w->reserve, w->of_one);
}

bool
workers_put_again(struct workers *w, struct http_exchange *x)
{
	return put(w, x, INT_MAX, INT_MAX);
}
