/* village.h: where agents work, and where those live for whom they act: GB/T 10114 codes of twelve digits.
 *
 * An agent may serve single villages, a town or a whole county: a town's or county's code is its nine or six
 * digits with zeros behind. The same comparison stands in SQL: yjs_serves().
 */
#ifndef YJS_RULES_VILLAGE_H
#define YJS_RULES_VILLAGE_H

#include <stdbool.h>
#include <stdint.h>

enum { VILLAGE_SIZE = 13 };

/* A code of six, nine or twelve digits; 0: it is none. */
int64_t village_read(const char *code);
/* Twelve digits. */
void village_write(int64_t village, char out[VILLAGE_SIZE]);
/* The county's six digits. */
int32_t village_county(int64_t village);
/* Is it `place`, or of it? */
bool village_is_of(int64_t village, int64_t place);
/* Is it one of these places, or of one of them? */
bool village_is_served(int64_t village, const int64_t *places, int n);

#endif
