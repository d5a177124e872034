/* Open to everybody: home, the guide of an event and its card on paper, the statistics. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "pages/handlers.h"
#include "pages/page.h"
#include "pages/qr.h"

static void
show(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 200);
}

/* What home has beside the events for whoever is inside, when it is to be had. */
static void
or_null(struct page *p, const char *as, int status)
{
	if (status != 200)
		page_set_take(p, as, json_null());
}

static void
with_session(struct page *p, int status)
{
	or_null(p, "session", status);
	page_show(p, 200);
}

/* What is not filed yet can be gone on with, or thrown away. */
static void
with_drafts(struct page *p, int status)
{
	or_null(p, "drafts", status);
	page_get(p, "session", "/api/v1/session", with_session);
}

/* What others ask of him; staff are asked nothing. */
static void
with_consents(struct page *p, int status)
{
	or_null(p, "consents", status);
	page_get(p, "drafts", "/api/v1/drafts", with_drafts);
}

static void
home_events(struct page *p, int status)
{
	if (!page_is(p, status, 200))
		return;
	if (json_is_true(page_field(p, "inside")))
		page_get(p, "consents", "/api/v1/consents", with_consents);
	else
		page_show(p, 200);
}

void
guide_home(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "home");

	if (p)
		page_get(p, "events", "/api/v1/events", home_events);
}

/* ---- the guide ---- */

/* The version of that print is known, or it is not (then page.older is a problem document). */
static void
with_older(struct page *p, int status)
{
	page_set_take(p, "older_known", json_boolean(status == 200));
	page_show(p, 200);
}

/* ?v= and ?d=: opened by the code of a card that was printed then. */
static void
with_departments(struct page *p, int status)
{
	struct http_exchange *x = page_exchange(p);
	const char *version = http_query(x, "v"), *day = http_query(x, "d");
	int32_t printed;

	if (!page_is(p, status, 200))
		return;
	if (!version || !day || !clock_parse_day(day, &printed)) {
		page_show(p, 200);
		return;
	}
	page_set_take(p, "printed", json_string(day));
	page_get(p, "older", page_target(p, "/api/v1/events/{}?version={}", http_param(x, "event"), version), with_older);
}

static void
with_statistics(struct page *p, int status)
{
	if (status != 200)
		page_set_take(p, "statistics", json_null()); /* the guide does without */
	page_get(p, "departments", "/api/v1/departments", with_departments);
}

static void
with_guide(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "statistics", "/api/v1/statistics/open", with_statistics);
}

void
guide_event(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "guide");

	if (p)
		page_get(p, "guide", page_target(p, "/api/v1/events/{}", http_param(x, "event")), with_guide);
}

/* ---- on paper ---- */

/* The address that the code holds: this guide, with what was in force when it was printed. */
static void
print(struct page *p, int status)
{
	const char *version = json_text(page_field(p, "guide"), "version");
	char day[11], url[600];

	if (!page_is(p, status, 200))
		return;
	clock_format_day(clock_day(node_now(page_node(p))), day);
	snprintf(url, sizeof url, "%s%s?v=%s&d=%s", page_public_url(p), page_target(p, "/events/{}",
	    http_param(page_exchange(p), "event")), version + strlen("sha256:"), day);
	page_set_take(p, "today", json_string(day));
	page_set_take(p, "qr", qr_of(url));
	page_set_take(p, "address", json_pack("s+", page_public_url(p), page_target(p, "/events/{}",
	    http_param(page_exchange(p), "event"))));
	page_show(p, 200);
}

static void
print_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "departments", "/api/v1/departments", print);
}

void
guide_print(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "print");

	if (p)
		page_get(p, "guide", page_target(p, "/api/v1/events/{}", http_param(x, "event")), print_departments);
}

/* ---- statistics ---- */

static void
statistics_events(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "events", "/api/v1/events", show);
}

void
guide_statistics(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "statistics");

	if (p)
		page_get(p, "statistics", "/api/v1/statistics/open", statistics_events);
}
