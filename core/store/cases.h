/* cases.h: several applications read at once.
 *
 * Private to the room.
 */
#ifndef YJS_STORE_CASES_H
#define YJS_STORE_CASES_H

#include "store/store.h"

struct cases { struct store_case *list; size_t n; };

/* Read those of the places that exist, in order, without operations. */
int cases_load(struct store *s, const struct store_place *places, size_t n, struct cases *all,
    struct error *why) MUST_CHECK;
/* Read their operations, all or without what was sent, and what people changed. */
int cases_operations(struct store *s, struct cases *all, bool bodies, struct error *why) MUST_CHECK;
void cases_free(struct cases *all);

/* All divisions in which there is an application: how many of `divisions`, or -1. */
enum { DIVISIONS_MOST = 4096 };
int cases_divisions(struct store *s, int32_t divisions[DIVISIONS_MOST], struct error *why) MUST_CHECK;

#endif
