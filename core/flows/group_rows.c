/* The rows of a group (group_own.h). What they point to lives until the group ends. */
#include "flows/group_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"

enum { SEALED_CEILING = (4 << 20) + 256 };

bool
group_rows_room(void **list, size_t n, size_t *room, size_t size)
{
	size_t wider = *room ? *room * 2 : 64;
	void *grown;

	if (n < *room)
		return true;
	grown = realloc(*list, wider * size);
	if (!grown)
		return false;
	*list = grown;
	*room = wider;
	return true;
}

static int
no_memory(struct error *why)
{
	return error_set(why, ERROR_TEMPORARY, "no memory");
}

struct group_row *
group_rows_of(struct group *g, struct engaged *owner)
{
	struct group_row *row;

	if (owner->row)
		return owner->row;
	row = GROUP_ROOM(g->rows) ? calloc(1, sizeof *row) : NULL;
	if (!row)
		return NULL;
	row->owner = owner;
	text_init(&row->history, 4 << 20);
	text_init(&row->items, 4096);
	owner->row = row;
	g->rows.list[g->rows.n++] = row;
	return row;
}

/* --- sealed values: the group owns them --- */

static int
keep(struct group *g, struct text *sealed, struct bytes *out, struct error *why)
{
	out->data = GROUP_ROOM(g->sealed) ? text_take(sealed, &out->length) : NULL;
	if (!out->data) {
		text_free(sealed);
		return no_memory(why);
	}
	g->sealed.list[g->sealed.n++] = *out;
	return 0;
}

static int
seal_for(struct group *g, const struct seal_place *at, const void *bytes, size_t length,
    struct bytes *out, struct error *why)
{
	struct text sealed;

	text_init(&sealed, SEALED_CEILING);
	if (seal_close_value(g->node->seal, at, bytes, length, &sealed, why) == 0)
		return keep(g, &sealed, out, why);
	text_free(&sealed);
	return -1;
}

/* The same of a JSON value (taken; NULL: no memory). */
static int
seal_json_take(struct group *g, const struct seal_place *at, json_t *value, struct bytes *out,
    struct error *why)
{
	char *plain = value ? json_canonical_string(value) : NULL;
	int result;

	json_decref(value);
	if (!plain)
		return no_memory(why);
	result = seal_for(g, at, plain, strlen(plain), out, why);
	free(plain);
	return result;
}

/* --- operations --- */

int
group_rows_operation(struct group *g, struct engaged *e, struct case_operation *made, struct error *why)
{
	const struct running *r = e->r;
	struct seal_place at = { "operation", "body", r->id, case_part(made->node, made->round, made->undo) };
	struct store_operation row = { .division = r->division, .application = r->id,
		.item = (int16_t)made->node, .round = (int16_t)made->round, .undo = made->undo,
		.department = made->department_id, .call = made->call, .url = made->url, .created_at = g->now };
	struct operation *op;

	if (!GROUP_ROOM(g->fresh) || !GROUP_ROOM(g->operations))
		return no_memory(why);
	if (seal_for(g, &at, made->body, made->length, &row.body, why) != 0)
		return -1;
	op = operation_new(g->node, e, made);
	if (!op)
		return no_memory(why);
	CRASH_POINT("call/made");
	/* the row's URL stays good: the operation has taken the string, not copied it */
	g->fresh.list[g->fresh.n++] = op;
	g->operations.list[g->operations.n++] = row;
	return 0;
}

static int16_t
state_of(const struct running_item *it, const struct settlement *s)
{
	if (it->round != s->round)
		return OPERATION_DECIDED;
	if (s->undo)
		return it->undo != UNDO_SENT ? OPERATION_DECIDED
		    : s->ending.kind == ENDING_PENDING ? OPERATION_ACKNOWLEDGED : OPERATION_SENT;
	switch (it->state) {
	case ITEM_SENT:
		return OPERATION_SENT;
	case ITEM_ACKNOWLEDGED:
		return OPERATION_ACKNOWLEDGED;
	case ITEM_ATTENTION:
		return OPERATION_ATTENTION;
	default:
		return OPERATION_DECIDED;
	}
}

int
group_rows_outcome(struct group *g, const struct engaged *e, const struct settlement *s, struct error *why)
{
	const struct running_item *it = running_node(e->r, s->node);
	struct seal_place at = { "operation", "outcome", e->r->id, case_part(s->node, s->round, s->undo) };
	struct store_outcome row = { .division = e->r->division, .application = e->r->id,
		.item = (int16_t)s->node, .round = (int16_t)s->round, .undo = s->undo, .state = state_of(it, s) };

	if (s->undo) {
		row.attempts = it->undoing.attempts;
		row.next_at = it->undoing.next_at;
		row.decided_at = row.state == OPERATION_DECIDED ? g->now : 0;
	} else {
		row.attempts = it->attempts;
		row.next_at = it->next_at;
		row.acknowledged_at = it->acknowledged_at;
		row.decided_at = it->decided_at;
	}
	if (!GROUP_ROOM(g->outcomes))
		return no_memory(why);
	if (seal_json_take(g, &at, running_outcome(e->r, s->node | (s->undo ? SEND_UNDO : 0)), &row.outcome,
	    why) != 0)
		return -1;
	g->outcomes.list[g->outcomes.n++] = row;
	return 0;
}

/* --- what people did --- */

int
group_rows_revision(struct group *g, const struct running *r, int64_t account, struct error *why)
{
	struct seal_place at = { "revision", "sealed", r->id, r->revisions };
	struct store_revision row = { .division = r->division, .application = r->id, .seq = r->revisions,
		.account = account, .at = g->now };

	if (!g->effects.revision)
		return 0;
	if (!GROUP_ROOM(g->revisions))
		return no_memory(why);
	if (seal_json_take(g, &at, json_incref(g->effects.revision), &row.sealed, why) != 0)
		return -1;
	g->revisions.list[g->revisions.n++] = row;
	return 0;
}

int
group_rows_petition(struct group *g, const struct petition *p, struct error *why)
{
	struct store_settled_petition row = { .division = p->division, .id = p->id, .status = p->status };
	struct text sealed;

	if (!GROUP_ROOM(g->petitions))
		return no_memory(why);
	text_init(&sealed, SEALED_CEILING);
	if (petition_seal_answer(g->node, p, &sealed, why) != 0) {
		text_free(&sealed);
		return -1;
	}
	if (keep(g, &sealed, &row.answer, why) != 0)
		return -1;
	g->petitions.list[g->petitions.n++] = row;
	return 0;
}

int
group_rows_consents(struct group *g, const struct running *r, struct error *why)
{
	struct store_consent rows[EVENT_SIGNS];
	size_t n = consent_rows(g->node, r, rows);

	for (size_t i = 0; i < n; i++) {
		if (!GROUP_ROOM(g->consents))
			return no_memory(why);
		g->consents.list[g->consents.n++] = rows[i];
	}
	return 0;
}

/* --- figures, and what is free or waits for a person --- */

static bool
is_same(const struct group_count *c, const struct running *r, const struct effect_count *e)
{
	return c->division == r->division && c->measure == e->measure &&
	    strcmp(c->event, r->event->id) == 0 && strcmp(c->department, e->department) == 0;
}

int
group_rows_counts(struct group *g, const struct running *r, struct error *why)
{
	for (int i = 0; i < g->effects.n_counts; i++) {
		const struct effect_count *c = &g->effects.counts[i];
		size_t k = 0;

		if (PLANTED("withdrawal_not_counted") && strcmp(c->measure, "withdrawal") == 0)
			continue;

		while (k < g->counts.n && !is_same(&g->counts.list[k], r, c))
			k++;
		if (k < g->counts.n) {
			g->counts.list[k].delta += c->delta;
			continue;
		}
		if (!GROUP_ROOM(g->counts))
			return no_memory(why);
		g->counts.list[g->counts.n++] = (struct group_count){ r->division, r->event->id, c->department,
			c->measure, c->delta };
	}
	return 0;
}

int
group_rows_released(struct group *g, const struct running *r, struct error *why)
{
	if (r->event->n_once_per == 0)
		return 0;
	for (int i = 0; i < 2; i++) {
		if (!GROUP_ROOM(g->released))
			return no_memory(why);
		g->released.list[g->released.n++] = i == 0 ? r->division : r->id;
	}
	return 0;
}

int
group_rows_desk(struct group *g, const struct store_desk *row, struct error *why)
{
	if (!GROUP_ROOM(g->desks))
		return no_memory(why);
	g->desks.list[g->desks.n++] = *row;
	return 0;
}

int
group_rows_attention(struct group *g, const struct running *r, int node, bool settled, struct error *why)
{
	const char *department = case_department(r, node);

	if (!GROUP_ROOM(g->attentions))
		return no_memory(why);
	g->attentions.list[g->attentions.n++] = (struct store_watched){ .division = r->division,
		.application = r->id, .item = (int16_t)node, .department = department ? department : "",
		.at = g->now, .settled = settled };
	return 0;
}

/* Too late since its last day was over, whenever that was recorded. */
int
group_rows_overdue(struct group *g, const struct running *r, int item, bool settled, struct error *why)
{
	int32_t due;

	if (!GROUP_ROOM(g->overdues))
		return no_memory(why);
	g->overdues.list[g->overdues.n++] = (struct store_watched){ .division = r->division, .application = r->id,
		.item = (int16_t)item, .department = r->event->items[item].department, .settled = settled,
		.at = !settled && running_due(r, item, false, &due) ? clock_day_start(due + 1) : g->now };
	return 0;
}
