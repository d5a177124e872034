/* peers.h: the open connections: who, how many, until when.
 *
 * The library knows inactivity only: who sends one byte a second stays for ever. So each connection
 * has a deadline here, and a sweeper (asleep while no connection is open) shuts the sockets whose
 * time is over: the library's thread sees the end and cleans up. While a handler has the request no
 * deadline runs. Connections are counted over all and by address (an IPv6 address counts by its
 * /64); when three quarters of all are taken, idle ones get an eighth of their time only. The last ones, the
 * reserve, are for a few routes: who comes on one of them has two seconds to say what he wants.
 *
 * A connection that was answered before its body was read lingers: for two seconds and 32 MB what
 * still comes is thrown away. Closing at once would reset it, and the client might never see the
 * answer.
 */
#ifndef YJS_HTTP_PEERS_H
#define YJS_HTTP_PEERS_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/error.h"

enum { PEERS_BUCKETS = 256, PEERS_LINGERING = 64 };

struct peer {
	struct peer *next, **back; /* in its bucket */
	int fd;
	_Atomic int64_t due;       /* shut after this; 0: never (a handler has the request) */
	_Atomic int64_t idle;      /* since when no request is here; 0: one is */
	int64_t looked;            /* the `idle` at which the sweeper looked for its end */
	bool spare;                /* of the reserve */
	bool served;               /* has had a request */
	bool lingers;              /* answered before its body was read */
	bool dropped;
	bool loopback;
	unsigned char key[16];     /* whom the caps count it for */
	char address[INET6_ADDRSTRLEN];
};

struct peers_caps {
	int most;    /* connections */
	int of_one;  /* of one address; 0: any number */
	int reserve; /* the last of `most` */
};

struct peers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t sweeper;
	struct peer *bucket[PEERS_BUCKETS];
	int open;
	struct peers_caps caps;
	int64_t request_us, idle_us;
	int64_t complained;        /* when the log last told that a cap was hit */
	bool asleep, draining, stopping;
	int n_lingering;
	struct {
		int fd;
		int64_t until;
		ssize_t left; /* bytes that may still come */
	} lingering[PEERS_LINGERING];
};

/* Start the sweeper. */
int peers_start(struct peers *p, const struct peers_caps *caps, int64_t request_us, int64_t idle_us,
    struct error *why) MUST_CHECK;
/* End the sweeper; no connection may be open any more. */
void peers_stop(struct peers *p);
/* Shut connections that have no request, from now on at once. */
void peers_drain(struct peers *p);

/* May this address have one more connection? */
bool peers_admit(struct peers *p, const struct sockaddr *address);
/* A connection was made; NULL when memory is gone. */
struct peer *peers_enter(struct peers *p, int fd, const struct sockaddr *address);
/* The connection is about to be closed; frees `peer` (NULL is fine). */
void peers_leave(struct peers *p, struct peer *peer);

/* The first line of a request came. False: the sweeper has shut the socket, no answer could be sent any
 * more; do nothing of what it asks for. */
bool peers_begin(struct peers *p, struct peer *peer);
/* The request's answer is out; the connection is idle now. */
void peers_end(struct peers *p, struct peer *peer);
/* A body of `bytes` comes: so much longer as it takes at 32 KiB/s. */
void peers_extend(struct peer *peer, uint64_t bytes);
/* An answer of `bytes` goes out: request_us from now, and so much longer. */
void peers_allow(struct peers *p, struct peer *peer, uint64_t bytes);
/* The connection is about to be closed, without lingering. */
void peers_drop(struct peer *peer);
/* A handler gets the request: no deadline. False: as above, no handler may get it. */
bool peers_hold(struct peer *peer);

#endif
