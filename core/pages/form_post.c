/* POST /apply/{event}: what was typed is kept in the draft, whatever it is; then the page again, or on to
 * the check. Papers that came along are uploaded first.
 *
 * "_do" is the button: save, check, add:LIST, remove:LIST:ROW, dispute:QUESTION, accept:QUESTION,
 * drop:PAPER. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/answers.h"
#include "pages/apply.h"
#include "pages/form_post.h"
#include "pages/form_twice.h"
#include "pages/handlers.h"
#include "pages/papers.h"

static const char *
posted_text(const struct page *p, const char *name)
{
	const char *s = json_text(page_field(p, "posted"), name);

	return s ? s : "";
}

/* What follows `what` and a colon in "_do", or NULL. */
static const char *
asked_to(const struct page *p, const char *what)
{
	const char *s = posted_text(p, "_do");
	size_t n = strlen(what);

	return strncmp(s, what, n) == 0 && s[n] == ':' ? s + n + 1 : NULL;
}

/* ---- the draft as it shall be ---- */

static void
set_disputed(json_t *disputed, const char *id, bool is)
{
	const json_t *one;
	size_t i;

	json_array_foreach(disputed, i, one) {
		if (!json_is_string(one) || strcmp(json_string_value(one), id) != 0)
			continue;
		if (!is)
			json_array_remove(disputed, i);
		return;
	}
	if (is)
		json_array_append_new(disputed, json_string(id));
}

/* What the buttons inside the form do. A disputed answer is typed anew; one that is accepted again comes
 * from its source. */
static void
press(struct page *p, json_t *draft)
{
	json_t *form = json_object_get(draft, "form"), *disputed = json_object_get(draft, "disputed");
	const char *id;
	char list[128];
	size_t row;

	if ((id = asked_to(p, "add")))
		answers_add_row(form, id);
	if ((id = asked_to(p, "remove")) && sscanf(id, "%127[^:]:%zu", list, &row) == 2)
		answers_remove_row(form, list, row);
	if ((id = asked_to(p, "dispute")))
		set_disputed(disputed, id, true);
	if ((id = asked_to(p, "accept"))) {
		set_disputed(disputed, id, false);
		json_object_del(form, id);
	}
	if ((id = asked_to(p, "drop")))
		json_object_del(json_object_get(draft, "materials"), id);
}

/* A box that is not ticked is not sent: "_choices" tells which there were: "1" all, or "id:1 id:0". */
static bool
had_box(const char *shown, const char *id)
{
	size_t n = strlen(id);

	if (strcmp(shown, "1") == 0)
		return true;
	for (const char *p = shown; (p = strstr(p, id)); p += n)
		if ((p == shown || p[-1] == ' ') && p[n] == ':')
			return true;
	return false;
}

static void
take_choices(const struct page *p, json_t *choices)
{
	const json_t *item;
	char name[128];
	size_t i;

	json_array_foreach(json_object_get(page_field(p, "guide"), "items"), i, item) {
		const char *id = json_text(item, "id");

		if (!json_text(item, "choice") || !had_box(posted_text(p, "_choices"), id))
			continue;
		snprintf(name, sizeof name, "choice.%s", id);
		json_object_set_new(choices, id, json_boolean(*posted_text(p, name)));
	}
}

static json_t *
draft_wanted(struct page *p)
{
	static const char *const members[] = { "form", "choices", "materials", "disputed", "for" };
	const json_t *stored = page_field(p, "draft");
	json_t *draft = json_object();

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (json_object_get(stored, members[i]))
			json_object_set_new(draft, members[i], json_deep_copy(json_object_get(stored, members[i])));
	answers_take(json_object_get(draft, "form"), page_field(p, "guide"), page_field(p, "posted"));
	take_choices(p, json_object_get(draft, "choices"));
	press(p, draft);
	return draft;
}

/* ---- where to go on ---- */

static void
go_on(struct page *p)
{
	const char *act = posted_text(p, "_do"), *id, *wrong = json_string_value(page_field(p, "paper_wrong"));
	char rest[320];

	if (wrong)
		snprintf(rest, sizeof rest, "?paper=%.100s&wrong=%s#paper.%.100s", json_string_value(page_field(p, "paper")),
		    wrong, json_string_value(page_field(p, "paper")));
	else if (strcmp(act, "check") == 0)
		snprintf(rest, sizeof rest, "/check");
	else if (strcmp(act, "submit") == 0)
		snprintf(rest, sizeof rest, "/check?again=1");
	else if ((id = asked_to(p, "add")) || (id = asked_to(p, "remove")))
		snprintf(rest, sizeof rest, "#%.*s", (int)strcspn(id, ":"), id);
	else if ((id = asked_to(p, "dispute")) || (id = asked_to(p, "accept")))
		snprintf(rest, sizeof rest, "#%.100s", id);
	else if ((id = asked_to(p, "drop")) || (id = json_string_value(page_field(p, "paper"))))
		snprintf(rest, sizeof rest, "#paper.%.100s", id);
	else
		snprintf(rest, sizeof rest, "?saved=1%s#next", *posted_text(p, "_check") ? "&check=1" : "");
	apply_go(p, rest);
}

/* ---- saving ---- */

static void save(struct page *p);

static void
show_again(struct page *p)
{
	page_show(p, 409);
}

/* It was filed, or thrown away: what was typed stands on the page, and would begin a new one. */
static void
show_without_draft(struct page *p, json_t *mine)
{
	json_object_set_new(mine, "revision", json_integer(0));
	page_set_take(p, "draft", json_incref(mine));
	page_set_take(p, "gone", json_true());
	apply_ask(p, show_again);
}

/* Another device was first. When both say the same of all that this page shows, it is as if it had not
 * been; else the two stand side by side. */
static void
overtaken(struct page *p)
{
	json_t *stored = json_object_get(page_field(p, "answer"), "draft"), *mine = page_field(p, "wanted");

	if (!json_is_object(stored)) {
		show_without_draft(p, mine);
		return;
	}
	if (json_equal(json_object_get(stored, "form"), json_object_get(mine, "form"))) {
		json_object_set(page_field(p, "posted"), "_revision", json_sprintf("%lld",
		    (long long)json_integer_value(json_object_get(stored, "revision"))));
		save(p);
		return;
	}
	form_twice_show(p, stored, mine);
}

static void
with_saved(struct page *p, int status)
{
	if (status == 200)
		go_on(p);
	else if (status == 409)
		overtaken(p);
	else
		page_refuse(p, status);
}

/* What came without a revision (a paper alone) follows whatever is stored. */
static void
save(struct page *p)
{
	const char *revision = posted_text(p, "_revision");
	json_t *wanted = page_field(p, "wanted");

	json_object_set_new(wanted, "revision", *revision ? json_integer(strtol(revision, NULL, 10))
	    : json_incref(json_object_get(page_field(p, "draft"), "revision")));
	apply_keep(p, json_incref(wanted), with_saved);
}

static void
take(struct page *p)
{
	json_t *wanted = draft_wanted(p), *had = papers_had(page_field(p, "posted"));

	json_object_update(json_object_get(wanted, "materials"), had);
	json_decref(had);
	page_set_take(p, "wanted", wanted);
	papers_take(p, json_object_get(wanted, "materials"), posted_text(p, "_csrf"), save);
}

void
form_keep(struct page *p)
{
	apply_load(p, take);
}

void
form_post(void *node, struct http_exchange *x)
{
	struct page *p = apply_posted(node, x, "form");

	if (!p)
		return;
	form_keep(p);
}
