/* agenda.h: what happens later, in one thread: slow answers, and letters (callbacks) over HTTP.
 *
 * The thread sleeps until the next task is due, a letter was answered, or something was added.
 */
#ifndef YJS_DEPARTMENTS_AGENDA_H
#define YJS_DEPARTMENTS_AGENDA_H

#include <stdbool.h>
#include <stdint.h>

#include "outcall/outcall.h"

struct task { /* part of who waits */
	int64_t due; /* monotonic us */
	struct task *prev, *next;
	void (*run)(struct task *); /* called by the agenda's thread, without any lock */
};

struct letter {
	struct outcall_request request; /* cookie is the agenda's */
	/* The whole answer, lent, or NULL when none came. Called as tasks are. */
	void (*done)(struct letter *, const struct answer *answer);
};

struct agenda;

struct agenda *agenda_new(struct error *why) MUST_CHECK;
/* From any thread. After agenda_stop() the task runs at once, in the caller. */
void agenda_add(struct agenda *a, struct task *task, int64_t due);
/* From a task or a letter's `done` only. False: not now. */
bool agenda_post(struct agenda *a, struct letter *letter);
/* Run all tasks that are left, whenever due; letters on their way are forgotten. */
void agenda_stop(struct agenda *a);
void agenda_free(struct agenda *a);

#endif
