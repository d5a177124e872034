#include "commands/verify_case.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/history.h"
#include "rules/saving.h"
#include "rules/took.h"
#include "seal/digest.h"

enum { PLAN_CEILING = 1 << 20, NAME = 200 };

static void
differ(struct verify_case *v, const char *what, const char *stored, const char *told)
{
	v->differs(v->cookie, v->which, what, stored, told);
}

static void
differ_from_history(void *cookie, const char *what, const char *stored, const char *told)
{
	differ(cookie, what, stored, told);
}

static void
differ_time(struct verify_case *v, const char *what, int64_t stored, int64_t told)
{
	char a[30] = "none", b[30] = "none";

	if (stored / 1000 == told / 1000) /* a history tells milliseconds */
		return;
	if (stored)
		clock_format(stored, a);
	if (told)
		clock_format(told, b);
	differ(v, what, a, b);
}

/* --- what it is on --- */

static const struct event *
event_of(struct verify_case *v, const struct store_checked *c)
{
	struct error why = { 0 };
	const struct event *event = catalog_version(v->versions, v->store, c->version, &why);
	char division[7], own[16];
	int month;

	if (!event) {
		differ(v, "version", why.kind ? why.text : "of its event is not stored", "-");
		return NULL;
	}
	if (strcmp(event->id, c->event) != 0)
		differ(v, "event", c->event, event->id);
	snprintf(own, sizeof own, "%06d", (int)c->division);
	if (!number_parse(c->number, division, &month) || strcmp(division, own) != 0)
		differ(v, "division", own, c->number);
	return event;
}

static int
plan_of(struct verify_case *v, const struct store_checked *c, const struct event *event, struct plan *plan)
{
	struct error why = { 0 };
	json_t *data = json_read(c->plan.data, c->plan.length, PLAN_CEILING, &why);
	int result = data ? plan_unpack(event, data, plan, &why) : -1;
	char own[16];

	json_decref(data);
	if (result != 0) {
		differ(v, "plan", why.text, "-");
		return -1;
	}
	snprintf(own, sizeof own, "%06d", (int)c->division);
	if (strcmp(plan->division, own) != 0)
		differ(v, "plan's division", plan->division, own);
	if (plan->submitted != clock_day(c->submitted_at))
		differ(v, "plan", "is of another day", "-");
	return 0;
}

/* --- its history --- */

static void
count_entry(struct verify_case *v, const struct store_checked *c, const struct replay_entry *e)
{
	v->entries++;
	recount_add(v->counted, c->division, clock_day(e->at), c->event, e->department, e->what, 1);
	if (*e->took) {
		char measure[TOOK_PREFIX + sizeof e->took];

		snprintf(measure, sizeof measure, "took_%s", e->took);
		recount_add(v->counted, c->division, clock_day(e->at), c->event, e->department, measure, 1);
	}
}

/* What an entry says it took is what its instants come to. */
static void
compare_took(struct verify_case *v, const struct replay_entry *e, const char *which)
{
	int node = event_item(v->replay.r->event, e->item);
	const struct replay_send *s = *e->took && node >= 0 ? replay_find(&v->replay, node, e->round, false) : NULL;
	const char *measure = s ? took_measure(s->sent_at, e->at) : NULL;

	if (*e->took && (!measure || strcmp(measure + TOOK_PREFIX, e->took) != 0))
		differ(v, which, e->took, measure ? measure + TOOK_PREFIX : "not known");
}

static void
read_line(struct verify_case *v, const struct store_checked *c, const char *line, size_t length)
{
	struct replay_entry e;
	char which[NAME];
	const char *wrong;

	if (!replay_read(line, length, &e)) {
		snprintf(which, sizeof which, "entry %d", (int)v->replay.entries + 1);
		differ(v, which, "does not read", "-");
		v->replay.entries++;
		return;
	}
	wrong = replay_entry(&v->replay, &e);
	snprintf(which, sizeof which, "entry %d (%s %.120s)", (int)e.seq, e.what, e.item);
	if (wrong)
		differ(v, which, wrong, "-");
	compare_took(v, &e, which);
	count_entry(v, c, &e);
}

static void
read_lines(struct verify_case *v, const struct store_checked *c, const struct bytes *lines)
{
	const char *at = lines->data, *end = at + lines->length;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			stop = end;
		read_line(v, c, at, (size_t)(stop - at));
		at = stop + 1;
	}
}

static void
read_history(struct verify_case *v, const struct store_checked *c)
{
	uint8_t hash[32] = { 0 };
	char which[NAME];

	for (size_t i = 0; i < c->n_history; i++) {
		const struct store_lines *l = &c->history[i];
		int32_t first = v->replay.entries + 1;

		snprintf(which, sizeof which, "entries from %d", (int)l->seq);
		if (l->seq != first)
			differ(v, which, "stand where another should", "-");
		if (history_walk(l->entries.data, l->entries.length, hash, NULL) != 0)
			differ(v, which, "do not read", "-");
		else if (!digest_equal(hash, l->hash, 32))
			differ(v, which, "are not those that were chained", "-");
		memcpy(hash, l->hash, 32); /* go on: each break is told once */
		read_lines(v, c, &l->entries);
	}
	if (c->has_progress && !digest_equal(hash, c->history_hash, 32))
		differ(v, "last hash of the history", "is another", "-");
}

/* What a node saw committed is in the history still, and as it was. */
static void
compare_head(struct verify_case *v, const struct store_checked *c, const struct head *head)
{
	const uint8_t *hash = NULL;
	int64_t length = 0;
	char stored[48], told[48];

	for (size_t i = 0; i < c->n_history && length < head->length; i++) {
		length = i + 1 < c->n_history ? c->history[i + 1].seq - 1 : v->replay.entries;
		hash = c->history[i].hash;
	}
	snprintf(told, sizeof told, "%lld entries by its head kept outside", (long long)head->length);
	snprintf(stored, sizeof stored, "%lld", (long long)length);
	if (length < head->length)
		differ(v, "history is cut off", stored, told);
	else if (length > head->length || !digest_equal(hash, head->hash, 32))
		differ(v, "history", "another", told);
}

/* Applications of the first versions did not say it. */
static void
compare_plan(struct verify_case *v, const struct plan *plan)
{
	char hash[33];

	plan_hash(plan, hash);
	if (*v->replay.plan && strcmp(hash, v->replay.plan) != 0)
		differ(v, "plan", "another", "that whose hash it was accepted with");
}

static void
compare_count(struct verify_case *v, const struct store_checked *c)
{
	char stored[16], told[16];

	if (c->history_count == v->replay.entries)
		return;
	snprintf(stored, sizeof stored, "%d", (int)c->history_count);
	snprintf(told, sizeof told, "%d", (int)v->replay.entries);
	differ(v, "count of its history", stored, told);
}

/* --- its states --- */

static void
compare_stored(struct verify_case *v, const struct store_checked *c, const struct event *event)
{
	struct running *stored = running_new(event);
	struct error why = { 0 };
	bool open;

	if (!stored)
		return;
	snprintf(stored->number, sizeof stored->number, "%s", c->number);
	if (running_unpack(stored, c->items.data, c->items.length, &why) != 0) {
		differ(v, "states", why.text, "-");
	} else {
		if (c->status >= 0 && c->status < STATUS_COUNT && stored->status != c->status)
			differ(v, "status beside the states", application_status_names[c->status],
			    application_status_names[stored->status]);
		stored->status = c->status >= 0 && c->status < STATUS_COUNT ? (uint8_t)c->status : stored->status;
		stored->submitted_at = c->submitted_at;
		stored->finished_at = c->finished_at;
		open = stored->status < STATUS_FINISHED;
		if (open && !c->open)
			differ(v, "open", "no", "yes");
		else if (!open && c->open && !running_is_busy(stored))
			differ(v, "open", "yes", "no");
		replay_compare(&v->replay, stored, differ_from_history, v);
	}
	running_free(stored);
}

/* --- its operations --- */

static void
operation_name(const struct event *event, int node, int round, bool undo, char name[NAME])
{
	const char *kind = "", *id = "?";

	if (node >= RECORD_NODE && node - RECORD_NODE < (int)event->n_records) {
		kind = "record:";
		id = event->records[node - RECORD_NODE].id;
	} else if (node >= MATERIAL_NODE && node - MATERIAL_NODE < (int)event->n_materials) {
		kind = "material:";
		id = event->materials[node - MATERIAL_NODE].id;
	} else if (node >= 0 && node < (int)event->n_items) {
		id = event->items[node].id;
	}
	snprintf(name, NAME, "%s of %s%.120s round %d", undo ? "undo" : "operation", kind, id, round);
}

/* States that the row may be in when the item of its round stands so; 0: any. */
static unsigned
fitting_states(uint8_t state)
{
	switch (state) {
	case ITEM_SENT: return 1u << OPERATION_SENT;
	case ITEM_ACKNOWLEDGED: return 1u << OPERATION_ACKNOWLEDGED;
	case ITEM_APPROVED: case ITEM_REFUSED: case ITEM_CORRECTION: return 1u << OPERATION_DECIDED;
	default: return 0;
	}
}

static void
compare_state(struct verify_case *v, const struct store_sent *o, const char *name)
{
	static const char *const names[] = { "sent", "acknowledged", "decided", "attention" };
	const struct running_item *it = running_node(v->replay.r, o->item);
	unsigned fits = o->item < MATERIAL_NODE && !o->undo && o->round == it->round ? fitting_states(it->state) : 0;
	char what[NAME + 16];

	if (!fits || (o->state >= 0 && o->state < 32 && fits >> o->state & 1))
		return;
	snprintf(what, sizeof what, "state, %s", name);
	differ(v, what, o->state >= 0 && o->state <= OPERATION_ATTENTION ? names[o->state] : "?",
	    item_state_names[it->state]);
}

static void
compare_operation(struct verify_case *v, const struct store_sent *o, const struct replay_send *s,
    const char *name)
{
	const struct event *event = v->replay.r->event;
	char what[NAME + 32];

	snprintf(what, sizeof what, "sent_at, %s", name);
	differ_time(v, what, o->created_at, s->sent_at);
	snprintf(what, sizeof what, "acknowledged_at, %s", name);
	if (!o->undo)
		differ_time(v, what, o->acknowledged_at, s->acknowledged_at);
	snprintf(what, sizeof what, "decided_at, %s", name);
	if (o->decided_at || (o->item < MATERIAL_NODE && !o->undo))
		differ_time(v, what, o->decided_at, s->decided_at);
	snprintf(what, sizeof what, "department, %s", name);
	if (o->item < MATERIAL_NODE && strcmp(o->department, event->items[o->item].department) != 0)
		differ(v, what, *o->department ? o->department : "none", event->items[o->item].department);
	compare_state(v, o, name);
}

static bool
has_row(const struct store_checked *c, const struct replay_send *s)
{
	for (size_t i = 0; i < c->n_operations; i++)
		if (c->operations[i].item == s->node && c->operations[i].round == s->round &&
		    c->operations[i].undo == s->undo)
			return true;
	return false;
}

static void
compare_operations(struct verify_case *v, const struct store_checked *c)
{
	const struct event *event = v->replay.r->event;
	char name[NAME];

	for (size_t i = 0; i < c->n_operations; i++) {
		const struct store_sent *o = &c->operations[i];
		const struct replay_send *s = replay_find(&v->replay, o->item, o->round, o->undo);

		operation_name(event, o->item, o->round, o->undo, name);
		if (s)
			compare_operation(v, o, s, name);
		else
			differ(v, name, "is there", "never sent");
	}
	for (int i = 0; i < v->replay.n_sends; i++) {
		const struct replay_send *s = &v->replay.sends[i];

		operation_name(event, s->node, s->round, s->undo, name);
		if (!has_row(c, s))
			differ(v, name, "is gone", "sent");
	}
}

/* --- the whole --- */

static void
count_saving(struct verify_case *v, const struct store_checked *c)
{
	const struct running *r = v->replay.r;

	if (r->status != STATUS_FINISHED)
		return;
	effects_begin(&v->effects, r->finished_at);
	saving_finish(r, &v->effects);
	for (int i = 0; i < v->effects.n_counts; i++)
		recount_add(v->counted, c->division, clock_day(r->finished_at), c->event,
		    v->effects.counts[i].department, v->effects.counts[i].measure, v->effects.counts[i].delta);
}

static void
name_parts(struct verify_case *v, const struct store_checked *c)
{
	char what[120];

	if (c->has_application) {
		memcpy(v->which, c->number, sizeof c->number);
		if (!c->has_progress)
			differ(v, "progress", "is gone", "there");
		return;
	}
	snprintf(v->which, sizeof v->which, "%06d/%lld", (int)c->division, (long long)c->id);
	snprintf(what, sizeof what, "is gone; left are%s %zu rows of history, %zu operations",
	    c->has_progress ? " its progress," : "", c->n_history, c->n_operations);
	differ(v, "application", what, "there");
}

void
verify_case(struct verify_case *v, const struct store_checked *c)
{
	struct head *head = heads_find(v->heads, HEADS_HISTORY, c->division, c->id);
	const struct event *event;
	struct plan plan;

	memset(v->which, 0, sizeof v->which);
	name_parts(v, c);
	if (!c->has_application)
		return;
	for (struct head *h = head; h; h = heads_next(v->heads, h))
		h->seen = true;
	event = event_of(v, c);
	if (!event || plan_of(v, c, event, &plan) != 0 || replay_begin(&v->replay, event, &plan) != 0)
		return;
	read_history(v, c);
	for (; head; head = heads_next(v->heads, head))
		compare_head(v, c, head);
	compare_plan(v, &plan);
	count_saving(v, c);
	compare_operations(v, c);
	if (!c->has_progress)
		return;
	compare_count(v, c);
	compare_stored(v, c, event);
}

void
verify_case_free(struct verify_case *v)
{
	replay_free(&v->replay);
	effects_free(&v->effects);
}
