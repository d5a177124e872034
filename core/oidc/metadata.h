/* metadata.h: what a provider tells of itself (OpenID Connect Discovery 1.0).
 */
#ifndef YJS_OIDC_METADATA_H
#define YJS_OIDC_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct metadata {
	char *authorization, *token, *keys; /* URLs */
	char *userinfo, *end_session;       /* or NULL */
	bool tells_issuer;                  /* its answer names it (RFC 9207) */
	bool secret_in_body;                /* it takes the client's secret in the body only */
};

enum { METADATA_MOST = 256 << 10, METADATA_URL = 2048 };

/* Where it is asked for: "<issuer>/.well-known/openid-configuration". malloc()ed; NULL: no memory. */
char *metadata_address(const char *issuer);
/* Read the answer. ERROR_BROKEN: it is another issuer's, or lacks what this service needs. */
int metadata_read(const char *json, size_t length, const char *issuer, struct metadata *m,
    struct error *why) MUST_CHECK;
/* Is it a whole one? */
bool metadata_there(const struct metadata *m);
void metadata_free(struct metadata *m);

#endif
