/* codes.h: national code lists that are types of questions.
 *
 * GB/T 3304 ethnic groups, GB/T 2261.1 sex, GB/T 2261.2 marital status, GB/T 4761 household
 * relations (its one-digit and its two-digit list), and the characters that the police can print.
 */
#ifndef YJS_RULES_CODES_H
#define YJS_RULES_CODES_H

#include "rules/event.h"

struct code { const char *code, *name; };

/* The list of a type, ended by {NULL, NULL}; NULL when the type has no national list. For ever. */
const struct code *codes_of(enum question_type type);
/* The name of a code in the list of `type`, or NULL. */
const char *codes_name(enum question_type type, const char *code);

/* Can the police print it in a name that is to be registered (GB 18030-2022, level 2)? */
bool codes_name_character(uint32_t character);

#endif
