/* group_own.h: the inside of a group: for group.c, group_moves.c, group_rows.c alone.
 */
#ifndef YJS_FLOWS_GROUP_OWN_H
#define YJS_FLOWS_GROUP_OWN_H

#include "flows/consent.h"
#include "flows/group.h"

/* Room for one more in rows of a group; false: no memory. */
#define GROUP_ROOM(rows) group_rows_room((void **)&(rows).list, (rows).n, &(rows).room, sizeof *(rows).list)

/* group_moves.c: one settlement moves its application; what that brings about is gathered. */
int group_moves_one(struct group *g, struct settlement *s, struct error *why) MUST_CHECK;

/* group_desk.c: what of an application lies in the queues of desks, as masks of items. */
struct group_desk { uint64_t items, undos, notices; };
struct group_desk group_desk_of(struct node *n, const struct running *r);
/* What has come to lie there or does no more since `before`, as rows. */
int group_desk_note(struct group *g, const struct running *r, const struct group_desk *before,
    struct error *why) MUST_CHECK;

/* group_rows.c: each appends rows to the group, or fails. */
bool group_rows_room(void **list, size_t n, size_t *room, size_t size);
struct group_row *group_rows_of(struct group *g, struct engaged *owner);
/* The operation that was made, to be stored and then sent; URL and body are taken. */
int group_rows_operation(struct group *g, struct engaged *e, struct case_operation *made,
    struct error *why) MUST_CHECK;
/* What is known of the operation that was answered. */
int group_rows_outcome(struct group *g, const struct engaged *e, const struct settlement *s,
    struct error *why) MUST_CHECK;
/* A revision in the effects, the petition's verdict, counters, released values. */
int group_rows_revision(struct group *g, const struct running *r, int64_t account, struct error *why) MUST_CHECK;
int group_rows_petition(struct group *g, const struct petition *p, struct error *why) MUST_CHECK;
int group_rows_counts(struct group *g, const struct running *r, struct error *why) MUST_CHECK;
int group_rows_released(struct group *g, const struct running *r, struct error *why) MUST_CHECK;
int group_rows_consents(struct group *g, const struct running *r, struct error *why) MUST_CHECK;
int group_rows_desk(struct group *g, const struct store_desk *row, struct error *why) MUST_CHECK;
/* A person must look at `node`, or need not any more. */
int group_rows_attention(struct group *g, const struct running *r, int node, bool settled,
    struct error *why) MUST_CHECK;
/* The promise of `item` has passed unanswered, or its department has answered at last. */
int group_rows_overdue(struct group *g, const struct running *r, int item, bool settled,
    struct error *why) MUST_CHECK;

#endif
