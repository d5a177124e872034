/* decision.h: what a clerk decides in our own pages, for a department that has no interface.
 *
 * Pure. He says it in a form's words; here it is held against what the call promises, with a pointer for
 * each thing that is wrong, and turned into the object that a department would have sent.
 */
#ifndef YJS_RULES_DECISION_H
#define YJS_RULES_DECISION_H

#include "rules/event.h"

/* {"state": approved | rejected | correction, of an undo cancelled | rejected,
 *  "receipt": the department's own number, "outputs": {..}, "reason", "fields": [{"field","reason"}],
 *  "materials": [{"id","reason"}], "copied": name of the other system that it was typed into again}.
 * `uses`: the materials that the item was sent with, as a mask.
 * An array of {pointer, code, message}, empty when it is sound; NULL: no memory. New reference. */
json_t *decision_check(const struct event *event, int item, uint64_t uses, bool undo, const json_t *said,
    const char *language);
/* The protocol's object (connectors/PROTOCOL.md). New reference, NULL: no memory. */
json_t *decision_result(const json_t *said);

#endif
