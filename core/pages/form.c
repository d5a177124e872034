/* /apply/{event}: the one page, shown; before it, for agents, the question for whom; taken over from an agent; and
 * thrown away. */
#include <string.h>

#include "base/json.h"
#include "pages/apply.h"
#include "pages/handlers.h"
#include "pages/posted.h"

static void
show(struct page *p)
{
	page_show(p, 200);
}

static void
ask(struct page *p)
{
	apply_ask(p, show);
}

/* What the last step has to say: ?check=1, somebody wanted to go on, so that what is missing is told too;
 * ?saved=1; ?gone=1, the draft is no more; ?paper= and ?wrong=, a paper that was not taken. */
void
form_show(void *node, struct http_exchange *x)
{
	static const char *const told[] = { "check", "saved", "gone", "paper", "wrong" };
	struct page *p = page_begin(node, x, "form");

	if (!p)
		return;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (http_query(x, told[i]))
			page_set_take(p, told[i], json_string(http_query(x, told[i])));
	apply_load(p, ask);
}

/* ---- for whom an agent fills it in ---- */

static void
with_guide(struct page *p, int status)
{
	if (page_is(p, status, 200))
		apply_ask_for_whom(p);
}

static void
with_session(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "guide", apply_event(p, ""), with_guide);
}

/* A draft of that person is there now, or was before (409 tells it). */
static void
with_draft(struct page *p, int status)
{
	const json_t *answer = page_field(p, "answer");
	const char *key = json_text(status == 409 ? json_object_get(answer, "draft") : answer, "key");

	if ((status == 200 || status == 409) && key) {
		page_set_take(p, "key", json_string(key));
		apply_go(p, "");
	} else if (status == 422 || (status == 403 && page_is_problem(p, "no-mandate"))) {
		page_set_take(p, "wrong", json_incref(page_field(p, "answer")));
		page_get(p, "session", "/api/v1/session", with_session);
	} else {
		page_refuse(p, status);
	}
}

void
form_for(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "form_for");
	json_t *posted = p ? posted_read(x) : NULL;
	const char *id = json_text(posted, "id_number"), *name = json_text(posted, "full_name");

	if (!p)
		return;
	if (!posted || !id || !name) {
		json_decref(posted);
		page_refuse(p, 400);
		return;
	}
	page_set_take(p, "posted", posted);
	page_set_take(p, "event", json_string(http_param(x, "event")));
	apply_keep(p, json_pack("{s:{}, s:{s:s, s:s}, s:i}", "form", "for", "id_number",
	    id, "full_name", name, "revision", 0), with_draft);
}

/* ---- begun by an agent ---- */

/* What is no more, or cannot be had beside an own one, the list shows. */
static void
with_taken(struct page *p, int status)
{
	if (status == 200)
		apply_go(p, "");
	else if (status == 404)
		page_redirect(p, "/");
	else
		page_refuse(p, status);
}

void
form_take(void *node, struct http_exchange *x)
{
	struct page *p = apply_posted(node, x, "mine");
	const char *key = p ? json_text(page_field(p, "posted"), "key") : NULL;

	if (!p)
		return;
	page_set_take(p, "event", json_string(http_param(x, "event")));
	apply_send(p, "answer", "POST", page_target(p, "/api/v1/drafts/{}/takeover", page_param(p, "event")),
	    json_pack("{s:s}", "key", key ? key : ""), with_taken);
}

/* ---- not wanted any more ---- */

static void
with_gone(struct page *p, int status)
{
	if (status == 204 || status == 404)
		page_redirect(p, "/");
	else
		page_refuse(p, status);
}

void
form_away(void *node, struct http_exchange *x)
{
	struct page *p = apply_posted(node, x, "home");

	if (!p)
		return;
	apply_place(p);
	apply_send(p, "answer", "DELETE", apply_draft(p), NULL, with_gone);
}
