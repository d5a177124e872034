/* group.h: settled answers -> one transaction.
 *
 * Belongs to the engine's thread. group_build() moves the running applications by the pure rules and
 * gathers rows; the store sends them; group_committed() starts what they released, group_failed()
 * forgets the applications so that they are loaded again.
 */
#ifndef YJS_FLOWS_GROUP_H
#define YJS_FLOWS_GROUP_H

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

struct group {
	struct node *node;
	struct store *store;           /* loads versions; idle while rows are gathered */
	int64_t now;
	bool in_flight;
	size_t limit;                  /* settlements a group; smaller after one was refused */
	struct group_row **rows;       /* settled applications */
	size_t n_rows, rows_room;
	struct settlement **settled;   /* owned until the group ends */
	size_t n_settled;
	struct operation **fresh;      /* made by this group, sent after its commit */
	size_t n_fresh, fresh_room;
	struct store_operation *operations;
	struct store_outcome *outcomes;
	size_t n_operations, operations_room, n_outcomes, outcomes_room;
	struct group_count *counts;
	size_t n_counts, counts_room;
	int64_t *inbox;
	size_t n_inbox;
	struct effects effects;
	struct bytes *sealed;          /* what the rows point to */
	size_t n_sealed, sealed_room;
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
