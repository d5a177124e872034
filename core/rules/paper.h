/* paper.h: numbers of identity papers and certificates that have no check digit of their own.
 *
 * Pure. Shapes as papers of today carry them; a number that fits can be one, no more.
 */
#ifndef YJS_RULES_PAPER_H
#define YJS_RULES_PAPER_H

#include <stdbool.h>

/* Other papers, by kind; true when `s` has the shape (and digit) of one. */
enum paper_kind {
	PAPER_PASSPORT,          /* E + letter or digit + 7 digits; before: G + 8 digits */
	PAPER_FOREIGN_PASSPORT,  /* 5 to 15 capital letters and digits */
	PAPER_HOME_PASS,         /* Hong Kong and Macao residents: H or M + 8 or 10 digits */
	PAPER_TAIWAN_PASS,       /* Taiwan residents: 8 digits */
	PAPER_TRAVEL_PASS,       /* mainland residents to Hong Kong and Macao: C + one + 7 digits */
	PAPER_RESIDENCE_PERMIT,  /* Hong Kong, Macao, Taiwan residents: 810000, 820000, 830000 + as id */
	PAPER_FOREIGN_RESIDENCE, /* 18 digits beginning with 9 */
	PAPER_PROPERTY,          /* 浙(2026)富阳区不动产权第0000123号, brackets of either width */
	PAPER_LANDLINE           /* 0571-12345678 */
};
bool paper_is(enum paper_kind kind, const char *s);

#endif
