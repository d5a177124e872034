/* Which agents act for a resident: he sees them, gives a mandate and takes it back. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "seal/digest.h"
#include "store/store.h"

/* A resident whose number is known; else the exchange has been answered. */
static bool
is_resident(struct node *n, struct http_exchange *x, struct account *who, struct store **s)
{
	struct error why = { 0 };

	if (account_of(n, x, who) != 0)
		return false;
	if (who->role != ROLE_CITIZEN || !*who->id_number) {
		http_problem(x, 403, "forbidden", "没有权限", "委托由居民本人查看、给出和收回。", NULL);
		return false;
	}
	*s = sight_store(n, x, &why);
	if (!*s)
		api_unavailable(x, &why);
	return *s != NULL;
}

static json_t *
show(const struct store_mandate *m)
{
	char given[30], ended[30];
	json_t *o;

	clock_format(m->given_at, given);
	clock_format(m->ended_at, ended);
	o = json_pack("{s:o, s:s, s:s, s:b}", "id", json_sprintf("%lld", (long long)m->token), "agent", m->agent_name,
	    "given_at", given, "in_force", m->ended_at == 0);
	json_object_set_new(o, "ended_at", m->ended_at ? json_string(ended) : json_null());
	return o;
}

void
api_mandates_list(void *node, struct http_exchange *x)
{
	struct store_mandate list[STORE_MANDATES_MOST];
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *shown;
	int n;

	if (!is_resident(node, x, &who, &s))
		return;
	if (store_mandates(s, who.person, list, &n, &why) != 0) {
		api_unavailable(x, &why);
		return;
	}
	shown = json_array();
	for (int i = 0; i < n; i++)
		json_array_append_new(shown, show(&list[i]));
	api_json_take(x, 200, json_pack("{s:o}", "mandates", shown));
}

/* 1 and the id, 0 no agent of that name, -1. */
static int
find_agent(struct store *s, const char *name, int64_t *id, struct error *why)
{
	struct store_account a = { 0 };
	int found = store_account_by_name(s, name, &a, why);

	if (found == 1 && strcmp(a.role, role_names[ROLE_AGENT]) != 0)
		found = 0;
	*id = a.id;
	store_account_free(&a);
	return found;
}

void
api_mandates_give(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "agent" };
	struct node *n = node;
	struct error why = { 0 };
	struct account who;
	uint8_t nothing[32];
	struct store *s;
	int64_t agent;
	json_t *body;
	int found;

	if (!is_resident(n, x, &who, &s) || account_proved(&who, x) != 0 || !(body = body_texts(x, names, 1, 1)))
		return;
	digest_random(nothing, sizeof nothing);
	found = find_agent(s, json_text(body, "agent"), &agent, &why);
	json_decref(body);
	if (found == 1 && store_mandate_give(s, agent, who.person, store_id(n->slot, node_now(n)), nothing, &why) != 0)
		found = -1;
	if (found < 0)
		api_unavailable(x, &why);
	else if (found == 0)
		api_not_found(x);
	else
		http_answer(x, 204, NULL, NULL, 0);
}

void
api_mandates_withdraw(void *node, struct http_exchange *x)
{
	const char *id = http_param(x, "id");
	struct error why = { 0 };
	struct account who;
	struct store *s;
	char *end;
	long long token;
	int ended = 0;

	if (!is_resident(node, x, &who, &s))
		return;
	token = strtoll(id, &end, 10);
	if (*id >= '1' && *id <= '9' && *end == '\0')
		ended = store_mandate_withdraw(s, who.person, token, &why);
	if (ended < 0)
		api_unavailable(x, &why);
	else if (ended == 0)
		api_not_found(x);
	else
		http_answer(x, 204, NULL, NULL, 0);
}
