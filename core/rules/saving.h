/* saving.h: what a finished application has measurably spared people.
 *
 * Nothing here is expected: the figures are counted from what happened. Before: what each item that
 * ran (its department decided it) used to ask, as its file says with its source: papers, visits,
 * working days one after another; and the fields of a form of its own, each answer that it needs
 * once. Now: the papers that were really uploaded, the items that still want a visit, the working
 * days from submission to the end without those on which the applicant was waited for, the answers
 * that were really typed. An item that ended at the window after all spares nothing there. The
 * difference may be negative and is told as it is. Notifications ask nothing of anybody and are left
 * out. The same figures follow from the history and the plan alone (replay.h).
 */
#ifndef YJS_RULES_SAVING_H
#define YJS_RULES_SAVING_H

#include "rules/running.h"

/* {"materials","visits","working_days","fields"}, JSON null unless it is finished; working_days is
 * null where a year on the way has no published calendar. New reference. */
json_t *saving_measured(const struct running *r);

/* The list behind it: {"expected", "measured" (null until finished), "items": of what runs, without notices,
 * {"item","title","department","counted" (decided: it is in the measured sum),"papers","visits","working_days",
 * "fields","visits_now","source"}, "given": the papers uploaded, "typed", "stopped_days"}. New reference. */
json_t *saving_list(const struct running *r);

/* The application has just finished: count what it spared, and what was expected of it. Of each
 * department: papers_before, visits_before, visits_made; of the whole (""): days_before, fields_before,
 * papers_given, fields_typed, days_waited and papers_, visits_, days_expected. Zeros are not counted:
 * each figure is a row to be written. The number of applications behind a sum is `finished`, less
 * `days_unknown` for days. */
void saving_finish(const struct running *r, struct effects *x);

/* How many fields an answer fills: 1, of a list each member of each row; of none 0. */
int saving_fields(const json_t *answer);
/* How many of its answers were typed: those that differ from what the person's account gave. */
int saving_typed(const struct running *r);
/* The same of a correction: each new value that is not a clearing. */
int saving_corrected(const json_t *form);

/* Working days for which the applicant was waited for, from one instant (us) to another: add them to
 * stopped_days when a wait ends. 0 where the calendar is unknown. */
int saving_stopped(int64_t from, int64_t to);

#endif
