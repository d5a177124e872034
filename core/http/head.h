/* head.h: the strict look at a request's first lines and headers.
 *
 * The library forgives what smuggles: the first of two Content-Length counts, Transfer-Encoding
 * beside Content-Length, bare LF line ends, NUL in a header, folded headers, spaces before the colon
 * or between the words of the first line. All of that is refused here.
 *
 * For line ends, NULs and folding the layout is used that the library (0.9.75) leaves behind: it
 * reads into one buffer and writes a NUL over each CR, each LF, the first colon of a header and the
 * spaces of the first line. A request without tricks lies there without a gap and has exactly the
 * length that the library counted; every trick leaves a gap or another length. With another version
 * of the library this part is skipped. Not seen, for it lies there like the right bytes: NULs in
 * the place of a CR, and a line that begins with a colon behind a bare LF; and, because the library
 * keeps it to itself, bare LF between the chunks of a chunked body. A proxy worth its name hands none
 * of these on.
 */
#ifndef YJS_HTTP_HEAD_H
#define YJS_HTTP_HEAD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/refusal.h"

enum { HEAD_BYTES = 8192, HEAD_HEADERS = 64 };

struct head {
	const char *content_type;
	uint64_t content_length;
	bool has_length, chunked, waits; /* waits: Expect: 100-continue */
	/* while reading */
	const struct refusal *refusal;
	const char *at;                  /* where the next header must begin; NULL: not checked */
	int count, hosts, lengths, types;
	size_t bytes;
};

/* Look at the head of the request; `address_length` is that of its path and query. Fills *d; NULL,
 * or why it is refused. */
const struct refusal *head_read(struct head *d, struct MHD_Connection *mhd, bool exact,
    const char *method, const char *address, size_t address_length, const char *version);

/* Does a Content-Type fit the wanted media type? Parameters other than charset=utf-8 do not. */
bool head_type_fits(const char *content_type, const char *wanted);

#endif
