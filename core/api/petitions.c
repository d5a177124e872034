/* What people ask for after filing: corrections, withdrawals, consents of second persons. */
#include "api/api.h"

#include <string.h>

#include "api/asking.h"
#include "api/sight.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/consent.h"
#include "flows/files.h"
#include "flows/request_key.h"

enum { REASON_CEILING = 2000 };

/* --- is it sound? Each answers the exchange and returns -1 when not. --- */

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
			return body_refuse_field(a->x, pointer, "unknown_field", "没有这一栏,请去掉");
		if (a->kind == PETITION_CORRECTION ? !json_is_object(value)
		    : strcmp(name, "agrees") == 0 ? !json_is_boolean(value) : !json_is_string(value))
			return body_refuse_field(a->x, pointer, "type", "这一栏的格式不对");
	}
	if (json_text(a->body, "reason") && strlen(json_text(a->body, "reason")) > REASON_CEILING)
		return body_refuse_field(a->x, "/reason", "length", "撤回的原因请不超过六百字");
	if (a->kind == PETITION_SIGNATURE && (!json_text(a->body, "sign") ||
	    !json_object_get(a->body, "agrees")))
		return body_refuse_field(a->x, json_text(a->body, "sign") ? "/agrees" : "/sign", "required",
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
	return body_refuse(a->x, errors);
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
		return body_refuse_field(a->x, "/sign", "unknown_code", "没有这一项同意");
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

static json_t *
content_of(const struct asking *a)
{
	json_t *o = json_pack("{s:s, s:s*}", "by", a->who.role == ROLE_AGENT ? "agent" : "applicant",
	    "language", asking_language(a));

	if (o && json_object_update(o, a->body) != 0) {
		json_decref(o);
		return NULL;
	}
	if (o && a->files)
		json_object_set(o, "materials", a->files);
	return o;
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
	else if (kind == PETITION_SIGNATURE && account_proved(&a.who, x) != 0)
		; /* a yes binds as a filing does: not from a screen that somebody left */
	else if ((a.key = request_key_of(x)) && asking_read_body(&a) == 0 && check_members(&a) == 0 &&
	    check_person(&a, asked) == 0 && resolve_files(&a, &why) == 0) {
		/* the answer shows it: of another person's that is noted before */
		if (sight_note(n, a.s, &a.who, &a.c, asked ? "consent" : "application", "petition", &why) == 0)
			asking_send_off(&a, content_of(&a));
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
