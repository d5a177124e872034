/* stream.h: an answer that goes on: what is put into it goes out at once, the connection stays open.
 *
 * No thread waits for it: between two pieces the connection is suspended. A client that has gone is seen
 * when the next piece is put, so something must be put now and then. Other answers come from HTTP's own
 * threads; pieces may come from any, one at a time.
 */
#ifndef YJS_HTTP_STREAM_H
#define YJS_HTTP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

struct http_exchange;
struct http_stream;

enum { STREAM_WAITING = 64 * 1024 /* bytes that may wait for a slow client */ };

/* Answer 200 with a stream of that type. Yours until http_stream_end(). NULL: the exchange was answered
 * otherwise. The exchange is gone then, but for what was read of it. */
struct http_stream *http_stream_begin(struct http_exchange *x, const char *type);
/* False: nobody reads it any more, or so slowly that too much waits. */
bool http_stream_put(struct http_stream *s, const char *bytes, size_t length);
/* What was put still goes out, then it ends. */
void http_stream_end(struct http_stream *s);

/* For this room: its exchange is about to go. */
void stream_lose(struct http_stream *s);

#endif
