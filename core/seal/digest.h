/* digest.h: SHA-256, HMAC, random bytes, hex; and the names made of them: an application's number,
 * an operation's key (Crockford base32).
 *
 * All of it is safe from any thread; a digest allocates nothing, so that it works where no memory is left.
 */
#ifndef YJS_SEAL_DIGEST_H
#define YJS_SEAL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void digest_sha256(const void *bytes, size_t length, uint8_t out[32]);
void digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length, uint8_t out[32]);
/* The same over several pieces as if they stood one after the other: nothing is copied together. */
struct digest_part { const void *bytes; size_t length; };
void digest_sha256_parts(const struct digest_part *parts, size_t n, uint8_t out[32]);
void digest_hmac_parts(const void *key, size_t key_length, const struct digest_part *parts,
    size_t n, uint8_t out[32]);
/* Abort the process when the kernel gives none: nothing safe can be done without. */
void digest_random(void *out, size_t length);
/* `length` random characters of base64url (six bits each) and a NUL. */
void digest_random_text(char *out, size_t length);
/* The same for 32 given bytes: 43 characters and a NUL. */
enum { DIGEST_TEXT_SIZE = 44 };
void digest_text(const uint8_t bytes[32], char out[DIGEST_TEXT_SIZE]);
/* Equal, in a time that does not depend on where they differ. */
bool digest_equal(const void *a, const void *b, size_t length);
void digest_hex(const void *bytes, size_t length, char *out /* 2*length+1 */);
/* Read exactly 2*length hex digits and the NUL after them; false when `hex` is anything else. */
bool digest_unhex(const char *hex, void *out, size_t length);

/* An application's public number: division + yymm of `day` + '-' + 26 base32 characters (130 random
 * bits). */
enum { NUMBER_SIZE = 38 };
void number_make(const char division[7], int32_t day, char out[NUMBER_SIZE]);
/* Well formed? Gives division and month (year*12+month-1). Accepts lower case. */
bool number_parse(const char *number, char division[7], int *month);

/* The key of an operation, for ever the same: it names the row, so no index is needed to find it.
 * "330111-2611-<13 base32 of the id>-<item 2 digits>-<round>-f" (or u for undo). */
enum { OPERATION_KEY_SIZE = 48 };
struct operation_key { char division[7]; int month; int64_t application; int item, round; bool undo; };
void operation_key_make(const struct operation_key *key, char out[OPERATION_KEY_SIZE]);
bool operation_key_parse(const char *s, struct operation_key *key);

/* The id of an uploaded file: "330111-<13 base32>". It names the row; it is no secret. */
enum { FILE_ID_SIZE = 21 };
void file_id_make(int32_t division, int64_t id, char out[FILE_ID_SIZE]);
bool file_id_parse(const char *s, int32_t *division, int64_t *id);

#endif
