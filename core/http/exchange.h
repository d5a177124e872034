/* exchange.h: one request and its answer, inside this room.
 *
 * One allocation holds it, its address taken apart and the handler's slot; the headers stay in the
 * library's buffer, which does not move until the answer. `state` decides who goes on: the
 * connection's thread suspends after a quick handler came back without an answer, the answerer
 * resumes what is suspended; whoever comes second sees what the first did. An exchange without a
 * connection is an inner one (call.h): its answerer puts it into the workers' queue instead.
 */
#ifndef YJS_HTTP_EXCHANGE_H
#define YJS_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"
#include "http/refusal.h"
#include "http/route.h"
#include "http/server.h"
#include "http/target.h"

enum exchange_state { EXCHANGE_NEW, EXCHANGE_HELD, EXCHANGE_SUSPENDED, EXCHANGE_ANSWERED };

struct added {
	struct added *next;
	const char *value;
	char name[];
};

struct http_exchange {
	struct http *h;
	struct loop *loop;
	struct peer *peer;
	char caller[INET6_ADDRSTRLEN]; /* whose request it is: the peer's address, or what the proxy tells */
	bool caller_is_loopback;
	struct MHD_Connection *mhd;
	const struct route *route;
	const struct refusal *refusal;
	const char *method;
	_Atomic int state;
	bool seen;            /* the head was looked at */
	int status;
	int worker;
	struct MHD_Response *response;
	struct http_stream *stream; /* of an answer that goes on (stream.h) */
	size_t answer_length;
	struct added *added;
	struct http_exchange *next; /* of those whose head is awaited, wait for a worker, are answered */
	struct http_exchange **back;
	char *body;
	size_t length, room;
	size_t reserved;      /* for its answer */
	uint64_t content_length;
	uint64_t swallowed;   /* bytes of a body that nobody will see */
	int64_t since;
	uint64_t id;
	struct call *call;    /* of an inner exchange (call.h): `mhd` is NULL, the answer is kept here */
	char *reply, *reply_type;
	size_t reply_length;
	size_t address_length;
	struct target target;
	alignas(16) unsigned char slot[64];
	char bytes[];         /* of the target */
};

/* An exchange for the address `uri`; NULL when memory is gone. */
struct http_exchange *exchange_new(struct loop *loop, struct peer *peer, struct MHD_Connection *mhd,
    const char *uri);
/* The head is here: when the peer is the trusted proxy, it tells whose request it is. */
void exchange_find_caller(struct http_exchange *x);
/* NULL is fine. */
void exchange_free(struct http_exchange *x);

/* Append to the body. 0, or -1 when it is refused (x->refusal tells) and was thrown away. */
int exchange_take_in(struct http_exchange *x, const char *bytes, size_t length);

/* Nobody needs the body any more. */
void exchange_drop_body(struct http_exchange *x);

/* Make the answer of a refusal; on the connection's thread, before any handler had the exchange. */
void exchange_refuse(struct http_exchange *x, const struct refusal *r);
/* The same as the bytes of a whole answer that closes; malloc()ed, NULL when memory is gone. */
char *exchange_refusal_bytes(const struct http_exchange *x, const struct refusal *r, size_t *length);
/* Give an answer the headers that every one has, and those that were added. False: it must not leave so (a 503 that
 * does not say when to come again). */
bool exchange_put_headers(struct http_exchange *x, struct MHD_Response *r, const char *type);
/* A worker begins with a request: from here on http_memory_short() is about it. */
void answer_watch(void);
/* The answer is made: tell the connection's thread, if it waits. The exchange may be gone then. */
void exchange_done(struct http_exchange *x);

#endif
