/* Filing applications, showing them and their history. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/json.h"
#include "flows/consent.h"
#include "flows/intake.h"
#include "rules/fill.h"
#include "rules/history.h"
#include "rules/saving.h"
#include "seal/digest.h"

void
api_applications_file(void *node, struct http_exchange *x)
{
	struct account who;

	if (account_of(node, x, &who) == 0 && account_proved(&who, x) == 0)
		intake_file(node, &who, x);
}

/* What of the form a clerk is told: the answers that the items of his department are sent. */
static json_t *
told_fields(const struct running *r, const char *department)
{
	json_t *outputs[EVENT_ITEMS], *all = json_object();
	struct facts facts;

	running_facts(r, outputs, &facts);
	for (size_t i = 0; i < r->event->n_items; i++)
		if (strcmp(r->event->items[i].department, department) == 0 && r->nodes[i].sent_at)
			json_object_set_new(all, r->event->items[i].id, fill_data(r->event, (int)i, &facts));
	return all;
}

/* What the caller may see of r. 0: told; 1: nothing; -1: no memory. */
static int
view(const struct running *r, const struct account *who, bool asked, const char *language, struct text *out)
{
	uint64_t signs = asked ? consent_of(r, who->id_number) : 0;
	json_t *beside;
	int done;

	if (asked) {
		if (!signs)
			return 1;
		beside = running_show_asked(r, signs);
		done = json_canonical(beside, out);
	} else {
		beside = json_object();
		if (sight_resident(r, who))
			json_object_set_new(beside, "applicant", json_string(sight_resident(r, who)));
		if (who->role == ROLE_CLERK)
			json_object_set_new(beside, "data", told_fields(r, who->department));
		done = running_show(r, sight_department(who), language, beside, out);
	}
	json_decref(beside);
	return done;
}

void
api_applications_show(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct running *r;
	struct store *s;
	struct text shown;
	bool asked;
	int told;

	if (!sight_find_asked(n, x, &who, &s, &c, &asked))
		return;
	text_init(&shown, 4 << 20);
	r = case_load(n, s, &c, true, &why);
	told = r ? view(r, &who, asked, http_header(x, "Accept-Language"), &shown) : -1;
	if (told > 0)
		api_not_found(x);
	else if (told == 0 && sight_note(n, s, &who, &c, asked ? "consent" : "application", "shown", &why) == 0)
		api_text_take(x, 200, &shown);
	else
		api_unavailable(x, &why);
	text_free(&shown);
	running_free(r);
	store_case_free(&c);
}

void
api_applications_saving(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct running *r;
	struct store *s;
	json_t *list;

	if (!sight_find(n, x, false, &who, &s, &c))
		return;
	r = sight_note(n, s, &who, &c, "saving", "shown", &why) == 0 ? case_load(n, s, &c, true, &why) : NULL;
	list = r ? saving_list(r) : NULL;
	if (who.role > ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "没有权限", "省了什么,只告诉申请人本人和替他申请的代办员。", NULL);
		json_decref(list);
	} else if (list) {
		json_object_set_new(list, "number", json_string(c.number));
		api_json_take(x, 200, list);
	} else {
		api_unavailable(x, &why);
	}
	running_free(r);
	store_case_free(&c);
}

/* A clerk gets what concerns his department; the hashes still are those of the whole chain. */
static void
leave_out_others(json_t *entries, const char *department)
{
	for (size_t i = json_array_size(entries); i-- > 0;) {
		const char *of = json_text(json_array_get(entries, i), "department");

		if (of && strcmp(of, department) != 0)
			json_array_remove(entries, i);
	}
}

void
api_applications_history(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct store *s;
	uint8_t hash[32] = { 0 };
	char last[65], *lines;
	json_t *entries;

	if (!sight_find(n, x, false, &who, &s, &c))
		return;
	lines = sight_note(n, s, &who, &c, "history", "shown", &why) == 0
	    ? store_history(s, c.division, c.id, &why) : NULL;
	entries = json_array();
	if (!lines || history_walk(lines, strlen(lines), hash, entries) != 0) {
		error_set(&why, ERROR_BROKEN, "the history of an application does not read");
		json_decref(entries);
		api_unavailable(x, &why);
	} else {
		int count = (int)json_array_size(entries);

		digest_hex(hash, 32, last);
		if (who.role == ROLE_CLERK)
			leave_out_others(entries, who.department);
		api_json_take(x, 200, json_pack("{s:s, s:i, s:s, s:o}", "number", c.number, "count", count,
		    "last", last, "entries", entries));
	}
	free(lines);
	store_case_free(&c);
}
