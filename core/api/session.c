/* Coming in and leaving: sessions of browsers, passwords. */
#include "api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/login.h"
#include "rules/village.h"

/* --- answers --- */

static void
answer_nothing(struct http_exchange *x)
{
	http_answer(x, 204, NULL, NULL, 0);
}

/* Everything but LOGIN_DONE. */
static void
answer_refused(struct http_exchange *x, enum login_result result, const struct login *l, const struct error *why)
{
	if (result == LOGIN_TOO_OFTEN)
		api_too_often(x, l->wait_seconds);
	else if (result == LOGIN_WRONG)
		http_problem(x, 401, "login-failed", "登录没有成功", "用户名、密码或动态口令不对。"
		    "工作人员还须填写动态口令;没有开通的,请找管理员。", NULL);
	else
		api_unavailable(x, why);
}

static void
answer_wrong(struct http_exchange *x, const char *title)
{
	http_problem(x, 403, "wrong-password", title, "请再试一次。", NULL);
}

static json_t *
villages_of(const struct account *who)
{
	json_t *villages = json_array();
	char code[VILLAGE_SIZE];

	for (int i = 0; i < who->n_villages; i++) {
		village_write(who->villages[i], code);
		json_array_append_new(villages, json_string(code));
	}
	return villages;
}

/* Who the caller is; *secret NULL: a program's token, which needs no CSRF token. */
static json_t *
describe(const struct account *who, const char *secret)
{
	json_t *o = json_pack("{s:s, s:s, s:b, s:b}", "name", who->name, "role", role_names[who->role],
	    "strong", who->strong, "proved", !who->session || who->proved);
	json_t *divisions = json_array();
	char csrf[SESSION_CSRF_SIZE];

	for (int i = 0; i < who->n_divisions; i++)
		json_array_append_new(divisions, json_sprintf("%06d", who->divisions[i]));
	json_object_set_new(o, "divisions", divisions);
	if (who->n_villages > 0)
		json_object_set_new(o, "villages", villages_of(who));
	if (*who->full_name)
		json_object_set_new(o, "full_name", json_string(who->full_name));
	if (*who->department)
		json_object_set_new(o, "department", json_string(who->department));
	if (*who->provider)
		json_object_set_new(o, "provider", json_string(who->provider));
	if (secret) {
		session_csrf(secret, csrf);
		json_object_set_new(o, "csrf", json_string(csrf));
	}
	return o;
}

/* --- POST, GET, DELETE /api/v1/session --- */

static void
answer_session(struct node *n, struct http_exchange *x, const char *secret)
{
	char csrf[SESSION_CSRF_SIZE];

	session_csrf(secret, csrf);
	session_give(n, x, secret);
	api_json_take(x, 200, json_pack("{s:s}", "csrf", csrf));
}

void
api_session_begin(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "name", "password", "totp" };
	struct node *n = node;
	struct login_request r = { .address = http_peer(x), .old = session_secret(n, x) };
	struct error why = { 0 };
	struct login l = { 0 };
	enum login_result result;
	struct store *s;
	json_t *body;

	if (!session_is_own_page(n, x) || !(body = body_texts(x, names, 3, 2)))
		return;
	r.name = json_text(body, "name");
	r.password = json_text(body, "password");
	r.code = json_text(body, "totp");
	s = sight_store(n, x, &why);
	result = s ? login_make(n, s, &r, &l, &why) : LOGIN_FAILED;
	if (result == LOGIN_DONE)
		answer_session(n, x, l.secret);
	else
		answer_refused(x, result, &l, &why);
	json_decref(body);
}

void
api_session_show(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct account who;

	if (account_of(n, x, &who) == 0)
		api_json_take(x, 200, describe(&who, who.session ? session_secret(n, x) : NULL));
}

/* A program's token is no session: who gave it ends it. */
static bool
is_session(const struct account *who, struct http_exchange *x)
{
	if (!who->session)
		http_problem(x, 403, "forbidden", "只能在登录后操作", "访问令牌不能退出登录,也不能改密码。", NULL);
	return who->session;
}

/* 204, 404 or 503. */
static void
end_session(struct node *n, struct http_exchange *x, const struct account *who, int64_t token)
{
	struct error why = { 0 };
	struct store *s = sight_store(n, x, &why);
	int ended = s ? store_session_revoke(s, who->id, token, &why) : -1;

	if (ended < 0) {
		api_unavailable(x, &why);
	} else if (ended == 0) {
		api_not_found(x);
	} else {
		if (who->session && token == who->token)
			session_take_back(n, x);
		answer_nothing(x);
	}
}

void
api_session_end(void *node, struct http_exchange *x)
{
	struct account who;

	if (account_of(node, x, &who) == 0 && is_session(&who, x))
		end_session(node, x, &who, who.token);
}

/* --- /api/v1/session/proof, /api/v1/session/password --- */

void
api_session_prove(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "password" };
	struct node *n = node;
	struct login_request r = { .address = http_peer(x) };
	struct error why = { 0 };
	struct login l = { 0 };
	enum login_result result;
	struct account who;
	struct store *s;
	json_t *body;

	if (account_of(n, x, &who) != 0 || !is_session(&who, x) || !(body = body_texts(x, names, 1, 1)))
		return;
	r.name = who.name;
	r.password = json_text(body, "password");
	s = sight_store(n, x, &why);
	result = s ? login_prove(n, s, &r, &l, &why) : LOGIN_FAILED;
	if (result == LOGIN_DONE && store_session_proved(s, who.token, &why) != 0)
		result = LOGIN_FAILED;
	if (result == LOGIN_DONE)
		answer_nothing(x);
	else if (result == LOGIN_WRONG)
		answer_wrong(x, "密码不对");
	else
		answer_refused(x, result, &l, &why);
	json_decref(body);
}

/* The old one fits: the new one takes its place, and everybody who came in by the old one is out. */
static void
put_password(struct node *n, struct http_exchange *x, struct store *s, const struct account *who,
    const struct login *l, const char *new)
{
	struct error why = { 0 };
	char hash[PASSWORD_HASH_SIZE];
	int done = password_hash(n->seal, new, hash, &why) == 0
	    ? store_password_change(s, who->id, l->hash, hash, &why) : -1;

	if (done == 1) {
		session_take_back(n, x);
		answer_nothing(x);
	} else if (done == 0) {
		answer_wrong(x, "原密码不对");
	} else {
		api_unavailable(x, &why);
	}
}

void
api_session_password(void *node, struct http_exchange *x)
{
	static const char *const names[] = { "old", "new" };
	struct node *n = node;
	struct login_request r = { .address = http_peer(x) };
	struct error why = { 0 };
	struct login l = { 0 };
	const char *weakness, *new;
	struct account who;
	struct store *s;
	json_t *body;

	if (account_of(n, x, &who) != 0 || !is_session(&who, x) || !(body = body_texts(x, names, 2, 2)))
		return;
	r.name = who.name;
	r.password = json_text(body, "old");
	new = json_text(body, "new");
	weakness = password_weakness(new, who.name);
	s = sight_store(n, x, &why);
	if (weakness) {
		http_problem(x, 422, "weak-password", "新密码不能用", weakness, NULL);
	} else {
		enum login_result result = s ? login_prove(n, s, &r, &l, &why) : LOGIN_FAILED;

		if (result == LOGIN_DONE)
			put_password(n, x, s, &who, &l, new);
		else if (result == LOGIN_WRONG)
			answer_wrong(x, "原密码不对");
		else
			answer_refused(x, result, &l, &why);
	}
	json_decref(body);
}

/* --- /api/v1/sessions --- */

static json_t *
show_session(const struct store_session *session, const struct account *who)
{
	char made[30], seen[30];

	clock_format(session->made_at, made);
	clock_format(session->seen_at, seen);
	return json_pack("{s:o, s:s, s:s, s:b, s:b}", "id", json_sprintf("%lld", (long long)session->token),
	    "made_at", made, "seen_at", seen, "strong", session->strong,
	    "current", who->session && session->token == who->token);
}

void
api_sessions_list(void *node, struct http_exchange *x)
{
	struct store_session list[STORE_SESSIONS_MOST];
	struct node *n = node;
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *shown;
	int count;

	if (account_of(n, x, &who) != 0)
		return;
	s = sight_store(n, x, &why);
	if (!s || store_sessions(s, who.id, list, &count, &why) != 0) {
		api_unavailable(x, &why);
		return;
	}
	shown = json_array();
	for (int i = 0; i < count; i++)
		json_array_append_new(shown, show_session(&list[i], &who));
	api_json_take(x, 200, json_pack("{s:o}", "sessions", shown));
}

void
api_sessions_end(void *node, struct http_exchange *x)
{
	const char *id = http_param(x, "id");
	struct account who;
	char *end;
	long long token;

	if (account_of(node, x, &who) != 0)
		return;
	token = strtoll(id, &end, 10);
	if (*id < '1' || *id > '9' || *end != '\0')
		api_not_found(x);
	else
		end_session(node, x, &who, token);
}
