/* person.h: people whose matters go a certain way at every department that is told their name. */
#ifndef YJS_DEPARTMENTS_PERSON_H
#define YJS_DEPARTMENTS_PERSON_H

#include <jansson.h>
#include <stdio.h>

enum person_way {
	PERSON_USUAL,
	PERSON_REJECTED, PERSON_CORRECTION, PERSON_WAITS, PERSON_SILENT, PERSON_ATTENTION,
	PERSON_BROKEN, PERSON_CONTRADICTS, PERSON_KEPT, PERSON_SLOW_UNDO, PERSON_STUBBORN, PERSON_PAPER,
	PERSON_NO_RECORD, PERSON_CONTRARY
};

/* The way of the first such person among the values of `data`, for this department: by a name, or by
 * an identity number, which is all that a look-up is told. `field` gets the name of the value, lent,
 * or NULL. */
enum person_way person_find(const json_t *data, const char *department, const char **field);
/* The list for --help. */
void person_list(FILE *to);

#endif
