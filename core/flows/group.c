#include "flows/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "seal/digest.h"

/* Arrays grow by doubling; the caller checks NULL. */
static void *
room_for(void *array, size_t n, size_t *room, size_t size)
{
	size_t wider = *room ? *room * 2 : 64;
	void *grown;

	if (n < *room)
		return array;
	grown = realloc(array, wider * size);
	if (grown)
		*room = wider;
	return grown;
}

int
group_open(struct group *g, struct node *n, struct store *s)
{
	memset(g, 0, sizeof *g);
	g->node = n;
	g->store = s;
	g->limit = GROUP_SETTLEMENTS;
	g->settled = calloc(GROUP_SETTLEMENTS, sizeof *g->settled);
	g->inbox = calloc(GROUP_SETTLEMENTS * 2, sizeof *g->inbox);
	return g->settled && g->inbox ? 0 : -1;
}

void
group_close(struct group *g)
{
	group_end(g, false);
	free(g->rows);
	free(g->settled);
	free(g->fresh);
	free(g->operations);
	free(g->outcomes);
	free(g->counts);
	free(g->inbox);
	free(g->sealed);
	effects_free(&g->effects);
}

static void
row_free(struct group_row *row)
{
	text_free(&row->history);
	text_free(&row->items);
	free(row);
}

void
group_end(struct group *g, bool committed)
{
	for (size_t i = 0; i < g->n_rows; i++) {
		if (g->rows[i]->owner)
			g->rows[i]->owner->row = NULL;
		row_free(g->rows[i]);
	}
	for (size_t i = 0; i < g->n_settled; i++)
		settlement_free(g->settled[i]);
	for (size_t i = 0; !committed && i < g->n_fresh; i++)
		operation_free(g->fresh[i]);
	for (size_t i = 0; i < g->n_sealed; i++)
		free((void *)(uintptr_t)g->sealed[i].data);
	g->n_rows = g->n_settled = g->n_fresh = g->n_sealed = 0;
	g->n_operations = g->n_outcomes = g->n_counts = g->n_inbox = 0;
	g->in_flight = false;
}

static struct group_row *
row_of(struct group *g, struct engaged *owner)
{
	struct group_row **rows, *row;

	if (owner->row)
		return owner->row;
	rows = room_for(g->rows, g->n_rows, &g->rows_room, sizeof *rows);
	if (!rows)
		return NULL;
	g->rows = rows;
	row = calloc(1, sizeof *row);
	if (!row)
		return NULL;
	row->owner = owner;
	text_init(&row->history, 4 << 20);
	text_init(&row->items, 4096);
	owner->row = row;
	rows[g->n_rows++] = row;
	return row;
}

/* Seal `length` bytes for a row; the group owns the result until it ends. */
static int
seal_for(struct group *g, const struct seal_place *at, const void *bytes, size_t length,
    struct bytes *out, struct error *why)
{
	struct bytes *all = room_for(g->sealed, g->n_sealed, &g->sealed_room, sizeof *all);
	struct text sealed;

	if (!all)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	g->sealed = all;
	text_init(&sealed, (4u << 20) + 256);
	if (seal_close_value(g->node->seal, at, bytes, length, &sealed, why) != 0) {
		text_free(&sealed);
		return -1;
	}
	out->data = text_take(&sealed, &out->length);
	if (!out->data)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	all[g->n_sealed++] = *out;
	return 0;
}

static int
operation_row(struct group *g, const struct running *r, const struct case_operation *op,
    struct error *why)
{
	int32_t part = case_part(op->node, op->round, false);
	struct seal_place at = { "operation", "body", r->id, part };
	struct store_operation *row = &g->operations[g->n_operations];

	*row = (struct store_operation){ .division = r->division, .application = r->id,
		.item = (int16_t)op->node, .round = (int16_t)op->round, .department = op->department_id,
		.call = op->call, .url = op->url, .created_at = g->now };
	if (seal_for(g, &at, op->body, op->length, &row->body, why) != 0)
		return -1;
	g->n_operations++;
	return 0;
}

/* Turn a made operation into one that the engine can send. Takes its URL and body. */
static struct operation *
operation_new(struct node *n, struct engaged *owner, struct case_operation *made)
{
	struct operation *op = calloc(1, sizeof *op);

	if (!op)
		return NULL;
	op->owner = owner;
	op->department = departments_find(&n->departments, made->department_id);
	op->node = made->node;
	op->round = made->round;
	op->heap = -1;
	memcpy(op->key, made->key, sizeof op->key);
	op->url = made->url;
	op->body = made->body;
	op->length = made->length;
	made->url = made->body = NULL;
	return op;
}

static int
send_node(struct group *g, struct engaged *e, int node, struct error *why)
{
	struct case_operation made;
	struct operation **fresh, *op;
	struct store_operation *rows;
	bool is_made;

	if (case_operation_make(g->node, e->r, node, &g->effects, &made, &is_made, why) != 0)
		return -1;
	if (!is_made)
		return 0;
	fresh = room_for(g->fresh, g->n_fresh, &g->fresh_room, sizeof *fresh);
	rows = room_for(g->operations, g->n_operations, &g->operations_room, sizeof *rows);
	if (fresh)
		g->fresh = fresh;
	if (rows)
		g->operations = rows;
	op = fresh && rows && operation_row(g, e->r, &made, why) == 0
	    ? operation_new(g->node, e, &made) : NULL;
	if (!op) {
		free(made.url);
		free(made.body);
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	/* the row's URL pointer stays good: the operation has taken the string, not copied it */
	fresh[g->n_fresh++] = op;
	return 0;
}

static int
outcome_row(struct group *g, const struct engaged *e, const struct settlement *s, struct error *why)
{
	const struct running_item *it = running_node(e->r, s->node);
	struct seal_place at = { "operation", "outcome", e->r->id, case_part(s->node, s->round, false) };
	struct store_outcome *rows, *row;
	json_t *outcome;
	char *plain;
	int result;

	rows = room_for(g->outcomes, g->n_outcomes, &g->outcomes_room, sizeof *rows);
	if (!rows)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	g->outcomes = rows;
	row = &rows[g->n_outcomes];
	*row = (struct store_outcome){ .division = e->r->division, .application = e->r->id,
		.item = (int16_t)s->node, .round = (int16_t)s->round, .attempts = it->attempts,
		.next_at = it->next_at, .acknowledged_at = it->acknowledged_at, .decided_at = it->decided_at,
		.state = OPERATION_DECIDED };
	if (it->round == s->round) {
		if (it->state == ITEM_SENT)
			row->state = OPERATION_SENT;
		else if (it->state == ITEM_ACKNOWLEDGED)
			row->state = OPERATION_ACKNOWLEDGED;
		else if (it->state == ITEM_ATTENTION)
			row->state = OPERATION_ATTENTION;
	}
	outcome = running_outcome(e->r, s->node);
	plain = outcome ? json_canonical_string(outcome) : NULL;
	json_decref(outcome);
	if (!plain)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	result = seal_for(g, &at, plain, strlen(plain), &row->outcome, why);
	free(plain);
	if (result == 0)
		g->n_outcomes++;
	return result;
}

static int
count_all(struct group *g, const struct running *r, struct error *why)
{
	for (int i = 0; i < g->effects.n_counts; i++) {
		const struct effect_count *c = &g->effects.counts[i];
		struct group_count *counts;
		size_t k;

		if (strcmp(c->measure, "attention") == 0 || strcmp(c->measure, "conflict") == 0)
			log_warning("application %s needs a person: %s at department %s", r->number, c->measure,
			    c->department ? c->department : "");
		for (k = 0; k < g->n_counts; k++)
			if (g->counts[k].division == r->division && g->counts[k].measure == c->measure &&
			    strcmp(g->counts[k].event, r->event->id) == 0 &&
			    strcmp(g->counts[k].department, c->department) == 0)
				break;
		if (k < g->n_counts) {
			g->counts[k].delta += c->delta;
			continue;
		}
		counts = room_for(g->counts, g->n_counts, &g->counts_room, sizeof *counts);
		if (!counts)
			return error_set(why, ERROR_TEMPORARY, "no memory");
		g->counts = counts;
		counts[g->n_counts++] = (struct group_count){ r->division, r->event->id, c->department,
			c->measure, c->delta };
	}
	return 0;
}

/* A callback may speak of a round that there was not, or of what was never sent: no row is there to
 * take it. What it says of an earlier round must not stand over what that round ended with. */
static bool
has_operation(const struct engaged *e, const struct settlement *s)
{
	const struct running_item *it = running_node(e->r, s->node);

	return it->sent_at != 0 && it->round == s->round;
}

/* One answer moves one application. */
static int
settle_one(struct group *g, struct settlement *s, struct error *why)
{
	struct engaged *e = s->owner;
	struct effects *x = &g->effects;
	bool known = has_operation(e, s);
	struct group_row *row;
	uint32_t random;

	digest_random(&random, sizeof random);
	effects_begin(x, g->now);
	if (s->inbox) {
		g->inbox[g->n_inbox * 2] = s->inbox_division;
		g->inbox[g->n_inbox * 2 + 1] = s->inbox;
		g->n_inbox++;
	}
	if (!running_settle(e->r, s->node, s->round, &s->ending, random, x) && !s->inbox &&
	    e->r->status < STATUS_FINISHED) /* one that has ended gets a row: after it, it is let go */
		return 0;
	row = row_of(g, e);
	if (!row || (known && outcome_row(g, e, s, why) != 0))
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (int i = 0; i < x->n_send; i++)
		if (send_node(g, e, x->send[i], why) != 0)
			return -1;
	if (x->history.length && !row->history_first)
		row->history_first = x->history_first;
	if (x->history.length && text_put(&row->history, x->history.data, x->history.length) != 0)
		x->failed = true;
	if (x->failed)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	return count_all(g, e->r, why);
}

static int
by_application(const void *a, const void *b)
{
	const struct store_step *x = a, *y = b;

	if (x->division != y->division)
		return x->division < y->division ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_count(const void *a, const void *b)
{
	const struct store_count *x = a, *y = b;
	int d;

	if (x->division != y->division)
		return x->division < y->division ? -1 : 1;
	if ((d = strcmp(x->event, y->event)) != 0 || (d = strcmp(x->department, y->department)) != 0)
		return d;
	return strcmp(x->measure, y->measure);
}

static int
make_steps(struct group *g, struct store_step *steps)
{
	for (size_t i = 0; i < g->n_rows; i++) {
		struct group_row *row = g->rows[i];
		const struct running *r = row->owner->r;

		text_clear(&row->items);
		if (running_pack(r, &row->items) != 0)
			return -1;
		steps[i] = (struct store_step){ .division = r->division, .id = r->id, .fence = r->fence,
			.status = r->status, .open = r->status < STATUS_FINISHED,
			.items = { row->items.data, row->items.length },
			.history_first = row->history_first, .history_count = r->history_count,
			.history = row->history.length ? row->history.data : NULL,
			.finished_at = r->finished_at };
		memcpy(steps[i].history_hash, r->history_hash, 32);
	}
	qsort(steps, g->n_rows, sizeof *steps, by_application);
	return 0;
}

static void
make_counts(const struct group *g, struct store_count *counts)
{
	for (size_t i = 0; i < g->n_counts; i++)
		counts[i] = (struct store_count){ g->counts[i].division, clock_day(g->now),
			g->counts[i].event, g->counts[i].department, g->counts[i].measure, g->counts[i].delta };
	qsort(counts, g->n_counts, sizeof *counts, by_count);
}

static int
group_send(struct group *g, struct error *why)
{
	struct store_step *steps = calloc(g->n_rows + 1, sizeof *steps);
	struct store_count *counts = calloc(g->n_counts + 1, sizeof *counts);
	struct store_group rows = { .steps = steps, .n_steps = g->n_rows, .outcomes = g->outcomes,
		.n_outcomes = g->n_outcomes, .operations = g->operations, .n_operations = g->n_operations,
		.counts = counts, .n_counts = g->n_counts, .inbox_divisions_ids = g->inbox,
		.n_inbox = g->n_inbox };
	int result = -1;

	if (!steps || !counts || make_steps(g, steps) != 0) {
		error_set(why, ERROR_TEMPORARY, "no memory");
	} else {
		make_counts(g, counts);
		g->in_flight = true;
		result = store_group_send(g->store, &rows, why);
	}
	free(steps);
	free(counts);
	return result;
}

int
group_build(struct group *g, struct settlements *from, int64_t now, struct error *why)
{
	g->now = now;
	while (from->first && g->n_settled < g->limit) {
		struct settlement *s = from->first;

		from->first = s->next;
		if (!from->first)
			from->last = NULL;
		g->settled[g->n_settled++] = s;
		s->owner->pending--;
		if (settle_one(g, s, why) != 0)
			return -1;
	}
	if (g->n_rows == 0) {
		group_end(g, false);
		return 0;
	}
	return group_send(g, why);
}
