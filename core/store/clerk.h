/* clerk.h: what the lists of clerks and supervisors share.
 *
 * Private to the room.
 */
#ifndef YJS_STORE_CLERK_H
#define YJS_STORE_CLERK_H

#include "store/connection.h"
#include "store/desk.h"

/* Begin a statement whose $1 are somebody's divisions: all there are, when he is bound to none. */
int clerk_divisions(struct store *s, const struct store_clerk *clerk, struct params **p, struct error *why) MUST_CHECK;
/* The same with a clerk's department as $2. */
int clerk_params(struct store *s, const struct store_clerk *clerk, struct params **p, struct error *why) MUST_CHECK;

#endif
