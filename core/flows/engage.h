/* engage.h: the engine's own: running applications and the calls still to be made for them.
 *
 * All of it belongs to the engine's thread.
 */
#ifndef YJS_FLOWS_ENGAGE_H
#define YJS_FLOWS_ENGAGE_H

#include "flows/engine.h"
#include "flows/petition.h"

enum settlement_kind {
	SETTLEMENT_ANSWER,   /* of a department */
	SETTLEMENT_PETITION, /* somebody wants a correction, a withdrawal, agrees */
	SETTLEMENT_CLOCK     /* time has come for something */
};

struct settlement { /* what moves an application, not yet committed */
	struct settlement *next;
	struct engaged *owner;
	enum settlement_kind kind;
	/* an answer, judged */
	int node, round;
	bool undo;           /* of the undo of node's operation */
	bool asked;          /* it answered a question, not a sending */
	struct ending ending;
	int32_t inbox_division;
	int64_t inbox;       /* its inbox row, 0 none */
	struct petition *petition; /* owned */
};

struct settlements { struct settlement *first, *last; size_t n; };

struct timer { /* wakes a call, or the clock of an application */
	struct operation *op;      /* NULL: the application's */
	struct engaged *owner;
	int64_t due;               /* monotonic us */
	int place;                 /* among the timers, -1 none */
};

struct operation { /* one call to a department, until it is decided */
	struct operation *next;    /* in its department's queue */
	struct engaged *owner;     /* NULL: nobody waits for it any more */
	struct department *department;
	int node, round;
	bool undo;                 /* it takes back what node's operation did */
	char key[48];
	char *url, *body;
	size_t length;
	int64_t made_at;           /* database time: since when its key may be known there */
	bool question;             /* ask for the result instead of sending */
	bool in_flight, queued;
	int64_t sent_at;           /* the last attempt, monotonic us; 0: none of this life */
	bool alone;                /* then its department answered others: that it answers says nothing of this call */
	struct timer timer;
};

struct engaged { /* a running application of this node */
	struct engaged *next;      /* in its bucket */
	struct running *r;
	struct operation **ops;    /* see engaged_slot */
	size_t n_ops;
	struct timer clock;        /* when running_clock has something to do */
	struct group_row *row;     /* its row in the group being built or in flight, or NULL */
	struct settlements later;  /* what came while its row was in flight */
	int pending;               /* settlements waiting for a group, here or in the engine's line */
};

struct timers { struct timer **heap; size_t n, room; };

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

/* The place of the call of `node` (items, materials, records), or of its undo (items only). */
struct operation **engaged_slot(struct engaged *e, int node, bool undo);
/* A call of it is on its way: its answer, even a contradicting one after the end, is to be heard. */
bool engaged_is_calling(const struct engaged *e);

int timers_set(struct timers *t, struct timer *timer, int64_t due);
void timers_remove(struct timers *t, struct timer *timer);
/* The one that is due first, or NULL. */
struct timer *timers_first(const struct timers *t);
/* Remove all that are wanted, and hand them over; `take` sets no timer. */
void timers_sweep(struct timers *t, bool (*wanted)(const struct timer *timer, const void *cookie), const void *cookie,
    void (*take)(struct timer *timer));

/* An operation of `owner` from what was made or loaded; URL and body are taken. NULL: no memory. */
struct operation *operation_new(struct node *n, struct engaged *owner, struct case_operation *made);
/* Put an operation at the end of its department's queue; take it out again. */
void operation_queue(struct operation *op);
struct operation *operation_unqueue(struct department *d);
void operation_free(struct operation *op);

void settlements_add(struct settlements *l, struct settlement *s);
/* The first, taken out; NULL: none is left. */
struct settlement *settlements_take(struct settlements *l);
void settlement_free(struct settlement *s);

#endif
