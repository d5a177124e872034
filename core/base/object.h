/* object.h: a JSON object written as text, member by member, in canonical form (json.h) whatever the order in which
 * they are given.
 *
 * For answers that are made often: a tree of values, built, sorted, written and freed, costs thrice as much. Errors
 * are remembered by the text. Keys are lent until the end, differ from each other and need no escapes.
 */
#ifndef YJS_BASE_OBJECT_H
#define YJS_BASE_OBJECT_H

#include <jansson.h>

#include "base/text.h"

enum { OBJECT_MEMBERS = 40 /* more make the text fail */ };

struct object {
	struct text *text;
	int n;
	bool sorted; /* so far */
	struct object_member { const char *key; size_t at; } member[OBJECT_MEMBERS];
};

void object_begin(struct object *o, struct text *text);
/* Begin a member; its value is whatever is put to the text until the next member or the end. */
void object_key(struct object *o, const char *key);
void object_end(struct object *o);

/* Members with their values. NULL is written as null. */
void object_string(struct object *o, const char *key, const char *value);
void object_number(struct object *o, const char *key, int64_t value);
void object_json(struct object *o, const char *key, const json_t *value);
/* The same, and the reference is taken. */
void object_json_take(struct object *o, const char *key, json_t *value);
/* All members of another object. */
void object_members(struct object *o, json_t *other);

/* A comma, but before the first of a list. */
void object_comma(struct text *text, bool *begun);

#endif
