/* handshake.h: what binds a login at a provider to the browser that began it.
 *
 * The browser keeps a secret in a cookie; state, nonce and PKCE verifier are keyed hashes with it, so
 * that nothing of it is stored here and each of them is worth nothing without the cookie. The cookie
 * also says which provider was asked, when, and where to go afterwards: the state covers all of it.
 */
#ifndef YJS_OIDC_HANDSHAKE_H
#define YJS_OIDC_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "seal/digest.h"

enum { HANDSHAKE_NEXT = 512, HANDSHAKE_ID = 40, HANDSHAKE_SECONDS = 600 };

struct handshake {
	char secret[DIGEST_TEXT_SIZE];
	int64_t at;                  /* s since 1970 */
	char provider[HANDSHAKE_ID + 1];
	bool prove;                  /* the person is in already and shows that he is the same */
	char next[HANDSHAKE_NEXT + 1];
	char state[DIGEST_TEXT_SIZE], nonce[DIGEST_TEXT_SIZE], verifier[DIGEST_TEXT_SIZE];
};

/* Begin one. A `next` that is too long is left out. */
void handshake_begin(struct handshake *h, const char *provider, bool prove, const char *next, int64_t now);
/* The cookie's value. */
int handshake_write(const struct handshake *h, struct text *out);
/* What a browser brought: false when it is no such value. */
bool handshake_read(struct handshake *h, const char *cookie);
/* Is it the state of this browser's login at this provider, begun within ten minutes? */
bool handshake_fits(const struct handshake *h, const char *provider, const char *state, int64_t now);
/* What it is known by once it was used: 16 bytes. */
void handshake_mark(const struct handshake *h, uint8_t out[16]);

#endif
