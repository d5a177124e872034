/* token.h: is an ID token genuine, ours, and of this login? (OpenID Connect Core 1.0, 3.1.3.7)
 *
 * The algorithm is held against a short list before a key is looked for, and the key's kind must be
 * the algorithm's: nothing that the token says of itself chooses how it is checked.
 */
#ifndef YJS_OIDC_TOKEN_H
#define YJS_OIDC_TOKEN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "oidc/provider.h"

enum { TOKEN_MOST = 16 << 10, TOKEN_KEYS_MOST = 256 << 10, TOKEN_SKEW = 60 /* s between two clocks */ };

enum token_verdict {
	TOKEN_GOOD,
	TOKEN_BAD,         /* *why tells, without anything of the person */
	TOKEN_KEY_UNKNOWN  /* none of the keys is meant: they may have changed */
};

struct token_wanted {
	const struct provider *provider;
	const char *nonce;
	int64_t now;   /* s since 1970 */
	int64_t since; /* a password typed before does not do; 0: any */
};

/* A provider's keys (RFC 7517); NULL and *why. Free with json_decref(). */
json_t *token_keys(const char *json, size_t length, struct error *why) MUST_CHECK;
/* TOKEN_GOOD: *claims is yours. */
enum token_verdict token_verify(const char *token, const json_t *keys, const struct token_wanted *wanted,
    json_t **claims, struct error *why) MUST_CHECK;
/* Does it tell of a second factor, in the settings' words? */
bool token_is_strong(const struct provider *p, const json_t *claims);
/* Is `word` one of those in `words`, parted by blanks? */
bool token_has_word(const char *words, const char *word);
/* When the password was typed, s since 1970; 0: it does not tell. */
int64_t token_auth_time(const json_t *claims);

#endif
