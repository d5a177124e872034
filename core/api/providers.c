/* Coming in by an OpenID provider: which there are, to one and back, leaving there. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/vouch.h"
#include "store/store.h"

/* --- answers --- */

static const struct refusal_words { const char *type, *title, *detail; } words[] = {
	[VOUCH_FALSE] = { "login-not-genuine", "登录没有成功",
	    "对方的答复核对不上。为了您的安全,没有登录。请从登录页重新开始。" },
	[VOUCH_NOBODY] = { "no-account", "这里还没有您的账户", "请联系管理员开通,再用这种方式登录。" },
	[VOUCH_CLOSED] = { "account-closed", "账户已经停用", "请联系管理员。" },
	[VOUCH_OTHER] = { "another-person", "不是同一个人", "对方核实的人,与这里的账户不是同一个人。请退出后用自己的账户登录。" },
	[VOUCH_WEAK] = { "factor-needed", "还需要第二种验证", "工作人员要在对方那里用动态口令等第二种方式验证,才能登录。" },
};

static void
refuse(struct http_exchange *x, enum vouch_result result)
{
	http_problem(x, 403, words[result].type, words[result].title, words[result].detail, NULL);
}

static void
answer_away(struct http_exchange *x)
{
	http_add_header(x, "Retry-After", "5");
	http_problem(x, 503, "unavailable", "对方暂时连不上", "请过一会儿再试,或者用别的方式登录。", NULL);
}

static void
answer_expired(struct http_exchange *x)
{
	http_problem(x, 403, "login-expired", "这次登录已经过期", "登录要在同一个浏览器里、十分钟内完成,而且只算一次。"
	    "请从登录页重新开始。", NULL);
}

static json_t *
describe(const struct provider *p)
{
	return json_pack("{s:s, s:s, s:s}", "id", p->id, "title", p->title, "people",
	    p->staff ? "staff" : "citizens");
}

/* --- GET /api/v1/session/providers, …/{provider} --- */

void
api_providers_list(void *node, struct http_exchange *x)
{
	const struct node *n = node;
	const struct providers *p = vouch_providers(n->vouch);
	json_t *list = json_array();

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(list, describe(&p->list[i].is));
	api_json_take(x, 200, json_pack("{s:o}", "providers", list));
}

/* Without the place to leave at when the provider has none, or cannot be asked now. */
static void
answer_provider(struct node *n, struct http_exchange *x, const struct vouch_answer *a)
{
	const struct providers *p = vouch_providers(n->vouch);
	json_t *o = describe(&p->list[providers_find(p, http_param(x, "provider"))].is);

	if (a->location)
		json_object_set_new(o, "leave", json_string(a->location));
	api_json_take(x, 200, o);
}

void
api_providers_show(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct vouch_request r = { .what = VOUCH_LEAVE,
		.provider = providers_find(vouch_providers(n->vouch), http_param(x, "provider")) };

	if (r.provider < 0)
		api_not_found(x);
	else
		vouch_ask(n->vouch, x, &r, answer_provider);
}

/* --- POST /api/v1/session/oidc --- */

static void
answer_begun(struct node *n, struct http_exchange *x, const struct vouch_answer *a)
{
	(void)n;
	if (a->result == VOUCH_DONE)
		api_json_take(x, 200, json_pack("{s:s}", "location", a->location));
	else
		answer_away(x);
}

static bool
give_cookie(struct node *n, struct http_exchange *x, const struct handshake *h)
{
	struct text cookie;
	bool good;

	text_init(&cookie, 4096);
	good = handshake_write(h, &cookie) == 0;
	if (good)
		session_handshake_give(n, x, cookie.data, HANDSHAKE_SECONDS);
	text_free(&cookie);
	return good;
}

void
api_providers_begin(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "provider", "next", "purpose" };
	struct node *n = node;
	struct vouch_request r = { .what = VOUCH_BEGIN };
	json_t *body = body_texts(x, names, 3, 1);
	const char *id = json_text(body, "provider"), *next = json_text(body, "next"),
	    *purpose = json_text(body, "purpose");

	if (!body)
		return;
	r.provider = providers_find(vouch_providers(n->vouch), id);
	if (r.provider >= 0)
		handshake_begin(&r.handshake, id, purpose && strcmp(purpose, "prove") == 0, next ? next : "/",
		    node_now(n) / US_PER_SECOND);
	json_decref(body);
	if (r.provider < 0)
		api_not_found(x);
	else if (give_cookie(n, x, &r.handshake))
		vouch_ask(n->vouch, x, &r, answer_begun);
	else
		answer_away(x);
}

/* --- POST /api/v1/session/oidc/back --- */

static void
answer_back(struct node *n, struct http_exchange *x, const struct vouch_answer *a)
{
	char csrf[SESSION_CSRF_SIZE];

	if (a->result == VOUCH_AWAY) {
		answer_away(x);
	} else if (a->result != VOUCH_DONE) {
		refuse(x, a->result);
	} else {
		session_csrf(a->secret, csrf);
		session_give(n, x, a->secret);
		api_json_take(x, 200, json_pack("{s:s, s:s}", "csrf", csrf, "next", a->next));
	}
}

/* Counted like a try at a password, and used up whatever comes of it. True: go on. */
static bool
use_up(struct node *n, struct http_exchange *x, const struct vouch_request *r)
{
	struct store_tries tries;
	struct error why = { 0 };
	uint8_t mark[16];
	int64_t wait = 0;
	struct store *s = sight_store(n, x, &why);
	int taken, first = 0;

	login_address_tries(n, r->address, &tries);
	handshake_mark(&r->handshake, mark);
	taken = s ? store_login_try(s, &tries, &wait, &why) : -1;
	if (taken == 1)
		first = store_handshake_use(s, mark, &why);
	if (taken < 0 || first < 0)
		api_unavailable(x, &why);
	else if (taken == 0)
		api_too_often(x, (int)(wait / US_PER_SECOND) + 1);
	else if (first == 0)
		answer_expired(x);
	return first == 1;
}

/* What the browser brought, held against what it took along. True: go on. */
static bool
read_back(struct node *n, struct http_exchange *x, const json_t *body, struct vouch_request *r)
{
	const struct providers *p = vouch_providers(n->vouch);
	const char *cookie = session_handshake(n, x), *issuer = json_text(body, "iss");

	r->provider = providers_find(p, json_text(body, "provider"));
	if (r->provider < 0 || !cookie || !handshake_read(&r->handshake, cookie) ||
	    !handshake_fits(&r->handshake, json_text(body, "provider"), json_text(body, "state"),
	    node_now(n) / US_PER_SECOND)) {
		answer_expired(x);
		return false;
	}
	if (issuer && strcmp(issuer, p->list[r->provider].is.issuer) != 0) {
		refuse(x, VOUCH_FALSE);
		return false;
	}
	r->named = issuer != NULL;
	r->code = json_text(body, "code");
	r->address = http_peer(x);
	r->old = session_secret(n, x);
	return use_up(n, x, r);
}

void
api_providers_back(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "provider", "state", "code", "iss", "error" };
	struct node *n = node;
	struct vouch_request r = { .what = VOUCH_BACK };
	json_t *body = body_texts(x, names, 5, 2);

	if (!body)
		return;
	if (!read_back(n, x, body, &r))
		;
	else if (json_text(body, "error"))
		http_problem(x, 403, "login-cancelled", "登录没有完成", "您在对方那里取消了登录,或者对方没有同意。", NULL);
	else if (!r.code)
		refuse(x, VOUCH_FALSE);
	else
		vouch_ask(n->vouch, x, &r, answer_back);
	json_decref(body);
}
