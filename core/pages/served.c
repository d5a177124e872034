/* How somebody was served, said on pages: /applications/{number}/items/{item}/rating, …/complaints; and
 * /complaints, where clerks and supervisors answer; /readers, which supervisors watch. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/handlers.h"

/* ---- what both forms of the applicant rest on: his application, and what he has said of it ---- */

static void
with_application(struct page *p, int status)
{
	if (!page_is(p, status, 200))
		return;
	if (json_object_get(page_field(p, "application"), "items"))
		page_get(p, "feedback", page_target(p, "/api/v1/applications/{}/feedback", page_param(p, "number")),
		    act_show_come);
	else
		page_refuse(p, 404); /* a second person, who was not served yet */
}

static void
form(struct page *p)
{
	page_get(p, "application", page_target(p, "/api/v1/applications/{}", page_param(p, "number")), with_application);
}

static struct page *
begin(struct node *n, struct http_exchange *x, const char *template)
{
	struct page *p = page_begin(n, x, template);
	const char *item = http_param(x, "item") ? http_param(x, "item") : http_query(x, "item");

	if (p)
		page_set_take(p, "item", json_string(item ? item : ""));
	return p;
}

/* ---- a grade ---- */

void
served_rating(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x, "rating");

	if (p)
		act_begin(p, form);
}

void
served_rate(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x, "rating");
	char done[220];
	json_t *body;

	if (!p || !act_read(p))
		return;
	snprintf(done, sizeof done, "%s#%.100s", page_target(p, "/applications/{}", page_param(p, "number")),
	    page_param(p, "item"));
	body = json_pack("{s:s*}", "text", act_text(p, "text"));
	if (act_text(p, "grade"))
		json_object_set_new(body, "grade", json_integer(strtol(act_text(p, "grade"), NULL, 10)));
	act_send_take(p,
	    page_target(p, "/api/v1/applications/{}/items/{}/rating", page_param(p, "number"), page_param(p, "item")), body,
	    done, form);
}

/* ---- a complaint ---- */

void
served_complaints(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x, "complaints");

	if (p)
		act_begin(p, form);
}

void
served_complain(void *node, struct http_exchange *x)
{
	struct page *p = begin(node, x, "complaints");
	char done[160];

	if (!p || !act_read(p))
		return;
	snprintf(done, sizeof done, "%s", page_target(p, "/applications/{}/complaints", page_param(p, "number")));
	act_send_take(p, page_target(p, "/api/v1/applications/{}/complaints", page_param(p, "number")),
	    json_pack("{s:s*, s:s*, s:s*}", "item", act_text(p, "item"), "about", act_text(p, "about"), "text",
	        act_text(p, "text")), done, form);
}

/* ---- answered ---- */

static void
open_list(struct page *p)
{
	page_get(p, "complaints", "/api/v1/complaints", act_show_come);
}

void
served_open(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "complaints_open");

	if (p)
		act_begin(p, open_list);
}

void
served_answer(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "complaints_open");
	const char *number, *id;

	if (!p || !act_read(p))
		return;
	number = act_text(p, "number");
	id = act_text(p, "id");
	act_send_take(p, page_target(p, "/api/v1/applications/{}/complaints/{}/answer", number ? number : "-",
	        id ? id : "-"),
	    json_pack("{s:s*, s:s*}", "outcome", act_text(p, "outcome"), "text", act_text(p, "text")), "/complaints",
	    open_list);
}

/* ---- who read of many: for supervisors ---- */

static void
readers(struct page *p)
{
	page_get(p, "bulk", "/api/v1/accesses/bulk", act_show_come);
}

void
served_readers(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "readers");

	if (p)
		act_begin(p, readers);
}
