#include "seal/totp.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* as in digest.c: HMAC() allocates, and has none where no memory is left */

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "seal/digest.h"

enum { STEP_US = 30000000, MILLION = 1000000, BLOCK = 64, COUNTER = 8, MAC = 20 };

int64_t
totp_step(int64_t now)
{
	return now / STEP_US;
}

/* One of the two hashes of RFC 2104: of the padded key, then `bytes`. */
static void
keyed(const uint8_t secret[TOTP_SECRET], uint8_t pad, const uint8_t *bytes, size_t length, uint8_t out[MAC])
{
	uint8_t block[BLOCK];
	SHA_CTX ctx;

	for (int i = 0; i < BLOCK; i++)
		block[i] = (i < TOTP_SECRET ? secret[i] : 0) ^ pad;
	SHA1_Init(&ctx);
	SHA1_Update(&ctx, block, BLOCK);
	SHA1_Update(&ctx, bytes, length);
	SHA1_Final(out, &ctx);
	OPENSSL_cleanse(&ctx, sizeof ctx);
	OPENSSL_cleanse(block, sizeof block);
}

/* RFC 4226 5.3: the last four bits tell which 31 bits count. */
void
totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char code[TOTP_DIGITS + 1])
{
	uint8_t counter[COUNTER], inner[MAC], mac[MAC];
	unsigned at;
	uint32_t number;

	for (int i = 0; i < COUNTER; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	keyed(secret, 0x36, counter, sizeof counter, inner);
	keyed(secret, 0x5c, inner, sizeof inner, mac);
	at = mac[19] & 15u;
	number = (mac[at] & 0x7fu) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	snprintf(code, TOTP_DIGITS + 1, "%06u", (unsigned)(number % MILLION));
	OPENSSL_cleanse(inner, sizeof inner);
	OPENSSL_cleanse(mac, sizeof mac);
}

int64_t
totp_find(const uint8_t secret[TOTP_SECRET], const char *code, int64_t now, int64_t last)
{
	int64_t current = totp_step(now), found = 0;
	char expected[TOTP_DIGITS + 1];

	if (strlen(code) != TOTP_DIGITS)
		return 0;
	for (int64_t step = current - 1; step <= current + 1; step++) {
		totp_code(secret, step, expected);
		if (digest_equal(code, expected, TOTP_DIGITS) && step > last)
			found = step;
	}
	OPENSSL_cleanse(expected, sizeof expected);
	return found;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void
totp_text(const uint8_t secret[TOTP_SECRET], char text[TOTP_TEXT_SIZE])
{
	for (int i = 0; i < TOTP_TEXT_SIZE - 1; i++) {
		int bit = 5 * i, byte = bit / 8;
		unsigned two = (unsigned)secret[byte] << 8 | (byte + 1 < TOTP_SECRET ? secret[byte + 1] : 0u);

		text[i] = letters[two >> (11 - bit % 8) & 31];
	}
	text[TOTP_TEXT_SIZE - 1] = '\0';
}

int
totp_read(const char *text, uint8_t secret[TOTP_SECRET])
{
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (; n < TOTP_SECRET; text++) {
		const char *letter = *text ? strchr(letters, toupper((unsigned char)*text)) : NULL;

		if (!letter)
			return -1;
		bits = bits << 5 | (unsigned)(letter - letters);
		held += 5;
		if (held >= 8) {
			held -= 8;
			secret[n++] = (uint8_t)(bits >> held);
		}
	}
	return *text && strchr(letters, toupper((unsigned char)*text)) ? -1 : 0;
}
