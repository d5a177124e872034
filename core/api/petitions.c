/* What people ask for after filing: corrections, withdrawals, consents of second persons. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/consent.h"
#include "flows/engine.h"
#include "flows/files.h"
#include "flows/petition.h"
#include "flows/request_key.h"

enum { BODY_CEILING = 1 << 20, REASON_CEILING = 2000 };
#define WAIT_US (5 * US_PER_SECOND) /* for the end of it; then the same key later gives the answer */

struct asking { /* one request, on the worker's thread */
	struct node *n;
	struct http_exchange *x;
	enum petition_kind kind;
	const char *key;
	struct account who;
	struct store *s;
	struct store_case c;
	struct running *r;
	json_t *body;   /* as sent */
	json_t *files;  /* resolved, or NULL */
};

static void
asking_free(struct asking *a)
{
	running_free(a->r);
	store_case_free(&a->c);
	json_decref(a->body);
	json_decref(a->files);
}

/* --- is it sound? Each answers the exchange and returns -1 when not. --- */

static int
refuse_field(struct asking *a, const char *pointer, const char *code, const char *message)
{
	http_problem(a->x, 422, "not-acceptable", "有内容需要改正", "请按下面的提示改正后再提交。",
	    (struct json_t *)json_pack("[{s:s, s:s, s:s}]", "pointer", pointer, "code", code,
	        "message", message));
	return -1;
}

static int
read_body(struct asking *a)
{
	struct error why = { 0 };
	size_t length;
	const char *body = http_body(a->x, &length);

	a->body = json_read(body, length, BODY_CEILING, &why);
	if (json_is_object(a->body))
		return 0;
	http_problem(a->x, 400, "not-readable", "内容无法读取", why.kind ? why.text
	    : "请求的内容应是一个 JSON 对象。", NULL);
	return -1;
}

/* Only members that the kind knows, of their types. */
static int
check_members(struct asking *a)
{
	static const char *const known[PETITION_KINDS][2] = { { "form", "materials" }, { "reason", NULL },
		{ "sign", "agrees" } };
	const char *name;
	char pointer[128];
	json_t *value;

	json_object_foreach(a->body, name, value) {
		const char *const *k = known[a->kind];

		snprintf(pointer, sizeof pointer, "/%.100s", name);
		if (strcmp(name, k[0]) != 0 && !(k[1] && strcmp(name, k[1]) == 0))
			return refuse_field(a, pointer, "unknown_field", "没有这一栏,请去掉");
		if (a->kind == PETITION_CORRECTION ? !json_is_object(value)
		    : strcmp(name, "agrees") == 0 ? !json_is_boolean(value) : !json_is_string(value))
			return refuse_field(a, pointer, "type", "这一栏的格式不对");
	}
	if (json_text(a->body, "reason") && strlen(json_text(a->body, "reason")) > REASON_CEILING)
		return refuse_field(a, "/reason", "length", "撤回的原因请不超过六百字");
	if (a->kind == PETITION_SIGNATURE && (!json_text(a->body, "sign") ||
	    !json_object_get(a->body, "agrees")))
		return refuse_field(a, json_text(a->body, "sign") ? "/agrees" : "/sign", "required",
		    "请写明同意的是哪一项(sign)、是否同意(agrees)");
	return 0;
}

static int
resolve_files(struct asking *a, struct error *why)
{
	const json_t *materials = json_object_get(a->body, "materials");
	const struct files_wish wish = { &a->who, a->r->event, materials, a->r->files,
		http_header(a->x, "Accept-Language") };
	json_t *errors = NULL;

	if (json_object_size(materials) == 0)
		return 0;
	if (files_resolve(a->n, a->s, &wish, &a->files, &errors, why) != 0) {
		api_unavailable(a->x, why);
		return -1;
	}
	if (json_array_size(errors) == 0) {
		json_decref(errors);
		return 0;
	}
	http_problem(a->x, 422, "not-acceptable", "有内容需要改正", "请按下面的提示改正后再提交。",
	    (struct json_t *)errors);
	return -1;
}

/* The applicant and whoever filed for him ask for corrections and withdrawals; a consent gives only
 * whom the sign asks. A clerk sees it and may do neither. */
static int
check_person(struct asking *a, bool asked)
{
	const char *sign = json_text(a->body, "sign");
	int index = sign ? event_sign(a->r->event, sign) : -1;

	if (a->kind == PETITION_SIGNATURE && asked)
		asked = consent_of(a->r, a->who.id_number) != 0;
	if (a->kind == PETITION_SIGNATURE && index < 0 && (asked || sight_may(&a->who, &a->c)))
		return refuse_field(a, "/sign", "unknown_code", "没有这一项同意");
	if (a->kind == PETITION_SIGNATURE && index >= 0 &&
	    (consent_of(a->r, a->who.id_number) >> index & 1))
		return 0;
	if (a->kind != PETITION_SIGNATURE && sight_may(&a->who, &a->c) && a->who.role <= ROLE_AGENT)
		return 0;
	if (sight_may(&a->who, &a->c))
		http_problem(a->x, 403, "forbidden", "没有权限", a->kind == PETITION_SIGNATURE
		    ? "这项同意只能由被征求意见的人本人表示。" : "只有申请人本人和替他申请的代办员可以这样做。", NULL);
	else
		api_not_found(a->x);
	return -1;
}

/* --- on its way --- */

static json_t *
content_of(const struct asking *a)
{
	const char *language = http_header(a->x, "Accept-Language");
	json_t *o = json_pack("{s:s, s:s*}", "by", a->who.role == ROLE_AGENT ? "agent" : "applicant",
	    "language", language && strlen(language) < 100 ? language : NULL);

	if (o && json_object_update(o, a->body) != 0) {
		json_decref(o);
		return NULL;
	}
	if (o && a->files)
		json_object_set(o, "materials", a->files);
	return o;
}

static int
hash_body(const struct asking *a, uint8_t hash[32])
{
	json_t *all = json_pack("{s:s, s:i, s:O}", "number", a->c.number, "kind", (int)a->kind, "body", a->body);
	char *plain = all ? json_canonical_string(all) : NULL;

	json_decref(all);
	if (!plain)
		return -1;
	seal_hash(a->n->seal, plain, strlen(plain), hash);
	free(plain);
	return 0;
}

static int
make_row(const struct asking *a, const struct petition *p, struct store_file_use files[UPLOADS_MOST],
    struct text *sealed, struct store_petition *row, struct error *why)
{
	*row = (struct store_petition){ .division = p->division, .id = p->id,
		.application = p->application, .account = p->account, .token = a->who.token,
		.account_division = account_division(&a->who), .files = files };
	row->n_files = files_uses(a->files, p->division, p->application, files);
	seal_blind(a->n->seal, "request_key", a->key, strlen(a->key), row->key_hash);
	if (hash_body(a, row->body_hash) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (petition_seal(a->n, p, sealed, why) != 0)
		return -1;
	row->body = (struct bytes){ sealed->data, sealed->length };
	return 0;
}

static void
perhaps(struct asking *a, bool perhaps_stored)
{
	http_add_header(a->x, "Retry-After", "2");
	http_problem(a->x, 503, "unavailable", "系统暂时不可用", perhaps_stored
	    ? "可能已经收下,也可能没有:请用同一个 Idempotency-Key 再发一次,不会重复。"
	      " (perhaps accepted: send again with the same key)"
	    : "没有收下,请稍后用同一个 Idempotency-Key 再试。", NULL);
}

/* The engine answers the exchange; p NULL: it has it, or finds it, already. */
static void
hand_over(struct asking *a, struct petition *p, int32_t division, int64_t id, bool replayed)
{
	struct hearing *h = calloc(1, sizeof *h);

	if (!h) {
		perhaps(a, true);
		if (p)
			engine_petition_take(a->n->engine, p, NULL);
		return;
	}
	*h = (struct hearing){ .x = a->x, .kind = a->kind, .division = division, .id = id,
		.until = clock_monotonic() + WAIT_US, .replayed = replayed };
	engine_petition_take(a->n->engine, p, h);
}

static void
same_key(struct asking *a, const struct store_petition *row)
{
	if (row->same.id == 0 || memcmp(row->same.body_hash, row->body_hash, 32) != 0)
		http_problem(a->x, 422, "idempotency-key-reused", "Idempotency-Key 已用于别的内容",
		    "这个 Idempotency-Key 已经用来提交过另一份内容,请换一个。", NULL);
	else if (row->same.status == 0)
		hand_over(a, NULL, row->same.division, row->same.id, true);
	else
		petition_answer_stored(a->n, a->x, a->kind, row->same.id, row->same.status, &row->same.answer,
		    true);
}

/* p is taken. */
static void
put(struct asking *a, struct petition *p, struct store_petition *row)
{
	struct error why = { 0 };

	CRASH_POINT("petition/before_commit");
	/* what has ended is not asked again: only what was asked before has an answer */
	if (a->c.open ? store_petition_put(a->s, a->n->incarnation, row, &why) != 0
	    : store_petition_find(a->s, row, &why) != 0) {
		log_error("a petition: %s", why.text);
		row->verdict = row->verdict == STORE_LOST ? STORE_LOST : STORE_FAILED;
	}
	switch (row->verdict) {
	case STORE_STORED:
		CRASH_POINT("petition/committed");
		hand_over(a, p, p->division, p->id, false);
		return;
	case STORE_SAME_KEY:
		same_key(a, row);
		break;
	case STORE_PENDING:
		petition_answer(a->x, a->kind, 409, "", false);
		break;
	case STORE_REVOKED:
		http_problem(a->x, 401, "unauthorized", "请重新登录", "登录已失效,没有收下。", NULL);
		break;
	default:
		perhaps(a, row->verdict == STORE_LOST);
	}
	petition_free(p);
	store_petition_free(row);
}

static void
send_off(struct asking *a)
{
	struct store_file_use files[UPLOADS_MOST];
	struct store_petition row;
	struct error why = { 0 };
	json_t *content = content_of(a);
	struct petition *p = content ? petition_new(a->n, &a->c, a->who.id, a->kind, content) : NULL;
	struct text sealed;

	text_init(&sealed, BODY_CEILING + 4096);
	if (!p || make_row(a, p, files, &sealed, &row, &why) != 0) {
		petition_free(p);
		perhaps(a, false);
	} else {
		put(a, p, &row);
	}
	text_free(&sealed);
}

/* --- the handlers --- */

static void
ask(struct node *n, struct http_exchange *x, enum petition_kind kind)
{
	struct asking a = { .n = n, .x = x, .kind = kind };
	struct error why = { 0 };
	bool asked = false;

	if (!sight_find_asked(n, x, &a.who, &a.s, &a.c, &asked))
		return;
	a.r = case_load(n, a.s, &a.c, true, &why);
	if (!a.r)
		api_unavailable(x, &why);
	else if (asked && kind != PETITION_SIGNATURE)
		api_not_found(x);
	else if ((a.key = request_key_of(x)) && read_body(&a) == 0 && check_members(&a) == 0 &&
	    check_person(&a, asked) == 0 && resolve_files(&a, &why) == 0) {
		/* the answer shows it: of another person's that is noted before */
		if (sight_note(n, a.s, &a.who, &a.c, asked ? "consent" : "application", "petition", &why) == 0)
			send_off(&a);
		else
			api_unavailable(x, &why);
	}
	asking_free(&a);
}

void
api_petitions_correct(void *node, struct http_exchange *x)
{
	ask(node, x, PETITION_CORRECTION);
}

void
api_petitions_withdraw(void *node, struct http_exchange *x)
{
	ask(node, x, PETITION_WITHDRAWAL);
}

void
api_petitions_sign(void *node, struct http_exchange *x)
{
	ask(node, x, PETITION_SIGNATURE);
}
