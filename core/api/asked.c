/* What stands before a person now: what he is asked to correct, what withdrawing would do, whose
 * application asks his consent. */
#include "api/api.h"

#include <string.h>

#include "api/sight.h"
#include "base/json.h"
#include "flows/case.h"
#include "flows/consent.h"
#include "seal/digest.h"

/* The application of the path for the applicant or his agent, with its answers; `reading` notes what is
 * read. NULL: the exchange has been answered. */
static struct running *
own_case(struct node *n, struct http_exchange *x, const char *reading, struct account *who)
{
	struct error why = { 0 };
	struct running *r = NULL;
	struct store_case c;
	struct store *s;

	if (!sight_find(n, x, false, who, &s, &c))
		return NULL;
	if (who->role > ROLE_AGENT)
		http_problem(x, 403, "forbidden", "没有权限", "只有申请人本人和替他申请的代办员可以看。", NULL);
	else if (sight_note(n, s, who, &c, reading, "shown", &why) != 0 ||
	    !(r = case_load(n, s, &c, true, &why)))
		api_unavailable(x, &why);
	store_case_free(&c);
	return r;
}

void
api_asked_withdrawal(void *node, struct http_exchange *x)
{
	struct account who;
	struct running *r = own_case(node, x, "withdrawal", &who);

	if (r)
		api_json_take(x, 200, json_pack("{s:s, s:s*, s:b, s:o}", "number", r->number, "applicant",
		    sight_resident(r, &who), "possible", r->status < STATUS_FINISHED && !r->withdrawn_at, "items",
		    running_withdrawal(r, http_header(x, "Accept-Language"))));
	running_free(r);
}

/* Each with what stands there now: one corrects what he sees. */
static void
add_values(const struct running *r, json_t *asked)
{
	json_t *one;
	size_t i;

	json_array_foreach(asked, i, one) {
		json_t *value = strncmp(json_text(one, "pointer"), "/form/", 6) == 0
		    ? json_object_get(r->form, json_text(one, "field")) : NULL;

		json_object_set(one, "value", value ? value : json_null());
	}
}

void
api_asked_correction(void *node, struct http_exchange *x)
{
	struct account who;
	struct node *n = node;
	struct running *r = own_case(n, x, "correction", &who);
	char version[72] = "sha256:";
	json_t *asked;

	if (!r)
		return;
	digest_hex(r->event->version, 32, version + strlen("sha256:"));
	asked = running_asked(r, node_now(n), http_header(x, "Accept-Language"));
	add_values(r, asked);
	api_json_take(x, 200, json_pack("{s:s, s:s*, s:s, s:s, s:o}", "number", r->number, "applicant",
	    sight_resident(r, &who), "event", r->event->id, "version", version, "asked", asked));
	running_free(r);
}

/* --- whose application asks me --- */

enum { MOST = 50 };

/* Only that he is asked: who asks, and for what, is read where it is noted. */
static void
add_consents(json_t *list, const struct running *r, uint64_t signs)
{
	json_t *shown = running_show_asked(r, signs), *sign;
	size_t i;

	json_array_foreach(json_object_get(shown, "signs"), i, sign)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O, s:O}", "number",
		    r->number, "event", r->event->id, "title", r->event->title, "sign", json_text(sign, "id"),
		    "sign_title", json_text(sign, "title"), "status", json_text(sign, "status"), "until",
		    json_object_get(sign, "until"), "reminded", json_object_get(sign, "reminded")));
	json_decref(shown);
}

static int
add_place(struct node *n, struct store *s, const struct account *who, const struct store_place *at,
    json_t *list, struct error *why)
{
	struct store_case c = { 0 };
	int found = store_case_by_id(s, at->division, at->id, false, &c, why);
	struct running *r = found == 1 ? case_load(n, s, &c, true, why) : NULL;

	if (r)
		add_consents(list, r, consent_of(r, who->id_number));
	store_case_free(&c);
	if (found == 1 && !r)
		found = -1;
	running_free(r);
	return found < 0 ? -1 : 0;
}

void
api_asked_consents(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct store_place places[MOST];
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *list = NULL;
	int count = 0, failed;

	if (account_of(n, x, &who) != 0)
		return;
	if (who.role != ROLE_CITIZEN) {
		http_problem(x, 403, "forbidden", "没有权限", "请用本人的账号查看要您同意的事项。", NULL);
		return;
	}
	s = sight_store(n, x, &why);
	if (s && *who.id_number)
		count = store_consents_open(s, who.person, places, MOST, &why);
	list = json_array();
	failed = !s || count < 0;
	for (int i = 0; !failed && i < count; i++)
		failed = add_place(n, s, &who, &places[i], list, &why) != 0;
	if (!failed) {
		api_json_take(x, 200, json_pack("{s:o}", "consents", list));
		return;
	}
	json_decref(list);
	api_unavailable(x, &why);
}
