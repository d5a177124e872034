/* Coming in by an OpenID provider, and leaving there: redirections, and words when it did not succeed. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/handlers.h"
#include "pages/page.h"

/* Send the members that are there to the API. */
static void
send(struct page *p, const char *target, const char *const (*members)[2], size_t n, page_then *then)
{
	json_t *fields = json_object();
	struct http_request r = { .method = "POST", .target = target, .type = "application/json" };
	char *body;

	for (size_t i = 0; i < n; i++)
		if (members[i][1])
			json_object_set_new(fields, members[i][0], json_string(members[i][1]));
	body = json_canonical_string(fields);
	json_decref(fields);
	r.body = body;
	r.length = body ? strlen(body) : 0;
	page_ask(p, "answer", &r, then);
	free(body);
}

/* The page that says why it did not succeed: the problem's type tells the sentence. */
static void
show_refused(struct page *p, int status)
{
	const char *type = json_text(page_field(p, "answer"), "type"), *last = type ? strrchr(type, '/') : NULL;

	if (status == 404 || status == 400) {
		page_refuse(p, status);
		return;
	}
	page_set_take(p, "because", json_string(last ? last + 1 : "unavailable"));
	page_show(p, status);
}

/* --- /login/oidc/{provider} --- */

static void
go_there(struct page *p, int status)
{
	if (status == 200)
		page_leave(p, json_text(page_field(p, "answer"), "location"));
	else
		show_refused(p, status);
}

void
vouched_begin(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "vouched");
	const char *next = http_query(x, "next");
	const char *const members[][2] = { { "provider", http_param(x, "provider") },
		{ "next", page_is_own_path(next) ? next : "/" }, { "purpose", http_query(x, "purpose") } };

	if (p)
		send(p, "/api/v1/session/oidc", members, 3, go_there);
}

/* --- /login/oidc/{provider}/back --- */

static void
come_in(struct page *p, int status)
{
	const char *next = json_text(page_field(p, "answer"), "next");

	if (status == 200)
		page_redirect(p, page_is_own_path(next) ? next : "/");
	else
		show_refused(p, status);
}

void
vouched_back(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "vouched");
	const char *state = http_query(x, "state");
	const char *const members[][2] = { { "provider", http_param(x, "provider") }, { "state", state ? state : "" },
		{ "code", http_query(x, "code") }, { "iss", http_query(x, "iss") }, { "error", http_query(x, "error") } };

	if (p)
		send(p, "/api/v1/session/oidc/back", members, 5, come_in);
}

/* --- /left/{provider}, /left/{provider}/there --- */

static void
show_left(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 200);
}

static void
leave_there(struct page *p, int status)
{
	const char *leave = json_text(page_field(p, "provider"), "leave");

	if (!page_is(p, status, 200))
		return;
	if (leave)
		page_leave(p, leave);
	else
		page_redirect(p, "/");
}

static void
ask_provider(void *node, struct http_exchange *x, page_then *then)
{
	struct page *p = page_begin(node, x, "left");

	if (p)
		page_get(p, "provider", page_target(p, "/api/v1/session/providers/{}", http_param(x, "provider")), then);
}

void
vouched_left(void *node, struct http_exchange *x)
{
	ask_provider(node, x, show_left);
}

void
vouched_leave(void *node, struct http_exchange *x)
{
	ask_provider(node, x, leave_there);
}
