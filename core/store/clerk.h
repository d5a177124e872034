/* clerk.h: what the lists of clerks share.
 *
 * Private to the room.
 */
#ifndef YJS_STORE_CLERK_H
#define YJS_STORE_CLERK_H

#include "store/connection.h"
#include "store/desk.h"

/* Begin a statement whose $1 are a clerk's divisions (all there are, when he is bound to none) and $2
 * his department. */
int clerk_params(struct store *s, const struct store_clerk *clerk, struct params **p, struct error *why) MUST_CHECK;

#endif
