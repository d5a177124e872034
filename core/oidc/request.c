#include "oidc/request.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* The first parameter of an address that may have some already. */
static void
put_begin(struct text *t, const char *url)
{
	text_puts(t, url);
	text_putc(t, strchr(url, '?') ? '&' : '?');
}

/* "name=value", and '&' before what follows another. */
static void
put(struct text *t, const char *name, const char *value)
{
	char last = t->length ? t->data[t->length - 1] : '&';

	text_putf(t, "%s%s=", last == '?' || last == '&' ? "" : "&", name);
	text_put_url(t, value);
}

int
request_back(const struct provider *p, const char *public_url, struct text *out)
{
	return text_putf(out, "%s/login/oidc/%s/back", public_url, p->id);
}

static void
put_back(struct text *t, const struct provider *p, const char *public_url)
{
	struct text back;

	text_init(&back, METADATA_URL);
	if (request_back(p, public_url, &back) == 0)
		put(t, "redirect_uri", back.data);
	else
		t->failed = true;
	text_free(&back);
}

int
request_authorization(const struct provider *p, const struct metadata *m, const struct handshake *h,
    const char *public_url, struct text *out)
{
	char challenge[DIGEST_TEXT_SIZE];
	uint8_t hash[32];

	digest_sha256(h->verifier, strlen(h->verifier), hash);
	digest_text(hash, challenge);
	put_begin(out, m->authorization);
	put(out, "response_type", "code");
	put(out, "client_id", p->client_id);
	put_back(out, p, public_url);
	put(out, "scope", p->scope);
	put(out, "state", h->state);
	put(out, "nonce", h->nonce);
	put(out, "code_challenge", challenge);
	put(out, "code_challenge_method", "S256");
	text_putf(out, "&max_age=%d", REQUEST_MAX_AGE);
	if (h->prove)
		put(out, "prompt", "login");
	return out->failed ? -1 : 0;
}

int
request_token(const struct provider *p, const struct metadata *m, const struct handshake *h,
    const char *code, const char *public_url, struct text *out)
{
	put(out, "grant_type", "authorization_code");
	put(out, "code", code);
	put_back(out, p, public_url);
	put(out, "code_verifier", h->verifier);
	if (!p->secret || m->secret_in_body)
		put(out, "client_id", p->client_id);
	if (p->secret && m->secret_in_body)
		put(out, "client_secret", p->secret);
	return out->failed ? -1 : 0;
}

/* RFC 6749, 2.3.1: both are escaped before they are joined. */
int
request_basic(const struct provider *p, const struct metadata *m, struct text *out)
{
	struct text pair;
	char *encoded;

	if (!p->secret || m->secret_in_body)
		return 0;
	text_init(&pair, METADATA_URL);
	text_put_url(&pair, p->client_id);
	text_putc(&pair, ':');
	text_put_url(&pair, p->secret);
	encoded = pair.failed ? NULL : malloc(4 * ((pair.length + 2) / 3) + 1);
	if (encoded) {
		EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)pair.data, (int)pair.length);
		text_putf(out, "Basic %s", encoded);
	}
	text_free(&pair);
	free(encoded);
	return encoded && !out->failed ? 0 : -1;
}

int
request_leave(const struct provider *p, const struct metadata *m, const char *public_url, struct text *out)
{
	struct text to;

	if (!m->end_session)
		return 0;
	text_init(&to, METADATA_URL);
	text_putf(&to, "%s/left/%s", public_url, p->id);
	put_begin(out, m->end_session);
	put(out, "client_id", p->client_id);
	put(out, "post_logout_redirect_uri", to.failed ? "" : to.data);
	text_free(&to);
	return out->failed ? -1 : 0;
}
