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
#include "http/http.h"
#include "seal/seal.h"

struct conf;
struct intake;
struct engine;

enum { NODE_WORKERS = 32 };

struct node {
	const struct conf *conf;
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
	struct http *http;
	struct store *workers[NODE_WORKERS]; /* one connection a worker, used by its thread only */
	int n_workers;
	bool loopback;          /* listens on loopback only: demo tokens count */
	atomic_bool draining;
	atomic_bool ended;      /* another process took this node's name: it must stop */
	atomic_llong clock_offset; /* database clock - monotonic, us */
};

/* The database's time as last measured against the monotonic clock. */
int64_t node_now(const struct node *n);
/* Measure it anew. */
int node_set_clock(struct node *n, struct store *s, struct error *why) MUST_CHECK;

/* `yijianshi serve`. Exit code. */
int node_serve(const struct conf *conf);

#endif
