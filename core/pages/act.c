#include "pages/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/kept.h"
#include "pages/posted.h"
#include "seal/digest.h"

/* ---- shown ---- */

static void
go_on(struct page *p)
{
	act_form *form;

	memcpy(&form, http_slot(page_exchange(p)), sizeof form);
	form(p);
}

static void
with_session(struct page *p, int status)
{
	char key[23];

	if (!page_is(p, status, 200))
		return;
	if (!page_field(p, "key")) {
		digest_random_text(key, 22);
		page_set_take(p, "key", json_string(key));
	}
	go_on(p);
}

void
act_begin(struct page *p, act_form *form)
{
	memcpy(http_slot(page_exchange(p)), &form, sizeof form);
	page_get(p, "session", "/api/v1/session", with_session);
}

void
act_show(struct page *p)
{
	json_t *status = page_field(p, "wrong_status");

	page_show(p, status ? (int)json_integer_value(status) : 200);
}

static void
with_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		act_show(p);
}

void
act_show_with_departments(struct page *p)
{
	page_get(p, "departments", "/api/v1/departments", with_departments);
}

void
act_show_come(struct page *p, int status)
{
	if (page_is(p, status, 200))
		act_show_with_departments(p);
}

void
act_show_list(struct page *p, const char *target)
{
	const char *cursor = http_query(page_exchange(p), "cursor");
	char pattern[120];

	snprintf(pattern, sizeof pattern, "%s?limit=50%s", target, cursor ? "&cursor={}" : "");
	page_get(p, "list", page_target(p, pattern, cursor), act_show_come);
}

/* ---- sent ---- */

bool
act_read(struct page *p)
{
	json_t *posted = posted_read(page_exchange(p));
	const char *key = json_text(posted, "key");

	if (!posted) {
		page_refuse(p, posted_refusal(page_exchange(p)));
		return false;
	}
	if (key)
		page_set_take(p, "key", json_string(key));
	page_set_take(p, "again", posted);
	return true;
}

const char *
act_text(const struct page *p, const char *name)
{
	const char *text = json_text(page_field(p, "again"), name);

	return text && *text ? text : NULL;
}

/* What the API says stands on the form: what to put right, or that it is too late. */
static void
show_again(struct page *p, int status)
{
	page_set_take(p, "wrong", json_incref(page_field(p, "answer")));
	page_set_take(p, "wrong_status", json_integer(status));
	if (status == 503)
		http_add_header(page_exchange(p), "Retry-After", "2");
	page_get(p, "session", "/api/v1/session", with_session);
}

/* What is refused is told where it can be put right: on the form, by a password, elsewhere. */
static void
tell_refused(struct page *p, int status)
{
	if (status == 403 && page_is_problem(p, "proof-needed"))
		kept_prove(p, json_string_value(page_field(p, "self")));
	else if (status == 409 || status == 422 || status == 503 || page_is_problem(p, "wrong-code") ||
	    page_is_problem(p, "no-mandate"))
		show_again(p, status);
	else
		page_refuse(p, status);
}

static void
answered(struct page *p, int status)
{
	if (status == 200 || status == 201 || status == 204)
		page_redirect(p, json_string_value(page_field(p, "done")));
	else
		tell_refused(p, status);
}

/* What it gives is shown by whoever asked. */
static void
given(struct page *p, int status)
{
	if (status == 200)
		page_go_on(p);
	else
		tell_refused(p, status);
}

static void
gone(struct page *p, int status)
{
	answered(p, status == 404 ? 204 : status);
}

static void
send_take(struct page *p, const char *method, const char *target, json_t *body, page_then *then)
{
	const char *csrf = act_text(p, "_csrf"), *key = act_text(p, "key");
	char *sent = json_canonical_string(body);
	struct http_request r = { .method = method, .target = target, .type = "application/json", .body = sent,
		.length = sent ? strlen(sent) : 0, .headers = { { "Idempotency-Key", key ? key : "" },
		{ "X-CSRF-Token", csrf ? csrf : "" } } };

	json_decref(body);
	if (sent)
		page_ask(p, "answer", &r, then);
	else
		page_refuse(p, 503);
	free(sent);
}

void
act_send_take(struct page *p, const char *target, json_t *body, const char *done, act_form *form)
{
	memcpy(http_slot(page_exchange(p)), &form, sizeof form);
	page_set_take(p, "done", json_string(done));
	send_take(p, "POST", target, body, answered);
}

void
act_ask_take(struct page *p, const char *target, json_t *body, act_form *form)
{
	memcpy(http_slot(page_exchange(p)), &form, sizeof form);
	send_take(p, "POST", target, body, given);
}

void
act_delete(struct page *p, const char *target, const char *done)
{
	const char *csrf = act_text(p, "_csrf");
	struct http_request r = { .method = "DELETE", .target = target,
		.headers = { { "X-CSRF-Token", csrf ? csrf : "" } } };

	page_set_take(p, "done", json_string(done));
	page_ask(p, "answer", &r, gone);
}
