/* sign.h: the signature that stands on every call to a department and on every answer of theirs.
 *
 * Pure: no clock, no files but sign_read(). Two signatures stand side by side, both lower-case hex
 * HMAC-SHA256 under the department's secret:
 *   X-Signature     over  timestamp "." body
 *   X-Signature-V2  over  direction "." method "." target "." timestamp "." body
 * `direction` is "out" (we call) or "in" (they call back), `target` the request target as it stands
 * in the request line (path, and "?query" when there is one), `timestamp` Unix seconds in decimal.
 * The first is what many speak and binds only the body; the second binds the call as well.
 */
#ifndef YJS_OUTCALL_SIGN_H
#define YJS_OUTCALL_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { SIGN_SECRET = 256, SIGN_HEX = 65, SIGN_WINDOW = 300 /* seconds, either way */ };

enum sign_direction { SIGN_OUT, SIGN_IN };

struct sign_key { uint8_t bytes[SIGN_SECRET]; size_t length; };

struct sign_secret { /* keys[0] signs; keys[1], when length > 0, is the coming key: accepted too */
	struct sign_key keys[2];
};

struct sign_message {
	enum sign_direction direction;
	const char *method; /* "POST", "GET" */
	const char *target; /* "/health/birth_certificate?key=…" */
	const char *body;
	size_t length;
};

/* Take the secret out of a file's bytes: all of it less one trailing newline; a newline within
 * parts the key in force from the coming one. ERROR_BROKEN when a key is empty or over 256 bytes,
 * or there are more than two. */
int sign_parse(const void *bytes, size_t length, struct sign_secret *out, struct error *why) MUST_CHECK;
/* The same from a file, which others than its owner (and group) must not be able to read. */
int sign_read(const char *file, struct sign_secret *out, struct error *why) MUST_CHECK;

/* Both signatures under keys[0] for the moment `seconds`. */
void sign_make(const struct sign_secret *secret, const struct sign_message *message,
    int64_t seconds, char v1[SIGN_HEX], char v2[SIGN_HEX]);

enum sign_verdict { SIGN_GOOD, SIGN_MISSING, SIGN_STALE, SIGN_FORGED };

/* Check what came in. `timestamp`, `v1`, `v2` are the headers' values or NULL. With `demand_v2`
 * only V2 counts; without it either one that fits is enough. `now` in seconds. Compares in constant
 * time and under both keys. */
enum sign_verdict sign_verify(const struct sign_secret *secret, const struct sign_message *message,
    const char *timestamp, const char *v1, const char *v2, bool demand_v2, int64_t now);

/* The request target of an http(s) URL: what follows the authority, "/" when nothing does. Lent
 * from `url` (or a constant). NULL when `url` is no http(s) URL. */
const char *sign_target(const char *url);

#endif
