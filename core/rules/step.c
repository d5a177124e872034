/* step.c: the moves of a running application (running.h). */
#include "rules/running.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/history.h"
#include "rules/saving.h"
#include "seal/digest.h"

/* A key is repeated for seven days, then a person looks (connectors/PROTOCOL.md). */
#define GIVE_UP_US (7 * 86400 * US_PER_SECOND)
/* A department that refuses us as such is asked again only now and then, by one call. */
#define STOPPED_WAIT_US (300 * US_PER_SECOND)

void
effects_begin(struct effects *x, int64_t now)
{
	if (x->history.ceiling == 0)
		text_init(&x->history, 1 << 20);
	text_clear(&x->history);
	x->now = now;
	x->history_first = 0;
	x->n_send = 0;
	x->n_counts = 0;
	x->changed = false;
	x->failed = false;
}

void
effects_free(struct effects *x)
{
	text_free(&x->history);
}

void
effects_count(struct effects *x, const char *department, const char *measure, int64_t delta)
{
	if (x->n_counts == EFFECT_COUNTS) {
		x->failed = true;
		return;
	}
	x->counts[x->n_counts++] = (struct effect_count){ department, measure, delta };
}

static void
count(struct effects *x, const char *department, const char *measure)
{
	effects_count(x, department, measure, 1);
}

static void
node_name(const struct running *r, int node, char out[160])
{
	if (node >= MATERIAL_NODE) {
		strcpy(out, "material:");
		strncat(out, r->event->materials[node - MATERIAL_NODE].id, 150);
	} else {
		out[0] = '\0';
		strncat(out, r->event->items[node].id, 159);
	}
}

/* The department that `node`'s operation goes to. A record's look-up is named "department.call". */
static const char *
node_department(const struct running *r, int node)
{
	const struct material *m;
	const struct get *g;

	if (node < MATERIAL_NODE)
		return r->event->items[node].department;
	m = &r->event->materials[node - MATERIAL_NODE];
	g = &m->get[running_node(r, node)->way];
	return g->way == WAY_FETCH ? g->department : NULL;
}

static void
tell(struct running *r, int node, struct history_entry *e, struct effects *x)
{
	char name[160];

	if (!x->history_first)
		x->history_first = r->history_count + 1;
	e->at = x->now;
	if (node >= 0) {
		node_name(r, node, name);
		e->item = name;
		e->department = node_department(r, node);
		e->round = running_node(r, node)->round;
	}
	if (history_add(e, &r->history_count, r->history_hash, &x->history) != 0)
		x->failed = true;
	x->changed = true;
}

static void
told(struct running *r, int node, const char *what, const char *by, const char *code,
    struct effects *x)
{
	struct history_entry e = { .what = what, .by = by, .code = code };

	tell(r, node, &e, x);
}

static void
ask_to_send(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_SENT;
	it->sent_at = x->now;
	it->attempts = 1;
	x->send[x->n_send++] = node;
	x->changed = true;
}

/* --- materials: each way in its order, until one gives the paper --- */

static bool
is_over(uint8_t state)
{
	return state == ITEM_REFUSED || state == ITEM_BLOCKED || state == ITEM_SKIPPED ||
	    state == ITEM_WITHDRAWN;
}

static bool
material_settled(const struct running *r, int m)
{
	switch (running_node(r, MATERIAL_NODE + m)->how) {
	case HOW_FETCHED: case HOW_PRODUCED: case HOW_COMMITTED: case HOW_UPLOADED: case HOW_NOT_NEEDED:
		return true;
	default:
		return false;
	}
}

/* True when this way has settled the material or must be waited for; false: try the next. */
static bool
try_way(struct running *r, int m, struct effects *x)
{
	struct running_item *it = running_node(r, MATERIAL_NODE + m);
	const struct get *g = &r->event->materials[m].get[it->way];
	uint8_t maker;

	switch (g->way) {
	case WAY_FETCH:
		it->how = HOW_WAITING;
		ask_to_send(r, MATERIAL_NODE + m, x);
		return true;
	case WAY_PRODUCED:
		maker = running_node(r, g->item)->state;
		if (is_over(maker))
			return false;
		it->how = maker == ITEM_APPROVED ? HOW_PRODUCED : HOW_WAITING;
		return true;
	case WAY_COMMIT:
		it->how = HOW_COMMITTED;
		told(r, MATERIAL_NODE + m, "committed", "applicant", NULL, x);
		return true;
	case WAY_UPLOAD:
		it->how = HOW_UPLOAD_NEEDED;
		told(r, MATERIAL_NODE + m, "upload_needed", NULL, NULL, x);
		return true;
	case WAY_RECORD: /* a shared record shows at the form; here the next way counts */
		return false;
	}
	return false;
}

static void
material_next(struct running *r, int m, struct effects *x)
{
	struct running_item *it = running_node(r, MATERIAL_NODE + m);
	const struct material *material = &r->event->materials[m];

	x->changed = true;
	for (; it->way < material->n_get; it->way++)
		if (try_way(r, m, x))
			return;
	it->way = (uint8_t)(material->n_get - 1);
	it->how = HOW_UPLOAD_NEEDED; /* nothing gave it: only the applicant can */
	told(r, MATERIAL_NODE + m, "upload_needed", NULL, NULL, x);
}

static void
look_at_produced(struct running *r, struct effects *x)
{
	for (size_t m = 0; m < r->event->n_materials; m++) {
		struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);

		if (it->how == HOW_WAITING && r->event->materials[m].get[it->way].way == WAY_PRODUCED)
			material_next(r, (int)m, x);
	}
}

/* --- items --- */

static uint64_t
items_in(const struct running *r, uint8_t state)
{
	uint64_t set = 0;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == state)
			set |= UINT64_C(1) << i;
	return set;
}

static bool
materials_ready(const struct running *r, size_t item)
{
	for (size_t m = 0; m < r->event->n_materials; m++)
		if ((r->plan.item[item].uses >> m & 1) && !material_settled(r, (int)m))
			return false;
	return true;
}

/* Block what needs a refused one, on through the graph; send what has all it needs. */
static void
release(struct running *r, struct effects *x)
{
	uint64_t approved, over;
	bool again;

	look_at_produced(r, x);
	do {
		again = false;
		over = items_in(r, ITEM_REFUSED) | items_in(r, ITEM_BLOCKED);
		for (size_t i = 0; i < r->event->n_items; i++) {
			if (r->nodes[i].state != ITEM_WAITING || !(r->plan.item[i].needs & over))
				continue;
			r->nodes[i].state = ITEM_BLOCKED;
			r->nodes[i].decided_at = x->now;
			told(r, (int)i, "blocked", NULL, NULL, x);
			count(x, r->event->items[i].department, "blocked");
			again = true;
		}
	} while (again);
	look_at_produced(r, x);
	approved = items_in(r, ITEM_APPROVED);
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_WAITING && !(r->plan.item[i].needs & ~approved) &&
		    materials_ready(r, i))
			ask_to_send(r, (int)i, x);
}

bool
running_is_finished(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		uint8_t s = r->nodes[i].state;

		if (s != ITEM_APPROVED && s != ITEM_REFUSED && s != ITEM_BLOCKED && s != ITEM_SKIPPED)
			return false;
	}
	return true;
}

static bool
upload_needed(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		if (r->nodes[i].state != ITEM_WAITING)
			continue;
		for (size_t m = 0; m < r->event->n_materials; m++)
			if ((r->plan.item[i].uses >> m & 1) &&
			    running_node(r, MATERIAL_NODE + (int)m)->how == HOW_UPLOAD_NEEDED)
				return true;
	}
	return false;
}

static void
conclude(struct running *r, struct effects *x)
{
	if (r->status == STATUS_FINISHED)
		return;
	if (running_is_finished(r)) {
		r->status = STATUS_FINISHED;
		r->finished_at = x->now;
		told(r, -1, "finished", NULL, NULL, x);
		count(x, "", "finished");
		saving_finish(r, x);
	} else if (items_in(r, ITEM_CORRECTION) || upload_needed(r)) {
		r->status = STATUS_WAITING_FOR_APPLICANT;
	} else {
		r->status = STATUS_IN_PROGRESS;
	}
}

void
running_begin(struct running *r, const uint8_t form_hash[32], struct effects *x)
{
	char hex[65];
	struct history_entry e = { .what = "accepted", .by = "applicant", .body = hex };

	digest_hex(form_hash, 16, hex);
	r->typed = saving_typed(r);
	e.fields = r->typed;
	tell(r, -1, &e, x);
	count(x, "", "accepted");
	for (size_t i = 0; i < r->event->n_items; i++)
		r->nodes[i].state =
		    r->plan.item[i].verdict == PLAN_RUNS ? ITEM_WAITING : ITEM_SKIPPED;
	for (size_t m = 0; m < r->event->n_materials; m++) {
		struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);

		it->state = ITEM_WAITING;
		it->how = HOW_NOT_NEEDED;
		if (r->plan.materials >> m & 1)
			material_next(r, (int)m, x);
	}
	release(r, x);
	conclude(r, x);
}

void
running_sent(struct running *r, int node, const char *key, const uint8_t body_hash[32],
    struct effects *x)
{
	char hex[65];
	struct history_entry e = { .what = "sent", .body = hex };

	(void)key; /* follows from application, item and round */
	digest_hex(body_hash, 16, hex);
	tell(r, node, &e, x);
	count(x, node_department(r, node), "sent");
}

void
running_unsendable(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->sent_at = 0;
	it->attempts = 0;
	running_attention(r, node, "incomplete", "缺少部门需要的内容,需要工作人员补全", x);
}

/* --- answers --- */

static void
take_text(char **into, char **from)
{
	if (!*from)
		return;
	free(*into);
	*into = *from;
	*from = NULL;
}

static void
set_reason(struct running_item *it, const char *text, struct effects *x)
{
	free(it->reason);
	it->reason = strdup(text);
	if (!it->reason)
		x->failed = true;
}

void
running_attention(struct running *r, int node, const char *code, const char *text,
    struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_ATTENTION;
	it->next_at = 0;
	set_reason(it, text, x);
	told(r, node, "attention", NULL, code, x);
	count(x, node_department(r, node), "attention");
	conclude(r, x);
}

static void
approve(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_APPROVED;
	it->decided_at = x->now;
	it->next_at = 0;
	it->silent_since = 0;
	json_decref(it->outputs);
	it->outputs = ending->outputs;
	ending->outputs = NULL;
	take_text(&it->receipt, &ending->receipt);
	if (node >= MATERIAL_NODE)
		it->how = HOW_FETCHED;
	told(r, node, node >= MATERIAL_NODE ? "fetched" : "approved", "department", NULL, x);
	count(x, node_department(r, node), node >= MATERIAL_NODE ? "fetched" : "approved");
}

static void
refuse(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	it->state = ITEM_REFUSED;
	it->decided_at = x->now;
	it->next_at = 0;
	it->silent_since = 0;
	take_text(&it->receipt, &ending->receipt);
	take_text(&it->reason, &ending->reason);
	told(r, node, "refused", "department", NULL, x);
	count(x, node_department(r, node), "refused");
}

static void
fetch_failed(struct running *r, int node, const struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	told(r, node, "not_found", "department", ending->code, x);
	it->state = ITEM_WAITING;
	it->next_at = 0;
	it->silent_since = 0;
	it->way++;
	it->round++; /* a further fetch is another operation, with a key of its own */
	material_next(r, node - MATERIAL_NODE, x);
}

static bool
names_something(const struct running *r, int node, const json_t *field)
{
	const struct item *item = &r->event->items[node];
	const char *name = json_text(field, "field");

	for (size_t i = 0; name && i < item->n_request; i++)
		if (strcmp(item->request[i].name, name) == 0)
			return true;
	return false;
}

static void
send_back(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);
	json_t *field;
	size_t i;

	take_text(&it->receipt, &ending->receipt);
	json_array_foreach(ending->fields, i, field) {
		if (!names_something(r, node, field)) {
			running_attention(r, node, "unknown_field",
			    "部门要求补正的栏目不在申请内容之中,需要工作人员核对", x);
			return;
		}
	}
	it->state = ITEM_CORRECTION;
	it->next_at = 0;
	it->silent_since = 0;
	json_decref(it->fields);
	it->fields = ending->fields;
	ending->fields = NULL;
	told(r, node, "correction", "department", NULL, x);
	count(x, node_department(r, node), "correction");
}

static void
acknowledge(struct running *r, int node, struct ending *ending, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	take_text(&it->receipt, &ending->receipt);
	it->silent_since = 0;
	it->next_at = 0;
	if (it->state == ITEM_ACKNOWLEDGED)
		return; /* asked, and still pending: nothing new to record */
	it->state = ITEM_ACKNOWLEDGED;
	it->acknowledged_at = x->now;
	told(r, node, "acknowledged", "department", NULL, x);
}

static void
try_again(struct running *r, int node, const struct ending *ending, uint32_t random,
    struct effects *x)
{
	struct running_item *it = running_node(r, node);
	int64_t wait = ending->kind == ENDING_STOP_QUEUE ? STOPPED_WAIT_US
	    : ending_wait(it->attempts + 1, ending->retry_after_us, random);

	x->changed = true;
	if (it->silent_since && x->now - it->silent_since > GIVE_UP_US) {
		running_attention(r, node, "unknown",
		    "部门七天没有给出可靠的答复,办理结果未知,需要工作人员核实", x);
		return;
	}
	if (!it->silent_since) {
		told(r, node, "silent", NULL, ending->code, x);
		it->silent_since = x->now;
	}
	it->attempts++;
	it->next_at = x->now + wait;
}

/* The state an ending would lead to, to see whether a second word says the same as the first. */
static bool
agrees(const struct running_item *it, const struct ending *ending)
{
	switch (ending->kind) {
	case ENDING_APPROVED: case ENDING_FOUND:
		return it->state == ITEM_APPROVED;
	case ENDING_REJECTED:
		return it->state == ITEM_REFUSED;
	case ENDING_CORRECTION:
		return it->state == ITEM_CORRECTION;
	default:
		return true; /* no final word: nothing to contradict */
	}
}

bool
running_is_open(const struct running *r, int node)
{
	uint8_t s = running_node(r, node)->state;

	return s == ITEM_SENT || s == ITEM_ACKNOWLEDGED;
}

/* A person was to look, and now the department has decided after all: its word counts. */
static bool
resolves(const struct running_item *it, const struct ending *ending)
{
	return it->state == ITEM_ATTENTION && it->sent_at != 0 &&
	    (ending->kind == ENDING_APPROVED || ending->kind == ENDING_REJECTED);
}

static void
apply(struct running *r, int node, struct ending *ending, uint32_t random, struct effects *x)
{
	bool fetch = node >= MATERIAL_NODE;

	switch (ending->kind) {
	case ENDING_APPROVED: case ENDING_FOUND: case ENDING_CANCELLED:
		approve(r, node, ending, x);
		break;
	case ENDING_REJECTED:
		fetch ? fetch_failed(r, node, ending, x) : refuse(r, node, ending, x);
		break;
	case ENDING_NONE_FOUND:
		fetch_failed(r, node, ending, x);
		break;
	case ENDING_CORRECTION:
		fetch ? fetch_failed(r, node, ending, x) : send_back(r, node, ending, x);
		break;
	case ENDING_PENDING:
		acknowledge(r, node, ending, x);
		break;
	case ENDING_NOT_RECEIVED: case ENDING_RETRY: case ENDING_STOP_QUEUE:
		try_again(r, node, ending, random, x);
		break;
	case ENDING_ATTENTION:
		take_text(&running_node(r, node)->receipt, &ending->receipt);
		if (fetch)
			fetch_failed(r, node, ending, x);
		else
			running_attention(r, node, ending->code,
			    "部门的答复不符合约定,需要工作人员核实", x);
		break;
	}
}

bool
running_settle(struct running *r, int node, int round, struct ending *ending, uint32_t random,
    struct effects *x)
{
	struct running_item *it = running_node(r, node);

	if (round != it->round) {
		told(r, node, "late", "department", ending->code, x);
		return true;
	}
	if (!running_is_open(r, node) && !resolves(it, ending)) {
		if (agrees(it, ending))
			return false;
		told(r, node, "conflict", "department", ending->code, x);
		count(x, node_department(r, node), "conflict");
		return true;
	}
	apply(r, node, ending, random, x);
	release(r, x);
	conclude(r, x);
	return true;
}
