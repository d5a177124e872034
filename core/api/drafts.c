/* Drafts: what people type before they file, kept from the first field on. */
#include "api/api.h"

#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/drafts.h"
#include "flows/mandates.h"
#include "rules/number.h"

enum { BODY_CEILING = 256 << 10 };

struct request { /* who asks for which of his drafts */
	struct node *node;
	struct http_exchange *x;
	struct store *store;
	struct account who;
	struct draft_place at;
};

/* False: the exchange has been answered. */
static bool
begin(struct node *n, struct http_exchange *x, struct request *r)
{
	struct error why = { 0 };

	*r = (struct request){ .node = n, .x = x, .at = { .event = http_param(x, "event") } };
	if (account_of(n, x, &r->who) != 0)
		return false;
	if (r->who.role != ROLE_CITIZEN && r->who.role != ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "没有草稿", "只有申请人本人和代办员可以填写申请。", NULL);
		return false;
	}
	r->store = sight_store(n, x, &why);
	if (!r->store)
		api_unavailable(x, &why);
	return r->store != NULL;
}

/* What an agent has typed of others is noted, draft by draft, before he reads it again. */
static int
note_read(const struct request *r, const json_t *drafts, struct error *why)
{
	struct store_access rows[STORE_DRAFTS_MOST];
	uint8_t people[STORE_DRAFTS_MOST][16];
	int64_t now = node_now(r->node);
	const json_t *draft;
	size_t i, n = 0;

	json_array_foreach(drafts, i, draft) {
		const char *id = json_text(json_object_get(draft, "for"), "id_number");

		if (!id || n == STORE_DRAFTS_MOST)
			continue;
		seal_blind(r->node->seal, "id_number", id, strlen(id), people[n]);
		rows[n] = (struct store_access){ .division = account_division(&r->who), .id = store_id(r->node->slot, now),
			.account = r->who.id, .at = now, .person = people[n], .fields = "draft", .why = "shown" };
		n++;
	}
	return sight_put(r->node, r->store, &r->who, rows, n, why);
}

/* --- showing --- */

void
api_drafts_list(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct request r;
	json_t *drafts;

	if (!begin(node, x, &r))
		return;
	drafts = drafts_list(r.node, r.store, &r.who, &why);
	if (drafts && note_read(&r, drafts, &why) == 0) {
		api_json_take(x, 200, json_pack("{s:o}", "drafts", drafts));
		return;
	}
	json_decref(drafts);
	api_unavailable(x, &why);
}

/* Noted, then given as an array of one. */
static int
note_one(const struct request *r, json_t *draft, struct error *why)
{
	json_t *list = json_pack("[O]", draft);
	int noted = list ? note_read(r, list, why) : error_set(why, ERROR_TEMPORARY, "no memory");

	json_decref(list);
	return noted;
}

void
api_drafts_show(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	json_t *draft = NULL;
	struct request r;
	int found;

	if (!begin(node, x, &r))
		return;
	r.at.key = http_query(x, "key");
	found = drafts_find(r.node, r.store, &r.who, &r.at, &draft, &why);
	if (found == 1 && note_one(&r, draft, &why) != 0)
		found = -1;
	if (found == 1)
		api_json_take(x, 200, json_incref(draft));
	else if (found == 0)
		api_not_found(x);
	else
		api_unavailable(x, &why);
	json_decref(draft);
}

/* --- saving: shape and size only --- */

static bool
refuse(struct http_exchange *x, const char *pointer, const char *code, const char *message)
{
	http_problem(x, 422, "not-acceptable", "有内容需要改正", "草稿没有保存。",
	    (struct json_t *)json_pack("[{s:s, s:s, s:s}]", "pointer", pointer, "code", code, "message", message));
	return false;
}

static bool
all_are_text(const json_t *value)
{
	const json_t *one;
	const char *name;
	size_t i;

	json_array_foreach(value, i, one)
		if (!json_is_string(one))
			return false;
	json_object_foreach((json_t *)(uintptr_t)value, name, one)
		if (!json_is_string(one))
			return false;
	return true;
}

static bool
has_shape(const char *name, const json_t *value)
{
	if (strcmp(name, "form") == 0 || strcmp(name, "choices") == 0)
		return json_is_object(value);
	if (strcmp(name, "materials") == 0 || strcmp(name, "for") == 0)
		return json_is_object(value) && all_are_text(value);
	if (strcmp(name, "disputed") == 0)
		return json_is_array(value) && all_are_text(value);
	return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) < INT32_MAX;
}

static bool
is_member(const char *name)
{
	static const char *const names[] = { "form", "choices", "materials", "disputed", "for", "revision" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool
check_members(struct http_exchange *x, json_t *body)
{
	const char *name;
	char pointer[64];
	json_t *value;

	json_object_foreach(body, name, value) {
		snprintf(pointer, sizeof pointer, "/%.60s", name);
		if (!is_member(name))
			return refuse(x, pointer, "unknown_field", "草稿没有这一栏,请去掉");
		if (!has_shape(name, value))
			return refuse(x, pointer, "type", "这一栏的形式不对");
	}
	return json_object_get(body, "form") || refuse(x, "/form", "required", "请在 form 中填写表单内容");
}

/* For whom: an agent's drafts alone are for others. */
static bool
check_person(struct request *r, const json_t *body)
{
	const json_t *other = json_object_get(body, "for");
	const char *id = json_text(other, "id_number");

	if (r->who.role != ROLE_AGENT)
		return !other || refuse(r->x, "/for", "not_yours", "只有代办员可以替别人填写,请去掉 for");
	if (other && !id)
		return refuse(r->x, "/for/id_number", "required", "请在 for 中写明替谁填写");
	if (id && number_check(TYPE_ID_NUMBER, id, clock_day(node_now(r->node))))
		return refuse(r->x, "/for/id_number", "check_digit", "身份证号码不对,请对照证件核对");
	r->at.id_number = id;
	return true;
}

/* What people change of a draft, with nothing missing; *revision what it follows. */
static json_t *
content_of(json_t *body, int32_t *revision)
{
	*revision = (int32_t)json_integer_value(json_object_get(body, "revision"));
	json_object_del(body, "revision");
	for (size_t i = 0; i < 2; i++) {
		const char *name = i ? "materials" : "choices";

		if (!json_object_get(body, name))
			json_object_set_new(body, name, json_object());
	}
	if (!json_object_get(body, "disputed"))
		json_object_set_new(body, "disputed", json_array());
	return body;
}

/* The content, owned; NULL: the exchange has been answered. */
static json_t *
read_body(struct request *r, int32_t *revision)
{
	json_t *body = body_object(r->x, BODY_CEILING);

	if (body && check_members(r->x, body) && check_person(r, body))
		return content_of(body, revision);
	json_decref(body);
	return NULL;
}

/* A problem document that carries what is stored, so that nothing typed elsewhere is lost either. */
static void
answer_overtaken(struct http_exchange *x, json_t *draft_take)
{
	json_t *problem = json_pack("{s:s, s:s, s:i, s:s, s:o?}", "type", HTTP_PROBLEM_BASE "conflict", "title",
	    "草稿在别处改过了", "status", 409, "detail", "另一台设备或另一个页面先保存了,这次没有保存。"
	    "请以 draft 中的内容为准,把您的改动再填一遍。", "draft", draft_take);
	char *body = problem ? json_canonical_string(problem) : NULL;

	json_decref(problem);
	if (body)
		http_answer_take(x, 409, "application/problem+json", body, strlen(body));
	else
		http_problem(x, 409, "conflict", "草稿在别处改过了", "请刷新页面。", NULL);
}

static void
answer_saved(struct http_exchange *x, enum draft_saved saved, json_t *draft, const struct error *why)
{
	if (saved == DRAFT_SAVED) {
		api_json_take(x, 200, json_pack("{s:O, s:O, s:O}", "revision", json_object_get(draft, "revision"),
		    "key", json_object_get(draft, "key"), "changed_at", json_object_get(draft, "changed_at")));
	} else if (saved == DRAFT_OVERTAKEN) {
		answer_overtaken(x, json_incref(draft));
	} else if (saved == DRAFT_TOO_MANY) {
		http_add_header(x, "Retry-After", "86400");
		http_problem(x, 429, "too-many-drafts", "草稿太多", "您有许多没有提交的草稿,请先提交或者删除一些。", NULL);
	} else if (saved == DRAFT_NO_MANDATE) {
		mandates_none(x);
	} else if (why->kind == ERROR_CONFLICT) {
		http_problem(x, 401, "unauthorized", "请重新登录", "登录已失效,没有保存。", NULL);
	} else {
		api_unavailable(x, why);
	}
}

void
api_drafts_save(void *node, struct http_exchange *x)
{
	const struct event *event;
	struct error why = { 0 };
	enum draft_saved saved;
	json_t *content, *draft = NULL;
	int32_t revision;
	struct request r;

	if (!begin(node, x, &r))
		return;
	event = catalog_current(r.node->catalog, r.at.event);
	if (!event) {
		api_not_found(x);
		return;
	}
	content = read_body(&r, &revision);
	if (!content)
		return;
	saved = drafts_save(r.node, r.store, &r.who, &r.at, event, content, revision, &draft, &why);
	if (saved == DRAFT_OVERTAKEN && draft && note_one(&r, draft, &why) != 0)
		saved = DRAFT_FAILED;
	answer_saved(x, saved, draft, &why);
	json_decref(content);
	json_decref(draft);
}

/* From the agent who has begun it to whom it is for. */
void
api_drafts_take(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "key" };
	struct error why = { 0 };
	json_t *body, *draft = NULL;
	struct request r;
	int taken;

	if (!begin(node, x, &r))
		return;
	if (r.who.role != ROLE_CITIZEN) {
		http_problem(x, 403, "forbidden", "没有权限", "代办员填的草稿,由居民本人接过来。", NULL);
		return;
	}
	body = body_texts(x, names, 1, 1);
	if (!body)
		return;
	r.at.key = json_text(body, "key");
	taken = drafts_take(r.node, r.store, &r.who, &r.at, &draft, &why);
	if (taken == 0)
		api_not_found(x);
	else
		answer_saved(x, taken == 1 ? DRAFT_SAVED : DRAFT_FAILED, draft, &why);
	json_decref(draft);
	json_decref(body);
}

void
api_drafts_delete(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct request r;
	int gone;

	if (!begin(node, x, &r))
		return;
	r.at.key = http_query(x, "key");
	gone = drafts_delete(r.node, r.store, &r.who, &r.at, &why);
	if (gone == 1)
		http_answer(x, 204, NULL, NULL, 0);
	else if (gone == 0)
		api_not_found(x);
	else
		answer_saved(x, DRAFT_FAILED, NULL, &why);
}
