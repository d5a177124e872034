/* engine_own.h: the inside of the engine: for engine.c, arrivals.c, calls.c, hearings.c,
 * lanes.c, takeup.c alone.
 *
 *	arrivals.c  what other threads hand over: committed applications, callbacks, suspects
 *	calls.c     operations to departments: queues, limits, timers, and their answers
 *	hearings.c  what people ask for: to its application, and the answer to whoever waits
 *	takeup.c    applications from the store: claimed, loaded again, what came to the inbox
 *	lanes.c     groups: built, committed side by side, followed up, or forgotten
 *	engine.c    the loop
 */
#ifndef YJS_FLOWS_ENGINE_OWN_H
#define YJS_FLOWS_ENGINE_OWN_H

#include <poll.h>
#include <pthread.h>

#include "base/clock.h"
#include "flows/group.h"
#include "seal/digest.h"

enum { ENGINE_CLAIM_LIMIT = 1000, ENGINE_LANES = 2 };
#define ENGINE_CLAIM_US (1 * US_PER_SECOND) /* between looks while something is lost or nodes die */
#define ENGINE_FIND_US (1100 * INT64_C(1000)) /* from forgetting to finding */
#define ENGINE_STOP_US (15 * US_PER_SECOND)
#define ENGINE_WATCH_US (2 * US_PER_SECOND) /* between looks for dead nodes: death wakes nobody */
#define ENGINE_ALONE_US (60 * US_PER_SECOND) /* while there is none that could die */

struct arrival { /* handed over by another thread */
	struct arrival *next;
	struct running *r;              /* a committed application, or NULL: a callback */
	struct case_operation *ops;
	int n_ops;
	struct hearing *hearing;        /* a request that waits for a petition's end, or NULL */
	struct petition *petition;      /* a committed one, or NULL */
	bool suspect;                   /* inbox_division and inbox name an application to look for */
	int32_t inbox_division;
	int64_t inbox;
	char key[OPERATION_KEY_SIZE];
	char *body;
	size_t length;
};

struct engine {
	struct node *node;
	pthread_t thread;
	pthread_mutex_t lock; /* guards arrivals, connectors, stopping, figures */
	struct arrival *first, *last;
	json_t *connectors;   /* read again, not yet taken, or NULL */
	atomic_bool look;     /* what dead nodes left is to be looked for */
	atomic_bool forgot;   /* something was dropped for want of memory, since it was last noticed */
	bool going, stopping;
	int64_t stop_by;      /* monotonic: what has not ended then is left to the next start */
	struct engine_figures figures;
	/* the thread's own */
	struct store *store; /* the first lane's: reads too, while no group is in flight */
	struct outcall *out;
	struct engagements running;
	struct timers timers;
	int64_t reckoned;         /* the node's clock_offset with which the clocks among them were set */
	struct settlements settled;
	struct group lanes[ENGINE_LANES]; /* each on a connection of its own */
	int64_t claim_at;           /* monotonic: take up again what nobody owns, and the inbox; 0 not */
	int64_t find_at;            /* and, from then on, what was forgotten; 0 nothing was */
	int64_t watch_at;           /* monotonic: look for what dead nodes left */
	struct arrival *deferred;   /* callbacks whose application must be loaded, once no group is in flight */
	struct store_place *lost;   /* applications to load again once the database answers */
	size_t n_lost, room_lost;
	int64_t refused;            /* the application that was refused by itself, and how often */
	int refusals;
	struct hearing *hearings;   /* in the order of their ends */
	struct hearing **hearings_end;
	long reloads, groups, beside, steps, n_settled;
};

/* lanes.c */
/* A connection for each lane; they show the node's life. */
int lanes_open(struct engine *e, struct error *why) MUST_CHECK;
void lanes_close(struct engine *e);
/* Take the ends of groups; build and send new ones of what has been settled. */
void lanes_advance(struct engine *e);
/* Is no group in flight? Only then the store may be read. */
bool lanes_idle(const struct engine *e);
/* Would a group be built at once? */
bool lanes_ready(const struct engine *e);
/* Are all connections there? Those that are not are being made: ask again soon. */
bool lanes_alive(struct engine *e);
/* What to wait for; the number. */
int lanes_sockets(const struct engine *e, struct pollfd *sockets);
/* Read what the server says unasked: true when an answer or petition for us came to another node. */
bool lanes_told(struct engine *e);
/* Is a connection gone? */
bool lanes_lost(const struct engine *e);

/* arrivals.c */
/* Take what was handed over; callbacks that need the store wait while a group is in flight. */
void arrivals_take(struct engine *e);
/* Those that waited, when no group is in flight. */
void arrivals_take_deferred(struct engine *e);
/* At the end: what nobody will take any more. It is all durable. */
void arrivals_free(struct engine *e);

/* calls.c */
/* What an answer means for `node`'s operation, or its undo. */
void calls_judge(const struct event *event, int node, bool undo, enum ending_purpose purpose,
    const struct answer *answer, struct ending *ending);
/* Queue the operation now, or at `due` (monotonic). */
void calls_schedule(struct engine *e, struct operation *op, int64_t due);
/* Put a judged answer in line for the next group. */
void calls_settle(struct engine *e, struct settlement *s);
/* A call came back: judge it. */
void calls_answered(struct engine *e, struct outcall_done *done);
/* Queue what is due; start what the departments' limits allow. */
void calls_fire_timers(struct engine *e);
void calls_start(struct engine *e);
/* Its answer is durable: is the operation over, asked about later, or repeated? */
void calls_after(struct engine *e, struct engaged *owner, int node, bool undo);
/* Is the operation still to be answered? */
bool calls_is_open(const struct running *r, const struct operation *op);
/* Other moves may end calls too: forget those that nobody waits for any more. */
void calls_drop_closed(struct engine *e, struct engaged *owner);
/* Set the application's clock for what comes next. */
void calls_set_clock(struct engine *e, struct engaged *owner);
/* Of all applications; or of those that are missing among the timers. */
void calls_set_clocks(struct engine *e, bool missing);
/* When the next call may start by itself, monotonic us; `until` when none before. */
int64_t calls_next(const struct engine *e, int64_t until);

/* hearings.c */
/* A request waits for its petition (taken). */
void hearings_wait(struct engine *e, struct hearing *h);
/* A committed petition (taken) goes to its application, if it is ours. Blocking when it must be loaded:
 * only while no group is in flight. */
void hearings_take(struct engine *e, struct petition *p);
/* What was decided is durable: answer whoever waits for it. */
void hearings_decided(struct engine *e, const struct petition *p);
/* Petitions in the store for what is ours, and answers of other nodes for who waits here. Blocking. */
void hearings_look(struct engine *e);
/* Answer those who have waited long enough (all: everybody). */
void hearings_expire(struct engine *e, bool all);

/* engine.c */
/* Once around: what was handed over, timers, groups, calls; wait for what comes; look around. */
void engine_turn(struct engine *e);

/* takeup.c: blocking; only while no group is in flight. */
struct engaged *takeup_load(struct engine *e, int32_t division, int64_t id, struct error *why);
/* Remember an application to be loaded again. */
void takeup_lose(struct engine *e, int32_t division, int64_t id);
/* Read the clock, load again what was lost, claim what no living node owns, find what was forgotten, look into the
 * inbox. */
void takeup_all(struct engine *e);
/* Only what dead nodes left. */
void takeup_watch(struct engine *e);

#endif
