/* step_carry.c: what a correction does: items sent back go out again, items that went out with the old
 * answer are marked, what was looked up by it is looked up again. */
#include "rules/step_correct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "rules/saving.h"

static void
value_text(const struct question *q, const json_t *value, char out[200])
{
	const char *s = json_string_value(value);
	char *dumped = NULL;

	for (size_t i = 0; s && i < q->n_choices; i++)
		if (strcmp(q->choices[i].code, s) == 0)
			s = q->choices[i].label;
	if (!value)
		s = "(未填)";
	else if (json_is_boolean(value))
		s = json_is_true(value) ? "是" : "否";
	else if (!s)
		s = dumped = json_canonical_string(value);
	snprintf(out, 200, "%s", s ? s : "");
	free(dumped);
	for (size_t n = strlen(out); n == 199 && n > 0 && (out[n - 1] & 0x80); n--)
		out[n - 1] = '\0'; /* no half characters */
}

static void
explain(const struct correction *c, size_t item, char text[1200])
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t q = 0; q < c->r->event->n_questions && n < 700; q++) {
		const struct question *question = &c->r->event->questions[q];
		char old[200], now[200];

		if (!step_bit(c->changed, q) || !(question->items >> item & 1))
			continue;
		value_text(question, json_object_get(c->r->form, question->id), old);
		value_text(question, json_object_get(c->patched, question->id), now);
		n += (size_t)snprintf(text + n, 1200 - n, "%s“%.60s”由“%s”改为“%s”", n ? ";" : "",
		    question->title, old, now);
	}
	if (n && n < 1100)
		snprintf(text + n, 1200 - n, ",这一项是按原来的内容办理的,需要工作人员核对");
}

/* Sent back and answered: it goes out again, as another round with a key of its own. */
static void
reopen(struct running *r, size_t i, struct effects *x)
{
	struct running_item *it = &r->nodes[i];

	it->state = ITEM_WAITING;
	it->how = CAUSE_NONE;
	it->way = 0;
	if (it->sent_at) {
		if (!it->sent_day)
			it->sent_day = clock_day(it->sent_at);
		it->stopped_days += saving_stopped(it->decided_at, x->now);
		it->round = (uint8_t)(it->round + !PLANTED("correction_in_the_same_round"));
	}
	it->sent_at = it->acknowledged_at = it->decided_at = it->next_at = it->silent_since = 0;
	it->attempts = 0;
	it->flags &= (uint8_t)~ITEM_STALE;
	json_decref(it->fields);
	it->fields = NULL;
	free(it->receipt);
	free(it->reason);
	it->receipt = it->reason = NULL;
}

/* It has gone out with the old answer: settled first, then a person looks. */
static void
mark_stale(struct correction *c, size_t i)
{
	struct running_item *it = &c->r->nodes[i];
	char text[1200];

	explain(c, i, text);
	json_object_set_new(c->reasons, c->r->event->items[i].id, json_string(text));
	step_set_reason(it, text, c->x);
	it->flags |= ITEM_STALE;
	if (it->state == ITEM_APPROVED)
		step_changed(c->r, (int)i, c->x);
}

static bool
uses_changed(const struct correction *c, size_t item)
{
	for (size_t q = 0; q < c->r->event->n_questions; q++)
		if (step_bit(c->changed, q) && (c->r->event->questions[q].items >> item & 1))
			return true;
	return false;
}

static void
carry_to_items(struct correction *c)
{
	for (size_t i = 0; i < c->r->event->n_items; i++) {
		uint8_t s = c->r->nodes[i].state;

		if (c->items >> i & 1)
			reopen(c->r, i, c->x);
		else if ((s == ITEM_SENT || s == ITEM_ACKNOWLEDGED || s == ITEM_APPROVED ||
		             (s == ITEM_ATTENTION && c->r->nodes[i].sent_at)) && uses_changed(c, i))
			mark_stale(c, i);
	}
}

static bool
speaks_of_changed(const struct correction *c, const struct param *request, size_t n, uint64_t *room)
{
	memset(room, 0, c->words * sizeof *room);
	for (size_t p = 0; p < n; p++)
		step_mends(c->r->event, request[p].value, room);
	for (size_t i = 0; i < c->words; i++)
		if (room[i] & c->changed[i])
			return true;
	return false;
}

uint32_t
step_carry_records(const struct correction *c)
{
	const struct event *e = c->r->event;
	uint32_t records = 0;

	for (size_t i = 0; i < e->n_records; i++)
		if (speaks_of_changed(c, e->records[i].request, e->records[i].n_request,
		        c->bits + 3 * c->words))
			records |= UINT32_C(1) << i;
	return records;
}

/* What was looked up by an answer that was wrong is looked up again. */
static void
carry_to_lookups(struct correction *c)
{
	const struct event *e = c->r->event;
	uint64_t *room = c->bits + 3 * c->words;
	uint32_t records = step_carry_records(c);

	step_record_again(c->r, records, true, c->x);
	for (size_t m = 0; m < e->n_materials; m++) {
		struct running_item *it = running_node(c->r, MATERIAL_NODE + (int)m);
		const struct get *g = &e->materials[m].get[it->way];

		if ((it->how != HOW_FETCHED && it->how != HOW_WAITING) || c->papers_given >> m & 1)
			continue;
		if (g->way == WAY_FETCH && speaks_of_changed(c, g->request, g->n_request, room)) {
			it->round++;
			it->flags &= (uint8_t)~ITEM_LATE;
			it->how = HOW_WAITING;
			step_send(c->r, MATERIAL_NODE + (int)m, c->x);
		} else if (g->way == WAY_RECORD && records >> g->record & 1) {
			it->how = HOW_WAITING;
		}
	}
}

void
step_carry(struct correction *c)
{
	struct history_entry e = { .by = c->x->by ? c->x->by : "applicant",
		.fields = saving_corrected(c->form) };
	struct running *r = c->r;

	if (c->items || e.fields)
		step_tell_entry(r, -1, HISTORY_CORRECTED, &e, c->x);
	r->typed += e.fields;
	carry_to_items(c);
	json_decref(r->form);
	r->form = json_incref(c->patched);
	if (running_merge(&r->files, c->materials) != 0)
		c->x->failed = true;
	for (size_t m = 0; m < r->event->n_materials; m++)
		if (c->papers_given >> m & 1)
			step_material_upload(r, (int)m, c->x);
	carry_to_lookups(c);
	step_record_rules(r, UINT32_MAX, c->x);
	step_go_on(r, c->x);
}
