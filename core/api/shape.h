/* shape.h: a short notation for JSON Schemas.
 *
 *	s text  i integer  n number  b boolean  o any object  * anything  d date  t date and time
 *	@name   the schema of that name in the components
 *	[x]     array of x
 *	{a:x b?:y *:z}  object: a is always there, b may be missing, any other member is z
 *
 * A '?' after any of these: null as well.
 */
#ifndef YJS_API_SHAPE_H
#define YJS_API_SHAPE_H

#include <jansson.h>

/* The schema; NULL when `shape` is not in the notation or memory is gone. New reference. */
json_t *shape_schema(const char *shape);
/* "a:x b?:y" -> parameters of an address's query, appended to `list`. 0 or -1. */
int shape_query(const char *members, json_t *list);

#endif
