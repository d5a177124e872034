/* answer.h: an answer as people read it, where the form has codes.
 *
 * Pure.
 */
#ifndef YJS_RULES_ANSWER_H
#define YJS_RULES_ANSWER_H

#include "rules/event.h"

/* The labels of the codes that were chosen: a new reference; NULL: the value says it itself. */
json_t *answer_words(const struct question *question, const json_t *value);

#endif
