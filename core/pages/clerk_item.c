/* /desk/{number}/{item}: one item before its clerk, and what he does with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/clerk_form.h"
#include "pages/handlers.h"

static void
with_task(struct page *p, int status)
{
	if (page_is_problem(p, "purpose-needed"))
		page_use(p, "purpose");
	else if (!page_is(p, status, 200))
		return;
	act_show_with_departments(p);
}

static void
item(struct page *p)
{
	const char *purpose = http_query(page_exchange(p), "purpose");

	page_set_take(p, "purpose", purpose ? json_string(purpose) : json_null());
	page_get(p, "task", page_target(p, purpose ? "/api/v1/desk/{}/{}?purpose={}" : "/api/v1/desk/{}/{}",
	    page_param(p, "number"), page_param(p, "item"), purpose), with_task);
}

void
clerk_item(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "desk_item");

	if (p)
		act_begin(p, item);
}

/* ---- what he does ---- */

/* Send `body` (taken) to the item's `route`; done, to `done` (an own path). */
static void
send(struct page *p, const char *route, json_t *body, const char *done)
{
	char pattern[80];

	snprintf(pattern, sizeof pattern, "/api/v1/desk/{}/{}/%s", route);
	act_send_take(p, page_target(p, pattern, page_param(p, "number"), page_param(p, "item")), body, done, item);
}

static struct page *
begin(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "desk_item");

	return p && act_read(p) ? p : NULL;
}

void
clerk_decide(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x);

	if (p)
		send(p, "decision", clerk_form_decision(page_field(p, "again"), ""), "/desk");
}

void
clerk_close(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x);

	if (p)
		send(p, "closing", json_pack("{s:s}", "reason", act_text(p, "reason") ? act_text(p, "reason") : ""),
		    "/desk/attention");
}

void
clerk_read(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x);

	if (p)
		send(p, "reading", json_object(), "/desk");
}

static void
here(struct page *p, char done[400])
{
	snprintf(done, 400, "%s", page_target(p, "/desk/{}/{}", page_param(p, "number"), page_param(p, "item")));
}

void
clerk_inquire(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x);
	char done[400];

	if (!p)
		return;
	here(p, done);
	send(p, "inquiries", json_pack("{s:s, s:s}", "department", act_text(p, "department") ? act_text(p,
	    "department") : "", "question", act_text(p, "question") ? act_text(p, "question") : ""), done);
}

void
clerk_call(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x);
	json_t *invited, *list;

	if (!p)
		return;
	invited = json_object_get(page_field(p, "again"), "invited");
	list = json_is_array(invited) ? json_incref(invited) : json_array();
	if (json_is_string(invited))
		json_array_append(list, invited);
	send(p, "conferences", json_pack("{s:o, s:s, s:s}", "departments", list, "question",
	    act_text(p, "question") ? act_text(p, "question") : "", "date", act_text(p, "date") ? act_text(p, "date")
	    : ""), "/desk/conferences");
}
