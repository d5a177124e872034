/* What one department asks another within a case, and the answer of that one's clerk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/desk.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/request_key.h"
#include "rules/calendar.h"

enum { WITHIN_DAYS = 2 };

/* --- shown --- */

struct telling { struct node *n; const char *department; json_t *list; };

static json_t *
inquiry_shown(struct node *n, const struct store_inquiry *q)
{
	char *question = desk_open_text(n, "inquiry", "question", q->id, &q->question);
	char *answer = desk_open_text(n, "inquiry", "answer", q->id, &q->answer);
	json_t *o = json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:s?, s:s?}", "id",
	    desk_id(q->division, q->id), "number", q->number, "from", q->from, "to", q->to,
	    "asked_at", desk_instant(q->asked.at), "due", desk_day(q->due), "answered_at", desk_instant(q->answered.at),
	    "question", question, "answer", answer);

	free(question);
	free(answer);
	return o;
}

static void
tell(void *cookie, const struct store_inquiry *q)
{
	struct telling *t = cookie;

	if (!t->department || strcmp(q->from, t->department) == 0 || strcmp(q->to, t->department) == 0)
		json_array_append_new(t->list, inquiry_shown(t->n, q));
}

json_t *
desk_inquiries(struct node *n, struct store *s, const struct store_case *c, const char *department,
    struct error *why)
{
	struct telling t = { .n = n, .department = department, .list = json_array() };

	if (store_inquiries_of(s, c->division, c->id, tell, &t, why) >= 0)
		return t.list;
	json_decref(t.list);
	return NULL;
}

/* --- asking --- */

/* It has something to do in this case too. */
static bool
takes_part(const struct running *r, const char *department)
{
	for (size_t i = 0; i < r->event->n_items; i++)
		if ((r->plan.runs >> i & 1) && strcmp(r->event->items[i].department, department) == 0)
			return true;
	return false;
}

static void
send_question(struct asking *a, int node, const char *to, const char *question)
{
	int64_t now = node_now(a->n);
	struct store_inquiry q = { .division = a->c.division, .id = store_id(a->n->slot, now),
		.application = a->c.id, .item = (int16_t)node, .asked = { a->who.id, now } };
	const struct running_note note = { .what = "inquired", .by = "department", .item = node,
		.department = a->who.department };
	struct error why = { 0 };
	struct text sealed;

	if (!calendar_add(clock_day(now), WITHIN_DAYS, &q.due))
		q.due = DESK_NO_DUE;
	snprintf(q.from, sizeof q.from, "%s", a->who.department);
	snprintf(q.to, sizeof q.to, "%s", to);
	a->beside = (struct store_beside){ store_inquiry_beside, &q };
	if (desk_seal_text(a->n, "inquiry", "question", q.id, question, &sealed, &q.question, &why) == 0)
		asking_send_note(a, &note, 201, json_pack("{s:o}", "id", desk_id(q.division, q.id)));
	else
		api_unavailable(a->x, &why);
	text_free(&sealed);
}

void
api_inquiries_ask(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	const char *to, *question;
	int item;

	if (desk_find(&a, &item) == 0 && (a.key = request_key_of(x)) && asking_read_body(&a) == 0 &&
	    (question = desk_text(&a, "question"))) {
		to = json_text(a.body, "department");
		if (!to || strcmp(to, a.who.department) == 0 || !takes_part(a.r, to))
			body_refuse_field(a.x, "/department", "not_chosen", "请选择这件事里另一个部门");
		else
			send_question(&a, item, to, question);
	}
	asking_free(&a);
}

/* --- what is asked of us --- */

static void
list_one(void *cookie, const struct store_inquiry *q)
{
	struct desk_list *l = cookie;

	if (desk_list_is_full(l))
		return;
	json_array_append_new(l->rows, inquiry_shown(l->n, q));
	desk_list_note(l, q->division, q->application, "inquiry");
	l->last[0] = q->due;
	l->last[1] = q->id;
}

void
api_inquiries_list(void *node, struct http_exchange *x)
{
	struct store_inquiry after = { 0 };
	struct store_clerk clerk;
	struct error why = { 0 };
	struct desk_list l;
	bool done;

	if (desk_list_begin(&l, node, x, DESK_CLERKS) != 0)
		return;
	after.due = (int32_t)l.last[0];
	after.id = l.last[1];
	clerk = desk_whose(&l.who);
	done = store_inquiries_open(l.s, &clerk, l.given ? &after : NULL, l.limit + 1, list_one, &l, &why) >= 0;
	desk_list_answer(&l, x, NULL, "inquiries", done, &why);
}

/* --- answering --- */

struct finding { struct store_inquiry q; bool found; };

static void
keep(void *cookie, const struct store_inquiry *q)
{
	struct finding *f = cookie;

	f->q = *q;
	f->q.question = f->q.answer = (struct bytes){ NULL, 0 };
	f->found = true;
}

/* Asked of the caller's department, in a case that can be read: 1, 0, -1. */
static int
find(struct asking *a, struct finding *f, struct error *why)
{
	int32_t division;
	int64_t id;

	if (!desk_read_id(http_param(a->x, "id"), &division, &id))
		return 0;
	if (store_inquiry_get(a->s, division, id, keep, f, why) < 0)
		return -1;
	if (!f->found || strcmp(f->q.to, a->who.department) != 0 || !sight_serves(&a->who, division))
		return 0;
	return store_case_by_id(a->s, division, f->q.application, false, &a->c, why);
}

static void
send_answer(struct asking *a, struct finding *f)
{
	const struct running_note note = { .what = "answered", .by = "department", .item = f->q.item,
		.department = a->who.department };
	const char *answer = desk_text(a, "answer");
	struct error why = { 0 };
	struct text sealed;

	if (!answer)
		return;
	f->q.answered = (struct store_by){ a->who.id, node_now(a->n) };
	a->beside = (struct store_beside){ store_inquiry_answer_beside, &f->q };
	a->taken = "同事已经答复了这个问题。请刷新后再看。";
	if (desk_seal_text(a->n, "inquiry", "answer", f->q.id, answer, &sealed, &f->q.answer, &why) == 0)
		asking_send_note(a, &note, 200, json_object());
	else
		api_unavailable(a->x, &why);
	text_free(&sealed);
}

void
api_inquiries_answer(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	struct finding f = { .found = false };
	struct error why = { 0 };
	int found;

	if (desk_clerk(node, x, &a.who, &a.s) != 0)
		return;
	found = find(&a, &f, &why);
	if (found < 0)
		api_unavailable(x, &why);
	else if (found == 0)
		api_not_found(x);
	else if ((a.key = request_key_of(x)) && asking_read_body(&a) == 0)
		send_answer(&a, &f);
	asking_free(&a);
}
