/* step_answer.c: what a department's answer does to the node that asked. */
#include "rules/step_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

/* A key is repeated for seven days, then a person looks (connectors/PROTOCOL.md). */
#define GIVE_UP_US (7 * 86400 * US_PER_SECOND)
/* A department that refuses us as such is asked again only now and then, by one call. */
#define STOPPED_WAIT_US (300 * US_PER_SECOND)

static void
take_text(char **into, char **from)
{
	if (!*from)
		return;
	free(*into);
	*into = *from;
	*from = NULL;
}

void
step_set_reason(struct running_item *it, const char *text, struct effects *x)
{
	free(it->reason);
	it->reason = strdup(text);
	if (!it->reason)
		x->failed = true;
}

static void
answered(struct running_item *it)
{
	it->next_at = 0;
	it->silent_since = 0;
}

/* --- a person must look --- */

static void
attention(struct running *r, int node, const char *code, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_ATTENTION;
	it->next_at = 0;
	step_tell(r, node, HISTORY_ATTENTION, NULL, code, x);
}

void
running_attention(struct running *r, int node, const char *code, const char *text,
    struct effects *x)
{
	step_set_reason(running_node(r, node), text, x);
	attention(r, node, code, x);
	step_go_on(r, x);
}

/* What a correction said of it is kept beside: it may yet be approved. */
static void
item_attention(struct running *r, int node, const char *code, const char *text, struct effects *x)
{
	struct running_item *it = running_node(r, node);
	char both[2000];

	if (it->flags & ITEM_STALE && it->reason) {
		snprintf(both, sizeof both, "%s;%s", text, it->reason);
		text = both;
	}
	step_set_reason(it, text, x);
	attention(r, node, code, x);
}

void
step_changed(struct running *r, int node, struct effects *x)
{
	running_node(r, node)->how = CAUSE_CHANGED;
	attention(r, node, "changed", x);
}

void
running_unsendable(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node & ~SEND_UNDO);

	if (node & SEND_UNDO) {
		step_undo_failed(r, node & ~SEND_UNDO, NULL, "incomplete", x);
		step_go_on(r, x);
		return;
	}
	it->sent_at = 0;
	it->attempts = 0;
	if (node >= RECORD_NODE) {
		step_record_none(r, node - RECORD_NODE, "incomplete", x);
	} else if (node >= MATERIAL_NODE) {
		step_material_failed(r, node - MATERIAL_NODE, "incomplete", x);
	} else {
		it->how = CAUSE_INCOMPLETE; /* told from this: no operation keeps a reason */
		attention(r, node, "incomplete", x);
	}
	step_go_on(r, x);
}

/* --- items --- */

/* What it was sent with is no longer so: decided it is, but not on the truth. */
static void
approve(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_APPROVED;
	it->decided_at = x->now;
	answered(it);
	json_decref(it->outputs);
	it->outputs = ending->outputs;
	ending->outputs = NULL;
	take_text(&it->receipt, &ending->receipt);
	step_tell(r, node, HISTORY_APPROVED, "department", NULL, x);
	if (it->flags & ITEM_STALE)
		step_changed(r, node, x);
}

static void
refuse(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_REFUSED;
	it->flags &= (uint8_t)~ITEM_STALE;
	it->decided_at = x->now;
	answered(it);
	take_text(&it->receipt, &ending->receipt);
	take_text(&it->reason, &ending->reason);
	step_tell(r, node, HISTORY_REFUSED, "department", NULL, x);
}

/* The request's expression of that name speaks of some answer that the applicant can mend. */
static bool
names_an_answer(const struct running *r, int node, const char *name)
{
	const struct item *item = &r->event->items[node];

	for (size_t i = 0; name && i < item->n_request; i++)
		if (strcmp(item->request[i].name, name) == 0 &&
		    step_mends(r->event, item->request[i].value, NULL))
			return true;
	return false;
}

/* What was marked, papers beside fields, in one list. NULL: it marks what the applicant cannot give. */
static json_t *
marked(const struct running *r, int node, const struct ending *ending)
{
	json_t *all = json_copy(ending->fields), *one;
	size_t i;

	if (!all)
		all = json_array();
	json_array_foreach(ending->fields, i, one)
		if (!names_an_answer(r, node, json_text(one, "field")))
			goto bad;
	json_array_foreach(ending->materials, i, one) {
		const char *id = json_is_string(one) ? json_string_value(one) : json_text(one, "id");
		const char *reason = json_text(one, "reason");
		int m = id ? event_material(r->event, id) : -1;

		if (m < 0 || !(r->plan.item[node].uses >> m & 1) ||
		    json_array_append_new(all, json_pack("{s:s, s:s}", "material", id, "reason",
		    reason ? reason : "")) != 0)
			goto bad;
	}
	return all;
bad:
	json_decref(all);
	return NULL;
}

static void
send_back(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);
	json_t *fields = marked(r, node, ending);

	take_text(&it->receipt, &ending->receipt);
	answered(it);
	if (!fields || r->event->items[node].tell) {
		json_decref(fields);
		item_attention(r, node, "unknown_field",
		    "部门要求补正的内容不在申请之中,需要工作人员核对", x);
		return;
	}
	it->state = ITEM_CORRECTION;
	it->decided_at = x->now;
	json_decref(it->fields);
	it->fields = fields;
	step_tell(r, node, HISTORY_CORRECTION, "department", NULL, x);
}

static void
acknowledge(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	if (r->event->items[node].tell) { /* told is told: nothing more is waited for */
		approve(r, node, ending, x);
		return;
	}
	take_text(&it->receipt, &ending->receipt);
	answered(it);
	if (it->state == ITEM_ACKNOWLEDGED)
		return; /* asked, and still pending: nothing new to record */
	it->state = ITEM_ACKNOWLEDGED;
	it->acknowledged_at = x->now;
	step_tell(r, node, HISTORY_ACKNOWLEDGED, "department", NULL, x);
}

/* --- look-ups --- */

static void
fetched(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_APPROVED;
	it->decided_at = x->now;
	it->flags &= (uint8_t)~ITEM_LATE;
	answered(it);
	json_decref(it->outputs);
	it->outputs = ending->outputs;
	ending->outputs = NULL;
	take_text(&it->receipt, &ending->receipt);
	if (node >= RECORD_NODE) {
		step_record_found(r, node - RECORD_NODE, x);
		return;
	}
	it->how = HOW_FETCHED;
	step_tell(r, node, HISTORY_FETCHED, "department", NULL, x);
}

static void
not_found(struct running *r, int node, const char *code, struct effects *x)
{
	if (node >= RECORD_NODE)
		step_record_none(r, node - RECORD_NODE, code, x);
	else
		step_material_failed(r, node - MATERIAL_NODE, code, x);
}

/* --- nobody knows --- */

bool
step_try_again(const struct ending *ending, uint32_t random, int64_t now, int32_t *attempts,
    int64_t *next_at, int64_t *silent_since)
{
	int64_t wait = ending->kind == ENDING_STOP_QUEUE ? STOPPED_WAIT_US
	    : ending_wait(*attempts + 1, ending->retry_after_us, random);

	if (*silent_since && now - *silent_since > GIVE_UP_US)
		return false;
	if (!*silent_since)
		*silent_since = now;
	++*attempts;
	*next_at = now + wait;
	return true;
}

static void
try_again(struct running *r, int node, const struct ending *ending, uint32_t random,
    struct effects *x)
{
	struct running_item *it = running_node(r, node);
	bool first = !it->silent_since;

	x->changed = true;
	if (step_try_again(ending, random, x->now, &it->attempts, &it->next_at, &it->silent_since)) {
		if (first)
			step_tell(r, node, HISTORY_SILENT, NULL, ending->code, x);
	} else if (node >= MATERIAL_NODE) {
		not_found(r, node, "unknown", x);
	} else {
		item_attention(r, node, "unknown",
		    "部门七天没有给出可靠的答复,办理结果未知,需要工作人员核实", x);
	}
}

/* --- one answer --- */

static void
apply_to_item(struct running *r, int node, struct ending *ending, struct effects *x)
{
	switch (ending->kind) {
	case ENDING_APPROVED: case ENDING_FOUND: case ENDING_CANCELLED:
		approve(r, node, ending, x);
		break;
	case ENDING_REJECTED:
		refuse(r, node, ending, x);
		break;
	case ENDING_CORRECTION:
		send_back(r, node, ending, x);
		break;
	case ENDING_PENDING:
		acknowledge(r, node, ending, x);
		break;
	default:
		take_text(&running_node(r, node)->receipt, &ending->receipt);
		answered(running_node(r, node));
		item_attention(r, node, ending->code, "部门的答复不符合约定,需要工作人员核实", x);
		break;
	}
}

/* Asked after a withdrawal, the department knows of no call: then there is none, and none will be. */
static bool
never_arrived(const struct running *r, int node, const struct ending *ending)
{
	return ending->kind == ENDING_NOT_RECEIVED && r->withdrawn_at && node < MATERIAL_NODE &&
	    running_node(r, node)->state == ITEM_SENT;
}

static void
apply(struct running *r, int node, struct ending *ending, uint32_t random, struct effects *x)
{
	if (never_arrived(r, node, ending)) {
		answered(running_node(r, node));
		running_node(r, node)->state = ITEM_WAITING; /* and so it stops */
		return;
	}
	if (ending->kind == ENDING_NOT_RECEIVED || ending->kind == ENDING_RETRY ||
	    ending->kind == ENDING_STOP_QUEUE)
		try_again(r, node, ending, random, x);
	else if (node < MATERIAL_NODE)
		apply_to_item(r, node, ending, x);
	else if (ending->kind == ENDING_FOUND || ending->kind == ENDING_APPROVED)
		fetched(r, node, ending, x);
	else
		not_found(r, node, ending->code, x);
}

/* The state an ending would lead to, to see whether a second word says the same as the first. */
static bool
agrees(const struct running_item *it, const struct ending *ending)
{
	switch (ending->kind) {
	case ENDING_APPROVED: case ENDING_FOUND:
		return it->state == ITEM_APPROVED ||
		    (it->state == ITEM_ATTENTION && it->how == CAUSE_CHANGED) || it->undo == UNDO_DONE;
	case ENDING_REJECTED:
		return it->state == ITEM_REFUSED;
	case ENDING_CORRECTION:
		return it->state == ITEM_CORRECTION;
	default:
		return true; /* no final word: nothing to contradict */
	}
}

/* A person was to look, and now the department has decided after all: its word counts. */
static bool
resolves(const struct running_item *it, const struct ending *ending)
{
	return it->state == ITEM_ATTENTION && it->sent_at != 0 && it->how != CAUSE_CHANGED &&
	    (ending->kind == ENDING_APPROVED || ending->kind == ENDING_REJECTED);
}

/* A final word about what is no longer asked for is recorded; of an item that was decided otherwise
 * it is a contradiction that a person must see. */
static void
record_word(struct running *r, int node, const struct ending *ending, struct effects *x)
{
	bool dropped = node >= MATERIAL_NODE && running_node(r, node)->state != ITEM_APPROVED;

	step_tell(r, node, dropped ? HISTORY_LATE : HISTORY_CONFLICT, "department", ending->code, x);
	if (!dropped)
		running_node(r, node)->flags |= ITEM_CONFLICT;
}

bool
running_settle(struct running *r, int node, int round, struct ending *ending, uint32_t random,
    struct effects *x)
{
	struct running_item *it = running_node(r, node);

	if (round != it->round) {
		step_tell(r, node, HISTORY_LATE, "department", ending->code, x);
		return true;
	}
	if (!running_is_open(r, node) && (node >= MATERIAL_NODE || !resolves(it, ending))) {
		if (agrees(it, ending))
			return false;
		record_word(r, node, ending, x);
		return true;
	}
	apply(r, node, ending, random, x);
	step_go_on(r, x);
	return true;
}
