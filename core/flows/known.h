/* known.h: what departments said a short while ago, kept so that they are not asked at every page.
 *
 * In memory only, sealed, for one account each: nobody gets what another had looked up. Thread-safe.
 */
#ifndef YJS_FLOWS_KNOWN_H
#define YJS_FLOWS_KNOWN_H

#include <jansson.h>

#include "seal/seal.h"

#define KNOWN_US (600 * INT64_C(1000000))

struct known;

struct known *known_new(struct seal *seal, struct error *why) MUST_CHECK;
/* NULL is fine. */
void known_free(struct known *k);

/* What names a question: who asks, whom, what, with which values. */
void known_key(struct known *k, int64_t account, const char *by, const char *asked, size_t length,
    uint8_t key[16]);
/* What was answered less than ten minutes ago, a new reference, or NULL. */
json_t *known_get(struct known *k, const uint8_t key[16]);
void known_put(struct known *k, const uint8_t key[16], const json_t *answer);

#endif
