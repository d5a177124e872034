/* serve.h: one request's way through the library's callbacks to a handler and back.
 *
 * The library calls five times: a connection was made; its first line is here; its head is here; a
 * piece of its body; the request is whole. What is refused with a body on its way is answered at
 * the head (the connection ends); a small refused body is read away and the connection kept. What a
 * handler has not answered when it comes back is suspended, and whoever answers resumes it.
 *
 * A few refusals are the library's own, short HTML without our headers, and close: a first line or
 * header line that is none, an address or head beyond its buffer (20 KiB), chunks without a size. A
 * line between chunks beyond its buffer gets no answer: the connection's deadline ends it.
 */
#ifndef YJS_HTTP_SERVE_H
#define YJS_HTTP_SERVE_H

#include "base/error.h"

struct http;

/* Start the loops on duplicates of h->listener. 0, or -1 with *why. */
int serve_start(struct http *h, struct error *why) MUST_CHECK;
/* From now on the kernel refuses new connections. */
void serve_refuse_new(struct http *h);
/* End the loops, close what is open; no exchange may be in handlers' hands. */
void serve_stop(struct http *h);

#endif
