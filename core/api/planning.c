/* What would be: what a form asks while it is filled in, and the plan of one that is sound. Nothing is
 * stored, and both are open to everybody. */
#include "api/api.h"

#include "base/clock.h"
#include "flows/filing.h"
#include "flows/session.h"
#include "rules/begun.h"
#include "rules/form.h"
#include "rules/plan.h"

struct trial {
	struct filing_request q;
	struct facts facts;
	const char *language;
	json_t *errors, *reminders;
};

static void
trial_free(struct trial *t)
{
	json_decref(t->errors);
	json_decref(t->reminders);
	filing_request_free(&t->q);
}

/* Read and checked, whatever the check says; -1: the exchange has been answered. */
static int
trial_read(struct node *n, struct http_exchange *x, struct trial *t)
{
	const char *event = http_param(x, "event");
	bool known = session_is_claimed(n, x);
	struct error why = { ERROR_TEMPORARY, "no memory" };
	struct account who;

	if (!catalog_current(n->catalog, event)) {
		api_not_found(x);
		return -1;
	}
	if ((known && account_of(n, x, &who) != 0) ||
	    filing_read(n, known ? &who : NULL, event, x, &t->q) != 0)
		return -1;
	t->language = http_header(x, "Accept-Language");
	t->facts = (struct facts){ .today = clock_day(node_now(n)), .event = t->q.event, .form = t->q.form,
		.applicant = t->q.applicant };
	if (form_check(t->q.event, t->q.form, t->q.choices, &t->facts, t->language, &t->errors,
	        &t->reminders) == 0) {
		filing_point(t->errors);
		return 0;
	}
	api_unavailable(x, &why);
	trial_free(t);
	return -1;
}

static void
answer_plan(struct http_exchange *x, struct trial *t)
{
	struct error why = { 0 };
	char division[7];
	struct plan plan;

	if (form_division(t->q.event, &t->facts, division))
		t->facts.division = division;
	if (plan_make(t->q.event, &t->facts, &plan, &why) != 0)
		api_unavailable(x, &why);
	else
		api_json_take(x, 200, plan_show(t->q.event, &plan, &t->facts, t->reminders, t->language));
}

void
api_events_plan(void *node, struct http_exchange *x)
{
	struct trial t = { 0 };

	if (trial_read(node, x, &t) != 0)
		return;
	if (json_array_size(t.errors) > 0)
		http_problem(x, 422, "not-acceptable", "有内容需要改正", "请按下面的提示改正。",
		    json_incref(t.errors));
	else
		answer_plan(x, &t);
	trial_free(&t);
}

/* The answers that nobody typed: the login says them. */
static json_t *
filled_in(const struct trial *t)
{
	const json_t *sent = json_object_get(t->q.body, "form");
	json_t *filled = json_object(), *value;
	const char *id;

	json_object_foreach(t->q.form, id, value)
		if (!json_object_get(sent, id))
			json_object_set(filled, id, value);
	return filled;
}

void
api_events_questions(void *node, struct http_exchange *x)
{
	struct trial t = { 0 };
	json_t *shown;

	if (trial_read(node, x, &t) != 0)
		return;
	shown = begun_show(t.q.event, &t.facts, t.language);
	if (shown) {
		json_object_set_new(shown, "filled", filled_in(&t));
		json_object_set(shown, "errors", t.errors);
		json_object_set(shown, "reminders", t.reminders);
	}
	api_json_take(x, 200, shown);
	trial_free(&t);
}
