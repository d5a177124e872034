/* request_key.h: the caller's Idempotency-Key.
 */
#ifndef YJS_FLOWS_REQUEST_KEY_H
#define YJS_FLOWS_REQUEST_KEY_H

#include "http/http.h"

/* The key of the request, lent; NULL: none or an unusable one, and the exchange is answered (400). */
const char *request_key_of(struct http_exchange *x);

#endif
