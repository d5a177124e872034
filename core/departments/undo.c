#include "departments/undo.h"

#include <string.h>

#include "base/json.h"
#include "departments/invent.h"

/* Why it cannot be, or NULL. */
static const char *
hindrance(const struct desk_call *call, enum fault fault, const struct entry *forward)
{
	if (!forward || !forward->known || forward->effects == 0)
		return "没有这件事的办理记录";
	if (forward->undone_by)
		return "已经撤销过";
	if (forward->undoing == UNDOING_NEVER || fault == FAULT_KEEP ||
	    !json_is_true(json_object_get(call->declared, "undo")))
		return "已办结生效,依规定不能撤销";
	return NULL;
}

int
undo_decide(struct office *office, const struct desk_call *call, enum fault fault,
    const json_t *request, struct entry *e, struct desk_answer *out)
{
	const char *of = json_text(request, "of"), *reason;
	struct entry *forward = of ? ledger_find(office->ledger, call->department->id, of) : NULL;
	char receipt[INVENT_RECEIPT];

	if (!of || !json_text(request, "application") || !json_text(request, "item"))
		return desk_say(400, "error", "malformed", "application, item, round, of, result_id", out);
	reason = hindrance(call, fault, forward);
	if (reason)
		return desk_not_cancelled(reason, out);
	e->of = strdup(of);
	if (!e->of)
		return -1;
	out->later = forward->undoing == UNDOING_SLOWLY;
	invent_receipt(call->department->id, e->key, receipt);
	return desk_cancelled(receipt, out);
}

bool
undo_came_first(const struct entry *e)
{
	return e->later && !e->stubborn && e->undone_by && e->undone_by->arrived < e->due;
}
