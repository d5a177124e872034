#include "flows/engage.h"

#include <stdlib.h>
#include <string.h>

static size_t
bucket(const struct engagements *t, int64_t id)
{
	return (size_t)(((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (t->n_buckets - 1);
}

struct engaged *
engagements_find(const struct engagements *t, int64_t id)
{
	struct engaged *e;

	if (!t->n_buckets)
		return NULL;
	for (e = t->buckets[bucket(t, id)]; e; e = e->next)
		if (e->r->id == id)
			return e;
	return NULL;
}

static int
grow(struct engagements *t)
{
	struct engagements wider = { .n_buckets = t->n_buckets ? t->n_buckets * 2 : 256, .n = t->n };

	wider.buckets = calloc(wider.n_buckets, sizeof *wider.buckets);
	if (!wider.buckets)
		return t->n_buckets ? 0 : -1; /* fuller buckets still work */
	for (size_t i = 0; i < t->n_buckets; i++) {
		struct engaged *e, *next;

		for (e = t->buckets[i]; e; e = next) {
			size_t b = bucket(&wider, e->r->id);

			next = e->next;
			e->next = wider.buckets[b];
			wider.buckets[b] = e;
		}
	}
	free(t->buckets);
	*t = wider;
	return 0;
}

struct engaged *
engagements_add(struct engagements *t, struct running *r)
{
	struct engaged *e = calloc(1, sizeof *e);
	size_t b;

	if (e) {
		e->n_ops = 2 * r->event->n_items + r->event->n_materials + r->event->n_records;
		e->ops = calloc(e->n_ops + 1, sizeof *e->ops);
		e->clock = (struct timer){ .owner = e, .place = -1 };
	}
	if (!e || !e->ops || (t->n >= t->n_buckets && grow(t) != 0)) {
		if (e)
			free(e->ops);
		free(e);
		running_free(r);
		return NULL;
	}
	e->r = r;
	b = bucket(t, r->id);
	e->next = t->buckets[b];
	t->buckets[b] = e;
	t->n++;
	return e;
}

struct operation **
engaged_slot(struct engaged *e, int node, bool undo)
{
	const struct event *event = e->r->event;
	size_t place = (size_t)node;

	if (node >= RECORD_NODE)
		place = (size_t)node - RECORD_NODE + event->n_items + event->n_materials;
	else if (node >= MATERIAL_NODE)
		place = (size_t)node - MATERIAL_NODE + event->n_items;
	else if (undo)
		place += event->n_items + event->n_materials + event->n_records;
	return &e->ops[place];
}

bool
engaged_is_calling(const struct engaged *e)
{
	for (size_t i = 0; i < e->n_ops; i++)
		if (e->ops[i] && e->ops[i]->in_flight)
			return true;
	return false;
}

/* Queued and in-flight operations are found again by their department or the transfer: they lose
 * their owner and are freed there. */
static void
abandon(struct timers *timers, struct operation *op)
{
	timers_remove(timers, &op->timer);
	op->owner = NULL;
	if (!op->queued && !op->in_flight)
		operation_free(op);
}

static void
engaged_free(struct timers *timers, struct engaged *e)
{
	struct settlement *s;

	timers_remove(timers, &e->clock);
	for (size_t i = 0; i < e->n_ops; i++)
		if (e->ops[i])
			abandon(timers, e->ops[i]);
	while ((s = settlements_take(&e->later)))
		settlement_free(s);
	running_free(e->r);
	free(e->ops);
	free(e);
}

void
engagements_drop(struct engagements *t, struct timers *timers, struct engaged *e)
{
	struct engaged **p = &t->buckets[bucket(t, e->r->id)];

	while (*p != e)
		p = &(*p)->next;
	*p = e->next;
	t->n--;
	engaged_free(timers, e);
}

void
engagements_free(struct engagements *t, struct timers *timers)
{
	for (size_t i = 0; i < t->n_buckets; i++) {
		struct engaged *e, *next;

		for (e = t->buckets[i]; e; e = next) {
			next = e->next;
			engaged_free(timers, e);
		}
	}
	free(t->buckets);
	memset(t, 0, sizeof *t);
	free(timers->heap);
	memset(timers, 0, sizeof *timers);
}

/* --- timers: a binary heap by due --- */

static void
place(struct timers *t, size_t i, struct timer *timer)
{
	t->heap[i] = timer;
	timer->place = (int)i;
}

static void
sift(struct timers *t, size_t i)
{
	struct timer *timer = t->heap[i];

	while (i > 0 && t->heap[(i - 1) / 2]->due > timer->due) {
		place(t, i, t->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= t->n)
			break;
		if (child + 1 < t->n && t->heap[child + 1]->due < t->heap[child]->due)
			child++;
		if (t->heap[child]->due >= timer->due)
			break;
		place(t, i, t->heap[child]);
		i = child;
	}
	place(t, i, timer);
}

int
timers_set(struct timers *t, struct timer *timer, int64_t due)
{
	timers_remove(t, timer);
	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 256;
		struct timer **heap = realloc(t->heap, room * sizeof *heap);

		if (!heap)
			return -1;
		t->heap = heap;
		t->room = room;
	}
	timer->due = due;
	t->heap[t->n] = timer;
	t->n++;
	sift(t, t->n - 1);
	return 0;
}

void
timers_remove(struct timers *t, struct timer *timer)
{
	size_t i;

	if (timer->place < 0)
		return;
	i = (size_t)timer->place;
	timer->place = -1;
	t->n--;
	if (i == t->n)
		return;
	t->heap[i] = t->heap[t->n];
	sift(t, i);
}

struct timer *
timers_first(const struct timers *t)
{
	return t->n ? t->heap[0] : NULL;
}

/* What takes a removed one's place may come from anywhere: that place is looked at again. */
void
timers_sweep(struct timers *t, bool (*wanted)(const struct timer *timer, const void *cookie), const void *cookie,
    void (*take)(struct timer *timer))
{
	for (size_t i = t->n; i > 0;) {
		struct timer *timer = t->heap[i - 1];

		if (!wanted(timer, cookie)) {
			i--;
			continue;
		}
		timers_remove(t, timer);
		take(timer);
		if (i > t->n)
			i = t->n;
	}
}

/* --- queues and lists --- */

struct operation *
operation_new(struct node *n, struct engaged *owner, struct case_operation *made)
{
	struct operation *op = calloc(1, sizeof *op);

	if (!op)
		return NULL;
	op->owner = owner;
	op->timer = (struct timer){ .op = op, .owner = owner, .place = -1 };
	op->department = departments_find(&n->departments, made->department_id);
	op->node = made->node;
	op->round = made->round;
	op->undo = made->undo;
	op->made_at = made->made_at;
	memcpy(op->key, made->key, sizeof op->key);
	op->url = made->url;
	op->body = made->body;
	op->length = made->length;
	made->url = made->body = NULL;
	return op;
}

void
operation_queue(struct operation *op)
{
	struct department *d = op->department;

	op->queued = true;
	op->next = NULL;
	if (d->last)
		d->last->next = op;
	else
		d->first = op;
	d->last = op;
	d->waiting++;
}

struct operation *
operation_unqueue(struct department *d)
{
	struct operation *op = d->first;

	if (!op)
		return NULL;
	d->first = op->next;
	if (!d->first)
		d->last = NULL;
	op->queued = false;
	op->next = NULL;
	d->waiting--;
	return op;
}

void
operation_free(struct operation *op)
{
	if (!op)
		return;
	free(op->url);
	free(op->body);
	free(op);
}

void
settlements_add(struct settlements *l, struct settlement *s)
{
	s->next = NULL;
	if (l->last)
		l->last->next = s;
	else
		l->first = s;
	l->last = s;
	l->n++;
}

struct settlement *
settlements_take(struct settlements *l)
{
	struct settlement *s = l->first;

	if (!s)
		return NULL;
	l->first = s->next;
	if (!l->first)
		l->last = NULL;
	l->n--;
	return s;
}

void
settlement_free(struct settlement *s)
{
	if (!s)
		return;
	ending_free(&s->ending);
	petition_free(s->petition);
	free(s);
}
