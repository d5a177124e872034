/* What a provider tells of a person becomes his session. */
#include "flows/vouch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "oidc/token.h"
#include "rules/number.h"
#include "seal/digest.h"
#include "store/store.h"

enum { NO_PASSWORD = 86400 /* s: a provider that does not tell when it was typed */ };

struct told { /* of one person */
	struct store_vouched row;
	struct store_account give;
	struct store_login login;
	struct store_tries tries;
	uint8_t subject[16], person[16], nameless[16], token_hash[32];
	struct text sealed;
};

/* --- who it is --- */

/* Two providers may call different people the same. */
static void
index_subject(struct node *n, const struct vouch_person *p, uint8_t out[16])
{
	const char *subject = json_text(p->claims, "sub");
	struct text both;

	text_init(&both, 8192);
	text_putf(&both, "%s\n%s", p->provider->issuer, subject);
	seal_blind(n->seal, "oidc subject", both.data, both.length, out);
	text_free(&both);
}

/* 0; a claim that is no identity number: -1. */
static int
read_number(struct node *n, const struct vouch_person *p, struct told *t)
{
	const char *number = *p->provider->id_number_claim ? json_text(p->claims, p->provider->id_number_claim) : NULL;

	seal_blind(n->seal, "id_number", "", 0, t->nameless);
	if (!number)
		return 0;
	if (number_check(TYPE_ID_NUMBER, number, clock_day(node_now(n)))) {
		log_warning("provider %s: its claim %s is no identity number", p->provider->id, p->provider->id_number_claim);
		return -1;
	}
	seal_blind(n->seal, "id_number", number, strlen(number), t->person);
	t->row.person = t->person;
	return 0;
}

static bool
is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			return false;
	return true;
}

/* --- the account that it may make --- */

static int
seal_person(struct node *n, const struct vouch_person *p, struct told *t, struct error *why)
{
	struct seal_place at = { "account", "sealed", t->give.id, 0 };
	const char *name = json_text(p->claims, p->provider->name_claim);
	json_t *person = json_object();
	char *plain;
	int done;

	if (t->row.person)
		json_object_set(person, "id_number", json_object_get(p->claims, p->provider->id_number_claim));
	if (name && *name && strlen(name) < sizeof ((struct account *)0)->full_name && is_plain(name))
		json_object_set_new(person, "full_name", json_string(name));
	plain = json_canonical_string(person);
	json_decref(person);
	done = plain ? seal_close_value(n->seal, &at, plain, strlen(plain), &t->sealed, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");
	free(plain);
	t->give.sealed = (struct bytes){ t->sealed.data, t->sealed.length };
	return done;
}

static int
new_account(struct node *n, const struct vouch_person *p, struct told *t, struct error *why)
{
	char random[13];

	digest_random_text(random, 12);
	t->give.id = store_id(n->slot, node_now(n));
	snprintf(t->give.name, sizeof t->give.name, "%.40s-%s", p->provider->id, random);
	t->row.give = &t->give;
	return seal_person(n, p, t, why);
}

/* ["330111", …] */
static bool
read_divisions(const json_t *list, struct store_account *a)
{
	const json_t *one;
	size_t i;

	if (list && !json_is_array(list))
		return false;
	json_array_foreach(list, i, one)
		if (!json_is_string(one) || !store_account_place(a, json_string_value(one)))
			return false;
	return true;
}

/* The role that it gives, when the settings let it. */
static bool
read_role(struct node *n, const struct vouch_person *p, struct store_account *a)
{
	const char *role = json_text(p->claims, "yijianshi_role");
	const char *department = json_text(p->claims, "yijianshi_department");
	int is = role ? account_role(role) : -1;

	if (is < 0 || is == ROLE_CITIZEN || !token_has_word(p->provider->roles, role))
		return false;
	strcpy(a->role, role);
	if (!read_divisions(json_object_get(p->claims, "yijianshi_divisions"), a) ||
	    (is == ROLE_AGENT && a->n_divisions == 0))
		return false;
	if (is != ROLE_CLERK)
		return true;
	if (!departments_find(&n->departments, department))
		return false;
	snprintf(a->department, sizeof a->department, "%s", department);
	return true;
}

/* VOUCH_DONE: `give` is ready, or is not wanted. */
static enum vouch_result
fill_account(struct node *n, const struct vouch_person *p, struct told *t, struct error *why)
{
	if (!p->provider->staff)
		strcpy(t->give.role, role_names[ROLE_CITIZEN]);
	else if (!*p->provider->roles)
		return VOUCH_DONE;
	else if (!read_role(n, p, &t->give))
		return VOUCH_NOBODY;
	return new_account(n, p, t, why) == 0 ? VOUCH_DONE : VOUCH_AWAY;
}

/* --- the session --- */

static int64_t
proved_ago(struct node *n, const json_t *claims)
{
	int64_t typed = token_auth_time(claims), ago = node_now(n) / US_PER_SECOND - typed;

	return typed == 0 || ago > NO_PASSWORD ? NO_PASSWORD : ago < 0 ? 0 : ago;
}

static int
fill_login(struct node *n, struct store *s, const struct vouch_person *p, struct told *t,
    char secret[SESSION_SECRET_SIZE], struct error *why)
{
	digest_random_text(secret, SESSION_SECRET_SIZE - 1);
	session_hash(secret, t->token_hash);
	login_address_tries(n, p->address, &t->tries);
	t->login = (struct store_login){ .token = store_id(n->slot, node_now(n)), .token_hash = t->token_hash,
		.tries = &t->tries, .n_tries = 1 };
	t->row.login = &t->login;
	t->row.proved_ago = proved_ago(n, p->claims);
	return login_find_old(s, p->old, &t->login, why);
}

static enum vouch_result
result_of(enum store_vouched_result result)
{
	switch (result) {
	case VOUCHED_IN: return VOUCH_DONE;
	case VOUCHED_NOBODY: return VOUCH_NOBODY;
	case VOUCHED_CLOSED: return VOUCH_CLOSED;
	case VOUCHED_OTHER: return VOUCH_OTHER;
	default: return VOUCH_AWAY;
	}
}

enum vouch_result
vouched_login(struct node *n, struct store *s, const struct vouch_person *p, char secret[SESSION_SECRET_SIZE],
    struct error *why)
{
	struct told t = { .row = { .subject = t.subject, .nameless = t.nameless, .provider = p->provider->id,
	    .staff = p->provider->staff, .same = p->handshake->prove } };
	enum vouch_result result;

	t.row.strong = token_is_strong(p->provider, p->claims);
	if (t.row.staff && !t.row.strong)
		return VOUCH_WEAK;
	if (read_number(n, p, &t) != 0)
		return VOUCH_FALSE;
	index_subject(n, p, t.subject);
	text_init(&t.sealed, 65536);
	result = fill_account(n, p, &t, why);
	if (result == VOUCH_DONE && fill_login(n, s, p, &t, secret, why) != 0)
		result = VOUCH_AWAY;
	if (result == VOUCH_DONE)
		result = result_of(store_vouched_login(s, &t.row, why));
	text_free(&t.sealed);
	return result;
}
