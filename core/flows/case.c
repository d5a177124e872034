#include "flows/case.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/log.h"
#include "rules/fill.h"
#include "seal/digest.h"

enum { FORM_CEILING = 4 << 20, OUTCOME_CEILING = 2 << 20 };

int32_t
case_part(int node, int round, bool undo)
{
	return node * 1000 + round * 2 + undo;
}

/* An uploaded paper's file, and where the department fetches it; NULL when there is none. */
static json_t *
file_of(const struct node *n, const struct running *r, int item, const char *material, const char *key)
{
	const json_t *file = json_object_get(r->files, material);
	json_t *told = file ? json_copy((json_t *)(uintptr_t)file) : NULL;

	if (told)
		json_object_set_new(told, "url", json_sprintf("%s/api/v1/departments/%s/files/%s?key=%s",
		    n->public_url, r->event->items[item].department, json_text(file, "id"), key));
	return told;
}

json_t *
case_materials(const struct node *n, const struct running *r, int item, const char *key)
{
	json_t *list = json_array();

	for (size_t m = 0; m < r->event->n_materials; m++) {
		const struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);
		const char *id = r->event->materials[m].id, *how = material_how_names[it->how];

		if (!(r->plan.item[item].uses >> m & 1) || !how)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o*}", "id", id, "title",
		    r->event->materials[m].title, "how", how, "file",
		    it->how == HOW_UPLOADED ? file_of(n, r, item, id, key) : NULL));
	}
	return list;
}

static int
fill_item(const struct node *n, struct running *r, const struct case_operation *op,
    const struct facts *facts, struct text *body)
{
	json_t *materials = case_materials(n, r, op->node, op->key);
	int result;

	if (!materials)
		return -1;
	result = fill_body(r->event, op->node, op->round, r->number, facts, materials, body);
	json_decref(materials);
	return result;
}

/* What went before an undo, or before what is sent on later. */
static int
fill_after(struct running *r, int node, bool undo, const struct facts *facts, struct text *body)
{
	int first = undo ? node : r->event->items[node].later_of;
	const struct running_item *it = running_node(r, first);
	char of[OPERATION_KEY_SIZE];

	case_key(r, first, it->round, false, of);
	return undo ? fill_undo(r->event, node, it->round, r->number, of, it->receipt, body)
	    : fill_later(r->event, node, it->round, r->number, of, facts, body);
}

static int
fill(const struct node *n, struct running *r, const struct case_operation *op, struct text *body)
{
	const struct running_item *it = running_node(r, op->node);
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;
	int node = op->node;

	running_facts(r, outputs, &facts);
	if (node >= RECORD_NODE)
		return fill_record(r->event, node - RECORD_NODE, it->round, r->number, &facts, body);
	if (node >= MATERIAL_NODE)
		return fill_fetch(r->event, node - MATERIAL_NODE, it->way, it->round, r->number, &facts, body);
	if (op->undo || r->event->items[node].later_of >= 0)
		return fill_after(r, node, op->undo, &facts, body);
	return fill_item(n, r, op, &facts, body);
}

static const struct get *
get_of(const struct running *r, int node)
{
	return &r->event->materials[node - MATERIAL_NODE].get[running_node(r, node)->way];
}

const char *
case_department(const struct running *r, int node)
{
	return node < MATERIAL_NODE ? r->event->items[node].department
	    : node < RECORD_NODE ? get_of(r, node)->department
	    : node < SIGN_NODE ? r->event->records[node - RECORD_NODE].department : NULL;
}

static const char *
call_of(const struct running *r, int node)
{
	return node < MATERIAL_NODE ? r->event->items[node].call
	    : node < RECORD_NODE ? get_of(r, node)->call : r->event->records[node - RECORD_NODE].call;
}

/* False: no memory, or (op->url still NULL and no error) a department of a version that is no longer
 * in force: those in force are checked. */
static int
address(struct node *n, struct running *r, struct case_operation *op, struct error *why)
{
	const struct department *d;
	struct text url;

	op->department_id = case_department(r, op->node);
	op->call = call_of(r, op->node);
	d = op->department_id ? departments_find(&n->departments, op->department_id) : NULL;
	if (!d || !d->url) {
		log_error("application %s: department %s has no URL: set department.%s.url", r->number,
		    op->department_id ? op->department_id : "?", op->department_id ? op->department_id : "?");
		return 0;
	}
	text_init(&url, 4096);
	text_putf(&url, "%s/%s", d->url, op->call);
	if (op->undo)
		text_puts(&url, "/cancel");
	else if (op->node < MATERIAL_NODE && r->event->items[op->node].later_of >= 0)
		text_puts(&url, "/later");
	if (d->connector.by_application)
		text_puts(&url, "/" CASE_URL_NUMBER);
	op->url = text_take(&url, NULL);
	return op->url ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

void
case_key(const struct running *r, int node, int round, bool undo, char key[OPERATION_KEY_SIZE])
{
	struct operation_key k = { .application = r->id, .item = node, .round = round, .undo = undo };
	int year, month, mday;

	memcpy(k.division, r->plan.division, sizeof k.division);
	clock_split(clock_day(r->submitted_at), &year, &month, &mday);
	k.month = year * 12 + month - 1;
	operation_key_make(&k, key);
}

void
case_operation_free(struct case_operation *op)
{
	free(op->url);
	free(op->body);
	op->url = op->body = NULL;
}

int
case_operation_make(struct node *n, struct running *r, int send, struct effects *x,
    struct case_operation *op, bool *made, struct error *why)
{
	bool undo = send & SEND_UNDO;
	int node = send & ~SEND_UNDO;
	uint8_t hash[32];
	struct text body;

	*made = false;
	*op = (struct case_operation){ .node = node, .round = running_node(r, node)->round, .undo = undo,
		.made_at = x->now };
	case_key(r, node, op->round, undo, op->key);
	text_init(&body, 1 << 20);
	if (fill(n, r, op, &body) != 0 || address(n, r, op, why) != 0 || !op->url) {
		text_free(&body);
		if (why->kind != ERROR_NONE)
			return -1;
		running_unsendable(r, send, x);
		return 0;
	}
	seal_hash(n->seal, body.data, body.length, hash);
	running_sent(r, send, op->key, hash, x);
	op->body = text_take(&body, &op->length);
	if (!op->body) {
		case_operation_free(op);
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	*made = true;
	return 0;
}

/* --- loading --- */

static json_t *
open_json(struct node *n, const struct seal_place *at, const struct bytes *sealed, size_t ceiling,
    struct error *why)
{
	struct text plain;
	json_t *value = NULL;

	text_init(&plain, ceiling);
	if (seal_open_value(n->seal, at, sealed->data, sealed->length, &plain, why) == 0)
		value = json_read(plain.data ? plain.data : "", plain.length, ceiling, why);
	text_free(&plain);
	return value;
}

json_t *
case_sent(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct error *why)
{
	struct seal_place at = { "operation", "body", c->id, case_part(o->item, o->round, o->undo) };

	return open_json(n, &at, &o->body, OUTCOME_CEILING, why);
}

json_t *
case_outcome(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct error *why)
{
	struct seal_place at = { "operation", "outcome", c->id, case_part(o->item, o->round, o->undo) };

	return o->outcome.length ? open_json(n, &at, &o->outcome, OUTCOME_CEILING, why) : NULL;
}

static int
load_form(struct node *n, const struct store_case *c, struct running *r, struct error *why)
{
	struct seal_place at = { "application", "sealed", c->id, 0 };
	json_t *sealed = open_json(n, &at, &c->sealed, FORM_CEILING, why);

	if (!sealed)
		return -1;
	r->form = json_incref(json_object_get(sealed, "form"));
	r->applicant = json_incref(json_object_get(sealed, "applicant"));
	r->files = json_incref(json_object_get(sealed, "files"));
	r->disputed = json_incref(json_object_get(sealed, "disputed"));
	r->chosen = strtoull(json_text(sealed, "chosen") ? json_text(sealed, "chosen") : "0", NULL, 16);
	json_decref(sealed);
	return r->form ? 0 : error_set(why, ERROR_BROKEN, "application %s: no form in it", c->number);
}

/* What people changed, in order, over what was filed. */
static int
load_revisions(struct node *n, const struct store_case *c, struct running *r, struct error *why)
{
	for (size_t i = 0; c->revisions && i < c->n_revisions; i++) {
		struct seal_place at = { "revision", "sealed", c->id, c->revisions[i].seq };
		json_t *revision = open_json(n, &at, &c->revisions[i].sealed, FORM_CEILING, why);
		int done = revision ? running_revise(r, revision) : -1;

		json_decref(revision);
		if (done != 0)
			return error_set(why, ERROR_BROKEN, "application %s: a change of it cannot be read", c->number);
	}
	return 0;
}

static void
load_times(const struct store_case_operation *o, struct running_item *it)
{
	int attempts = o->attempts > 0 ? o->attempts : 1;

	if (o->undo) {
		it->undoing.sent_at = o->created_at;
		it->undoing.attempts = attempts;
		it->undoing.next_at = o->next_at;
		return;
	}
	it->sent_at = o->created_at;
	it->attempts = attempts;
	it->next_at = o->next_at;
	it->acknowledged_at = o->acknowledged_at;
	it->decided_at = o->decided_at;
}

static int
load_operation(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct running *r, struct error *why)
{
	struct running_item *it = running_node(r, o->item);
	json_t *outcome;
	int result;

	if (o->round != it->round)
		return 0;
	load_times(o, it);
	if (!o->outcome.length)
		return 0;
	outcome = case_outcome(n, c, o, why);
	if (!outcome)
		return -1;
	result = running_outcome_load(r, o->item | (o->undo ? SEND_UNDO : 0), outcome);
	json_decref(outcome);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

static int
load_plan(const struct store_case *c, struct running *r, struct error *why)
{
	json_t *plan = json_read(c->plan.data, c->plan.length, 1 << 20, why);
	int result = plan ? plan_unpack(r->event, plan, &r->plan, why) : -1;

	json_decref(plan);
	return result;
}

struct running *
case_load(struct node *n, struct store *s, const struct store_case *c, bool form, struct error *why)
{
	unsigned losses = memory_losses();
	const struct event *event = catalog_version(n->catalog, s, c->version, why);
	struct running *r = event ? running_new(event) : NULL;

	if (!r) {
		error_set(why, event ? ERROR_TEMPORARY : ERROR_BROKEN, event ? "no memory"
		    : "application %s is on a version of its event that is not stored", c->number);
		goto bad;
	}
	memcpy(r->number, c->number, sizeof r->number);
	r->division = c->division;
	r->id = c->id;
	r->account = c->account;
	r->filed_by = c->filed_by;
	r->submitted_at = c->submitted_at;
	r->finished_at = c->finished_at;
	r->fence = c->fence;
	r->history_count = c->history_count;
	memcpy(r->history_hash, c->history_hash, 32);
	if (load_plan(c, r, why) != 0 ||
	    running_unpack(r, c->items.data, c->items.length, why) != 0 ||
	    (form && load_form(n, c, r, why) != 0))
		goto bad;
	for (size_t i = 0; i < c->n_operations; i++)
		if (running_has(event, c->operations[i].item) &&
		    load_operation(n, c, &c->operations[i], r, why) != 0)
			goto bad;
	if (form && load_revisions(n, c, r, why) != 0)
		goto bad;
	if (memory_losses() == losses)
		return r;
bad:
	if (memory_losses() != losses) { /* then it may only look as if something were wrong with what is stored */
		error_clear(why);
		error_set(why, ERROR_TEMPORARY, "no memory");
	}
	running_free(r);
	return NULL;
}
