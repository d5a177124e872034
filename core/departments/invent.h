/* invent.h: outputs that look like a department's: right shape, right check digits, made up.
 *
 * The same key gives the same values, whenever and wherever asked. What the request says is
 * repeated where an output bears the same name; a new identity number fits the child's birthday and
 * sex and the division.
 */
#ifndef YJS_DEPARTMENTS_INVENT_H
#define YJS_DEPARTMENTS_INVENT_H

#include <jansson.h>
#include <stdbool.h>

enum { INVENT_RECEIPT = 40 };

/* Values for `gives` (array of {name, type, optional}) of a call whose request carried `data` (may
 * be NULL) under `key`; `contrary`: what usually holds does not. What may be left out and cannot be
 * known is left out. New reference; NULL when memory is gone. */
json_t *invent_outputs(const json_t *gives, const json_t *data, const char *key, bool contrary);

/* The department's own number for the matter: "HEA2611-0123456789". */
void invent_receipt(const char *department, const char *key, char out[INVENT_RECEIPT]);

#endif
