/* Whose application it is, and may he who files do so for him? */
#include "flows/filing.h"

#include <string.h>

#include "store/store.h"

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
	if (found >= 0)
		f->row.mandate = store_mandate_holds(s, who->id, person, why);
	f->no_mandate = f->row.mandate == 0;
	return found < 0 || f->row.mandate < 0 ? -1 : 0;
}
