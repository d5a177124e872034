/* /applications/{number}/withdrawal: what it would do comes first, item by item; then the button. */
#include "base/json.h"
#include "pages/act.h"
#include "pages/handlers.h"

static void
form(struct page *p)
{
	page_get(p, "withdrawal", page_target(p, "/api/v1/applications/{}/withdrawal", page_param(p, "number")),
	    act_show_come);
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
	snprintf(done, sizeof done, "%s", page_target(p, "/applications/{}", page_param(p, "number")));
	act_send_take(p, page_target(p, "/api/v1/applications/{}/withdrawal", page_param(p, "number")),
	    json_pack("{s:s*}", "reason", act_text(p, "reason")), done, form);
}
