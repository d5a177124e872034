/* 会商: a case that is stuck gets the departments invited, a question, a day, minutes and a decision.
 * Those that are invited see it, nobody else; supervisors see that there is one, and whether it was decided. */
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

enum { GUESTS_MOST = 12, GUESTS_ROOM = 1024, MINUTES_MOST = 1 << 15, AHEAD_DAYS = 366 };

/* --- shown --- */

static json_t *
names_of(const char *guests)
{
	json_t *list = json_array();

	while (*guests) {
		size_t length = strcspn(guests, " ");

		json_array_append_new(list, json_stringn(guests, length));
		guests += length + strspn(guests + length, " ");
	}
	return list;
}

/* Minutes and decision stand together: one object, sealed. */
static void
put_minutes(struct node *n, const struct store_conference *c, json_t *o)
{
	char *text = desk_open_text(n, "conference", "minutes", c->id, &c->minutes);
	json_t *held = text ? json_read(text, strlen(text), MINUTES_MOST, NULL) : NULL;

	json_object_set_new(o, "minutes", held ? json_incref(json_object_get(held, "minutes")) : json_null());
	json_object_set_new(o, "decision", held ? json_incref(json_object_get(held, "decision")) : json_null());
	json_decref(held);
	free(text);
}

static json_t *
shown(struct node *n, const struct store_conference *c)
{
	char *question = desk_open_text(n, "conference", "question", c->id, &c->question);
	json_t *o = json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:s?}", "id", desk_id(c->division, c->id),
	    "number", c->number, "called_by", c->department, "departments", names_of(c->guests), "called_at",
	    desk_instant(c->called.at), "held_on", desk_day(c->held_on), "decided_at", desk_instant(c->decided.at),
	    "question", question);

	free(question);
	if (o)
		put_minutes(n, c, o);
	return o;
}

/* --- calling one --- */

/* The departments of the body and the one that calls, a space between; NULL: answered. */
static const char *
guests_of(struct asking *a, char guests[GUESTS_ROOM])
{
	const json_t *list = json_object_get(a->body, "departments"), *one;
	size_t i;

	if (json_array_size(list) > 0 && json_array_size(list) <= GUESTS_MOST) {
		snprintf(guests, GUESTS_ROOM, "%s", a->who.department);
		json_array_foreach(list, i, one) {
			const char *id = json_string_value(one);
			size_t length = strlen(guests);

			if (!id || !departments_find(&a->n->departments, id) || strcmp(id, a->who.department) == 0)
				break;
			snprintf(guests + length, GUESTS_ROOM - length, " %s", id);
		}
		if (i == json_array_size(list))
			return guests;
	}
	body_refuse_field(a->x, "/departments", "not_chosen", "请选择要邀请的部门,一到十二个");
	return NULL;
}

static int
read_day(struct asking *a, int32_t *day)
{
	const char *date = json_text(a->body, "date");
	int32_t today = clock_day(node_now(a->n));

	if (date && clock_parse_day(date, day) && *day >= today && *day <= today + AHEAD_DAYS)
		return 0;
	return body_refuse_field(a->x, "/date", "too_early", "请选择今天或以后的日子");
}

static void
send_call(struct asking *a, const char *guests, int32_t day, const char *question)
{
	int64_t now = node_now(a->n);
	struct store_conference c = { .division = a->c.division, .id = store_id(a->n->slot, now),
		.application = a->c.id, .called = { a->who.id, now }, .held_on = day, .guests = guests };
	const struct running_note note = { .what = "conferred", .by = "department", .item = -1,
		.department = a->who.department };
	struct error why = { 0 };
	struct text sealed;

	snprintf(c.department, sizeof c.department, "%s", a->who.department);
	a->beside = (struct store_beside){ store_conference_beside, &c };
	if (desk_seal_text(a->n, "conference", "question", c.id, question, &sealed, &c.question, &why) == 0)
		asking_send_note(a, &note, 201, json_pack("{s:o}", "id", desk_id(c.division, c.id)));
	else
		api_unavailable(a->x, &why);
	text_free(&sealed);
}

void
api_conferences_call(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	char room[GUESTS_ROOM];
	const char *question, *guests;
	int32_t day;
	int item;

	if (desk_find(&a, &item) == 0 && (a.key = request_key_of(x)) && asking_read_body(&a) == 0 &&
	    (question = desk_text(&a, "question")) && (guests = guests_of(&a, room)) && read_day(&a, &day) == 0)
		send_call(&a, guests, day, question);
	asking_free(&a);
}

/* --- seen by who is invited --- */

static void
list_one(void *cookie, const struct store_conference *c)
{
	struct desk_list *l = cookie;

	if (desk_list_is_full(l))
		return;
	json_array_append_new(l->rows, shown(l->n, c));
	desk_list_note(l, c->division, c->application, "conference");
	l->last[0] = c->id;
}

void
api_conferences_list(void *node, struct http_exchange *x)
{
	struct store_clerk whose;
	struct error why = { 0 };
	struct desk_list l;
	int64_t before;
	int n;

	if (desk_list_begin(&l, node, x, DESK_CLERKS | DESK_SUPERVISORS) != 0)
		return;
	whose = desk_whose(&l.who);
	before = l.given ? l.last[0] : 0;
	n = l.who.role == ROLE_SUPERVISOR ? store_conferences_in(l.s, &whose, before, l.limit + 1, list_one, &l, &why)
	    : store_conferences_of(l.s, &whose, before, l.limit + 1, list_one, &l, &why);
	desk_list_answer(&l, x, NULL, "conferences", n >= 0, &why);
}

struct finding { struct node *n; struct store_conference c; json_t *shown; };

static void
keep(void *cookie, const struct store_conference *c)
{
	struct finding *f = cookie;

	f->c = *c;
	f->c.question = f->c.minutes = (struct bytes){ NULL, 0 };
	f->c.guests = NULL;
	f->shown = shown(f->n, c);
}

/* Found for whoever is invited: 0, else the exchange is answered. */
static int
find(struct asking *a, struct finding *f)
{
	struct error why = { 0 };
	int32_t division;
	int64_t id;

	f->n = a->n;
	if (desk_clerk(a->n, a->x, &a->who, &a->s) != 0)
		return -1;
	if (desk_read_id(http_param(a->x, "id"), &division, &id) && sight_serves(&a->who, division) &&
	    store_conference_get(a->s, division, a->who.department, id, keep, f, &why) < 0) {
		api_unavailable(a->x, &why);
		return -1;
	}
	if (f->shown)
		return 0;
	api_not_found(a->x);
	return -1;
}

void
api_conferences_show(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	struct store_access read = { .at = node_now(a.n), .fields = "conference", .why = "shown" };
	struct finding f = { 0 };
	struct error why = { 0 };

	if (find(&a, &f) == 0) {
		read.division = f.c.division;
		read.application = f.c.application;
		read.account = a.who.id;
		read.id = store_id(a.n->slot, read.at);
		if (sight_put(a.n, a.s, &a.who, &read, 1, &why) == 0)
			api_json_take(x, 200, json_incref(f.shown));
		else
			api_unavailable(x, &why);
	}
	json_decref(f.shown);
	asking_free(&a);
}

/* --- minutes and decision --- */

/* Both as one object. */
static int
seal_minutes(struct asking *a, struct finding *f, const char *minutes, const char *decision, struct text *sealed,
    struct error *why)
{
	json_t *held = json_pack("{s:s, s:s}", "minutes", minutes, "decision", decision);
	char *plain = held ? json_canonical_string(held) : NULL;
	int done;

	json_decref(held);
	if (!plain)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	done = desk_seal_text(a->n, "conference", "minutes", f->c.id, plain, sealed, &f->c.minutes, why);
	free(plain);
	return done;
}

static void
send_minutes(struct asking *a, struct finding *f, const char *minutes, const char *decision)
{
	const struct running_note note = { .what = "concluded", .by = "department", .item = -1,
		.department = a->who.department };
	struct error why = { 0 };
	struct text sealed;

	text_init(&sealed, 0);
	f->c.decided = (struct store_by){ a->who.id, node_now(a->n) };
	a->beside = (struct store_beside){ store_conference_decide_beside, &f->c };
	a->taken = "这次会商已经有了纪要和结论。请刷新后再看。";
	if (seal_minutes(a, f, minutes, decision, &sealed, &why) == 0)
		asking_send_note(a, &note, 200, json_object());
	else
		api_unavailable(a->x, &why);
	text_free(&sealed);
}

/* By the department that called it. */
static void
decide(struct asking *a, struct finding *f)
{
	const char *minutes = desk_text(a, "minutes"), *decision = minutes ? desk_text(a, "decision") : NULL;
	struct error why = { 0 };

	if (!decision)
		return;
	if (strcmp(f->c.department, a->who.department) != 0)
		http_problem(a->x, 403, "forbidden", "没有权限", "会商纪要由发起的部门填写。", NULL);
	else if (store_case_by_id(a->s, f->c.division, f->c.application, false, &a->c, &why) != 1)
		api_unavailable(a->x, &why);
	else
		send_minutes(a, f, minutes, decision);
}

void
api_conferences_decide(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	struct finding f = { 0 };

	if (find(&a, &f) == 0 && (a.key = request_key_of(x)) && asking_read_body(&a) == 0)
		decide(&a, &f);
	json_decref(f.shown);
	asking_free(&a);
}
