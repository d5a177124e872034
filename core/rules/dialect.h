/* dialect.h: a department's answer in its own words -> the same in ours.
 *
 * Not every department speaks the native protocol; many say the same with other names ("status" for
 * state, "ref" for result_id, "1" for approved). Its connector file tells them (`answer`,
 * connectors/README.md); what an answer means is still judged in one place (ending.h).
 */
#ifndef YJS_RULES_DIALECT_H
#define YJS_RULES_DIALECT_H

#include <jansson.h>

/* The object `answer` of a connector says where theirs are: "state", "result_id", "reason", "outputs" (without
 * it they stand beside the state); and what their states are called: "approved", "rejected", "pending", "found",
 * "none", "cancelled", "received". A new object in the native words; a state that it does not name is left out, so that
 * the answer counts as not understood. NULL: no memory. */
json_t *dialect_native(const json_t *dialect, const json_t *answer);

#endif
