/* headers.h: the header lines of one call, in room that the call keeps. Only outcall.c uses it.
 *
 * libcurl reads a linked list of lines; the nodes and lines live here, so that a call allocates
 * none of it. Lines that never change (content type, no Expect) are shared by all calls.
 */
#ifndef YJS_OUTCALL_HEADERS_H
#define YJS_OUTCALL_HEADERS_H

#include <curl/curl.h>

#include "outcall/outcall.h"

enum { HEADERS_LINES = 8, HEADERS_ROOM = 4096 };

struct headers {
	struct curl_slist nodes[HEADERS_LINES];
	int n;
	size_t used;
	char room[HEADERS_ROOM];
};

/* Write the lines for `request`, signed for the second `seconds`.
 *  target  the URL's request target; lent
 *  span    64 random bits: this attempt in a trace
 * Lent list, valid until the next make; NULL with ERROR_BROKEN when a value cannot stand in a header
 * (control characters, too long). */
struct curl_slist *headers_make(struct headers *h, const struct outcall_request *request,
    const char *target, int64_t seconds, uint64_t span, struct error *why) MUST_CHECK;

#endif
