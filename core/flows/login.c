#include "flows/login.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "seal/digest.h"
#include "store/store.h"

/* Ten tries at an account and one more each minute; from an address, behind which a whole village may
 * sit, forty and one more each ten seconds. Only those that do not fit count in the end. */
enum { ACCOUNT_TRIES = 10, ADDRESS_TRIES = 40 };
#define ACCOUNT_COST (60 * US_PER_SECOND)
#define ADDRESS_COST (10 * US_PER_SECOND)

bool
login_needs_factor(enum role role)
{
	return role != ROLE_CITIZEN;
}

/* --- tries --- */

/* Of IPv6 the network: a caller has 2^64 addresses of it. */
static void
index_address(struct seal *seal, const char *address, uint8_t out[16])
{
	struct in6_addr six;

	if (inet_pton(AF_INET6, address, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
		seal_blind(seal, "login address", &six, 8, out);
	else
		seal_blind(seal, "login address", address, strlen(address), out);
}

void
login_address_tries(struct node *n, const char *address, struct store_tries *tries)
{
	tries->cost_us = ADDRESS_COST;
	tries->room_us = ADDRESS_TRIES * ADDRESS_COST;
	index_address(n->seal, address, tries->who);
}

static void
measure(struct node *n, const struct login_request *r, struct store_tries tries[2])
{
	login_address_tries(n, r->address, &tries[0]);
	tries[1].cost_us = ACCOUNT_COST;
	tries[1].room_us = ACCOUNT_TRIES * ACCOUNT_COST;
	seal_blind(n->seal, "login name", r->name, strlen(r->name), tries[1].who);
}

/* LOGIN_DONE: it may be looked at. */
static enum login_result
take_tries(struct store *s, const struct store_tries tries[2], struct login *l, struct error *why)
{
	int64_t wait;

	for (int i = 0; i < 2; i++) {
		int taken = store_login_try(s, &tries[i], &wait, why);

		if (taken < 0)
			return LOGIN_FAILED;
		l->wait_seconds = (int)(wait / US_PER_SECOND) + 1;
		if (taken == 0)
			return LOGIN_TOO_OFTEN;
	}
	return LOGIN_DONE;
}

/* --- what fits --- */

/* Which step the code stands for, 0: none; -1 and *why. */
static int64_t
step_of_code(struct node *n, const struct store_credentials *c, const char *code, struct error *why)
{
	struct seal_place at = { "totp", "sealed", c->account.id, 0 };
	struct text secret;
	int64_t step;

	text_init(&secret, TOTP_SECRET);
	if (seal_open_value(n->seal, &at, c->totp.data, c->totp.length, &secret, why) != 0)
		step = -1;
	else
		step = totp_find((const uint8_t *)secret.data, code, node_now(n), c->last_step);
	if (secret.data)
		OPENSSL_cleanse(secret.data, secret.length);
	text_free(&secret);
	return step;
}

/* 1 with *step (0: no code was needed), 0, -1. */
static int
factor_fits(struct node *n, const struct store_credentials *c, const char *code, int64_t *step, struct error *why)
{
	*step = 0;
	if (!c->totp.data)
		return strcmp(c->account.role, role_names[ROLE_CITIZEN]) == 0;
	if (!code)
		return 0;
	*step = step_of_code(n, c, code, why);
	return *step < 0 ? -1 : *step > 0;
}

/* Whatever is wrong, a hash is computed. 1, 0, -1. */
static int
password_is(struct node *n, const struct store_credentials *c, const char *password, struct error *why)
{
	bool there = c->found && *c->hash && (!c->account.demo || n->loopback);

	return password_fits(n->seal, there ? c->hash : NULL, password, why);
}

/* --- the new session --- */

/* The session that this browser has now: it ends with the login. */
int
login_find_old(struct store *s, const char *secret, struct store_login *into, struct error *why)
{
	struct store_account a = { 0 };
	struct store_session session;
	uint8_t hash[32];
	int found;

	if (!secret)
		return 0;
	session_hash(secret, hash);
	found = store_account_by_session(s, hash, &a, &session, why);
	if (found == 1) {
		into->old = session.token;
		into->old_account = a.id;
	}
	store_account_free(&a);
	return found < 0 ? -1 : 0;
}

static enum login_result
make_session(struct node *n, struct store *s, const struct login_request *r, const struct store_credentials *c,
    struct store_login *new, struct login *l, struct error *why)
{
	uint8_t hash[32];
	int done;

	digest_random_text(l->secret, sizeof l->secret - 1);
	session_hash(l->secret, hash);
	new->account = c->account.id;
	new->token = store_id(n->slot, node_now(n));
	new->token_hash = hash;
	new->password_hash = c->hash;
	new->demo = c->account.demo;
	new->strong = new->totp_step != 0;
	done = login_find_old(s, r->old, new, why) == 0 ? store_login(s, new, why) : -1;
	return done < 0 ? LOGIN_FAILED : done == 0 ? LOGIN_WRONG : LOGIN_DONE;
}

enum login_result
login_make(struct node *n, struct store *s, const struct login_request *r, struct login *l, struct error *why)
{
	struct store_tries tries[2];
	struct store_login new = { .tries = tries, .n_tries = 2 };
	struct store_credentials c = { 0 };
	enum login_result result;
	int fits;

	measure(n, r, tries);
	result = take_tries(s, tries, l, why);
	if (result != LOGIN_DONE)
		return result;
	fits = store_credentials(s, r->name, &c, why) == 0 ? password_is(n, &c, r->password, why) : -1;
	if (fits == 1)
		fits = factor_fits(n, &c, r->code, &new.totp_step, why);
	result = fits < 0 ? LOGIN_FAILED : fits == 0 ? LOGIN_WRONG : make_session(n, s, r, &c, &new, l, why);
	store_credentials_free(&c);
	return result;
}

enum login_result
login_prove(struct node *n, struct store *s, const struct login_request *r, struct login *l, struct error *why)
{
	struct store_tries tries[2];
	struct store_credentials c = { 0 };
	enum login_result result;
	int fits;

	measure(n, r, tries);
	result = take_tries(s, tries, l, why);
	if (result != LOGIN_DONE)
		return result;
	fits = store_credentials(s, r->name, &c, why) == 0 ? password_is(n, &c, r->password, why) : -1;
	memcpy(l->hash, c.hash, sizeof l->hash);
	store_credentials_free(&c);
	if (fits == 1 && store_login_forgive(s, tries, 2, why) != 0)
		return LOGIN_FAILED;
	return fits < 0 ? LOGIN_FAILED : fits == 0 ? LOGIN_WRONG : LOGIN_DONE;
}

/* --- the command line --- */

static int
find_account(struct store *s, const char *name, int64_t *id, struct error *why)
{
	struct store_account a = { 0 };
	int found = store_account_by_name(s, name, &a, why);

	if (found == 0)
		error_set(why, ERROR_INPUT, "there is no account %s: make it with `account add`", name);
	*id = a.id;
	store_account_free(&a);
	return found == 1 ? 0 : -1;
}

int
login_set_password(struct store *s, struct seal *seal, const char *name, const char *password, bool demo,
    struct error *why)
{
	const char *weakness = password_weakness(password, name);
	char hash[PASSWORD_HASH_SIZE];
	int64_t account;

	if (find_account(s, name, &account, why) != 0)
		return -1;
	if (weakness)
		return error_set(why, ERROR_INPUT, "%s", weakness);
	if (password_hash(seal, password, hash, why) != 0)
		return -1;
	return store_password_put(s, account, hash, demo, why);
}

static int
write_url(const char *name, const uint8_t secret[TOTP_SECRET], char url[LOGIN_URL_SIZE], struct error *why)
{
	char text[TOTP_TEXT_SIZE];
	struct text t;

	totp_text(secret, text);
	text_init(&t, LOGIN_URL_SIZE - 1);
	text_puts(&t, "otpauth://totp/yijianshi:");
	text_put_url(&t, name);
	text_putf(&t, "?secret=%s&issuer=yijianshi&algorithm=SHA1&digits=6&period=30", text);
	if (t.failed) {
		text_free(&t);
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	memcpy(url, t.data, t.length + 1);
	text_free(&t);
	return 0;
}

int
login_set_factor(struct store *s, struct seal *seal, const char *name, char url[LOGIN_URL_SIZE], struct error *why)
{
	struct seal_place at = { "totp", "sealed", 0, 0 };
	uint8_t secret[TOTP_SECRET];
	struct text sealed;
	int result = -1;

	if (find_account(s, name, &at.row, why) != 0)
		return -1;
	digest_random(secret, sizeof secret);
	text_init(&sealed, 256);
	if (seal_close_value(seal, &at, secret, sizeof secret, &sealed, why) == 0) {
		struct bytes bytes = { sealed.data, sealed.length };

		result = store_totp_put(s, at.row, &bytes, why);
	}
	text_free(&sealed);
	return result == 0 ? write_url(name, secret, url, why) : -1;
}

int
login_code(const char *url, char code[TOTP_DIGITS + 1], struct error *why)
{
	const char *secret = strstr(url, "secret=");
	uint8_t bytes[TOTP_SECRET];

	if (totp_read(secret ? secret + 7 : url, bytes) != 0)
		return error_set(why, ERROR_INPUT, "neither an otpauth URL as `account totp` prints it nor the secret in it");
	totp_code(bytes, totp_step(clock_now()), code);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return 0;
}
