/* strangers.h: who knocks where only departments are let in, and cannot show that he is one.
 *
 * A forged callback costs no row: it is counted in memory, by minute and address, and a minute later the main
 * thread (woken by SIGALRM) adds what there is to the table refusal, one row a minute and address. Addresses beyond
 * those that there is room for count as one. What a node had counted in its last minute is lost when it is killed.
 */
#ifndef YJS_FLOWS_STRANGERS_H
#define YJS_FLOWS_STRANGERS_H

#include "seal/seal.h"
#include "store/store.h"

struct node;
struct strangers;

/* NULL: no memory. */
struct strangers *strangers_new(void);
void strangers_free(struct strangers *t);

/* One more was refused, who came from `address`. From any thread. */
void strangers_count(struct node *n, const char *address);
/* All since the start. */
long strangers_total(const struct strangers *t);
/* Write what has been counted; what cannot be written now stays, and is tried again a minute later. */
void strangers_write(struct node *n, struct store *s);

/* What there was in the last day, in words for people. */
int strangers_tell(struct store *s, struct seal *seal, char *out, size_t room, struct error *why) MUST_CHECK;

#endif
