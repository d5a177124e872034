/* /apply/{event}/check: before it is sent: who gets what, what is wished for, who will be told; and sending.
 *
 * What was looked at is what is filed: the whole request stands in the page ("_body", with the draft's key)
 * and is sent as it is, so that a second press, or a draft that another device changed meanwhile, makes no
 * other application. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/answers.h"
#include "pages/apply.h"
#include "pages/form_post.h"
#include "pages/handlers.h"
#include "pages/posted.h"

enum { REQUEST_CEILING = 256 << 10 };

/* ---- showing ---- */

/* The request that files it. */
static json_t *
request_of(struct page *p)
{
	const json_t *draft = page_field(p, "draft");
	const json_t *wanted = json_object_get(page_field(p, "plan"), "materials");
	json_t *materials = answers_only(json_object_get(draft, "materials"), wanted);
	json_t *request = apply_answers(p, answers_asked(page_field(p, "form"), page_field(p, "begun")));
	json_t *disputed = json_object_get(draft, "disputed");

	json_object_set(request, "event", page_field(p, "event"));
	if (json_object_size(materials) > 0)
		json_object_set(request, "materials", materials);
	if (json_array_size(disputed) > 0)
		json_object_set(request, "disputed", disputed);
	json_decref(materials);
	return request;
}

static void
with_plan(struct page *p, int status)
{
	json_t *request;
	char *bytes;

	if (status == 422) {
		apply_go(p, "?check=1");
		return;
	}
	if (!page_is(p, status, 200))
		return;
	request = request_of(p);
	bytes = json_canonical_string(request);
	page_set_take(p, "request", json_string(bytes ? bytes : ""));
	free(bytes);
	json_decref(request);
	page_show(p, 200);
}

/* A sound form is planned; another one goes back to be mended. */
static void
plan(struct page *p)
{
	if (json_object_get(page_field(p, "draft"), "key"))
		apply_send(p, "plan", "POST", apply_event(p, "/plan"), apply_answers(p,
		    answers_asked(page_field(p, "form"), page_field(p, "begun"))), with_plan);
	else /* filed already, or never begun */
		apply_go(p, "?gone=1");
}

static void
ask(struct page *p)
{
	apply_ask(p, plan);
}

/* ?again=1: boxes were ticked since, so it is shown anew. */
void
check_show(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "check");

	if (!p)
		return;
	if (http_query(x, "again"))
		page_set_take(p, "again", json_true());
	apply_load(p, ask);
}

/* ---- sending ---- */

static void
to_receipt(struct page *p)
{
	const char *number = json_text(page_field(p, "answer"), "number");

	page_redirect(p, page_target(p, "/applications/{}/receipt", number ? number : ""));
}

static void
to_proof(struct page *p)
{
	const char *event = json_string_value(page_field(p, "event")), *key = json_string_value(page_field(p, "key"));
	char *next;

	if (asprintf(&next, "/apply/%s/check%s%s", event, key ? "?draft=" : "", key ? key : "") < 0) {
		page_refuse(p, 503);
		return;
	}
	page_redirect(p, page_target(p, "/prove?next={}", next));
	free(next);
}

static void
with_guide(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, (int)json_integer_value(page_field(p, "status")));
}

/* It was not taken, in words, with a way on; what was looked at is kept for the next try. */
static void
not_taken(struct page *p, int status)
{
	page_use(p, "check_refused");
	page_set_take(p, "status", json_integer(status));
	if (status == 503)
		http_add_header(page_exchange(p), "Retry-After", "2");
	page_get(p, "guide", apply_event(p, ""), with_guide);
}

static void
filed(struct page *p, int status)
{
	if (status == 201)
		to_receipt(p);
	else if (status == 403 && page_is_problem(p, "proof-needed"))
		to_proof(p);
	else if (status == 409 || status == 422 || status == 503)
		not_taken(p, status);
	else
		page_refuse(p, status);
}

static void
file(struct page *p)
{
	const char *body = json_text(page_field(p, "posted"), "_body"), *key = json_text(page_field(p, "posted"), "_key");
	const char *csrf = json_text(page_field(p, "posted"), "_csrf");
	struct http_request r = { .method = "POST", .target = "/api/v1/applications", .type = "application/json",
		.body = body, .length = body ? strlen(body) : 0, .headers = { { "Idempotency-Key", key ? key : "" },
		{ csrf ? "X-CSRF-Token" : NULL, csrf } } };

	page_ask(p, "answer", &r, filed);
}

/* "_choices" says how each box was when the page was shown: "id:1 id:0". */
static bool
ticks_as_shown(const json_t *posted)
{
	const char *shown = json_text(posted, "_choices");
	char name[160];

	for (shown = shown ? shown : ""; *shown; shown += strspn(shown, " ")) {
		size_t length = strcspn(shown, ":");

		if (shown[length] != ':' || length > 100)
			return false;
		snprintf(name, sizeof name, "choice.%.*s", (int)length, shown);
		if ((shown[length + 1] == '1') != (json_text(posted, name) != NULL))
			return false;
		shown += length + 2;
	}
	return true;
}

/* Boxes that were ticked or unticked meanwhile are kept, and the page shown anew: who gets what has
 * changed. */
void
check_post(void *node, struct http_exchange *x)
{
	struct page *p = apply_posted(node, x, "check");

	if (!p)
		return;
	if (ticks_as_shown(page_field(p, "posted"))) {
		apply_place(p);
		file(p);
	} else {
		form_keep(p);
	}
}
