/* callback.h: a department's later word, posted to the URL that the call named.
 *
 * It is sent again until it is taken (202), also after this program was killed: a department does
 * not forget to tell.
 */
#ifndef YJS_DEPARTMENTS_CALLBACK_H
#define YJS_DEPARTMENTS_CALLBACK_H

#include "departments/office.h"

/* Plan the callback of a durable entry that has one to make. Takes no lock.
 *  copies  2: it is posted twice
 *  first   run once it was posted for the first time (or NULL): an answer that waits for it */
void callback_plan(struct office *office, struct entry *e, int copies, struct task *first);
/* After agenda_stop(); lets the answer go that waits. */
void callback_free(struct callback *c);

#endif
