/* desk.h: what clerks work at in our own pages: their queue, what waits for a person, what departments
 * ask one another, conferences. The queue's rows come and go with the engine's groups (group.h).
 */
#ifndef YJS_STORE_DESK_H
#define YJS_STORE_DESK_H

#include "store/bytes.h"

enum { DESK_PAGE = 201 /* rows of a list at most: a page of 200, and one that tells of the next */ };
#define DESK_NO_DUE INT32_MAX

struct store_desk { /* an item, or its undo, lies before a department's clerks, or does no more */
	int32_t division;
	int64_t application;
	int16_t item, round;
	bool undo;
	bool notice;            /* there is nothing to decide: it is to be read */
	const char *department;
	int32_t due;            /* last day of its promise; DESK_NO_DUE */
	int64_t at;
	bool closed;
};

/* Whose lists: a department (a supervisor's are of all) in some divisions (0: in all). */
struct store_clerk { const char *department; const int32_t *divisions; int n_divisions; };

struct store_desk_place { /* one row of the queue, of what waits for a person, of what is overdue */
	int32_t division;
	int64_t application;
	int16_t item, round;
	bool undo, notice;
	int32_t due;
	int64_t at;             /* arrived; waits, or is overdue, since */
	char number[40], event[64];
	char department[48];    /* of what is overdue */
	uint8_t version[32];
};

/* The queue by `due`, after a place (NULL: from the beginning; of it due, application, item and undo
 * count). Calls `each`; the number of rows, or -1. limit < DESK_PAGE. */
int store_desk_queue(struct store *s, const struct store_clerk *clerk, const struct store_desk_place *after,
    int limit, void (*each)(void *cookie, const struct store_desk_place *row), void *cookie,
    struct error *why) MUST_CHECK;
/* How many of its rows end until `red`, after it until `yellow`, later: in this order, none counted beyond
 * DESK_COUNTED in a division. */
enum { DESK_LIGHTS = 3, DESK_COUNTED = 1000 };
int store_desk_lights(struct store *s, const struct store_clerk *clerk, int32_t red, int32_t yellow,
    int64_t counts[DESK_LIGHTS], struct error *why) MUST_CHECK;
/* What a person of the department must look at, oldest applications first. */
int store_attention_queue(struct store *s, const struct store_clerk *clerk,
    const struct store_desk_place *after, int limit,
    void (*each)(void *cookie, const struct store_desk_place *row), void *cookie, struct error *why) MUST_CHECK;
/* What is overdue, of any department, the longest first, after a place (of it at, application and item count). */
int store_overdue_list(struct store *s, const struct store_clerk *watcher, const struct store_desk_place *after,
    int limit, void (*each)(void *cookie, const struct store_desk_place *row), void *cookie,
    struct error *why) MUST_CHECK;
/* What of one item lies in its department's queue: its undo if that does, else the item. 1, 0 nothing,
 * -1. Fills undo, round, notice, due, at. */
int store_desk_of(struct store *s, int32_t division, int64_t application, int16_t item,
    struct store_desk_place *row, struct error *why) MUST_CHECK;
/* Since when the item waits for a person: 1, 0 it does not, -1. */
int store_attention_of(struct store *s, int32_t division, int64_t application, int16_t item, int64_t *since,
    struct error *why) MUST_CHECK;
/* A notice was read: 1, 0 there was none (any more), -1. */
int store_desk_note(struct store *s, int64_t token, int32_t division, int64_t application, int16_t item,
    struct error *why) MUST_CHECK;

struct store_by { int64_t account, at; }; /* who did it; at 0: nobody yet */

struct store_inquiry { /* what one department asks another within a case */
	int32_t division;
	int64_t id, application;
	int16_t item;           /* of the department that asks */
	char from[48], to[48], number[40];
	struct store_by asked, answered; /* of what is read only when */
	int32_t due;
	struct bytes question, answer; /* sealed; AAD inquiry.question.id, inquiry.answer.id */
};
/* Asked; answered, once: beside a petition (petition.h), `what` the inquiry. */
void store_inquiry_beside(struct store *s, const void *what);
void store_inquiry_answer_beside(struct store *s, const void *what);
/* Not yet answered ones to the department, by `due`; all of one application; the one of that id. */
int store_inquiries_open(struct store *s, const struct store_clerk *clerk, const struct store_inquiry *after,
    int limit, void (*each)(void *cookie, const struct store_inquiry *q), void *cookie,
    struct error *why) MUST_CHECK;
int store_inquiries_of(struct store *s, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_inquiry *q), void *cookie, struct error *why) MUST_CHECK;
int store_inquiry_get(struct store *s, int32_t division, int64_t id,
    void (*each)(void *cookie, const struct store_inquiry *q), void *cookie, struct error *why) MUST_CHECK;

struct store_conference { /* departments meet about a case */
	int32_t division;
	int64_t id, application;
	char department[48], number[40]; /* who called it */
	struct store_by called, decided;
	int32_t held_on;        /* day */
	const char *guests;     /* who is invited, a space between: the one that called it too */
	struct bytes question, minutes; /* sealed; AAD conference.question.id, conference.minutes.id */
};
/* Called; decided, once: beside a petition, `what` the conference. */
void store_conference_beside(struct store *s, const void *what);
void store_conference_decide_beside(struct store *s, const void *what);
/* Those that the department is invited to, newest first, ids below `before` (0: all); the one of that
 * id, if it is. */
int store_conferences_of(struct store *s, const struct store_clerk *clerk, int64_t before, int limit,
    void (*each)(void *cookie, const struct store_conference *c), void *cookie, struct error *why) MUST_CHECK;
/* All about cases of the watcher's divisions, newest first, without question and minutes. */
int store_conferences_in(struct store *s, const struct store_clerk *watcher, int64_t before, int limit,
    void (*each)(void *cookie, const struct store_conference *c), void *cookie, struct error *why) MUST_CHECK;
int store_conference_get(struct store *s, int32_t division, const char *department, int64_t id,
    void (*each)(void *cookie, const struct store_conference *c), void *cookie, struct error *why) MUST_CHECK;

#endif
