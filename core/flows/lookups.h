/* lookups.h: records looked up for somebody who waits, before anything is filed.
 *
 * A thread of its own with calls of its own, so that no engine, intake or worker ever waits for a
 * department here. All look-ups of one request end together, after prefill_seconds at the latest; what has not
 * answered by then counts as unreachable. A department that has not answered is left alone for a few
 * seconds, so that not everybody waits for it in turn. Nothing is repeated and nothing is stored.
 */
#ifndef YJS_FLOWS_LOOKUPS_H
#define YJS_FLOWS_LOOKUPS_H

#include "flows/node.h"
#include "seal/digest.h"

enum { LOOKUP_KEY_SIZE = 48 };

enum lookup_state { LOOKUP_UNREACHABLE, LOOKUP_FOUND, LOOKUP_NONE };

struct lookup_set;

struct lookup {
	const struct event *event;
	int record;
	const struct department *department;
	char number[NUMBER_SIZE];  /* stands where an application's number stands, and names nothing */
	char key[LOOKUP_KEY_SIZE];
	struct text body;          /* as fill_record() makes it */
	/* out: */
	enum lookup_state state;
	json_t *outputs;           /* found; owned */
	int64_t at;                /* when it was answered; the node's clock */
	/* the room's own: */
	struct lookup_set *set;
	struct lookup *next;
	char *url;
};

struct lookup_set { /* of one request; must stay where it is until `done` */
	struct lookup list[EVENT_RECORDS];
	int n;
	void (*done)(void *cookie); /* once, on the thread of the look-ups: must not block */
	void *cookie;
	/* the room's own: */
	int left;
	int64_t deadline; /* monotonic us */
	struct lookup_set *next;
};

struct lookups *lookups_start(struct node *n, struct error *why) MUST_CHECK;
/* Whatever is under way ends as unreachable. NULL is fine. */
void lookups_stop(struct lookups *l);

/* Number and key of a look-up that is about a division (330111). */
void lookups_name(struct lookup *one, const char division[7], int32_t today);
/* Begin all of a set (at least one). */
void lookups_begin(struct lookups *l, struct lookup_set *set);
void lookups_free(struct lookup_set *set);

#endif
