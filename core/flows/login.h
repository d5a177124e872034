/* login.h: coming in by name, password and one-time code.
 *
 * One answer for whatever does not fit, at the same cost: nothing tells whether there is such an
 * account, which of the two was wrong, or whether it has a second factor. Staff need one. Tries are
 * counted before they are looked at, by account and by address; one that fits is given back.
 */
#ifndef YJS_FLOWS_LOGIN_H
#define YJS_FLOWS_LOGIN_H

#include "flows/account.h"
#include "flows/session.h"
#include "seal/password.h"
#include "seal/totp.h"
#include "store/login.h"

struct login_request {
	const char *name, *password;
	const char *code;    /* NULL: none was given */
	const char *address; /* who tries, numeric */
	const char *old;     /* secret of this browser's session until now; NULL: none */
};

enum login_result { LOGIN_DONE, LOGIN_WRONG, LOGIN_TOO_OFTEN, LOGIN_FAILED /* no database: *why */ };

struct login {
	char secret[SESSION_SECRET_SIZE]; /* LOGIN_DONE: the new session's */
	int wait_seconds;                 /* LOGIN_TOO_OFTEN: the next try is taken after it */
	char hash[PASSWORD_HASH_SIZE];    /* login_prove, LOGIN_DONE: of the password that fits */
};

enum login_result login_make(struct node *n, struct store *s, const struct login_request *r, struct login *l,
    struct error *why) MUST_CHECK;
/* Is it the password of an account that is in already? Counted like a login. LOGIN_DONE: yes. */
enum login_result login_prove(struct node *n, struct store *s, const struct login_request *r, struct login *l,
    struct error *why) MUST_CHECK;

/* For vouch.h: the tries of an address, of which each login counts as one; the session that a browser
 * has now, which ends with the login (`secret` NULL: none). */
void login_address_tries(struct node *n, const char *address, struct store_tries *tries);
int login_find_old(struct store *s, const char *secret, struct store_login *into, struct error *why) MUST_CHECK;

/* Does this role come in with a second factor only? */
bool login_needs_factor(enum role role);

/* The command line: a password for an account; the second factor's otpauth URL, shown once. */
enum { LOGIN_URL_SIZE = 400 };
int login_set_password(struct store *s, struct seal *seal, const char *name, const char *password, bool demo,
    struct error *why) MUST_CHECK;
int login_set_factor(struct store *s, struct seal *seal, const char *name, char url[LOGIN_URL_SIZE],
    struct error *why) MUST_CHECK;
/* What an authenticator shows now for such a URL, or for the secret in it. */
int login_code(const char *url, char code[TOTP_DIGITS + 1], struct error *why) MUST_CHECK;

#endif
