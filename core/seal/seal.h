/* seal.h: personal data is compressed and sealed here before any of it reaches SQL.
 *
 * One master key (32 bytes, from key_file); working keys are derived from it (HKDF-SHA256) so that
 * sealing, blind index and history use different ones. Envelope: 1 byte version, 4 bytes key id,
 * 12 bytes nonce, ciphertext, 16 bytes tag (AES-256-GCM). The plain text is 1 byte "how" (0 as it
 * is, 1 zstd) + content. Bound (AAD) to table, column and row id: a sealed value moved to another
 * row does not open.
 */
#ifndef YJS_SEAL_SEAL_H
#define YJS_SEAL_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct seal; /* holds the keys; safe to share between threads */

/* Read the key file (64 hex digits and a newline, mode 0600). NULL on failure. */
struct seal *seal_open(const char *key_file, struct error *why) MUST_CHECK;
/* Make a new key file (refuses when it exists). */
int seal_make_key(const char *key_file, struct error *why) MUST_CHECK;
void seal_close(struct seal *s);
/* What the database records of the key: 16 hex characters. */
const char *seal_fingerprint(const struct seal *s);

struct seal_place { /* where a sealed value lives; the AAD */
	const char *table, *column;
	int64_t row;        /* id made in C */
	int32_t part;       /* further key of the row (item*1000+round*2+undo, …), else 0 */
};

/* Append the sealed form of `length` bytes to `out`. */
int seal_close_value(struct seal *s, const struct seal_place *where, const void *bytes,
    size_t length, struct text *out, struct error *why) MUST_CHECK;
/* Open; appends the content to `out` (ceiling of `out` bounds decompression). ERROR_BROKEN when the
 * value is not ours, was changed, or was moved. */
int seal_open_value(struct seal *s, const struct seal_place *where, const void *bytes,
    size_t length, struct text *out, struct error *why) MUST_CHECK;

/* Keyed blind index of a value (an identity number): 16 bytes, the same for the same `kind`. */
void seal_blind(struct seal *s, const char *kind, const void *bytes, size_t length, uint8_t out[16]);
/* Keyed hash for the history: says nothing about the bytes to those without the key. 32 bytes. */
void seal_hash(struct seal *s, const void *bytes, size_t length, uint8_t out[32]);
/* The next link of a chain of such hashes, apart for each `kind`. */
void seal_chain(struct seal *s, const char *kind, const uint8_t previous[32], const void *bytes, size_t length,
    uint8_t out[32]);

#endif
