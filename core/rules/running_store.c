/* running_store.c: the states of an application as bytes, and what its sealed rows give back. */
#include "rules/running.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rules/step_own.h"

/* Version 1: version, status, and four bytes an item and material. Version 2: version, status, which
 * of the following there are, two bytes of `typed`, the times that people were waited for, the nodes.
 * Most applications are never corrected, undone or late: they need no more than before. */
enum { PACK_FIRST = 1, PACK_VERSION = 2, PACK_TIMES = 1, PACK_WIDE = 2, /* bits of the third byte */
	PACK_HEAD = 5, PACK_TIME_BYTES = 36, PACK_NODE = 4, PACK_WIDE_NODE = 12 };

static void
put(unsigned char *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t
get(const unsigned char *at, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static size_t
stored_nodes(const struct event *e, int version)
{
	size_t n = e->n_items + e->n_materials;

	return version == PACK_FIRST ? n : n + e->n_records + e->n_signs;
}

static bool
is_wide(const struct running *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct running_item *it = &r->nodes[i];

		if (it->undo || it->flags || it->stopped_days || it->sent_day)
			return true;
	}
	return false;
}

static void
put_times(const struct running *r, struct text *out)
{
	unsigned char times[PACK_TIME_BYTES];

	put(times, (uint64_t)r->stopped_since, 8);
	put(times + 8, (uint64_t)r->stopped_us, 8);
	put(times + 16, (uint64_t)r->withdrawn_at, 8);
	put(times + 24, (uint32_t)r->stopped_days, 4);
	put(times + 28, (uint32_t)r->looked_day, 4);
	put(times + 32, (uint32_t)r->revisions, 4);
	text_put(out, times, sizeof times);
}

int
running_pack(const struct running *r, struct text *out)
{
	size_t n = stored_nodes(r->event, PACK_VERSION);
	bool wide = is_wide(r, n);
	bool times = r->stopped_since || r->stopped_us || r->withdrawn_at || r->looked_day || r->revisions;
	unsigned char head[PACK_HEAD] = { PACK_VERSION, r->status,
		(unsigned char)((times ? PACK_TIMES : 0) | (wide ? PACK_WIDE : 0)) };

	put(head + 3, (uint16_t)r->typed, 2);
	text_put(out, head, sizeof head);
	if (times)
		put_times(r, out);
	for (size_t i = 0; i < n; i++) {
		const struct running_item *it = &r->nodes[i];
		unsigned char node[PACK_WIDE_NODE] = { it->state, it->round, it->how, it->way, it->undo,
			it->flags };

		put(node + 6, (uint16_t)it->stopped_days, 2);
		put(node + 8, (uint32_t)it->sent_day, 4);
		text_put(out, node, wide ? PACK_WIDE_NODE : PACK_NODE);
	}
	return out->failed ? -1 : 0;
}

static void
get_times(struct running *r, const unsigned char *times)
{
	r->stopped_since = (int64_t)get(times, 8);
	r->stopped_us = (int64_t)get(times + 8, 8);
	r->withdrawn_at = (int64_t)get(times + 16, 8);
	r->stopped_days = (int32_t)get(times + 24, 4);
	r->looked_day = (int32_t)get(times + 28, 4);
	r->revisions = (int32_t)get(times + 32, 4);
}

static bool
get_node(struct running_item *it, const unsigned char *node, bool wide)
{
	it->state = node[0];
	it->round = node[1];
	it->how = node[2];
	it->way = node[3];
	if (wide) {
		it->undo = node[4];
		it->flags = node[5];
		it->stopped_days = (int32_t)get(node + 6, 2);
		it->sent_day = (int32_t)get(node + 8, 4);
	}
	return it->state < ITEM_STATES && it->how < HOW_COUNT && it->undo < UNDO_COUNT;
}

static int
broken(const struct running *r, const char *what, struct error *why)
{
	return error_set(why, ERROR_BROKEN, "application %s: %s", r->number, what);
}

int
running_unpack(struct running *r, const void *bytes, size_t length, struct error *why)
{
	const unsigned char *b = bytes, *nodes;
	size_t n, all = stored_nodes(r->event, PACK_VERSION);
	bool times, wide;

	if (length < 2 || (b[0] != PACK_FIRST && b[0] != PACK_VERSION) || b[1] >= STATUS_COUNT ||
	    (b[0] == PACK_VERSION && length < PACK_HEAD))
		return broken(r, "its stored states cannot be read", why);
	n = stored_nodes(r->event, b[0]);
	times = b[0] != PACK_FIRST && (b[2] & PACK_TIMES);
	wide = b[0] != PACK_FIRST && (b[2] & PACK_WIDE);
	nodes = b + (b[0] == PACK_FIRST ? 2 : PACK_HEAD) + (times ? PACK_TIME_BYTES : 0);
	if (length != (size_t)(nodes - b) + n * (wide ? PACK_WIDE_NODE : PACK_NODE))
		return broken(r, "its stored states are not of its event", why);
	r->status = b[1];
	r->typed = b[0] == PACK_FIRST ? 0 : (int32_t)get(b + 3, 2);
	if (times)
		get_times(r, b + PACK_HEAD);
	for (size_t i = 0; i < n; i++)
		if (!get_node(&r->nodes[i], nodes + i * (wide ? PACK_WIDE_NODE : PACK_NODE), wide))
			return broken(r, "unknown state", why);
	for (size_t i = n; i < all; i++)
		r->nodes[i].state = ITEM_SKIPPED;
	return 0;
}

/* --- what an operation's row tells --- */

static json_t *
undo_outcome(const struct running_item *it)
{
	return json_pack("{s:s*, s:I}", "reason", it->undo_reason, "silent_since",
	    (json_int_t)it->undoing.silent_since);
}

json_t *
running_outcome(const struct running *r, int node)
{
	const struct running_item *it = running_node(r, node & ~SEND_UNDO);
	json_t *o;

	if (node & SEND_UNDO)
		return undo_outcome(it);
	o = json_object();
	if (!o)
		return NULL;
	if (it->outputs)
		json_object_set(o, "outputs", it->outputs);
	if (it->fields)
		json_object_set(o, "fields", it->fields);
	if (it->receipt)
		json_object_set_new(o, "receipt", json_string(it->receipt));
	if (it->reason)
		json_object_set_new(o, "reason", json_string(it->reason));
	if (it->silent_since)
		json_object_set_new(o, "silent_since", json_integer(it->silent_since));
	return o;
}

static int
copy_text(const json_t *o, const char *name, char **into)
{
	const char *s = json_text(o, name);

	free(*into);
	*into = s ? strdup(s) : NULL;
	return s && !*into ? -1 : 0;
}

/* What a look-up found is a fact again. */
static int
load_record(struct running *r, int record, json_t *outputs)
{
	if (!outputs)
		return 0;
	if (!r->records)
		r->records = json_object();
	return r->records ? json_object_set(r->records, r->event->records[record].id, outputs) : -1;
}

int
running_outcome_load(struct running *r, int node, const json_t *outcome)
{
	struct running_item *it = running_node(r, node & ~SEND_UNDO);
	json_t *outputs = json_object_get(outcome, "outputs");
	int64_t silent = json_integer_value(json_object_get(outcome, "silent_since"));

	if (node & SEND_UNDO) {
		it->undoing.silent_since = silent;
		return copy_text(outcome, "reason", &it->undo_reason);
	}
	json_decref(it->outputs);
	json_decref(it->fields);
	it->outputs = outputs ? json_deep_copy(outputs) : NULL;
	it->fields = json_deep_copy(json_object_get(outcome, "fields"));
	it->silent_since = silent;
	if (outputs && !it->outputs)
		return -1;
	if (node >= RECORD_NODE && node < SIGN_NODE && load_record(r, node - RECORD_NODE, it->outputs) != 0)
		return -1;
	if (copy_text(outcome, "receipt", &it->receipt) != 0)
		return -1;
	return copy_text(outcome, "reason", &it->reason);
}

/* --- what people changed --- */

int
running_merge(json_t **into, const json_t *changes)
{
	json_t *merged, *value;
	const char *name;
	bool failed = false;

	if (!changes)
		return 0;
	merged = *into ? json_copy(*into) : json_object();
	json_object_foreach((json_t *)(uintptr_t)changes, name, value) {
		if (json_is_null(value))
			json_object_del(merged, name);
		else if (json_object_set(merged, name, value) != 0)
			failed = true;
	}
	if (!merged || failed) {
		json_decref(merged);
		return -1;
	}
	json_decref(*into);
	*into = merged;
	return 0;
}

/* Why a decision on an answer that was corrected since needs a person: kept with the correction. */
static int
revise_reasons(struct running *r, const json_t *changed)
{
	const char *id;
	json_t *reason;

	json_object_foreach((json_t *)(uintptr_t)changed, id, reason) {
		int item = event_item(r->event, id);
		const char *already = item < 0 ? NULL : r->nodes[item].reason;

		if (already && json_is_string(reason) && strstr(already, json_string_value(reason)))
			continue;
		if (item >= 0 && (r->nodes[item].how == CAUSE_CHANGED || r->nodes[item].flags & ITEM_STALE) &&
		    copy_text(changed, id, &r->nodes[item].reason) != 0)
			return -1;
	}
	return 0;
}

int
running_revise(struct running *r, const json_t *revision)
{
	const char *kind = json_text(revision, "kind"), *sign = json_text(revision, "sign");

	if (!kind)
		return -1;
	if (strcmp(kind, "withdrawal") == 0)
		return copy_text(revision, "reason", &r->withdrawn_why);
	if (strcmp(kind, "sign") == 0) {
		json_t *given = json_pack("{s:O}", sign ? sign : "", json_object_get(revision, "agrees"));
		int result = given && r->form ? running_merge(&r->form, given) : -1;

		json_decref(given);
		return result;
	}
	if (!r->form || running_merge(&r->form, json_object_get(revision, "form")) != 0 ||
	    running_merge(&r->files, json_object_get(revision, "materials")) != 0)
		return -1;
	return revise_reasons(r, json_object_get(revision, "changed"));
}
