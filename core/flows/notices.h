/* notices.h: who wants to know at once when an application changes.
 *
 * Nobody asks again and again, and nobody has a thread of his own: one thread, begun by the first who
 * wants to know, looks once for each change that the engine commits here, and for each that another node
 * tells (store/notice.h); that node is asked to tell while somebody here wants to know, and only then.
 * Every so often it looks without a change too: so a lost notice costs no more than that, and whoever may
 * no longer know is found. While nobody wants to know, a change costs the engine one look at a number.
 */
#ifndef YJS_FLOWS_NOTICES_H
#define YJS_FLOWS_NOTICES_H

#include "flows/node.h"
#include "store/store.h"

enum { NOTICES_MOST = 500, NOTICES_OF_ONE = 8 /* account */ };
#define NOTICES_BEAT_US (20 * US_PER_SECOND)

struct notice { /* the head of what wants to know; fill the first five */
	int32_t division;
	int64_t id, account;
	/* On the thread of the notices: it has changed, or (`beat`) it is time to look. False: no more. */
	bool (*look)(struct notice *it, struct store *s, bool beat);
	/* It is out of the table, `crowded` out by a later one of its account: free it. */
	void (*ended)(struct notice *it, bool crowded);
	struct notice *next; /* from here on: notices.c's own */
	atomic_bool changed, crowded;
	bool fresh;
	uint64_t turn;       /* the lower the earlier it came */
	int32_t asker;       /* another node that wants to know, */
	_Atomic int64_t until; /* until then (monotonic us) */
};

struct notices *notices_new(struct node *n);
/* Everybody's end; from now on nobody is taken in. */
void notices_stop(struct notices *ns);
void notices_free(struct notices *ns);

/* Is there no room for anybody? */
bool notices_full(struct notices *ns);
/* Take him in; he is looked at once at the beginning. Of one account the earliest makes room: it is
 * mostly a page that was left. -1: too many want to know, he was not taken. */
int notices_add(struct notices *ns, struct notice *it) MUST_CHECK;

/* Does anybody want to know anything? From any thread. */
bool notices_any(const struct notices *ns);
/* An application has changed, by a commit of ours. */
void notices_changed(struct notices *ns, int64_t id);
/* Another node wants to know; for a while. */
void notices_wanted(struct notices *ns, const struct store_change *c);

#endif
