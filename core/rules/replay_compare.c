/* Compares what a history leads to with the states that are stored (replay.h). */
#include "rules/replay.h"

#include <stdio.h>
#include <string.h>

struct telling {
	const struct replay *replay;
	const struct running *told, *stored;
	void (*differs)(void *cookie, const char *what, const char *stored, const char *told);
	void *cookie;
};

static void
differ(const struct telling *t, const char *node, const char *what, const char *stored, const char *told)
{
	char name[240];

	snprintf(name, sizeof name, "%s%s%s", node, *node ? " " : "", what);
	t->differs(t->cookie, name, stored, told);
}

static void
compare_numbers(const struct telling *t, const char *node, const char *what, int64_t stored, int64_t told)
{
	char a[24], b[24];

	if (stored == told)
		return;
	snprintf(a, sizeof a, "%lld", (long long)stored);
	snprintf(b, sizeof b, "%lld", (long long)told);
	differ(t, node, what, a, b);
}

static void
compare_states(const struct telling *t, const char *node, uint8_t stored, uint8_t told)
{
	if (stored == ITEM_READY) /* both wait to be sent */
		stored = ITEM_WAITING;
	if (stored != told)
		differ(t, node, "state", stored < ITEM_STATES ? item_state_names[stored] : "?",
		    item_state_names[told]);
}

static const char *
undo_name(uint8_t undo)
{
	static const char *const names[UNDO_COUNT] = { "none", "wanted", "sent", "done", "failed", "impossible" };

	return undo < UNDO_COUNT ? names[undo] : "?";
}

/* Answered, and not yet sent again: it waits for something else as well. */
static bool
went_back(const struct telling *t, size_t i)
{
	const struct running_item *stored = &t->stored->nodes[i], *told = &t->told->nodes[i];

	return t->replay->reopened[i] && stored->state == ITEM_WAITING &&
	    stored->round == told->round + (told->sent_at != 0);
}

static void
compare_item(const struct telling *t, size_t i)
{
	const struct running_item *stored = &t->stored->nodes[i], *told = &t->told->nodes[i];
	const char *id = t->told->event->items[i].id;
	uint8_t undo = stored->undo == UNDO_WANTED ? UNDO_NONE : stored->undo; /* not yet asked for */
	uint8_t flags = ITEM_OVERDUE | ITEM_DEEMED;

	if (!went_back(t, i)) {
		compare_states(t, id, stored->state, told->state);
		compare_numbers(t, id, "round", stored->round, told->round);
	}
	if (undo != told->undo)
		differ(t, id, "undo", undo_name(stored->undo), undo_name(told->undo));
	compare_numbers(t, id, "overdue and deemed accepted", stored->flags & flags, told->flags & flags);
}

static const char *
how_name(uint8_t how)
{
	static const char *const names[HOW_COUNT] = { "unknown", "waiting", "fetched", "produced",
		"committed", "uploaded", "not_needed", "upload_needed" };

	return how < HOW_COUNT ? names[how] : "?";
}

/* Approved on an answer that was corrected since, the maker waits for a person: its paper is there. */
static bool
is_made_by_an_item(const struct telling *t, size_t m)
{
	const struct running *r = t->told;
	const struct material *material = &r->event->materials[m];

	for (size_t i = 0; i < material->n_get; i++) {
		const struct running_item *maker = material->get[i].way == WAY_PRODUCED
		    ? &r->nodes[material->get[i].item] : NULL;

		if (maker && (maker->state == ITEM_APPROVED || maker->undo == UNDO_DONE ||
		    (maker->state == ITEM_ATTENTION && t->stored->nodes[material->get[i].item].how == CAUSE_CHANGED)))
			return true;
	}
	return false;
}

/* That an item has made the paper no entry says: it follows from the item. */
static void
compare_material(const struct telling *t, size_t m)
{
	size_t node = t->told->event->n_items + m;
	const struct running_item *stored = &t->stored->nodes[node], *told = &t->told->nodes[node];
	uint8_t how = told->how == HOW_UNKNOWN ? HOW_WAITING : told->how;
	char id[200];

	snprintf(id, sizeof id, "material:%.150s", t->told->event->materials[m].id);
	if (t->replay->reopened[node] && stored->how == HOW_WAITING)
		how = HOW_WAITING;
	if (stored->how == HOW_PRODUCED && how == HOW_WAITING && is_made_by_an_item(t, m))
		how = HOW_PRODUCED;
	if (stored->how != how)
		differ(t, id, "how", how_name(stored->how), how_name(how));
	compare_states(t, id, stored->state, told->state);
	compare_numbers(t, id, "round", stored->round, told->round);
}

void
replay_compare(const struct replay *p, const struct running *stored,
    void (*differs)(void *cookie, const char *what, const char *stored, const char *told), void *cookie)
{
	struct telling t = { p, p->r, stored, differs, cookie };
	const struct running *told = p->r;

	if (stored->status != told->status)
		differ(&t, "", "status", application_status_names[stored->status],
		    application_status_names[told->status]);
	compare_numbers(&t, "", "submitted_at", stored->submitted_at / 1000, told->submitted_at / 1000);
	compare_numbers(&t, "", "finished_at", stored->finished_at / 1000, told->finished_at / 1000);
	compare_numbers(&t, "", "withdrawal", stored->withdrawn_at / 1000, told->withdrawn_at / 1000);
	compare_numbers(&t, "", "answers typed", stored->typed, told->typed);
	compare_numbers(&t, "", "days stopped", stored->stopped_days, told->stopped_days);
	for (size_t i = 0; i < told->event->n_items; i++)
		compare_item(&t, i);
	for (size_t m = 0; m < told->event->n_materials; m++)
		compare_material(&t, m);
}
