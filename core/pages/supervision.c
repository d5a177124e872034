/* /supervision: what a supervisor has before him: what is overdue, what waits for an answer, how each department does;
 * and below it all that is overdue, all conferences. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "pages/act.h"
#include "pages/handlers.h"

/* The last so many days, as ?days= says: a week, a month or a year. */
static int
days_of(const struct page *p)
{
	static const int periods[] = { 7, 30, 365 };
	const char *days = http_query(page_exchange(p), "days");

	for (size_t i = 0; days && i < sizeof periods / sizeof *periods; i++)
		if (strtol(days, NULL, 10) == periods[i])
			return periods[i];
	return 30;
}

/* The worst of it; the whole has a page of its own. */
static void
with_complaints(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "list", "/api/v1/overdue?limit=5", act_show_come);
}

static void
with_statistics(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_get(p, "complaints", "/api/v1/complaints", with_complaints);
}

/* Of his county, if he has one; who has several, or none, sees all together. */
static void
figures(struct page *p)
{
	const json_t *session = page_field(p, "session"), *divisions = json_object_get(session, "divisions");
	const char *role = json_text(session, "role");
	bool one = json_array_size(divisions) == 1;
	char target[120], from[11];
	int days = days_of(p);

	if (!role || strcmp(role, "supervisor") != 0) {
		page_refuse(p, 403);
		return;
	}
	clock_format_day(clock_day(node_now(page_node(p))) - days + 1, from);
	snprintf(target, sizeof target, "/api/v1/statistics?by=department&from=%s%s%.6s", from, one ? "&division=" : "",
	    one ? json_string_value(json_array_get(divisions, 0)) : "");
	page_set_take(p, "days", json_integer(days));
	page_get(p, "statistics", target, with_statistics);
}

void
supervision_show(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "supervision");

	if (p)
		act_begin(p, figures);
}

/* ---- whole lists ---- */

static void
overdue(struct page *p)
{
	act_show_list(p, "/api/v1/overdue");
}

/* Clerks have a page of their own for those that they are invited to. */
static void
conferences(struct page *p)
{
	const char *role = json_text(page_field(p, "session"), "role");

	if (role && strcmp(role, "supervisor") == 0)
		act_show_list(p, "/api/v1/conferences");
	else
		page_refuse(p, 403);
}

void
supervision_overdue(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "supervision_overdue");

	if (p)
		act_begin(p, overdue);
}

void
supervision_conferences(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "supervision_conferences");

	if (p)
		act_begin(p, conferences);
}
