#include "flows/request_key.h"

#include <string.h>

enum { KEY_MOST = 255 };

const char *
request_key_of(struct http_exchange *x)
{
	const char *key = http_header(x, "Idempotency-Key");

	if (key && *key && strlen(key) <= KEY_MOST && http_header_count(x, "Idempotency-Key") == 1)
		return key;
	http_problem(x, 400, "no-idempotency-key", "缺少 Idempotency-Key",
	    "请带上一个 1 到 255 字符的 Idempotency-Key,重发时保持不变,就不会重复办理。", NULL);
	return NULL;
}
