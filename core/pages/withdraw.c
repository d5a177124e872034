/* /applications/{number}/withdrawal: what it would do comes first, item by item; then the button. */
#include "base/json.h"
#include "pages/act.h"
#include "pages/handlers.h"

static const char *
number_of(const struct page *p)
{
	return http_param(page_exchange(p), "number");
}

static void
with_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		act_show(p);
}

static void
with_consequences(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "departments", "/api/v1/departments", with_departments);
}

static void
form(struct page *p)
{
	page_get(p, "withdrawal", page_target(p, "/api/v1/applications/{}/withdrawal", number_of(p)),
	    with_consequences);
}

void
withdraw_show(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "withdrawal");

	if (p)
		act_begin(p, form);
}

void
withdraw_send(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "withdrawal");
	char done[120];

	if (!p || !act_read(p))
		return;
	snprintf(done, sizeof done, "%s", page_target(p, "/applications/{}", number_of(p)));
	act_send_take(p, page_target(p, "/api/v1/applications/{}/withdrawal", number_of(p)),
	    json_pack("{s:s*}", "reason", act_text(p, "reason")), done, form);
}
