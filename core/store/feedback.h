/* feedback.h: what people say of how they were served, and the answers.
 *
 * A rating is a grade of an item, 5 the best, 2 and 1 poor; a second one (turn 2) follows the answer to a
 * poor one. A complaint is about a step of an item. What is open waits for an answer until `due`.
 */
#ifndef YJS_STORE_FEEDBACK_H
#define YJS_STORE_FEEDBACK_H

#include "store/figures.h"
#include "store/intake.h"

enum { FEEDBACK_POOR = 2 /* this grade and below */ };

struct store_feedback {
	int32_t division;
	int64_t id, application, account, at;
	int32_t day, due;             /* days; due 0: no answer is owed, or its day is not known yet */
	int16_t item, turn, grade;    /* a complaint: turn and grade 0 */
	bool open;                    /* an answer is owed */
	char about[24];               /* a complaint's fixed word, "" of a rating */
	char event[64], department[48];
	struct bytes text;            /* sealed, AAD feedback.text.id; no data: nothing was written */
	char number[40];              /* the application's and its version, when listed */
	uint8_t version[32];
	struct store_feedback_answer {
		int64_t account, at;      /* at 0: there is none */
		char outcome[24];
		struct bytes text;        /* sealed, AAD feedback_answer.text.id */
	} answer;
};

/* Said, its turn of the item unused (a complaint: none about it is open); answered, once: beside a petition
 * (petition.h), `what` the feedback. */
void store_feedback_beside(struct store *s, const void *what);
void store_feedback_answer_beside(struct store *s, const void *what);

typedef void store_feedback_each(void *cookie, const struct store_feedback *f); /* lent for the call */
/* All of an application, oldest first. */
int store_feedback_of(struct store *s, int32_t division, int64_t application, store_feedback_each *each,
    void *cookie, struct error *why) MUST_CHECK;
/* What is open, of a department (NULL: all) in these divisions (n 0: all), the most pressing first. */
struct store_feedback_filter { const char *department; const int32_t *divisions; int n_divisions, limit; };
int store_feedback_open(struct store *s, const struct store_feedback_filter *filter,
    store_feedback_each *each, void *cookie, struct error *why) MUST_CHECK;

/* Counts as store_counts tells them: rated_1 .. rated_5, complaints, and of what was owed an answer
 * answer_owed, answer_given, answer_late (given or not, the day had passed by `today`). */
int store_feedback_counts(struct store *s, const struct store_counts_query *q, int32_t today,
    void (*each)(void *cookie, const struct store_total *t), void *cookie, struct error *why) MUST_CHECK;

#endif
