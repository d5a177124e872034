/* engage.h: the engine's own: running applications and the calls still to be made for them.
 *
 * All of it belongs to the engine's thread.
 */
#ifndef YJS_FLOWS_ENGAGE_H
#define YJS_FLOWS_ENGAGE_H

#include "flows/engine.h"

struct settlement { /* an answer, judged, not yet committed */
	struct settlement *next;
	struct engaged *owner;
	int node, round;
	struct ending ending;
	bool asked;          /* it answered a question, not a sending */
	int32_t inbox_division;
	int64_t inbox;       /* its inbox row, 0 none */
};

struct settlements { struct settlement *first, *last; };

struct operation { /* one call to a department, until it is decided */
	struct operation *next;    /* in its department's queue */
	struct engaged *owner;     /* NULL: nobody waits for it any more */
	struct department *department;
	int node, round;
	char key[48];
	char *url, *body;
	size_t length;
	bool question;             /* ask for the result instead of sending */
	bool in_flight, queued;
	int64_t due;               /* monotonic us */
	int heap;                  /* place among the timers, -1 none */
};

struct engaged { /* a running application of this node */
	struct engaged *next;      /* in its bucket */
	struct running *r;
	struct operation **ops;    /* by node: items, then materials */
	struct group_row *row;     /* its row in the group being built or in flight, or NULL */
	struct settlements later;  /* what came while its row was in flight */
	int pending;               /* settlements waiting for a group, here or in the engine's line */
};

struct timers { struct operation **heap; size_t n, room; };

struct engagements { /* by application id */
	struct engaged **buckets;
	size_t n_buckets, n;
};

struct engaged *engagements_find(const struct engagements *t, int64_t id);
/* Takes r. NULL when memory is gone (r is freed). */
struct engaged *engagements_add(struct engagements *t, struct running *r);
/* Forget the application; operations in flight live on without an owner. */
void engagements_drop(struct engagements *t, struct timers *timers, struct engaged *e);
void engagements_free(struct engagements *t, struct timers *timers);

struct operation **engaged_slot(struct engaged *e, int node);
/* A call of it is on its way: its answer, even a contradicting one after the end, is to be heard. */
bool engaged_is_calling(const struct engaged *e);

int timers_set(struct timers *t, struct operation *op, int64_t due);
void timers_remove(struct timers *t, struct operation *op);
/* The operation that is due first, or NULL. */
struct operation *timers_first(const struct timers *t);

/* Put an operation at the end of its department's queue; take it out again. */
void operation_queue(struct operation *op);
struct operation *operation_unqueue(struct department *d);
void operation_free(struct operation *op);

void settlements_add(struct settlements *l, struct settlement *s);
void settlement_free(struct settlement *s);

#endif
