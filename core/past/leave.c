/* What a move of a life leaves behind: operations, entries, counts (leave.h). */
#include "past/leave.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { SEALED = 4 << 20 };

/* --- rooms that grow --- */

static void *
room_for(void *array, size_t n, size_t *room, size_t size)
{
	size_t wider = *room ? *room * 2 : 16;
	void *grown;

	if (n < *room)
		return array;
	grown = realloc(array, wider * size);
	if (grown)
		*room = wider;
	return grown;
}

int
leave_own(struct life *l, void *what)
{
	void **owned = room_for(l->owned, l->n_owned, &l->room_owned, sizeof *owned);

	if (!owned || !what) {
		free(what);
		return -1;
	}
	l->owned = owned;
	owned[l->n_owned++] = what;
	return 0;
}

int
leave_no_memory(struct error *why)
{
	return error_set(why, ERROR_TEMPORARY, "no memory");
}

/* The first word: seconds after the sending, of all that was sent together at once. */
static int64_t
first_answer(const struct life *l, int64_t sent)
{
	return sent + (2 + l->r->id % 4) * US_PER_SECOND;
}

/* --- what a move leaves behind --- */

int
leave_seal(struct life *l, const struct seal_place *at, const void *bytes, size_t length, struct bytes *out,
    struct error *why)
{
	struct text sealed;

	text_init(&sealed, SEALED);
	if (seal_close_value(l->node->seal, at, bytes, length, &sealed, why) != 0) {
		text_free(&sealed);
		return -1;
	}
	out->data = text_take(&sealed, &out->length);
	return leave_own(l, (void *)(uintptr_t)out->data) == 0 ? 0 : leave_no_memory(why);
}

static int
add_operation(struct life *l, const struct case_operation *op, struct error *why)
{
	struct store_operation *operations = room_for(l->operations, l->n_operations, &l->room_operations,
	    sizeof *operations);
	struct seal_place at = { "operation", "body", l->r->id, case_part(op->node, op->round, false) };
	struct store_outcome *outcomes;
	struct store_operation *row;

	if (operations)
		l->operations = operations;
	outcomes = operations ? realloc(l->outcomes, l->room_operations * sizeof *outcomes) : NULL;
	if (!outcomes)
		return leave_no_memory(why);
	l->outcomes = outcomes;
	row = &operations[l->n_operations];
	*row = (struct store_operation){ .division = l->r->division, .application = l->r->id,
		.item = (int16_t)op->node, .round = (int16_t)op->round, .department = op->department_id,
		.call = op->call, .url = op->url, .created_at = l->x.now };
	if (leave_seal(l, &at, op->body, op->length, &row->body, why) != 0)
		return -1;
	outcomes[l->n_operations++] = (struct store_outcome){ .attempts = 1 };
	l->answer_at[op->node] = first_answer(l, l->x.now);
	l->acknowledged[op->node] = false;
	return 0;
}

static int
send(struct life *l, int node, struct error *why)
{
	struct case_operation op;
	bool made;
	int done;

	if (case_operation_make(l->node, l->r, node, &l->x, &op, &made, why) != 0)
		return -1;
	if (!made)
		return 0;
	done = add_operation(l, &op, why);
	free(op.body);
	return leave_own(l, op.url) == 0 ? done : leave_no_memory(why);
}

static int
count(struct life *l, struct error *why)
{
	for (int i = 0; i < l->x.n_counts; i++) {
		const struct effect_count *c = &l->x.counts[i];
		struct store_count *counts = room_for(l->counts, l->n_counts, &l->room_counts, sizeof *counts);

		if (!counts)
			return leave_no_memory(why);
		l->counts = counts;
		counts[l->n_counts++] = (struct store_count){ l->r->division, clock_day(l->x.now), l->event->id,
			c->department, c->measure, c->delta };
	}
	return 0;
}

/* What the move sends, tells and counts. */
int
leave_take(struct life *l, struct error *why)
{
	for (int i = 0; i < l->x.n_send; i++)
		if (send(l, l->x.send[i], why) != 0)
			return -1;
	if (l->x.history.length && text_put(&l->line, l->x.history.data, l->x.history.length) != 0)
		l->x.failed = true;
	return l->x.failed ? leave_no_memory(why) : count(l, why);
}

/* A row of history for all that happened at one moment. */
int
leave_end(struct life *l, int32_t first, struct error *why)
{
	struct store_past_lines *lines;
	char *text;

	if (l->line.length == 0)
		return 0;
	lines = room_for(l->lines, l->n_lines, &l->room_lines, sizeof *lines);
	text = text_take(&l->line, NULL);
	if (lines)
		l->lines = lines;
	if (leave_own(l, text) != 0 || !lines)
		return leave_no_memory(why);
	lines[l->n_lines] = (struct store_past_lines){ .seq = first, .entries = text };
	memcpy(lines[l->n_lines++].hash, l->r->history_hash, 32);
	return 0;
}
