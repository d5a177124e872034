/* step_sign.c: consents of a second person; the items that need one wait for it. */
#include "rules/step_own.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/calendar.h"

enum { REMINDED_DAYS = 2 };

static uint64_t
items_of(const struct running *r, int sign)
{
	uint64_t set = 0;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->plan.item[i].signs >> sign & 1)
			set |= UINT64_C(1) << i;
	return set;
}

bool
step_sign_open(const struct running *r, int sign)
{
	uint64_t items = items_of(r, sign);

	if (running_node(r, SIGN_NODE + sign)->state != ITEM_WAITING)
		return false;
	for (; items; items &= items - 1) {
		uint8_t state = r->nodes[__builtin_ctzll(items)].state;

		if (state != ITEM_APPROVED && !step_is_over(state))
			return true;
	}
	return false;
}

static void
settle(struct running *r, int sign, bool agrees, const char *by, const char *code, struct effects *x)
{
	const struct sign *s = &r->event->signs[sign];

	running_node(r, SIGN_NODE + sign)->state = agrees ? ITEM_APPROVED : ITEM_REFUSED;
	running_node(r, SIGN_NODE + sign)->decided_at = x->now;
	step_tell(r, SIGN_NODE + sign, agrees ? HISTORY_SIGNED : HISTORY_DECLINED, by, code, x);
	if (agrees)
		return;
	step_end_unsent(r, items_of(r, sign), s->otherwise == RULE_DROP ? ITEM_SKIPPED : ITEM_REFUSED,
	    CAUSE_SIGN, sign, s->otherwise == RULE_OFFLINE ? "offline" : "sign", x);
}

/* Is there somebody who could be asked? */
static bool
is_known(const struct running *r, const struct sign *s)
{
	json_t *outputs[EVENT_ITEMS], *who;
	struct facts facts;
	bool known;

	running_facts(r, outputs, &facts);
	who = expr_value(s->who, &facts);
	known = json_is_string(who);
	json_decref(who);
	return known;
}

/* The applicant's own consent stands in the form. Another's is asked for; of somebody who is not known
 * it can never come. */
static void
begin(struct running *r, int sign, struct effects *x)
{
	const struct sign *s = &r->event->signs[sign];
	struct running_item *it = running_node(r, SIGN_NODE + sign);

	it->state = items_of(r, sign) ? ITEM_WAITING : ITEM_SKIPPED;
	if (it->state == ITEM_SKIPPED)
		return;
	if (!s->who)
		settle(r, sign, json_is_true(json_object_get(r->form, s->id)), "applicant", NULL, x);
	else if (!is_known(r, s))
		settle(r, sign, false, "clock", "nobody", x);
}

void
step_sign_begin(struct running *r, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_signs; i++)
		begin(r, (int)i, x);
}

bool
step_sign_awaited(const struct running *r, size_t item)
{
	for (size_t i = 0; i < r->event->n_signs; i++)
		if ((r->plan.item[item].signs >> i & 1) &&
		    running_node(r, SIGN_NODE + (int)i)->state == ITEM_WAITING)
			return true;
	return false;
}

/* Put into the form, where expressions look for it. */
static int
record_word(struct running *r, int sign, bool agrees, struct effects *x)
{
	const char *id = r->event->signs[sign].id;
	json_t *given = json_pack("{s:b}", id, agrees);
	int result = given ? running_merge(&r->form, given) : -1;

	json_decref(given);
	x->revision = json_pack("{s:s, s:s, s:b}", "kind", "sign", "sign", id, "agrees", agrees);
	return x->revision ? result : -1;
}

int
running_sign(struct running *r, int sign, bool agrees, struct effects *x)
{
	if (r->status >= STATUS_FINISHED || r->withdrawn_at || sign < 0 ||
	    sign >= (int)r->event->n_signs || !step_sign_open(r, sign))
		return 2;
	if (record_word(r, sign, agrees, x) != 0)
		return -1;
	r->revisions++;
	settle(r, sign, agrees, "signer", NULL, x);
	step_go_on(r, x);
	return 0;
}

bool
step_sign_due(const struct running *r, int sign, int32_t *due)
{
	const struct sign *s = &r->event->signs[sign];

	return s->within.text && calendar_due(clock_day(r->submitted_at), &s->within, due);
}

static int64_t
ends_at(const struct running *r, int sign)
{
	int32_t due;

	if (!step_sign_open(r, sign) || !step_sign_due(r, sign, &due))
		return 0;
	return clock_day_start(due + 1);
}

/* With two days left; of a shorter time, never: it is fresh in his mind. */
static int64_t
reminded_at(const struct running *r, int sign)
{
	const struct running_item *it = running_node(r, SIGN_NODE + sign);
	int32_t due;

	if (!step_sign_open(r, sign) || it->flags & ITEM_REMINDED || !step_sign_due(r, sign, &due) ||
	    due - REMINDED_DAYS <= clock_day(r->submitted_at))
		return 0;
	return clock_day_start(due - REMINDED_DAYS + 1);
}

static void
earlier(int64_t *first, int64_t at)
{
	if (at && (!*first || at < *first))
		*first = at;
}

int64_t
step_sign_next(const struct running *r)
{
	int64_t first = 0;

	for (size_t i = 0; i < r->event->n_signs; i++) {
		earlier(&first, ends_at(r, (int)i));
		earlier(&first, reminded_at(r, (int)i));
	}
	return first;
}

void
step_sign_clock(struct running *r, struct effects *x)
{
	for (size_t i = 0; i < r->event->n_signs; i++) {
		int64_t at = ends_at(r, (int)i), remind = reminded_at(r, (int)i);

		if (at && at <= x->now) {
			settle(r, (int)i, false, "clock", "late", x);
		} else if (remind && remind <= x->now) {
			running_node(r, SIGN_NODE + (int)i)->flags |= ITEM_REMINDED;
			step_tell(r, SIGN_NODE + (int)i, HISTORY_REMINDED, "clock", NULL, x);
		}
	}
}
