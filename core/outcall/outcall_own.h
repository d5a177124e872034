/* outcall_own.h: the inside of the calls: for outcall.c and transfer.c alone.
 *
 *	outcall.c   calls from start to release; waiting
 *	transfer.c  those that libcurl makes
 *	plain.c     those that need no libcurl
 */
#ifndef YJS_OUTCALL_OUTCALL_OWN_H
#define YJS_OUTCALL_OUTCALL_OWN_H

#include <curl/curl.h>

#include "outcall/headers.h"
#include "outcall/plain.h"
#include "outcall/watch.h"

struct outcall_call {
	struct outcall *o;
	struct outcall_call *next; /* in the free or the finished list */
	void *cookie;
	int64_t started;
	struct headers headers;
	bool own_host;   /* the operator's own host and port: goes wherever it leads */
	bool is_plain;
	struct plain_call plain;
	/* libcurl's */
	CURL *easy;      /* made when first needed */
	struct text body;
	size_t head_bytes;
	bool fresh;      /* what the handle is set to: no kept connection */
	bool flying, sent, refused, framed;
	CURLcode result;
	char problem[CURL_ERROR_SIZE];
};

struct outcall {
	CURLM *multi;
	struct plain *plain;
	struct outcall_limits limits;
	struct outcall_call **calls; /* all ever made, at most limits.in_flight */
	int made, busy;
	struct outcall_call *free, *finished, **finished_end;
	struct watch *watch;
	int64_t due;  /* monotonic us: when libcurl wants to be asked; 0 not */
	int64_t plain_due;
	int with[OUTCALL_WITH]; /* the caller's sockets that are watched too, -1 none */
	bool failed;  /* a socket could not be watched: fall back on looking at all calls */
	uint64_t span;
};

/* outcall.c: the call has ended. */
void outcall_end(struct outcall_call *call);

/* transfer.c */
/* Set libcurl up, once; the multi handle of `o`. 0 or -1. */
int transfer_open(struct outcall *o, struct error *why) MUST_CHECK;
void transfer_close(struct outcall *o);
/* Start one with these header lines; 0 or -1. */
int transfer_start(struct outcall_call *call, const struct outcall_request *r, struct curl_slist *headers) MUST_CHECK;
void transfer_drop(struct outcall_call *call);
/* Calls just started, and those whose time is up; end what has ended. */
void transfer_time(struct outcall *o);
void transfer_act(struct outcall *o, const struct watch_event *event);
void transfer_answer(struct outcall_call *call, struct answer *answer);

#endif
