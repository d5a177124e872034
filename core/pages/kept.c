#include "pages/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "flows/session.h"
#include "pages/posted.h"

enum { KEPT_CEILING = 256 << 10 };

/* ---- what is kept ---- */

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* What is typed at a door is not filled in for anything. */
static bool
is_door(const char *path)
{
	static const char *const doors[] = { "/login", "/logout", "/prove", NULL };

	return is_one_of(path, doors);
}

/* Of our own page, in a browser that navigates: a script looks after what is typed by itself. */
static bool
can_be_kept(const struct page *p)
{
	struct http_exchange *x = page_exchange(p);
	const char *accept = http_header(x, "Accept");

	return strcmp(http_method(x), "POST") == 0 && !is_door(http_path(x)) && accept && strstr(accept, "text/html") &&
	    session_comes_from_us(page_node(p), x);
}

/* {"path","who","fields","files"}; takes `fields`. Its token stays on this page. */
static json_t *
kept_of(struct page *p, json_t *fields)
{
	static const char *const secrets[] = { "_csrf", "_kept", "password", "totp", NULL };
	struct posted_file file;
	const char *who = json_text(fields, "_who");
	json_t *kept = json_pack("{s:O, s:s, s:O, s:b}", "path", page_field(p, "self"), "who", who ? who : "", "fields",
	    fields, "files", posted_file(page_exchange(p), "", 0, &file));

	if (json_text(fields, "_csrf"))
		page_set_take(p, "csrf", json_incref(json_object_get(fields, "_csrf")));
	for (const char *const *secret = secrets; *secret; secret++)
		json_object_del(fields, *secret);
	json_decref(fields);
	return kept;
}

/* As a field of the template: to be read, and as the text that goes along. Takes `kept`. */
static bool
set_kept(struct page *p, json_t *kept)
{
	char *text = kept ? json_canonical_string(kept) : NULL;
	bool fits = text && strlen(text) <= KEPT_CEILING;

	if (fits) {
		page_set_take(p, "kept_text", json_string(text));
		page_set_take(p, "kept", json_incref(kept));
	}
	free(text);
	json_decref(kept);
	return fits;
}

/* What was posted here, or what was along already. */
static bool
keep(struct page *p)
{
	json_t *fields;

	if (page_field(p, "kept"))
		return true;
	fields = can_be_kept(p) ? posted_read(page_exchange(p)) : NULL;
	return fields && set_kept(p, kept_of(p, fields));
}

static bool
is_kept(const json_t *kept)
{
	const char *path = json_text(kept, "path");

	return page_is_own_path(path) && !is_door(path) && json_text(kept, "who") &&
	    json_is_object(json_object_get(kept, "fields"));
}

void
kept_take(struct page *p, const json_t *form)
{
	const char *text = json_text(form, "_kept");
	struct error why = { 0 };
	bool ours = text && session_comes_from_us(page_node(p), page_exchange(p));
	json_t *kept = ours ? json_read(text, strlen(text), KEPT_CEILING, &why) : NULL;

	if (is_kept(kept))
		set_kept(p, json_incref(kept));
	json_decref(kept);
}

/* ---- offered again ---- */

static void
offer(struct page *p, const char *why, const char *csrf, int status)
{
	page_use(p, "kept");
	page_set_take(p, "kept_why", json_string(why));
	if (csrf)
		page_set_take(p, "csrf", json_string(csrf));
	page_show(p, status);
}

static bool
is_his(const struct page *p, const char *who)
{
	return who && strcmp(json_text(page_field(p, "kept"), "who"), who) == 0;
}

bool
kept_offer(struct page *p, const char *who, const char *csrf)
{
	if (!page_field(p, "kept"))
		return false;
	offer(p, is_his(p, who) ? "in" : "other", csrf, 200);
	return true;
}

/* ---- asked for ---- */

/* Where one goes who leaves what is kept: the page that the form stood on. */
static void
set_next(struct page *p)
{
	const char *from = http_header(page_exchange(p), "Referer"), *path = from ? strstr(from, "://") : NULL;

	if (page_field(p, "next"))
		return;
	path = path ? strchr(path + strlen("://"), '/') : NULL;
	page_set_take(p, "next", json_string(page_is_own_path(path) ? path : "/"));
}

static void
show_login(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 403);
}

static void
ask_login(struct page *p)
{
	page_use(p, "login");
	page_get(p, "others", "/api/v1/session/providers", show_login);
}

static void
with_session(struct page *p, int status)
{
	const json_t *session = page_field(p, "session");

	if (status == 200)
		offer(p, is_his(p, json_text(session, "name")) ? "stale" : "other", json_text(session, "csrf"), 403);
	else
		page_refuse(p, status);
}

static void
show_prove(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 403);
}

void
kept_prove(struct page *p, const char *next)
{
	if (!keep(p)) {
		page_redirect(p, page_target(p, "/prove?next={}", next));
		return;
	}
	page_use(p, "prove");
	set_next(p);
	page_get(p, "session", "/api/v1/session", show_prove);
}

bool
kept_refuse(struct page *p, int status)
{
	bool away = status == 503 || status == 429, stale = status == 403 && page_is_problem(p, "not-from-here");

	if ((!away && !stale && status != 401) || page_field(p, "kept_why") || !keep(p))
		return false;
	set_next(p);
	if (stale) {
		page_get(p, "session", "/api/v1/session", with_session);
	} else if (status == 401) {
		ask_login(p);
	} else {
		http_add_header(page_exchange(p), "Retry-After", "2");
		offer(p, "away", NULL, status);
	}
	return true;
}
