/* What other threads hand over to the engine. */
#include "flows/engine_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"

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

	if (!a) { /* it is committed: it will be found */
		log_error("application %s: no memory to start it; it is looked for again", r->number);
		engine_forgot(e);
		running_free(r);
		for (int i = 0; i < n_ops; i++)
			case_operation_free(&ops[i]);
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
		if (!a || !a->body)
			engine_forgot(e); /* it is in the inbox: it will be found there */
		if (a)
			free(a->body);
		free(a);
		return;
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

	if (!a) {
		engine_forgot(e);
		return;
	}
	a->inbox_division = division;
	a->inbox = id;
	a->suspect = true;
	arrive(e, a);
}

void
engine_connectors_take(struct engine *e, json_t *connectors)
{
	json_t *before;

	pthread_mutex_lock(&e->lock);
	before = e->connectors;
	e->connectors = connectors;
	pthread_mutex_unlock(&e->lock);
	json_decref(before); /* nobody has come to it yet: these are newer */
	outcall_wakeup(e->out);
}

void
engine_petition_take(struct engine *e, struct petition *p, struct hearing *h)
{
	struct arrival *a = calloc(1, sizeof *a);

	if (!a) { /* it is in the store and will be found there; who waits sends it again */
		log_error("a petition: no memory to hand it over");
		engine_forgot(e);
		if (h) {
			http_add_header(h->x, "Retry-After", "2");
			http_problem(h->x, 503, "unavailable", "系统暂时不可用", "请稍后用同一个 Idempotency-Key 再试。", NULL);
		}
		petition_free(p);
		free(h);
		return;
	}
	a->petition = p;
	a->hearing = h;
	arrive(e, a);
}

/* --- the engine's side --- */

/* Its first operations; false: there is no memory for all of them. */
static bool
queue_first(struct engine *e, struct engaged *owner, struct arrival *a)
{
	for (int i = 0; i < a->n_ops; i++) {
		struct operation *op = operation_new(e->node, owner, &a->ops[i]);

		if (!op)
			return false;
		if (!op->department) {
			operation_free(op);
			continue;
		}
		*engaged_slot(owner, op->node, op->undo) = op;
		operation_queue(op);
	}
	return true;
}

/* All of it or nothing: what is not in memory is found again, what lacks a call is not. */
static void
adopt(struct engine *e, struct arrival *a)
{
	bool is_there = engagements_find(&e->running, a->r->id) != NULL; /* loaded meanwhile, for whatever came for it */
	struct engaged *owner = NULL;

	if (is_there)
		running_free(a->r);
	else if (!(owner = engagements_add(&e->running, a->r)))
		engine_forgot(e);
	if (owner && queue_first(e, owner, a)) {
		calls_set_clock(e, owner);
	} else if (owner) {
		engagements_drop(&e->running, &e->timers, owner);
		engine_forgot(e);
	}
	CRASH_POINT("intake/adopted");
	for (int i = 0; i < a->n_ops; i++)
		case_operation_free(&a->ops[i]);
	free(a->ops);
}

/* Is it letter by letter a key of ours? Whose it is was looked up by its division: another one must
 * not lead to the same application. */
static bool
is_key_of(const struct running *r, const struct operation_key *key)
{
	int year, month, mday;

	clock_split(clock_day(r->submitted_at), &year, &month, &mday);
	return strcmp(key->division, r->plan.division) == 0 && key->month == year * 12 + month - 1;
}

static enum ending_purpose
purpose_of(const struct event *e, const struct operation_key *key)
{
	if (key->undo)
		return ENDING_OF_UNDO_CALLBACK;
	return key->item < (int)e->n_items && e->items[key->item].later_of >= 0 ? ENDING_OF_LATER : ENDING_OF_CALLBACK;
}

/* A callback for an application in memory (owner), or for one that is loaded for it. */
static void
called_back(struct engine *e, struct arrival *a, struct engaged *owner)
{
	struct operation_key key;
	struct error why = { 0 };
	struct settlement *s;
	struct answer answer = { .sent = true, .complete = true, .status = 200,
		.type = "application/json", .body = a->body, .length = a->length };

	CRASH_POINT("callback/arrived");
	if (!operation_key_parse(a->key, &key))
		return;
	if (!owner)
		owner = takeup_load(e, (int32_t)atoi(key.division), key.application, &why);
	if (why.kind != ERROR_NONE)
		e->claim_at = clock_monotonic() + ENGINE_CLAIM_US; /* it stays in the inbox: looked at again */
	if (!owner || !is_key_of(owner->r, &key) || !running_has(owner->r->event, key.item) || key.item >= SIGN_NODE ||
	    (key.undo && key.item >= MATERIAL_NODE))
		return; /* not ours, or not yet known: it stays in the inbox */
	s = calloc(1, sizeof *s);
	if (!s) {
		engine_forgot(e); /* so does this */
		return;
	}
	CRASH_POINT("callback/matched");
	s->owner = owner;
	s->node = key.item;
	s->round = key.round;
	s->undo = key.undo;
	s->inbox_division = a->inbox_division;
	s->inbox = a->inbox;
	calls_judge(owner->r->event, key.item, key.undo, purpose_of(owner->r->event, &key), &answer, &s->ending);
	if (s->ending.code == ending_no_memory) { /* it stays in the inbox, too */
		e->claim_at = clock_monotonic() + ENGINE_CLAIM_US;
		ending_free(&s->ending);
		free(s);
		return;
	}
	calls_settle(e, s);
}

static void
arrival_free(struct arrival *a)
{
	petition_free(a->petition);
	free(a->body);
	free(a);
}

static void
take_callback(struct engine *e, struct arrival *a)
{
	struct operation_key key;

	called_back(e, a, operation_key_parse(a->key, &key)
	    ? engagements_find(&e->running, key.application) : NULL);
}

/* Must its application be loaded first? */
static bool
needs_loading(const struct engine *e, const struct arrival *a)
{
	struct operation_key key;
	int64_t id = a->petition ? a->petition->application
	    : a->body && operation_key_parse(a->key, &key) ? key.application : 0;

	return id && !engagements_find(&e->running, id);
}

static void
take(struct engine *e, struct arrival *a)
{
	if (a->hearing)
		hearings_wait(e, a->hearing);
	a->hearing = NULL;
	if (needs_loading(e, a) && !lanes_idle(e)) { /* the connection is busy */
		a->next = e->deferred;
		e->deferred = a;
		return;
	}
	if (a->petition)
		hearings_take(e, a->petition);
	else if (a->r)
		adopt(e, a);
	else if (a->suspect)
		takeup_lose(e, a->inbox_division, a->inbox);
	else if (a->body)
		take_callback(e, a);
	a->petition = NULL;
	arrival_free(a);
}

void
arrivals_take_deferred(struct engine *e)
{
	struct arrival *a;

	while ((a = e->deferred) && lanes_idle(e)) {
		e->deferred = a->next;
		take(e, a);
	}
}

/* Where there is no memory for them they come again when what was forgotten is looked for. */
static void
update_departments(struct engine *e, json_t *connectors)
{
	struct error why = { 0 };
	int done = departments_update(&e->node->departments, connectors, e->node->conf, &why);

	if (done != 0)
		log_error("%s", why.text);
	pthread_mutex_lock(&e->lock);
	if (done != 0 && why.kind == ERROR_TEMPORARY && !e->connectors) {
		e->connectors = json_incref(connectors);
		e->find_at = clock_monotonic() + ENGINE_FIND_US;
	}
	pthread_mutex_unlock(&e->lock);
	json_decref(connectors);
}

void
arrivals_take(struct engine *e)
{
	struct arrival *a, *next;
	json_t *connectors;

	pthread_mutex_lock(&e->lock);
	a = e->first;
	e->first = e->last = NULL;
	connectors = e->find_at ? NULL : e->connectors;
	if (connectors)
		e->connectors = NULL;
	pthread_mutex_unlock(&e->lock);
	if (connectors)
		update_departments(e, connectors);
	for (; a; a = next) {
		next = a->next;
		take(e, a);
	}
}

void
arrivals_free(struct engine *e)
{
	struct arrival *a;

	while ((a = e->deferred)) {
		e->deferred = a->next;
		arrival_free(a);
	}
	while ((a = e->first)) {
		e->first = a->next;
		running_free(a->r);
		for (int i = 0; i < a->n_ops; i++)
			case_operation_free(&a->ops[i]);
		free(a->ops);
		if (a->hearing)
			hearings_wait(e, a->hearing);
		arrival_free(a);
	}
}
