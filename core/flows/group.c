#include "flows/group_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"

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
	free(g->rows.list);
	free(g->settled);
	free(g->inbox);
	free(g->fresh.list);
	free(g->operations.list);
	free(g->outcomes.list);
	free(g->counts.list);
	free(g->revisions.list);
	free(g->petitions.list);
	free(g->attentions.list);
	free(g->overdues.list);
	free(g->desks.list);
	free(g->consents.list);
	free(g->released.list);
	free(g->sealed.list);
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
	for (size_t i = 0; i < g->rows.n; i++) {
		if (g->rows.list[i]->owner)
			g->rows.list[i]->owner->row = NULL;
		row_free(g->rows.list[i]);
	}
	for (size_t i = 0; i < g->n_settled; i++)
		settlement_free(g->settled[i]);
	for (size_t i = 0; !committed && i < g->fresh.n; i++)
		operation_free(g->fresh.list[i]);
	for (size_t i = 0; i < g->sealed.n; i++)
		free((void *)(uintptr_t)g->sealed.list[i].data);
	g->rows.n = g->fresh.n = g->sealed.n = g->n_settled = g->n_inbox = 0;
	g->operations.n = g->outcomes.n = g->counts.n = g->revisions.n = g->petitions.n = 0;
	g->attentions.n = g->overdues.n = g->desks.n = g->consents.n = g->released.n = 0;
	g->in_flight = false;
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
	for (size_t i = 0; i < g->rows.n; i++) {
		struct group_row *row = g->rows.list[i];
		const struct running *r = row->owner->r;

		text_clear(&row->items);
		if (running_pack(r, &row->items) != 0)
			return -1;
		steps[i] = (struct store_step){ .division = r->division, .id = r->id, .fence = r->fence,
			.status = r->status,
			.open = r->status < STATUS_FINISHED || running_is_busy(r),
			.items = { row->items.data, row->items.length },
			.history_first = row->history_first, .history_count = r->history_count,
			.history = row->history.length ? row->history.data : NULL,
			.finished_at = r->finished_at };
		memcpy(steps[i].history_hash, r->history_hash, 32);
	}
	qsort(steps, g->rows.n, sizeof *steps, by_application);
	return 0;
}

static void
make_counts(const struct group *g, struct store_count *counts)
{
	for (size_t i = 0; i < g->counts.n; i++) {
		const struct group_count *c = &g->counts.list[i];

		counts[i] = (struct store_count){ c->division, clock_day(g->now), c->event, c->department,
			c->measure, c->delta };
	}
	qsort(counts, g->counts.n, sizeof *counts, by_count);
}

static int
group_send(struct group *g, struct error *why)
{
	struct store_step *steps = calloc(g->rows.n + 1, sizeof *steps);
	struct store_count *counts = calloc(g->counts.n + 1, sizeof *counts);
	struct store_group rows = { .steps = steps, .n_steps = g->rows.n, .outcomes = g->outcomes.list,
		.n_outcomes = g->outcomes.n, .operations = g->operations.list, .n_operations = g->operations.n,
		.counts = counts, .n_counts = g->counts.n, .inbox_divisions_ids = g->inbox,
		.n_inbox = g->n_inbox, .revisions = g->revisions.list, .n_revisions = g->revisions.n,
		.petitions = g->petitions.list, .n_petitions = g->petitions.n,
		.attentions = g->attentions.list, .n_attentions = g->attentions.n,
		.overdues = g->overdues.list, .n_overdues = g->overdues.n,
		.desks = g->desks.list, .n_desks = g->desks.n,
		.consents = g->consents.list, .n_consents = g->consents.n, .released = g->released.list,
		.n_released = g->released.n / 2 };
	int result = -1;

	if (!steps || !counts || make_steps(g, steps) != 0) {
		error_set(why, ERROR_TEMPORARY, "no memory");
	} else {
		CRASH_POINT("group/built");
		make_counts(g, counts);
		g->in_flight = true;
		result = store_group_send(g->store, &rows, why);
	}
	free(steps);
	free(counts);
	return result;
}

/* Applications without a row may end in another group while this one is under way. */
static void
drop_moveless(struct group *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n_settled; i++) {
		if (g->settled[i]->owner->row)
			g->settled[kept++] = g->settled[i];
		else
			settlement_free(g->settled[i]);
	}
	g->n_settled = kept;
}

int
group_build(struct group *g, struct settlements *from, int64_t now, struct error *why)
{
	struct settlement *s;

	g->now = now;
	while (g->n_settled < g->limit && (s = settlements_take(from))) {
		CRASH_POINT("group/begun");
		g->settled[g->n_settled++] = s;
		s->owner->pending--;
		if (group_moves_one(g, s, why) != 0)
			return -1;
	}
	drop_moveless(g);
	if (g->rows.n == 0) {
		group_end(g, false);
		return 0;
	}
	return group_send(g, why);
}
