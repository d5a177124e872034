#include "seal/digest.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* EVP allocates for each digest, and has none where no memory is left */

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { BLOCK = 64 };

static void
add_parts(SHA256_CTX *ctx, const struct digest_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (parts[i].length > 0)
			SHA256_Update(ctx, parts[i].bytes, parts[i].length);
}

void
digest_sha256_parts(const struct digest_part *parts, size_t n, uint8_t out[32])
{
	SHA256_CTX ctx;

	SHA256_Init(&ctx);
	add_parts(&ctx, parts, n);
	SHA256_Final(out, &ctx);
}

void
digest_sha256(const void *bytes, size_t length, uint8_t out[32])
{
	digest_sha256_parts(&(struct digest_part){bytes, length}, 1, out);
}

/* RFC 2104. HMAC() of the library allocates and fetches each time. */
void
digest_hmac_parts(const void *key, size_t key_length, const struct digest_part *parts, size_t n,
    uint8_t out[32])
{
	uint8_t padded[BLOCK] = {0}, pad[BLOCK];
	SHA256_CTX ctx;

	if (key_length > BLOCK)
		digest_sha256(key, key_length, padded);
	else if (key_length > 0)
		memcpy(padded, key, key_length);
	for (int i = 0; i < BLOCK; i++)
		pad[i] = padded[i] ^ 0x36;
	SHA256_Init(&ctx);
	SHA256_Update(&ctx, pad, BLOCK);
	add_parts(&ctx, parts, n);
	SHA256_Final(out, &ctx);
	for (int i = 0; i < BLOCK; i++)
		pad[i] = padded[i] ^ 0x5c;
	SHA256_Init(&ctx);
	SHA256_Update(&ctx, pad, BLOCK);
	SHA256_Update(&ctx, out, 32);
	SHA256_Final(out, &ctx);
	OPENSSL_cleanse(&ctx, sizeof ctx);
	OPENSSL_cleanse(padded, sizeof padded);
	OPENSSL_cleanse(pad, sizeof pad);
}

void
digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length, uint8_t out[32])
{
	digest_hmac_parts(key, key_length, &(struct digest_part){bytes, length}, 1, out);
}

void
digest_random(void *out, size_t length)
{
	uint8_t *to = out;

	while (length > 0) {
		ssize_t got = getrandom(to, length, 0);

		if (got < 0) {
			if (errno == EINTR)
				continue;
			abort();
		}
		to += got;
		length -= (size_t)got;
	}
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
digest_text(const uint8_t bytes[32], char out[DIGEST_TEXT_SIZE])
{
	for (int i = 0; i < DIGEST_TEXT_SIZE - 1; i++) {
		int at = 6 * i / 8;
		unsigned two = (unsigned)bytes[at] << 8 | (at < 31 ? bytes[at + 1] : 0);

		out[i] = letters[two >> (10 - 6 * i % 8) & 63];
	}
	out[DIGEST_TEXT_SIZE - 1] = '\0';
}

void
digest_random_text(char *out, size_t length)
{
	digest_random(out, length);
	for (size_t i = 0; i < length; i++)
		out[i] = letters[out[i] & 63];
	out[length] = '\0';
}

bool
digest_equal(const void *a, const void *b, size_t length)
{
	return CRYPTO_memcmp(a, b, length) == 0;
}

void
digest_hex(const void *bytes, size_t length, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *from = bytes;

	for (size_t i = 0; i < length; i++) {
		*out++ = digits[from[i] >> 4];
		*out++ = digits[from[i] & 15];
	}
	*out = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
digest_unhex(const char *hex, void *out, size_t length)
{
	uint8_t *to = out;

	for (size_t i = 0; i < length; i++) {
		int high = hex_value(hex[2 * i]);
		int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

		if (low < 0)
			return false;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return hex[2 * length] == '\0';
}
