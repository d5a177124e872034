#include "rules/running.h"

#include <stdlib.h>
#include <string.h>


const char *const item_state_names[ITEM_STATES] = { "waiting", "ready", "sent", "acknowledged",
	"correction", "approved", "refused", "blocked", "skipped", "withdrawn", "attention" };
const char *const application_status_names[STATUS_COUNT] = { "in_progress",
	"waiting_for_applicant", "finished", "withdrawn" };
const char *const material_how_names[HOW_COUNT] = { NULL, NULL, "fetched", "produced", "committed",
	"uploaded", "not_needed", NULL };

const char *const item_undo_names[UNDO_COUNT] = { NULL, "pending", "pending", "done", "failed",
	"impossible" };

static size_t
n_nodes(const struct event *e)
{
	return e->n_items + e->n_materials + e->n_records + e->n_signs;
}

struct running *
running_new(const struct event *event)
{
	struct running *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->event = event;
	r->nodes = calloc(n_nodes(event) + 1, sizeof *r->nodes);
	if (!r->nodes) {
		free(r);
		return NULL;
	}
	for (size_t i = 0; i < n_nodes(event); i++)
		r->nodes[i].round = 1;
	return r;
}

void
running_free(struct running *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < n_nodes(r->event); i++) {
		free(r->nodes[i].receipt);
		free(r->nodes[i].reason);
		free(r->nodes[i].undo_reason);
		json_decref(r->nodes[i].outputs);
		json_decref(r->nodes[i].fields);
	}
	json_decref(r->form);
	json_decref(r->applicant);
	json_decref(r->records);
	json_decref(r->files);
	json_decref(r->disputed);
	free(r->withdrawn_why);
	free(r->nodes);
	free(r);
}

static int
of_kind(int index, int base)
{
	return index < 0 ? -1 : base + index;
}

int
running_find(const struct event *event, const char *name)
{
	if (strncmp(name, "material:", 9) == 0)
		return of_kind(event_material(event, name + 9), MATERIAL_NODE);
	if (strncmp(name, "record:", 7) == 0)
		return of_kind(event_record(event, name + 7), RECORD_NODE);
	if (strncmp(name, "sign:", 5) == 0)
		return of_kind(event_sign(event, name + 5), SIGN_NODE);
	return event_item(event, name);
}

bool
running_has(const struct event *e, int node)
{
	if (node < 0 || node >= NODES_END)
		return false;
	return node < MATERIAL_NODE ? node < (int)e->n_items :
	    node < RECORD_NODE ? node - MATERIAL_NODE < (int)e->n_materials :
	    node < SIGN_NODE ? node - RECORD_NODE < (int)e->n_records :
	    node - SIGN_NODE < (int)e->n_signs;
}

struct running_item *
running_node(const struct running *r, int node)
{
	const struct event *e = r->event;

	if (node >= SIGN_NODE)
		node += (int)(e->n_items + e->n_materials + e->n_records) - SIGN_NODE;
	else if (node >= RECORD_NODE)
		node += (int)(e->n_items + e->n_materials) - RECORD_NODE;
	else if (node >= MATERIAL_NODE)
		node += (int)e->n_items - MATERIAL_NODE;
	return &r->nodes[node];
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
	facts->records = r->records;
	facts->outputs = outputs;
	facts->chosen = r->chosen;
	facts->today = r->plan.submitted;
	facts->division = r->plan.division;
}

