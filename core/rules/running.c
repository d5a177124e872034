#include "rules/running.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

const char *const item_state_names[ITEM_STATES] = { "waiting", "ready", "sent", "acknowledged",
	"correction", "approved", "refused", "blocked", "skipped", "withdrawn", "attention" };
const char *const application_status_names[STATUS_COUNT] = { "in_progress",
	"waiting_for_applicant", "finished", "withdrawn" };
const char *const material_how_names[HOW_COUNT] = { NULL, NULL, "fetched", "produced", "committed",
	"uploaded", "not_needed", NULL };

enum { PACK_VERSION = 1, PACK_HEAD = 2, PACK_NODE = 4 };

struct running *
running_new(const struct event *event)
{
	struct running *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->event = event;
	r->nodes = calloc(event->n_items + event->n_materials + 1, sizeof *r->nodes);
	if (!r->nodes) {
		free(r);
		return NULL;
	}
	for (size_t i = 0; i < event->n_items + event->n_materials; i++)
		r->nodes[i].round = 1;
	return r;
}

void
running_free(struct running *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->event->n_items + r->event->n_materials; i++) {
		free(r->nodes[i].receipt);
		free(r->nodes[i].reason);
		json_decref(r->nodes[i].outputs);
		json_decref(r->nodes[i].fields);
	}
	json_decref(r->form);
	json_decref(r->applicant);
	free(r->nodes);
	free(r);
}

struct running_item *
running_node(const struct running *r, int node)
{
	if (node >= MATERIAL_NODE)
		node = node - MATERIAL_NODE + (int)r->event->n_items;
	return &r->nodes[node];
}

int
running_pack(const struct running *r, struct text *out)
{
	size_t n = r->event->n_items + r->event->n_materials;
	unsigned char head[PACK_HEAD] = { PACK_VERSION, r->status };

	text_put(out, head, sizeof head);
	for (size_t i = 0; i < n; i++) {
		const struct running_item *it = &r->nodes[i];
		unsigned char node[PACK_NODE] = { it->state, it->round, it->how, it->way };

		text_put(out, node, sizeof node);
	}
	return out->failed ? -1 : 0;
}

int
running_unpack(struct running *r, const void *bytes, size_t length, struct error *why)
{
	size_t n = r->event->n_items + r->event->n_materials;
	const unsigned char *b = bytes;

	if (length != PACK_HEAD + n * PACK_NODE || b[0] != PACK_VERSION || b[1] >= STATUS_COUNT)
		return error_set(why, ERROR_BROKEN, "application %s: its stored states are not of its event",
		    r->number);
	r->status = b[1];
	for (size_t i = 0; i < n; i++) {
		const unsigned char *node = b + PACK_HEAD + i * PACK_NODE;

		if (node[0] >= ITEM_STATES || node[2] >= HOW_COUNT)
			return error_set(why, ERROR_BROKEN, "application %s: unknown state", r->number);
		r->nodes[i].state = node[0];
		r->nodes[i].round = node[1];
		r->nodes[i].how = node[2];
		r->nodes[i].way = node[3];
	}
	return 0;
}

void
running_facts(const struct running *r, json_t **outputs, struct facts *facts)
{
	memset(facts, 0, sizeof *facts);
	for (size_t i = 0; i < r->event->n_items; i++)
		outputs[i] = r->nodes[i].outputs;
	facts->event = r->event;
	facts->form = r->form;
	facts->applicant = r->applicant;
	facts->outputs = outputs;
	facts->chosen = r->chosen;
	facts->today = r->plan.submitted;
	facts->division = r->plan.division;
}

json_t *
running_outcome(const struct running *r, int node)
{
	const struct running_item *it = running_node(r, node);
	json_t *o = json_object();

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

int
running_outcome_load(struct running *r, int node, const json_t *outcome)
{
	struct running_item *it = running_node(r, node);
	json_t *outputs = json_object_get(outcome, "outputs");

	json_decref(it->outputs);
	json_decref(it->fields);
	it->outputs = outputs ? json_deep_copy(outputs) : NULL;
	it->fields = json_deep_copy(json_object_get(outcome, "fields"));
	it->silent_since = json_integer_value(json_object_get(outcome, "silent_since"));
	if (outputs && !it->outputs)
		return -1;
	if (copy_text(outcome, "receipt", &it->receipt) != 0)
		return -1;
	return copy_text(outcome, "reason", &it->reason);
}
