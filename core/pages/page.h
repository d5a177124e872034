/* page.h: one page in the making.
 *
 * A handler begins it, asks the API for what the template needs, and shows it. Each answer becomes a
 * field of `page` in the template. The handler's functions run on workers, one after the other; between
 * them the API may answer on any thread. Each way ends with exactly one of page_show(), page_redirect(),
 * page_refuse(), page_answer_take(), which answer the exchange and free the page.
 *
 *   static void show(struct page *p, int status) { if (page_is(p, status, 200)) page_show(p, 200); }
 *   void public_home(void *node, struct http_exchange *x)
 *   {
 *           struct page *p = page_begin(node, x, "home");
 *           if (p) page_get(p, "events", "/api/v1/events", show);
 *   }
 */
#ifndef YJS_PAGES_PAGE_H
#define YJS_PAGES_PAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "flows/node.h"
#include "http/call.h"

struct page;
/* The API's answer is here: `status`, and its JSON under the asked name (a problem document too). A
 * cookie that it sets goes to the browser. */
typedef void page_then(struct page *p, int status);

/* A page of that template (scripts/pages/<template>.lua). NULL: the exchange has been answered. Takes
 * ?lang= and ?big= into cookies. */
struct page *page_begin(struct node *n, struct http_exchange *x, const char *template) MUST_CHECK;
/* Whose page it is; lent until the end. */
struct http_exchange *page_exchange(const struct page *p);
struct node *page_node(const struct page *p);
/* A part of its path; lent until the end. */
const char *page_param(const struct page *p, const char *name);
/* How people reach this service, without a slash at the end. */
const char *page_public_url(const struct page *p);
/* A field for the template; takes `value`. */
void page_set_take(struct page *p, const char *name, json_t *value);
/* A field again: an answer of the API, or what was set; NULL when there is none. Lent. */
json_t *page_field(const struct page *p, const char *name);
/* What a part that several pages begin with goes on with when it is done. */
typedef void page_next(struct page *p);
void page_set_next(struct page *p, page_next *next);
void page_go_on(struct page *p);
/* Another template than the one begun with. */
void page_use(struct page *p, const char *template);
/* "/api/v1/events/{}/plan" with each {} replaced by the next argument, escaped. Lent until the next. */
const char *page_target(struct page *p, const char *pattern, ...) MUST_CHECK;

/* GET target of the API; its JSON becomes page.<as>. The caller's cookies go with it. */
void page_get(struct page *p, const char *as, const char *target, page_then *then);
/* Any request; Accept-Language is set to the page's. */
void page_ask(struct page *p, const char *as, const struct http_request *request, page_then *then);
/* Is the last answer a problem of that type ("proof-needed")? */
bool page_is_problem(const struct page *p, const char *type);
/* True when it is `wanted`; else the page is refused with it, and gone. */
bool page_is(struct page *p, int status, int wanted);

/* With page.session, for the navigation, when somebody is inside. */
void page_show(struct page *p, int status);
/* What the template makes, when that is not the answer itself; malloc()ed. NULL: refused, and gone. */
char *page_make(struct page *p, size_t *length) MUST_CHECK;
/* Answer with a file of that type and name; takes `bytes`. */
void page_answer_take(struct page *p, const char *type, const char *name, char *bytes, size_t length);
/* 303 to an own path: after a form. */
void page_redirect(struct page *p, const char *path);
/* 303 to a page of somebody else's: an OpenID provider's, as the API told. */
void page_leave(struct page *p, const char *url);
/* A path of our own, and nothing that a browser could read as somebody else's (NULL: no). */
bool page_is_own_path(const char *s);
/* The page that tells `status` in words. 401 goes to /login and comes back. A form that was posted is not
 * lost (kept.h). */
void page_refuse(struct page *p, int status);

/* The headers that every page of people has. */
void page_headers(struct http_exchange *x);

#endif
