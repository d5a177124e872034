/* schema.h: the form of an event as JSON Schema 2020-12, and a form that is accepted today.
 *
 * The schema never refuses what form_check accepts. What it cannot say stands in "x-rules", one
 * {"id","pointer","code","text"} each: exactly the list of further refusals. In a pointer * stands for
 * any row of a list.
 */
#ifndef YJS_RULES_SCHEMA_H
#define YJS_RULES_SCHEMA_H

#include "rules/event.h"

/* New reference, or NULL when memory is gone. `today` dates the example. */
json_t *schema_of(const struct event *event, int32_t today);
/* A made-up person's form that form_check accepts on `today`. New reference. */
json_t *schema_example(const struct event *event, int32_t today);

#endif
