/* drafts.h: what people have typed and not yet filed, sealed, from the first field on.
 *
 * Nothing in a draft is checked but its size and shape: it is what somebody typed, right or wrong, and
 * comes back as it was. It carries an Idempotency-Key of its own, so that whoever files it twice files
 * one application.
 */
#ifndef YJS_FLOWS_DRAFTS_H
#define YJS_FLOWS_DRAFTS_H

#include "flows/account.h"
#include "store/store.h"

struct draft_place { /* which of his drafts of an event: the one with that key, or else the one for that person */
	const char *event;
	const char *key;       /* NULL: by the person */
	const char *id_number; /* whom an agent helps; NULL: himself */
};

/* In JSON a draft is {"event","version","form","choices","materials","disputed","for"?,"by"?,"key","revision",
 * "changed_at"}; version: of the event when it was last changed; by: the agent who has begun it for the reader. */

/* 1 and the draft (a new reference), 0 none, -1. */
int drafts_find(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    json_t **draft, struct error *why) MUST_CHECK;
/* All of his, the last changed first, then those that agents have begun for him: an array, or NULL. */
json_t *drafts_list(struct node *n, struct store *s, const struct account *who, struct error *why) MUST_CHECK;

enum draft_saved { DRAFT_SAVED, DRAFT_OVERTAKEN, DRAFT_TOO_MANY, DRAFT_NO_MANDATE, DRAFT_FAILED };
/* Keep `content`, the members of a draft that people change, as what follows `revision` (0: as a new
 * one). SAVED and OVERTAKEN give the draft as it is stored now (NULL: there is none any more); the same
 * content once more is no new revision. NO_MANDATE: the person has not let the agent. ERROR_CONFLICT: his token was
 * revoked. */
enum draft_saved drafts_save(struct node *n, struct store *s, const struct account *who,
    const struct draft_place *at, const struct event *event, const json_t *content, int32_t revision,
    json_t **draft, struct error *why) MUST_CHECK;

/* Whom an agent has begun one for goes on with it (of that key) himself, and the agent has it no more. 1 and it, as his
 * own; 0 there is none, or he has one of that event already; -1. */
int drafts_take(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    json_t **draft, struct error *why) MUST_CHECK;

/* 1 it is gone, 0 there was none, -1. */
int drafts_delete(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    struct error *why) MUST_CHECK;

/* Is an Idempotency-Key one that was made with a draft? */
bool drafts_key(const char *key);

/* Delete what nobody has changed for thirty days. By the main thread, before files are swept. */
void drafts_sweep(struct node *n, struct store *s);

#endif
