/* verdict.h: a group of applications was refused: for the sake of which rows?
 *
 * Private to the room. The database tells of a group only that something in it does not hold; what it
 * was is asked here, row by row, so that each caller gets an answer of his own and the others go on.
 */
#ifndef YJS_STORE_VERDICT_H
#define YJS_STORE_VERDICT_H

#include "store/intake.h"

/* Whose request key it is: the one who files, for himself or for another. */
int64_t verdict_caller(const struct store_application *a);
/* Give those whose request key was used their verdict and what stands under it. */
int verdict_same_keys(struct store *s, struct store_application *const *rows, size_t n,
    struct error *why) MUST_CHECK;
/* Give the rows with a revoked token, a used key, a held value or a file that is gone their verdict, and
 * drop them: those left stand in front, *n of them. */
int verdict_sort_out(struct store *s, struct store_application **rows, size_t *n, struct error *why) MUST_CHECK;

#endif
