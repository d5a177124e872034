/* feedback.h: what people say of how they were served: a grade of each item that has ended, a complaint about
 * a step of one, the answers.
 *
 * 好差评: five grades, the lowest two poor; one matter is rated once. A poor grade and a complaint are
 * answered within five working days, and after the answer to a poor grade the matter may be rated once
 * more. Words are sealed; no department is told who said them.
 */
#ifndef YJS_FLOWS_FEEDBACK_H
#define YJS_FLOWS_FEEDBACK_H

#include "flows/node.h"
#include "rules/event.h"
#include "store/feedback.h"

/* What a complaint may be about, and how one may be answered: NULL-terminated. */
extern const char *const feedback_abouts[];
extern const char *const feedback_outcomes[];
bool feedback_is_word(const char *const *words, const char *word);

/* The last day for an answer to what was said on `day`; 0: its year has no calendar yet. */
int32_t feedback_due(int32_t day);
/* Seal what was written; table is "feedback" or "feedback_answer". */
int feedback_seal(struct node *n, const char *table, int64_t id, const char *words, struct text *sealed,
    struct error *why) MUST_CHECK;

/* As people see it: {"id","item","title","department","kind": rating|complaint,"grade"?,"turn"?,"about"?,
 * "text"?,"at","open","answer_due","overdue","answer": {"at","outcome","text"} | null}. event NULL: the
 * item is not named. New reference; NULL: something of it does not open. */
json_t *feedback_show(struct node *n, const struct event *event, const struct store_feedback *f,
    int32_t today, struct error *why) MUST_CHECK;

#endif
