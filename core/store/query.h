/* query.h: the SQL that the program carries: core/store/sql, made into C by sql/embed.awk.
 *
 * Private to the room.
 */
#ifndef YJS_STORE_QUERY_H
#define YJS_STORE_QUERY_H

#include <stddef.h>

#include "store/queries.h" /* enum query, made from sql/queries.sql */

struct query_text { const char *name, *sql; };
extern const struct query_text query_texts[QUERY_COUNT];

struct migration { int number; const char *name, *sql; }; /* ends with number 0 */
extern const struct migration migrations[];

#endif
