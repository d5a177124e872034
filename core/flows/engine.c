#include "flows/engine.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/group.h"
#include "seal/digest.h"

enum { IN_FLIGHT = 512, CLAIM_LIMIT = 1000, BACKLOG_MS = 3600 * 1000 };
#define STOPPED_US (300 * US_PER_SECOND)   /* one probe after that when a department refuses us */
#define CLOCK_US (60 * US_PER_SECOND)      /* how often the database's clock is read again */
#define CLAIM_US (1 * US_PER_SECOND)       /* while the database was away */

struct arrival { /* handed over by another thread */
	struct arrival *next;
	struct running *r;              /* a committed application, or NULL: a callback */
	struct case_operation *ops;
	int n_ops;
	bool suspect;                   /* inbox_division and inbox name an application to look for */
	int32_t inbox_division;
	int64_t inbox;
	char key[OPERATION_KEY_SIZE];
	char *body;
	size_t length;
};

struct engine {
	struct node *node;
	pthread_t thread;
	pthread_mutex_t lock; /* guards arrivals, stopping, figures */
	struct arrival *first, *last;
	bool stopping;
	struct engine_figures figures;
	/* the thread's own */
	struct store *store;
	struct outcall *out;
	struct engagements running;
	struct timers timers;
	struct settlements settled;
	struct group group;
	int64_t clock_at, claim_at; /* monotonic: read the clock, claim what nobody owns */
	bool claiming;
	int64_t lost[GROUP_SETTLEMENTS][2]; /* applications to load again once the database answers */
	size_t n_lost;
	long reloads, groups, steps, n_settled;
};

/* --- handing over --- */

static void
arrive(struct engine *e, struct arrival *a)
{
	bool first;

	pthread_mutex_lock(&e->lock);
	first = !e->first;
	a->next = NULL;
	if (e->last)
		e->last->next = a;
	else
		e->first = a;
	e->last = a;
	pthread_mutex_unlock(&e->lock);
	if (first)
		outcall_wakeup(e->out);
}

void
engine_adopt_take(struct engine *e, struct running *r, struct case_operation *ops, int n_ops)
{
	struct arrival *a = calloc(1, sizeof *a);

	if (!a) { /* it is committed: the next start or another node takes it up */
		log_error("application %s: no memory to start it; it goes on after a restart", r->number);
		running_free(r);
		for (int i = 0; i < n_ops; i++) {
			free(ops[i].url);
			free(ops[i].body);
		}
		free(ops);
		return;
	}
	a->r = r;
	a->ops = ops;
	a->n_ops = n_ops;
	arrive(e, a);
}

void
engine_callback(struct engine *e, int32_t inbox_division, int64_t inbox, const char *key,
    const char *body, size_t length)
{
	struct arrival *a = calloc(1, sizeof *a);

	if (a)
		a->body = malloc(length + 1);
	if (!a || !a->body || strlen(key) >= sizeof a->key) {
		if (a)
			free(a->body);
		free(a);
		return; /* it is in the inbox: applied at the next start */
	}
	memcpy(a->body, body, length);
	a->body[length] = '\0';
	a->length = length;
	a->inbox_division = inbox_division;
	a->inbox = inbox;
	strcpy(a->key, key);
	arrive(e, a);
}

void
engine_suspect(struct engine *e, int32_t division, int64_t id)
{
	struct arrival *a = calloc(1, sizeof *a);

	if (!a)
		return;
	a->inbox_division = division;
	a->inbox = id;
	a->suspect = true;
	arrive(e, a);
}

/* --- applications --- */

static void
schedule(struct engine *e, struct operation *op, int64_t due)
{
	if (op->queued || op->in_flight)
		return;
	if (due <= clock_monotonic() || timers_set(&e->timers, op, due) != 0)
		operation_queue(op);
}

static struct operation *
operation_of(struct engine *e, struct engaged *owner, const struct case_operation *made)
{
	struct operation *op = calloc(1, sizeof *op);

	if (!op)
		return NULL;
	op->owner = owner;
	op->department = departments_find(&e->node->departments, made->department_id);
	op->node = made->node;
	op->round = made->round;
	op->heap = -1;
	memcpy(op->key, made->key, sizeof op->key);
	op->url = made->url;
	op->body = made->body;
	op->length = made->length;
	return op;
}

static void
adopt(struct engine *e, struct arrival *a)
{
	struct engaged *owner = engagements_add(&e->running, a->r);

	for (int i = 0; i < a->n_ops; i++) {
		struct operation *op = owner ? operation_of(e, owner, &a->ops[i]) : NULL;

		if (!op || !op->department) {
			operation_free(op);
			if (!op) {
				free(a->ops[i].url);
				free(a->ops[i].body);
			}
			continue;
		}
		*engaged_slot(owner, op->node) = op;
		operation_queue(op);
	}
	free(a->ops);
}

/* --- loading what is stored --- */

static char *
open_body(struct engine *e, const struct store_case *c, const struct store_case_operation *o,
    size_t *length, struct error *why)
{
	struct seal_place at = { "operation", "body", c->id, case_part(o->item, o->round, o->undo) };
	struct text plain;

	text_init(&plain, 1 << 20);
	if (seal_open_value(e->node->seal, &at, o->body.data, o->body.length, &plain, why) != 0) {
		text_free(&plain);
		return NULL;
	}
	return text_take(&plain, length);
}

/* An open operation of a loaded application: asked when the department has acknowledged it or keeps
 * no keys; else sent again under its key. */
static int
resume_operation(struct engine *e, struct engaged *owner, const struct store_case *c,
    const struct store_case_operation *o, struct error *why)
{
	const struct running_item *it = running_node(owner->r, o->item);
	struct operation_key key = { .application = c->id, .item = o->item, .round = o->round };
	struct case_operation made = { .department_id = o->department, .node = o->item, .round = o->round };
	struct operation *op;
	int year, month, mday;

	made.body = open_body(e, c, o, &made.length, why);
	made.url = strdup(o->url);
	if (!made.body || !made.url) {
		free(made.body);
		free(made.url);
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	memcpy(key.division, owner->r->plan.division, sizeof key.division);
	clock_split(clock_day(c->submitted_at), &year, &month, &mday);
	key.month = year * 12 + month - 1;
	operation_key_make(&key, made.key);
	op = operation_of(e, owner, &made);
	if (!op || !op->department) {
		if (!op) {
			free(made.body);
			free(made.url);
		}
		operation_free(op);
		return error_set(why, ERROR_BROKEN, "application %s: department %s is not known here",
		    c->number, o->department);
	}
	*engaged_slot(owner, op->node) = op;
	op->question = it->state == ITEM_ACKNOWLEDGED || !op->department->connector.idempotent;
	schedule(e, op, it->next_at ? clock_monotonic() + it->next_at - node_now(e->node) : 0);
	return 0;
}

static struct engaged *
engage(struct engine *e, const struct store_case *c, struct error *why)
{
	struct running *r = case_load(e->node, e->store, c, true, why);
	struct engaged *owner = r ? engagements_add(&e->running, r) : NULL;

	if (!owner)
		return NULL;
	for (size_t i = 0; i < c->n_operations; i++) {
		const struct store_case_operation *o = &c->operations[i];
		struct error what = { 0 };

		if (o->undo || o->round != running_node(owner->r, o->item)->round ||
		    !running_is_open(owner->r, o->item))
			continue;
		if (resume_operation(e, owner, c, o, &what) != 0)
			log_error("%s", what.text);
	}
	return owner;
}

static struct engaged *
load(struct engine *e, int32_t division, int64_t id, struct error *why)
{
	struct store_case c = { 0 };
	struct engaged *owner = NULL;

	if (store_case_by_id(e->store, division, id, true, &c, why) == 1) {
		if (c.open && c.node != e->node->incarnation)
			log_info("application %s belongs to another node now", c.number);
		else
			owner = engage(e, &c, why);
		store_case_free(&c);
	}
	return owner;
}

/* --- answers --- */

static void
settle(struct engine *e, struct settlement *s)
{
	e->n_settled++;
	s->owner->pending++;
	settlements_add(s->owner->row ? &s->owner->later : &e->settled, s);
}

static void
stop_queue(struct department *d)
{
	d->stopped_until = clock_monotonic() + STOPPED_US;
	log_error("department %s refuses our signature (401/403): its queue stops for 5 minutes; "
	    "check department.%s.secret_file and its clock", d->id, d->id);
}

static void
answered(struct engine *e, struct outcall_done *done)
{
	struct operation *op = done->cookie;
	struct settlement *s;
	enum ending_purpose purpose = op->node >= MATERIAL_NODE ? ENDING_OF_FETCH
	    : op->question ? ENDING_OF_QUESTION : ENDING_OF_CALL;

	op->in_flight = false;
	op->department->in_flight--;
	if (!op->owner) {
		operation_free(op);
		return;
	}
	s = calloc(1, sizeof *s);
	if (!s) { /* asked again later: the department knows the key */
		schedule(e, op, clock_monotonic() + US_PER_SECOND);
		return;
	}
	s->owner = op->owner;
	s->node = op->node;
	s->round = op->round;
	s->asked = op->question;
	if (op->node < MATERIAL_NODE) {
		const struct item *item = &op->owner->r->event->items[op->node];

		ending_judge(purpose, &done->answer, item->outputs, item->n_outputs, &s->ending);
	} else {
		ending_judge(purpose, &done->answer, NULL, 0, &s->ending);
	}
	if (s->ending.kind == ENDING_STOP_QUEUE)
		stop_queue(op->department);
	else
		op->department->stopped_until = 0;
	if (s->ending.kind == ENDING_NOT_RECEIVED)
		op->question = false;
	else if (s->ending.kind == ENDING_RETRY && !op->department->connector.idempotent)
		op->question = done->answer.sent || op->question;
	settle(e, s);
}

/* A callback: find its application, wherever it stands. */
static void
called_back(struct engine *e, struct arrival *a)
{
	struct operation_key key;
	struct error why = { 0 };
	struct engaged *owner;
	struct settlement *s;
	const struct item *item = NULL;
	struct answer answer = { .sent = true, .complete = true, .status = 200,
		.type = "application/json", .body = a->body, .length = a->length };

	if (!operation_key_parse(a->key, &key) || key.undo)
		return;
	owner = engagements_find(&e->running, key.application);
	if (!owner)
		owner = load(e, (int32_t)atoi(key.division), key.application, &why);
	s = owner ? calloc(1, sizeof *s) : NULL;
	if (!s)
		return; /* not ours, not yet known, or no memory: it stays in the inbox */
	if (key.item < (int)owner->r->event->n_items)
		item = &owner->r->event->items[key.item];
	if (!item && (key.item < MATERIAL_NODE ||
	    key.item - MATERIAL_NODE >= (int)owner->r->event->n_materials)) {
		free(s);
		return;
	}
	s->owner = owner;
	s->node = key.item;
	s->round = key.round;
	s->inbox_division = a->inbox_division;
	s->inbox = a->inbox;
	ending_judge(ENDING_OF_CALLBACK, &answer, item ? item->outputs : NULL,
	    item ? item->n_outputs : 0, &s->ending);
	settle(e, s);
}

static void
look_for(struct engine *e, const struct arrival *a)
{
	if (e->n_lost == GROUP_SETTLEMENTS)
		return; /* more than that at once: the next start finds it */
	e->lost[e->n_lost][0] = a->inbox_division;
	e->lost[e->n_lost++][1] = a->inbox;
	e->claim_at = clock_monotonic() + CLAIM_US;
}

static void
take_arrivals(struct engine *e)
{
	struct arrival *a, *next;

	pthread_mutex_lock(&e->lock);
	a = e->first;
	e->first = e->last = NULL;
	e->figures = (struct engine_figures){ (long)e->running.n, outcall_busy(e->out), 0, e->groups,
		e->steps, e->n_settled, e->reloads };
	pthread_mutex_unlock(&e->lock);
	for (; a; a = next) {
		next = a->next;
		if (a->r)
			adopt(e, a);
		else if (a->suspect)
			look_for(e, a);
		else
			called_back(e, a);
		free(a->body);
		free(a);
	}
}

/* --- sending --- */

static bool
may_start(struct department *d, int64_t now)
{
	double rate = d->connector.per_minute / 60e6;

	if (d->connector.per_minute > 0) {
		d->tokens += (double)(now - d->tokens_at) * rate;
		if (d->tokens > d->connector.per_minute)
			d->tokens = d->connector.per_minute;
		d->tokens_at = now;
		if (d->tokens < 1)
			return false;
	}
	if (d->stopped_until && (now < d->stopped_until || d->in_flight > 0))
		return false;
	return d->connector.at_once <= 0 || d->in_flight < d->connector.at_once;
}

static int
start_call(struct engine *e, struct operation *op, struct error *why)
{
	char callback[1024], question[2048];
	struct department *d = op->department;
	struct outcall_request q = { .cookie = op, .method = "POST", .url = op->url, .body = op->body,
		.length = op->length, .key = op->key, .application = op->owner->r->number,
		.round = op->round, .callback_url = callback, .direction = SIGN_OUT,
		.secret = d->has_secret ? &d->secret : NULL, .allow = &d->allow,
		.timeout_ms = d->connector.timeout_ms };

	snprintf(callback, sizeof callback, "%s/api/v1/departments/%s/results", e->node->public_url, d->id);
	if (op->question) {
		snprintf(question, sizeof question, "%s?key=%s", op->url, op->key);
		q.method = "GET";
		q.url = question;
		q.body = "";
		q.length = 0;
	}
	return outcall_start(e->out, &q, why);
}

static void
start_calls(struct engine *e)
{
	struct departments *all = &e->node->departments;
	int64_t now = clock_monotonic();

	for (size_t i = 0; i < all->n; i++) {
		struct department *d = &all->list[i];

		while (d->first && outcall_room(e->out) > 0 && may_start(d, now)) {
			struct operation *op = operation_unqueue(d);
			struct error why = { 0 };

			if (!op->owner) {
				operation_free(op);
				continue;
			}
			if (start_call(e, op, &why) != 0) {
				log_error("department %s: %s", d->id, why.text);
				schedule(e, op, now + 10 * US_PER_SECOND);
				break;
			}
			op->in_flight = true;
			d->in_flight++;
			d->tokens -= d->connector.per_minute > 0;
		}
	}
}

static void
fire_timers(struct engine *e)
{
	struct operation *op;
	int64_t now = clock_monotonic();

	while ((op = timers_first(&e->timers)) && op->due <= now) {
		timers_remove(&e->timers, op);
		operation_queue(op);
	}
}

/* --- groups --- */

/* What its answer means for the operation itself, once that is durable. */
static void
after_settlement(struct engine *e, struct engaged *owner, int node)
{
	struct operation **slot = engaged_slot(owner, node), *op = *slot;
	const struct running_item *it = running_node(owner->r, node);

	if (!op || op->in_flight || op->queued)
		return;
	if (it->round != op->round || !running_is_open(owner->r, node)) {
		timers_remove(&e->timers, op);
		operation_free(op);
		*slot = NULL;
	} else if (it->state == ITEM_ACKNOWLEDGED && !it->silent) {
		op->question = true;
		schedule(e, op, clock_monotonic() + (int64_t)op->department->connector.ask_after_ms * 1000);
	} else {
		schedule(e, op, clock_monotonic() + it->next_at - node_now(e->node));
	}
}

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

static void
committed(struct engine *e)
{
	struct group *g = &e->group;
	size_t n = g->n_rows;

	e->groups++;
	e->steps += (long)n;
	for (size_t i = 0; i < g->n_settled; i++)
		if (g->settled[i]->owner->row)
			after_settlement(e, g->settled[i]->owner, g->settled[i]->node);
	for (size_t i = 0; i < g->n_fresh; i++) {
		struct operation **slot = engaged_slot(g->fresh[i]->owner, g->fresh[i]->node);

		if (*slot) { /* an earlier round's call that has not come back: nobody waits for it */
			timers_remove(&e->timers, *slot);
			(*slot)->owner = NULL;
		}
		*slot = g->fresh[i];
		operation_queue(g->fresh[i]);
	}
	for (size_t i = 0; i < n; i++) {
		struct engaged *owner = g->rows[i]->owner;

		owner->row = NULL;
		g->rows[i]->owner = NULL;
		give_back_later(e, owner);
		if (owner->r->status >= STATUS_FINISHED && owner->pending == 0)
			engagements_drop(&e->running, &e->timers, owner);
	}
	group_end(g, true);
}

/* Load the applications of a group again that was not committed, or of which that is not known.
 * Answers not yet written are forgotten: their keys are asked again. */
static void
forget_group(struct engine *e)
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
		if (e->n_lost < GROUP_SETTLEMENTS) {
			e->lost[e->n_lost][0] = owner->r->division;
			e->lost[e->n_lost++][1] = owner->r->id;
		}
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

static void
reload_lost(struct engine *e)
{
	while (e->n_lost > 0) {
		struct error why = { 0 };
		int64_t *lost = e->lost[e->n_lost - 1];

		if (!engagements_find(&e->running, lost[1]) &&
		    !load(e, (int32_t)lost[0], lost[1], &why) && why.kind != ERROR_NONE) {
			log_warning("loading an application again: %s", why.text);
			if (why.kind == ERROR_TEMPORARY || why.kind == ERROR_UNKNOWN)
				return;
		}
		e->n_lost--;
	}
}

static void
group_failed(struct engine *e, struct error *why)
{
	log_warning("a group of %zu applications was not committed: %s", e->group.n_rows, why->text);
	forget_group(e);
	e->claim_at = clock_monotonic() + CLAIM_US / 10;
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
	if (e->n_lost > 0 || !e->settled.first)
		return;
	if (group_build(&e->group, &e->settled, node_now(e->node), &why) != 0)
		group_failed(e, &why);
}

/* --- claiming --- */

static void
claimed(void *cookie, struct store_case *c)
{
	struct engine *e = cookie;
	struct error why = { 0 };

	if (!engagements_find(&e->running, c->id) && !engage(e, c, &why))
		log_error("application %s cannot go on: %s", c->number, why.text);
	store_case_free(c);
}

static void
inbox_found(void *cookie, const struct store_inbox *row)
{
	struct engine *e = cookie;
	struct seal_place at = { "inbox", "body", row->id, 0 };
	struct error why = { 0 };
	struct text body;

	text_init(&body, 2 << 20);
	if (seal_open_value(e->node->seal, &at, row->body.data, row->body.length, &body, &why) != 0)
		log_error("an inbox row does not open: %s", why.text);
	else
		engine_callback(e, row->division, row->id, row->key, body.data, body.length);
	text_free(&body);
}

/* Take what no living node owns; then what came to the inbox meanwhile. */
static void
claim(struct engine *e)
{
	struct error why = { 0 };
	int n;

	if (!store_alive(e->store)) {
		e->claim_at = clock_monotonic() + CLAIM_US;
		return;
	}
	if (node_set_clock(e->node, e->store, &why) != 0)
		log_warning("the database's clock: %s", why.text);
	reload_lost(e);
	do {
		error_clear(&why);
		n = store_claim(e->store, e->node->incarnation, CLAIM_LIMIT, claimed, e, &why);
		if (n > 0)
			log_info("took up %d open applications", n);
	} while (n == CLAIM_LIMIT);
	if (n < 0)
		log_warning("claiming: %s", why.text);
	error_clear(&why);
	if (store_inbox_open(e->store, e->node->incarnation, 0, 0, inbox_found, e, &why) != 0)
		log_warning("inbox: %s", why.text);
	error_clear(&why);
	e->claim_at = n < 0 || e->n_lost || store_nodes_watch(e->store, &why) != 0
	    ? clock_monotonic() + CLAIM_US : 0;
}

/* --- the loop --- */

static int
sleep_ms(const struct engine *e)
{
	const struct operation *op = timers_first(&e->timers);
	int64_t now = clock_monotonic(), until = now + (int64_t)BACKLOG_MS * 1000;
	const struct departments *all = &e->node->departments;

	if (e->settled.first && !e->group.in_flight)
		return 0;
	if (op && op->due < until)
		until = op->due;
	if (e->claim_at && e->claim_at < until)
		until = e->claim_at;
	for (size_t i = 0; i < all->n; i++) {
		const struct department *d = &all->list[i];

		if (!d->first)
			continue;
		if (d->stopped_until && now < d->stopped_until) {
			if (d->stopped_until < until)
				until = d->stopped_until;
		} else if (d->connector.per_minute > 0 && d->tokens < 1 && now + 20000 < until) {
			until = now + 20000; /* its allowance grows: look again in 20 ms */
		}
	}
	return until <= now ? 0 : (int)((until - now + 999) / 1000);
}

static bool
keeps_running(struct engine *e)
{
	bool stopping;

	pthread_mutex_lock(&e->lock);
	stopping = e->stopping;
	pthread_mutex_unlock(&e->lock);
	return !stopping || e->group.in_flight || e->settled.first || outcall_busy(e->out) > 0;
}

static bool
is_stopping(struct engine *e)
{
	bool stopping;

	pthread_mutex_lock(&e->lock);
	stopping = e->stopping;
	pthread_mutex_unlock(&e->lock);
	return stopping;
}

static void *
engine_run(void *cookie)
{
	struct engine *e = cookie;
	struct outcall_done done;

	claim(e);
	while (keeps_running(e)) {
		take_arrivals(e);
		fire_timers(e);
		advance_group(e);
		if (!is_stopping(e))
			start_calls(e); /* last before sleeping: all of the above may have queued calls */
		outcall_wait(e->out, e->group.in_flight ? store_socket(e->store) : -1,
		    store_unsent(e->store) ? POLLIN | POLLOUT : POLLIN, sleep_ms(e));
		while (outcall_next(e->out, &done)) {
			answered(e, &done);
			outcall_release(e->out, done.call);
		}
		if (e->claim_at && !e->group.in_flight && clock_monotonic() >= e->claim_at)
			claim(e);
	}
	return NULL;
}

struct engine *
engine_start(struct node *n, struct error *why)
{
	struct outcall_limits limits = { .in_flight = IN_FLIGHT, .endpoints = 64 };
	struct engine *e = calloc(1, sizeof *e);

	if (!e) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	e->node = n;
	pthread_mutex_init(&e->lock, NULL);
	e->store = store_open(n->database, "yijianshi engine", why);
	if (e->store && store_node_join(e->store, n->incarnation, n->slot + 1024, why) != 0) {
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
	if (pthread_create(&e->thread, NULL, engine_run, e) != 0) {
		error_set(why, ERROR_TEMPORARY, "no thread");
		return NULL;
	}
	return e;
}

void
engine_stop(struct engine *e)
{
	struct arrival *a, *next;

	if (!e)
		return;
	pthread_mutex_lock(&e->lock);
	e->stopping = true;
	pthread_mutex_unlock(&e->lock);
	outcall_wakeup(e->out);
	pthread_join(e->thread, NULL);
	for (a = e->first; a; a = next) {
		next = a->next;
		running_free(a->r);
		for (int i = 0; i < a->n_ops; i++) {
			free(a->ops[i].url);
			free(a->ops[i].body);
		}
		free(a->ops);
		free(a->body);
		free(a);
	}
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
