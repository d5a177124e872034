/* /versions: what files propose to change, in sentences, for the policy staff who approve it. */
#include "pages/act.h"
#include "pages/handlers.h"

static void
with_versions(struct page *p, int status)
{
	if (page_is(p, status, 200))
		act_show(p);
}

static void
form(struct page *p)
{
	page_get(p, "versions", "/api/v1/versions", with_versions);
}

void
versions_list(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "versions");

	if (p)
		act_begin(p, form);
}

void
versions_approve(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "versions");

	if (p && act_read(p))
		act_send_take(p, page_target(p, "/api/v1/versions/{}/approval", page_param(p, "version")), json_object(),
		    "/versions", form);
}
