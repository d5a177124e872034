#include "outcall/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "seal/digest.h"

static const char *const directions[] = {[SIGN_OUT] = "out", [SIGN_IN] = "in"};

int
sign_parse(const void *bytes, size_t length, struct sign_secret *out, struct error *why)
{
	const char *at = bytes, *line;

	memset(out, 0, sizeof *out);
	if (length > 0 && at[length - 1] == '\n')
		length--;
	for (int i = 0; ; i++) {
		line = memchr(at, '\n', length);
		size_t here = line ? (size_t)(line - at) : length;

		if (i == 2)
			return error_set(why, ERROR_BROKEN, "a secret's file has at most two lines");
		if (here == 0)
			return error_set(why, ERROR_BROKEN, "line %d of the secret's file is empty", i + 1);
		if (here > SIGN_SECRET)
			return error_set(why, ERROR_BROKEN, "a secret has at most %d bytes", SIGN_SECRET);
		memcpy(out->keys[i].bytes, at, here);
		out->keys[i].length = here;
		if (!line)
			return 0;
		at += here + 1;
		length -= here + 1;
	}
}

int
sign_read(const char *file, struct sign_secret *out, struct error *why)
{
	char bytes[2 * SIGN_SECRET + 4];
	struct stat st;
	ssize_t got = -1;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_mode & 07) {
			close(fd);
			return error_set(why, ERROR_BROKEN,
			    "the secret %s may be read by everybody: chmod 640 or 600, and change it", file);
		}
		got = read(fd, bytes, sizeof bytes);
	}
	if (got < 0)
		error_set(why, ERROR_BROKEN, "cannot read the secret %s: %s", file,
		    fd < 0 ? strerror(errno) : "not a file");
	if (fd >= 0)
		close(fd);
	if (got < 0)
		return -1;
	if (got == sizeof bytes)
		return error_set(why, ERROR_BROKEN, "the secret %s is too long", file);
	return sign_parse(bytes, (size_t)got, out, why);
}

static void
hmac_v1(const struct sign_key *key, const struct sign_message *m, const char *timestamp,
    uint8_t out[32])
{
	struct digest_part parts[] = {{timestamp, strlen(timestamp)}, {".", 1}, {m->body, m->length}};

	digest_hmac_parts(key->bytes, key->length, parts, 3, out);
}

static void
hmac_v2(const struct sign_key *key, const struct sign_message *m, const char *timestamp,
    uint8_t out[32])
{
	const char *direction = directions[m->direction];
	struct digest_part parts[] = {{direction, strlen(direction)}, {".", 1},
		{m->method, strlen(m->method)}, {".", 1}, {m->target, strlen(m->target)}, {".", 1},
		{timestamp, strlen(timestamp)}, {".", 1}, {m->body, m->length}};

	digest_hmac_parts(key->bytes, key->length, parts, sizeof parts / sizeof *parts, out);
}

void
sign_make(const struct sign_secret *secret, const struct sign_message *message, int64_t seconds,
    char v1[SIGN_HEX], char v2[SIGN_HEX])
{
	char timestamp[TEXT_DIGITS];
	uint8_t digest[32];

	text_digits(seconds, timestamp);
	hmac_v1(&secret->keys[0], message, timestamp, digest);
	digest_hex(digest, sizeof digest, v1);
	hmac_v2(&secret->keys[0], message, timestamp, digest);
	digest_hex(digest, sizeof digest, v2);
}

/* Digits only, so that a timestamp has one spelling; -1 when it is none. */
static int64_t
read_seconds(const char *s)
{
	int64_t value = 0;
	int n;

	for (n = 0; s[n] >= '0' && s[n] <= '9' && n < 12; n++)
		value = value * 10 + s[n] - '0';
	return n == 0 || s[n] != '\0' ? -1 : value;
}

typedef void hmac(const struct sign_key *, const struct sign_message *, const char *, uint8_t[32]);

static bool
fits(const struct sign_secret *secret, const struct sign_message *message, const char *timestamp,
    const char *given, hmac *make)
{
	uint8_t claimed[32], digest[32];
	bool good = false;

	/* lower case is what is written; accepting one spelling only keeps replays equal */
	if (!given || strspn(given, "0123456789abcdef") != 64 || !digest_unhex(given, claimed, 32))
		return false;
	for (int i = 0; i < 2; i++)
		if (secret->keys[i].length > 0) {
			make(&secret->keys[i], message, timestamp, digest);
			good |= digest_equal(claimed, digest, sizeof digest);
		}
	return good;
}

enum sign_verdict
sign_verify(const struct sign_secret *secret, const struct sign_message *message,
    const char *timestamp, const char *v1, const char *v2, bool demand_v2, int64_t now)
{
	int64_t seconds;

	if (!timestamp || (!v2 && (demand_v2 || !v1)))
		return SIGN_MISSING;
	seconds = read_seconds(timestamp);
	if (seconds < 0)
		return SIGN_FORGED;
	if (!fits(secret, message, timestamp, v2, hmac_v2) &&
	    (demand_v2 || !fits(secret, message, timestamp, v1, hmac_v1)))
		return SIGN_FORGED;
	/* only after the signature: how old a message claims to be means nothing unsigned */
	return seconds < now - SIGN_WINDOW || seconds > now + SIGN_WINDOW ? SIGN_STALE : SIGN_GOOD;
}

const char *
sign_target(const char *url)
{
	if (strncasecmp(url, "https://", 8) == 0)
		url += 8;
	else if (strncasecmp(url, "http://", 7) == 0)
		url += 7;
	else
		return NULL;
	url += strcspn(url, "/?#");
	return *url == '/' ? url : *url ? NULL : "/";
}
