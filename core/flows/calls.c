/* Operations to departments: queues, limits, timers, and their answers. */
#include "flows/engine_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define STOPPED_US (300 * US_PER_SECOND) /* one probe after that when a department refuses us */
#define ALLOWANCE_US 20000               /* a department's allowance grows: look again after that */

void
calls_schedule(struct engine *e, struct operation *op, int64_t due)
{
	if (op->queued || op->in_flight)
		return;
	if (due <= clock_monotonic() || timers_set(&e->timers, op, due) != 0)
		operation_queue(op);
}

struct operation *
calls_operation(struct engine *e, struct engaged *owner, const struct case_operation *made)
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

void
calls_settle(struct engine *e, struct settlement *s)
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

void
calls_answered(struct engine *e, struct outcall_done *done)
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
		calls_schedule(e, op, clock_monotonic() + US_PER_SECOND);
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
	calls_settle(e, s);
}

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
		.timeout_ms = d->connector.timeout_ms, .never_twice = !d->connector.idempotent };

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

void
calls_start(struct engine *e)
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
				calls_schedule(e, op, now + 10 * US_PER_SECOND);
				break;
			}
			op->in_flight = true;
			d->in_flight++;
			d->tokens -= d->connector.per_minute > 0;
		}
	}
}

void
calls_fire_timers(struct engine *e)
{
	struct operation *op;
	int64_t now = clock_monotonic();

	while ((op = timers_first(&e->timers)) && op->due <= now) {
		timers_remove(&e->timers, op);
		operation_queue(op);
	}
}

/* What its answer means for the operation itself, once that is durable. */
void
calls_after(struct engine *e, struct engaged *owner, int node)
{
	struct operation **slot = engaged_slot(owner, node), *op = *slot;
	const struct running_item *it = running_node(owner->r, node);

	if (!op || op->in_flight || op->queued)
		return;
	if (it->round != op->round || !running_is_open(owner->r, node)) {
		timers_remove(&e->timers, op);
		operation_free(op);
		*slot = NULL;
	} else if (it->state == ITEM_ACKNOWLEDGED && !it->silent_since) {
		op->question = true;
		calls_schedule(e, op, clock_monotonic() + (int64_t)op->department->connector.ask_after_ms * 1000);
	} else {
		calls_schedule(e, op, clock_monotonic() + it->next_at - node_now(e->node));
	}
}

int64_t
calls_next(const struct engine *e, int64_t until)
{
	const struct operation *op = timers_first(&e->timers);
	const struct departments *all = &e->node->departments;
	int64_t now = clock_monotonic();

	if (op && op->due < until)
		until = op->due;
	for (size_t i = 0; i < all->n; i++) {
		const struct department *d = &all->list[i];

		if (!d->first)
			continue;
		if (d->stopped_until && now < d->stopped_until) {
			if (d->stopped_until < until)
				until = d->stopped_until;
		} else if (d->connector.per_minute > 0 && d->tokens < 1 && now + ALLOWANCE_US < until) {
			until = now + ALLOWANCE_US;
		}
	}
	return until;
}
