#include "oidc/handshake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 5, COOKIE_MOST = 4096, REST = 20 + 1 + HANDSHAKE_ID + 3 + 2 * HANDSHAKE_NEXT + 1 };

/* What is kept beside the secret. On the stack, so that a login begins however little memory there is. */
static void
write_rest(const struct handshake *h, char rest[REST])
{
	int head = snprintf(rest, REST, "%lld.%s.%d.", (long long)h->at, h->provider, h->prove);

	digest_hex(h->next, strlen(h->next), rest + head);
}

/* `what` keyed with the secret, as text. */
static void
derive(const struct handshake *h, const char *what, const char *rest, char out[DIGEST_TEXT_SIZE])
{
	const struct digest_part parts[] = { { what, strlen(what) + 1 }, { rest, strlen(rest) } };
	uint8_t mac[32];

	digest_hmac_parts(h->secret, strlen(h->secret), parts, 2, mac);
	digest_text(mac, out);
}

static void
derive_all(struct handshake *h)
{
	char rest[REST];

	write_rest(h, rest);
	derive(h, "state", rest, h->state);
	derive(h, "nonce", rest, h->nonce);
	derive(h, "verifier", rest, h->verifier);
}

void
handshake_begin(struct handshake *h, const char *provider, bool prove, const char *next, int64_t now)
{
	memset(h, 0, sizeof *h);
	digest_random_text(h->secret, sizeof h->secret - 1);
	snprintf(h->provider, sizeof h->provider, "%s", provider);
	if (strlen(next) <= HANDSHAKE_NEXT)
		memcpy(h->next, next, strlen(next) + 1);
	h->prove = prove;
	h->at = now;
	derive_all(h);
}

int
handshake_write(const struct handshake *h, struct text *out)
{
	char rest[REST];

	write_rest(h, rest);
	return text_putf(out, "%s.%s", h->secret, rest);
}

static bool
read_time(const char *s, int64_t *at)
{
	size_t length = strlen(s);

	*at = strtoll(s, NULL, 10);
	return length > 0 && length <= 12 && strspn(s, "0123456789") == length;
}

/* An even number of hex digits, none of them a NUL's. */
static bool
read_next(const char *hex, char next[HANDSHAKE_NEXT + 1])
{
	size_t length = strlen(hex) / 2;

	if (length > HANDSHAKE_NEXT || !digest_unhex(hex, next, length))
		return false;
	next[length] = '\0';
	return strlen(next) == length;
}

static bool
read_fields(struct handshake *h, char *const field[FIELDS])
{
	if (strlen(field[0]) != sizeof h->secret - 1 || strlen(field[2]) > HANDSHAKE_ID)
		return false;
	strcpy(h->secret, field[0]);
	strcpy(h->provider, field[2]);
	h->prove = strcmp(field[3], "1") == 0;
	return read_time(field[1], &h->at) && read_next(field[4], h->next);
}

bool
handshake_read(struct handshake *h, const char *cookie)
{
	char copy[COOKIE_MOST], *field[FIELDS], *rest = copy;

	memset(h, 0, sizeof *h);
	if (strlen(cookie) >= sizeof copy)
		return false;
	strcpy(copy, cookie);
	for (int i = 0; i < FIELDS; i++)
		if (!(field[i] = strsep(&rest, ".")))
			return false;
	if (rest || !read_fields(h, field))
		return false;
	derive_all(h);
	return true;
}

bool
handshake_fits(const struct handshake *h, const char *provider, const char *state, int64_t now)
{
	return strcmp(h->provider, provider) == 0 && strlen(state) == sizeof h->state - 1 &&
	    digest_equal(state, h->state, sizeof h->state - 1) &&
	    h->at <= now + 60 && h->at > now - HANDSHAKE_SECONDS;
}

void
handshake_mark(const struct handshake *h, uint8_t out[16])
{
	uint8_t hash[32];

	digest_sha256(h->state, strlen(h->state), hash);
	memcpy(out, hash, 16);
}
