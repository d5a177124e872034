/* harness.h: the database of a harness that measures engines against each other, made ours. In a bench build only.
 *
 * The harness gives one empty database with tables of its own and looks into one of them,
 * application_stat (seq, app_id, done_at), for what has finished; every engine leaves a row there in its last
 * transaction, and so does ours, by a trigger.
 */
#ifndef YJS_STORE_HARNESS_H
#define YJS_STORE_HARNESS_H

#include "base/error.h"

/* Before the schema is made: a role for the service, and the harness's tables of the names that ours bear go into a
 * schema of their own. *service (yours): the libpq string of that role. */
int harness_prepare(const char *superuser, char **service, struct error *why) MUST_CHECK;
/* After it: who finishes an application leaves the harness's row. */
int harness_tell(const char *superuser, struct error *why) MUST_CHECK;

#endif
