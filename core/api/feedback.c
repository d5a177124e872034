/* What the applicant says of how he was served: a grade of an item that has ended, a complaint about a step. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>

#include "api/asking.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/feedback.h"
#include "flows/request_key.h"

enum { WORDS_CEILING = 2000, SEALED_CEILING = 16 << 10 };

/* --- is it sound? Each answers the exchange and returns -1 when not. --- */

static int
conflict(struct asking *a, const char *detail)
{
	http_problem(a->x, 409, "conflict", "现在不能这样办", detail, NULL);
	return -1;
}

static int
check_members(struct asking *a, const char *const *known)
{
	const char *name, *words = json_text(a->body, "text");
	char pointer[128];
	json_t *value;

	json_object_foreach(a->body, name, value) {
		if (feedback_is_word(known, name))
			continue;
		snprintf(pointer, sizeof pointer, "/%.100s", name);
		return body_refuse_field(a->x, pointer, "unknown_field", "没有这一栏，请去掉");
	}
	value = json_object_get(a->body, "text");
	if (value && !json_is_string(value))
		return body_refuse_field(a->x, "/text", "type", "请填文字");
	if (words && strlen(words) > WORDS_CEILING)
		return body_refuse_field(a->x, "/text", "length", "请不超过六百字");
	return 0;
}

/* Who was served says how: neither a helper nor staff. */
static int
check_person(struct asking *a)
{
	if (a->who.role == ROLE_CITIZEN)
		return 0;
	http_problem(a->x, 403, "forbidden", "没有权限", "只有申请人本人可以评价和投诉。", NULL);
	return -1;
}

static int
begin(struct asking *a, const char *const *known)
{
	struct error why = { 0 };

	if (!sight_find(a->n, a->x, false, &a->who, &a->s, &a->c))
		return -1;
	if (check_person(a) != 0)
		return -1;
	a->key = request_key_of(a->x);
	if (!a->key || asking_read_body(a) != 0 || check_members(a, known) != 0)
		return -1;
	a->r = case_load(a->n, a->s, &a->c, false, &why);
	if (a->r)
		return 0;
	api_unavailable(a->x, &why);
	return -1;
}

/* --- said --- */

static int
fill(struct asking *a, struct store_feedback *f, struct text *sealed, struct error *why)
{
	const char *words = json_text(a->body, "text");

	f->division = a->c.division;
	f->application = a->c.id;
	f->account = a->who.id;
	f->at = node_now(a->n);
	f->id = store_id(a->n->slot, f->at);
	f->day = clock_day(f->at);
	f->due = f->open ? feedback_due(f->day) : 0;
	snprintf(f->event, sizeof f->event, "%s", a->r->event->id);
	snprintf(f->department, sizeof f->department, "%s", a->r->event->items[f->item].department);
	if (!words || !*words)
		return 0;
	if (feedback_seal(a->n, "feedback", f->id, words, sealed, why) != 0)
		return -1;
	f->text = (struct bytes){ sealed->data, sealed->length };
	return 0;
}

static json_t *
answer_of(const struct asking *a, const struct store_feedback *f)
{
	char at[30], due[11];
	json_t *o;

	clock_format(f->at, at);
	clock_format_day(f->due, due);
	o = json_pack("{s:o, s:s, s:s, s:s, s:o}", "id", json_sprintf("%lld", (long long)f->id), "number",
	    a->c.number, "item", a->r->event->items[f->item].id, "at", at, "answer_due",
	    f->due ? json_string(due) : json_null());
	if (o && f->turn)
		json_object_set_new(o, "grade", json_integer(f->grade));
	else if (o)
		json_object_set_new(o, "about", json_string(f->about));
	return o;
}

/* f: which item, and what is said of it. `taken` is told when that was said before. */
static void
send(struct asking *a, struct store_feedback *f, const char *taken)
{
	const char grade[] = { (char)('0' + f->grade), '\0' };
	const struct running_note note = { .what = f->turn ? "rated" : "complained", .by = "applicant",
		.item = f->item, .department = f->department, .code = f->turn ? grade : f->about };
	struct error why = { 0 };
	struct text sealed;

	text_init(&sealed, SEALED_CEILING);
	a->beside = (struct store_beside){ store_feedback_beside, f };
	a->taken = taken;
	if (fill(a, f, &sealed, &why) == 0)
		asking_send_note(a, &note, 201, answer_of(a, f));
	else
		api_unavailable(a->x, &why);
	text_free(&sealed);
}

/* --- a grade --- */

struct turns { int item; bool poor_answered; int turn; };

static void
see_turn(void *cookie, const struct store_feedback *f)
{
	struct turns *t = cookie;

	if (f->item != t->item || f->turn == 0)
		return;
	t->turn = f->turn;
	t->poor_answered = f->grade <= FEEDBACK_POOR && f->answer.at;
}

/* Which turn of the item this would be. */
static int
find_turn(struct asking *a, struct store_feedback *f, struct error *why)
{
	struct turns t = { f->item, false, 0 };

	if (store_feedback_of(a->s, a->c.division, a->c.id, see_turn, &t, why) != 0)
		return -1;
	f->turn = (int16_t)(t.turn == 1 && t.poor_answered ? 2 : t.turn == 2 ? 2 : 1);
	return 0;
}

static bool
has_ended(const struct running *r, int item)
{
	uint8_t state = r->nodes[item].state;

	return !r->event->items[item].tell && (state == ITEM_APPROVED || state == ITEM_REFUSED);
}

static void
rate(struct asking *a)
{
	const json_t *grade = json_object_get(a->body, "grade");
	int item = event_item(a->r->event, http_param(a->x, "item"));
	struct store_feedback f = { .item = (int16_t)item, .grade = (int16_t)json_integer_value(grade) };
	struct error why = { 0 };

	if (item < 0)
		api_not_found(a->x);
	else if (!grade)
		body_refuse_field(a->x, "/grade", "required", "请选一个等次");
	else if (!json_is_integer(grade) || json_integer_value(grade) < 1 || json_integer_value(grade) > 5)
		body_refuse_field(a->x, "/grade", "unknown_code", "等次是 1 到 5：5 非常满意，1 非常不满意");
	else if (!has_ended(a->r, item))
		conflict(a, "这一项还没有结果，办完以后再评价。");
	else if (find_turn(a, &f, &why) != 0)
		api_unavailable(a->x, &why);
	else {
		f.open = f.turn == 1 && f.grade <= FEEDBACK_POOR;
		send(a, &f, "这一项已经评价过了，一件事只评一次；差评有了答复以后，可以再评一次。");
	}
}

void
api_feedback_rate(void *node, struct http_exchange *x)
{
	static const char *const known[] = { "grade", "text", NULL };
	struct asking a = { .n = node, .x = x };

	if (begin(&a, known) == 0)
		rate(&a);
	asking_free(&a);
}

/* --- a complaint --- */

static void
complain(struct asking *a)
{
	const char *item = json_text(a->body, "item"), *about = json_text(a->body, "about");
	const char *words = json_text(a->body, "text");
	int index = item ? event_item(a->r->event, item) : -1;
	struct store_feedback f = { .item = (int16_t)index, .open = true };

	if (index < 0 || a->r->plan.item[index].verdict != PLAN_RUNS)
		body_refuse_field(a->x, "/item", item ? "unknown_code" : "required", "请写明是哪一个事项");
	else if (!feedback_is_word(feedback_abouts, about))
		body_refuse_field(a->x, "/about", about ? "unknown_code" : "required", "请选一样：哪里不对");
	else if (!words || !*words)
		body_refuse_field(a->x, "/text", "required", "请写几句：发生了什么");
	else {
		snprintf(f.about, sizeof f.about, "%s", about);
		send(a, &f, "这一项已经有一件投诉正在办，请等答复。");
	}
}

void
api_feedback_complain(void *node, struct http_exchange *x)
{
	static const char *const known[] = { "item", "about", "text", NULL };
	struct asking a = { .n = node, .x = x };

	if (begin(&a, known) == 0)
		complain(&a);
	asking_free(&a);
}
