/* multipart.h: the parts of a multipart/form-data body (RFC 7578), read strictly.
 *
 * What browsers send and no more: each part has one Content-Disposition "form-data" with a name, and
 * perhaps a filename and a Content-Type. Transfer encodings, nested parts, a preamble and folded headers
 * are refused. Nothing is copied: parts point into the body.
 */
#ifndef YJS_HTTP_MULTIPART_H
#define YJS_HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

enum { MULTIPART_NAME = 128, MULTIPART_BOUNDARY = 70 };

struct multipart {
	const char *at, *end; /* what is left, from a delimiter on */
	char delimiter[MULTIPART_BOUNDARY + 3]; /* with its two hyphens */
	size_t delimiter_length;
};

struct multipart_part {
	char name[MULTIPART_NAME];
	bool is_file;         /* it has a filename, be it empty */
	const char *bytes;
	size_t length;
};

/* Begin with the request's Content-Type and body; false: it is no such body. */
bool multipart_begin(struct multipart *m, const char *content_type, const char *body, size_t length);
/* The next part: 1; 0: that was the last; -1: not to be read. */
int multipart_next(struct multipart *m, struct multipart_part *part);

#endif
