#include "flows/session.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "seal/digest.h"

static bool
is_https(const struct node *n)
{
	return n->public_url && strncmp(n->public_url, "https://", 8) == 0;
}

/* Without TLS, which is for this machine only, a browser keeps no __Host- cookie. */
static bool
is_plain(const struct node *n)
{
	return n->loopback && !is_https(n);
}

static const char *
cookie_name(const struct node *n)
{
	return is_plain(n) ? "yjs" : "__Host-yjs";
}

const char *
session_secret(const struct node *n, const struct http_exchange *x)
{
	const char *secret = http_cookie(x, cookie_name(n));

	return secret && strlen(secret) == SESSION_SECRET_SIZE - 1 ? secret : NULL;
}

bool
session_is_claimed(const struct node *n, const struct http_exchange *x)
{
	return http_header(x, "Authorization") || session_secret(n, x);
}

void
session_hash(const char *secret, uint8_t hash[32])
{
	const struct digest_part parts[] = { { "session ", 8 }, { secret, strlen(secret) } };

	digest_sha256_parts(parts, 2, hash);
}

void
session_csrf(const char *secret, char csrf[SESSION_CSRF_SIZE])
{
	uint8_t mac[32];

	digest_hmac(secret, strlen(secret), "csrf", 4, mac);
	digest_text(mac, csrf);
}

/* --- where a request comes from --- */

/* "https://host[:port]" of the page, held against what people reach us by: the configured address, or
 * the one that this very request was sent to. */
static bool
is_own_origin(const struct node *n, const struct http_exchange *x, const char *origin)
{
	const char *host = http_header(x, "Host"), *rest = NULL;
	size_t length = strlen(origin);

	if (n->public_url && strncasecmp(n->public_url, origin, length) == 0 &&
	    (n->public_url[length] == '\0' || n->public_url[length] == '/'))
		return length > 0;
	if (strncmp(origin, "https://", 8) == 0)
		rest = origin + 8;
	else if (is_plain(n) && strncmp(origin, "http://", 7) == 0)
		rest = origin + 7;
	return rest && host && strcasecmp(rest, host) == 0;
}

bool
session_comes_from_us(const struct node *n, const struct http_exchange *x)
{
	const char *origin = http_header(x, "Origin"), *site = http_header(x, "Sec-Fetch-Site");

	if (origin && (http_header_count(x, "Origin") != 1 || !is_own_origin(n, x, origin)))
		return false;
	return !site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}

static bool
refuse(struct http_exchange *x)
{
	http_problem(x, 403, "not-from-here", "请从本站的页面操作", "为了您的安全,这次操作没有执行。请刷新页面后再试一次。",
	    NULL);
	return false;
}

bool
session_is_own_page(const struct node *n, struct http_exchange *x)
{
	return session_comes_from_us(n, x) || refuse(x);
}

bool
session_may_act(const struct node *n, struct http_exchange *x, const char *secret)
{
	const char *method = http_method(x), *sent = http_header(x, "X-CSRF-Token");
	char csrf[SESSION_CSRF_SIZE];

	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return true;
	session_csrf(secret, csrf);
	if (!sent || http_header_count(x, "X-CSRF-Token") != 1 || strlen(sent) != sizeof csrf - 1 ||
	    !digest_equal(sent, csrf, sizeof csrf - 1) || !session_comes_from_us(n, x))
		return refuse(x);
	return true;
}

/* --- the cookie --- */

static void
set_cookie(const struct node *n, struct http_exchange *x, const char *name, const char *value, const char *more)
{
	struct text cookie;

	text_init(&cookie, 8192);
	text_putf(&cookie, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value, is_plain(n) ? "" : "; Secure", more);
	if (!cookie.failed)
		http_add_header(x, "Set-Cookie", cookie.data);
	text_free(&cookie);
}

void
session_give(const struct node *n, struct http_exchange *x, const char *secret)
{
	set_cookie(n, x, cookie_name(n), secret, "");
}

void
session_take_back(const struct node *n, struct http_exchange *x)
{
	set_cookie(n, x, cookie_name(n), "", "; Max-Age=0");
}

static const char *
handshake_name(const struct node *n)
{
	return is_plain(n) ? "yjs-oidc" : "__Host-yjs-oidc";
}

const char *
session_handshake(const struct node *n, const struct http_exchange *x)
{
	return http_cookie(x, handshake_name(n));
}

void
session_handshake_give(const struct node *n, struct http_exchange *x, const char *value, int seconds)
{
	char more[40];

	snprintf(more, sizeof more, "; Max-Age=%d", seconds);
	set_cookie(n, x, handshake_name(n), value, more);
}
