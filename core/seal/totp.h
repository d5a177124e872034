/* totp.h: one-time codes of the second factor: RFC 6238 with SHA-1, 30 seconds and six digits, which
 * every authenticator program knows.
 *
 * A code stands for a step of 30 seconds. The step before and the one after are taken too, since
 * clocks differ; whoever keeps the last step taken, and takes later ones only, takes each code once.
 */
#ifndef YJS_SEAL_TOTP_H
#define YJS_SEAL_TOTP_H

#include <stddef.h>
#include <stdint.h>

enum { TOTP_SECRET = 20, TOTP_TEXT_SIZE = 33, TOTP_DIGITS = 6 };

/* The step at `now` (us since 1970). */
int64_t totp_step(int64_t now);
/* The six digits of a step. */
void totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char code[TOTP_DIGITS + 1]);
/* Which step after `last` does `code` stand for? 0: none. Compares in constant time. */
int64_t totp_find(const uint8_t secret[TOTP_SECRET], const char *code, int64_t now, int64_t last);
/* The secret as programs want it: base32 (RFC 4648) without padding. */
void totp_text(const uint8_t secret[TOTP_SECRET], char text[TOTP_TEXT_SIZE]);
/* Read it back (either case); -1 when it is none. */
int totp_read(const char *text, uint8_t secret[TOTP_SECRET]);

#endif
