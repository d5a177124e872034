#include "rules/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/saving.h"
#include "seal/digest.h"

static uint64_t
bit(size_t i)
{
	return UINT64_C(1) << i;
}

static uint64_t
all_items(const struct event *event)
{
	return event->n_items == 64 ? UINT64_MAX : bit(event->n_items) - 1;
}

/* ---- which items ---- */

static void
exclude(struct plan *plan, size_t item, enum plan_verdict verdict, int because)
{
	plan->item[item].verdict = (uint8_t)verdict;
	plan->item[item].because = (int8_t)(because > INT8_MAX ? -1 : because);
	plan->runs &= ~bit(item);
}

static void
judge_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	plan->runs = all_items(event);
	for (size_t i = 0; i < event->n_items; i++) {
		const struct item *item = &event->items[i];

		plan->item[i].because = -1;
		if (item->choice != CHOICE_NONE && !(facts->chosen & bit(i)))
			exclude(plan, i, PLAN_NOT_CHOSEN, -1); /* its questions may not even be asked */
		else if (!expr_holds(item->when, facts))
			exclude(plan, i, PLAN_NOT_APPLICABLE, -1);
	}
}

/* Of an either the first whose `when` holds runs, the others do not. */
static void
judge_eithers(const struct event *event, struct plan *plan)
{
	for (size_t k = 0; k < event->n_eithers; k++) {
		uint64_t running = event->eithers[k].items & plan->runs;
		int first = running ? __builtin_ctzll(running) : -1;

		for (running &= running - 1; running; running &= running - 1)
			exclude(plan, (size_t)__builtin_ctzll(running), PLAN_NOT_APPLICABLE, first);
	}
}

/* Rules that leave items out. What is not known fails no rule. */
static void
drop_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	for (size_t r = 0; r < event->n_rules; r++) {
		const struct rule *rule = &event->rules[r];
		uint64_t only = rule->only ? rule->only : all_items(event);

		if (rule->otherwise != RULE_DROP || !(only & plan->runs) ||
		    !expr_holds(rule->when, facts) || expr_holds(rule->must, facts) ||
		    !expr_decided(rule->must, facts))
			continue;
		for (size_t i = 0; i < event->n_items; i++)
			if (only & plan->runs & bit(i))
				exclude(plan, i, PLAN_DROPPED, (int)r);
	}
}

/* One's own consent was declined: the items that wait for it are left out. */
static void
drop_unsigned(const struct event *event, const struct facts *facts, struct plan *plan)
{
	for (size_t k = 0; k < event->n_signs; k++) {
		const struct sign *sign = &event->signs[k];

		if (sign->otherwise != RULE_DROP || sign->who || !expr_holds(sign->when, facts) ||
		    !json_is_false(json_object_get(facts->form, sign->id)))
			continue;
		for (size_t i = 0; i < event->n_items; i++)
			if (plan->runs & bit(i) && event->items[i].signs >> k & 1)
				exclude(plan, i, PLAN_DROPPED, -1);
	}
}

/* An item that does not run and whose result the call insists on; -1: none. */
static int
missing_item(const struct item *item, const struct facts *facts, uint64_t runs)
{
	int missing = -1;

	if (!(item->feeds_from & ~runs))
		return -1;
	for (size_t p = 0; p < item->n_request && missing < 0; p++)
		if (!item->request[p].optional)
			missing = expr_lacks(item->request[p].value, facts, runs);
	return missing;
}

static void
skip_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	uint64_t before;

	do {
		before = plan->runs;
		for (size_t i = 0; i < event->n_items; i++) {
			int missing;

			if (!(plan->runs & bit(i)))
				continue;
			missing = missing_item(&event->items[i], facts, plan->runs);
			if (missing >= 0)
				exclude(plan, i, PLAN_SKIPPED, missing);
		}
	} while (plan->runs != before);
}

/* What is sent on later needs the item that it is sent on for, and something to be sent. */
static void
skip_laters(const struct event *event, struct plan *plan)
{
	for (size_t i = 0; i < event->n_items; i++) {
		int of = event->items[i].tell ? event->items[i].later_of : -1;
		uint64_t sent_on = of < 0 ? 0 : event->items[i].needs & ~bit((size_t)of);

		if (of < 0 || !(plan->runs & bit(i)))
			continue;
		if (!(plan->runs & bit((size_t)of)))
			exclude(plan, i, PLAN_SKIPPED, of);
		else if (sent_on && !(sent_on & plan->runs))
			exclude(plan, i, PLAN_SKIPPED, __builtin_ctzll(sent_on));
	}
}

/* In a row that is not there nobody is asked. Whoever files has said by that what he would be asked as one
 * of the list: it is his list. */
static bool
asks_somebody(const struct sign *sign, const struct facts *facts)
{
	json_t *who = sign->row ? expr_value(sign->who, facts) : NULL;
	const json_t *own = json_object_get(facts->applicant, "id");
	bool asks = !sign->row || (json_is_string(who) && !(own && json_equal(own, who)));

	json_decref(who);
	return asks;
}

static uint64_t
signs_that_apply(const struct event *event, const struct facts *facts)
{
	uint64_t signs = 0;

	for (size_t i = 0; i < event->n_signs; i++)
		if (expr_holds(event->signs[i].when, facts) && asks_somebody(&event->signs[i], facts))
			signs |= bit(i);
	return signs;
}

static void
link_items(const struct event *event, const struct facts *facts, struct plan *plan)
{
	uint64_t applies = 0, signs = signs_that_apply(event, facts);

	for (size_t m = 0; m < event->n_materials; m++)
		if (expr_holds(event->materials[m].when, facts))
			applies |= bit(m);
	for (size_t i = 0; i < event->n_items; i++) {
		const struct item *item = &event->items[i];

		if (!(plan->runs & bit(i)))
			continue;
		plan->item[i].needs = (item->needs | item->feeds_from) & plan->runs & ~bit(i);
		plan->item[i].signs = item->signs & signs;
		plan->item[i].uses = item->uses & applies;
		plan->materials |= plan->item[i].uses;
	}
}

/* How many answers each item needs: what a form of its own would ask. */
static void
count_fields(const struct event *event, const struct facts *facts, struct plan *plan)
{
	for (size_t k = 0; k < event->n_questions; k++) {
		const struct question *q = &event->questions[k];
		int n = q->items & plan->runs ? saving_fields(json_object_get(facts->form, q->id)) : 0;

		for (size_t i = 0; n > 0 && i < event->n_items; i++)
			if (q->items & plan->runs & bit(i))
				plan->item[i].fields = (uint16_t)(plan->item[i].fields + n);
	}
}

int
plan_make(const struct event *event, const struct facts *facts, struct plan *plan, struct error *why)
{
	memset(plan, 0, sizeof *plan);
	if (event->n_items > EVENT_ITEMS || event->n_materials > EVENT_MATERIALS)
		return error_set(why, ERROR_BROKEN, "event %s has more than %d items or %d materials",
		    event->id, EVENT_ITEMS, EVENT_MATERIALS);
	plan->n_items = event->n_items;
	plan->n_materials = event->n_materials;
	plan->submitted = facts->today;
	if (facts->division)
		snprintf(plan->division, sizeof plan->division, "%s", facts->division);
	judge_items(event, facts, plan);
	judge_eithers(event, plan);
	drop_items(event, facts, plan);
	drop_unsigned(event, facts, plan);
	skip_items(event, facts, plan);
	skip_laters(event, plan);
	link_items(event, facts, plan);
	count_fields(event, facts, plan);
	return 0;
}

uint32_t
plan_records(const struct event *event, const struct plan *plan)
{
	uint32_t set = 0;

	for (size_t k = 0; k < event->n_rules; k++) {
		const struct rule *rule = &event->rules[k];

		if (rule->otherwise != RULE_REMIND && (!rule->only || rule->only & plan->runs))
			set |= expr_records(rule->must, event) | expr_records(rule->when, event);
	}
	for (size_t m = 0; m < event->n_materials; m++)
		for (size_t g = 0; plan->materials >> m & 1 && g < event->materials[m].n_get; g++)
			if (event->materials[m].get[g].way == WAY_RECORD)
				set |= UINT32_C(1) << event->materials[m].get[g].record;
	return set;
}

/* ---- storage ---- */

static unsigned char *
put(unsigned char *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*at++ = (unsigned char)(value >> 8 * i);
	return at;
}

void
plan_hash(const struct plan *plan, char hex[33])
{
	enum { HEAD = 4 + 7 + 2, ITEM = 1 + 1 + 8 + 8 + 2 + 8, SHOWN = 16 };
	unsigned char bytes[HEAD + EVENT_ITEMS * ITEM], *at = bytes;
	uint8_t hash[32];
	uint64_t many = 0; /* of more than 32 signs: histories of before they could be that many stay as they are */

	at = put(at, (uint32_t)plan->submitted, 4);
	memcpy(at, plan->division, 7);
	at = put(at + 7, plan->n_items, 1);
	at = put(at, plan->n_materials, 1);
	for (size_t i = 0; i < plan->n_items; i++) {
		at = put(at, plan->item[i].verdict, 1);
		at = put(at, (uint8_t)plan->item[i].because, 1);
		at = put(at, plan->item[i].needs, 8);
		at = put(at, plan->item[i].uses, 8);
		at = put(at, plan->item[i].fields, 2);
		at = put(at, plan->item[i].signs, 4);
		many |= plan->item[i].signs >> 32;
	}
	for (size_t i = 0; many && i < plan->n_items; i++)
		at = put(at, plan->item[i].signs >> 32, 4);
	digest_sha256(bytes, (size_t)(at - bytes), hash);
	digest_hex(hash, SHOWN, hex);
}

/* Masks are stored as signed numbers of 64 bits: JSON integers are that. */
json_t *
plan_pack(const struct event *event, const struct plan *plan)
{
	json_t *items = json_array();
	char day[11];

	(void)event;
	for (size_t i = 0; items && i < plan->n_items; i++) {
		json_t *one = json_pack("[i,i,I,I,i,I]", (int)plan->item[i].verdict,
		    (int)plan->item[i].because, (json_int_t)plan->item[i].needs,
		    (json_int_t)plan->item[i].uses, (int)plan->item[i].fields,
		    (json_int_t)plan->item[i].signs);

		if (json_array_append_new(items, one) != 0) {
			json_decref(items);
			return NULL;
		}
	}
	clock_format_day(plan->submitted, day);
	return json_pack("{s:s,s:s,s:i,s:o}", "submitted", day, "division", plan->division,
	    "materials", (int)plan->n_materials, "items", items);
}

static int
unpack_item(const json_t *data, size_t i, struct plan *plan)
{
	int verdict, because, fields = 0; /* plans of the first versions tell neither fields nor signs */
	json_int_t needs, uses, signs = 0;
	size_t n = json_array_size(data);
	const char *shape = n == 4 ? "[i,i,I,I!]" : n == 5 ? "[i,i,I,I,i!]" : "[i,i,I,I,i,I!]";

	if (json_unpack((json_t *)(uintptr_t)data, shape, &verdict, &because, &needs, &uses, &fields,
	    &signs) != 0)
		return -1;
	if (fields < 0 || fields > UINT16_MAX)
		return -1;
	if (verdict < PLAN_RUNS || verdict > PLAN_SKIPPED || because < -1 || because > INT8_MAX)
		return -1;
	plan->item[i].verdict = (uint8_t)verdict;
	plan->item[i].because = (int8_t)because;
	plan->item[i].needs = (uint64_t)needs;
	plan->item[i].uses = (uint64_t)uses;
	plan->item[i].fields = (uint16_t)fields;
	plan->item[i].signs = (uint64_t)signs;
	if (verdict == PLAN_RUNS) {
		plan->runs |= bit(i);
		plan->materials |= (uint64_t)uses;
	}
	return 0;
}

/* Every mask within what there is, and needs only among what runs. */
static bool
is_sound(const struct event *event, const struct plan *plan)
{
	uint64_t materials = event->n_materials == 64 ? UINT64_MAX : bit(event->n_materials) - 1;

	for (size_t i = 0; i < plan->n_items; i++)
		if (plan->item[i].needs & ~plan->runs || plan->item[i].uses & ~materials ||
		    (event->n_signs < 64 && plan->item[i].signs >> event->n_signs))
			return false;
	return true;
}

int
plan_unpack(const struct event *event, const json_t *data, struct plan *plan, struct error *why)
{
	const json_t *items = json_object_get(data, "items");
	const char *day = json_string_value(json_object_get(data, "submitted"));
	const char *division = json_string_value(json_object_get(data, "division"));
	bool sound;

	memset(plan, 0, sizeof *plan);
	sound = day && clock_parse_day(day, &plan->submitted) && division &&
	    strlen(division) < sizeof plan->division && event->n_items <= EVENT_ITEMS &&
	    event->n_materials <= EVENT_MATERIALS && json_array_size(items) == event->n_items &&
	    json_integer_value(json_object_get(data, "materials")) == (json_int_t)event->n_materials;
	if (sound) {
		plan->n_items = event->n_items;
		plan->n_materials = event->n_materials;
		memcpy(plan->division, division, strlen(division) + 1);
	}
	for (size_t i = 0; sound && i < event->n_items; i++)
		sound = unpack_item(json_array_get(items, i), i, plan) == 0;
	if (!sound || !is_sound(event, plan))
		return error_set(why, ERROR_BROKEN, "a stored plan does not fit version of event %s",
		    event->id);
	return 0;
}
