/* What is known of a form that somebody fills in. */
#include "api/api.h"

#include <string.h>

#include "api/sight.h"
#include "flows/prefill.h"

static void
answer(void *cookie, json_t *known_take)
{
	api_json_take(cookie, 200, known_take);
}

void
api_prefill(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const char *event = http_param(x, "event");
	struct filing_request q;
	struct error why = { 0 };
	struct account who;
	struct store *s;

	if (account_of(n, x, &who) != 0)
		return;
	if (!catalog_current(n->catalog, event)) {
		api_not_found(x);
		return;
	}
	if (who.role != ROLE_CITIZEN && who.role != ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "不能预填", "只有申请人本人和代办员可以填写申请。", NULL);
		return;
	}
	if (filing_read(n, &who, event, x, &q) != 0)
		return;
	s = sight_store(n, x, &why);
	if (!s || prefill_begin_take(n, s, &who, &q, http_header(x, "Accept-Language"), answer, x, &why) != 0) {
		filing_request_free(&q);
		api_unavailable(x, &why);
	}
}
