#include "oidc/token.h"

#include <cjose/cjose.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "seal/digest.h"

/* What is taken, and the key that it must be of. */
static const struct algorithm { const char *name, *kind, *curve; } algorithms[] = {
	{ "RS256", "RSA", NULL }, { "PS256", "RSA", NULL }, { "ES256", "EC", "P-256" },
};

enum { RSA_BITS = 2048, SUBJECT_MOST = 255, ISSUED_WITHIN = 600 };

static enum token_verdict
bad(struct error *why, const char *what)
{
	error_set(why, ERROR_REFUSED, "the ID token: %s", what);
	return TOKEN_BAD;
}

/* --- keys --- */

json_t *
token_keys(const char *json, size_t length, struct error *why)
{
	json_t *o = json_read(json, length, TOKEN_KEYS_MOST, why);
	json_t *keys = json_incref(json_object_get(o, "keys"));

	json_decref(o);
	if (json_is_array(keys))
		return keys;
	json_decref(keys);
	error_set(why, ERROR_BROKEN, "what came is no set of keys");
	return NULL;
}

static bool
is_text(const json_t *o, const char *name, const char *wanted)
{
	const char *text = json_text(o, name);

	return text && strcmp(text, wanted) == 0;
}

/* May this key have signed a token with that header? */
static bool
is_meant(const json_t *key, const struct algorithm *a, const char *kid)
{
	if (!is_text(key, "kty", a->kind) || (a->curve && !is_text(key, "crv", a->curve)))
		return false;
	if ((json_object_get(key, "use") && !is_text(key, "use", "sig")) ||
	    (json_object_get(key, "alg") && !is_text(key, "alg", a->name)))
		return false;
	return !kid || is_text(key, "kid", kid);
}

/* The one that is meant; of several without a name, none. */
static const json_t *
find_key(const json_t *keys, const struct algorithm *a, const char *kid)
{
	const json_t *found = NULL, *key;
	size_t i;

	json_array_foreach(keys, i, key) {
		if (!is_meant(key, a, kid))
			continue;
		if (found)
			return NULL;
		found = key;
	}
	return found;
}

/* Its public part, as cjose has it; NULL when it is none, or too weak. */
static cjose_jwk_t *
import_key(const json_t *key)
{
	static const char *const members[] = { "kty", "n", "e", "crv", "x", "y" };
	json_t *public = json_object();
	cjose_err failed;
	cjose_jwk_t *jwk;
	char *json;

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (json_object_get(key, members[i]))
			json_object_set(public, members[i], json_object_get(key, members[i]));
	json = json_canonical_string(public);
	json_decref(public);
	jwk = json ? cjose_jwk_import(json, strlen(json), &failed) : NULL;
	free(json);
	if (jwk && cjose_jwk_get_kty(jwk, &failed) == CJOSE_JWK_KTY_RSA && cjose_jwk_get_keysize(jwk, &failed) < RSA_BITS) {
		cjose_jwk_release(jwk);
		jwk = NULL;
	}
	return jwk;
}

/* --- the signature --- */

static const struct algorithm *
find_algorithm(const char *name)
{
	for (size_t i = 0; name && i < sizeof algorithms / sizeof *algorithms; i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return &algorithms[i];
	return NULL;
}

/* What was signed, read; NULL: it was not, by this key. */
static json_t *
open_signed(cjose_jws_t *jws, const json_t *key, struct error *why)
{
	cjose_jwk_t *jwk = import_key(key);
	uint8_t *plain = NULL;
	size_t length = 0;
	cjose_err failed;
	json_t *claims = NULL;

	if (jwk && cjose_jws_verify(jws, jwk, &failed) && cjose_jws_get_plaintext(jws, &plain, &length, &failed))
		claims = json_read((const char *)plain, length, TOKEN_MOST, why);
	else
		error_set(why, ERROR_REFUSED, "the ID token: not signed by the provider");
	if (jwk)
		cjose_jwk_release(jwk);
	return claims;
}

static enum token_verdict
check_signature(cjose_jws_t *jws, const json_t *keys, json_t **claims, struct error *why)
{
	const json_t *header = cjose_jws_get_protected(jws), *key;
	const struct algorithm *a = find_algorithm(json_text(header, "alg"));

	if (!a)
		return bad(why, "signed in a way that is not taken (RS256, PS256, ES256 are)");
	if (json_object_get(header, "crit"))
		return bad(why, "it demands what is not known here (crit)");
	key = find_key(keys, a, json_text(header, "kid"));
	if (!key) {
		error_set(why, ERROR_REFUSED, "the ID token: signed by a key that the provider does not tell of");
		return TOKEN_KEY_UNKNOWN;
	}
	*claims = open_signed(jws, key, why);
	return *claims ? TOKEN_GOOD : TOKEN_BAD;
}

/* --- what it says --- */

/* For us, and if for others too, given to us. */
static bool
is_for(const json_t *claims, const char *client)
{
	const json_t *audience = json_object_get(claims, "aud"), *one;
	size_t i, ours = is_text(claims, "aud", client);

	json_array_foreach(audience, i, one)
		ours += json_is_string(one) && strcmp(json_string_value(one), client) == 0;
	if (json_object_get(claims, "azp") || json_array_size(audience) > 1)
		return ours && is_text(claims, "azp", client);
	return ours > 0;
}

/* A time in whole seconds; 0 when there is none. */
static int64_t
time_of(const json_t *claims, const char *name)
{
	const json_t *n = json_object_get(claims, name);
	double seconds = json_number_value(n);

	return seconds > 0 && seconds < 1e12 ? (int64_t)seconds : 0;
}

int64_t
token_auth_time(const json_t *claims)
{
	return time_of(claims, "auth_time");
}

static enum token_verdict
check_times(const json_t *claims, const struct token_wanted *w, struct error *why)
{
	int64_t issued = time_of(claims, "iat");

	if (time_of(claims, "exp") <= w->now - TOKEN_SKEW)
		return bad(why, "its time is over");
	if (issued > w->now + TOKEN_SKEW || time_of(claims, "nbf") > w->now + TOKEN_SKEW)
		return bad(why, "its time has not come");
	if (issued < w->now - ISSUED_WITHIN)
		return bad(why, "it was made long ago");
	if (w->since && token_auth_time(claims) < w->since - TOKEN_SKEW)
		return bad(why, "no password was typed for it");
	return TOKEN_GOOD;
}

static enum token_verdict
check_claims(const json_t *claims, const struct token_wanted *w, struct error *why)
{
	const char *nonce = json_text(claims, "nonce"), *subject = json_text(claims, "sub");

	if (!is_text(claims, "iss", w->provider->issuer))
		return bad(why, "another provider's");
	if (!is_for(claims, w->provider->client_id))
		return bad(why, "not for this service");
	if (!nonce || strlen(nonce) != strlen(w->nonce) || !digest_equal(nonce, w->nonce, strlen(nonce)))
		return bad(why, "of another login");
	if (!subject || !*subject || strlen(subject) > SUBJECT_MOST)
		return bad(why, "it does not say whose it is");
	return check_times(claims, w, why);
}

enum token_verdict
token_verify(const char *token, const json_t *keys, const struct token_wanted *wanted, json_t **claims,
    struct error *why)
{
	size_t length = strnlen(token, TOKEN_MOST);
	cjose_jws_t *jws;
	cjose_err failed;
	enum token_verdict verdict;

	*claims = NULL;
	jws = length < TOKEN_MOST ? cjose_jws_import(token, length, &failed) : NULL;
	if (!jws)
		return bad(why, "it cannot be read");
	verdict = check_signature(jws, keys, claims, why);
	cjose_jws_release(jws);
	if (verdict == TOKEN_GOOD)
		verdict = check_claims(*claims, wanted, why);
	if (verdict != TOKEN_GOOD) {
		json_decref(*claims);
		*claims = NULL;
	}
	return verdict;
}

/* --- words --- */

bool
token_has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; length && (at = strstr(at, word)); at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

bool
token_is_strong(const struct provider *p, const json_t *claims)
{
	const char *class = json_text(claims, "acr");
	const json_t *ways = json_object_get(claims, "amr"), *one;
	size_t i;

	if (class && token_has_word(p->strong, class))
		return true;
	json_array_foreach(ways, i, one)
		if (json_is_string(one) && token_has_word(p->strong, json_string_value(one)))
			return true;
	return false;
}
