/* begun.h: a form that is still being filled in: what it asks by the answers so far.
 *
 * Pure, and the same rules as those of the form check and of the plan: what form_check would call missing
 * or not asked follows from form_asked, which papers apply from plan_make over the answers that count. Only a
 * question whose condition cannot be told before another answer is given is left for then.
 */
#ifndef YJS_RULES_BEGUN_H
#define YJS_RULES_BEGUN_H

#include "rules/expr.h"

/* {"asked": [{"id", "items": [those that are told it and may run], "rows"?: per row of a list the columns
 * asked in it}], "signs": [one's own consents {"id", "title", "text", "needed"}], "materials": as the plan
 * shows them}. facts: as form_check leaves them. New reference; NULL: memory is gone. */
json_t *begun_show(const struct event *event, const struct facts *facts, const char *language);

#endif
