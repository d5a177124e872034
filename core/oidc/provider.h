/* provider.h: what the settings tell of an OpenID provider (oidc.<id>.…, base/setting.c).
 *
 * This room is the protocol without input and output: OpenID Connect Core 1.0 with the authorization
 * code and PKCE (RFC 7636), the provider's name in its answer (RFC 9207), RP-initiated logout 1.0.
 * Who speaks with the provider and who comes in then: flows/vouch.h. The room alone sees cjose.
 */
#ifndef YJS_OIDC_PROVIDER_H
#define YJS_OIDC_PROVIDER_H

#include <stdbool.h>

struct provider {
	char *id, *title, *issuer, *client_id;
	char *secret;          /* NULL: a public client */
	char *scope;
	bool staff;            /* it vouches for staff; else for citizens */
	char *id_number_claim; /* "": it tells no identity number */
	char *name_claim;
	char *strong;          /* words of acr or amr for a second factor; "" none */
	char *roles;           /* that it may give; "" none */
};

#endif
