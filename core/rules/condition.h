/* condition.h: when a question is asked, as JSON Schema.
 *
 * Only what a schema can say faithfully: answers compared with constants, alone or through terms,
 * joined by and, or, not. Choices of items, records, figures and days are beyond it; such questions
 * (so all that are used only by items that can be chosen, or that need the result of one) are left to
 * x-rules, and so is what hangs on their answers, because an answer that is not asked counts for
 * nothing.
 */
#ifndef YJS_RULES_CONDITION_H
#define YJS_RULES_CONDITION_H

#include "rules/event.h"

/* Fill `asked` (one place for each question): a schema of the whole form that holds exactly when
 * the question is asked, `true` when it always is, NULL where that cannot be said. The values are
 * yours. 0, or -1 when memory is gone (then all are NULL). */
int condition_asked(const struct event *event, json_t **asked);
/* The same of the columns of a list: schemas of one row. */
int condition_columns(const struct event *event, const struct question *list, json_t **asked);
/* The same of one more question, as a consent is: it stands in no condition. Yours. */
json_t *condition_question(const struct event *event, const struct question *q, json_t *const *asked);
/* A schema that holds exactly when the condition holds (NULL expr: `true`), or NULL. Yours. `asked`
 * is what condition_asked filled. */
json_t *condition_schema(const struct event *event, const struct expr *when, json_t *const *asked);

#endif
