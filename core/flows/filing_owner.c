/* Whose application it is, and may he who files do so for him? */
#include "flows/filing.h"

#include <string.h>

#include "seal/digest.h"
#include "store/store.h"

/* The paper that he brings gives him the mandate, unless the resident has taken it back. */
static int
find_mandate(struct node *n, struct store *s, struct filing *f, const struct account *who,
    const uint8_t person[16], struct error *why)
{
	struct store_mandate m;
	uint8_t nothing[32];
	int taken;

	digest_random(nothing, sizeof nothing);
	taken = store_mandate_take(s, who->id, person, store_id(n->slot, node_now(n)), nothing, &m, why);
	f->row.mandate = m.token;
	f->withdrawn = taken == 0;
	return taken < 0 ? -1 : 0;
}

int
filing_find_owner(struct node *n, struct filing *f, const struct account *who,
    const struct filing_request *q, struct error *why)
{
	struct store *s = n->workers[http_worker(f->x)];
	struct store_account owner = { 0 };
	uint8_t person[16];
	int found;

	f->r->account = who->id;
	if (who->role != ROLE_AGENT)
		return 0;
	seal_blind(n->seal, "id_number", q->person_id, strlen(q->person_id), person);
	found = s && store_alive(s) ? store_account_by_person(s, person, &owner, why)
	    : error_set(why, ERROR_TEMPORARY, "no database");
	f->r->account = found == 1 ? owner.id : 0;
	f->r->filed_by = who->id;
	store_account_free(&owner);
	return found < 0 ? -1 : find_mandate(n, s, f, who, person, why);
}
