/* node.h: lives of nodes.
 *
 * A node's life is a row in which it shows again and again that it goes on, and an advisory lock that all its
 * connections hold. When it was silent for too long, or the last of them has gone, the others end it and its
 * connections: its applications are there to be claimed. A fencing number stands in every update, so a life that
 * has ended can write nothing.
 */
#ifndef YJS_STORE_NODE_H
#define YJS_STORE_NODE_H

#include "store/bytes.h"

/* Take a free slot (0..1023) and a new incarnation for node `name`; earlier incarnations of the same
 * name are ended (their connections too), unless `politely`: then another process of that name is left alone
 * (ERROR_REFUSED). The session of `s` keeps the claim alive. */
int store_node_begin(struct store *s, const char *name, bool politely, int32_t *incarnation, int *slot,
    struct error *why) MUST_CHECK;
/* Let another connection of this node show the same life (its session is ended with the life) and
 * count under `writer` of its own: give each writing connection another one (slot, slot + 1024, ...). */
int store_node_join(struct store *s, int32_t incarnation, int writer, struct error *why) MUST_CHECK;
/* 1 the life that `s` shows goes on, 0 another ended it (stop, or begin anew), -1 not known. */
int store_node_check(struct store *s, struct error *why) MUST_CHECK;
struct store_lives {
	int nodes, place; /* how many live; how many of them are older than the one that asks */
	bool follows;     /* another lives, or did in the last minute */
	int64_t now;      /* the database's clock */
};

/* Show that it goes on, and that it may be silent for so long while it is not alone (one that begins later
 * tells, store_listen_lives(), and counts the silence from its own beginning), and look who lives: as
 * store_node_check(). */
int store_node_beat(struct store *s, int silence_ms, struct store_lives *lives, struct error *why) MUST_CHECK;
/* Look which nodes have died (store_claim does it too): number of lives that are missing but not yet
 * given up, so look again soon; -1. *buried (or NULL): how many were given up now. */
int store_nodes_watch(struct store *s, int *buried, struct error *why) MUST_CHECK;

#endif
