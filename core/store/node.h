/* node.h: lives of nodes.
 *
 * A node's life is a row and an advisory lock that all its connections hold: when the last of them
 * has gone for three seconds, the life has ended and its applications are there to be claimed. A
 * fencing number stands in every update, so a life that has ended can write nothing.
 */
#ifndef YJS_STORE_NODE_H
#define YJS_STORE_NODE_H

#include "store/bytes.h"

/* Take a free slot (0..1023) and a new incarnation for node `name`; earlier incarnations of the same
 * name are ended (their connections too). The session of `s` keeps the claim alive. */
int store_node_begin(struct store *s, const char *name, int32_t *incarnation, int *slot,
    struct error *why) MUST_CHECK;
/* Let another connection of this node show the same life (its session is ended with the life) and
 * count under `writer` of its own: give each writing connection another one (slot, slot + 1024, ...). */
int store_node_join(struct store *s, int32_t incarnation, int writer, struct error *why) MUST_CHECK;
/* 1 the life that `s` shows goes on, 0 another ended it (stop, or begin anew), -1 not known. */
int store_node_check(struct store *s, struct error *why) MUST_CHECK;
/* Look which nodes have died (store_claim does it too): number of lives that are missing but not yet
 * given up (three seconds), so look again soon; -1. */
int store_nodes_watch(struct store *s, struct error *why) MUST_CHECK;

#endif
