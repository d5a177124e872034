/* For whom an agent acts: his residents, one more, all of them to a successor. */
#include "api/mandates.h"

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/files.h"
#include "rules/number.h"
#include "rules/village.h"
#include "store/store.h"

enum { LIMIT = 50 };

bool
roster_place(struct http_exchange *x, int64_t *place)
{
	const char *code = http_query(x, "village");

	*place = code ? village_read(code) : 0;
	if (!code || *place)
		return true;
	http_problem(x, 400, "not-readable", "查询条件不对", "village 是村(社区)、乡镇或者区县的代码。", NULL);
	return false;
}

/* --- the roster --- */

struct listing {
	const struct mandates_request *r;
	json_t *list;
	struct store_access rows[STORE_ROSTER_MOST];
	uint8_t people[STORE_ROSTER_MOST][16];
	int64_t last;
	int n, limit;
};

static json_t *
show_person(const struct mandate_person *p)
{
	return json_pack("{s:s, s:s}", "id_number", p->id_number, "full_name", p->full_name);
}

static int
list_one(void *cookie, const struct store_mandate *m, struct error *why)
{
	struct listing *l = cookie;
	struct node *n = l->r->node;
	struct mandate_person person;
	json_t *o;

	if (l->n++ == l->limit)
		return 0;
	if (mandates_person(n, m, &person, why) != 0)
		return -1;
	l->last = m->token;
	memcpy(l->people[l->n - 1], m->person, 16);
	l->rows[l->n - 1] = (struct store_access){ .division = account_division(&l->r->who),
		.id = store_id(n->slot, node_now(n)), .account = l->r->who.id, .at = node_now(n),
		.person = l->people[l->n - 1], .fields = "name", .why = "roster" };
	o = mandates_show(m);
	json_object_set_new(o, "for", show_person(&person));
	return json_array_append_new(l->list, o);
}

/* His residents, each noted before he is shown. */
static int
list(struct listing *l, int64_t place, int64_t after, struct error *why)
{
	const struct mandates_request *r = l->r;

	if (store_roster(r->store, r->who.id, place, after, l->limit + 1, list_one, l, why) != 0)
		return -1;
	return sight_put(r->node, r->store, &r->who, l->rows, (size_t)(l->n < l->limit ? l->n : l->limit), why);
}

static bool
read_cursor(struct http_exchange *x, int64_t *after)
{
	const char *s = http_query(x, "cursor");
	char *end = NULL;

	*after = s ? strtoll(s, &end, 10) : 0;
	if (!s || (*s >= '1' && *s <= '9' && *end == '\0'))
		return true;
	http_problem(x, 400, "not-readable", "查询条件不对", "cursor 请照原样使用系统给出的值。", NULL);
	return false;
}

void
roster_list(const struct mandates_request *r)
{
	struct listing *l;
	struct error why = { 0 };
	int64_t place, after;
	int limit;

	if (!roster_place(r->x, &place) || !read_cursor(r->x, &after))
		return;
	if (!api_limit(r->x, LIMIT, STORE_ROSTER_MOST, &limit)) {
		http_problem(r->x, 400, "not-readable", "查询条件不对", "limit 为 1 到 200。", NULL);
		return;
	}
	l = calloc(1, sizeof *l);
	if (l) {
		l->r = r;
		l->limit = limit;
		l->list = json_array();
	}
	if (l && list(l, place, after, &why) == 0) {
		api_json_take(r->x, 200, json_pack("{s:O, s:o}", "mandates", l->list, "cursor",
		    l->n > limit ? json_sprintf("%lld", (long long)l->last) : json_null()));
	} else {
		api_unavailable(r->x, &why);
	}
	if (l)
		json_decref(l->list);
	free(l);
}

/* --- one more --- */

static int
read_person(const struct mandates_request *r, const json_t *body, struct mandate_person *p)
{
	const json_t *other = json_object_get(body, "for");
	const char *id = json_text(other, "id_number"), *name = json_text(other, "full_name");

	if (!id || !name || json_object_size(other) != 2)
		return body_refuse_field(r->x, "/for", "required", "请写明替谁办:id_number(身份证号)和 full_name(姓名)");
	if (number_check(TYPE_ID_NUMBER, id, clock_day(node_now(r->node))))
		return body_refuse_field(r->x, "/for/id_number", "check_digit", "身份证号码不对,请对照证件核对");
	if (number_check(TYPE_PERSON_NAME, name, 0) || strlen(name) >= sizeof p->full_name)
		return body_refuse_field(r->x, "/for/full_name", "format", "请照证件填写姓名");
	strcpy(p->id_number, id);
	strcpy(p->full_name, name);
	return 0;
}

/* A code, or the paper that the resident signed: one of them. */
static int
read_basis(const struct mandates_request *r, const json_t *body, struct mandate_wish *w)
{
	const char *slip = json_text(body, "slip");

	w->code = json_text(body, "code");
	if (!w->code == !slip)
		return body_refuse_field(r->x, "/code", "required", "请填居民告诉您的验证码,或者上传他签名的委托书,二者选一");
	w->basis = slip ? MANDATE_BY_SLIP : MANDATE_BY_CODE;
	if (w->code && (strlen(w->code) != MANDATES_CODE_SIZE - 1 || w->code[strspn(w->code, "0123456789")]))
		return body_refuse_field(r->x, "/code", "format", "验证码是 6 位数字");
	if (slip && !file_id_parse(slip, &w->slip_division, &w->slip))
		return body_refuse_field(r->x, "/slip", "unknown_code", "没有这份文件,请重新上传委托书");
	return 0;
}

static bool
has_members(const json_t *body)
{
	static const char *const names[] = { "for", "village", "code", "slip" };
	size_t there = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		there += json_object_get(body, names[i]) != NULL;
	return there == json_object_size(body);
}

/* 0, or -1 with the exchange answered. */
static int
read_wish(const struct mandates_request *r, const json_t *body, struct mandate_wish *w)
{
	*w = (struct mandate_wish){ .agent = r->who.id };
	if (!has_members(body)) {
		http_problem(r->x, 400, "not-readable", "请求看不懂", "只有 for、village、code 和 slip。", NULL);
		return -1;
	}
	if (read_person(r, body, &w->person) != 0 || read_basis(r, body, w) != 0)
		return -1;
	w->village = mandates_village(r->x, body, r->who.villages, r->who.n_villages);
	return w->village ? 0 : -1;
}

void
roster_take(const struct mandates_request *r)
{
	json_t *o, *body = body_object(r->x, 8192);
	enum store_mandate_done done;
	struct error why = { 0 };
	struct mandate_wish w;
	struct store_mandate m;

	if (body && read_wish(r, body, &w) == 0) {
		done = mandates_take(r->node, r->store, &w, r->who.token, &m, &why);
		if (done == MANDATE_IN_FORCE) {
			o = mandates_show(&m);
			json_object_set_new(o, "for", show_person(&w.person));
			api_json_take(r->x, 201, o);
		} else {
			mandates_refuse(r->x, done, &why);
		}
	}
	json_decref(body);
}

/* --- to a successor --- */

static void
hand(struct node *n, struct store *s, struct http_exchange *x, const struct account *who,
    const struct store_account *to, int64_t place)
{
	struct error why = { 0 };
	int handed, kept;

	if (mandates_hand_over(n, s, who, to, place, &handed, &kept, &why) == 0)
		api_json_take(x, 200, json_pack("{s:i, s:i}", "handed", handed, "kept", kept));
	else
		api_unavailable(x, &why);
}

void
api_mandates_hand_over(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "agent", "village" };
	struct store_account to = { 0 };
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *body;
	int64_t place;
	int found;

	if (account_of(node, x, &who) != 0)
		return;
	if (who.role != ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "没有权限", "代办名册由代办员本人移交。", NULL);
		return;
	}
	if (account_proved(&who, x) != 0 || !(body = body_texts(x, names, 2, 1)))
		return;
	place = json_text(body, "village") ? village_read(json_text(body, "village")) : 0;
	s = sight_store(node, x, &why);
	found = s ? store_account_by_name(s, json_text(body, "agent"), &to, &why) : -1;
	if (found < 0)
		api_unavailable(x, &why);
	else if (found == 0 || to.n_villages == 0 || to.id == who.id)
		mandates_refuse_agent(x);
	else if (json_text(body, "village") && !place)
		body_refuse_field(x, "/village", "unknown_code", "没有这个村(社区)代码");
	else
		hand(node, s, x, &who, &to, place);
	json_decref(body);
	store_account_free(&to);
}
