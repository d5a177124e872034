#include "pages/apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "pages/answers.h"
#include "pages/posted.h"

/* ---- addresses ---- */

const char *
apply_draft(struct page *p)
{
	const char *event = json_string_value(page_field(p, "event")), *key = json_string_value(page_field(p, "key"));

	return key ? page_target(p, "/api/v1/drafts/{}?key={}", event, key) : page_target(p, "/api/v1/drafts/{}", event);
}

void
apply_go(struct page *p, const char *rest)
{
	const char *event = json_string_value(page_field(p, "event")), *key = json_string_value(page_field(p, "key"));
	size_t path = strcspn(rest, "?#"), query = strcspn(rest, "#");
	struct text t;

	text_init(&t, 4096);
	text_puts(&t, page_target(p, "/apply/{}", event));
	text_put(&t, rest, query);
	if (key)
		text_putf(&t, "%cdraft=%s", path < query ? '&' : '?', key);
	text_puts(&t, rest + query);
	page_redirect(p, t.failed ? "/" : t.data);
	text_free(&t);
}

const char *
apply_event(struct page *p, const char *rest)
{
	char pattern[64];

	snprintf(pattern, sizeof pattern, "/api/v1/events/{}%s", rest);
	return page_target(p, pattern, json_string_value(page_field(p, "event")));
}

json_t *
apply_person(const struct page *p)
{
	return json_object_get(page_field(p, "draft"), "for");
}

json_t *
apply_answers(const struct page *p, json_t *form)
{
	return json_pack("{s:o, s:O, s:O*}", "form", form, "choices", json_object_get(page_field(p, "draft"), "choices"),
	    "for", apply_person(p));
}

void
apply_send(struct page *p, const char *as, const char *method, const char *target, json_t *body, page_then *then)
{
	const json_t *posted = page_field(p, "posted");
	const char *csrf = posted ? json_text(posted, "_csrf") : json_text(page_field(p, "session"), "csrf");
	char *bytes = body ? json_canonical_string(body) : NULL;
	struct http_request r = { .method = method, .target = target, .type = bytes ? "application/json" : NULL,
		.body = bytes,
		.length = bytes ? strlen(bytes) : 0, .headers = { { csrf ? "X-CSRF-Token" : NULL, csrf },
		{ posted ? NULL : "Sec-Fetch-Site", "same-origin" } } };

	page_ask(p, as, &r, then);
	free(bytes);
	json_decref(body);
}

void
apply_keep(struct page *p, json_t *draft_take, page_then *then)
{
	const char *event = json_string_value(page_field(p, "event"));

	apply_send(p, "answer", "PUT", page_target(p, "/api/v1/drafts/{}", event), draft_take, then);
}

/* ---- who, which event, the draft ---- */

/* A draft's key by its looks: it goes into addresses. */
static bool
is_key(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	return n > 0 && n < 64 && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == n;
}

static bool
is_agent(const struct page *p)
{
	const char *role = json_text(page_field(p, "session"), "role");

	return role && strcmp(role, "agent") == 0;
}

static void
with_roster(struct page *p, int status)
{
	bool not_kept = page_field(p, "gone") && page_field(p, "posted");

	if (page_is(p, status, 200))
		page_show(p, page_field(p, "wrong") ? 403 : not_kept ? 409 : 200);
}

void
apply_ask_for_whom(struct page *p)
{
	page_use(p, "form_for");
	page_get(p, "roster", "/api/v1/mandates?limit=200", with_roster);
}

static void
with_draft(struct page *p, int status)
{
	if (status == 404 && is_agent(p)) { /* it was filed or thrown away, or the mandate has ended */
		page_set_take(p, "gone", json_true());
		apply_ask_for_whom(p);
	} else if (status == 404) {
		page_set_take(p, "draft", json_pack("{s:{}, s:{}, s:{}, s:[], s:i}", "form", "choices", "materials",
		    "disputed", "revision", 0));
		page_go_on(p);
	} else if (page_is(p, status, 200)) {
		page_go_on(p);
	}
}

static void
with_guide(struct page *p, int status)
{
	if (!page_is(p, status, 200))
		return;
	if (is_agent(p) && !page_field(p, "key"))
		apply_ask_for_whom(p);
	else
		page_get(p, "draft", apply_draft(p), with_draft);
}

static void
with_session(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "guide", apply_event(p, ""), with_guide);
}

struct page *
apply_posted(struct node *n, struct http_exchange *x, const char *template)
{
	struct page *p = page_begin(n, x, template);
	json_t *posted = p ? posted_read(x) : NULL;

	if (p && !posted) {
		page_refuse(p, posted_refusal(x));
		return NULL;
	}
	if (p)
		page_set_take(p, "posted", posted);
	return p;
}

void
apply_place(struct page *p)
{
	struct http_exchange *x = page_exchange(p);
	const char *key = http_query(x, "draft");

	page_set_take(p, "event", json_string(http_param(x, "event")));
	if (is_key(key))
		page_set_take(p, "key", json_string(key));
}

void
apply_load(struct page *p, page_next *next)
{
	apply_place(p);
	page_set_next(p, next);
	page_get(p, "session", "/api/v1/session", with_session);
}

/* ---- what is known, what is asked ---- */

static bool
is_disputed(const json_t *draft, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(draft, "disputed"), i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), id) == 0)
			return true;
	return false;
}

/* The draft's answers, and where nobody has typed any those that are known. */
static json_t *
known_form(const struct page *p)
{
	const json_t *draft = page_field(p, "draft");
	json_t *form = json_deep_copy(json_object_get(draft, "form")), *one;
	const char *id;

	json_object_foreach(json_object_get(page_field(p, "prefill"), "questions"), id, one) {
		json_t *value = json_object_get(one, "value");

		if (value && !json_object_get(form, id) && !is_disputed(draft, id))
			json_object_set(form, id, value);
	}
	return form;
}

static void
with_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_go_on(p);
}

static void
with_begun(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "departments", "/api/v1/departments", with_departments);
}

/* Without it one types everything: nothing else depends on it. */
static void
with_prefill(struct page *p, int status)
{
	if (status != 200)
		page_set_take(p, "prefill", json_object());
	page_set_take(p, "form", known_form(p));
	apply_send(p, "begun", "POST", apply_event(p, "/questions"), apply_answers(p, json_incref(page_field(p, "form"))),
	    with_begun);
}

void
apply_ask(struct page *p, page_next *next)
{
	const json_t *draft = page_field(p, "draft");
	json_t *known = apply_answers(p, json_incref(json_object_get(draft, "form")));

	json_object_set(known, "disputed", json_object_get(draft, "disputed"));
	page_set_next(p, next);
	apply_send(p, "prefill", "POST", apply_event(p, "/prefill"), known, with_prefill);
}
