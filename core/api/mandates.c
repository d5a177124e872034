/* Which agents act for a resident: he sees them, gives a mandate, by himself or by a code, and takes it back. */
#include "api/mandates.h"

#include <string.h>

#include "api/api.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "rules/village.h"
#include "seal/digest.h"
#include "store/store.h"

/* A resident whose number is known, or an agent; else the exchange has been answered. */
static bool
begin(struct node *n, struct http_exchange *x, struct mandates_request *r)
{
	struct error why = { 0 };

	*r = (struct mandates_request){ .node = n, .x = x };
	if (account_of(n, x, &r->who) != 0)
		return false;
	if (r->who.role != ROLE_AGENT && (r->who.role != ROLE_CITIZEN || !*r->who.id_number)) {
		http_problem(x, 403, "forbidden", "没有权限", "委托由居民本人给出和收回,由代办员接受。", NULL);
		return false;
	}
	r->store = sight_store(n, x, &why);
	if (!r->store)
		api_unavailable(x, &why);
	return r->store != NULL;
}

static bool
is_resident(const struct mandates_request *r)
{
	if (r->who.role != ROLE_CITIZEN)
		http_problem(r->x, 403, "forbidden", "没有权限", "这一步要由居民本人来做。", NULL);
	return r->who.role == ROLE_CITIZEN;
}

json_t *
mandates_show(const struct store_mandate *m)
{
	char given[30], ended[30], handle[33], village[VILLAGE_SIZE];
	json_t *o;

	clock_format(m->given_at, given);
	clock_format(m->ended_at, ended);
	digest_hex(m->handle, sizeof m->handle, handle);
	village_write(m->village, village);
	o = json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", handle, "village", village, "basis",
	    mandates_basis_names[m->basis], "given_at", given, "in_force", m->ended_at == 0);
	json_object_set_new(o, "ended_at", m->ended_at ? json_string(ended) : json_null());
	return o;
}

int64_t
mandates_village(struct http_exchange *x, const json_t *body, const int64_t *places, int n)
{
	const char *code = json_text(body, "village");
	int64_t village = code ? village_read(code) : n == 1 ? places[0] : 0;
	char known[16 * (VILLAGE_SIZE + 3) + 1] = "", message[sizeof known + 128];

	if (village && village_is_served(village, places, n))
		return village;
	for (int i = 0; i < n && i < 16; i++) {
		if (i)
			strcat(known, "、");
		village_write(places[i], known + strlen(known));
	}
	snprintf(message, sizeof message, "请写明住在哪个村(社区)。这位代办员负责的是:%s", known);
	body_refuse_field(x, "/village", code ? "unknown_code" : "required", message);
	return 0;
}

void
mandates_refuse(struct http_exchange *x, enum store_mandate_done done, const struct error *why)
{
	if (done == MANDATE_WITHDRAWN)
		http_problem(x, 403, "no-mandate", "没有这位居民的委托",
		    "这位居民收回过对您的委托。要由他本人重新委托,或把新的验证码告诉您。", NULL);
	else if (done == MANDATE_WRONG_CODE)
		http_problem(x, 403, "wrong-code", "验证码不对", "验证码不对、用过了或者过了十分钟。请居民在“谁替我办”里再取一个。", NULL);
	else if (done == MANDATE_WRONG_SLIP)
		body_refuse_field(x, "/slip", "unknown_code", "没有这份文件,或者它已经用在别处。请重新上传委托书");
	else
		api_unavailable(x, why);
}

void
mandates_refuse_agent(struct http_exchange *x)
{
	body_refuse_field(x, "/agent", "unknown_code", "没有叫这个名字的代办员,请对照他的工作证");
}

/* --- the resident --- */

static int
list_one(void *cookie, const struct store_mandate *m, struct error *why)
{
	json_t *o = mandates_show(m);
	char slip[FILE_ID_SIZE];

	(void)why;
	file_id_make(m->slip_division, m->slip, slip);
	json_object_set_new(o, "agent", json_string(m->agent_name));
	json_object_set_new(o, "slip", m->slip ? json_string(slip) : json_null());
	return json_array_append_new(cookie, o);
}

void
api_mandates_list(void *node, struct http_exchange *x)
{
	struct mandates_request r;
	struct error why = { 0 };
	json_t *shown;

	if (!begin(node, x, &r))
		return;
	if (r.who.role == ROLE_AGENT) {
		roster_list(&r);
		return;
	}
	shown = json_array();
	if (store_mandates(r.store, r.who.person, list_one, shown, &why) == 0) {
		api_json_take(x, 200, json_pack("{s:o, s:n}", "mandates", shown, "cursor"));
		return;
	}
	json_decref(shown);
	api_unavailable(x, &why);
}

static void
give(const struct mandates_request *r, const json_t *body, const struct store_account *agent)
{
	struct mandate_wish w = { .agent = agent->id, .basis = MANDATE_BY_PERSON };
	enum store_mandate_done done;
	struct error why = { 0 };
	struct store_mandate m;

	w.village = mandates_village(r->x, body, agent->villages, agent->n_villages);
	if (!w.village)
		return;
	strcpy(w.person.id_number, r->who.id_number);
	strcpy(w.person.full_name, r->who.full_name);
	done = mandates_take(r->node, r->store, &w, r->who.token, &m, &why);
	if (done == MANDATE_IN_FORCE)
		http_answer(r->x, 204, NULL, NULL, 0);
	else
		mandates_refuse(r->x, done, &why);
}

void
api_mandates_give(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "agent", "village" };
	struct store_account agent = { 0 };
	struct mandates_request r;
	struct error why = { 0 };
	json_t *body;
	int found;

	if (!begin(node, x, &r))
		return;
	if (r.who.role == ROLE_AGENT) {
		roster_take(&r);
		return;
	}
	if (account_proved(&r.who, x) != 0 || !(body = body_texts(x, names, 2, 1)))
		return;
	found = store_account_by_name(r.store, json_text(body, "agent"), &agent, &why);
	if (found < 0)
		api_unavailable(x, &why);
	else if (found == 0 || agent.n_villages == 0)
		mandates_refuse_agent(x);
	else
		give(&r, body, &agent);
	json_decref(body);
	store_account_free(&agent);
}

void
api_mandates_code(void *node, struct http_exchange *x)
{
	char code[MANDATES_CODE_SIZE], until[30];
	struct mandates_request r;
	struct error why = { 0 };

	if (!begin(node, x, &r) || !is_resident(&r) || account_proved(&r.who, x) != 0)
		return;
	if (mandates_make_code(r.node, r.store, &r.who, code, &why) != 0) {
		api_unavailable(x, &why);
		return;
	}
	clock_format(node_now(r.node) + MANDATES_CODE_S * US_PER_SECOND, until);
	api_json_take(x, 200, json_pack("{s:s, s:s}", "code", code, "until", until));
}

/* --- both --- */

void
api_mandates_withdraw(void *node, struct http_exchange *x)
{
	static const uint8_t nobody[16];
	struct mandates_request r;
	struct store_mandate m;
	struct error why = { 0 };
	uint8_t handle[16];
	bool agent;
	int found = 0;

	if (!begin(node, x, &r))
		return;
	agent = r.who.role == ROLE_AGENT;
	if (mandates_handle(http_param(x, "id"), handle))
		found = store_mandate_by_handle(r.store, handle, agent ? r.who.id : 0, agent ? nobody : r.who.person, &m, &why);
	if (found == 1) {
		store_mandate_free(&m);
		found = store_mandate_end(r.store, m.token, !agent, r.who.token, &why);
	}
	if (found < 0)
		api_unavailable(x, &why);
	else if (found == 0)
		api_not_found(x);
	else
		http_answer(x, 204, NULL, NULL, 0);
}
