/* node.h: one node: what its threads share.
 *
 * HTTP workers read and check (a store connection each), the intake writer commits what has queued
 * up as one group, the engine calls departments and commits what they said as one group.
 */
#ifndef YJS_FLOWS_NODE_H
#define YJS_FLOWS_NODE_H

#include <stdatomic.h>

#include "flows/catalog.h"
#include "flows/department.h"
#include "flows/room.h"
#include "http/http.h"
#include "seal/seal.h"

struct conf;
struct intake;
struct engine;
struct heads;
struct known;
struct lookups;
struct notices;
struct vouch;
struct pulse;
struct strangers;

enum { NODE_WORKERS = 32 };

struct node;

/* What the rooms above answer; the cookie is struct node. */
struct node_routes {
	const struct http_route *routes;
	size_t n;
	const char *const *reserved; /* paths for which room is kept, see http.h */
};

/* The pages for people: routes beside the API's, and what lives as long as the node. */
struct node_extension {
	struct node_routes routes;
	void *(*open)(struct node *n, struct error *why); /* becomes node.more; NULL and *why: no start */
	void (*reload)(void *more);                       /* SIGHUP */
	void (*close)(void *more);
	/* A refusal in words for a browser; see http.h. */
	char *(*words)(void *more, struct http_exchange *x, int status, size_t *length);
};

struct node {
	const struct conf *conf;
	const struct node_routes *api;
	const struct node_extension *extension; /* or NULL */
	void *more;                              /* the extension's own */
	struct http_route *routes;               /* all: the API's, then the extension's */
	struct seal *seal;
	struct catalog *catalog;
	struct catalog_places places;
	struct departments departments;
	char *database;         /* libpq string of the service */
	char *public_url;       /* for callbacks; no trailing slash */
	int32_t incarnation;
	int slot;
	struct intake *intake;
	struct engine *engine;
	struct vouch *vouch;    /* OpenID providers */
	struct lookups *lookups; /* for forms that are being filled in, */
	struct known *known;     /* and what they told */
	struct notices *notices;
	struct pulse *pulse;
	struct strangers *strangers;
	struct heads *heads;
	struct http *http;
	struct room room;
	struct store *workers[NODE_WORKERS]; /* one connection a worker, used by its thread only */
	int n_workers;
	bool loopback;          /* listens on loopback only: demo tokens count */
	atomic_bool draining;
	atomic_bool ended;      /* others have ended this life: it must stop */
	_Atomic struct share share; /* this node among those that live; alone: nobody's death is looked for */
	atomic_bool follows;    /* another lives, or did in the last minute */
	atomic_bool writes_soon; /* what is counted and noted in memory */
	atomic_llong clock_offset; /* database clock - monotonic, us */
};

/* The database's time as last measured against the monotonic clock. */
int64_t node_now(const struct node *n);
/* Measure it anew. */
int node_set_clock(struct node *n, struct store *s, struct error *why) MUST_CHECK;

/* The database, asked at `asked_at` of our monotonic clock, says that it is `now`. True: its clock was set meanwhile,
 * and all goes by it from now on. */
bool node_follow_clock(struct node *n, int64_t asked_at, int64_t now);

/* Others have ended this life: let go of everything. From any thread. */
void node_leave(struct node *n);

/* What strangers.h and heads.h hold in memory is written within a minute, or at once. From any thread. */
void node_write_soon(struct node *n);
void node_write_now(void);

/* Read the event and connector files again, soon. From any thread. */
void node_reread(struct node *n);

/* `yijianshi serve` with the routes of the API and the pages (NULL: none). Exit code. */
int node_serve(const struct conf *conf, const struct node_routes *api, const struct node_extension *extension);

#endif
