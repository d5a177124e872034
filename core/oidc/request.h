/* request.h: what is sent to a provider: by the browser, to come in and to leave; by us, for the token.
 */
#ifndef YJS_OIDC_REQUEST_H
#define YJS_OIDC_REQUEST_H

#include "base/text.h"
#include "oidc/handshake.h"
#include "oidc/metadata.h"
#include "oidc/provider.h"

/* A password that was typed longer ago is asked for again, s. */
enum { REQUEST_MAX_AGE = 900 };

/* Where the provider sends the browser back to. */
int request_back(const struct provider *p, const char *public_url, struct text *out);
/* Where the browser is sent: to come in, or to show again who he is. */
int request_authorization(const struct provider *p, const struct metadata *m, const struct handshake *h,
    const char *public_url, struct text *out);
/* The body that changes a code into tokens, as a form. The secret is in it where the provider takes it
 * there only, else in request_basic(). */
int request_token(const struct provider *p, const struct metadata *m, const struct handshake *h,
    const char *code, const char *public_url, struct text *out);
/* "Basic …" for the token's request; nothing for a client without a secret, or one with it in the body. */
int request_basic(const struct provider *p, const struct metadata *m, struct text *out);
/* Where a browser leaves the provider too. Nothing when it has no such place. */
int request_leave(const struct provider *p, const struct metadata *m, const char *public_url, struct text *out);

#endif
