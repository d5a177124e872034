#include "flows/account.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/session.h"
#include "rules/number.h"
#include "seal/digest.h"

const char *const role_names[ROLE_COUNT] = { "citizen", "agent", "clerk", "policy", "supervisor",
	"operator" };

/* A token that was good is believed for so long without asking the database again. Reading with a
 * revoked token ends after it at the latest; changing anything ends at once (checked in the
 * transaction). */
#define BELIEVED_US (2 * US_PER_SECOND)

enum { REMEMBERED = 1024 };

static struct remembered {
	uint8_t hash[32];
	int64_t until; /* monotonic us */
	struct account who;
} table[REMEMBERED];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

void
account_forget(void)
{
	pthread_mutex_lock(&table_lock);
	OPENSSL_cleanse(table, sizeof table);
	pthread_mutex_unlock(&table_lock);
}

static struct remembered *
place_of(const uint8_t hash[32])
{
	return &table[(hash[0] | hash[1] << 8) % REMEMBERED];
}

static bool
recall(const uint8_t hash[32], struct account *who)
{
	struct remembered *r = place_of(hash);
	bool found;

	pthread_mutex_lock(&table_lock);
	found = r->until > clock_monotonic() && memcmp(r->hash, hash, 32) == 0;
	if (found)
		*who = r->who;
	pthread_mutex_unlock(&table_lock);
	return found;
}

static void
remember(const uint8_t hash[32], const struct account *who)
{
	struct remembered *r = place_of(hash);

	pthread_mutex_lock(&table_lock);
	memcpy(r->hash, hash, 32);
	r->until = clock_monotonic() + BELIEVED_US;
	r->who = *who;
	pthread_mutex_unlock(&table_lock);
}

static void
copy_member(const json_t *o, const char *name, char *into, size_t room)
{
	const char *s = json_text(o, name);

	into[0] = '\0';
	if (s && strlen(s) < room)
		strcpy(into, s);
}

int
account_role(const char *name)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (strcmp(role_names[i], name) == 0)
			return i;
	return -1;
}

static int
fill(struct node *n, const struct store_account *a, struct account *who, struct error *why)
{
	struct seal_place at = { "account", "sealed", a->id, 0 };
	struct text plain;
	json_t *person;
	int role = account_role(a->role);

	memset(who, 0, sizeof *who);
	if (role < 0)
		return error_set(why, ERROR_BROKEN, "account %s has an unknown role", a->name);
	who->id = a->id;
	who->token = a->token;
	who->role = (enum role)role;
	memcpy(who->name, a->name, sizeof who->name);
	memcpy(who->department, a->department, sizeof who->department);
	memcpy(who->divisions, a->divisions, sizeof who->divisions);
	who->n_divisions = a->n_divisions;
	memcpy(who->villages, a->villages, sizeof who->villages);
	who->n_villages = a->n_villages;
	text_init(&plain, 65536);
	if (seal_open_value(n->seal, &at, a->sealed.data, a->sealed.length, &plain, why) != 0) {
		text_free(&plain);
		return -1;
	}
	person = json_read(plain.data, plain.length, 65536, why);
	text_free(&plain);
	if (!person)
		return -1;
	copy_member(person, "id_number", who->id_number, sizeof who->id_number);
	copy_member(person, "full_name", who->full_name, sizeof who->full_name);
	copy_member(person, "phone", who->phone, sizeof who->phone);
	json_decref(person);
	seal_blind(n->seal, "id_number", who->id_number, strlen(who->id_number), who->person);
	return 0;
}

static int
unauthorized(struct http_exchange *x)
{
	http_add_header(x, "WWW-Authenticate", "Bearer");
	http_problem(x, 401, "unauthorized", "请先登录", "缺少或无效的访问令牌,请重新登录后再试。", NULL);
	return -1;
}

static int
unavailable(struct http_exchange *x, const struct error *why)
{
	log_error("looking up a caller: %s", why->text);
	http_add_header(x, "Retry-After", "2");
	http_problem(x, 503, "unavailable", "系统暂时不可用", "请保留填写的内容,稍后再交。", NULL);
	return -1;
}

/* `found` as the store tells it; *a is freed. */
static int
recognize(struct node *n, struct http_exchange *x, int found, struct store_account *a, struct account *who,
    struct error *why)
{
	bool known = found == 1 && (!a->demo || n->loopback);

	if (known && fill(n, a, who, why) != 0)
		found = -1;
	store_account_free(a);
	if (found < 0)
		return unavailable(x, why);
	return known ? 0 : unauthorized(x);
}

static int
by_token(struct node *n, struct http_exchange *x, struct store *s, struct account *who)
{
	const char *bearer = http_header(x, "Authorization");
	struct store_account a = { 0 };
	struct error why = { 0 };
	uint8_t hash[32];
	int found;

	if (http_header_count(x, "Authorization") != 1 || strncasecmp(bearer, "Bearer ", 7) != 0)
		return unauthorized(x);
	digest_sha256(bearer + 7, strlen(bearer + 7), hash);
	if (recall(hash, who))
		return 0;
	found = store_alive(s) ? store_account_by_token(s, hash, &a, &why)
	    : error_set(&why, ERROR_TEMPORARY, "no database");
	if (recognize(n, x, found, &a, who, &why) != 0)
		return -1;
	memcpy(who->hash, hash, sizeof who->hash);
	remember(hash, who);
	return 0;
}

/* Whose session it is, as store_account_by_session. Staff without a second factor are nobody here. */
static int
find_session(struct store *s, const uint8_t hash[32], struct store_account *a, struct store_session *session,
    struct error *why)
{
	int found = store_alive(s) ? store_account_by_session(s, hash, a, session, why)
	    : error_set(why, ERROR_TEMPORARY, "no database");

	return found == 1 && strcmp(a->role, role_names[ROLE_CITIZEN]) != 0 && !session->strong ? 0 : found;
}

static int
by_session(struct node *n, struct http_exchange *x, struct store *s, const char *secret, struct account *who)
{
	struct store_session session = { 0 };
	struct store_account a = { 0 };
	struct error why = { 0 };
	uint8_t hash[32];
	int found;

	session_hash(secret, hash);
	found = find_session(s, hash, &a, &session, &why);
	if (recognize(n, x, found, &a, who, &why) != 0 || !session_may_act(n, x, secret))
		return -1;
	memcpy(who->hash, hash, sizeof who->hash);
	who->session = true;
	who->strong = session.strong;
	who->proved = session.proved;
	memcpy(who->provider, session.provider, sizeof who->provider);
	if (session.unseen && store_session_seen(s, session.token, &why) != 0)
		return unavailable(x, &why);
	return 0;
}

int
account_of(struct node *n, struct http_exchange *x, struct account *who)
{
	struct store *s = n->workers[http_worker(x)];
	const char *secret = session_secret(n, x);

	if (http_header(x, "Authorization"))
		return by_token(n, x, s, who);
	return secret ? by_session(n, x, s, secret, who) : unauthorized(x);
}

int
account_again(struct node *n, struct store *s, struct account *who, struct error *why)
{
	const struct account before = *who;
	struct store_account a = { 0 };
	struct store_session session = { 0 };
	int found = before.session ? find_session(s, before.hash, &a, &session, why)
	    : store_alive(s) ? store_account_by_token(s, before.hash, &a, why)
	    : error_set(why, ERROR_TEMPORARY, "no database");

	if (found == 1 && a.demo && !n->loopback)
		found = 0;
	if (found == 1 && fill(n, &a, who, why) != 0)
		found = -1;
	store_account_free(&a);
	memcpy(who->hash, before.hash, sizeof who->hash);
	who->session = before.session;
	return found;
}

int
account_proved(const struct account *who, struct http_exchange *x)
{
	if (!who->session || who->proved)
		return 0;
	http_problem(x, 403, "proof-needed", "请再输入一次密码", "为了确认是您本人,请再输入一次密码,然后继续。"
	    "填写的内容没有丢失。", NULL);
	return -1;
}

/* The same caller is always in the same place: request keys and files are looked for there. */
int32_t
account_division(const struct account *who)
{
	char six[7] = "";

	if (who->n_divisions > 0)
		return who->divisions[0];
	snprintf(six, sizeof six, "%.6s", who->id_number);
	return strlen(six) == 6 ? (int32_t)atoi(six) : 110000;
}

/* --- the command line --- */

/* Several command lines may run in one millisecond: each draws a slot, so that their ids differ. */
static int64_t
new_id(void)
{
	uint16_t slot;

	digest_random(&slot, sizeof slot);
	return store_id(slot & 1023, clock_now());
}

static int
read_divisions(const struct account_new *a, struct store_account *row, struct error *why)
{
	for (int i = 0; i < a->n_divisions; i++)
		if (!store_account_place(row, a->divisions[i]))
			return error_set(why, ERROR_INPUT, "--division %s: six digits, e.g. 330111; an agent's also the "
			    "nine of a town or the twelve of a village", a->divisions[i]);
	return 0;
}

static char *
person_json(const struct account_new *a)
{
	json_t *person = json_object();
	char *plain;

	if (!person)
		return NULL;
	if (a->id_number)
		json_object_set_new(person, "id_number", json_string(a->id_number));
	if (a->full_name)
		json_object_set_new(person, "full_name", json_string(a->full_name));
	if (a->phone)
		json_object_set_new(person, "phone", json_string(a->phone));
	plain = json_canonical_string(person);
	json_decref(person);
	return plain;
}

static int
check_new(const struct account_new *a, struct error *why)
{
	if (account_role(a->role) < 0)
		return error_set(why, ERROR_INPUT,
		    "--role %s: one of citizen agent clerk policy supervisor operator", a->role);
	if (strcmp(a->role, "clerk") == 0 && !a->department)
		return error_set(why, ERROR_INPUT, "a clerk needs --department ID");
	if (strcmp(a->role, "agent") == 0 && a->n_divisions == 0)
		return error_set(why, ERROR_INPUT, "an agent needs --division CODE");
	if (a->id_number && number_check(TYPE_ID_NUMBER, a->id_number, clock_day(clock_now())))
		return error_set(why, ERROR_INPUT, "--id-number %s: no identity number (18 characters, a day that "
		    "was, the check digit; X in capitals)", a->id_number);
	if (strlen(a->name) == 0 || strlen(a->name) > 63)
		return error_set(why, ERROR_INPUT, "an account's name has 1 to 63 bytes");
	if (a->department && strlen(a->department) > 47)
		return error_set(why, ERROR_INPUT, "--department: at most 47 characters");
	return 0;
}

int
account_add(struct store *s, struct seal *seal, const struct account_new *a, struct error *why)
{
	struct store_account row = { 0 }, old = { 0 };
	const char *id_number = a->id_number ? a->id_number : "";
	struct seal_place at = { "account", "sealed", 0, 0 };
	struct text sealed;
	uint8_t person[16];
	char *plain;
	int found, result = -1;

	if (check_new(a, why) != 0)
		return -1;
	strcpy(row.role, a->role);
	if (read_divisions(a, &row, why) != 0)
		return -1;
	found = store_account_by_name(s, a->name, &old, why);
	if (found < 0)
		return -1;
	if (!found && a->change)
		return error_set(why, ERROR_INPUT, "there is no account %s: make it with `account add`", a->name);
	if (found && !a->change && (strcmp(old.role, a->role) != 0 ||
	    strcmp(old.department, a->department ? a->department : "") != 0)) {
		error_set(why, ERROR_REFUSED, "there is an account %s already, a %s%s%s: take another name", a->name,
		    old.role, *old.department ? " of " : "", old.department);
		store_account_free(&old);
		return -1;
	}
	row.id = found ? old.id : new_id();
	store_account_free(&old);
	strcpy(row.name, a->name);
	strcpy(row.department, a->department ? a->department : "");
	at.row = row.id;
	plain = person_json(a);
	text_init(&sealed, 65536);
	if (plain && seal_close_value(seal, &at, plain, strlen(plain), &sealed, why) == 0) {
		row.sealed = (struct bytes){ sealed.data, sealed.length };
		seal_blind(seal, "id_number", id_number, strlen(id_number), person);
		result = store_account_put(s, &row, *id_number ? person : NULL, why);
	}
	text_free(&sealed);
	free(plain);
	return result;
}

int
account_revoke(struct store *s, const char *name, struct error *why)
{
	struct store_account a = { 0 };
	int found = store_account_by_name(s, name, &a, why);

	store_account_free(&a);
	if (found < 0)
		return -1;
	return found ? store_token_revoke(s, a.id, why)
	    : error_set(why, ERROR_INPUT, "there is no account %s", name);
}

int
account_close(struct store *s, const char *name, struct error *why)
{
	struct store_account a = { 0 };
	int found = store_account_by_name(s, name, &a, why);

	store_account_free(&a);
	if (found == 0)
		return error_set(why, ERROR_INPUT, "there is no account %s", name);
	return found == 1 ? store_account_close(s, a.id, why) : -1;
}

int
account_token(struct store *s, const char *name, bool demo, char token[64], struct error *why)
{
	struct store_account a = { 0 };
	uint8_t hash[32];
	int found = store_account_by_name(s, name, &a, why);

	if (found < 0)
		return -1;
	if (found == 0)
		return error_set(why, ERROR_INPUT, "there is no account %s: make it with `account add`", name);
	strcpy(token, "yjs_");
	digest_random_text(token + 4, 43);
	digest_sha256(token, strlen(token), hash);
	found = store_token_put(s, a.id, new_id(), hash, demo, why);
	store_account_free(&a);
	return found;
}
