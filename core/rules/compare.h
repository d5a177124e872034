/* compare.h: two values of a condition, compared.
 *
 * Pure, and of no event: what expr.h says of each operator, once the values are known. UNKNOWN where
 * the values cannot be compared: a number with a name, a day with what is none.
 */
#ifndef YJS_RULES_COMPARE_H
#define YJS_RULES_COMPARE_H

#include "rules/event.h"

enum truth { NO, YES, UNKNOWN };

static inline enum truth
truth(bool b)
{
	return b ? YES : NO;
}

/* `a` op `b` (a BETWEEN: of `b` and `c`, which else is NULL); `today` is the day of submission. */
enum truth compare_values(enum expr_op op, const json_t *a, const json_t *b, const json_t *c,
    int32_t today);
/* Equal: of several choices one is; of an address, it lies in the division. */
bool compare_same(const json_t *a, const json_t *b);
/* Full months from one day to another; `to` may be "08-31" of this year. False: one is no day. */
bool compare_months(const json_t *from, const json_t *to, int32_t today, int *months);
/* Digits of a place's code that say something: 350000 is the province 35, 350100 the city 3501. */
size_t compare_place(const char *code);

#endif
