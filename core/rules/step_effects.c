/* step_effects.c: what a move leaves behind: entries of the history, counted, and what is to be sent. */
#include "rules/step_own.h"

#include <string.h>

#include "base/faults.h"
#include "base/memory.h"
#include "rules/took.h"
#include "seal/digest.h"

void
effects_begin(struct effects *x, int64_t now)
{
	if (x->history.ceiling == 0)
		text_init(&x->history, 1 << 20);
	text_clear(&x->history);
	json_decref(x->revision);
	x->revision = NULL;
	x->by = NULL;
	x->now = now;
	x->history_first = 0;
	x->n_send = 0;
	x->n_counts = 0;
	x->released_once = false;
	x->changed = false;
	x->failed = false;
	x->losses = memory_losses();
}

bool
effects_failed(const struct effects *x)
{
	return x->failed || x->history.failed || x->losses != memory_losses();
}

void
effects_free(struct effects *x)
{
	text_free(&x->history);
	json_decref(x->revision);
	x->revision = NULL;
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
node_name(const struct event *e, int node, char out[160])
{
	const char *prefix = "", *id;

	if (node >= SIGN_NODE) {
		prefix = "sign:";
		id = e->signs[node - SIGN_NODE].id;
	} else if (node >= RECORD_NODE) {
		prefix = "record:";
		id = e->records[node - RECORD_NODE].id;
	} else if (node >= MATERIAL_NODE) {
		prefix = "material:";
		id = e->materials[node - MATERIAL_NODE].id;
	} else {
		id = e->items[node].id;
	}
	strcpy(out, prefix);
	strncat(out, id, 150);
}

static const char *
material_department(const struct running *r, int node)
{
	const struct material *m = &r->event->materials[node - MATERIAL_NODE];
	const struct get *g = &m->get[running_node(r, node)->way];

	return g->way == WAY_FETCH ? g->department
	    : g->way == WAY_RECORD ? r->event->records[g->record].department : NULL;
}

const char *
step_department(const struct running *r, int node)
{
	if (node < 0 || node >= SIGN_NODE)
		return NULL;
	if (node >= RECORD_NODE)
		return r->event->records[node - RECORD_NODE].department;
	return node >= MATERIAL_NODE ? material_department(r, node) : r->event->items[node].department;
}

/* How long a department took for what it has just decided. Notices are not waited for. */
static const char *
took(const struct running *r, int node, const struct history_entry *e)
{
	bool decided = strcmp(e->what, history_words[HISTORY_APPROVED]) == 0 ||
	    strcmp(e->what, history_words[HISTORY_REFUSED]) == 0;

	if (!decided || node < 0 || node >= MATERIAL_NODE || !e->by || strcmp(e->by, "department") != 0 ||
	    r->event->items[node].tell || !r->nodes[node].sent_at)
		return NULL;
	return took_measure(r->nodes[node].sent_at, e->at);
}

void
step_tell_entry(struct running *r, int node, enum history_word what, struct history_entry *e,
    struct effects *x)
{
	char name[160];
	const char *measure;

	if (!x->history_first)
		x->history_first = r->history_count + 1;
	e->at = x->now;
	e->what = history_words[what];
	if (node >= 0) {
		node_name(r->event, node, name);
		e->item = name;
		if (!e->department)
			e->department = step_department(r, node);
		e->round = node < SIGN_NODE ? running_node(r, node)->round : 0;
	}
	if (PLANTED("chain_begins_anew") && r->history_count == 4)
		memset(r->history_hash, 0, 32);
	if (PLANTED("step_not_written") && what == HISTORY_ACKNOWLEDGED)
		return;
	measure = took(r, node, e);
	if (measure) {
		e->took = measure + TOOK_PREFIX;
		effects_count(x, e->department, measure, 1);
	}
	if (history_add(e, &r->history_count, r->history_hash, &x->history) != 0)
		x->failed = true;
	effects_count(x, e->department ? e->department : "", e->what, 1);
	x->changed = true;
}

void
step_tell(struct running *r, int node, enum history_word what, const char *by, const char *code,
    struct effects *x)
{
	struct history_entry e = { .by = by, .code = code };

	step_tell_entry(r, node, what, &e, x);
}

/* --- sending --- */

void
step_send(struct running *r, int node, struct effects *x)
{
	struct running_item *it = running_node(r, node);

	if (x->n_send == NODES_END) {
		x->failed = true;
		return;
	}
	it->state = ITEM_SENT;
	it->sent_at = x->now;
	it->attempts = 1;
	it->next_at = it->silent_since = it->decided_at = 0;
	json_decref(it->outputs); /* of an earlier look-up; an item has none yet */
	it->outputs = NULL;
	x->send[x->n_send++] = node;
	x->changed = true;
}

void
running_sent(struct running *r, int node, const char *key, const uint8_t body_hash[32],
    struct effects *x)
{
	char hex[65];
	struct history_entry e = { .body = hex };

	(void)key; /* follows from application, item and round */
	digest_hex(body_hash, 16, hex);
	step_tell_entry(r, node & ~SEND_UNDO, node & SEND_UNDO ? HISTORY_UNDO_SENT : HISTORY_SENT, &e, x);
}
