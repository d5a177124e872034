/* form.h: is what was filed sound? Field by field, in words that say what to do.
 *
 * Pure. The same rules are published as JSON Schema by schema.h; what a schema cannot say is listed
 * there as x-rules. A refusal is a list of {pointer, code, message}; `code` is from the closed list
 * below, message in the language asked for.
 */
#ifndef YJS_RULES_FORM_H
#define YJS_RULES_FORM_H

#include "base/error.h"
#include "rules/expr.h"

/* required unknown_field type format length check_digit date sex too_early too_late too_small
 * too_large not_chosen conflict unknown_code not_asked refused offline correct not_yours */
extern const char *const form_codes[]; /* NULL-terminated */

/* Check form and choices of one application.
 *  event     the version in force
 *  form      object as sent; not changed
 *  choices   object item id -> true/false, or NULL
 *  facts     applicant, records, today as given; form and chosen are filled in here
 *  language  "zh-CN" or "en"
 *  errors    gets a new array of {pointer, code, message}; empty when sound (free with json_decref)
 *  reminders gets a new array of {rule, text} of rules that only remind
 * An answer null is refused like a missing one (a correction's null is taken out before). A member
 * named like a sign is the applicant's own consent, true or false; that of a second person is never
 * in a form. What is wrong in rows of lists has pointers like "/heirs/0/id_no", and the same first
 * identity number in two rows is a conflict; a list with anything wrong counts for no rule. A locked
 * answer must be what its first known source says (conflict). A bank account that fails Luhn is only reminded
 * of (rule = the question's id): old passbooks do.
 * Rules with otherwise = refuse, offline or correct make errors; their pointer is the first question
 * of the rule. 0, or -1 when memory is gone. */
int form_check(const struct event *event, const json_t *form, const json_t *choices,
    struct facts *facts, const char *language, json_t **errors, json_t **reminders) MUST_CHECK;

/* The form with each locked answer that is asked, known from its source and missing filled
 * in: nobody is asked to type what the login says. facts: event, applicant, records, today as given.
 * To be checked, planned and stored instead of what was sent. New reference; NULL: memory is gone. */
json_t *form_filled(const json_t *form, const json_t *choices, const struct facts *facts);

/* The questions that apply to these answers: bit i of `asked` (array of (n+63)/64 words). Asked is
 * what decides over the whole or is used by an item that may run, if its `when` holds or it has none;
 * what is used by nothing, only if it has a `when` and that holds. */
void form_asked(const struct event *event, const struct facts *facts, uint64_t *asked);
/* The columns that a row of a list asks by what stands in it: bit i of each[]. */
uint64_t form_row_asked(const struct question *list, const json_t *row, const struct facts *facts);
/* Is one's own consent asked for: its `when` holds, and an item that may run needs it (then it is
 * `needed`) or none ever does. */
bool form_sign_asked(const struct event *event, const struct sign *sign, const struct facts *facts,
    bool *needed);

/* One value against its type: NULL when sound, else a code of form_codes; `today` for dates. */
const char *form_value(const struct question *q, const json_t *value, int32_t today);
/* A locked answer differs from its first source that is known by these facts. */
bool form_locked_differs(const struct question *q, const json_t *value, const struct facts *facts);
/* What a locked answer is told that differs from this source: a key of form_messages. */
const char *form_locked_sentence(const struct expr *source);

/* The bounds of an answer: of a text its characters, of choices and lists their number, of a number
 * or amount its value; both 0 where the type has none. */
void form_limits(const struct question *q, double *min, double *max);

/* The column whose number says of whom a row of the list is: the first for one, or NULL. Others may
 * repeat: of two children the same parent's. */
const struct question *form_person(const struct question *list);

/* The items that may run by these facts: chosen, their `when` holds or is not decided yet, and every
 * result that their call insists on is of such an item. */
uint64_t form_may_run(const struct event *event, const struct facts *facts);
/* The items taken part in by these choices: all that are no choice, and of the others those chosen
 * or, where nothing is said, on by default. */
uint64_t form_chosen(const struct event *event, const json_t *choices);

/* The question that an error of the rule points at, or -1; its code (of a sign as well), NULL when it
 * makes none. */
int form_rule_question(const struct event *event, const struct rule *rule);
const char *form_otherwise_code(enum rule_do otherwise);

/* Six digits of the division that the event's place gives for these facts; false when unknown. */
bool form_division(const struct event *event, const struct facts *facts, char division[7]);

#endif
