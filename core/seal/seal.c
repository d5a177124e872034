#include "seal/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "seal/digest.h"
#include "seal/keyfile.h"

enum {
	VERSION = 1,
	HEAD = 5,   /* version, key id */
	NONCE = 12,
	TAG = 16,
	OVERHEAD = HEAD + NONCE + TAG,
	LEVEL = -1, /* a form of 2 kB: 13 us for 1,750 bytes; at level 1 26 us for 1,530 */
	WORTH = 512, /* shorter JSON than this shrinks by less than packing it costs */
	NONCES = 128, /* drawn from the system at once */
	PLAIN = 0, ZSTD = 1,
	AAD = 160
};

struct seal {
	unsigned serial; /* tells two keys apart in the threads' contexts, for ever */
	uint8_t sealing[32], blind[32], history[32];
	uint8_t head[HEAD];
	char fingerprint[17];
};

/* An AES context set up for one key's one period. */
struct cipher {
	EVP_CIPHER_CTX *ctx;
	unsigned serial; /* of the seal; 0: not set up */
	int64_t period;
};

struct worker { /* what a thread keeps, so that sealing allocates nothing */
	struct cipher seal, open;
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
	uint8_t *a, *b; /* scratch; wiped after use */
	size_t a_room, b_room;
	uint8_t nonces[NONCES][NONCE]; /* each used once, last first */
	int n_nonces;
};

static _Thread_local struct worker *own;
static pthread_key_t at_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_CIPHER *gcm;
static atomic_uint serials;

static void
free_worker(void *cookie)
{
	struct worker *w = cookie;

	EVP_CIPHER_CTX_free(w->seal.ctx);
	EVP_CIPHER_CTX_free(w->open.ctx);
	ZSTD_freeCCtx(w->pack);
	ZSTD_freeDCtx(w->unpack);
	free(w->a);
	free(w->b);
	free(w);
	own = NULL;
}

static void
set_up(void)
{
	gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (!gcm || pthread_key_create(&at_end, free_worker) != 0)
		abort();
}

/* NULL when memory is gone. */
static struct worker *
worker(void)
{
	struct worker *w;

	if (own)
		return own;
	pthread_once(&once, set_up);
	w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->seal.ctx = EVP_CIPHER_CTX_new();
	w->open.ctx = EVP_CIPHER_CTX_new();
	w->pack = ZSTD_createCCtx();
	w->unpack = ZSTD_createDCtx();
	if (!w->seal.ctx || !w->open.ctx || !w->pack || !w->unpack ||
	    pthread_setspecific(at_end, w) != 0) {
		free_worker(w);
		return NULL;
	}
	return own = w;
}

static int
reserve(uint8_t **buffer, size_t *room, size_t need)
{
	uint8_t *bigger;

	if (need <= *room)
		return 0;
	need = need < 8192 ? 8192 : need + need / 2;
	bigger = malloc(need);
	if (!bigger)
		return -1;
	free(*buffer); /* wiped after each use, so nothing is left in it */
	*buffer = bigger;
	*room = need;
	return 0;
}

/* RFC 5869 with one block of output: extract once, expand per purpose. */
static void
derive(const uint8_t secret[32], const char *purpose, uint8_t out[32])
{
	static const char salt[] = "yijianshi";
	uint8_t extracted[32];
	struct digest_part info[] = {{purpose, strlen(purpose)}, {"\1", 1}};

	digest_hmac(salt, sizeof salt - 1, secret, 32, extracted);
	digest_hmac_parts(extracted, sizeof extracted, info, 2, out);
	OPENSSL_cleanse(extracted, sizeof extracted);
}

struct seal *
seal_open(const char *key_file, struct error *why)
{
	uint8_t master[32], print[32];
	struct seal *s = calloc(1, sizeof *s);

	if (!s) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	if (keyfile_read(key_file, master, why) != 0) {
		free(s);
		return NULL;
	}
	s->serial = ++serials;
	derive(master, "seal", s->sealing);
	derive(master, "blind index", s->blind);
	derive(master, "history", s->history);
	derive(master, "fingerprint", print);
	s->head[0] = VERSION;
	memcpy(s->head + 1, print, 4);
	digest_hex(print, 8, s->fingerprint);
	OPENSSL_cleanse(master, sizeof master);
	return s;
}

int
seal_make_key(const char *key_file, struct error *why)
{
	return keyfile_make(key_file, why);
}

void
seal_close(struct seal *s)
{
	if (!s)
		return;
	OPENSSL_cleanse(s, sizeof *s);
	free(s);
}

const char *
seal_fingerprint(const struct seal *s)
{
	return s->fingerprint;
}

/* Random nonces are safe for 2^32 values under one key (NIST SP 800-38D 8.3). A country files more
 * than that, so each period of row ids (2^53: about 25 days, ids rise with time) has a key of its
 * own, derived from the sealing key. */
static int
set_key(struct cipher *c, const struct seal *s, int64_t row, int encrypting)
{
	int64_t period = row >> 53;
	uint8_t key[32], label[8];
	struct digest_part parts[] = {{"period", 6}, {label, sizeof label}};
	int good;

	if (c->serial == s->serial && c->period == period)
		return 0;
	for (int i = 0; i < 8; i++)
		label[i] = (uint8_t)((uint64_t)period >> (8 * i));
	digest_hmac_parts(s->sealing, sizeof s->sealing, parts, 2, key);
	good = EVP_CipherInit_ex2(c->ctx, gcm, key, NULL, encrypting, NULL);
	OPENSSL_cleanse(key, sizeof key);
	c->serial = good ? s->serial : 0;
	c->period = period;
	return good ? 0 : -1;
}

/* The place as bytes that no other place has: names end in NUL, numbers are of fixed width. */
static size_t
put_place(const struct seal *s, const struct seal_place *where, uint8_t aad[AAD])
{
	size_t table = strlen(where->table) + 1, column = strlen(where->column) + 1, n = HEAD;

	if (table + column > AAD - HEAD - 12)
		abort(); /* names of tables are constants of this program */
	memcpy(aad, s->head, HEAD);
	memcpy(aad + n, where->table, table);
	memcpy(aad + n + table, where->column, column);
	n += table + column;
	for (int i = 0; i < 8; i++)
		aad[n++] = (uint8_t)((uint64_t)where->row >> (8 * i));
	for (int i = 0; i < 4; i++)
		aad[n++] = (uint8_t)((uint32_t)where->part >> (8 * i));
	return n;
}

/* "how" and content into scratch a; 0 when memory is gone, else its length. */
static size_t
pack(struct worker *w, const void *bytes, size_t length)
{
	size_t most = 1 + ZSTD_compressBound(length), packed;

	if (reserve(&w->a, &w->a_room, most) != 0)
		return 0;
	if (length >= WORTH) {
		packed = ZSTD_compressCCtx(w->pack, w->a + 1, most - 1, bytes, length, LEVEL);
		if (!ZSTD_isError(packed) && packed < length) {
			w->a[0] = ZSTD;
			return 1 + packed;
		}
	}
	w->a[0] = PLAIN;
	if (length > 0)
		memcpy(w->a + 1, bytes, length);
	return 1 + length;
}

/* A nonce is public but must be new: from the system's generator, which costs a call each time. */
static void
take_nonce(struct worker *w, uint8_t out[NONCE])
{
	if (w->n_nonces == 0) {
		digest_random(w->nonces, sizeof w->nonces);
		w->n_nonces = NONCES;
	}
	memcpy(out, w->nonces[--w->n_nonces], NONCE);
}

/* Scratch a (n bytes) -> envelope in scratch b. */
static int
encrypt(struct worker *w, struct seal *s, const struct seal_place *where, size_t n)
{
	uint8_t aad[AAD];
	size_t aad_length = put_place(s, where, aad);
	EVP_CIPHER_CTX *ctx = w->seal.ctx;
	uint8_t *to;
	int done;

	if (reserve(&w->b, &w->b_room, OVERHEAD + n) != 0)
		return -1;
	to = w->b;
	memcpy(to, s->head, HEAD);
	take_nonce(w, to + HEAD);
	if (set_key(&w->seal, s, where->row, 1) != 0 ||
	    !EVP_EncryptInit_ex2(ctx, NULL, NULL, to + HEAD, NULL) ||
	    !EVP_EncryptUpdate(ctx, NULL, &done, aad, (int)aad_length) ||
	    !EVP_EncryptUpdate(ctx, to + HEAD + NONCE, &done, w->a, (int)n) ||
	    !EVP_EncryptFinal_ex(ctx, to + HEAD + NONCE + n, &done) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, to + HEAD + NONCE + n)) {
		w->seal.serial = 0;
		return -1;
	}
	return 0;
}

static int
put(struct text *out, const void *bytes, size_t length, const char *too_long, struct error *why)
{
	if (text_put(out, bytes, length) == 0)
		return 0;
	return out->no_memory ? error_set(why, ERROR_TEMPORARY, "no memory") : error_set(why, ERROR_INPUT, "%s", too_long);
}

int
seal_close_value(struct seal *s, const struct seal_place *where, const void *bytes, size_t length,
    struct text *out, struct error *why)
{
	struct worker *w = worker();
	size_t n;
	int result;

	if (length > INT32_MAX / 2)
		return error_set(why, ERROR_INPUT, "too long to seal");
	n = w ? pack(w, bytes, length) : 0;
	if (n == 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	result = encrypt(w, s, where, n);
	OPENSSL_cleanse(w->a, n);
	if (result != 0)
		return error_set(why, ERROR_TEMPORARY, "sealing failed");
	return put(out, w->b, OVERHEAD + n, "a value is too long to seal", why);
}

/* Envelope -> "how" and content in scratch a. Nothing of it is used unless the tag fits: else it is broken. That
 * there was no memory to look is another matter: it is as good as ever then. */
static int
decrypt(struct worker *w, struct seal *s, const struct seal_place *where, const uint8_t *from,
    size_t n, struct error *why)
{
	uint8_t aad[AAD], tag[TAG];
	size_t aad_length = put_place(s, where, aad);
	EVP_CIPHER_CTX *ctx = w->open.ctx;
	int done;

	if (reserve(&w->a, &w->a_room, n) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	memcpy(tag, from + HEAD + NONCE + n, TAG);
	if (set_key(&w->open, s, where->row, 0) != 0 ||
	    !EVP_DecryptInit_ex2(ctx, NULL, NULL, from + HEAD, NULL) ||
	    !EVP_DecryptUpdate(ctx, NULL, &done, aad, (int)aad_length) ||
	    !EVP_DecryptUpdate(ctx, w->a, &done, from + HEAD + NONCE, (int)n) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag)) {
		w->open.serial = 0;
		return error_set(why, ERROR_TEMPORARY, "opening failed");
	}
	if (EVP_DecryptFinal_ex(ctx, w->a + n, &done) > 0)
		return 0;
	w->open.serial = 0;
	return error_set(why, ERROR_BROKEN, "%s.%s of row %lld does not open: it was changed or moved", where->table,
	    where->column, (long long)where->row);
}

/* Scratch a (n bytes, opened) -> out. */
static int
unpack(struct worker *w, size_t n, struct text *out, struct error *why)
{
	unsigned long long size;
	size_t got;
	int result;

	if (w->a[0] == PLAIN)
		return put(out, w->a + 1, n - 1, "a sealed value is larger than expected", why);
	size = w->a[0] == ZSTD ? ZSTD_getFrameContentSize(w->a + 1, n - 1) : ZSTD_CONTENTSIZE_ERROR;
	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return error_set(why, ERROR_BROKEN, "a sealed value is packed in an unknown way");
	if (size > out->ceiling - out->length)
		return error_set(why, ERROR_INPUT, "a sealed value is larger than expected");
	if (reserve(&w->b, &w->b_room, size + 1) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	got = ZSTD_decompressDCtx(w->unpack, w->b, size, w->a + 1, n - 1);
	if (got != size)
		return error_set(why, ERROR_BROKEN, "a sealed value does not unpack");
	result = text_put(out, w->b, got);
	OPENSSL_cleanse(w->b, got);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

int
seal_open_value(struct seal *s, const struct seal_place *where, const void *bytes, size_t length,
    struct text *out, struct error *why)
{
	struct worker *w = worker();
	const uint8_t *from = bytes;
	size_t n;
	int result;

	if (!w)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (length < OVERHEAD + 1 || length > INT32_MAX || from[0] != VERSION)
		return error_set(why, ERROR_BROKEN, "%s.%s holds no sealed value", where->table,
		    where->column);
	if (memcmp(from, s->head, HEAD) != 0)
		return error_set(why, ERROR_BROKEN,
		    "%s.%s is sealed under another key (%02x%02x%02x%02x): key_file is not the one",
		    where->table, where->column, from[1], from[2], from[3], from[4]);
	n = length - OVERHEAD;
	if (decrypt(w, s, where, from, n, why) != 0)
		return -1;
	result = unpack(w, n, out, why);
	OPENSSL_cleanse(w->a, n);
	return result;
}

void
seal_blind(struct seal *s, const char *kind, const void *bytes, size_t length, uint8_t out[16])
{
	uint8_t whole[32];
	struct digest_part parts[] = {{kind, strlen(kind) + 1}, {bytes, length}};

	digest_hmac_parts(s->blind, sizeof s->blind, parts, 2, whole);
	memcpy(out, whole, 16);
}

void
seal_hash(struct seal *s, const void *bytes, size_t length, uint8_t out[32])
{
	digest_hmac(s->history, sizeof s->history, bytes, length, out);
}

void
seal_chain(struct seal *s, const char *kind, const uint8_t previous[32], const void *bytes, size_t length,
    uint8_t out[32])
{
	struct digest_part parts[] = {{kind, strlen(kind) + 1}, {previous, 32}, {bytes, length}};

	digest_hmac_parts(s->history, sizeof s->history, parts, 3, out);
}
