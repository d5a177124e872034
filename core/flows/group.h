/* group.h: what moves applications -> one transaction.
 *
 * Belongs to the engine's thread. group_build() moves the running applications by the pure rules
 * (group_moves.c) and gathers the rows of it (group_rows.c); the store sends them; after the commit the
 * engine starts what they released, or forgets the applications so that they are loaded again.
 */
#ifndef YJS_FLOWS_GROUP_H
#define YJS_FLOWS_GROUP_H

#include "flows/case.h"
#include "flows/engage.h"
#include "store/store.h"

enum { GROUP_SETTLEMENTS = 1024 };

struct group_row { /* one application in the group */
	struct engaged *owner;
	struct text history;
	int32_t history_first;
	struct text items;
};

struct group_count { int32_t division; const char *event, *department, *measure; int64_t delta; };

/* Rows of one kind, gathered; room grows by doubling. */
#define GROUP_ROWS(type) struct { type *list; size_t n, room; }

struct group {
	struct node *node;
	struct store *store;           /* loads versions; idle while rows are gathered */
	int64_t now;
	bool in_flight;
	size_t limit;                  /* settlements a group; smaller after one was refused */
	GROUP_ROWS(struct group_row *) rows; /* applications moved */
	struct settlement **settled;   /* owned until the group ends */
	size_t n_settled;
	int64_t *inbox;                /* pairs division, id */
	size_t n_inbox;
	GROUP_ROWS(struct operation *) fresh; /* made by this group, sent after its commit */
	GROUP_ROWS(struct store_operation) operations;
	GROUP_ROWS(struct store_outcome) outcomes;
	GROUP_ROWS(struct group_count) counts;
	GROUP_ROWS(struct store_revision) revisions;
	GROUP_ROWS(struct store_settled_petition) petitions;
	GROUP_ROWS(struct store_watched) attentions, overdues;
	GROUP_ROWS(struct store_desk) desks;
	GROUP_ROWS(struct store_consent) consents;
	GROUP_ROWS(int64_t) released;  /* pairs division, id */
	GROUP_ROWS(struct bytes) sealed; /* what the rows point to */
	struct effects effects;
};

int group_open(struct group *g, struct node *n, struct store *s) MUST_CHECK;
void group_close(struct group *g);

/* Move settlements from the list into the group and send it. Settlements that change nothing are
 * freed. 0 sent or nothing to send (g->in_flight tells), -1 it could not be sent: treat as failed. */
int group_build(struct group *g, struct settlements *from, int64_t now, struct error *why) MUST_CHECK;

/* Free the rows, give each owner its `row` back as NULL; fresh operations stay with the caller via
 * g->fresh (committed) or are freed (failed). */
void group_end(struct group *g, bool committed);

#endif
