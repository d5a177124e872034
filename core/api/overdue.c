/* What is overdue: which department has promised what, and has not answered yet. For supervisors, who ask it why. */
#include "api/api.h"
#include "api/desk.h"
#include "base/clock.h"
#include "rules/task.h"

static json_t *
days_late(int32_t due, int32_t today)
{
	int left = task_days_left(due, today);

	return left == TASK_DAYS_UNKNOWN ? json_null() : json_integer(-left);
}

static void
list_one(void *cookie, const struct store_desk_place *row)
{
	struct desk_list *l = cookie;
	int32_t due = clock_day(row->at) - 1;
	const struct event *event;
	const struct item *item = desk_item_of(l, row, &event);

	if (desk_list_is_full(l))
		return;
	json_array_append_new(l->rows, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "number", row->number,
	    "event", row->event, "event_title", event ? event->title : row->event, "item", item ? item->id : "",
	    "title", item ? item->title : "", "department", row->department, "due", desk_day(due),
	    "days_late", days_late(due, clock_day(node_now(l->n)))));
	desk_list_note(l, row->division, row->application, "status");
	l->last[0] = row->at;
	l->last[1] = row->application;
	l->last[2] = row->item;
}

void
api_overdue_list(void *node, struct http_exchange *x)
{
	struct store_desk_place after = { 0 };
	struct store_clerk watcher;
	struct error why = { 0 };
	struct desk_list l;
	bool done;

	if (desk_list_begin(&l, node, x, DESK_SUPERVISORS) != 0)
		return;
	watcher = desk_whose(&l.who);
	after.at = l.last[0];
	after.application = l.last[1];
	after.item = (int16_t)l.last[2];
	done = store_overdue_list(l.s, &watcher, l.given ? &after : NULL, l.limit + 1, list_one, &l, &why) >= 0;
	desk_list_answer(&l, x, NULL, "overdue", done, &why);
}
