/* life.h: one application, from its filing to its end, at its own time.
 *
 * A department answers an item that it promises within a working day a few seconds after it was sent;
 * of longer ones it says at once that it has them, and decides on some day of the second half of its
 * promise, at ten or at three. A second person agrees after two hours. What time does meanwhile
 * (deadlines, deemed acceptance) is done too.
 */
#ifndef YJS_PAST_LIFE_H
#define YJS_PAST_LIFE_H

#include "flows/case.h"
#include "past/person.h"
#include "store/past.h"

struct life {
	struct node *node;        /* seal, departments, slot */
	const struct event *event;
	json_t **gives;           /* of each item: what its call gives, as the simulated departments read it */
	struct running *r;
	struct effects x;
	struct store_past row;    /* points into what follows */
	struct store_operation *operations;
	struct store_outcome *outcomes;
	struct store_past_lines *lines;
	struct store_count *counts;
	struct store_revision revisions[EVENT_SIGNS];
	size_t n_operations, n_lines, n_counts, n_revisions, room_operations, room_lines, room_counts;
	int64_t answer_at[NODES_END]; /* 0: nothing is awaited */
	bool acknowledged[NODES_END];
	char *plan;
	struct text items, line;
	void **owned;             /* what else is to be freed */
	size_t n_owned, room_owned;
};

/* Live through an application of `p`, filed at `now` for the account. life_end() frees it, whatever
 * this returns. */
int life_run(struct life *l, const struct person *p, const json_t *choices, int64_t account, int64_t now,
    struct error *why) MUST_CHECK;
void life_end(struct life *l);
/* What its calls give; once for an event. */
int life_begin(struct life *l, struct node *node, const struct event *event) MUST_CHECK;
void life_free(struct life *l);

#endif
