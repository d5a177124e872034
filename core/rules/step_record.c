/* step_record.c: records of others that rules and papers rest on, and the rules that they decide.
 *
 * What was known at filing was judged then (form.c, plan.c). Here is judged what only a look-up, a
 * result or another day can tell. What is unknown fails no rule. "today" is the day of filing, however long others
 * took to answer (who comes of age meanwhile has filed in time); where a rule waits for a day it is the day itself.
 */
#include "rules/step_own.h"

#include "base/clock.h"

static uint32_t
records_of(const struct event *e, const struct rule *rule)
{
	return expr_records(rule->must, e) | expr_records(rule->when, e);
}

static uint64_t
items_of(const struct running *r, const struct rule *rule)
{
	return rule->only ? rule->only & r->plan.runs : r->plan.runs;
}

/* Records that are being asked for, and not given up. */
static uint32_t
awaited(const struct running *r)
{
	uint32_t set = 0;

	for (size_t i = 0; i < r->event->n_records; i++) {
		const struct running_item *it = running_node(r, RECORD_NODE + (int)i);

		if (it->state == ITEM_SENT && !(it->flags & ITEM_LATE))
			set |= UINT32_C(1) << i;
	}
	return set;
}

bool
step_record_is_late(const struct running *r, int record)
{
	return running_node(r, RECORD_NODE + record)->flags & ITEM_LATE;
}

bool
step_record_awaited(const struct running *r, size_t item)
{
	uint32_t open = awaited(r);

	for (size_t k = 0; open && k < r->event->n_rules; k++) {
		const struct rule *rule = &r->event->rules[k];

		if (rule->otherwise != RULE_REMIND && (items_of(r, rule) >> item & 1) &&
		    (records_of(r->event, rule) & open))
			return true;
	}
	return false;
}

void
step_record_begin(struct running *r, struct effects *x)
{
	uint32_t set = plan_records(r->event, &r->plan);

	for (size_t i = 0; i < r->event->n_records; i++) {
		if (set >> i & 1)
			step_send(r, RECORD_NODE + (int)i, x);
		else
			running_node(r, RECORD_NODE + (int)i)->state = ITEM_SKIPPED;
	}
}

void
step_record_again(struct running *r, uint32_t records, bool forget, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_records; i++) {
		struct running_item *it = running_node(r, RECORD_NODE + (int)i);

		if (!(records >> i & 1) || it->state == ITEM_SKIPPED || (it->state == ITEM_SENT && !forget))
			continue;
		if (forget)
			json_object_del(r->records, r->event->records[i].id);
		it->round++;
		it->flags &= (uint8_t)~ITEM_LATE;
		step_send(r, RECORD_NODE + (int)i, x);
	}
}

/* --- what came --- */

static int
keep(struct running *r, int record, json_t *outputs)
{
	if (!r->records)
		r->records = json_object();
	return json_object_set(r->records, r->event->records[record].id, outputs);
}

void
step_record_found(struct running *r, int record, struct effects *x)
{
	if (keep(r, record, running_node(r, RECORD_NODE + record)->outputs) != 0)
		x->failed = true;
	step_tell(r, RECORD_NODE + record, HISTORY_FOUND, "department", NULL, x);
	step_record_rules(r, UINT32_C(1) << record, x);
}

void
step_record_none(struct running *r, int record, const char *code, struct effects *x)
{
	struct running_item *it = running_node(r, RECORD_NODE + record);

	it->state = ITEM_REFUSED;
	it->next_at = it->silent_since = 0;
	it->flags &= (uint8_t)~ITEM_LATE;
	json_object_del(r->records, r->event->records[record].id);
	step_tell(r, RECORD_NODE + record, HISTORY_NOT_FOUND, "department", code, x);
	step_record_rules(r, UINT32_C(1) << record, x);
}

/* --- the rules --- */

static bool
is_broken(const struct rule *rule, const struct facts *facts)
{
	return expr_holds(rule->when, facts) && !expr_holds(rule->must, facts) &&
	    expr_decided(rule->must, facts);
}

/* Sent back before it ever went out; where no answer could mend it, a person must look. */
static void
send_back(struct running *r, uint64_t items, int index, struct effects *x)
{
	const struct rule *rule = &r->event->rules[index];
	bool mends = step_mends(r->event, rule->must, NULL) || step_mends(r->event, rule->when, NULL);

	for (size_t i = 0; i < r->event->n_items; i++) {
		struct running_item *it = &r->nodes[i];

		if (!(items >> i & 1) || it->state != ITEM_WAITING)
			continue;
		it->how = CAUSE_RULE;
		it->way = (uint8_t)index;
		it->flags &= (uint8_t)~ITEM_HELD;
		it->state = mends ? ITEM_CORRECTION : ITEM_ATTENTION;
		it->decided_at = x->now;
		step_tell(r, (int)i, mends ? HISTORY_CORRECTION : HISTORY_ATTENTION, NULL, "rule", x);
	}
}

static void
enforce(struct running *r, int index, struct effects *x)
{
	const struct rule *rule = &r->event->rules[index];
	uint64_t items = items_of(r, rule);

	switch (rule->otherwise) {
	case RULE_REFUSE:
		step_end_unsent(r, items, ITEM_REFUSED, CAUSE_RULE, index, "rule", x);
		break;
	case RULE_OFFLINE:
		step_end_unsent(r, items, ITEM_REFUSED, CAUSE_RULE, index, "offline", x);
		break;
	case RULE_DROP:
		step_end_unsent(r, items, ITEM_SKIPPED, CAUSE_RULE, index, "rule", x);
		break;
	case RULE_CORRECT:
		send_back(r, items, index, x);
		break;
	case RULE_REMIND:
		step_tell(r, RECORD_NODE + __builtin_ctz(records_of(r->event, rule)), HISTORY_REMINDED, NULL, rule->id, x);
		break;
	case RULE_WAIT:
		break;
	}
}

void
step_record_rules(struct running *r, uint32_t records, struct effects *x)
{
	uint32_t open = awaited(r);
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;

	if (r->withdrawn_at || r->status >= STATUS_FINISHED)
		return;
	running_facts(r, outputs, &facts);
	for (size_t k = 0; k < r->event->n_rules; k++) {
		uint32_t speaks = records_of(r->event, &r->event->rules[k]);

		if ((speaks & records) && !(speaks & open) && is_broken(&r->event->rules[k], &facts))
			enforce(r, (int)k, x);
	}
}

json_t *
step_record_reminders(const struct running *r)
{
	json_t *list = json_array(), *outputs[EVENT_ITEMS];
	struct facts facts;

	running_facts(r, outputs, &facts);
	for (size_t k = 0; r->form && k < r->event->n_rules; k++) {
		const struct rule *rule = &r->event->rules[k];

		if (rule->otherwise == RULE_REMIND && (!rule->only || rule->only & r->plan.runs) && is_broken(rule, &facts))
			json_array_append_new(list, json_pack("{s:s, s:s}", "rule", rule->id, "text", rule->text));
	}
	return list;
}

/* --- waiting --- */

uint32_t
step_record_waited(const struct running *r)
{
	uint32_t set = 0;

	for (size_t k = 0; k < r->event->n_rules; k++)
		if (r->event->rules[k].otherwise == RULE_WAIT && items_of(r, &r->event->rules[k]))
			set |= records_of(r->event, &r->event->rules[k]);
	return set;
}

/* Undecided: neither held for it nor let go. */
static bool
is_undecided(const struct rule *rule, const struct facts *facts, uint32_t open)
{
	if (records_of(facts->event, rule) & open)
		return true;
	return !expr_decided(rule->when, facts) ||
	    (expr_holds(rule->when, facts) && !expr_decided(rule->must, facts));
}

static void
hold(struct running *r, uint64_t items, int index, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		struct running_item *it = &r->nodes[i];

		if (!(items >> i & 1) || it->state != ITEM_WAITING || it->flags & ITEM_HELD)
			continue;
		it->flags |= ITEM_HELD;
		it->how = CAUSE_RULE;
		it->way = (uint8_t)index;
		r->looked_day = clock_day(x->now);
		step_tell(r, (int)i, HISTORY_HELD, NULL, "rule", x);
	}
}

static void
let_go(struct running *r, uint64_t kept, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_items; i++) {
		struct running_item *it = &r->nodes[i];

		if (!(it->flags & ITEM_HELD) || kept >> i & 1)
			continue;
		it->flags &= (uint8_t)~ITEM_HELD;
		it->how = CAUSE_NONE;
		it->way = 0;
		x->changed = true;
	}
}

void
step_record_waits(struct running *r, struct effects *x)
{
	json_t *outputs[EVENT_ITEMS];
	struct facts facts = { 0 };
	uint64_t kept = 0;
	uint32_t open = awaited(r);

	for (size_t k = 0; k < r->event->n_rules; k++) {
		const struct rule *rule = &r->event->rules[k];

		if (rule->otherwise != RULE_WAIT)
			continue;
		if (!facts.event)
			step_facts(r, x->now, outputs, &facts);
		if (is_undecided(rule, &facts, open)) {
			kept |= items_of(r, rule);
		} else if (is_broken(rule, &facts)) {
			hold(r, items_of(r, rule), (int)k, x);
			kept |= items_of(r, rule);
		}
	}
	if (facts.event)
		let_go(r, kept, x);
}
