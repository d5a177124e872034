/* What the applicant says of how he was served: a grade of an item that has ended, a complaint about a step. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/body.h"
#include "flows/feedback.h"
#include "flows/request_key.h"

enum { BODY_CEILING = 16 << 10, WORDS_CEILING = 2000 };

struct saying { /* one request, on the worker's thread */
	struct node *n;
	struct http_exchange *x;
	struct account who;
	struct store *s;
	struct store_case c;
	struct running *r;
	json_t *body;
	const char *key;
	int item;
	struct store_feedback f;
	struct text sealed;
};

static void
saying_free(struct saying *a)
{
	running_free(a->r);
	store_case_free(&a->c);
	json_decref(a->body);
	text_free(&a->sealed);
}

static int
conflict(struct saying *a, const char *detail)
{
	http_problem(a->x, 409, "conflict", "现在不能这样办", detail, NULL);
	return -1;
}

/* --- is it sound? Each answers the exchange and returns -1 when not. --- */

static int
read_body(struct saying *a)
{
	a->body = body_object(a->x, BODY_CEILING);
	return a->body ? 0 : -1;
}

static int
check_members(struct saying *a, const char *const *known)
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
check_person(struct saying *a)
{
	if (a->who.role == ROLE_CITIZEN)
		return 0;
	http_problem(a->x, 403, "forbidden", "没有权限", "只有申请人本人可以评价和投诉。", NULL);
	return -1;
}

static int
begin(struct saying *a, const char *const *known)
{
	struct error why = { 0 };

	text_init(&a->sealed, BODY_CEILING);
	if (!sight_find(a->n, a->x, false, &a->who, &a->s, &a->c))
		return -1;
	if (check_person(a) != 0)
		return -1;
	a->key = request_key_of(a->x);
	if (!a->key || read_body(a) != 0 || check_members(a, known) != 0)
		return -1;
	a->r = case_load(a->n, a->s, &a->c, false, &why);
	if (a->r)
		return 0;
	api_unavailable(a->x, &why);
	return -1;
}

/* --- stored --- */

static int
hash_body(struct saying *a)
{
	json_t *all = json_pack("{s:s, s:i, s:i, s:O}", "number", a->c.number, "item", a->item, "turn",
	    (int)a->f.turn, "body", a->body);
	char *plain = all ? json_canonical_string(all) : NULL;

	json_decref(all);
	if (!plain)
		return -1;
	seal_hash(a->n->seal, plain, strlen(plain), a->f.body_hash);
	free(plain);
	return 0;
}

static int
fill(struct saying *a, bool answer_owed, struct error *why)
{
	const char *words = json_text(a->body, "text");
	struct store_feedback *f = &a->f;

	f->division = a->c.division;
	f->application = a->c.id;
	f->account = a->who.id;
	f->at = node_now(a->n);
	f->id = store_id(a->n->slot, f->at);
	f->day = clock_day(f->at);
	f->item = (int16_t)a->item;
	f->open = answer_owed;
	f->due = answer_owed ? feedback_due(f->day) : 0;
	snprintf(f->event, sizeof f->event, "%s", a->r->event->id);
	snprintf(f->department, sizeof f->department, "%s", a->r->event->items[a->item].department);
	seal_blind(a->n->seal, "request_key", a->key, strlen(a->key), f->key_hash);
	if (hash_body(a) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (!words || !*words)
		return 0;
	if (feedback_seal(a->n, "feedback", f->id, words, &a->sealed, why) != 0)
		return -1;
	f->text = (struct bytes){ a->sealed.data, a->sealed.length };
	return 0;
}

/* The same for ever under the same key: made of what was stored and never changes. */
static void
tell(struct saying *a, const struct store_feedback *f, bool replayed)
{
	char at[30], due[11], id[24];
	json_t *o;

	clock_format(f->at, at);
	clock_format_day(f->due, due);
	snprintf(id, sizeof id, "%lld", (long long)f->id);
	o = json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", id, "number", a->c.number, "item",
	    a->r->event->items[f->item].id, "at", at, "answer_due", f->due ? json_string(due) : json_null());
	if (f->turn)
		json_object_set_new(o, "grade", json_integer(f->grade));
	else
		json_object_set_new(o, "about", json_string(f->about));
	if (replayed)
		http_add_header(a->x, "Idempotent-Replayed", "true");
	api_json_take(a->x, 201, o);
}

static void
perhaps(struct saying *a, const struct error *why)
{
	log_error("feedback: %s", why->text);
	http_add_header(a->x, "Retry-After", "2");
	http_problem(a->x, 503, "unavailable", "系统暂时不可用", why->kind == ERROR_UNKNOWN
	    ? "可能已经收下，也可能没有：请用同一个 Idempotency-Key 再发一次，不会重复。"
	      " (perhaps accepted: send again with the same key)"
	    : "没有收下，请稍后用同一个 Idempotency-Key 再试。", NULL);
}

static void
put(struct saying *a, bool answer_owed, const char *taken)
{
	enum store_verdict verdict = STORE_PENDING;
	struct store_feedback same = { 0 };
	struct error why = { 0 };

	if (fill(a, answer_owed, &why) != 0 ||
	    store_feedback_put(a->s, a->who.token, &a->f, &verdict, &same, &why) != 0)
		perhaps(a, &why);
	else if (verdict == STORE_STORED)
		tell(a, &a->f, false);
	else if (verdict == STORE_SAME_KEY && same.application == a->c.id &&
	    memcmp(same.body_hash, a->f.body_hash, 32) == 0)
		tell(a, &same, true);
	else if (verdict == STORE_SAME_KEY)
		http_problem(a->x, 422, "idempotency-key-reused", "Idempotency-Key 已用于别的内容",
		    "这个 Idempotency-Key 已经用来提交过另一份内容，请换一个。", NULL);
	else if (verdict == STORE_REVOKED)
		http_problem(a->x, 401, "unauthorized", "请重新登录", "登录已失效，没有收下。", NULL);
	else
		conflict(a, taken);
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

/* Which turn of the item this would be. Under a key that was used it is the one that stands there. */
static int
find_turn(struct saying *a, struct error *why)
{
	struct turns t = { a->item, false, 0 };

	if (store_feedback_of(a->s, a->c.division, a->c.id, see_turn, &t, why) != 0)
		return -1;
	a->f.turn = (int16_t)(t.turn == 1 && t.poor_answered ? 2 : t.turn == 2 ? 2 : 1);
	return 0;
}

static bool
has_ended(const struct running *r, int item)
{
	uint8_t state = r->nodes[item].state;

	return !r->event->items[item].tell && (state == ITEM_APPROVED || state == ITEM_REFUSED);
}

static void
rate(struct saying *a)
{
	const json_t *grade = json_object_get(a->body, "grade");
	struct error why = { 0 };

	a->item = event_item(a->r->event, http_param(a->x, "item"));
	if (a->item < 0)
		api_not_found(a->x);
	else if (!grade)
		body_refuse_field(a->x, "/grade", "required", "请选一个等次");
	else if (!json_is_integer(grade) || json_integer_value(grade) < 1 || json_integer_value(grade) > 5)
		body_refuse_field(a->x, "/grade", "unknown_code", "等次是 1 到 5：5 非常满意，1 非常不满意");
	else if (!has_ended(a->r, a->item))
		conflict(a, "这一项还没有结果，办完以后再评价。");
	else if (find_turn(a, &why) != 0)
		api_unavailable(a->x, &why);
	else {
		a->f.grade = (int16_t)json_integer_value(grade);
		put(a, a->f.turn == 1 && a->f.grade <= FEEDBACK_POOR, "这一项已经评价过了，一件事只评一次；"
		    "差评有了答复以后，可以再评一次。");
	}
}

void
api_feedback_rate(void *node, struct http_exchange *x)
{
	static const char *const known[] = { "grade", "text", NULL };
	struct saying a = { .n = node, .x = x };

	if (begin(&a, known) == 0)
		rate(&a);
	saying_free(&a);
}

/* --- a complaint --- */

static void
complain(struct saying *a)
{
	const char *item = json_text(a->body, "item"), *about = json_text(a->body, "about");
	const char *words = json_text(a->body, "text");

	a->item = item ? event_item(a->r->event, item) : -1;
	if (a->item < 0 || a->r->plan.item[a->item].verdict != PLAN_RUNS)
		body_refuse_field(a->x, "/item", item ? "unknown_code" : "required", "请写明是哪一个事项");
	else if (!feedback_is_word(feedback_abouts, about))
		body_refuse_field(a->x, "/about", about ? "unknown_code" : "required", "请选一样：哪里不对");
	else if (!words || !*words)
		body_refuse_field(a->x, "/text", "required", "请写几句：发生了什么");
	else {
		snprintf(a->f.about, sizeof a->f.about, "%s", about);
		put(a, true, "这一项已经有一件投诉正在办，请等答复。");
	}
}

void
api_feedback_complain(void *node, struct http_exchange *x)
{
	static const char *const known[] = { "item", "about", "text", NULL };
	struct saying a = { .n = node, .x = x };

	if (begin(&a, known) == 0)
		complain(&a);
	saying_free(&a);
}
