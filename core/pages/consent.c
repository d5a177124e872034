/* /applications/{number}/consents/{sign}: a second person reads what he is asked, in his own login, and says
 * yes or no. The applicant who comes here is shown his application. */
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/handlers.h"

static const json_t *
find_sign(const struct page *p)
{
	const json_t *signs = json_object_get(page_field(p, "application"), "signs"), *sign;
	size_t i;

	json_array_foreach(signs, i, sign)
		if (strcmp(json_text(sign, "id"), page_param(p, "sign")) == 0)
			return sign;
	return NULL;
}

static void
with_application(struct page *p, int status)
{
	const json_t *sign;

	if (!page_is(p, status, 200))
		return;
	if (json_object_get(page_field(p, "application"), "items")) {
		page_redirect(p, page_target(p, "/applications/{}", page_param(p, "number")));
		return;
	}
	sign = find_sign(p);
	if (!sign) {
		page_refuse(p, 404);
		return;
	}
	page_set_take(p, "sign", json_deep_copy(sign));
	act_show(p);
}

static void
form(struct page *p)
{
	page_get(p, "application", page_target(p, "/api/v1/applications/{}", page_param(p, "number")), with_application);
}

void
consent_show(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "consent");

	if (p)
		act_begin(p, form);
}

void
consent_answer(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "consent");
	char done[200];

	if (!p || !act_read(p))
		return;
	snprintf(done, sizeof done, "%s", page_target(p, "/applications/{}/consents/{}", page_param(p, "number"),
	    page_param(p, "sign")));
	act_send_take(p, page_target(p, "/api/v1/applications/{}/signatures", page_param(p, "number")),
	    json_pack("{s:s, s:b}", "sign", page_param(p, "sign"), "agrees",
	        act_text(p, "agrees") && strcmp(act_text(p, "agrees"), "yes") == 0), done, form);
}
