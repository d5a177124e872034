#include "pages/gzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "http/http.h"

enum { GZIP = 16 + MAX_WBITS, MEMORY = 9 };

bool
gzip_is_taken(const struct http_exchange *x)
{
	const char *accepted = http_header(x, "Accept-Encoding");

	return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

char *
gzip_pack(const char *bytes, size_t length, int level, size_t *packed)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (uInt)length };
	char *out = malloc(length + 1);
	int done;

	if (!out || deflateInit2(&z, level, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(out);
		return NULL;
	}
	z.next_out = (unsigned char *)out;
	z.avail_out = (uInt)length;
	done = deflate(&z, Z_FINISH);
	*packed = length - z.avail_out;
	deflateEnd(&z);
	if (done == Z_STREAM_END)
		return out;
	free(out);
	return NULL;
}
