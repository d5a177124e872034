/* What is taken part in, and what is asked of these answers. */
#include <string.h>

#include "rules/form_inside.h"

/* ---- what may run ---- */

uint64_t
form_chosen(const struct event *event, const json_t *choices)
{
	uint64_t chosen = 0;

	for (size_t i = 0; i < event->n_items; i++) {
		const struct item *item = &event->items[i];
		const json_t *said = json_object_get(choices, item->id);

		if (item->choice == CHOICE_NONE ||
		    (json_is_boolean(said) ? json_is_true(said) : item->choice == CHOICE_ON))
			chosen |= UINT64_C(1) << i;
	}
	return chosen;
}

/* Does its call insist on a result that never comes? plan.c leaves it out then. */
static bool
is_skipped(const struct item *item, const struct facts *facts, uint64_t may)
{
	if (!(item->feeds_from & ~may))
		return false;
	for (size_t p = 0; p < item->n_request; p++)
		if (!item->request[p].optional && expr_lacks(item->request[p].value, facts, may) >= 0)
			return true;
	return false;
}

/* Of an either none after the first that is certain to run. */
static uint64_t
without_others(const struct event *event, const struct facts *facts, uint64_t may)
{
	for (size_t k = 0; k < event->n_eithers; k++) {
		uint64_t left = event->eithers[k].items & may;

		for (; left; left &= left - 1) {
			const struct expr *when = event->items[__builtin_ctzll(left)].when;

			if (expr_holds(when, facts) && expr_decided(when, facts)) {
				may &= ~(left & (left - 1));
				break;
			}
		}
	}
	return may;
}

/* Rules that drop items do not count here: they judge answers that are asked for these very items. */
uint64_t
form_may_run(const struct event *event, const struct facts *facts)
{
	uint64_t may = 0, before;

	for (size_t i = 0; i < event->n_items; i++) {
		const struct expr *when = event->items[i].when;

		if ((facts->chosen >> i & 1) && (expr_holds(when, facts) || !expr_decided(when, facts)))
			may |= UINT64_C(1) << i;
	}
	may = without_others(event, facts, may);
	do {
		before = may;
		for (size_t i = 0; i < event->n_items; i++)
			if ((may >> i & 1) && is_skipped(&event->items[i], facts, may))
				may &= ~(UINT64_C(1) << i);
	} while (may != before);
	return may;
}

bool
form_division(const struct event *event, const struct facts *facts, char division[7])
{
	json_t *place = event->place ? expr_value(event->place, facts) : NULL;
	const char *s = json_string_value(json_is_object(place) ? json_object_get(place, "division") : place);
	bool known = s && strspn(s, "0123456789") >= 6;

	if (known) {
		memcpy(division, s, 6);
		division[6] = '\0';
	}
	json_decref(place);
	return known;
}

/* ---- what is asked ---- */

/* Of use to an item that may run or to the whole, and its own condition holds. That no item and no
 * rule is known to use it (records to fill in from may) is no reason not to ask what has one. */
static bool
is_asked(const struct question *q, const struct facts *facts, uint64_t may_run)
{
	bool wanted = q->decides || (q->items & may_run) || (q->when && !q->items);

	return wanted && expr_holds(q->when, facts);
}

bool
form_has_shape(const struct question *q, const json_t *value, int32_t today)
{
	switch (q->type) {
	case TYPE_YES_NO:
	case TYPE_CONSENT:
		return json_is_boolean(value);
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return json_is_number(value);
	case TYPE_ADDRESS:
	case TYPE_CHOICES:
	case TYPE_LIST:
		return form_value(q, value, today) == NULL;
	default:
		return json_is_string(value);
	}
}

bool
form_take_out(struct facts *facts, const char *id, json_t **rest)
{
	if (!*rest)
		*rest = json_copy((json_t *)(uintptr_t)facts->form);
	if (!*rest)
		return false;
	facts->form = *rest;
	return json_object_del(*rest, id) == 0;
}

static void
take_out_shapeless(const struct event *event, struct facts *facts, json_t **rest)
{
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];
		const json_t *value = json_object_get(facts->form, q->id);

		if (value && !form_has_shape(q, value, facts->today) && !form_take_out(facts, q->id, rest))
			return;
	}
}

/* One round. An answer that is not asked for counts for nothing and is taken out. True when one
 * was, so that another round is due. */
static bool
ask_once(const struct event *event, struct facts *facts, uint64_t *asked, json_t **rest)
{
	uint64_t may_run = form_may_run(event, facts);
	bool again = false;

	memset(asked, 0, (event->n_questions + 63) / 64 * sizeof *asked);
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];

		if (is_asked(q, facts, may_run)) {
			form_set_bit(asked, i);
			continue;
		}
		if (!json_object_get(facts->form, q->id))
			continue;
		if (!form_take_out(facts, q->id, rest))
			return false;
		again = true;
	}
	return again;
}

void
form_ask(const struct event *event, struct facts *facts, char division[7], uint64_t *asked, json_t **rest)
{
	take_out_shapeless(event, facts, rest);
	if (!facts->division && form_division(event, facts, division))
		facts->division = division;
	while (ask_once(event, facts, asked, rest))
		;
}

void
form_asked(const struct event *event, const struct facts *given, uint64_t *asked)
{
	struct facts facts = *given;
	char division[7];
	json_t *rest = NULL;

	form_ask(event, &facts, division, asked, &rest);
	json_decref(rest);
}

bool
form_sign_asked(const struct event *event, const struct sign *sign, const struct facts *facts,
    bool *needed)
{
	uint64_t users = 0, may_run = form_may_run(event, facts);

	for (size_t i = 0; i < event->n_items; i++)
		if (event->items[i].signs >> (sign - event->signs) & 1)
			users |= UINT64_C(1) << i;
	*needed = (users & may_run) != 0;
	return (*needed || users == 0) && expr_holds(sign->when, facts);
}
