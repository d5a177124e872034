/* plain.h: calls over plain HTTP/1.1 to an address in digits that is the operator's own.
 *
 * Inside a government's network most departments stand behind such addresses. There a call is one
 * buffer out and one answer in, on kept connections, without libcurl, which writes every byte of every
 * header through a printf of its own: half of what a call cost. All else (TLS, names, addresses of
 * others) is libcurl's. Private to the room.
 *
 * As with libcurl a request is repeated at once, on a new connection, when a kept one turns out to have
 * been closed before a byte of answer came; not where the call must never go twice.
 */
#ifndef YJS_OUTCALL_PLAIN_H
#define YJS_OUTCALL_PLAIN_H

#include "outcall/outcall.h"
#include "outcall/watch.h"
#include "outcall/wire.h"

struct plain;      /* the connections */
struct plain_host; /* an address, and what is kept open to it */
struct plain_line;

struct plain_call { /* part of an outcall_call */
	struct plain_call *next, **place; /* among those under way */
	struct plain_host *host;
	struct plain_line *line;
	struct text head;              /* of the request */
	const char *body;
	size_t length, out;            /* of the body; sent so far, head and body */
	struct text in;                /* what came */
	struct wire wire;
	int64_t connect_until, until;  /* monotonic us */
	bool never_twice, sent;
	const char *problem;           /* NULL: the answer is whole */
};

/* `finished` is told of each call that has ended, whole or not. */
struct plain *plain_new(struct watch *w, const struct outcall_limits *limits,
    void (*finished)(struct plain_call *call));
void plain_free(struct plain *p);

/* Where a call to this URL goes, if that is ours to do; NULL: it is libcurl's. `own`: the operator's own. */
struct plain_host *plain_host(struct plain *p, const char *url, const struct outcall_allow *to, bool own);

/* Start a call whose head is written up to its last header: length and end are added. May finish it. */
void plain_start(struct plain *p, struct plain_call *call, struct plain_host *host, int timeout_ms);
/* Something came on a socket; false: it is none of ours. */
bool plain_act(struct plain *p, const struct watch_event *event);
/* End what has taken too long; when to be asked again (monotonic us), 0 never. */
int64_t plain_time(struct plain *p);
/* Let go of a call that may be under way; free what it keeps. */
void plain_drop(struct plain *p, struct plain_call *call);
/* The answer of a finished call. */
void plain_answer(const struct plain_call *call, struct answer *answer);

/* The first lines of a request's head. */
void plain_head(struct plain_call *call, const struct plain_host *host, const char *method, const char *target);

#endif
