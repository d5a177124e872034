#include "http/stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/exchange.h"
#include "http/refusal.h"
#include "http/server.h"

struct http_stream {
	pthread_mutex_t lock;
	struct http_exchange *x; /* good until `gone` */
	struct text waiting;
	size_t out;              /* of these bytes, how many are out */
	int users;               /* who put it there, and the library */
	bool suspended;          /* the library waits to be woken */
	bool ended, gone;
};

/* Under the lock; gives it back. */
static void
let_go(struct http_stream *s)
{
	int left = --s->users;

	pthread_mutex_unlock(&s->lock);
	if (left > 0)
		return;
	text_free(&s->waiting);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Under the lock. */
static void
wake(struct http_stream *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	loop_resume(s->x->loop, s->x);
}

/* ---- on the connection's thread ---- */

static ssize_t
take(struct http_stream *s, char *into, size_t most)
{
	size_t n = s->waiting.length - s->out;

	if (n > most)
		n = most;
	memcpy(into, s->waiting.data + s->out, n);
	s->out += n;
	if (s->out == s->waiting.length) {
		text_clear(&s->waiting);
		s->out = 0;
	}
	peers_allow(&s->x->h->peers, s->x->peer, n);
	return (ssize_t)n;
}

/* The library has written all that it had and wants more. */
static ssize_t
read_on(void *cookie, uint64_t position, char *into, size_t most)
{
	struct http_stream *s = cookie;
	ssize_t n = 0;

	(void)position;
	pthread_mutex_lock(&s->lock);
	s->x->loop->moved = true;
	if (s->out < s->waiting.length) {
		n = take(s, into, most);
	} else if (s->ended) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		s->suspended = true;
		(void)peers_hold(s->x->peer); /* when it was shut, writing on tells */
		MHD_suspend_connection(s->x->mhd);
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* The answer is over, or the client has gone. */
void
stream_lose(struct http_stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->gone = true;
	pthread_mutex_unlock(&s->lock);
}

/* Nor will the library read from it. */
static void
forget(void *cookie)
{
	struct http_stream *s = cookie;

	pthread_mutex_lock(&s->lock);
	s->gone = true;
	let_go(s);
}

/* ---- for handlers ---- */

static struct http_stream *
stream_new(struct http_exchange *x)
{
	struct http_stream *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	text_init(&s->waiting, STREAM_WAITING);
	s->x = x;
	s->users = 2;
	return s;
}

struct http_stream *
http_stream_begin(struct http_exchange *x, const char *type)
{
	struct http_stream *s = x->call ? NULL : stream_new(x);

	x->response = s ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_on, s, forget) : NULL;
	if (!x->response) {
		free(s);
		http_problem(x, refusal_busy.status, refusal_busy.type, refusal_busy.title, NULL, NULL);
		return NULL;
	}
	x->status = 200;
	x->stream = s;
	(void)exchange_put_headers(x, x->response, type);
	exchange_done(x);
	return s;
}

bool
http_stream_put(struct http_stream *s, const char *bytes, size_t length)
{
	bool good;

	pthread_mutex_lock(&s->lock);
	good = !s->gone && text_put(&s->waiting, bytes, length) == 0;
	if (good)
		wake(s);
	pthread_mutex_unlock(&s->lock);
	return good;
}

void
http_stream_end(struct http_stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->ended = true;
	if (!s->gone)
		wake(s);
	let_go(s);
}
