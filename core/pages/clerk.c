/* /desk: what a clerk works at: his queue, what a person must look at, what others ask, conferences; and
 * his answer to an inquiry, the minutes of a conference. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/handlers.h"

/* ---- lists ---- */

static void
queue(struct page *p)
{
	act_show_list(p, "/api/v1/desk");
}

static void
attention(struct page *p)
{
	act_show_list(p, "/api/v1/desk/attention");
}

static void
inquiries(struct page *p)
{
	act_show_list(p, "/api/v1/inquiries");
}

static void
conferences(struct page *p)
{
	act_show_list(p, "/api/v1/conferences");
}

static void
show(void *node, struct http_exchange *x, const char *template, act_form *form)
{
	struct page *p = page_begin(node, x, template);

	if (p)
		act_begin(p, form);
}

void
clerk_queue(void *node, struct http_exchange *x)
{
	show(node, x, "desk", queue);
}

void
clerk_attention(void *node, struct http_exchange *x)
{
	show(node, x, "desk_attention", attention);
}

void
clerk_inquiries(void *node, struct http_exchange *x)
{
	show(node, x, "desk_inquiries", inquiries);
}

void
clerk_conferences(void *node, struct http_exchange *x)
{
	show(node, x, "desk_conferences", conferences);
}

/* ---- answering another department ---- */

void
clerk_answer(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "desk_inquiries");

	if (!p || !act_read(p))
		return;
	page_set_take(p, "answered", json_string(page_param(p, "id"))); /* what is wrong stands at this one */
	act_send_take(p, page_target(p, "/api/v1/inquiries/{}/answer", page_param(p, "id")),
	    json_pack("{s:s}", "answer", act_text(p, "answer") ? act_text(p, "answer") : ""), "/desk/inquiries",
	    inquiries);
}

/* ---- a conference ---- */

static void
conference(struct page *p)
{
	page_get(p, "conference", page_target(p, "/api/v1/conferences/{}", page_param(p, "id")), act_show_come);
}

void
clerk_conference(void *node, struct http_exchange *x)
{
	show(node, x, "desk_conference", conference);
}

void
clerk_minutes(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "desk_conference");
	char done[120];

	if (!p || !act_read(p))
		return;
	snprintf(done, sizeof done, "%s", page_target(p, "/desk/conferences/{}", page_param(p, "id")));
	act_send_take(p, page_target(p, "/api/v1/conferences/{}/minutes", page_param(p, "id")),
	    json_pack("{s:s, s:s}", "minutes", act_text(p, "minutes") ? act_text(p, "minutes") : "", "decision",
	        act_text(p, "decision") ? act_text(p, "decision") : ""), done, conference);
}
