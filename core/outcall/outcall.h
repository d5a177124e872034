/* outcall.h: calls to departments (and to OpenID providers), hundreds in flight, made by one thread.
 *
 * This room alone sees libcurl. One thread starts calls, waits, and takes finished ones; only
 * outcall_wakeup() may be called by others. Handles, connections and buffers are kept and used
 * again. What a call means is not judged here: rules/ending.h does that with the `struct answer`.
 *
 * Guards: only http and https, no redirects, no proxy from the environment, ceilings on answer and
 * headers, one deadline over everything. Addresses are checked when the socket is opened, after the
 * name was resolved: a URL whose host and port are the operator's own (`allow`) goes wherever it
 * leads; every other one is refused unless the address is public.
 *
 * libcurl repeats a request by itself, at once, when a kept connection turns out to have been closed
 * before a byte of answer came: the department may then see one key twice in one attempt
 * (`never_twice` excludes that).
 *
 *	while (running) {
 *		while (... && outcall_start(o, &request, &why) == 0) ...
 *		outcall_wait(o, &database, 1, 1000);
 *		while (outcall_next(o, &done)) { ... settle(done.cookie, &done.answer);
 *			outcall_release(o, done.call); }
 *	}
 */
#ifndef YJS_OUTCALL_OUTCALL_H
#define YJS_OUTCALL_OUTCALL_H

#include <poll.h>

#include "outcall/sign.h"
#include "rules/ending.h"

enum { OUTCALL_WITH = 4 };

struct outcall;      /* one thread's calls */
struct outcall_call; /* one call, from start to release */

struct outcall_limits { /* 0 or NULL takes what stands in brackets */
	int in_flight;       /* calls at once [256] */
	int endpoints;       /* different hosts:ports in rotation; connections kept >= both [256] */
	int connect_ms;      /* for name, TCP and TLS [5000] */
	size_t answer_bytes; /* ceiling of an answer's body [1 MiB] */
	const char *ca_file; /* [the system's] */
};

struct outcall_allow { /* the host and port an operator configured */
	char host[256]; /* as written in the URL; IPv6 in brackets */
	int port;
};

struct outcall_request {
	void *cookie;          /* given back by outcall_next() */
	const char *method;    /* "POST" or "GET"; NULL is POST */
	const char *url;
	const char *body;      /* lent until the call is released */
	size_t length;
	const char *type;          /* of the body; NULL: application/json */
	const char *authorization; /* the header, or NULL */
	const char *key;          /* Idempotency-Key, or NULL: no header (a question has it in its URL) */
	const char *application;  /* X-Application-Id, or NULL */
	int round;                /* X-Round, 0: no header */
	const char *callback_url; /* X-Callback-Url, or NULL */
	enum sign_direction direction;
	const struct sign_secret *secret; /* NULL: not signed */
	int64_t signed_at;        /* us, by the clock that counts; 0: by this machine's */
	const struct outcall_allow *allow; /* NULL: public addresses only */
	int timeout_ms; /* for the whole call; 0: 10 s */
	bool never_twice; /* the department keeps no keys: a connection of its own, so that libcurl
	                   * cannot repeat the request by itself */
}; /* all but `body` is needed only while outcall_start() runs */

struct outcall_done {
	void *cookie;
	struct outcall_call *call;
	struct answer answer;   /* body and type belong to the call until it is released */
	const char *problem;    /* for logs: why no whole answer came, or NULL. Not personal */
	bool address_refused;   /* the guard above stopped it: configuration, not weather */
	int64_t took_us;
};

/* NULL on failure. curl's global set-up is done once, by whoever comes first. */
struct outcall *outcall_new(const struct outcall_limits *limits, struct error *why) MUST_CHECK;
/* Ends everything; calls in flight are dropped without an answer, unreleased ones are freed. */
void outcall_free(struct outcall *o);
/* Before outcall_free(), for who knows what belongs to a call by its cookie alone: the cookies of all that are in
 * flight or not yet released, each once. `take` starts and releases none. */
void outcall_each(const struct outcall *o, void (*take)(void *cookie));

/* Read host and port of the operator's URL. ERROR_BROKEN: no http(s) URL, or with user, fragment or
 * query in it. */
int outcall_allow(const char *url, struct outcall_allow *out, struct error *why) MUST_CHECK;

/* Start one call; it makes progress in outcall_wait(). ERROR_TEMPORARY: as many as allowed are in
 * flight (outcall_room() tells before), or memory is gone. ERROR_BROKEN: the URL or a header is not
 * sendable. */
int outcall_start(struct outcall *o, const struct outcall_request *request, struct error *why)
    MUST_CHECK;
/* How many more may be started now; how many are in flight or not yet released. */
int outcall_room(const struct outcall *o);
int outcall_busy(const struct outcall *o);

/* Drive all calls; sleep at most `timeout_ms` until one can go on, one of `n` sockets of the caller's
 * (OUTCALL_WITH at most, as for poll(); fd -1: none) has what it is waited for, a call finished, or
 * somebody calls outcall_wakeup(). Returns how many of `with` have revents. With calls finished and not
 * yet taken it does not sleep. */
int outcall_wait(struct outcall *o, struct pollfd *with, int n, int timeout_ms);
/* From any thread: end the running (or else the next) outcall_wait(). Not after outcall_free(). */
void outcall_wakeup(struct outcall *o);

/* Take the next finished call; false: none for now. */
bool outcall_next(struct outcall *o, struct outcall_done *done);
/* Give a taken call back; its answer's body and type are gone. */
void outcall_release(struct outcall *o, struct outcall_call *call);

#endif
