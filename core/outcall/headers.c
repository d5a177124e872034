#include "outcall/headers.h"

#include <string.h>

#include "base/text.h"
#include "seal/digest.h"

/* Lines that stand on every call; libcurl only reads them. */
static struct curl_slist for_get = {(char *)(uintptr_t)"Accept: application/json", NULL};
static struct curl_slist no_expect = {(char *)(uintptr_t)"Expect:", &for_get};
static struct curl_slist for_post = {(char *)(uintptr_t)"Content-Type: application/json", &no_expect};

/* What follows the call's own lines. */
static struct curl_slist *
constant_lines(const struct outcall_request *r)
{
	if (r->method && strcmp(r->method, "POST") != 0)
		return &for_get;
	return r->type ? &no_expect : &for_post;
}

static bool
sendable(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || (unsigned char)*value >= 127)
			return false;
	return true;
}

/* Append "name: value"; false when there is no room or the value would end the line. */
static bool
put(struct headers *h, const char *name, const char *value)
{
	size_t a = strlen(name), b = strlen(value), left = sizeof h->room - h->used;
	char *line = h->room + h->used;

	if (h->n == HEADERS_LINES || a + b + 3 > left || !sendable(value))
		return false;
	memcpy(line, name, a);
	memcpy(line + a, ": ", 2);
	memcpy(line + a + 2, value, b + 1);
	h->nodes[h->n++].data = line;
	h->used += a + b + 3;
	return true;
}

/* W3C Trace Context: one trace an application, one span an attempt. */
static bool
put_trace(struct headers *h, const char *application, uint64_t span)
{
	uint8_t digest[32];
	char value[] = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

	digest_sha256(application, strlen(application), digest);
	digest_hex(digest, 16, value + 3);
	value[35] = '-';
	span |= 1; /* none is no span */
	digest_hex(&span, sizeof span, value + 36);
	value[52] = '-';
	return put(h, "traceparent", value);
}

static bool
put_signatures(struct headers *h, const struct outcall_request *r, const char *target,
    int64_t seconds)
{
	const struct sign_message message = {r->direction, r->method ? r->method : "POST", target,
		r->body, r->length};
	char timestamp[TEXT_DIGITS], v1[SIGN_HEX], v2[SIGN_HEX];

	text_digits(seconds, timestamp);
	sign_make(r->secret, &message, seconds, v1, v2);
	return put(h, "X-Timestamp", timestamp) && put(h, "X-Signature", v1) &&
	    put(h, "X-Signature-V2", v2);
}

struct curl_slist *
headers_make(struct headers *h, const struct outcall_request *r, const char *target,
    int64_t seconds, uint64_t span, struct error *why)
{
	struct curl_slist *constant = constant_lines(r);
	char round[TEXT_DIGITS];
	bool good = true;

	h->n = 0;
	h->used = 0;
	text_digits(r->round, round);
	if (r->key)
		good = good && put(h, "Idempotency-Key", r->key);
	if (r->application)
		good = good && put(h, "X-Application-Id", r->application) &&
		    put_trace(h, r->application, span);
	if (r->round)
		good = good && put(h, "X-Round", round);
	if (r->callback_url)
		good = good && put(h, "X-Callback-Url", r->callback_url);
	if (r->secret)
		good = good && put_signatures(h, r, target, seconds);
	if (r->type)
		good = good && put(h, "Content-Type", r->type);
	if (r->authorization)
		good = good && put(h, "Authorization", r->authorization);
	if (!good) {
		error_set(why, ERROR_BROKEN, "a value of the call cannot stand in a header");
		return NULL;
	}
	for (int i = 0; i < h->n; i++)
		h->nodes[i].next = i + 1 < h->n ? &h->nodes[i + 1] : constant;
	return h->n > 0 ? h->nodes : constant;
}
