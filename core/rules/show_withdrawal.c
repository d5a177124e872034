/* show_withdrawal.c: what a withdrawal would do, told before it is asked for; by the function that then
 * decides it (step_withdrawal), so that neither can say otherwise. */
#include "rules/show_own.h"
#include "rules/step_own.h"

static const char *const effects[] = { [WITHDRAWAL_NOTHING] = NULL, [WITHDRAWAL_STOPS] = "stops",
	[WITHDRAWAL_UNDOES] = "undone", [WITHDRAWAL_STAYS] = "stays" };

/* Why so: by how far it has come. */
enum { SENT_BACK, NOT_SENT, UNDO_DECIDED, UNDO_PENDING, STAYS_TOLD, STAYS_DECIDED, STAYS_PENDING };
static const struct { const char *zh, *en; } reasons[] = {
	[SENT_BACK] = { "正在等您补正；撤回后就不再办", "It waits for your correction; withdrawn, it goes no further." },
	[NOT_SENT] = { "还没有送到部门；撤回后就不再办", "It has not been sent; withdrawn, it never is." },
	[UNDO_DECIDED] = { "已经办好；撤回后请部门撤销，部门不能撤销的会告诉您",
	    "It has been done; the department is asked to undo it, and you are told if it cannot." },
	[UNDO_PENDING] = { "已经送到部门；先等部门的答复，办成了就请部门撤销",
	    "The department has it; its answer is awaited, and what it then did is undone." },
	[STAYS_TOLD] = { "只是告知部门一声，已经送出，收不回来", "It only told the department something, and has been sent." },
	[STAYS_DECIDED] = { "已经办好，这一项不能撤销，仍然有效", "It has been done and cannot be undone: it stays in force." },
	[STAYS_PENDING] = { "已经送到部门，这一项不能撤回，部门仍会作出决定",
	    "The department has it and it cannot be taken back: it will still be decided." },
};

static const char *
reason(const struct item *item, const struct running_item *it, enum step_withdrawal does, bool en)
{
	bool decided = it->state == ITEM_APPROVED;
	int why;

	if (does == WITHDRAWAL_STOPS)
		why = it->state == ITEM_CORRECTION ? SENT_BACK : NOT_SENT;
	else if (does == WITHDRAWAL_UNDOES)
		why = decided ? UNDO_DECIDED : UNDO_PENDING;
	else if (item->tell)
		why = STAYS_TOLD;
	else
		why = decided ? STAYS_DECIDED : STAYS_PENDING;
	return en ? reasons[why].en : reasons[why].zh;
}

json_t *
running_withdrawal(const struct running *r, const char *language)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < r->event->n_items; i++) {
		const struct item *item = &r->event->items[i];
		const struct running_item *it = &r->nodes[i];
		enum step_withdrawal does = step_withdrawal(r, i);

		if (does == WITHDRAWAL_NOTHING)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "item", item->id,
		    "title", item->title, "department", item->department, "status", item_state_names[it->state],
		    "effect", effects[does], "why", reason(item, it, does, show_english(language))));
	}
	return list;
}
