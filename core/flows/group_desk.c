/* The queues of departments that have no interface (group_own.h).
 *
 * What lies there follows from where the application stands, so each move is looked at before and
 * after: the rows can never say anything else than its states.
 */
#include "flows/group_own.h"

static bool
is_desk(struct node *n, const char *department)
{
	const struct department *d = departments_find(&n->departments, department);

	return d && d->connector.desk;
}

/* What is sent on later is part of what lies there already: it has no place of its own. */
struct group_desk
group_desk_of(struct node *n, const struct running *r)
{
	struct group_desk found = { 0, 0, 0 };

	if (!departments_have_desk(&n->departments))
		return found;
	for (size_t i = 0; i < r->event->n_items; i++) {
		const struct item *item = &r->event->items[i];
		const struct running_item *it = &r->nodes[i];
		uint64_t bit = UINT64_C(1) << i;
		bool undoing = it->undo == UNDO_WANTED || it->undo == UNDO_SENT;

		if (item->later_of >= 0 || !is_desk(n, item->department))
			continue;
		if (it->undo == UNDO_SENT)
			found.undos |= bit;
		else if (it->state == ITEM_ACKNOWLEDGED && !undoing)
			found.items |= bit;
		else if (it->state == ITEM_APPROVED && item->tell)
			found.notices |= bit;
	}
	return found;
}

static int
note(struct group *g, const struct running *r, int item, struct store_desk row, struct error *why)
{
	int32_t due = DESK_NO_DUE;

	if (!row.closed && !row.notice && !running_due(r, item, row.undo, &due))
		due = DESK_NO_DUE;
	row.division = r->division;
	row.application = r->id;
	row.item = (int16_t)item;
	row.round = r->nodes[item].round;
	row.department = r->event->items[item].department;
	row.due = due;
	row.at = g->now;
	return group_rows_desk(g, &row, why);
}

static int
note_changes(struct group *g, const struct running *r, uint64_t before, uint64_t now, bool undo,
    struct error *why)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (((before ^ now) & bit) && note(g, r, (int)i, (struct store_desk){ .undo = undo,
		    .closed = before & bit }, why) != 0)
			return -1;
	}
	return 0;
}

int
group_desk_note(struct group *g, const struct running *r, const struct group_desk *before, struct error *why)
{
	struct group_desk now = group_desk_of(g->node, r);
	uint64_t told = now.notices & ~before->notices;

	if (note_changes(g, r, before->items, now.items, false, why) != 0 ||
	    note_changes(g, r, before->undos, now.undos, true, why) != 0)
		return -1;
	for (size_t i = 0; told >> i && i < r->event->n_items; i++) /* read by a clerk, who closes it */
		if ((told >> i & 1) && note(g, r, (int)i, (struct store_desk){ .notice = true }, why) != 0)
			return -1;
	return 0;
}
