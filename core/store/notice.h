/* notice.h: sessions wake each other (LISTEN, NOTIFY): nobody looks again and again.
 *
 * The engine of each node hears of what came to others for what is its own, and of who wants to know
 * when one of its applications changes. That is asked for only while somebody looks at it, and told by
 * a session that does nothing else, never in the transaction of the change.
 */
#ifndef YJS_STORE_NOTICE_H
#define YJS_STORE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* Be woken when another node commits an answer of a department for one of ours; then, when the socket
 * is readable, true tells that one came (read it with store_inbox_open). */
int store_listen(struct store *s, struct error *why) MUST_CHECK;
bool store_notified(struct store *s);

struct store_change { int32_t division; int64_t id; int32_t node; };

/* Who listens so is also told, out of store_notified(), that `node` wants to know of an application. */
void store_on_want(struct store *s, void (*wanted)(void *cookie, const struct store_change *c), void *cookie);
/* The same, when somebody has approved a version (approval.h), or may have: the connection was lost meanwhile. */
void store_on_approved(struct store *s, void (*approved)(void *cookie), void *cookie);

/* For a session of its own: hear that another node begins a life; then the socket is readable, read what came. */
int store_listen_lives(struct store *s, struct error *why) MUST_CHECK;
void store_hear_lives(struct store *s);

/* For a session of its own: hear of the changes that were asked for by `mine`, one by one. */
int store_listen_changes(struct store *s, int32_t mine, struct error *why) MUST_CHECK;
bool store_changed(struct store *s, struct store_change *c) MUST_CHECK;
/* Ask the owners of these applications, where they are other nodes than `mine`, to tell it. */
int store_want(struct store *s, int32_t mine, const struct store_change *list, size_t n, struct error *why) MUST_CHECK;
/* Tell each `node` of the list. */
int store_tell(struct store *s, const struct store_change *list, size_t n, struct error *why) MUST_CHECK;

#endif
