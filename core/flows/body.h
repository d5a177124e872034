/* body.h: small bodies of texts alone. */
#ifndef YJS_FLOWS_BODY_H
#define YJS_FLOWS_BODY_H

#include <jansson.h>
#include <stddef.h>

struct http_exchange;

/* The body's members, all texts: `n` names, those before `needed` must be there. NULL when the exchange
 * has been answered. */
json_t *body_texts(struct http_exchange *x, const char *const *names, size_t n, size_t needed);

#endif
