/* expr.h: conditions and values of the event files, computed.
 *
 * Pure. A value is a json_t; *unknown* is NULL: a question not asked, a record without answer, a
 * result not there yet. A comparison with unknown is false, `not` of it true, and no rule fails on
 * it. Nothing here allocates more than the values it returns.
 *
 *  is, is_not, one_of   equal; of several choices: is among them; of an address: lies in the division
 *  under .. at_most     numbers only
 *  within "12个月"      months and years: that many are not yet full since then; "30日": it is at
 *                       most 30 days ago; working days by the calendar. The future is within.
 *  before after between days (between: both ends count); two instants to the microsecond
 *  months_until(to)     full months; years_on(date, or "08-31" of this year): full years
 *  a term               the first row whose condition holds; it is decided (below) only if every
 *                       row before that one is
 *  a condition as value true or false if decided, else unknown
 *  signed.x             the form's member x
 *  every where only     of a list: its condition or columns are asked row by row, by facts.each; of an
 *                       empty list (or where) nothing is `known`
 *  either               the first of its values that is known
 *  of_row               its value by facts.each of one row; unknown where there is no such row
 */
#ifndef YJS_RULES_EXPR_H
#define YJS_RULES_EXPR_H

#include "rules/event.h"

struct facts { /* all that an expression can speak of; everything lent */
	const struct event *event;
	const json_t *form;       /* object: question id -> answer; absent or null = unknown */
	const json_t *records;    /* object: record id -> object of fields, or absent */
	const json_t *applicant;  /* object: as, id, name, phone, or NULL */
	json_t *const *outputs;   /* per item its outputs object, or NULL; may be NULL as a whole */
	const json_t *each;       /* the row of a list that a condition is asked of, or NULL */
	uint64_t chosen;          /* items that the applicant chose (or could not choose: always in) */
	int32_t today;            /* day of submission */
	const char *division;     /* six digits, chooses the figures of `here`; NULL: the usual ones */
};

/* True only if the condition is known to hold. expr NULL: true. */
bool expr_holds(const struct expr *e, const struct facts *f);
/* Whether everything the condition needs is known (then a false is a real no). */
bool expr_decided(const struct expr *e, const struct facts *f);
/* The value (a new reference) or NULL when unknown. */
json_t *expr_value(const struct expr *e, const struct facts *f);
/* The items, as a mask, whose results the expression needs; the questions are told to `visit` (one
 * may be told more than once). Both look into terms, with all their rows and conditions. */
uint64_t expr_results(const struct expr *e, const struct event *event);
/* An item without whose result the value never comes, because only the items `runs` do: of a term the
 * row that holds by these facts counts, or every one that may yet; of an either one is enough; `known`
 * is settled without any. -1: it lacks none. */
int expr_lacks(const struct expr *e, const struct facts *f, uint64_t runs);
/* The first reference in it to a result of the items `runs`, as things stand, or NULL. Lent. */
const struct expr *expr_first_result(const struct expr *e, const struct facts *f, uint64_t runs);
void expr_questions(const struct expr *e, const struct event *event,
    void (*visit)(void *cookie, int question), void *cookie);
/* The records, as a mask, that it speaks of, through terms. */
uint32_t expr_records(const struct expr *e, const struct event *event);
/* In plain Chinese, for "why am I asked this" and "why does this item not apply". Appends. */
struct text;
int expr_explain(const struct expr *e, const struct event *event, struct text *out);

#endif
