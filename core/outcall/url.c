#include "outcall/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "outcall/sign.h"

enum { URL_BYTES = 4096 };

/* May it stand in an URL as it is? */
static bool
is_plain(unsigned char c)
{
	static const bool others[256] = { ['#'] = true, ['\\'] = true, ['<'] = true, ['>'] = true, ['"'] = true,
		['{'] = true, ['}'] = true, ['|'] = true, ['^'] = true, ['`'] = true };

	return c > ' ' && c < 127 && !others[c];
}

int
url_split(const char *url, struct outcall_allow *to, size_t *origin, const char **target)
{
	bool tls = strncasecmp(url, "https://", 8) == 0;
	const char *host, *end, *colon;
	size_t length = strnlen(url, URL_BYTES);

	*target = sign_target(url);
	if (!*target || length == URL_BYTES)
		return -1;
	for (const char *c = url; *c; c++)
		if (!is_plain((unsigned char)*c))
			return -1;
	host = url + (tls ? 8 : 7);
	end = host + strcspn(host, "/");
	*origin = (size_t)(end - url);
	if (memchr(host, '@', (size_t)(end - host)))
		return -1;
	colon = *host == '[' ? memchr(host, ']', (size_t)(end - host)) : host - 1;
	if (!colon)
		return -1;
	colon = memchr(colon + 1, ':', (size_t)(end - colon - 1));
	to->port = tls ? 443 : 80;
	if (colon) {
		char *rest;
		long port = strtol(colon + 1, &rest, 10);

		if (rest != end || colon[1] < '0' || colon[1] > '9' || port < 1 || port > 65535)
			return -1;
		to->port = (int)port;
		end = colon;
	}
	if (end == host || (size_t)(end - host) >= sizeof to->host)
		return -1;
	memcpy(to->host, host, (size_t)(end - host));
	to->host[end - host] = '\0';
	return 0;
}

int
outcall_allow(const char *url, struct outcall_allow *out, struct error *why)
{
	const char *target;
	size_t origin;

	if (url_split(url, out, &origin, &target) != 0 || strchr(url, '?'))
		return error_set(why, ERROR_BROKEN,
		    "%.200s is not an address that can be called: write http(s)://host[:port]/path", url);
	return 0;
}
