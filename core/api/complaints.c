/* What people said, read and answered: all of it about an application; what is open, for the department that
 * it is about and for supervisors, who answer it. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/asking.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/body.h"
#include "flows/feedback.h"
#include "flows/request_key.h"

enum { SEALED_CEILING = 16 << 10, WORDS_CEILING = 2000, LISTED = 200 };

/* --- all of it about an application --- */

struct telling {
	struct node *n;
	const struct event *event;  /* of the application that is told of */
	const char *department;     /* only what is about it; NULL: all */
	struct store *s;
	json_t *list;
	struct store_access *noted; /* what is read of whom, or NULL */
	size_t n_noted;
	struct error why;
};

static void
tell_one(void *cookie, const struct store_feedback *f)
{
	struct telling *t = cookie;
	json_t *shown;

	if (t->why.kind || (t->department && strcmp(t->department, f->department) != 0))
		return;
	shown = feedback_show(t->n, t->event, f, clock_day(node_now(t->n)), &t->why);
	if (!shown && !t->why.kind)
		error_set(&t->why, ERROR_TEMPORARY, "no memory");
	if (shown)
		json_array_append_new(t->list, shown);
}

void
api_complaints_of(void *node, struct http_exchange *x)
{
	struct telling t = { .n = node };
	struct account who;
	struct store_case c;
	struct store *s;

	if (!sight_find(t.n, x, false, &who, &s, &c))
		return;
	t.list = json_array();
	t.department = sight_department(&who);
	t.event = catalog_version(t.n->catalog, s, c.version, &t.why);
	if (t.event && sight_note(t.n, s, &who, &c, "feedback", "shown", &t.why) == 0 &&
	    store_feedback_of(s, c.division, c.id, tell_one, &t, &t.why) == 0 && !t.why.kind)
		api_json_take(x, 200, json_pack("{s:s, s:O}", "number", c.number, "feedback", t.list));
	else
		api_unavailable(x, &t.why);
	json_decref(t.list);
	store_case_free(&c);
}

/* --- what is open --- */

/* Clerks for their department, supervisors for all; both for their counties, where they have some. */
static bool
may_answer(const struct account *who, struct http_exchange *x)
{
	if (who->role == ROLE_CLERK || who->role == ROLE_SUPERVISOR)
		return true;
	http_problem(x, 403, "forbidden", "没有权限", "投诉由部门的工作人员和督查人员答复。", NULL);
	return false;
}

/* Its words are somebody's: read is noted, whoever reads. */
static void
list_one(void *cookie, const struct store_feedback *f)
{
	struct telling *t = cookie;
	size_t before = json_array_size(t->list);
	json_t *shown;

	t->event = catalog_version(t->n->catalog, t->s, f->version, &t->why);
	tell_one(t, f);
	if (json_array_size(t->list) == before)
		return;
	shown = json_array_get(t->list, before);
	json_object_set_new(shown, "number", json_string(f->number));
	json_object_set_new(shown, "event", json_string(f->event));
	json_object_set_new(shown, "event_title", json_string(t->event->title));
	t->noted[t->n_noted].division = f->division;
	t->noted[t->n_noted++].application = f->application;
}

static int
note(struct telling *t, const struct account *who)
{
	int64_t now = node_now(t->n);

	for (size_t i = 0; i < t->n_noted; i++) {
		t->noted[i].id = store_id(t->n->slot, now);
		t->noted[i].account = who->id;
		t->noted[i].at = now;
		t->noted[i].fields = "feedback";
		t->noted[i].why = "complaint";
	}
	return sight_put(t->n, t->s, who, t->noted, t->n_noted, &t->why);
}

void
api_complaints_list(void *node, struct http_exchange *x)
{
	struct telling t = { .n = node };
	struct account who;
	struct store_feedback_filter filter = { .limit = LISTED };

	if (account_of(t.n, x, &who) != 0 || !may_answer(&who, x))
		return;
	filter.department = who.role == ROLE_CLERK ? who.department : NULL;
	filter.divisions = who.divisions;
	filter.n_divisions = who.n_divisions;
	t.s = sight_store(t.n, x, &t.why);
	t.list = json_array();
	t.noted = calloc(LISTED, sizeof *t.noted);
	if (t.s && t.noted && store_feedback_open(t.s, &filter, list_one, &t, &t.why) == 0 && !t.why.kind &&
	    note(&t, &who) == 0)
		api_json_take(x, 200, json_pack("{s:O}", "complaints", t.list));
	else
		api_unavailable(x, &t.why);
	free(t.noted);
	json_decref(t.list);
}

/* --- an answer --- */

struct answering {
	struct asking a;
	struct store_feedback f; /* that is answered */
	bool found;
};

static void
see_wanted(void *cookie, const struct store_feedback *f)
{
	struct answering *w = cookie;

	if (f->id != w->f.id)
		return;
	w->found = true;
	w->f.item = f->item;
	memcpy(w->f.department, f->department, sizeof w->f.department);
}

static bool
is_his(const struct answering *w)
{
	const struct account *who = &w->a.who;

	return sight_serves(who, w->a.c.division) &&
	    (who->role == ROLE_SUPERVISOR || strcmp(who->department, w->f.department) == 0);
}

/* What is answered, if he may answer it. Else the exchange has been answered, -1. */
static int
find(struct answering *w)
{
	struct asking *a = &w->a;
	struct error why = { 0 };
	char *rest;
	int found;

	a->s = sight_store(a->n, a->x, &why);
	found = a->s ? store_case_by_number(a->s, http_param(a->x, "number"), false, &a->c, &why) : -1;
	w->f.id = strtoll(http_param(a->x, "id"), &rest, 10);
	if (found == 1 && store_feedback_of(a->s, a->c.division, a->c.id, see_wanted, w, &why) != 0)
		found = -1;
	if (found == 1 && w->found && !*rest && is_his(w))
		return 0;
	if (found < 0)
		api_unavailable(a->x, &why);
	else
		api_not_found(a->x);
	return -1;
}

static int
read_answer(struct answering *w)
{
	struct asking *a = &w->a;
	const char *outcome, *words;

	if (asking_read_body(a) != 0)
		return -1;
	outcome = json_text(a->body, "outcome");
	words = json_text(a->body, "text");
	if (!feedback_is_word(feedback_outcomes, outcome))
		return body_refuse_field(a->x, "/outcome", outcome ? "unknown_code" : "required", "请选一样：办得怎样了");
	if (!words || !*words)
		return body_refuse_field(a->x, "/text", "required", "请把答复写给申请人");
	if (strlen(words) > WORDS_CEILING)
		return body_refuse_field(a->x, "/text", "length", "请不超过六百字");
	snprintf(w->f.answer.outcome, sizeof w->f.answer.outcome, "%s", outcome);
	return 0;
}

static void
send_answer(struct answering *w)
{
	struct asking *a = &w->a;
	struct store_feedback *f = &w->f;
	const struct running_note note = { .what = "replied", .item = f->item, .department = f->department,
		.by = a->who.role == ROLE_SUPERVISOR ? "supervisor" : "department", .code = f->answer.outcome };
	struct error why = { 0 };
	struct text sealed;

	text_init(&sealed, SEALED_CEILING);
	f->division = a->c.division;
	f->application = a->c.id;
	f->answer.account = a->who.id;
	f->answer.at = node_now(a->n);
	a->beside = (struct store_beside){ store_feedback_answer_beside, f };
	a->taken = "这一件已经有了答复，或不用答复。";
	if (feedback_seal(a->n, "feedback_answer", f->id, json_text(a->body, "text"), &sealed, &why) == 0) {
		f->answer.text = (struct bytes){ sealed.data, sealed.length };
		asking_send_note(a, &note, 200, json_pack("{s:s, s:s, s:s}", "id", http_param(a->x, "id"), "number",
		    a->c.number, "outcome", f->answer.outcome));
	} else {
		api_unavailable(a->x, &why);
	}
	text_free(&sealed);
}

void
api_complaints_answer(void *node, struct http_exchange *x)
{
	struct answering w = { .a = { .n = node, .x = x } };

	if (account_of(w.a.n, x, &w.a.who) == 0 && may_answer(&w.a.who, x) && (w.a.key = request_key_of(x)) &&
	    find(&w) == 0 && read_answer(&w) == 0)
		send_answer(&w);
	asking_free(&w.a);
}
