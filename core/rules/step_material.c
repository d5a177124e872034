/* step_material.c: papers: each way in its order, until one gives the paper. */
#include "rules/step_own.h"

#include <string.h>

#include "base/clock.h"
#include "seal/digest.h"

bool
step_material_settled(const struct running *r, int m)
{
	switch (running_node(r, MATERIAL_NODE + m)->how) {
	case HOW_FETCHED: case HOW_PRODUCED: case HOW_COMMITTED: case HOW_UPLOADED: case HOW_NOT_NEEDED:
		return true;
	default:
		return false;
	}
}

static const json_t *
file_of(const struct running *r, int m)
{
	return json_object_get(r->files, r->event->materials[m].id);
}

static bool
try_produced(struct running *r, struct running_item *it, int maker)
{
	uint8_t state = running_node(r, maker)->state;

	if (step_is_over(state))
		return false;
	it->how = state == ITEM_APPROVED ? HOW_PRODUCED : HOW_WAITING;
	return true;
}

/* The look-up itself is an operation of its own, shared with the rules that speak of the record. */
static bool
try_record(struct running *r, int m, struct running_item *it, int record, struct effects *x)
{
	switch (running_node(r, RECORD_NODE + record)->state) {
	case ITEM_SENT:
		it->how = HOW_WAITING;
		if (step_record_is_late(r, record) && file_of(r, m))
			step_material_upload(r, m, x);
		return true;
	case ITEM_APPROVED:
		it->how = HOW_FETCHED;
		step_tell(r, MATERIAL_NODE + m, HISTORY_FETCHED, "department", "record", x);
		return true;
	default:
		return false;
	}
}

/* Who promised, and what: the first half of the text's SHA-256 tells which wording he read. */
static void
commit(struct running *r, int m, const char *said, struct effects *x)
{
	uint8_t hash[32];
	char code[5 + 33] = "text:";

	digest_sha256(said ? said : "", said ? strlen(said) : 0, hash);
	digest_hex(hash, 16, code + 5);
	step_tell(r, MATERIAL_NODE + m, HISTORY_COMMITTED, r->filed_by ? "agent" : "applicant", code, x);
}

/* True when this way has settled the material or must be waited for; false: try the next. */
static bool
try_way(struct running *r, int m, struct effects *x)
{
	struct running_item *it = running_node(r, MATERIAL_NODE + m);
	const struct get *g = &r->event->materials[m].get[it->way];

	switch (g->way) {
	case WAY_FETCH:
		it->how = HOW_WAITING;
		step_send(r, MATERIAL_NODE + m, x);
		return true;
	case WAY_PRODUCED:
		return try_produced(r, it, g->item);
	case WAY_RECORD:
		return try_record(r, m, it, g->record, x);
	case WAY_COMMIT:
		it->how = HOW_COMMITTED;
		commit(r, m, g->text, x);
		return true;
	case WAY_UPLOAD:
		break;
	}
	if (file_of(r, m)) {
		it->how = HOW_UPLOADED;
		step_tell(r, MATERIAL_NODE + m, HISTORY_UPLOADED, "applicant", NULL, x);
	} else {
		it->how = HOW_UPLOAD_NEEDED;
		step_tell(r, MATERIAL_NODE + m, HISTORY_UPLOAD_NEEDED, NULL, NULL, x);
	}
	return true;
}

void
step_material_next(struct running *r, int m, struct effects *x)
{
	struct running_item *it = running_node(r, MATERIAL_NODE + m);
	const struct material *material = &r->event->materials[m];

	x->changed = true;
	for (; it->way < material->n_get; it->way++)
		if (try_way(r, m, x))
			return;
	it->way = (uint8_t)(material->n_get - 1);
	if (file_of(r, m)) { /* nothing gave it: only the applicant can, or already has */
		it->how = HOW_UPLOADED;
		step_tell(r, MATERIAL_NODE + m, HISTORY_UPLOADED, "applicant", NULL, x);
		return;
	}
	it->how = HOW_UPLOAD_NEEDED;
	step_tell(r, MATERIAL_NODE + m, HISTORY_UPLOAD_NEEDED, NULL, NULL, x);
}

void
step_material_failed(struct running *r, int m, const char *code, struct effects *x)
{
	struct running_item *it = running_node(r, MATERIAL_NODE + m);

	step_tell(r, MATERIAL_NODE + m, HISTORY_NOT_FOUND, "department", code, x);
	it->state = ITEM_WAITING;
	it->next_at = 0;
	it->silent_since = 0;
	it->flags &= (uint8_t)~ITEM_LATE;
	it->way++;
	it->round++; /* a further fetch is another operation, with a key of its own */
	step_material_next(r, m, x);
}

void
step_material_look(struct running *r, struct effects *x)
{
	for (size_t m = 0; m < r->event->n_materials; m++) {
		struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);
		const struct get *g = &r->event->materials[m].get[it->way];

		if (it->how == HOW_WAITING && (g->way == WAY_PRODUCED || g->way == WAY_RECORD))
			step_material_next(r, (int)m, x);
	}
}

void
step_material_upload(struct running *r, int m, struct effects *x)
{
	struct running_item *it = running_node(r, MATERIAL_NODE + m);

	if (it->state == ITEM_SENT) { /* what the source says after all is of a round that is over */
		it->round++;
		it->next_at = it->silent_since = 0;
	}
	it->state = ITEM_WAITING;
	it->flags &= (uint8_t)~ITEM_LATE;
	it->how = HOW_UPLOADED;
	step_tell(r, MATERIAL_NODE + m, HISTORY_UPLOADED, "applicant", NULL, x);
}
