/* password.h: passwords as argon2id hashes (RFC 9106), by libargon2; and which are too easily guessed.
 *
 * A password is keyed with the master key before it is hashed: who has the table alone cannot even
 * begin to guess. It counts exactly as it was typed: nothing is cut, folded or normalized. A hash
 * is the usual text ("$argon2id$v=19$m=…"), so that later ones may cost more.
 */
#ifndef YJS_SEAL_PASSWORD_H
#define YJS_SEAL_PASSWORD_H

#include <stdbool.h>

#include "seal/seal.h"

enum { PASSWORD_HASH_SIZE = 128, PASSWORD_LEAST = 8, PASSWORD_MOST = 256 }; /* characters; bytes */

/* Hash with a new salt. ERROR_TEMPORARY when memory is gone. */
int password_hash(struct seal *s, const char *password, char hash[PASSWORD_HASH_SIZE],
    struct error *why) MUST_CHECK;
/* Is it the password of that hash? NULL: of an account that does not exist or has none; costs the
 * same and says no. 1, 0, -1. */
int password_fits(struct seal *s, const char *hash, const char *password, struct error *why) MUST_CHECK;
/* Why `password` must not be the password of the account `name`: a sentence for people, or NULL. */
const char *password_weakness(const char *password, const char *name);

#endif
