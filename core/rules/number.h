/* number.h: the numbers that papers carry: is one sound, and what does it tell?
 *
 * Pure, and by hand: no regular expressions, nothing allocated by the checks. Rules: GB 11643
 * (identity number), GB 32100 and GB 11714 (unified social credit code), ISO/IEC 7812 Luhn (bank
 * card), GB/T 2260 (divisions), and the customary shapes of phones, names and certificates. A check says whether
 * a number can be one, never whether it was issued.
 */
#ifndef YJS_RULES_NUMBER_H
#define YJS_RULES_NUMBER_H

#include "rules/event.h"

/* A string answer of a question `type` against the shape of its type. NULL when sound, else a code
 * of form_codes: "length" "format" "unknown_code" "date" "check_digit". Types whose answers are no
 * strings, and choices, are always sound here. An identity number's date lies between 1900-01-01
 * and `today`. X must be upper-case. */
const char *number_check(enum question_type type, const char *s, int32_t today);

/* Birthday (days since 1970) and sex (1 male, 2 female) that an 18-character identity number
 * carries. False when it is none: the check digit and the date must be right (any day from 1800). */
bool id_number_parts(const char *s, int32_t *birthday, int *sex);

/* What .birthday .age .sex .surname of a value are. New reference, or NULL (unknown).
 *  birthday  of an identity number, date or datetime: "YYYY-MM-DD"
 *  age       of the same: whole years on `today` (GB: one is older on the birthday), an integer
 *  sex       of an identity number: "1" or "2"
 *  surname   of a Chinese name: its surname, compound surnames whole ("欧阳"); of a name with a
 *            middle dot or in Latin letters: NULL, no surname can be told
 *  EXPR_PLAIN: the value itself. */
json_t *number_derive(enum expr_derive derive, const json_t *value, int32_t today);

/* Bytes of the surname at the beginning of a name; 0 when none can be told. */
size_t number_surname(const char *name);

/* "330106********1234": enough to know oneself or one's own by. New reference; null of what is no text. */
json_t *number_masked(const json_t *id_number);

/* The check digit for 17 digits of an identity number ('0'..'9', 'X'), for made-up persons. */
char number_id_digit(const char *seventeen);

/* The shape of a string type as an ECMA-262 regular expression that refuses nothing number_check
 * accepts; NULL when the type has none. What it cannot refuse is told by number_further. For ever. */
const char *number_pattern(enum question_type type);
/* The codes that number_check may still give where the pattern fits; ended by NULL. For ever. */
const char *const *number_further(enum question_type type);

/* Length of UTF-8 text in characters (code points). */
size_t number_characters(const char *s);
/* The character at *s, which moves behind it; 0 (and no move) at the end or where it is broken. */
uint32_t number_next(const char **s);

#endif
