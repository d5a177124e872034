/* Coming in, proving that one still is who came in, leaving: forms that work without a script. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "flows/session.h"
#include "pages/handlers.h"
#include "pages/kept.h"
#include "pages/page.h"
#include "pages/posted.h"

/* --- where to go afterwards --- */

static void
set_next(struct page *p, const char *asked)
{
	page_set_take(p, "next", json_string(page_is_own_path(asked) ? asked : "/"));
}

static void
go_next(struct page *p)
{
	page_redirect(p, json_string_value(page_field(p, "next")));
}

/* --- what was sent --- */

/* The form's fields, and its "next" in the page; NULL: the page is refused, and gone. */
static json_t *
read_form(struct page *p)
{
	json_t *form = posted_read(page_exchange(p));

	if (!form) {
		page_refuse(p, posted_refusal(page_exchange(p)));
		return NULL;
	}
	set_next(p, json_text(form, "next"));
	kept_take(p, form);
	return form;
}

/* Send the fields of `names` that were filled in, with the form's CSRF token. Takes `form`. */
static void
send_take(struct page *p, json_t *form, const char *method, const char *target, const char *const *names,
    page_then *then)
{
	const char *csrf = json_text(form, "_csrf");
	struct http_request r = { .method = method, .target = target };
	json_t *fields = json_object();
	char *body = NULL;

	for (; *names; names++)
		if (json_text(form, *names) && *json_text(form, *names))
			json_object_set(fields, *names, json_object_get(form, *names));
	if (json_object_size(fields) > 0) {
		body = json_canonical_string(fields);
		r.type = "application/json";
		r.body = body;
		r.length = body ? strlen(body) : 0;
	}
	if (csrf) {
		r.headers[0].name = "X-CSRF-Token";
		r.headers[0].value = csrf;
	}
	page_ask(p, "answer", &r, then);
	free(body);
	json_decref(fields);
	json_decref(form);
}

/* What was wrong, for words; the status to show it with. */
static int
tell_wrong(struct page *p, int status)
{
	const char *wrong = status == 429 ? "often" : status == 503 ? "away" : "wrong";

	page_set_take(p, "wrong", json_string(wrong));
	return status == 429 || status == 503 ? status : 422;
}

/* --- /login --- */

/* The providers are here. */
static void
show_form(struct page *p, int status)
{
	int first = (int)json_integer_value(page_field(p, "first"));

	if (page_is(p, status, 200))
		page_show(p, first);
}

/* With what else there is to come in by. */
static void
show_with_providers(struct page *p, int status)
{
	page_set_take(p, "first", json_integer(status));
	page_get(p, "others", "/api/v1/session/providers", show_form);
}

static void
show_login(struct page *p, int status)
{
	if (status == 200)
		go_next(p); /* he is in already */
	else
		show_with_providers(p, 200);
}

void
entry_login(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "login");

	if (!p)
		return;
	set_next(p, http_query(x, "next"));
	page_get(p, "session", "/api/v1/session", show_login);
}

static void
come(struct page *p, int status)
{
	const char *name = json_string_value(page_field(p, "name"));

	if (status == 403)
		page_refuse(p, status);
	else if (status != 200)
		show_with_providers(p, tell_wrong(p, status));
	else if (!kept_offer(p, name, json_text(page_field(p, "answer"), "csrf")))
		go_next(p);
}

void
entry_come(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "name", "password", "totp", NULL };
	struct page *p = page_begin(node, x, "login");
	json_t *form = p ? read_form(p) : NULL;

	if (!form)
		return;
	page_set_take(p, "name", json_string(json_text(form, "name") ? json_text(form, "name") : ""));
	send_take(p, form, "POST", "/api/v1/session", names, come);
}

/* --- /prove: the password once more --- */

static void
show_prove(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 200);
}

void
entry_prove(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "prove");

	if (!p)
		return;
	set_next(p, http_query(x, "next"));
	page_get(p, "session", "/api/v1/session", show_prove);
}

/* The form again needs the session's CSRF token again. */
static void
prove_again(struct page *p, int status)
{
	int first = (int)json_integer_value(page_field(p, "first"));

	if (page_is(p, status, 200))
		page_show(p, tell_wrong(p, first));
}

/* What was kept is done with this session. */
static void
go_on(struct page *p, int status)
{
	const json_t *session = page_field(p, "session");

	if (status != 200 || !kept_offer(p, json_text(session, "name"), json_text(session, "csrf")))
		go_next(p);
}

static void
proved(struct page *p, int status)
{
	if (status == 204) {
		page_get(p, "session", "/api/v1/session", go_on);
	} else if (status == 401 || page_is_problem(p, "not-from-here")) {
		page_refuse(p, status);
	} else {
		page_set_take(p, "first", json_integer(status));
		page_get(p, "session", "/api/v1/session", prove_again);
	}
}

void
entry_proved(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "password", NULL };
	struct page *p = page_begin(node, x, "prove");
	json_t *form = p ? read_form(p) : NULL;

	if (form)
		send_take(p, form, "POST", "/api/v1/session/proof", names, proved);
}

/* --- /logout --- */

static void
show_logout(struct page *p, int status)
{
	if (status == 401) { /* out already: what is left of it goes too */
		session_take_back(page_node(p), page_exchange(p));
		page_redirect(p, "/");
	} else if (page_is(p, status, 200)) {
		page_show(p, 200);
	}
}

void
entry_logout(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "logout");

	if (p)
		page_get(p, "session", "/api/v1/session", show_logout);
}

/* Who vouched still has him in. */
static void
left(struct page *p, int status)
{
	const char *provider = json_string_value(page_field(p, "provider"));

	if (status != 204 && status != 401)
		page_refuse(p, status);
	else
		page_redirect(p, provider ? page_target(p, "/left/{}", provider) : "/");
}

void
entry_leave(void *node, struct http_exchange *x)
{
	static const char *const names[] = { NULL };
	struct page *p = page_begin(node, x, "logout");
	json_t *form = p ? read_form(p) : NULL;

	if (!form)
		return;
	if (json_text(form, "provider"))
		page_set_take(p, "provider", json_string(json_text(form, "provider")));
	send_take(p, form, "DELETE", "/api/v1/session", names, left);
}
