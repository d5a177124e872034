/* task.h: an item as it lies before a clerk who decides it in our own pages.
 *
 * Pure. He sees what his department was sent, in words, and whence each value comes; nothing else of
 * the form.
 */
#ifndef YJS_RULES_TASK_H
#define YJS_RULES_TASK_H

#include "rules/running.h"

/* What was sent in `data` (the body's object), in the order of the request: array of {"name","title",
 * "type": that of its question or null, "value", "text": the labels of a choice,
 * "columns": {id: title} of a list, "before": what the round before carried, where that differs,
 * "source": {"kind": applicant login record result rule, "title"}, "mends": the applicant can correct it,
 * "disputed": true where he says that a register has it wrong (dispute.h)}.
 * `before`: the data of the round before, or NULL. New reference; NULL: no memory. */
json_t *task_fields(const struct running *r, int item, const json_t *data, const json_t *before);
/* The rules that decide over the item, in the event's own sentences: array of texts. */
json_t *task_rules(const struct running *r, int item);
/* What the call gives: array of {"name","type","optional"}. */
json_t *task_outputs(const struct running *r, int item);

/* How much time is left of a promise: working days until its last day, negative when it has passed, or
 * TASK_DAYS_UNKNOWN. And the light that shows it: "red" when it ends today or has passed, "yellow" when
 * two working days are left at most, else "green". */
enum { TASK_DAYS_UNKNOWN = -1000 };
int task_days_left(int32_t due, int32_t today);
const char *task_light(int32_t due, int32_t today);
/* The last day whose light is yellow; `today` when none is. */
int32_t task_yellow_until(int32_t today);

#endif
