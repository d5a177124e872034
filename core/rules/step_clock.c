/* step_clock.c: what time does: promises that pass, silence, held items on another day. */
#include "rules/step_own.h"

#include "base/clock.h"
#include "rules/calendar.h"

/* 行政许可法 32: not told within five working days what is missing, an application counts as accepted. */
enum { DEEMED_DAYS = 5 };

bool
step_item_due(const struct running *r, int item, int32_t *due)
{
	const struct item *i = &r->event->items[item];
	const struct running_item *it = &r->nodes[item];

	if (!i->within.text || (!it->sent_at && !it->sent_day))
		return false;
	if (!calendar_due(it->sent_day ? it->sent_day : clock_day(it->sent_at), &i->within, due))
		return false;
	if (i->notice.text && !calendar_due(*due, &i->notice, due))
		return false;
	return !it->stopped_days || calendar_add(*due, it->stopped_days, due);
}

bool
running_due(const struct running *r, int item, bool undo, int32_t *due)
{
	const struct duration *within = &r->event->items[item].within;

	if (!undo)
		return step_item_due(r, item, due);
	return within->text && calendar_due(clock_day(r->nodes[item].undoing.sent_at), within, due);
}

/* The instant at which it is too late; 0: never, or already recorded. While it is sent back, never. */
static int64_t
overdue_at(const struct running *r, int item)
{
	const struct running_item *it = &r->nodes[item];
	int32_t due;

	if (!running_is_open(r, item) || it->flags & ITEM_OVERDUE || !step_item_due(r, item, &due))
		return 0;
	return clock_day_start(due + 1);
}

static int64_t
deemed_at(const struct running *r, int item)
{
	const struct running_item *it = &r->nodes[item];
	int32_t due;

	if (it->state != ITEM_ACKNOWLEDGED || it->flags & ITEM_DEEMED || !it->acknowledged_at ||
	    !calendar_add(clock_day(it->acknowledged_at), DEEMED_DAYS, &due))
		return 0;
	return clock_day_start(due + 1);
}

static int64_t
late_at(const struct running_item *it)
{
	return it->state == ITEM_SENT && it->silent_since && !(it->flags & ITEM_LATE)
	    ? it->silent_since + STEP_LATE_US : 0;
}

/* Not all of them at midnight: spread over four hours, each application at a time of its own. */
static int64_t
looked_at(const struct running *r)
{
	int64_t offset = (int64_t)((uint64_t)r->id * 2654435761 >> 16 & 0x3fff) % 14400 * US_PER_SECOND;

	for (size_t i = 0; i < r->event->n_items && r->looked_day; i++)
		if (r->nodes[i].flags & ITEM_HELD)
			return clock_day_start(r->looked_day + 1) + offset;
	return 0;
}

static void
earlier(int64_t *first, int64_t at)
{
	if (at && (!*first || at < *first))
		*first = at;
}

int64_t
running_next_clock(const struct running *r)
{
	const struct event *e = r->event;
	int64_t first = 0;

	if (r->status >= STATUS_FINISHED)
		return 0;
	for (size_t i = 0; i < e->n_items; i++) {
		earlier(&first, overdue_at(r, (int)i));
		earlier(&first, deemed_at(r, (int)i));
	}
	if (r->withdrawn_at)
		return first;
	for (size_t i = 0; i < e->n_materials + e->n_records; i++)
		earlier(&first, late_at(&r->nodes[e->n_items + i]));
	earlier(&first, looked_at(r));
	earlier(&first, step_sign_next(r));
	return first;
}

static bool
is_due(int64_t at, const struct effects *x)
{
	return at && at <= x->now;
}

static void
pass_promises(struct running *r, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		if (is_due(overdue_at(r, (int)i), x)) {
			r->nodes[i].flags |= ITEM_OVERDUE;
			step_tell(r, (int)i, HISTORY_OVERDUE, "clock", NULL, x);
		}
		if (is_due(deemed_at(r, (int)i), x)) {
			r->nodes[i].flags |= ITEM_DEEMED;
			step_tell(r, (int)i, HISTORY_DEEMED_ACCEPTED, "clock", NULL, x);
		}
	}
}

/* A paper that was filed as well is taken at once; else it is offered (running_asked). */
static void
pass_lookups(struct running *r, struct effects *x)
{
	const struct event *e = r->event;

	for (size_t i = 0; i < e->n_materials + e->n_records; i++) {
		struct running_item *it = &r->nodes[e->n_items + i];

		if (!is_due(late_at(it), x))
			continue;
		it->flags |= ITEM_LATE;
		x->changed = true;
		if (i < e->n_materials && json_object_get(r->files, e->materials[i].id))
			step_material_upload(r, (int)i, x);
	}
}

void
running_clock(struct running *r, struct effects *x)
{
	if (r->status >= STATUS_FINISHED)
		return;
	pass_promises(r, x);
	if (r->withdrawn_at)
		return;
	pass_lookups(r, x);
	step_sign_clock(r, x);
	if (is_due(looked_at(r), x)) {
		r->looked_day = clock_day(x->now);
		x->changed = true;
		step_record_again(r, step_record_waited(r), false, x);
	}
	step_go_on(r, x);
}
