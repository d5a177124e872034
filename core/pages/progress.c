/* What has become of what somebody filed: all of his applications, one of them, its receipt, and who
 * was shown what of it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "pages/handlers.h"
#include "pages/page.h"
#include "pages/qr.h"
#include "print/sheet.h"

enum { LISTED = 20 };

/* What the page can do without is null when it cannot be had. */
static void
or_null(struct page *p, const char *as, int status)
{
	if (status != 200)
		page_set_take(p, as, json_null());
}

/* ---- all of them ---- */

static void ask_next(struct page *p);

/* What others ask of him stands beside it. */
static void
with_consents(struct page *p, int status)
{
	or_null(p, "consents", status);
	page_show(p, 200);
}

static void
took_next(struct page *p, int status)
{
	json_t *one = page_field(p, "one"), *entry = json_array_get(json_object_get(page_field(p, "applications"),
	    "applications"), (size_t)json_integer_value(page_field(p, "at")));

	if (status == 200)
		json_object_set(entry, "next", json_object_get(one, "next"));
	page_set_take(p, "at", json_integer(json_integer_value(page_field(p, "at")) + 1));
	ask_next(p);
}

static bool
is_over(const char *status)
{
	return status && (strcmp(status, "finished") == 0 || strcmp(status, "withdrawn") == 0);
}

/* Of each that is not over: what is expected, of whom. The list does not say it. */
static void
ask_next(struct page *p)
{
	const json_t *list = json_object_get(page_field(p, "applications"), "applications");
	size_t at = (size_t)json_integer_value(page_field(p, "at"));

	while (at < json_array_size(list) && is_over(json_text(json_array_get(list, at), "status")))
		at++;
	page_set_take(p, "at", json_integer((json_int_t)at));
	if (at < json_array_size(list))
		page_get(p, "one", page_target(p, "/api/v1/applications/{}", json_text(json_array_get(list, at),
		    "number")), took_next);
	else
		page_get(p, "consents", "/api/v1/consents", with_consents);
}

/* Who may act for him: an account without an identity number has nobody. */
static void
with_mandates(struct page *p, int status)
{
	or_null(p, "mandates", status);
	ask_next(p);
}

/* Those of others, whom he helps, are not opened only to be listed. */
static void
with_list(struct page *p, int status)
{
	const char *role = json_text(page_field(p, "session"), "role");

	if (!page_is(p, status, 200))
		return;
	page_set_take(p, "at", json_integer(0));
	if (role && strcmp(role, "citizen") == 0)
		page_get(p, "mandates", "/api/v1/mandates", with_mandates);
	else
		page_show(p, 200);
}

static void
with_session(struct page *p, int status)
{
	const char *cursor = http_query(page_exchange(p), "cursor");
	char limit[8];

	if (!page_is(p, status, 200))
		return;
	snprintf(limit, sizeof limit, "%d", LISTED);
	page_get(p, "applications", cursor ? page_target(p, "/api/v1/applications?limit={}&cursor={}", limit, cursor)
	    : page_target(p, "/api/v1/applications?limit={}", limit), with_list);
}

void
progress_mine(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "mine");

	if (p)
		page_get(p, "session", "/api/v1/session", with_session);
}

/* ---- one of them: application, guide, departments, the reader; then what the page wants more ---- */

static void
with_reader(struct page *p, int status)
{
	page_then *more;

	if (!page_is(p, status, 200))
		return;
	memcpy(&more, http_slot(page_exchange(p)), sizeof more);
	more(p, 200);
}

/* Who acts for somebody else is told so on each page of it. */
static void
with_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "session", "/api/v1/session", with_reader);
}

static void
with_guide(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "departments", "/api/v1/departments", with_departments);
}

/* A second person sees what he is asked, on the page where he answers. */
static void
to_consent(struct page *p, const json_t *application)
{
	const json_t *sign = json_array_get(json_object_get(application, "signs"), 0);
	const char *id = json_text(sign, "id");

	if (id)
		page_redirect(p, page_target(p, "/applications/{}/consents/{}", page_param(p, "number"), id));
	else
		page_refuse(p, 404);
}

static void
with_application(struct page *p, int status)
{
	const json_t *application = page_field(p, "application");
	const char *version = json_text(application, "version"), *event = json_text(application, "event");

	if (page_is_problem(p, "purpose-needed")) {
		page_use(p, "purpose");
		page_show(p, 200);
		return;
	}
	if (!page_is(p, status, 200))
		return;
	if (!version || !event)
		to_consent(p, application);
	else
		page_get(p, "guide", page_target(p, "/api/v1/events/{}?version={}", event,
		    version + strlen("sha256:")), with_guide);
}

/* Then `more`, which asks for the rest or shows. */
static void
begin(struct node *n, struct http_exchange *x, const char *template, page_then *more)
{
	struct page *p = page_begin(n, x, template);
	const char *purpose = http_query(x, "purpose");

	if (!p)
		return;
	memcpy(http_slot(x), &more, sizeof more);
	page_get(p, "application", page_target(p, purpose ? "/api/v1/applications/{}?purpose={}"
	    : "/api/v1/applications/{}", page_param(p, "number"), purpose), with_application);
}

static void
with_saving(struct page *p, int status)
{
	or_null(p, "saving", status);
	page_show(p, 200);
}

static void
with_history(struct page *p, int status)
{
	or_null(p, "history", status);
	page_get(p, "saving", page_target(p, "/api/v1/applications/{}/saving", page_param(p, "number")), with_saving);
}

static void
with_feedback(struct page *p, int status)
{
	or_null(p, "feedback", status);
	page_get(p, "history", page_target(p, "/api/v1/applications/{}/history", page_param(p, "number")), with_history);
}

static void
ask_feedback(struct page *p, int status)
{
	(void)status;
	page_get(p, "feedback", page_target(p, "/api/v1/applications/{}/feedback", page_param(p, "number")), with_feedback);
}

void
progress_one(void *node, struct http_exchange *x)
{
	begin(node, x, "progress", ask_feedback);
}

/* ---- the receipt ---- */

/* The code leads to where it stands. */
static void
add_code(struct page *p)
{
	char url[600];

	snprintf(url, sizeof url, "%s%s", page_public_url(p), page_target(p, "/applications/{}", page_param(p, "number")));
	page_set_take(p, "address", json_string(url));
	page_set_take(p, "qr", qr_of(url));
}

static void
show_receipt(struct page *p, int status)
{
	(void)status;
	add_code(p);
	page_set_take(p, "no_pdf", json_boolean(http_query(page_exchange(p), "nopdf") != NULL));
	page_show(p, 200);
}

void
progress_receipt(void *node, struct http_exchange *x)
{
	begin(node, x, "receipt", show_receipt);
}

/* What no font can print is not printed: the page of it can be. */
static void
print_receipt(struct page *p, int status)
{
	struct error why = { 0 };
	char name[80], day[11], *lines, *pdf;
	size_t length = 0;

	(void)status;
	add_code(p);
	clock_format_day(clock_day(node_now(page_node(p))), day);
	page_set_take(p, "today", json_string(day));
	lines = page_make(p, &length);
	if (!lines)
		return;
	pdf = sheet_make(lines, length, &length, &why);
	free(lines);
	if (pdf) {
		snprintf(name, sizeof name, "%s.pdf", page_param(p, "number"));
		page_answer_take(p, "application/pdf", name, pdf, length);
		return;
	}
	log_error("the receipt of %s: %s", page_param(p, "number"), why.text);
	page_redirect(p, page_target(p, "/applications/{}/receipt?nopdf=1", page_param(p, "number")));
}

void
progress_receipt_pdf(void *node, struct http_exchange *x)
{
	begin(node, x, "receipt_sheet", print_receipt);
}

/* ---- who saw what ---- */

static void
with_accesses(struct page *p, int status)
{
	or_null(p, "accesses", status);
	page_show(p, 200);
}

static void
with_disclosures(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "accesses", page_target(p, "/api/v1/applications/{}/accesses", page_param(p, "number")),
		    with_accesses);
}

static void
ask_disclosures(struct page *p, int status)
{
	(void)status;
	page_get(p, "disclosures", page_target(p, "/api/v1/applications/{}/disclosures", page_param(p, "number")),
	    with_disclosures);
}

void
progress_disclosures(void *node, struct http_exchange *x)
{
	begin(node, x, "disclosures", ask_disclosures);
}

/* ---- who looked him up before anything was filed ---- */

static void
look_ups_with_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 200);
}

static void
with_look_ups(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "departments", "/api/v1/departments", look_ups_with_departments);
}

static void
ask_look_ups(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "look_ups", "/api/v1/accesses", with_look_ups);
}

void
progress_accesses(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "accesses");

	if (p)
		page_get(p, "session", "/api/v1/session", ask_look_ups);
}
