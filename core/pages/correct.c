/* /applications/{number}/correction: what is marked, and nothing else: each with the department's own words and
 * what stands there now. Papers that are asked for again come along. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/answers.h"
#include "pages/handlers.h"
#include "pages/papers.h"

/* ---- what it rests on: what is asked, the form of that version, the departments' names ---- */

static void
with_departments(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_go_on(p);
}

static void
with_guide(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "departments", "/api/v1/departments", with_departments);
}

static void
with_asked(struct page *p, int status)
{
	const json_t *correction = page_field(p, "correction");

	if (page_is(p, status, 200))
		page_get(p, "guide", page_target(p, "/api/v1/events/{}?version={}", json_text(correction, "event"),
		    json_text(correction, "version") + strlen("sha256:")), with_guide);
}

static void
load(struct page *p, page_next *next)
{
	page_set_next(p, next);
	page_get(p, "correction", page_target(p, "/api/v1/applications/{}/correction", page_param(p, "number")),
	    with_asked);
}

/* ---- shown ---- */

static void
form(struct page *p)
{
	load(p, act_show);
}

void
correct_show(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "correction");

	if (p)
		act_begin(p, form);
}

/* ---- sent ---- */

/* What was marked and left empty is cleared: whether it may be, the API says. */
static void
clear_empty(json_t *given, const json_t *correction)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(correction, "asked"), i, one) {
		const char *id = json_text(one, "field");

		if (strncmp(json_text(one, "pointer"), "/form/", 6) == 0 && !json_object_get(given, id))
			json_object_set_new(given, id, json_null());
	}
}

static void
send(struct page *p)
{
	json_t *given = page_field(p, "given"), *files = page_field(p, "files"), *body = json_object();
	char done[120];

	snprintf(done, sizeof done, "%s", page_target(p, "/applications/{}", page_param(p, "number")));
	if (json_object_size(given) > 0)
		json_object_set(body, "form", given);
	if (json_object_size(files) > 0)
		json_object_set(body, "materials", files);
	act_send_take(p, page_target(p, "/api/v1/applications/{}/correction", page_param(p, "number")), body, done, form);
}

/* A row more or less of a list is no correction yet: the page again, with what was typed. */
static bool
is_rows(struct page *p, json_t *given)
{
	const char *press = act_text(p, "_do");
	char list[128];
	size_t row;

	if (press && strncmp(press, "add:", 4) == 0)
		answers_add_row(given, press + 4);
	else if (press && sscanf(press, "remove:%127[^:]:%zu", list, &row) == 2)
		answers_remove_row(given, list, row);
	else
		return false;
	return true;
}

/* One that is not right is told beside it; what was uploaded is kept for the next try. */
static void
with_papers(struct page *p)
{
	if (page_field(p, "paper_wrong"))
		act_begin(p, form);
	else
		send(p);
}

static void
take(struct page *p)
{
	json_t *given = json_object(), *files = papers_had(page_field(p, "again"));
	const char *csrf = act_text(p, "_csrf");

	answers_take(given, page_field(p, "guide"), page_field(p, "again"));
	page_set_take(p, "given", given);
	page_set_take(p, "files", files);
	if (is_rows(p, given)) {
		act_begin(p, form);
		return;
	}
	clear_empty(given, page_field(p, "correction"));
	papers_take(p, files, csrf ? csrf : "", with_papers);
}

void
correct_send(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "correction");

	if (p && act_read(p))
		load(p, take);
}
