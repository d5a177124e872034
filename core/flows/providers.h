/* providers.h: the OpenID providers of the settings, as they stand while the node runs.
 */
#ifndef YJS_FLOWS_PROVIDERS_H
#define YJS_FLOWS_PROVIDERS_H

#include <stddef.h>

#include "oidc/provider.h"
#include "outcall/outcall.h"

struct conf;

struct providers {
	struct provider_place { struct provider is; struct outcall_allow allow; } *list;
	size_t n;
};

/* Read oidc.<id>.… and the secrets' files. ERROR_BROKEN with the setting that is missing or wrong. */
int providers_open(struct providers *p, const struct conf *conf, struct error *why) MUST_CHECK;
void providers_close(struct providers *p);
/* Its place in the list, -1. */
int providers_find(const struct providers *p, const char *id);

#endif
