#include "flows/consent.h"

#include <string.h>

/* The identity number of whom the sign asks: a new reference, NULL when it asks nobody. */
static json_t *
asked(const struct running *r, size_t sign, const struct facts *facts)
{
	json_t *who;

	if (!r->event->signs[sign].who || running_node(r, SIGN_NODE + (int)sign)->state == ITEM_SKIPPED)
		return NULL;
	who = expr_value(r->event->signs[sign].who, facts);
	if (json_is_string(who))
		return who;
	json_decref(who);
	return NULL;
}

uint64_t
consent_of(const struct running *r, const char *id_number)
{
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;
	uint64_t signs = 0;

	running_facts(r, outputs, &facts);
	for (size_t i = 0; *id_number && i < r->event->n_signs; i++) {
		json_t *who = asked(r, i, &facts);

		if (who && strcmp(json_string_value(who), id_number) == 0)
			signs |= UINT64_C(1) << i;
		json_decref(who);
	}
	return signs;
}

size_t
consent_rows(struct node *n, const struct running *r, struct store_consent rows[EVENT_SIGNS])
{
	json_t *outputs[EVENT_ITEMS];
	struct facts facts;
	size_t n_rows = 0;

	if (r->event->n_signs == 0)
		return 0;
	running_facts(r, outputs, &facts);
	for (size_t i = 0; i < r->event->n_signs; i++) {
		json_t *who = asked(r, i, &facts);

		if (who) {
			rows[n_rows] = (struct store_consent){ .division = r->division, .application = r->id,
				.sign = (int16_t)i };
			seal_blind(n->seal, "id_number", json_string_value(who), json_string_length(who),
			    rows[n_rows++].person);
		}
		json_decref(who);
	}
	return n_rows;
}
