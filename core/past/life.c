#include "past/leave.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "departments/invent.h"
#include "rules/calendar.h"
#include "rules/form.h"
#include "seal/digest.h"

enum { MOVES = 5000 /* no application has more */ };

/* --- what an event's calls give --- */

static json_t *
gives_of(const struct output *outputs, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", outputs[i].name, "type",
		    event_type_names[outputs[i].type]));
	return list;
}

int
life_begin(struct life *l, struct node *node, const struct event *event)
{
	memset(l, 0, sizeof *l);
	l->node = node;
	l->event = event;
	l->gives = calloc(EVENT_ITEMS, sizeof *l->gives);
	if (!l->gives)
		return -1;
	for (size_t i = 0; i < event->n_items; i++)
		l->gives[i] = gives_of(event->items[i].outputs, event->items[i].n_outputs);
	return 0;
}

void
life_free(struct life *l)
{
	life_end(l);
	for (int i = 0; l->gives && i < EVENT_ITEMS; i++)
		json_decref(l->gives[i]);
	free(l->gives);
	free(l->operations);
	free(l->outcomes);
	free(l->lines);
	free(l->counts);
	free(l->owned);
	effects_free(&l->x);
	text_free(&l->line);
	text_free(&l->items);
	memset(l, 0, sizeof *l);
}

void
life_end(struct life *l)
{
	for (size_t i = 0; i < l->n_owned; i++)
		free(l->owned[i]);
	l->n_owned = l->n_operations = l->n_lines = l->n_counts = l->n_revisions = 0;
	running_free(l->r);
	l->r = NULL;
	memset(l->answer_at, 0, sizeof l->answer_at);
	memset(l->acknowledged, 0, sizeof l->acknowledged);
}

/* --- answers --- */

static bool
is_long(const struct duration *d)
{
	return d->text && d->unit != DURATION_HOURS && d->unit != DURATION_MINUTES &&
	    (d->unit != DURATION_WORKING_DAYS || d->n > 1) && (d->unit != DURATION_DAYS || d->n > 1);
}

/* Some day of the second half of the promise. */
static int64_t
decision(const struct life *l, int node, int64_t sent)
{
	const struct item *item = &l->event->items[node];
	int32_t from = clock_day(sent), due, day;
	int n, k;

	if (!calendar_due(from, &item->within, &due) || (n = calendar_between(from, due)) < 2)
		return sent + 86400 * US_PER_SECOND;
	k = n / 2 + (int)(((uint64_t)l->r->id * 31 + (uint64_t)node * 7) % (unsigned)(n - n / 2));
	if (!calendar_add(from, k, &day))
		return sent + 86400 * US_PER_SECOND;
	return clock_day_start(day) + (node % 2 ? 15 : 10) * INT64_C(3600) * US_PER_SECOND;
}

static int
record_outcome(struct life *l, int node, int round, struct error *why)
{
	const struct running_item *it = running_node(l->r, node);
	struct seal_place at = { "operation", "outcome", l->r->id, case_part(node, round, false) };
	struct store_outcome *o = NULL;
	json_t *outcome;
	char *plain;
	int done;

	for (size_t i = 0; i < l->n_operations; i++)
		if (l->operations[i].item == node && l->operations[i].round == round)
			o = &l->outcomes[i];
	if (!o || l->acknowledged[node])
		return 0; /* that it has it is told by the last word's row */
	o->state = it->state == ITEM_ATTENTION && it->round == round ? OPERATION_ATTENTION : OPERATION_DECIDED;
	o->attempts = it->attempts;
	o->acknowledged_at = it->acknowledged_at;
	o->decided_at = it->decided_at;
	outcome = running_outcome(l->r, node);
	plain = outcome ? json_canonical_string(outcome) : NULL;
	json_decref(outcome);
	done = plain ? leave_seal(l, &at, plain, strlen(plain), &o->outcome, why) : leave_no_memory(why);
	free(plain);
	return done;
}

static void
answer(struct life *l, int node, struct ending *e)
{
	const struct running_item *it = running_node(l->r, node);
	char key[OPERATION_KEY_SIZE], receipt[INVENT_RECEIPT];
	struct operation_key k = { .application = l->r->id, .item = node, .round = it->round };

	memcpy(k.division, l->r->plan.division, sizeof k.division);
	operation_key_make(&k, key);
	*e = (struct ending){ .kind = ENDING_FOUND, .code = "found" };
	if (node >= RECORD_NODE) { /* no register knows made-up people */
		e->kind = ENDING_NONE_FOUND;
		e->code = "none";
		return;
	}
	if (node < MATERIAL_NODE) {
		*e = (struct ending){ .kind = ENDING_APPROVED, .code = "approved" };
		invent_receipt(l->event->items[node].department, key, receipt);
		e->receipt = strdup(receipt);
	}
	if (node < MATERIAL_NODE && !l->acknowledged[node] && it->state == ITEM_SENT &&
	    !l->event->items[node].tell && is_long(&l->event->items[node].within)) {
		e->kind = ENDING_PENDING;
		e->code = "pending";
		return;
	}
	e->outputs = node < MATERIAL_NODE ? invent_outputs(l->gives[node], l->r->form, key, false) : json_object();
}

static int
settle(struct life *l, int node, int64_t at, struct error *why)
{
	int round = running_node(l->r, node)->round;
	struct ending e;

	effects_begin(&l->x, at);
	answer(l, node, &e);
	l->acknowledged[node] = e.kind == ENDING_PENDING;
	l->answer_at[node] = e.kind == ENDING_PENDING ? decision(l, node, at) : 0;
	running_settle(l->r, node, round, &e, (uint32_t)l->r->id, &l->x);
	ending_free(&e);
	if (record_outcome(l, node, round, why) != 0)
		return -1;
	return leave_take(l, why);
}

/* --- a second person's consent --- */

static void
await_consents(struct life *l)
{
	for (size_t i = 0; i < l->event->n_signs; i++)
		if (running_node(l->r, SIGN_NODE + (int)i)->state == ITEM_WAITING)
			l->answer_at[SIGN_NODE + i] = l->r->submitted_at + 2 * INT64_C(3600) * US_PER_SECOND;
}

static int
agree(struct life *l, int sign, int64_t at, struct error *why)
{
	struct seal_place place = { "revision", "sealed", l->r->id, (int32_t)l->n_revisions + 1 };
	struct store_revision *row = &l->revisions[l->n_revisions];
	char *plain;
	int done;

	l->answer_at[SIGN_NODE + sign] = 0;
	effects_begin(&l->x, at);
	if (running_sign(l->r, sign, true, &l->x) != 0)
		return 0;
	plain = json_canonical_string(l->x.revision);
	if (!plain)
		return leave_no_memory(why);
	*row = (struct store_revision){ .division = l->r->division, .application = l->r->id,
		.seq = place.part, .at = at };
	done = leave_seal(l, &place, plain, strlen(plain), &row->sealed, why);
	free(plain);
	l->n_revisions++;
	return done == 0 ? leave_take(l, why) : -1;
}

/* --- one moment after the other --- */

static int64_t
next_answer(const struct life *l)
{
	int64_t first = 0;

	for (int i = 0; i < NODES_END; i++)
		if (l->answer_at[i] && (!first || l->answer_at[i] < first))
			first = l->answer_at[i];
	return first;
}

static int
answers_at(struct life *l, int64_t at, struct error *why)
{
	for (int i = 0; i < NODES_END; i++) {
		if (l->answer_at[i] != at)
			continue;
		if (i >= SIGN_NODE) {
			if (agree(l, i - SIGN_NODE, at, why) != 0)
				return -1;
		} else if (!running_is_open(l->r, i)) {
			l->answer_at[i] = 0; /* nobody waits for it any more */
		} else if (settle(l, i, at, why) != 0) {
			return -1;
		}
	}
	return 0;
}

static int
stuck(const struct life *l, struct error *why)
{
	for (size_t i = 0; i < l->event->n_items; i++) {
		uint8_t s = l->r->nodes[i].state;

		if (s != ITEM_APPROVED && s != ITEM_SKIPPED && s != ITEM_REFUSED && s != ITEM_BLOCKED)
			return error_set(why, ERROR_INPUT, "the application does not come to an end by itself: %s is %s",
			    l->event->items[i].id, item_state_names[s]);
	}
	return error_set(why, ERROR_INPUT, "the application does not come to an end");
}

/* --- its beginning --- */

static int
check(struct life *l, const struct person *p, const json_t *choices, struct facts *facts,
    struct error *why)
{
	json_t *errors = NULL, *reminders = NULL;
	int done = form_check(l->event, p->form, choices, facts, "zh-CN", &errors, &reminders);

	if (done == 0 && json_array_size(errors) > 0) {
		const json_t *first = json_array_get(errors, 0);

		done = error_set(why, ERROR_INPUT, "the form is not accepted: %s: %s", json_text(first, "pointer"),
		    json_text(first, "message"));
	} else if (done != 0) {
		done = leave_no_memory(why);
	}
	json_decref(errors);
	json_decref(reminders);
	return done;
}

/* Papers lie with the application from the start, for when no other way gives them. */
static json_t *
files_of(const struct life *l)
{
	json_t *files = json_object();
	char sha[65], id[32];
	uint8_t hash[32];

	for (size_t m = 0; m < l->event->n_materials; m++) {
		if (!(l->r->plan.materials >> m & 1))
			continue;
		snprintf(id, sizeof id, "%" PRIx64 "-%zu", (uint64_t)l->r->id, m);
		digest_sha256(id, strlen(id), hash);
		digest_hex(hash, 32, sha);
		json_object_set_new(files, l->event->materials[m].id, json_pack("{s:s, s:s, s:i, s:s}", "id", id, "sha256", sha,
		    "size", 200000 + (int)hash[0] * 1000, "type", "image/jpeg"));
	}
	return files;
}

static int
make_running(struct life *l, const struct person *p, const json_t *choices, int64_t account, int64_t now,
    struct error *why)
{
	struct facts facts = { .event = l->event, .form = p->form, .applicant = p->applicant,
		.today = clock_day(now) };
	char division[7];

	if (check(l, p, choices, &facts, why) != 0)
		return -1;
	if (!form_division(l->event, &facts, division))
		return error_set(why, ERROR_INPUT, "the form does not tell the division");
	facts.division = division;
	l->r = running_new(l->event);
	if (!l->r)
		return leave_no_memory(why);
	if (plan_make(l->event, &facts, &l->r->plan, why) != 0)
		return -1;
	l->r->division = (int32_t)atoi(l->r->plan.division);
	l->r->id = store_id(l->node->slot, now);
	number_make(l->r->plan.division, clock_day(now), l->r->number);
	l->r->account = account;
	l->r->submitted_at = now;
	l->r->fence = 1;
	l->r->form = json_incref(p->form);
	l->r->applicant = json_incref(p->applicant);
	l->r->chosen = facts.chosen;
	l->r->files = files_of(l);
	return l->r->files ? 0 : leave_no_memory(why);
}

static int
seal_form(struct life *l, uint8_t hash[32], struct error *why)
{
	struct seal_place at = { "application", "sealed", l->r->id, 0 };
	char chosen[20], *plain;
	json_t *all;
	int done;

	snprintf(chosen, sizeof chosen, "%" PRIx64, l->r->chosen);
	all = json_pack("{s:O, s:O, s:s, s:O}", "form", l->r->form, "applicant", l->r->applicant, "chosen",
	    chosen, "files", l->r->files);
	plain = all ? json_canonical_string(all) : NULL;
	json_decref(all);
	if (!plain)
		return leave_no_memory(why);
	seal_hash(l->node->seal, plain, strlen(plain), hash);
	done = leave_seal(l, &at, plain, strlen(plain), &l->row.filed.sealed, why);
	free(plain);
	return done;
}

/* --- its rows --- */

static void
fill_once(struct life *l)
{
	json_t *values = json_pack("[s]", l->event->id), *outputs[EVENT_ITEMS];
	struct facts facts;
	char *plain = NULL;

	running_facts(l->r, outputs, &facts);
	for (size_t i = 0; i < l->event->n_once_per; i++) {
		json_t *value = expr_value(l->event->once_per[i], &facts);

		if (value)
			json_array_append_new(values, value);
	}
	l->row.filed.has_once = l->event->n_once_per > 0 && json_array_size(values) == l->event->n_once_per + 1;
	if (l->row.filed.has_once)
		plain = json_canonical_string(values);
	if (plain)
		seal_blind(l->node->seal, "once", plain, strlen(plain), l->row.filed.once);
	free(plain);
	json_decref(values);
}

static int
make_row(struct life *l, struct error *why)
{
	struct store_application *a = &l->row.filed;
	const char *id = json_text(l->r->applicant, "id");
	json_t *plan = plan_pack(l->event, &l->r->plan);

	l->plan = plan ? json_canonical_string(plan) : NULL;
	json_decref(plan);
	text_clear(&l->items);
	if (leave_own(l, l->plan) != 0 || running_pack(l->r, &l->items) != 0)
		return leave_no_memory(why);
	a->division = l->r->division;
	a->id = l->r->id;
	a->number = l->r->number;
	a->event = l->event->id;
	memcpy(a->version, l->event->version, 32);
	a->account = l->r->account;
	seal_blind(l->node->seal, "id_number", id ? id : "", id ? strlen(id) : 0, a->person);
	a->submitted_at = l->r->submitted_at;
	a->plan = (struct bytes){ l->plan, strlen(l->plan) };
	a->items = (struct bytes){ l->items.data, l->items.length };
	a->status = l->r->status;
	a->history_count = l->r->history_count;
	memcpy(a->history_hash, l->r->history_hash, 32);
	a->operations = l->operations;
	a->n_operations = l->n_operations;
	a->counts = l->counts;
	a->n_counts = l->n_counts;
	l->row.finished_at = l->r->finished_at;
	l->row.outcomes = l->outcomes;
	l->row.lines = l->lines;
	l->row.n_lines = l->n_lines;
	l->row.revisions = l->revisions;
	l->row.n_revisions = l->n_revisions;
	fill_once(l);
	return 0;
}

/* --- all of it --- */

/* The next moment: 1 when there was one, 0 at the end, -1. */
static int
live_on(struct life *l, struct error *why)
{
	int64_t at = next_answer(l), clock = running_next_clock(l->r);
	int32_t first = l->r->history_count + 1;

	if (!at && l->r->status >= STATUS_FINISHED)
		return 0;
	if (!at && !clock)
		return stuck(l, why);
	if (clock && (!at || clock < at)) {
		effects_begin(&l->x, clock);
		running_clock(l->r, &l->x);
		if (leave_take(l, why) != 0)
			return -1;
	} else if (answers_at(l, at, why) != 0) {
		return -1;
	}
	return leave_end(l, first, why) == 0 ? 1 : -1;
}

int
life_run(struct life *l, const struct person *p, const json_t *choices, int64_t account, int64_t now,
    struct error *why)
{
	uint8_t hash[32];
	int moves = 0, more;

	memset(&l->row, 0, sizeof l->row);
	text_init(&l->line, 1 << 20);
	if (l->items.ceiling == 0)
		text_init(&l->items, 8192);
	if (make_running(l, p, choices, account, now, why) != 0 || seal_form(l, hash, why) != 0)
		return -1;
	effects_begin(&l->x, now);
	running_begin(l->r, hash, &l->x);
	await_consents(l);
	if (leave_take(l, why) != 0 || leave_end(l, 1, why) != 0)
		return -1;
	while ((more = live_on(l, why)) > 0)
		if (++moves > MOVES)
			return stuck(l, why);
	return more < 0 ? -1 : make_row(l, why);
}
