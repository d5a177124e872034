/* Operations to departments: queues, limits, timers, and their answers. */
#include "flows/engine_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"

enum { URL_ROOM = 4096 + 128 }; /* the longest that is stored, a number, a key */

#define STOPPED_US (300 * US_PER_SECOND) /* one probe after that when a department refuses us */
#define STRIKE_AGAIN_US (60 * US_PER_SECOND)
#define AWAY_US (5 * US_PER_SECOND)      /* no answer for so long: what is sent then and fails, fails because of that */

void
calls_schedule(struct engine *e, struct operation *op, int64_t due)
{
	if (op->queued || op->in_flight)
		return;
	if (due <= clock_monotonic() || timers_set(&e->timers, &op->timer, due) != 0)
		operation_queue(op);
}

void
calls_settle(struct engine *e, struct settlement *s)
{
	e->n_settled++;
	s->owner->pending++;
	settlements_add(s->owner->row ? &s->owner->later : &e->settled, s);
	CRASH_POINT("call/in_line");
}

static void
stop_queue(struct department *d)
{
	d->stopped_until = clock_monotonic() + STOPPED_US;
	log_error("department %s refuses our signature (401/403): its queue stops for 5 minutes; "
	    "check department.%s.secret_file and its clock", d->id, d->id);
}

void
calls_judge(const struct event *event, int node, bool undo, enum ending_purpose purpose,
    const struct answer *answer, struct ending *ending)
{
	const struct output *outputs = NULL;
	size_t n = 0;

	if (node < MATERIAL_NODE && !undo) {
		outputs = event->items[node].outputs;
		n = event->items[node].n_outputs;
	} else if (node >= RECORD_NODE) {
		outputs = event->records[node - RECORD_NODE].outputs;
		n = event->records[node - RECORD_NODE].n_outputs;
	}
	ending_judge(purpose, answer, outputs, n, ending);
}

static enum ending_purpose
purpose_of(const struct operation *op)
{
	if (op->undo)
		return op->question ? ENDING_OF_UNDO_QUESTION : ENDING_OF_UNDO;
	if (op->node >= MATERIAL_NODE)
		return ENDING_OF_FETCH;
	if (op->owner->r->event->items[op->node].later_of >= 0)
		return ENDING_OF_LATER;
	return op->question ? ENDING_OF_QUESTION : ENDING_OF_CALL;
}

/* May the department have forgotten the key? Then the same once more could be a second effect. */
static bool
key_is_old(const struct engine *e, const struct operation *op)
{
	int64_t kept = op->department->connector.key_kept_us;

	return kept > 0 && node_now(e->node) - op->made_at >= kept;
}

/* Send again or ask, the next time? */
static void
choose_next(struct engine *e, struct operation *op, const struct outcall_done *done, struct ending *ending)
{
	if (ending->kind == ENDING_NOT_RECEIVED && key_is_old(e, op)) {
		ending->kind = ENDING_ATTENTION; /* never had, or forgotten: nobody but a person can tell */
		ending->code = "key_forgotten";
	} else if (ending->kind == ENDING_NOT_RECEIVED) {
		op->question = false;
	} else if (ending->kind == ENDING_RETRY && !op->department->connector.idempotent &&
	    !PLANTED("sent_blindly_again_without_keys")) {
		op->question = done->answer.sent || op->question;
	}
}

/* Is the department known to have it, so that it is asked for the result now and then? */
static bool
is_with_department(const struct running_item *it, bool undo)
{
	return undo ? !it->undoing.next_at && !it->undoing.silent_since
	    : it->state == ITEM_ACKNOWLEDGED && !it->silent_since;
}

static bool
is_waiting_out(const struct timer *timer, const void *department)
{
	const struct operation *op = timer->op;

	return op && op->department == department && op->owner && !op->alone &&
	    !is_with_department(running_node(op->owner->r, op->node), op->undo);
}

static void
bring_forward(struct timer *timer)
{
	operation_queue(timer->op);
}

/* After an hour away a department's calls wait up to an hour for their next attempt. Its first answer calls all of
 * them up, within its limits, but for those that it fails while it answers others, and unless it asked for a pause. */
static void
note_answer(struct engine *e, struct operation *op, const struct ending *ending)
{
	struct department *d = op->department;
	int64_t now = clock_monotonic(), silent = now - d->answered_at;

	if (ending->retry_after_us > 0)
		d->not_before = now + ending->retry_after_us;
	if (ending->kind == ENDING_RETRY || ending->kind == ENDING_STOP_QUEUE)
		return;
	d->answered_at = now;
	if (silent >= AWAY_US && now >= d->not_before)
		timers_sweep(&e->timers, is_waiting_out, d, bring_forward);
}

/* Sent while its department was away, and failed when that was back: it is not left to wait for long. */
static bool
is_overtaken(const struct operation *op, int64_t wait)
{
	const struct department *d = op->department;

	return wait > AWAY_US && !op->alone && op->sent_at && d->answered_at > op->sent_at &&
	    clock_monotonic() >= d->not_before;
}

/* What an operation's end is told as; NULL: no memory, it is asked again later, and the department knows the
 * key. */
static struct settlement *
settlement_of(struct engine *e, struct operation *op)
{
	struct settlement *s = calloc(1, sizeof *s);

	if (!s) {
		calls_schedule(e, op, clock_monotonic() + US_PER_SECOND);
		return NULL;
	}
	s->owner = op->owner;
	s->node = op->node;
	s->round = op->round;
	s->undo = op->undo;
	return s;
}

void
calls_answered(struct engine *e, struct outcall_done *done)
{
	struct operation *op = done->cookie;
	struct settlement *s;

	CRASH_POINT("call/answered");
	op->in_flight = false;
	op->department->in_flight--;
	if (!op->owner) {
		operation_free(op);
		return;
	}
	s = settlement_of(e, op);
	if (!s)
		return;
	s->asked = op->question;
	done->answer.dialect = op->department->connector.answer;
	done->answer.key = op->key;
	calls_judge(op->owner->r->event, op->node, op->undo, purpose_of(op), &done->answer, &s->ending);
	CRASH_POINT("call/judged");
	if (s->ending.kind == ENDING_STOP_QUEUE)
		stop_queue(op->department);
	else
		op->department->stopped_until = 0;
	note_answer(e, op, &s->ending);
	choose_next(e, op, done, &s->ending);
	calls_settle(e, s);
}

bool
calls_is_open(const struct running *r, const struct operation *op)
{
	const struct running_item *it = running_node(r, op->node);

	return it->round == op->round && (op->undo ? it->undo == UNDO_SENT : running_is_open(r, op->node));
}

static void
drop(struct engine *e, struct operation **slot)
{
	CRASH_POINT("call/over");
	timers_remove(&e->timers, &(*slot)->timer);
	operation_free(*slot);
	*slot = NULL;
}

/* A desk is not called: what it is sent comes to lie in its clerks' queue, in the group that takes this
 * as its acknowledgement, under a number of ours. After a withdrawal nothing is laid there any more. */
static void
lay_on_desk(struct engine *e, struct operation *op)
{
	const struct running *r = op->owner->r;
	struct settlement *s = settlement_of(e, op);

	if (!s)
		return;
	s->ending.code = "desk";
	s->ending.kind = r->withdrawn_at && !op->undo ? ENDING_NOT_RECEIVED : ENDING_PENDING;
	if (s->ending.kind == ENDING_PENDING && asprintf(&s->ending.receipt, "%.8s-%02d%d", r->number + 11,
	    op->node, op->round) < 0) {
		s->ending.receipt = NULL;
		settlement_free(s);
		calls_schedule(e, op, clock_monotonic() + US_PER_SECOND);
		return;
	}
	calls_settle(e, s);
}

/* Where it is sent, lent: the stored URL; made in `url` where that names the application or a result is asked for. */
static const char *
address(const struct operation *op, char *url, size_t room)
{
	const char *place = strstr(op->url, CASE_URL_NUMBER);
	int before = (int)(place ? (size_t)(place - op->url) : strlen(op->url));

	if (!place && !op->question)
		return op->url;
	snprintf(url, room, "%.*s%s%s%s", before, op->url, place ? op->owner->r->number : "",
	    op->question ? "?key=" : "", op->question ? op->key : "");
	return url;
}

static int
start_call(struct engine *e, struct operation *op, struct error *why)
{
	char callback[1024], url[URL_ROOM];
	struct department *d = op->department;
	struct outcall_request q = { .cookie = op, .method = "POST", .body = op->body,
		.length = op->length, .key = op->key, .application = op->owner->r->number,
		.round = op->round, .callback_url = callback, .direction = SIGN_OUT,
		.secret = d->has_secret ? &d->secret : NULL, .signed_at = node_now(e->node), .allow = &d->allow,
		.timeout_ms = d->connector.timeout_ms, .never_twice = !d->connector.idempotent };

	CRASH_POINT("call/before_send");
	q.url = address(op, url, sizeof url);
	snprintf(callback, sizeof callback, "%s/api/v1/departments/%s/results", e->node->public_url, d->id);
	if (op->undo)
		CRASH_POINT("undo/before_send");
	if (PLANTED("undo_without_key") && op->undo)
		q.key = NULL;
	if (PLANTED("another_body_at_the_next_try") && running_node(op->owner->r, op->node)->attempts > 1)
		q.length--;
	if (PLANTED("another_url_at_the_next_try") && running_node(op->owner->r, op->node)->attempts > 1 &&
	    !op->question) {
		snprintf(url, sizeof url, "%s?again=1", op->url);
		q.url = url;
	}
	if (op->question) {
		CRASH_POINT("poll/asked");
		q.method = "GET";
		q.body = "";
		q.length = 0;
	}
	return outcall_start(e->out, &q, why);
}

/* However many calls a department may have at once, it takes no more than are left free: one that hangs holds half of
 * all, two hold a third each, and something always remains for the others. */
void
calls_start(struct engine *e)
{
	struct departments *all = &e->node->departments;
	struct share share = atomic_load(&e->node->share);
	int64_t now = clock_monotonic(), at = node_now(e->node);

	for (size_t i = 0; i < all->n; i++) {
		struct department *d = &all->list[i];

		while (d->first && d->in_flight < outcall_room(e->out) && allowance_starts(d, share, now, at)) {
			struct operation *op = operation_unqueue(d);
			struct error why = { 0 };

			if (!op->owner) {
				operation_free(op);
				continue;
			}
			if (!calls_is_open(op->owner->r, op)) { /* stopped while it stood in line */
				drop(e, engaged_slot(op->owner, op->node, op->undo));
				continue;
			}
			if (d->connector.desk) {
				lay_on_desk(e, op);
				continue;
			}
			/* after a withdrawal nothing is sent forward any more: what is unknown is asked */
			if (key_is_old(e, op) || (op->owner->r->withdrawn_at && !op->undo))
				op->question = true;
			if (start_call(e, op, &why) != 0) {
				log_error("department %s: %s", d->id, why.text);
				calls_schedule(e, op, now + 10 * US_PER_SECOND);
				break;
			}
			CRASH_POINT("call/started");
			op->in_flight = true;
			op->sent_at = now;
			op->alone = now - d->answered_at < AWAY_US;
			d->in_flight++;
			allowance_note(d, now);
		}
	}
}

/* The time has come for which the application's clock was set; if it has not (the database's clock was
 * set back), the clock is set anew. It is also set for later, lest a move that changes nothing stop it. */
static void
strike(struct engine *e, struct engaged *owner)
{
	int64_t next = running_next_clock(owner->r), now = node_now(e->node);
	struct settlement *s = next && next <= now ? calloc(1, sizeof *s) : NULL;

	if (s) {
		CRASH_POINT("timer/clock");
		s->kind = SETTLEMENT_CLOCK;
		s->owner = owner;
		calls_settle(e, s);
		next = now + STRIKE_AGAIN_US;
	} else if (next && next <= now) {
		next = now + US_PER_SECOND; /* no memory */
	}
	if (next && timers_set(&e->timers, &owner->clock, clock_monotonic() + next - now) != 0)
		engine_forgot(e);
}

void
calls_set_clocks(struct engine *e, bool missing)
{
	for (size_t i = 0; i < e->running.n_buckets; i++)
		for (struct engaged *owner = e->running.buckets[i]; owner; owner = owner->next)
			if (!missing || owner->clock.place < 0)
				calls_set_clock(e, owner);
}

/* Where the database's clock was set, what is due by it is due at another time of ours. */
static void
reckon_clocks(struct engine *e)
{
	int64_t offset = atomic_load(&e->node->clock_offset);

	if (llabs(offset - e->reckoned) < US_PER_SECOND)
		return;
	e->reckoned = offset;
	calls_set_clocks(e, false);
}

void
calls_fire_timers(struct engine *e)
{
	struct timer *timer;
	int64_t now = clock_monotonic();

	reckon_clocks(e);
	while ((timer = timers_first(&e->timers)) && timer->due <= now) {
		CRASH_POINT("timer/struck");
		timers_remove(&e->timers, timer);
		if (timer->op)
			operation_queue(timer->op);
		else
			strike(e, timer->owner);
	}
}

void
calls_set_clock(struct engine *e, struct engaged *owner)
{
	int64_t next = running_next_clock(owner->r);

	timers_remove(&e->timers, &owner->clock);
	if (next && timers_set(&e->timers, &owner->clock, clock_monotonic() + next - node_now(e->node)) != 0)
		engine_forgot(e); /* that it has a clock */
}

/* What its answer means for the operation itself, once that is durable. */
void
calls_after(struct engine *e, struct engaged *owner, int node, bool undo)
{
	struct operation **slot = engaged_slot(owner, node, undo), *op = *slot;
	const struct running_item *it = running_node(owner->r, node);

	if (!op || op->in_flight || op->queued)
		return;
	if (!calls_is_open(owner->r, op)) {
		drop(e, slot);
	} else if (is_with_department(it, undo)) {
		if (op->department->connector.desk)
			return; /* its clerks answer when they do: there is nobody to ask */
		CRASH_POINT("poll/planned");
		op->question = true;
		calls_schedule(e, op, clock_monotonic() + (int64_t)op->department->connector.ask_after_ms * 1000);
	} else {
		int64_t wait = (undo ? it->undoing.next_at : it->next_at) - node_now(e->node);

		calls_schedule(e, op, clock_monotonic() + (is_overtaken(op, wait) ? 0 : wait));
	}
}

void
calls_drop_closed(struct engine *e, struct engaged *owner)
{
	for (size_t i = 0; i < owner->n_ops; i++) {
		struct operation *op = owner->ops[i];

		if (op && !op->in_flight && !op->queued && !calls_is_open(owner->r, op))
			drop(e, &owner->ops[i]);
	}
}

int64_t
calls_next(const struct engine *e, int64_t until)
{
	const struct timer *timer = timers_first(&e->timers);
	const struct departments *all = &e->node->departments;
	struct share share = atomic_load(&e->node->share);
	int64_t now = clock_monotonic();

	if (timer && timer->due < until)
		until = timer->due;
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].first)
			until = allowance_next(&all->list[i], share, now, node_now(e->node), until);
	return until;
}
