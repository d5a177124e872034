/* Applications from the store: claimed, loaded again, and what came to the inbox meanwhile. */
#include "flows/engine_own.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/faults.h"
#include "base/log.h"

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
	struct case_operation made = { .department_id = o->department, .node = o->item, .round = o->round,
		.undo = o->undo, .made_at = o->created_at };
	struct operation *op = NULL;

	made.body = open_body(e, c, o, &made.length, why);
	made.url = strdup(o->url);
	case_key(owner->r, o->item, o->round, o->undo, made.key);
	if (PLANTED("key_made_anew_at_restart"))
		made.key[10] ^= 1; /* the month in it */
	if (made.body && made.url)
		op = operation_new(e->node, owner, &made);
	case_operation_free(&made);
	if (!op)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (!op->department) {
		operation_free(op);
		return error_set(why, ERROR_BROKEN, "application %s: department %s is not known here",
		    c->number, o->department);
	}
	if (!calls_is_open(owner->r, op)) {
		operation_free(op);
		return 0;
	}
	CRASH_POINT("claim/resumed");
	*engaged_slot(owner, op->node, op->undo) = op;
	if (op->department->connector.desk && o->state == OPERATION_ACKNOWLEDGED)
		return 0; /* it lies in the queue */
	op->question = o->state == OPERATION_ACKNOWLEDGED || !op->department->connector.idempotent;
	calls_schedule(e, op, o->next_at ? clock_monotonic() + o->next_at - node_now(e->node) : 0);
	return 0;
}

/* Is that over some time? */
static bool
is_passing(const struct error *why)
{
	return why->kind == ERROR_TEMPORARY || why->kind == ERROR_UNKNOWN;
}

/* What cannot be resumed for its own sake stands still alone; without memory for one of them there is none for the
 * application. */
static int
resume_operations(struct engine *e, struct engaged *owner, const struct store_case *c, struct error *why)
{
	for (size_t i = 0; i < c->n_operations; i++) {
		const struct store_case_operation *o = &c->operations[i];
		struct error what = { 0 };

		if (o->state == OPERATION_DECIDED || !running_has(owner->r->event, o->item) ||
		    resume_operation(e, owner, c, o, &what) == 0)
			continue;
		if (is_passing(&what)) {
			*why = what;
			return -1;
		}
		log_error("%s", what.text);
	}
	return 0;
}

static struct engaged *
engage(struct engine *e, const struct store_case *c, struct error *why)
{
	struct running *r = case_load(e->node, e->store, c, true, why);
	struct engaged *owner = r ? engagements_add(&e->running, r) : NULL;

	if (!owner) {
		error_set(why, ERROR_TEMPORARY, "no memory"); /* unless it says another reason */
		return NULL;
	}
	CRASH_POINT("claim/opened");
	if (resume_operations(e, owner, c, why) != 0) {
		engagements_drop(&e->running, &e->timers, owner);
		return NULL;
	}
	calls_set_clock(e, owner);
	return owner;
}

struct engaged *
takeup_load(struct engine *e, int32_t division, int64_t id, struct error *why)
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

void
takeup_lose(struct engine *e, int32_t division, int64_t id)
{
	if (e->n_lost == e->room_lost) {
		size_t room = e->room_lost ? 2 * e->room_lost : ENGINE_CLAIM_LIMIT;
		struct store_place *more = realloc(e->lost, room * sizeof *more);

		if (!more) {
			engine_forgot(e);
			return;
		}
		e->lost = more;
		e->room_lost = room;
	}
	e->lost[e->n_lost++] = (struct store_place){ division, id };
	e->claim_at = clock_monotonic();
}

static void
drop_ended(struct engine *e, struct engaged *owner)
{
	if (owner->r->status >= STATUS_FINISHED && owner->pending == 0 && !running_is_busy(owner->r))
		engagements_drop(&e->running, &e->timers, owner);
}

static void
loaded_again(void *cookie, struct store_case *c)
{
	struct engine *e = cookie;
	struct engaged *owner = engagements_find(&e->running, c->id);
	struct error why = { 0 };

	if (!owner && c->open && c->node != e->node->incarnation)
		log_info("application %s belongs to another node now", c->number);
	else if (!owner && !(owner = engage(e, c, &why)))
		log_warning("loading an application again: %s", why.text);
	if (owner)
		drop_ended(e, owner);
	else if (is_passing(&why))
		takeup_lose(e, c->division, c->id);
	store_case_free(c);
}

/* Many at a time: after an outage it may be all that was under way. */
static void
reload_lost(struct engine *e)
{
	struct store_place some[ENGINE_CLAIM_LIMIT];
	size_t left = e->n_lost; /* what is lost once more comes behind these */

	while (left > 0) {
		size_t n = left < ENGINE_CLAIM_LIMIT ? left : ENGINE_CLAIM_LIMIT;
		struct error why = { 0 };

		memcpy(some, e->lost, n * sizeof *some);
		if (store_cases_by_id(e->store, some, n, loaded_again, e, &why) != 0) {
			log_warning("loading applications again: %s", why.text);
			return;
		}
		left -= n;
		e->n_lost -= n;
		memmove(e->lost, e->lost + n, e->n_lost * sizeof *e->lost);
	}
}

static void
claimed(void *cookie, struct store_case *c)
{
	struct engine *e = cookie;
	struct error why = { 0 };

	if (!engagements_find(&e->running, c->id) && !engage(e, c, &why)) {
		if (is_passing(&why))
			takeup_lose(e, c->division, c->id);
		else
			log_error("application %s cannot go on: %s", c->number, why.text);
	}
	store_case_free(c);
}

static void
inbox_found(void *cookie, const struct store_inbox *row)
{
	struct engine *e = cookie;
	struct seal_place at = { "inbox", "body", row->id, 0 };
	struct error why = { 0 };
	struct text body;

	CRASH_POINT("claim/inbox_found");
	text_init(&body, 2 << 20);
	if (seal_open_value(e->node->seal, &at, row->body.data, row->body.length, &body, &why) == 0)
		engine_callback(e, row->division, row->id, row->key, body.data, body.length);
	else if (is_passing(&why))
		engine_forgot(e);
	else
		log_error("an inbox row does not open: %s", why.text);
	text_free(&body);
}

/* All that we would write is refused: then somebody else has it. */
static void
leave_if_ended(struct engine *e)
{
	struct error ignored = { 0 };

	if (store_node_check(e->store, &ignored) == 0)
		node_leave(e->node);
}

static void
watch_later(struct engine *e)
{
	e->watch_at = clock_monotonic() + (atomic_load(&e->node->share).nodes == 1 ? ENGINE_ALONE_US : ENGINE_WATCH_US);
}

/* What no living node owns: their number, or -1. */
static int
claim(struct engine *e)
{
	struct error why = { 0 };
	int n, all = 0;

	CRASH_POINT("claim/looking");
	do {
		error_clear(&why);
		n = store_claim(e->store, e->node->incarnation, ENGINE_CLAIM_LIMIT, claimed, e, &why);
		if (n > 0)
			log_info("took up %d open applications", n);
		all += n;
	} while (n == ENGINE_CLAIM_LIMIT);
	if (n < 0)
		log_warning("claiming: %s", why.text);
	if (n < 0 && why.kind == ERROR_UNKNOWN)
		engine_forgot(e); /* they may be ours: as long as we live nobody else would take them up */
	watch_later(e);
	return n < 0 ? -1 : all;
}

/* Of a page of what is ours: what is not in memory, some at a time. */
static int
load_missing(struct engine *e, const struct store_place *ours, size_t n, struct error *why)
{
	struct store_place some[ENGINE_CLAIM_LIMIT];
	size_t missing = 0;

	for (size_t i = 0; i < n; i++)
		if (!engagements_find(&e->running, ours[i].id))
			some[missing++] = ours[i];
	if (missing == 0)
		return 0;
	log_info("found %zu open applications that were forgotten", missing);
	return store_cases_by_id(e->store, some, missing, loaded_again, e, why);
}

/* All that is open and ours, as far as it is not in memory; and the clocks that found no place. */
static void
find_forgotten(struct engine *e)
{
	struct store_place page[ENGINE_CLAIM_LIMIT];
	struct error why = { 0 };
	int64_t after = 0;
	int n;

	e->find_at = 0;
	calls_set_clocks(e, true);
	do {
		n = store_owned(e->store, e->node->incarnation, after, page, ENGINE_CLAIM_LIMIT, &why);
		if (n > 0)
			after = page[n - 1].id;
		if (n < 0 || load_missing(e, page, (size_t)n, &why) != 0) {
			log_warning("looking for what was forgotten: %s", why.text);
			engine_forgot(e);
			return;
		}
	} while (n == ENGINE_CLAIM_LIMIT);
}

void
takeup_watch(struct engine *e)
{
	if (!lanes_alive(e) || claim(e) != 0)
		e->claim_at = clock_monotonic(); /* there is more to be looked at than that */
	watch_later(e);
}

/* Take what no living node owns; then what came to the inbox meanwhile. */
void
takeup_all(struct engine *e)
{
	struct error why = { 0 };
	int n;

	if (!lanes_alive(e)) {
		leave_if_ended(e);
		e->claim_at = clock_monotonic() + ENGINE_CLAIM_US / 40;
		return;
	}
	if (node_set_clock(e->node, e->store, &why) != 0)
		log_warning("the database's clock: %s", why.text);
	reload_lost(e);
	n = claim(e);
	if (e->find_at && clock_monotonic() >= e->find_at)
		find_forgotten(e);
	error_clear(&why);
	if (!PLANTED("inbox_not_read_at_start") &&
	    store_inbox_open(e->store, e->node->incarnation, 0, 0, inbox_found, e, &why) != 0) {
		log_warning("inbox: %s", why.text);
		engine_forgot(e);
	}
	hearings_look(e);
	error_clear(&why);
	e->claim_at = n < 0 || e->n_lost || store_nodes_watch(e->store, NULL, &why) != 0
	    ? clock_monotonic() + ENGINE_CLAIM_US : e->find_at;
}
