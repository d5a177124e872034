/* pipeline.h: several statements, one transaction, one wait.
 *
 * Private to the room. Statements are queued with their parameters, sent together and ended by one
 * Sync, which is the transaction's end: without an explicit BEGIN everything up to it is one
 * transaction. A statement's own result is no commit, only the Sync is. When the connection is lost
 * after every byte has left, or there is no memory for an answer, nobody knows: ERROR_UNKNOWN.
 */
#ifndef YJS_STORE_PIPELINE_H
#define YJS_STORE_PIPELINE_H

#include "store/connection.h"

/* Start a new list of statements (none may be in flight). */
int pipeline_begin(struct store *s, struct error *why) MUST_CHECK;
/* Queue a statement; its parameters are to be filled before pipeline_send(). */
struct params *pipeline_add(struct store *s, enum query q);
/* The same for the tables of one month (month.h); 0: for the whole. */
struct params *pipeline_add_in(struct store *s, enum query q, int month);
/* Send all and the Sync. Never waits for the server except to prepare statements once. */
int pipeline_send(struct store *s, struct error *why) MUST_CHECK;
/* 0 not yet, 1 committed, -1 not (or unknown). */
int pipeline_poll(struct store *s, struct error *why) MUST_CHECK;
/* Poll until it ended, `ms` at most (then the connection is given up: ERROR_UNKNOWN). 0 or -1. */
int pipeline_wait(struct store *s, int ms, struct error *why) MUST_CHECK;

#endif
