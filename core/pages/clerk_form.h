/* clerk_form.h: a decision as a form carries it -> as the API takes it (POST /api/v1/desk/…/decision).
 *
 * Fields: state, receipt, reason, copied; "output:TYPE:NAME" what the department gives; "mark:NAME" why
 * that field is sent back, "paper:ID" why that paper is. What is empty is not said.
 */
#ifndef YJS_PAGES_CLERK_FORM_H
#define YJS_PAGES_CLERK_FORM_H

#include <jansson.h>

/* Of the fields whose names end in `tail` ("" or "@3": the fourth of several). New reference. */
json_t *clerk_form_decision(const json_t *posted, const char *tail);

#endif
