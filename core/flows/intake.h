/* intake.h: from a request to a committed application.
 *
 * intake_file() runs on an HTTP worker: it checks, plans, fills and seals, and queues the rows; the
 * intake writer's thread commits whole groups and only then answers (201). Callbacks of departments
 * go the same way: inbox row, commit, 202.
 */
#ifndef YJS_FLOWS_INTAKE_H
#define YJS_FLOWS_INTAKE_H

#include "flows/account.h"
#include "flows/node.h"

struct intake *intake_start(struct node *n, struct error *why) MUST_CHECK;
/* Stop after the queue is empty; joins the thread. */
void intake_stop(struct intake *in);

/* POST /applications: answers the exchange, now (refused) or after the commit. */
void intake_file(struct node *n, const struct account *who, struct http_exchange *x);

/* A verified callback: stores it and answers 202 after the commit (503 when it could not be).
 *  key, body  as received; copied */
void intake_callback(struct node *n, const struct department *from, const char *key,
    const char *body, size_t length, struct http_exchange *x);

#endif
